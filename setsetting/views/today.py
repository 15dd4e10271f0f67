"""A patient's line of today, in words."""

from typing import TYPE_CHECKING

from setsetting.views.session import standing_words
from setsetting.words.numbers import minutes_text
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.desk.today import TodayRow


def last_words(row: "TodayRow") -> str:
    """The last session in a few words: how long ago, how long it ran, with what."""
    if row.last is None:
        return _("no infusion yet")
    ran = row.last.actual or row.last.planned
    parts = (standing_words(row.last), ago_words(row), minutes_text(ran.end_ms), row.last.playlist)
    return ", ".join(part for part in parts if part is not None)


def ago_words(row: "TodayRow") -> str:
    """How long ago the last session was."""
    return _("today") if row.days_ago == 0 else count("{n} day ago", "{n} days ago", row.days_ago)


def unclosed_words(row: "TodayRow") -> str:
    """What is left open; nothing where nothing is."""
    if row.unclosed is None:
        return ""
    words = _("{session} is running") if row.runs else _("{session} is not closed")
    return words.format(session=standing_words(row.unclosed))
