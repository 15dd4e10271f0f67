"""Marks, notes and corrections of a course in words, each with its minute or with what was told before."""

from setsetting.clinical import pcl5
from setsetting.clinical.marks import Mark, mark_words
from setsetting.review import words
from setsetting.review.course import CourseForm, CourseMark, CourseSession, FormBefore, SessionBefore
from setsetting.review.days import Days
from setsetting.review.view import NoteLine
from setsetting.units import Milliseconds
from setsetting.words.numbers import minute_of
from setsetting.words.translate import _


def form_before(change: FormBefore, now: CourseForm, days: Days) -> str:
    """Why a form was corrected, and what was told before where that is another."""
    was = []
    if change.taken_ms != now.form.taken_ms:
        was.append(days.date(change.taken_ms) if change.dated_only else days.moment(change.taken_ms))
    if change.recall is not now.form.recall:
        was.append(pcl5.recall_words(change.recall))
    if change.other_patient:
        was.append(_("another patient's"))
    said = words.corrected(change.reason)
    return said + (" " + _("(was {was})").format(was=", ".join(was)) if was else "")


def session_before(change: SessionBefore, days: Days) -> str:
    """Why a session was corrected, and what was told before."""
    was = ""
    if change.other_patient:
        was = _("another patient's")
    elif change.started_ms is not None:
        was = days.moment(change.started_ms)
    elif change.said:
        was = mark_said(CourseMark(change.said, change.said_ms))
    return words.corrected(change.reason) + (" " + _("(was {was})").format(was=was) if was else "")


def mark_said(each: CourseMark) -> str:
    said = mark_words(Mark(each.mark)) if each.mark in set(Mark) else each.mark
    return f"{at_minute(each.infusion_ms)}: {said}" + (f" ({each.note})" if each.note else "")


def at_minute(infusion_ms: Milliseconds | None) -> str:
    """A minute of the infusion in words."""
    return _("before the infusion") if infusion_ms is None else _("min {n}").format(n=minute_of(infusion_ms))


def notes_of(each: CourseSession, days: Days) -> list[NoteLine]:
    """Notes of marks in their order, then the one of the close."""
    said = [(at_minute(mark.infusion_ms), mark.note) for mark in each.marks if mark.note]
    said += [("", each.note)] if each.note else []
    return [NoteLine(each.session_id, each.visit_no, days.date(each.started_ms), *one) for one in said]
