"""The days of a course: instants as the clinic's calendar has them, and counted from the first infusion."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from setsetting.review.course import PatientCourse
from setsetting.units import Milliseconds
from setsetting.words.numbers import day_number, day_text, local_text
from setsetting.words.translate import _


class Days:
    """Instants as the clinic's calendar days, and as days from the first infusion."""

    def __init__(self, course: PatientCourse) -> None:
        self.zone = ZoneInfo(course.zone)
        starts = [each.started_ms for each in course.sessions] or [each.form.taken_ms for each in course.forms]
        self._zero = self.ordinal(min(starts)) if starts else 0

    def ordinal(self, ms: Milliseconds) -> int:
        return day_number(ms, self.zone)

    def since_zero(self, ms: Milliseconds) -> int:
        return self.ordinal(ms) - self._zero

    def date(self, ms: Milliseconds) -> str:
        return day_text(ms, self.zone)

    def moment(self, ms: Milliseconds) -> str:
        return local_text(ms, self.zone)

    def period(self, instants: Sequence[Milliseconds]) -> str:
        if not instants:
            return _("nothing recorded")
        return _("{first} to {last}").format(first=self.date(min(instants)), last=self.date(max(instants)))
