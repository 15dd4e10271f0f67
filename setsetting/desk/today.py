"""Today: who is in a course, what comes next for each, and what is left open."""

from dataclasses import dataclass

from setsetting.clinical.course import due_forms, next_visit_no
from setsetting.desk.clinic import Clinic
from setsetting.machine import clock
from setsetting.record import rows
from setsetting.record.log import Record
from setsetting.units import Milliseconds
from setsetting.words.numbers import minutes_text
from setsetting.words.translate import _, count


@dataclass(frozen=True, slots=True)
class TodayRow:
    """One patient's line: the next visit, the last one, forms that are due, and a session not closed.

    `unclosed` says of that session what is to be done, and `runs` that the record knows no end of it yet.
    """

    code: str
    simulated: bool
    next_visit: int
    of: int
    last: str
    last_ms: Milliseconds | None
    due: tuple[str, ...]
    unclosed: str | None
    runs: bool
    vetoes: tuple[str, ...]


def today(clinic: Clinic) -> tuple[TodayRow, ...]:
    """Patients in the order they are likely wanted: open sessions, then the longest since the last visit."""
    with clinic.record() as record:
        found = [_row(clinic, record, patient) for patient in rows.patients(record)]
    return tuple(sorted(found, key=lambda row: (row.unclosed is None, row.last_ms or 0, row.code)))


def _row(clinic: Clinic, record: Record, patient: rows.PatientRow) -> TodayRow:
    now_ms = clinic.clock.utc_ms()
    held = rows.sessions(record, patient.patient_id)
    starts = [session.started_utc_ms for session in held]
    forms = [row.form for row in rows.forms(record, patient.patient_id)]
    unclosed = [session for session in held if not session.closed]
    return TodayRow(
        code=patient.code,
        simulated=patient.simulated,
        next_visit=next_visit_no(starts),
        of=clinic.settings.course.infusions,
        last=_last(clinic, held[-1], now_ms) if held else _("no infusion yet"),
        last_ms=starts[-1] if starts else None,
        due=tuple(form.because for form in due_forms(forms, starts, now_ms)),
        unclosed=_unclosed(unclosed[-1]) if unclosed else None,
        runs=bool(unclosed) and unclosed[-1].ended_utc_ms is None,
        vetoes=tuple(f"{_(row.what)} {row.value}" for row in rows.vetoes(record, patient.patient_id)),
    )


def _unclosed(session: rows.SessionRow) -> str:
    words = _("infusion {n} is running") if session.ended_utc_ms is None else _("infusion {n} is not closed")
    return words.format(n=session.visit_no)


def _last(clinic: Clinic, session: rows.SessionRow, now_ms: Milliseconds) -> str:
    """The last session in a few words: how long ago, how long it ran, with what."""
    zone = clinic.settings.zone
    days = (clock.local(now_ms, zone).date() - clock.local(session.started_utc_ms, zone).date()).days
    ago = _("today") if days == 0 else count("{n} day ago", "{n} days ago", days)
    ran = session.actual or session.planned
    parts = [
        _("infusion {n}").format(n=session.visit_no),
        ago,
        minutes_text(ran.end_ms),
    ]
    if session.playlist is not None:
        parts.append(session.playlist)
    return ", ".join(parts)
