"""A run or control chart of one measure: each part with its centre, limits and run rules.

A split stands only where a change is dated and was known beforehand; nothing here finds one. A signal is no cause, and no
signal is no proof that nothing changed. The NHS rules have a module of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from setsetting.review.chart_case import ChartCase, ChartKind
from setsetting.review.control_limits import PartPoint, limits_of
from setsetting.review.run_rules import RunRules, run_rules


@dataclass(frozen=True, slots=True)
class ChartPart:
    """Points from one split to the next; limits have one entry for each of them, `sigma_points` lie outside the outer."""

    part: int
    first_point: int
    last_point: int
    n_obs: int
    centre: float | None
    rules: RunRules
    lower_limit: tuple[float | None, ...]
    upper_limit: tuple[float | None, ...]
    lower_2sigma: tuple[float | None, ...]
    upper_2sigma: tuple[float | None, ...]
    sigma_points: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The plotted points and the parts they fall into; the centre is the median or the mean, as the kind has it."""

    kind: ChartKind
    plotted: tuple[float | None, ...]
    parts: tuple[ChartPart, ...]

    @property
    def line_is_median(self) -> bool:
        return self.kind in {ChartKind.RUN, ChartKind.G}

    @property
    def mostly_zero(self) -> bool:
        """Whether more than half the values are zero: then the median is zero, and the run rules are invalid."""
        known = [value for value in self.plotted if value is not None]
        return self.kind is ChartKind.RUN and known.count(0) * 2 > len(known)


def chart(case: ChartCase) -> Chart:
    """Compute a chart; its case must have no troubles and be no case of the NHS rules."""
    plotted = tuple(_plotted(case, at) for at in range(len(case.values)))
    splits = [0, *sorted(set(case.parts)), len(plotted)]
    parts = [
        _part(case, plotted, number, first, last) for number, (first, last) in enumerate(pairwise(splits), start=1)
    ]
    return Chart(case.chart, plotted, tuple(parts))


def _plotted(case: ChartCase, at: int) -> float | None:
    value = case.values[at]
    if case.denominators is None or value is None:
        return value
    of = case.denominators[at]
    return value / of if of else None


def _part(case: ChartCase, plotted: Sequence[float | None], number: int, first: int, last: int) -> ChartPart:
    freeze = case.freeze if case.freeze is not None and not case.parts else len(plotted)
    included = [at + 1 not in case.exclude for at in range(first, last)]
    of = case.denominators or (None,) * len(plotted)
    points = [
        PartPoint(plotted[at], case.values[at], of[at], include and at < freeze)
        for at, include in zip(range(first, last), included, strict=True)
    ]
    limits = limits_of(case.chart, points, case.fixed_centre, screen=case.screen_moving_ranges)
    kept = [point.value for point, include in zip(points, included, strict=True) if include]
    low, high = limits.at(-3), limits.at(3)
    outside = [
        first + index
        for index, (point, least, most) in enumerate(zip(points, low, high, strict=True), start=1)
        if point.value is not None and least is not None and most is not None and not least <= point.value <= most
    ]
    return ChartPart(
        number,
        first + 1,
        last,
        len(kept),
        limits.centre,
        run_rules(kept, limits.centre),
        tuple(low),
        tuple(high),
        tuple(limits.at(-2)),
        tuple(limits.at(2)),
        tuple(outside),
    )
