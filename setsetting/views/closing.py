"""What a close asks about the infusion, in words: one that was not begun, and one that nobody stopped."""

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from setsetting.units import Milliseconds
from setsetting.views.session import named_words
from setsetting.words.numbers import clock, time_text
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.record.rows import SessionRow

UNBEGUN_CHOICES = (
    (_("none was given"), _("it counts as no infusion; what sounded was heard")),
    (_("it was given"), _("when it began is asked next")),
)
"""What is answered at the close of a session in which no infusion was begun."""


def unbegun_words(code: str, row: "SessionRow") -> str:
    """What is asked at such a close."""
    return _("{session}: no infusion was begun in this session.").format(session=named_words(code, row))


RUNNING_CHOICES = (
    (_("it ended with the music"), _("so it is kept")),
    (_("it was stopped at another minute"), _("which is asked next")),
)
"""What is answered at the close of a session whose infusion nobody stopped before its planned end."""


def running_words(code: str, row: "SessionRow", running_ms: Milliseconds) -> str:
    """What is asked at such a close."""
    words = _("{session}: the infusion was not stopped; the music ended at its minute {minute}.")
    return words.format(session=named_words(code, row), minute=clock(running_ms))


def began_hint(planned_utc_ms: Milliseconds, zone: ZoneInfo) -> str:
    """How it is typed when an infusion began, that was planned to begin at an instant."""
    zero = time_text(planned_utc_ms, zone)
    return _("minutes after {zero}, when it was planned; or a time, as {zero}").format(zero=zero)


def rehearsal_closed_words() -> str:
    """What is said of one that is closed without a question."""
    return _("The rehearsal is closed: no infusion, and nothing in it counts as heard.")
