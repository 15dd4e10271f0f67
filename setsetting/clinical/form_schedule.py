"""When forms of a course are due besides the practice of `course`: the clinic's own schedule, and nothing it did not say.

A form after a course is due from its day on, counted from the last infusion of the course, and missing once its days are
over. It is done by a complete form of its recall within these days.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from setsetting.clinical.form import Form, Recall
from setsetting.words.numbers import day_number
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class DueForm:
    """A form that should be asked for, and why, in words."""

    recall: Recall
    because: str


@dataclass(frozen=True, slots=True)
class FormAfter:
    """A form so many days after the last infusion of a course, and for how many days more it may be filled."""

    name: str
    recall: Recall
    days: int
    within_days: int


@dataclass(frozen=True, slots=True)
class FormSchedule:
    """Which forms are asked for before infusion 1, whether one after each infusion, and those after a course."""

    before: tuple[Recall, ...] = (Recall.MONTH, Recall.WEEK)
    weekly: bool = True
    after: tuple[FormAfter, ...] = ()


@dataclass(frozen=True, slots=True)
class FormsDue:
    """What is due now, and in words what was due and never came."""

    due: tuple[DueForm, ...] = ()
    missing: tuple[str, ...] = ()


def after_course(schedule: FormSchedule, forms: Iterable[Form], last_day: int, today: int, zone: ZoneInfo) -> FormsDue:
    """The forms after a course whose last infusion ended on `last_day`; days are `day_number`'s."""
    filled = [(form.recall, day_number(form.taken_ms, zone)) for form in forms if form.complete]
    due: list[DueForm] = []
    missing: list[str] = []
    for each in sorted(schedule.after, key=lambda each: each.days):
        first = last_day + each.days
        last = first + each.within_days
        if today < first or any(recall is each.recall and first <= day <= last for recall, day in filled):
            continue
        words = (
            _("{name} due: a past-{recall} form, from {first} to {last}")
            if today <= last
            else _("{name} missing: a past-{recall} form was due from {first} to {last}")
        ).format(name=each.name, recall=each.recall, first=date.fromordinal(first), last=date.fromordinal(last))
        if today <= last:
            due.append(DueForm(each.recall, words))
        else:
            missing.append(words)
    return FormsDue(tuple(due), tuple(missing))
