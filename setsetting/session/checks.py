"""Planned checks of an infusion: which is next and which was done. No value is asked, and a check that was left out is no alarm.

Round a check the music is quieter, so that nobody has to speak over it: by 6 dB (a proposal of this project), slowly, from
before its minute until it was marked as done, or some minutes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from setsetting.units import Decibels, Milliseconds

NEAR_MS = Milliseconds(300_000)
"""So long before its minute a check is near, and may be done."""
LAPSES_MS = Milliseconds(900_000)
"""So long after its minute a check that was not marked is not told any more."""
QUIET_DB = Decibels(-6.0)
QUIET_RAMP_MS = Milliseconds(20_000)
QUIET_BEFORE_MS = Milliseconds(40_000)
QUIET_AFTER_MS = Milliseconds(180_000)


@dataclass(frozen=True, slots=True)
class PlannedCheck:
    """A check at a time of the infusion, and whether one was marked as done for it."""

    at_ms: Milliseconds
    done: bool = False


def planned(at_ms: Sequence[Milliseconds], marked: Sequence[Milliseconds]) -> tuple[PlannedCheck, ...]:
    """The checks planned at these times, with those marked: each mark is of the check that was near, or had passed last."""
    begins = [_begins(before, at) for before, at in pairwise([None, *at_ms]) if at is not None]
    ends = [*begins[1:], max((*marked, *at_ms), default=Milliseconds(0)) + NEAR_MS][: len(begins)]
    return tuple(
        PlannedCheck(at, any(begin <= done < end for done in marked))
        for at, begin, end in zip(at_ms, begins, ends, strict=True)
    )


def next_check(checks: Sequence[PlannedCheck], infusion_ms: Milliseconds | None) -> PlannedCheck | None:
    """The check that is near or comes next; before the infusion the first."""
    now_ms = Milliseconds(0) if infusion_ms is None else infusion_ms
    for check, after in zip_longest(checks, checks[1:]):
        passed = after is not None and now_ms >= _begins(check.at_ms, after.at_ms)
        if not check.done and not passed and now_ms < check.at_ms + LAPSES_MS:
            return check
    return None


def is_quiet(checks: Sequence[PlannedCheck], infusion_ms: Milliseconds | None) -> bool:
    """Whether the music is to be quieter for a check that is not done."""
    return infusion_ms is not None and any(
        not check.done and check.at_ms - QUIET_BEFORE_MS <= infusion_ms < check.at_ms + QUIET_AFTER_MS
        for check in checks
    )


def _begins(before_ms: Milliseconds | None, at_ms: Milliseconds) -> Milliseconds:
    """When a check is near: five minutes before it, at the earliest halfway from the one before."""
    near_ms = at_ms - NEAR_MS
    return near_ms if before_ms is None else max(near_ms, (before_ms + at_ms) // 2)
