"""A change that was sealed beforehand: its power, its digest, and its chart, whatever that shows.

The centre is that of the points before the change, the run rules are asked of all points up to the day that was fixed. The
power is simulated: normal values, so many before and after, a shift of so many of their standard deviations.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec
import numpy as np

from setsetting.review.chart import Chart, chart
from setsetting.review.chart_case import ChartCase, ChartKind
from setsetting.review.clinic_chart import ChartPoint, next_month
from setsetting.review.measures import Per

CHARTS = 1_000
"""So many charts are simulated for a power."""


@dataclass(frozen=True, slots=True)
class SealedChart:
    """The points before the change and after it up to the fixed day; None where there is nothing to set side by side."""

    before: int
    after: int
    chart: Chart | None

    @property
    def zero_before(self) -> bool:
        """Whether the median of the points before is zero, so that the run rules do not hold and nothing is a signal."""
        return self.chart is not None and self.chart.parts[0].centre == 0


def power_permille(before: int, after: int, shift_sd: float) -> int:
    """Of a thousand simulated charts, how many show a signal; the same numbers give the same answer."""
    if not before or not after:
        return 0
    chance = np.random.default_rng([before, after, round(shift_sd * 1_000)])
    drawn = chance.normal(size=(CHARTS, before + after))
    drawn[:, before:] += shift_sd
    signals = sum(
        chart(ChartCase(ChartKind.RUN, tuple(values), freeze=before)).parts[0].rules.signal for values in drawn.tolist()
    )
    return round(1_000 * signals / CHARTS)


def digest_of(terms: Mapping[str, str | int]) -> str:
    """The SHA-256 of what was fixed, as JSON with its names in order."""
    return hashlib.sha256(msgspec.json.encode(dict(terms), order="sorted")).hexdigest()


def expected_after(points: Sequence[ChartPoint], today: date, day: date, until: date) -> int:
    """How many points come between two days if they come as often as until today."""
    if not points or today <= points[0].day:
        return 0
    return round(len(points) * (until - day).days / (today - points[0].day).days)


def sealed_chart(points: Sequence[ChartPoint], per: Per, day: date, until: date) -> SealedChart:
    """The chart of a sealed change; points from its day on count as after it.

    A month counts when it is over by the fixed day; the one in the midst of which the change fell is of neither side.
    """
    if per is Per.MONTH:
        ends = [(point, next_month(point.day)) for point in points]
        used = [point for point, end in ends if end <= until + timedelta(days=1) and not point.day < day < end]
    else:
        used = [point for point in points if point.day <= until]
    before = sum(point.day < day for point in used)
    after = len(used) - before
    if not before or not after:
        return SealedChart(before, after, None)
    values = tuple(point.value for point in used)
    return SealedChart(before, after, chart(ChartCase(ChartKind.RUN, values, freeze=before)))
