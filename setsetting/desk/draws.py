"""What is drawn by lot for one patient's infusion: shown when it is due, and said where it came otherwise."""

from dataclasses import dataclass
from datetime import date

from setsetting.clinical.free_text import reason_given
from setsetting.desk.clinic import Clinic
from setsetting.errors import NotFound, Refused
from setsetting.machine import clock
from setsetting.record import alternation_rows, rows, statement_rows
from setsetting.record.alternation_kinds import AlternationAssigned, AlternationDeviated
from setsetting.record.alternation_rows import AlternationRow, DrawRow
from setsetting.record.log import Record
from setsetting.record.sound import LISTED_ALTERNATIONS, refuse_edited_list
from setsetting.review.schedule import PERMILLE, drawn
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class Draw:
    """What was drawn for a patient's next infusion, in the field's own words; `shown_before` says that it was shown already."""

    row: DrawRow
    code: str
    field: str
    value: str
    shown_before: bool


@dataclass(frozen=True, slots=True)
class NextDraw:
    """A field that is drawn for a patient's next infusion, and the value that was shown; None until it is."""

    field: str
    value: str | None


def due(clinic: Clinic, code: str) -> Draw:
    """Show what is drawn for a patient's infusion that is next, on its day; shown again it is the same."""
    with clinic.record() as record, record.whole():
        refuse_edited_list(record, LISTED_ALTERNATIONS)
        row = running(clinic, record)
        patient = rows.patient(record, code)
        _refuse_early(clinic, record, patient.patient_id)
        shown, held = _shown(record, row, patient.patient_id)
        found = shown
        if found is None:
            draws, number = alternation_rows.draws(record, row.event_id), held + 1
            place = sum(each.number == number for each in draws)
            payload = AlternationAssigned(
                row.event_id, patient.named_id, number, place, drawn(row.planned.seed, number, place), PERMILLE
            )
            made = record.append("alternation.assigned", payload)
            draws = alternation_rows.draws(record, row.event_id)
            found = next(each for each in draws if each.event_id == made.event_id)
    return Draw(found, patient.code, row.planned.field, row.value_of(found), shown_before=shown is not None)


def coming(clinic: Clinic, code: str) -> NextDraw | None:
    """Whether something is drawn for a patient's next infusion, without showing it; None where no schedule runs."""
    with clinic.record() as record:
        refuse_edited_list(record, LISTED_ALTERNATIONS)
        row = next((row for row in alternation_rows.alternations(record) if row.runs(today_of(clinic))), None)
        if row is None:
            return None
        shown, _held = _shown(record, row, rows.patient(record, code).patient_id)
    return NextDraw(row.planned.field, None if shown is None else row.value_of(shown))


def _shown(record: Record, row: AlternationRow, patient_id: str) -> tuple[DrawRow | None, int]:
    """The draw that was shown for a patient's next infusion, if one was, and how many infusions were held."""
    held = [each for each in rows.sessions(record, patient_id) if each.counts]
    theirs = [each for each in alternation_rows.draws(record, row.event_id) if each.patient_id == patient_id]
    waiting = [each for each in theirs if all(session.started_utc_ms < each.at_utc_ms for session in held)]
    return (waiting[-1] if waiting else None), len(held)


def _refuse_early(clinic: Clinic, record: Record, patient_id: str) -> None:
    """A draw is shown on the day of its infusion: where another day is planned, not before it."""
    zone, today = clinic.settings.zone, today_of(clinic)
    planned = [row for row in statement_rows.planned(record, patient_id) if str(row.kind) == "infusion"]
    days = [clock.local(row.at_ms, zone).date() for row in planned]
    coming = [day for day in days if day >= today]
    if coming and min(coming) > today:
        raise Refused(
            _("The infusion is planned for {day}; what is drawn is shown on that day.").format(day=min(coming))
        )


def deviate(clinic: Clinic, code: str, reason: str) -> Draw:
    """Say that the newest draw of a patient was not, or could not be, followed, and why."""
    reason = reason_given(reason)
    with clinic.record() as record, record.whole():
        patient = rows.patient(record, code)
        shown = [
            (row, each)
            for row in alternation_rows.alternations(record)
            for each in alternation_rows.draws(record, row.event_id)
            if each.patient_id == patient.patient_id
        ]
        if not shown:
            raise NotFound(_("Nothing was drawn for {code}.").format(code=patient.code))
        row, newest = shown[-1]
        record.append("alternation.deviated", AlternationDeviated(patient.named_id, newest.event_id, reason))
    return Draw(newest, patient.code, row.planned.field, row.value_of(newest), shown_before=True)


def running(clinic: Clinic, record: Record) -> AlternationRow:
    """The schedule that runs now; NotFound where none does."""
    found = [row for row in alternation_rows.alternations(record) if row.runs(today_of(clinic))]
    if not found:
        raise NotFound(_("Nothing is drawn by lot now; `setsetting alternation plan` fixes a schedule."))
    return found[-1]


def today_of(clinic: Clinic) -> date:
    """The clinic's own day."""
    return clock.local(clinic.clock.utc_ms(), clinic.settings.zone).date()
