"""A patient's line of today, in words."""

from typing import TYPE_CHECKING

from setsetting.clinical.visits import KIND_WORDS, VisitKind
from setsetting.review import words
from setsetting.views.session import music_words, standing_words
from setsetting.words.numbers import local_text
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from setsetting.desk.today import TodayRow


def last_words(row: "TodayRow") -> str:
    """The last session in a few words: how long ago, how long it ran, with what."""
    if row.last is None:
        return _("no infusion yet")
    ran = words.ran(row.last.planned, row.last.actual)
    parts = (standing_words(row.last), ago_words(row), ran, music_words(row.last))
    return ", ".join(part for part in parts if part)


def ago_words(row: "TodayRow") -> str:
    """How long ago the last session was."""
    if row.days_ago < 0:
        return _("dated after today: is this machine's clock right?")
    return _("today") if row.days_ago == 0 else count("{n} day ago", "{n} days ago", row.days_ago)


def unclosed_words(row: "TodayRow") -> str:
    """What is left open; nothing where nothing is."""
    if row.unclosed is None:
        return ""
    words = _("{session} is running") if row.runs else _("{session} is not closed")
    if row.silent:
        words = _("{session} is open and nothing plays")
    return words.format(session=standing_words(row.unclosed))


def open_words(rows: "Sequence[TodayRow]") -> list[str]:
    """How many sessions run, and how many have ended and are not closed; nothing of what there is none of."""
    runs, silent = sum(row.runs for row in rows), sum(row.silent for row in rows)
    left = sum(row.unclosed is not None for row in rows) - runs
    running = [count("{n} session running", "{n} sessions running", runs - silent)] if runs > silent else []
    if silent:
        running.append(count("{n} session open and silent", "{n} sessions open and silent", silent))
    return running + ([count("{n} session not closed", "{n} sessions not closed", left)] if left else [])


def visit_words(row: "TodayRow") -> str:
    """Which visit runs or is next: the appointment, else the next infusion; beyond the course it is a booster."""
    if row.ended is not None and row.unclosed is None:
        return _("finished") if row.ended.finished else _("left")
    if row.planned is not None and not row.runs and row.planned.kind is not VisitKind.INFUSION:
        return KIND_WORDS[row.planned.kind]
    return _("booster") if past_course(row) else _("infusion {n} of {of}").format(n=row.next_visit, of=row.of)


def appointment_words(row: "TodayRow", zone: "ZoneInfo") -> str:
    """When the patient comes; nothing where nobody said."""
    if row.planned is None:
        return ""
    day, _space, time = local_text(row.planned.at_ms, zone).partition(" ")
    if row.comes_today:
        return _("today") if row.planned.dated_only else _("today {time}").format(time=time)
    return _("planned {when}").format(when=day if row.planned.dated_only else f"{day} {time}")


def over_words(row: "TodayRow", zone: "ZoneInfo") -> str:
    """How the course ended; nothing while it goes on."""
    if row.ended is None:
        return ""
    from setsetting.views.course import (
        ended_words,  # with the words of visits, which a course that goes on has no need of
    )

    return ended_words(row.ended, zone)


def past_course(row: "TodayRow") -> tuple[str, ...]:
    """Said of an infusion beyond the course: seven of six would be nonsense."""
    said = _("infusion {n}, after a course of {of}").format(n=row.next_visit, of=row.of)
    return (said,) if row.next_visit > row.of else ()
