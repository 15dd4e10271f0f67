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
    ago = _("today") if row.days_ago == 0 else count("{n} day ago", "{n} days ago", row.days_ago)
    ran = row.last.actual or row.last.planned
    parts = (standing_words(row.last), ago, minutes_text(ran.end_ms), row.last.playlist)
    return ", ".join(part for part in parts if part is not None)


def unclosed_words(row: "TodayRow") -> str:
    """What is left open; nothing where nothing is."""
    if row.unclosed is None:
        return ""
    words = _("{session} is running") if row.runs else _("{session} is not closed")
    return words.format(session=standing_words(row.unclosed))


def vetoes_words(row: "TodayRow") -> str:
    if not row.vetoes:
        return _("no vetoes")
    return _("never: {vetoes}").format(vetoes=", ".join(f"{_(veto.what)} {veto.value}" for veto in row.vetoes))
