"""A patient's line of today, in words."""

from typing import TYPE_CHECKING

from setsetting.views.session import music_words, standing_words
from setsetting.words.numbers import minutes_text
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from setsetting.desk.today import TodayRow


def last_words(row: "TodayRow") -> str:
    """The last session in a few words: how long ago, how long it ran, with what."""
    if row.last is None:
        return _("no infusion yet")
    ran = row.last.actual or row.last.planned
    parts = (standing_words(row.last), ago_words(row), minutes_text(ran.end_ms), music_words(row.last))
    return ", ".join(part for part in parts if part)


def ago_words(row: "TodayRow") -> str:
    """How long ago the last session was."""
    return _("today") if row.days_ago == 0 else count("{n} day ago", "{n} days ago", row.days_ago)


def unclosed_words(row: "TodayRow") -> str:
    """What is left open; nothing where nothing is."""
    if row.unclosed is None:
        return ""
    words = _("{session} is running") if row.runs else _("{session} is not closed")
    return words.format(session=standing_words(row.unclosed))


def open_words(rows: "Sequence[TodayRow]") -> list[str]:
    """How many sessions run, and how many have ended and are not closed; nothing of what there is none of."""
    runs = sum(row.runs for row in rows)
    left = sum(row.unclosed is not None for row in rows) - runs
    running = [count("{n} session running", "{n} sessions running", runs)] if runs else []
    return running + ([count("{n} session not closed", "{n} sessions not closed", left)] if left else [])


def visit_words(row: "TodayRow") -> str:
    """Which infusion runs or is next."""
    nth = _("infusion {n}") if past_course(row) else _("infusion {n} of {of}")
    return nth.format(n=row.next_visit, of=row.of)


def past_course(row: "TodayRow") -> tuple[str, ...]:
    """Said of an infusion beyond the course: seven of six would be nonsense."""
    return (_("after a course of {n}").format(n=row.of),) if row.next_visit > row.of else ()
