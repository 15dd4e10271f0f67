"""Which forms a patient is reminded of, by the clinic's own schedule, and how a course ended."""

from collections.abc import Iterable, Sequence

from setsetting.clinical.course import Visit, due_forms
from setsetting.clinical.form import Form
from setsetting.clinical.form_schedule import FormsDue
from setsetting.desk.clinic import Clinic
from setsetting.record.rows import SessionRow
from setsetting.record.statement_rows import EndRow
from setsetting.words.numbers import day_number


def forms_due(clinic: Clinic, forms: Sequence[Form], held: Iterable[SessionRow], ended: EndRow | None) -> FormsDue:
    """The forms that are due now after these sessions, all of which count; of who left a course none is."""
    if ended is not None and not ended.finished:
        return FormsDue()
    settings = clinic.settings
    return due_forms(
        forms,
        [Visit(row.started_utc_ms, row.over_ms) for row in held],
        clinic.clock.utc_ms(),
        settings.zone,
        settings.forms.schedule,
        course_of=settings.course.infusions,
        finished=ended is not None,
    )


def end_of(clinic: Clinic, ends: Sequence[EndRow], held: Sequence[SessionRow]) -> EndRow | None:
    """The end of a course, which an infusion on a later day takes back."""
    zone = clinic.settings.zone
    if not ends or (held and day_number(held[-1].started_utc_ms, zone) > day_number(ends[-1].on_ms, zone)):
        return None
    return ends[-1]
