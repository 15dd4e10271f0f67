"""The four rules of the NHS's XmR charts: outside the limits, a trend of 7, 2 of 3 near a limit, 7 on one side.

After NHSRplotthedots 0.2.2 (`ptd_spc_standard`, `ptd_calculate_point_type`). Without any change they give some signal in 8,
18 and 29 % of charts of 12, 24 and 36 points, so no page uses them by default. A missing point takes part in no rule.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import mean

from setsetting.review.chart_case import ChartCase, Improvement
from setsetting.review.control_limits import mean_range

_LIMIT = 2.66
_NEAR = 2 * (_LIMIT / 3)
_SHORT_BELOW = 13
"""A group of fewer points has trial limits."""
_RUN = 7
COMMON = "Common Cause"


class PointType(StrEnum):
    """What a point is called, by which way is better."""

    COMMON = "common_cause"
    IMPROVEMENT = "special_cause_improvement"
    CONCERN = "special_cause_concern"
    HIGH = "special_cause_neutral_high"
    LOW = "special_cause_neutral_low"


@dataclass(frozen=True, slots=True)
class NhsPart:
    """One group of points and the limits of its own."""

    first_point: int
    last_point: int
    mean: float | None
    lower_limit: float | None
    upper_limit: float | None
    short_group_warning: bool


@dataclass(frozen=True, slots=True)
class NhsChart:
    """Groups, and for each point its cause, type and side of the mean (1, -1, 0, None when missing)."""

    parts: tuple[NhsPart, ...]
    special_cause_type: tuple[str, ...]
    point_type: tuple[PointType, ...]
    relative_to_mean: tuple[int | None, ...]
    outside_limit_points: tuple[int, ...]
    near_limit_points: tuple[int, ...]

    @property
    def any_signal(self) -> bool:
        return any(cause != COMMON for cause in self.special_cause_type)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A group's points: beyond a limit, between the near and the real one, and on which side of the mean."""

    part: NhsPart
    values: Sequence[float | None]
    outside: Sequence[bool]
    near: Sequence[bool]
    sides: Sequence[int | None]

    def causes(self) -> list[str]:
        trends = _runs_of_seven(self.values, _trend)
        shifts = _runs_of_seven(self.sides, _one_side)
        return [self._cause(at, trends, shifts) for at in range(len(self.values))]

    def _cause(self, at: int, trends: Sequence[bool], shifts: Sequence[bool]) -> str:
        above = self.sides[at] == 1
        if self.outside[at]:
            return "Above UCL" if above else "Below LCL"
        if trends[at]:
            inside = at + 1 < len(self.values) and trends[at + 1]
            before, after = self.values[at : at + 2] if inside else self.values[at - 1 : at + 1]
            rises = before is not None and after is not None and after > before
            return f"7 Point Trend ({'In' if rises else 'De'}creasing)"
        if self.near[at] and any(self._two_of_three(first) for first in range(at - 2, at + 1)):
            return f"2 in 3 {'Above' if above else 'Below'} CL"
        if shifts[at]:
            return f"7 Points {'Above' if above else 'Below'} CL"
        return COMMON

    def _two_of_three(self, first: int) -> bool:
        if first < 0 or first + 3 > len(self.values):
            return False
        window = self.sides[first : first + 3]
        return sum(self.near[first : first + 3]) >= 2 and (window in ([1] * 3, [-1] * 3))


def nhs_chart(case: ChartCase) -> NhsChart:
    """Judge a case by the four rules, each group from a rebase on by itself."""
    n = len(case.values)
    starts = sorted({1, *case.rebase_first_points})
    groups = [_judged(case, first, last) for first, last in pairwise([*(start - 1 for start in starts), n])]
    causes = [cause for group in groups for cause in group.causes()]
    return NhsChart(
        tuple(group.part for group in groups),
        tuple(causes),
        tuple(_type(cause, case.improvement_direction) for cause in causes),
        tuple(side for group in groups for side in group.sides),
        _points([each for group in groups for each in group.outside]),
        _points([each for group in groups for each in group.near]),
    )


def _points(flags: Sequence[bool]) -> tuple[int, ...]:
    return tuple(point for point, flag in enumerate(flags, start=1) if flag)


def _judged(case: ChartCase, first: int, last: int) -> _Judged:
    values = case.values[first:last]
    short = len(values) < _SHORT_BELOW
    baseline = values[: case.freeze]
    known = [value for value in baseline if value is not None]
    middle = mean(known) if known else None
    usual = mean_range(baseline, screen=case.screen_moving_ranges)
    sides = [_side(value, middle) for value in values]
    if middle is None or usual is None:
        part = NhsPart(first + 1, last, middle, None, None, short)
        return _Judged(part, values, [False] * len(values), [False] * len(values), sides)
    low, high = middle - _LIMIT * usual, middle + _LIMIT * usual
    outside = [value is not None and not low <= value <= high for value in values]
    near = [
        value is not None and not beyond and not middle - _NEAR * usual <= value <= middle + _NEAR * usual
        for value, beyond in zip(values, outside, strict=True)
    ]
    return _Judged(NhsPart(first + 1, last, middle, low, high, short), values, outside, near, sides)


def _side(value: float | None, middle: float | None) -> int | None:
    if value is None or middle is None:
        return None
    return (value > middle) - (value < middle)


def _runs_of_seven(values: Sequence[float | None], holds: Callable[[list[float]], bool]) -> list[bool]:
    """Which points lie in any seven neighbours, none of them missing, of which `holds` is true."""
    inside = [False] * len(values)
    for first in range(len(values) - _RUN + 1):
        seven = [value for value in values[first : first + _RUN] if value is not None]
        if len(seven) == _RUN and holds(seven):
            inside[first : first + _RUN] = [True] * _RUN
    return inside


def _trend(seven: list[float]) -> bool:
    return all(a < b for a, b in pairwise(seven)) or all(a > b for a, b in pairwise(seven))


def _one_side(seven: list[float]) -> bool:
    return seven[0] != 0 and all(side == seven[0] for side in seven)


def _type(cause: str, better: Improvement) -> PointType:
    if cause == COMMON:
        return PointType.COMMON
    high = "Above" in cause or "Increasing" in cause
    if better is Improvement.NEUTRAL:
        return PointType.HIGH if high else PointType.LOW
    return PointType.IMPROVEMENT if high is (better is Improvement.INCREASE) else PointType.CONCERN
