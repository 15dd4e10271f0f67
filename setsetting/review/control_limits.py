"""Centre and limits of a part of a chart, from its baseline alone.

After qicharts2 0.8.1 (`qic.run`, `qic.i`, `qic.p`, `qic.u`, `qic.g`). What cannot be computed is None: limits of a single
point, of ranges none of which survives the screening, of a point without a denominator.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean, median

from setsetting.review.chart_case import ChartKind

SCREEN = 3.267
"""Moving ranges not below so many times their mean are screened out, once (Nelson 1982)."""
TRIAL_BELOW = 12
"""Limits from fewer points are trial limits; 20 to 30 are advised."""
_RANGE_TO_SD = 1.128
_G_MEDIAN = 0.693
"""A geometric distribution's median is about this share of its mean; used where the centre is given."""


@dataclass(frozen=True, slots=True)
class PartPoint:
    """A point as it is plotted; a point in the baseline shapes centre and limits."""

    value: float | None
    count: float | None
    of: float | None
    in_baseline: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """A centre, and for each point its standard deviation around `middle` and the bounds of what can be."""

    centre: float | None
    middle: float | None
    sds: tuple[float | None, ...]
    lowest: float = -math.inf
    highest: float = math.inf

    def at(self, sigmas: float) -> list[float | None]:
        """The limit so many standard deviations from the middle, for each point."""
        return [
            None
            if sd is None or self.middle is None
            else min(max(self.middle + sigmas * sd, self.lowest), self.highest)
            for sd in self.sds
        ]


def limits_of(kind: ChartKind, points: Sequence[PartPoint], fixed: float | None, *, screen: bool) -> Limits:
    """Centre and limits of one part; `fixed` is a centre that was known beforehand."""
    if kind is ChartKind.XMR:
        return _xmr(points, fixed, screen=screen)
    if kind is ChartKind.P:
        return _rate(points, fixed, lambda centre: centre * (1 - centre), highest=1.0)
    if kind is ChartKind.U:
        return _rate(points, fixed, lambda centre: centre)
    if kind is ChartKind.G:
        return _g(points, fixed)
    centre = _over(median, _known(points)) if fixed is None else fixed
    return Limits(centre, centre, (None,) * len(points))


def mean_range(values: Sequence[float | None], *, screen: bool) -> float | None:
    """The mean moving range of neighbours; a missing value voids both of its ranges."""
    ranges = [abs(b - a) for a, b in pairwise(values) if a is not None and b is not None]
    found = _over(mean, ranges)
    if screen and found is not None:
        found = _over(mean, [each for each in ranges if each < SCREEN * found])
    return found


def _xmr(points: Sequence[PartPoint], fixed: float | None, *, screen: bool) -> Limits:
    centre = _over(mean, _known(points)) if fixed is None else fixed
    if centre is None:
        return Limits(None, None, (None,) * len(points))
    deviations = [None if p.value is None else p.value - centre for p in points if p.in_baseline]
    usual = mean_range(deviations, screen=screen)
    sd = None if usual is None else usual / _RANGE_TO_SD
    return Limits(centre, centre, (sd,) * len(points))


def _rate(
    points: Sequence[PartPoint], fixed: float | None, variance: Callable[[float], float], highest: float = math.inf
) -> Limits:
    """A p or u chart: events over denominators, whose limits are as wide as each point's denominator has them."""
    counted = [(p.count, p.of) for p in points if p.in_baseline and p.count is not None and p.of is not None]
    of = math.fsum(of for _count, of in counted)
    centre = fixed if fixed is not None else math.fsum(count for count, _of in counted) / of if of else None
    sds = tuple(
        math.sqrt(variance(centre) / p.of) if centre is not None and p.of and p.value is not None else None
        for p in points
    )
    return Limits(centre, centre, sds, lowest=0.0, highest=highest)


def _g(points: Sequence[PartPoint], fixed: float | None) -> Limits:
    """Sessions between rare events: limits from the mean, the line at the median."""
    known = _known(points)
    middle = _over(mean, known) if fixed is None else fixed
    if middle is None:
        return Limits(None, None, (None,) * len(points))
    centre = median(known) if fixed is None else _G_MEDIAN * middle
    return Limits(centre, middle, (math.sqrt(middle * (middle + 1)),) * len(points), lowest=0.0)


def _known(points: Sequence[PartPoint]) -> list[float]:
    return [p.value for p in points if p.in_baseline and p.value is not None]


def _over(average: Callable[[Sequence[float]], float], values: Sequence[float]) -> float | None:
    """A mean or median without rounding on the way, so that a tie with the centre is exact."""
    return average(values) if values else None
