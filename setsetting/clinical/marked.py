"""What the marks of a session say of its setting; what they do not say stays unknown."""

from collections.abc import Iterable

from setsetting.clinical.marks import Mark
from setsetting.clinical.setting import INTERRUPTIONS, MOST_COUNTED, TOUCH, TOUCH_CONSENT, parse_value

FROM_MARKS = (INTERRUPTIONS, TOUCH, TOUCH_CONSENT)
"""The fields that marks may tell."""


def setting_of(marks: Iterable[str]) -> dict[str, str]:
    """The fields that are known from marks that stand.

    No mark of an interruption is no word on them. Touch that was accepted was asked for, and what touch it was nobody
    marked; an offer without its answer says nothing.
    """
    seen = list(marks)
    known: dict[str, str] = {}
    if interrupted := seen.count(Mark.INTERRUPTION):
        known[INTERRUPTIONS] = parse_value(INTERRUPTIONS, min(interrupted, MOST_COUNTED))
    if Mark.TOUCH_DECLINED in seen and Mark.TOUCH_ACCEPTED not in seen:
        known[TOUCH] = "offered, declined"
    if Mark.TOUCH_DECLINED in seen or Mark.TOUCH_ACCEPTED in seen:
        known[TOUCH_CONSENT] = "asked at the time"
    return known
