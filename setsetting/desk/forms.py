"""Acts on PCL-5 forms: entered, listed, corrected; no score leaves the record except as an answer."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from setsetting.clinical import pcl5
from setsetting.clinical.form import Form, Item, Recall
from setsetting.clinical.pcl5 import Score
from setsetting.desk.clinic import Clinic
from setsetting.errors import AlreadyExists, Refused
from setsetting.machine import clock
from setsetting.record import form_rows, rows
from setsetting.record.kinds import FormCorrected, FormEntered
from setsetting.record.log import Record
from setsetting.units import Milliseconds
from setsetting.words.numbers import day_text
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class ScoredForm:
    """A form as it stands, with its score."""

    form_id: str
    form: Form
    dated_only: bool
    corrections: int
    simulated: bool
    scored: Score


def expect(clinic: Clinic, code: str, recall: Recall, taken: str) -> None:
    """Refuse beforehand what would be refused after twenty answers: patient, time, double entry."""
    taken_ms, _dated = clock.parse_moment(taken, clinic.settings.zone)
    with clinic.record() as record:
        _refuse_double(clinic, record, rows.patient(record, code), recall, taken_ms)


def add(
    clinic: Clinic, code: str, items: Sequence[Item], recall: Recall, taken: str, *, simulated: bool = False
) -> ScoredForm:
    """Enter a form; one dated without a time counts as before that day's session."""
    taken_ms, dated_only = clock.parse_moment(taken, clinic.settings.zone)
    pcl5.score(items)
    with clinic.record() as record, record.whole():
        patient = rows.patient(record, code)
        _refuse_double(clinic, record, patient, recall, taken_ms)
        payload = FormEntered(
            form_id=uuid.uuid4().hex,
            patient_id=patient.patient_id,
            items=tuple(items),
            recall=str(recall),
            taken_utc_ms=taken_ms,
            dated_only=dated_only,
            simulated=simulated,
        )
        record.append("form.entered", payload)
        return _scored(form_rows.form(record, payload.form_id))


def listing(clinic: Clinic, code: str) -> tuple[ScoredForm, ...]:
    """A patient's forms by the time they were taken."""
    with clinic.record() as record:
        return tuple(_scored(row) for row in form_rows.forms(record, rows.patient(record, code).patient_id))


def find(clinic: Clinic, form_id: str) -> ScoredForm:
    with clinic.record() as record:
        return _scored(form_rows.form(record, form_id))


def correct(clinic: Clinic, form_id: str, items: Sequence[Item], reason: str) -> ScoredForm:
    """Let a form stand anew, with a reason; what stood before stays in the trail."""
    pcl5.score(items)
    with clinic.record() as record, record.whole():
        old = form_rows.form(record, form_id)
        payload = FormCorrected(
            form_id=form_id,
            patient_id=old.patient_id,
            items=tuple(items),
            recall=str(old.form.recall),
            taken_utc_ms=old.form.taken_ms,
            dated_only=old.dated_only,
            simulated=old.simulated,
            reason=reason,
        )
        record.append("form.corrected", payload, corrects=old.event_id)
        return _scored(form_rows.form(record, form_id))


def _scored(row: form_rows.FormRow) -> ScoredForm:
    return ScoredForm(
        form_id=row.form_id,
        form=row.form,
        dated_only=row.dated_only,
        corrections=row.corrections,
        simulated=row.simulated,
        scored=pcl5.score(row.form.items),
    )


def _refuse_double(
    clinic: Clinic, record: Record, patient: rows.PatientRow, recall: Recall, taken_ms: Milliseconds
) -> None:
    """One form a day and recall; and none from a day that has not come."""
    zone = clinic.settings.zone
    day = day_text(taken_ms, zone)
    if taken_ms > clinic.clock.utc_ms():
        raise Refused(_("{day} lies in the future; a form is entered when it was filled.").format(day=day))
    if any(
        row.form.recall is recall and day_text(row.form.taken_ms, zone) == day
        for row in form_rows.forms(record, patient.patient_id)
    ):
        raise AlreadyExists(
            _("A past-{recall} form of {day} is there already; mend it with `setsetting pcl5 correct ID`.").format(
                recall=recall, day=day
            )
        )
