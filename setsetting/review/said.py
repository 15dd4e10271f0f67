"""Marks, notes and corrections of a course in words, each with its minute or with what was told before."""

from zoneinfo import ZoneInfo

from setsetting.clinical import pcl5
from setsetting.clinical.form import Form
from setsetting.clinical.marks import mark_words
from setsetting.clinical.setting import FIELDS, NOTE, TAPS, Field, Tap
from setsetting.review import words
from setsetting.review.course import CourseForm, CourseMark, CourseSession, FormBefore, SessionBefore
from setsetting.review.days import Days
from setsetting.review.view import NoteLine
from setsetting.units import Milliseconds
from setsetting.words.numbers import local_text, minute_of, minutes_text
from setsetting.words.translate import _


def form_before(change: FormBefore, after: FormBefore | CourseForm, days: Days) -> str:
    """Why a form was corrected, and what of it was otherwise until then: `after` is what it became."""
    before, now, was = change.form, after.form, []
    if (before.taken_ms, change.dated_only) != (now.taken_ms, after.dated_only):
        was.append((days.date if change.dated_only else days.moment)(before.taken_ms))
    if before.recall is not now.recall:
        was.append(pcl5.recall_words(before.recall))
    if before.items != now.items:
        was.append(_answers(before, now))
    if change.other_patient:
        was.append(_("another patient's"))
    return words.corrected(change.reason) + _was(was)


def session_before(change: SessionBefore, zone: ZoneInfo) -> str:
    """Why a session was corrected, and what was told before."""
    return words.corrected(change.reason) + _was(session_was(change, zone))


def session_was(change: SessionBefore, zone: ZoneInfo) -> list[str]:
    """What stood of a session until it was corrected, where that is something."""
    was = [_("another patient's")] if change.other_patient else []
    if change.started_ms is not None:
        was.append(local_text(change.started_ms, zone))
    if change.planned is not None:
        was.append(minutes_text(change.planned.end_ms))
    if change.said:
        was.append(f"{at_minute(change.said_ms)}: {change.called}")
    return was + [_setting_was(name, said) for name, said in change.setting.items()]


def _setting_was(name: str, said: str | None) -> str:
    """What was said of a field of the setting, a tap or the note; a note is not told again, it may be why it was mended."""
    known: dict[str, Field | Tap] = {each.name: each for each in (*FIELDS, *TAPS)}
    called = known[name].label.casefold() if name in known else _(name)
    told = _("other words") if name == NOTE and said else said or _("not said")
    return f"{called}: {told}"


def _answers(before: Form, now: Form) -> str:
    """What other answers came to."""
    score = pcl5.score(before.items)
    total = _("total {n}").format(n=score.total)
    if score.total is None:
        total = _("no total ({k}/20)").format(k=score.answered)
    return total if score.total != pcl5.score(now.items).total else _("{total} of other answers").format(total=total)


def _was(said: list[str]) -> str:
    return " " + _("(was {was})").format(was=", ".join(said)) if said else ""


def mark_said(each: CourseMark) -> str:
    said = mark_words(each.mark)
    return f"{at_minute(each.infusion_ms)}: {said}" + (f" ({each.note})" if each.note else "")


def at_minute(infusion_ms: Milliseconds | None) -> str:
    """A minute of the infusion in words."""
    return _("before the infusion") if infusion_ms is None else _("min {n}").format(n=minute_of(infusion_ms))


def notes_of(each: CourseSession, days: Days) -> list[NoteLine]:
    """Notes of marks in their order, then the one of the close."""
    said = [(at_minute(mark.infusion_ms), mark.note) for mark in each.marks if mark.note]
    said += [("", each.note)] if each.note else []
    return [NoteLine(each.session_id, each.visit_no, days.date(each.started_ms), *one) for one in said]
