"""Today: who is in a course, what comes next for each, and what is left open."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from setsetting.clinical.course import next_visit_no
from setsetting.clinical.form_schedule import DueForm
from setsetting.clinical.visits import VisitKind
from setsetting.desk import course
from setsetting.desk.clinic import CURATION, LIBRARY, Clinic
from setsetting.desk.due import end_of, forms_due
from setsetting.desk.plan import PatientPlan, PlanState
from setsetting.machine import clock, files
from setsetting.record import form_rows, rows, statement_rows
from setsetting.record.sound import LISTED, LISTED_VISITS, refuse_edited_list
from setsetting.record.statement_rows import EndRow, VisitRow
from setsetting.units import Milliseconds
from setsetting.words.numbers import day_number

SHOWN_STEPS = 3


@dataclass(frozen=True, slots=True)
class TodayRow:
    """One patient's line: the visit that runs or is next, the last before it and how long ago, forms due, what is not closed.

    Of a course that is over only the forms of the clinic's own schedule are due.
    """

    code: str
    simulated: bool
    next_visit: int
    of: int
    last: rows.SessionRow | None
    days_ago: int
    due: tuple[DueForm, ...]
    unclosed: rows.SessionRow | None
    vetoes: tuple[rows.VetoRow, ...]
    planned: VisitRow | None = None
    """The next appointment, from today on."""
    comes_today: bool = False
    missing: tuple[str, ...] = ()
    """Forms that were due and never came, in words."""
    open_queries: int = 0
    """Questions on forms that nobody has answered yet."""
    open_keyings: int = 0
    """Forms whose second keying differs and which nobody has settled yet."""
    ended: EndRow | None = None
    """That the course is over, unless an infusion was held since."""
    silent: bool = False
    """That the session which runs has no player, as after a power loss: joined it goes on, or it is closed."""

    @property
    def runs(self) -> bool:
        """Whether the record knows no end yet of the session that is not closed."""
        return self.unclosed is not None and self.unclosed.ended_utc_ms is None


class VisitStep(StrEnum):
    """What there is to do for a patient's visit."""

    JOIN = "join"
    CLOSE = "close"
    FORM = "form"
    BUILD = "build"
    START = "start"
    PREPARE = "prepare"
    INTEGRATE = "integrate"


def today(clinic: Clinic, *, edited: bool = False) -> tuple[TodayRow, ...]:
    """Patients in the order they are likely wanted: open sessions, who comes today by the clock, the longest since the
    last visit, and at last whose course is over.

    Raises Refused where a row was edited by hand, unless `edited` ones are taken too: a screen opens whatever there is.
    """
    with clinic.record() as record:
        if not edited:
            refuse_edited_list(record, (*LISTED, *LISTED_VISITS))
        held, forms = rows.by_patient(rows.sessions(record)), rows.by_patient(form_rows.forms(record))
        told = _Told(
            held,
            forms,
            rows.by_patient(rows.vetoes(record)),
            rows.by_patient(statement_rows.planned(record)),
            rows.by_patient(statement_rows.held(record)),
            rows.by_patient(statement_rows.ends(record)),
        )
        found = [_row(clinic, each, told) for each in rows.patients(record)]
    return tuple(sorted(found, key=_order))


def listed(clinic: Clinic, code: str) -> str:
    """A patient's code as the list has it; raises NotFound for one who is in none."""
    with clinic.record() as record:
        return rows.patient(record, code).code


def ground(clinic: Clinic) -> tuple[object, ...]:
    """What a list of today was made from: where it is the same again, nothing was kept, and neither library nor
    playlists were written to."""
    with clinic.record() as record:
        count = record.head().events
    databases = [clinic.folder / f"{name}{end}" for name in (LIBRARY, CURATION) for end in ("", "-wal")]
    stamps = [files.stamp(file) for file in (*databases, *sorted((clinic.folder / "playlists").glob("*.toml")))]
    return (
        count,
        *(stamp if stamp is not None and stamp[1] else None for stamp in stamps),
    )  # reading makes an empty -wal


def players_changed(clinic: Clinic, listed: Iterable[TodayRow]) -> bool:
    """Whether a session of the list has lost its player since it was made, or has one again: nothing is kept for that."""
    return any(row.runs and row.silent != _is_silent(clinic, row.unclosed) for row in listed)


def steps(row: TodayRow, plan: PatientPlan | None) -> tuple[VisitStep, ...]:
    """What is to be done next, in order, three acts at most; a plan that is not known yet is no reason to build one."""
    if row.unclosed is not None:
        if row.silent:
            return VisitStep.JOIN, VisitStep.CLOSE
        return (VisitStep.JOIN,) if row.runs else (VisitStep.CLOSE, VisitStep.FORM)
    if row.ended is not None:
        return (VisitStep.FORM,) if row.due else ()
    found = [VisitStep.FORM] if row.due else []
    if row.planned is not None and row.planned.kind is not VisitKind.INFUSION:
        preparing = row.planned.kind is VisitKind.PREPARATION
        return (*found, VisitStep.PREPARE if preparing else VisitStep.INTEGRATE)
    if plan is not None and plan.state is not PlanState.READY:
        found.append(VisitStep.BUILD)
    if plan is not None and plan.state is not PlanState.NONE:
        found.append(VisitStep.START)
    return tuple(found)[:SHOWN_STEPS]


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known of all patients, by the patient's id."""

    held: dict[str, list[rows.SessionRow]]
    forms: dict[str, list[form_rows.FormRow]]
    vetoes: dict[str, list[rows.VetoRow]]
    planned: dict[str, list[VisitRow]]
    visits: dict[str, list[VisitRow]]
    ends: dict[str, list[EndRow]]


def _order(row: TodayRow) -> tuple[bool, bool, bool, int, str]:
    last_ms = 0 if row.last is None else row.last.started_utc_ms
    at_ms = row.planned.at_ms if row.planned is not None and row.comes_today else last_ms
    return row.unclosed is None, row.ended is not None, not row.comes_today, at_ms, row.code


def _row(clinic: Clinic, patient: rows.PatientRow, told: _Told) -> TodayRow:
    now_ms, zone = clinic.clock.utc_ms(), clinic.settings.zone
    every, forms = told.held[patient.patient_id], told.forms[patient.patient_id]
    held = [session for session in every if session.counts]
    starts = [session.started_utc_ms for session in held]
    unclosed = next((session for session in reversed(every) if not (session.closed or session.void)), None)
    running = unclosed if unclosed is not None and unclosed.ended_utc_ms is None else None
    last = next((session for session in reversed(held) if session is not running), None)
    ended = end_of(clinic, told.ends[patient.patient_id], held)
    asked = forms_due(clinic, [row.form for row in forms], held, ended)
    planned = _appointment(patient, told, [row for row in held if row is not running], now_ms, zone)
    return TodayRow(
        code=patient.code,
        simulated=patient.simulated,
        next_visit=running.visit_no if running is not None and running.visit_no else next_visit_no(starts),
        of=clinic.settings.course.infusions,
        last=last,
        days_ago=0 if last is None else _days(clinic, last.started_utc_ms, now_ms),
        due=asked.due,
        missing=asked.missing,
        open_queries=sum(len(row.open_queries) for row in forms),
        open_keyings=sum(row.keying_open for row in forms),
        unclosed=unclosed,
        vetoes=tuple(told.vetoes[patient.patient_id]),
        planned=planned,
        comes_today=planned is not None and day_number(planned.at_ms, zone) == day_number(now_ms, zone),
        ended=ended,
        silent=_is_silent(clinic, running),
    )


def _is_silent(clinic: Clinic, running: rows.SessionRow | None) -> bool:
    """Whether a session runs here whose player is gone."""
    if running is None:
        return False
    from setsetting.session import folder, link  # which a list where nothing runs has no need of

    where = folder.folder_of(clinic.folder, running.session_id)
    return where.is_dir() and not link.is_running(where)


def _days(clinic: Clinic, from_ms: Milliseconds, to_ms: Milliseconds) -> int:
    """How many of the clinic's days lie between two instants."""
    first, last = (clock.local(at_ms, clinic.settings.zone).date() for at_ms in (from_ms, to_ms))
    return (last - first).days


def _appointment(
    patient: rows.PatientRow, told: _Told, held: list[rows.SessionRow], now_ms: Milliseconds, zone: ZoneInfo
) -> VisitRow | None:
    """The next visit that is planned for the patient and was not held."""
    days = defaultdict[VisitKind, set[int]](set)
    days[VisitKind.INFUSION] = {day_number(row.started_utc_ms, zone) for row in held}
    for row in told.visits[patient.patient_id]:
        days[row.kind].add(day_number(row.at_ms, zone))
    return course.waiting(told.planned[patient.patient_id], days, now_ms, zone)
