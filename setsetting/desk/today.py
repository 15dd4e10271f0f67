"""Today: who is in a course, what comes next for each, and what is left open."""

from dataclasses import dataclass

from setsetting.clinical.course import DueForm, Visit, due_forms, next_visit_no
from setsetting.desk.clinic import Clinic
from setsetting.machine import clock
from setsetting.record import form_rows, rows
from setsetting.units import Milliseconds


@dataclass(frozen=True, slots=True)
class TodayRow:
    """One patient's line: the visit that runs or is next, the last before it and how long ago, forms due, what is not closed."""

    code: str
    simulated: bool
    next_visit: int
    of: int
    last: rows.SessionRow | None
    days_ago: int
    due: tuple[DueForm, ...]
    unclosed: rows.SessionRow | None
    vetoes: tuple[rows.VetoRow, ...]

    @property
    def runs(self) -> bool:
        """Whether the record knows no end yet of the session that is not closed."""
        return self.unclosed is not None and self.unclosed.ended_utc_ms is None


def today(clinic: Clinic) -> tuple[TodayRow, ...]:
    """Patients in the order they are likely wanted: open sessions, then the longest since the last visit."""
    with clinic.record() as record:
        held, forms = rows.by_patient(rows.sessions(record)), rows.by_patient(form_rows.forms(record))
        vetoes = rows.by_patient(rows.vetoes(record))
        found = [
            _row(clinic, each, held[each.patient_id], forms[each.patient_id], vetoes[each.patient_id])
            for each in rows.patients(record)
        ]
    return tuple(sorted(found, key=_order))


def events(clinic: Clinic) -> int:
    """How many events the record holds: more of them, and today may have changed."""
    with clinic.record() as record:
        return record.head().events


def _order(row: TodayRow) -> tuple[bool, int, str]:
    return row.unclosed is None, 0 if row.last is None else row.last.started_utc_ms, row.code


def _row(
    clinic: Clinic,
    patient: rows.PatientRow,
    every: list[rows.SessionRow],
    forms: list[form_rows.FormRow],
    vetoes: list[rows.VetoRow],
) -> TodayRow:
    now_ms = clinic.clock.utc_ms()
    held = [session for session in every if session.counts]
    starts = [session.started_utc_ms for session in held]
    unclosed = next((session for session in reversed(every) if not (session.closed or session.void)), None)
    running = unclosed if unclosed is not None and unclosed.ended_utc_ms is None else None
    last = next((session for session in reversed(held) if session is not running), None)
    return TodayRow(
        code=patient.code,
        simulated=patient.simulated,
        next_visit=running.visit_no if running is not None and running.visit_no else next_visit_no(starts),
        of=clinic.settings.course.infusions,
        last=last,
        days_ago=0 if last is None else _days(clinic, last.started_utc_ms, now_ms),
        due=due_forms(
            [row.form for row in forms],
            [Visit(row.started_utc_ms, row.over_ms) for row in held],
            now_ms,
            clinic.settings.zone,
        ),
        unclosed=unclosed,
        vetoes=tuple(vetoes),
    )


def _days(clinic: Clinic, from_ms: Milliseconds, to_ms: Milliseconds) -> int:
    """How many of the clinic's days lie between two instants."""
    first, last = (clock.local(at_ms, clinic.settings.zone).date() for at_ms in (from_ms, to_ms))
    return (last - first).days
