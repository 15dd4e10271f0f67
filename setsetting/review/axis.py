"""The one axis of days that trajectory, session ticks and lanes share.

Long stretches in which nothing happened are shortened and marked, so that a follow-up a year later does
not press the sessions into one another. A mark is drawn wherever the scale is broken.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

LONGEST_GAP_DAYS = 10
"""A longer stretch without a form or a session is drawn as long as this one."""
LEAST_STEP = 26.0
"""Pixels between two sessions of different days, so that their cells can be told apart."""
LARGEST_SCALE = 40.0
"""Pixels a day at most, so that a short course is not blown up."""


@dataclass(frozen=True, slots=True)
class AxisBreak:
    """A shortened stretch, by the days at its ends."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Axis:
    """Pixels for days: linear between neighbouring knots."""

    knots: tuple[tuple[int, float], ...]
    breaks: tuple[AxisBreak, ...]

    @property
    def width(self) -> float:
        return self.knots[-1][1]

    def x(self, day: int) -> float:
        """Where a day lies; a day outside lies at the nearer end."""
        if day <= self.knots[0][0]:
            return self.knots[0][1]
        for (left, x_left), (right, x_right) in pairwise(self.knots):
            if day <= right:
                return x_left + (x_right - x_left) * (day - left) / (right - left)
        return self.width

    def breaks_between(self, first: int, last: int) -> bool:
        return any(each.first < last and first < each.last for each in self.breaks)


def axis_of(days: Iterable[int], session_days: Sequence[int], width: float) -> Axis:
    """Lay days out over `width` pixels, or more where sessions would touch."""
    known = sorted({*days, *session_days}) or [0]
    places = {known[0]: 0}
    for left, right in pairwise(known):
        places[right] = places[left] + min(right - left, LONGEST_GAP_DAYS)
    whole = places[known[-1]]
    if not whole:
        return Axis(((known[0] - 1, 0.0), (known[0], width / 2), (known[0] + 1, width)), ())
    held = sorted(places[day] for day in set(session_days))
    nearest = min((right - left for left, right in pairwise(held)), default=LONGEST_GAP_DAYS)
    scale = min(max(width / whole, LEAST_STEP / nearest), LARGEST_SCALE)
    knots = tuple((day, place * scale) for day, place in places.items())
    breaks = tuple(AxisBreak(a, b) for a, b in pairwise(known) if b - a > LONGEST_GAP_DAYS)
    return Axis(knots, breaks)
