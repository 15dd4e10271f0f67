"""Acts on PCL-5 forms: entered, listed, corrected; no score leaves the record except as an answer."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from setsetting.clinical import pcl5
from setsetting.clinical.course import Visit, form_words
from setsetting.clinical.form import Form, Item, NoAnswer, Recall, SecondKeying
from setsetting.clinical.form_schedule import DueForm
from setsetting.clinical.free_text import reason_given
from setsetting.clinical.pcl5 import Score
from setsetting.desk.clinic import Clinic
from setsetting.desk.due import end_of, forms_due
from setsetting.desk.patients import refuse_simulated_beside_real
from setsetting.errors import AlreadyExists, Refused, UsageError
from setsetting.machine import clock
from setsetting.record import form_rows, rows, statement_rows
from setsetting.record.corrections import why_gone
from setsetting.record.keyed_rows import KeyedRow
from setsetting.record.kinds import FormCorrected, FormEntered, FormWithdrawn
from setsetting.record.log import Record
from setsetting.record.query_rows import QueryRow
from setsetting.record.sound import refuse_edited
from setsetting.units import Milliseconds
from setsetting.words.numbers import day_text, local_text
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class ChangedForm:
    """A correction of a form that stands, or its withdrawal: who said when and why; and whose and what it was before."""

    event_id: str
    at_utc_ms: Milliseconds
    actor: str
    reason: str
    code: str
    before: Form
    dated_only: bool
    withdrew: bool = False


@dataclass(frozen=True, slots=True)
class ScoredForm:
    """A form as it stands, with its score; `remarks` are sentences on when it was filled and what its recall holds."""

    form_id: str
    form: Form
    dated_only: bool
    corrections: int
    simulated: bool
    scored: Score
    code: str = ""
    withdrawn: str | None = None
    """Why it was withdrawn; None for a form that stands."""
    patient_withdrawn: str | None = None
    """Why its patient was withdrawn, so that it is in no list; None for who stands."""
    event_id: str = ""
    """The event by which it stands as it does; of a correction, what `record undo` takes back."""
    remarks: tuple[str, ...] = ()
    changes: tuple[ChangedForm, ...] = ()
    """What was corrected in it, oldest first; its withdrawal is the last."""
    queries: tuple[QueryRow, ...] = ()
    """Questions on it, oldest first; one without an answer is open."""
    by_patient: bool = False
    keyed: KeyedRow | None = None
    second: SecondKeying | None = None
    """How its second keying compares; None where it was keyed once."""

    @property
    def open_queries(self) -> tuple[QueryRow, ...]:
        return tuple(each for each in self.queries if each.answer is None)


@dataclass(frozen=True, slots=True)
class FormToCome:
    """What is to be known of a form before it is entered: the one before it, and what its recall will hold."""

    before: ScoredForm | None
    remarks: tuple[str, ...]


def expect(clinic: Clinic, code: str, recall: Recall, taken: str) -> None:
    """Refuse beforehand what would be refused after twenty answers: patient, time, double entry."""
    taken_ms, _dated = clock.parse_moment(taken, clinic.settings.zone)
    with clinic.record() as record:
        _refuse_double(clinic, record, rows.patient(record, code).patient_id, recall, taken_ms)


def due(clinic: Clinic, code: str) -> tuple[DueForm, ...]:
    """The forms that are due for this patient now."""
    with clinic.record() as record:
        patient_id = rows.patient(record, code).patient_id
        known = [row.form for row in form_rows.forms(record, patient_id)]
        held = [row for row in rows.sessions(record, patient_id) if row.counts]
        ends = [row for row in statement_rows.ends(record) if row.patient_id == patient_id]
        return forms_due(clinic, known, held, end_of(clinic, ends, held)).due


def to_come(clinic: Clinic, code: str, recall: Recall, taken: str) -> FormToCome:
    """The form of the same recall before that time, and what is to be known of one filled then."""
    taken_ms, _dated = clock.parse_moment(taken, clinic.settings.zone)
    with clinic.record() as record:
        patient = rows.patient(record, code)
        known = form_rows.forms(record, patient.patient_id)
        earlier = [row for row in known if row.form.recall is recall and row.form.taken_ms < taken_ms]
        form = Form((NoAnswer.MISSING,) * pcl5.ITEM_COUNT, recall, taken_ms)
        visits = _visits(record, patient.patient_id)
        remarks = form_words(form, [row.form for row in known], visits, clinic.settings.zone)
        return FormToCome(_scored(earlier[-1], rows.codes(record)) if earlier else None, remarks)


def add(
    clinic: Clinic,
    code: str,
    items: Sequence[Item],
    recall: Recall,
    taken: str,
    *,
    form_id: str | None = None,
    simulated: bool = False,
    by_patient: bool = False,
) -> ScoredForm:
    """Enter a form; one dated without a time counts as before that day's session.

    With the `form_id` of one that was begun and left, that is it no longer. `by_patient` says that the patient
    answered on the screen that was handed over.
    """
    taken_ms, dated_only = clock.parse_moment(taken, clinic.settings.zone)
    pcl5.score(items)
    with clinic.record() as record, record.whole():
        patient = rows.patient(record, code)
        if form_id in {row.form_id for row in form_rows.every(record, patient.patient_id)}:
            raise AlreadyExists(_("This form was entered meanwhile, in another window."))
        _refuse_double(clinic, record, patient.patient_id, recall, taken_ms)
        at_ms, day = clock.as_said(taken_ms, clinic.settings.zone, dated_only=dated_only)
        payload = FormEntered(
            form_id=form_id or uuid.uuid4().hex,
            patient_id=patient.named_id,
            items=tuple(items),
            recall=str(recall),
            taken_utc_ms=at_ms,
            day=day,
            simulated=simulated,
            by_patient=by_patient,
        )
        record.append("form.entered", payload)
        return found(clinic, record, payload.form_id)


def listing(clinic: Clinic, code: str, *, withdrawn: bool = False) -> tuple[ScoredForm, ...]:
    """A patient's forms by the time they were taken; with `withdrawn`, what and who was withdrawn too."""
    with clinic.record() as record:
        patient = rows.patient(record, code, withdrawn=withdrawn, listed=True)
        refuse_edited(record, patient.patient_id)
        known = form_rows.every(record, patient.patient_id)
        visits = _visits(record, patient.patient_id)
        forms = [row.form for row in known if row.withdrawn is None]
        codes, gone = rows.codes(record), _why_gone(record, patient.patient_id)
        return tuple(
            replace(_scored(row, codes, gone), remarks=form_words(row.form, forms, visits, clinic.settings.zone))
            if row.withdrawn is None
            else _scored(row, codes, gone)
            for row in known
            if withdrawn or row.withdrawn is None
        )


def find(clinic: Clinic, form_id: str) -> ScoredForm:
    """One form as it stands; its id may be shortened. Raises Refused where its patient's part of the record was edited."""
    with clinic.record() as record:
        refuse_edited(record, form_rows.whose(record, form_id))
        return found(clinic, record, form_id)


def correct(
    clinic: Clinic,
    form_id: str,
    items: Sequence[Item] | None,
    reason: str,
    *,
    taken: str | None = None,
    recall: Recall | None = None,
    code: str | None = None,
    seen: str | None = None,
) -> ScoredForm:
    """Let a form stand anew, with a reason: what is None stays as it is, what stood before stays in the trail.

    `seen` is the newest event of the form that was looked at; raises Refused where it was corrected since.
    """
    if items is None and taken is None and recall is None and code is None:
        raise UsageError(_("Nothing to correct: give 20 answers, --taken, --recall or --patient."))
    reason = reason_given(reason)
    with clinic.record() as record, record.whole():
        old = to_change(record, form_id)
        if seen not in {None, old.event_id}:
            words = _(
                "This form of {code} was corrected in another window meanwhile, and nothing was recorded. Go back and look at it."
            )
            raise Refused(words.format(code=rows.codes(record).get(old.patient_id, "")))
        told = _corrected(clinic, record, old, items=items, taken=taken, recall=recall, code=code, reason=reason)
        record.append("form.corrected", told, corrects=old.event_id)
        return found(clinic, record, old.form_id)


def refuse_correction(
    clinic: Clinic, form_id: str, *, taken: str | None = None, recall: Recall | None = None, code: str | None = None
) -> None:
    """Refuse what `correct` refuses, before anybody types a reason."""
    with clinic.record() as record:
        _corrected(clinic, record, to_change(record, form_id), taken=taken, recall=recall, code=code)


def refuse_taken(clinic: Clinic, taken: str) -> None:
    """Refuse what is no time, and one that lies in the future."""
    refuse_future(clinic, clock.parse_moment(taken, clinic.settings.zone)[0])


def _corrected(
    clinic: Clinic,
    record: Record,
    old: form_rows.FormRow,
    *,
    items: Sequence[Item] | None = None,
    taken: str | None,
    recall: Recall | None,
    code: str | None,
    reason: str = "",
) -> FormCorrected:
    """The event by which a form stands anew; raises Refused where it says that already, or cannot be so."""
    taken_ms, dated_only = old.form.taken_ms, old.dated_only
    if taken is not None:
        taken_ms, dated_only = clock.parse_moment(taken, clinic.settings.zone)
    patient_id, told_of = old.patient_id, old.told_of
    if code is not None and (patient := rows.patient(record, code)).patient_id != patient_id:
        refuse_simulated_beside_real(rows.owner_of(record, patient_id), patient)
        patient_id, told_of = patient.patient_id, patient.named_id
    new = Form(old.form.items if items is None else tuple(items), recall or old.form.recall, taken_ms)
    pcl5.score(new.items)
    if (patient_id, new, dated_only) == (old.patient_id, old.form, old.dated_only):
        raise Refused(_("Form {id} says that already; nothing was recorded.").format(id=old.form_id))
    if (patient_id, new.recall, taken_ms) != (old.patient_id, old.form.recall, old.form.taken_ms):
        _refuse_double(clinic, record, patient_id, new.recall, taken_ms, but=old.form_id)
    at_ms, day = clock.as_said(taken_ms, clinic.settings.zone, dated_only=dated_only)
    return FormCorrected(
        form_id=old.form_id,
        patient_id=told_of,
        items=new.items,
        recall=str(new.recall),
        taken_utc_ms=at_ms,
        day=day,
        simulated=old.simulated,
        reason=reason,
    )


def withdraw(clinic: Clinic, form_id: str, reason: str) -> ScoredForm:
    """Say that a form is none; it is in no list, count or link any more, and stays in the trail."""
    reason = reason_given(reason)
    with clinic.record() as record, record.whole():
        old = to_change(record, form_id)
        payload = FormWithdrawn(form_id=old.form_id, patient_id=old.patient_id, reason=reason)
        record.append("form.withdrawn", payload, corrects=old.event_id)
        return found(clinic, record, old.form_id)


def found(clinic: Clinic, record: Record, form_id: str) -> ScoredForm:
    """One form as it stands in an open record."""
    row = form_rows.form(record, form_id)
    scored = _scored(row, rows.codes(record), _why_gone(record, row.patient_id))
    if row.withdrawn is not None:
        return scored
    forms = [row.form, *(each.form for each in form_rows.forms(record, row.patient_id) if each.form_id != row.form_id)]
    remarks = form_words(row.form, forms, _visits(record, row.patient_id), clinic.settings.zone)
    return replace(scored, remarks=remarks)


def _visits(record: Record, patient_id: str) -> list[Visit]:
    held = rows.sessions(record, patient_id)
    return [Visit(row.started_utc_ms, row.over_ms) for row in held if row.counts]


def to_change(record: Record, form_id: str) -> form_rows.FormRow:
    """A form that something is to be done to; refuses one that was withdrawn, or whose patient was, and says how it comes back."""
    whose = form_rows.whose(record, form_id)
    refuse_edited(record, whose)
    form = form_rows.form(record, form_id)
    if form.withdrawn is not None:
        undo = f"`setsetting record undo --event {form.withdrawn.event_id} --reason TEXT`"
        raise Refused(_("Form {id} was withdrawn; {undo} brings it back.").format(id=form.form_id, undo=undo))
    rows.refuse_withdrawn(record, whose)
    return form


def _why_gone(record: Record, patient_id: str) -> str | None:
    """Why a patient was withdrawn; None for who stands."""
    gone = why_gone(record, patient_id)
    return None if gone is None else gone.reason


def _scored(row: form_rows.FormRow, codes: Mapping[str, str], patient_withdrawn: str | None = None) -> ScoredForm:
    code, gone = codes.get(row.patient_id, ""), row.withdrawn
    changes = [
        ChangedForm(
            each.event_id,
            each.at_utc_ms,
            each.actor,
            each.reason,
            codes.get(each.patient_id, ""),
            each.before,
            each.dated_only,
        )
        for each in row.changes
    ]
    if gone is not None:
        told = gone.event_id, gone.at_utc_ms, gone.actor, gone.reason
        changes.append(ChangedForm(*told, code, row.form, row.dated_only, withdrew=True))
    return ScoredForm(
        form_id=row.form_id,
        form=row.form,
        dated_only=row.dated_only,
        corrections=row.corrections,
        simulated=row.simulated,
        scored=pcl5.score(row.form.items),
        code=code,
        withdrawn=None if gone is None else gone.reason,
        patient_withdrawn=patient_withdrawn,
        event_id=row.event_id if gone is None else gone.event_id,
        changes=tuple(changes),
        queries=row.queries,
        by_patient=row.by_patient,
        keyed=row.keyed,
        second=row.second,
    )


def _refuse_double(
    clinic: Clinic, record: Record, patient_id: str, recall: Recall, taken_ms: Milliseconds, *, but: str | None = None
) -> None:
    """One form a day and recall; and none from a day that has not come."""
    refuse_future(clinic, taken_ms)
    zone = clinic.settings.zone
    day = day_text(taken_ms, zone)
    for row in form_rows.forms(record, patient_id):
        if row.form.recall is recall and day_text(row.form.taken_ms, zone) == day and row.form_id != but:
            raise AlreadyExists(
                _(
                    "{code} has a past-{recall} form of {day} already; mend it with `setsetting pcl5 correct {id}`."
                ).format(code=rows.codes(record)[patient_id], recall=recall, day=day, id=row.form_id)
            )


def refuse_future(clinic: Clinic, taken_ms: Milliseconds) -> None:
    """A form is entered when it was filled."""
    zone = clinic.settings.zone
    if taken_ms > clinic.clock.utc_ms():
        day, now = day_text(taken_ms, zone), day_text(clinic.clock.utc_ms(), zone)
        when = local_text(taken_ms, zone) if day == now else day
        raise Refused(_("{when} lies in the future; a form is entered when it was filled.").format(when=when))
