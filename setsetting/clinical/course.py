"""A patient's course: infusion visits numbered in order, what a form's recall holds, and which form is due.

A form tells of the time after an infusion only when it was filled on a later day than the session ended:
in the chair and in the evening it asks about the days before. Days are the clinic's calendar days.

The windows of a link (14 days before, 21 after) are this project's proposal. The forms follow the
practice of the CPT manual, handout 3.1 (past-month before the first session, past-week at later ones), and one
past-week form before the first infusion too, since only equal recalls can be compared.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from setsetting.clinical.form import Form, Recall
from setsetting.clinical.form_schedule import DueForm, FormSchedule, FormsDue, after_course
from setsetting.units import Milliseconds
from setsetting.words.numbers import day_number, day_text
from setsetting.words.translate import _, count

PRE_WINDOW_DAYS = 14
POST_WINDOW_DAYS = 21
RECALL_DAYS = {Recall.WEEK: 7, Recall.MONTH: 30}
BASELINE_DAYS = {Recall.WEEK: PRE_WINDOW_DAYS, Recall.MONTH: RECALL_DAYS[Recall.MONTH]}
"""A past-month form older than its own recall no longer describes the start of a course."""
PRACTICE = FormSchedule()


@dataclass(frozen=True, slots=True)
class Visit:
    """An infusion session's start and end, UTC; the end is the planned one where none is known."""

    started_ms: Milliseconds
    over_ms: Milliseconds


def next_visit_no(earlier_starts: Iterable[Milliseconds]) -> int:
    """The number of the next infusion visit in this course, from 1."""
    return len(list(earlier_starts)) + 1


def visit_no(started_ms: Milliseconds, all_starts: Iterable[Milliseconds]) -> int:
    """The number of an infusion visit among all of the course, in order of time."""
    return sum(other < started_ms for other in all_starts) + 1


def is_post_score(taken_day: int, last_day: int) -> bool:
    """Whether a form of that day comes after a session that ended on `last_day`; both count calendar days."""
    return taken_day > last_day


def days_asked_about(recall: Recall, taken_day: int) -> range:
    """The calendar days a form asks about: as many as its recall has, the last of them the day before it was filled.

    The day it is filled is none of them, whether or not the hour was written: a date alone counts as before that
    day's session, and `filled_amid` tells of a form filled after it. So each infusion of a course with a form every
    week lies in one form's week and in no other's, and forms a week apart share no day.
    """
    return range(taken_day - RECALL_DAYS[recall], taken_day)


def share_days(recall: Recall, one_day: int, other_day: int) -> bool:
    """Whether two forms of one recall, filled on these days, ask about some of the same days."""
    return abs(other_day - one_day) < RECALL_DAYS[recall]


def infusions_in_recall(form: Form, starts: Iterable[Milliseconds], zone: ZoneInfo) -> int:
    """How many infusions fall on the days a form asks about."""
    asked = days_asked_about(form.recall, day_number(form.taken_ms, zone))
    return sum(day_number(start, zone) in asked for start in starts)


def filled_amid(form: Form, visit: Visit, zone: ZoneInfo) -> bool:
    """Whether a form was filled during an infusion visit or later on its day: neither before nor after it."""
    if form.taken_ms <= visit.started_ms:
        return False
    return not is_post_score(day_number(form.taken_ms, zone), day_number(visit.over_ms, zone))


def form_words(form: Form, forms: Iterable[Form], visits: Iterable[Visit], zone: ZoneInfo) -> tuple[str, ...]:
    """What is to be known of a form beside its score: filled amid an infusion, and what else its recall holds."""
    ordered = sorted(visits, key=lambda visit: visit.started_ms)
    starts = [visit.started_ms for visit in ordered]
    said = [
        _("filled during infusion {n} or later that day, so no score after it").format(n=n)
        for n, visit in enumerate(ordered, 1)
        if filled_amid(form, visit, zone)
    ]
    said += _recall_words(form, forms, starts, zone)
    overlap = overlap_words(form, starts, zone)
    return (*said, overlap) if overlap else tuple(said)


def _recall_words(form: Form, forms: Iterable[Form], starts: Sequence[Milliseconds], zone: ZoneInfo) -> list[str]:
    """What a form asks about besides its own days: infusion days in a past week, and other forms' weeks or months."""
    said: list[str] = []
    if form.recall is Recall.WEEK:
        held = len({day_number(start, zone) for start in starts if infusions_in_recall(form, (start,), zone)})
        said = [count("its week holds {n} infusion day", "its week holds {n} infusion days", held)] if held else []
    near = [
        day_text(other.taken_ms, zone)
        for other in sorted(forms, key=lambda other: other.taken_ms)
        if other is not form
        and other.recall is form.recall
        and share_days(form.recall, day_number(form.taken_ms, zone), day_number(other.taken_ms, zone))
    ]
    if near:
        one, more = {
            Recall.WEEK: (
                _("its week overlaps that of the form of {days}"),
                _("its week overlaps those of the forms of {days}"),
            ),
            Recall.MONTH: (
                _("its month overlaps that of the form of {days}"),
                _("its month overlaps those of the forms of {days}"),
            ),
        }[form.recall]
        said.append((one if len(near) == 1 else more).format(days=", ".join(near)))
    return said


def overlap_words(form: Form, starts: Sequence[Milliseconds], zone: ZoneInfo) -> str | None:
    """A sentence when a past-month form reaches back before the first infusion, else None."""
    if form.recall is not Recall.MONTH or not starts or form.taken_ms <= min(starts):
        return None
    if day_number(min(starts), zone) > days_asked_about(form.recall, day_number(form.taken_ms, zone))[0]:
        return _("its past month overlaps the time before the first infusion")
    return None


def due_forms(
    forms: Sequence[Form],
    visits: Iterable[Visit],
    now_ms: Milliseconds,
    zone: ZoneInfo,
    schedule: FormSchedule = PRACTICE,
    *,
    course_of: int | None = None,
    finished: bool = False,
) -> FormsDue:
    """The forms that are due now: before the first infusion, from the day after each before the next, and after a course.

    A course is over once `course_of` infusions were held, or when it is said to be `finished`; after that only its
    schedule asks. A visit from after now is one all the same: the clock was set back.
    """
    held = sorted(visits, key=lambda visit: visit.started_ms)
    usable = [form for form in forms if form.complete and form.taken_ms <= now_ms]
    if not held:
        return FormsDue(tuple(_before(usable, now_ms, schedule.before, zone)))
    missing = [
        _("baseline missing: {what} was complete in the {days} days before infusion 1").format(
            what=words, days=BASELINE_DAYS[recall]
        )
        for recall, words in ((Recall.MONTH, _("no past-month form")), (Recall.WEEK, _("no past-week form")))
        if recall in schedule.before and _lacks(usable, recall, held[0].started_ms, zone)
    ]
    weekly = () if finished or not schedule.weekly else _weekly(usable, held, now_ms, zone)
    if not finished and (course_of is None or len(held) < course_of):
        return FormsDue(weekly, tuple(missing))
    last = held[-1] if course_of is None else held[: max(1, course_of)][-1]
    after = after_course(schedule, usable, day_number(last.over_ms, zone), day_number(now_ms, zone), zone)
    return FormsDue((*weekly, *after.due), (*missing, *after.missing))


def _before(forms: Sequence[Form], now_ms: Milliseconds, recalls: Iterable[Recall], zone: ZoneInfo) -> list[DueForm]:
    """What is due before infusion 1."""
    words = {
        Recall.MONTH: _("past-month form due as the baseline, before infusion 1"),
        Recall.WEEK: _("past-week form due before infusion 1, for comparison with later ones"),
    }
    return [
        DueForm(recall, words[recall]) for recall in words if recall in recalls and _lacks(forms, recall, now_ms, zone)
    ]


def _lacks(forms: Iterable[Form], recall: Recall, before_ms: Milliseconds, zone: ZoneInfo) -> bool:
    """Whether no form of a recall was filled so few days before that it tells of the start of a course."""
    oldest = day_number(before_ms, zone) - BASELINE_DAYS[recall]
    return not any(
        form.recall is recall and form.taken_ms <= before_ms and day_number(form.taken_ms, zone) >= oldest
        for form in forms
    )


def _weekly(forms: Iterable[Form], held: Sequence[Visit], now_ms: Milliseconds, zone: ZoneInfo) -> tuple[DueForm, ...]:
    """The form after the last infusion."""
    last = held[-1]
    last_day, today = day_number(last.over_ms, zone), day_number(now_ms, zone)
    weeks = [day_number(form.taken_ms, zone) for form in forms if form.recall is Recall.WEEK]
    if not is_post_score(today, last_day) or any(is_post_score(day, last_day) for day in weeks):
        return ()
    left = POST_WINDOW_DAYS - (today - day_number(last.started_ms, zone))
    when = _("none complete since infusion {n}").format(n=len(held))
    if left >= 0:
        rest = count("{n} day left to link it", "{n} days left to link it", left)
    else:
        rest = _("more than {days} days ago, so infusion {n} stays unlinked").format(days=POST_WINDOW_DAYS, n=len(held))
    return (DueForm(Recall.WEEK, _("past-week form due: {when}; {rest}").format(when=when, rest=rest)),)
