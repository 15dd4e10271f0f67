"""A patient's course as it was planned and held: every visit with its interval, what changed, and how it ended.

Half of the patients of a clinic may not finish six infusions: a course that stops is told as any other, with its reason
or with none known. Nothing here is a score, and nothing is judged.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from setsetting.clinical.free_text import reason_given
from setsetting.clinical.setting import Difference, Setting, differences
from setsetting.clinical.visits import WITHOUT_SESSION, Reflection, VisitKind
from setsetting.desk.clinic import Clinic
from setsetting.errors import Refused, UsageError, begun
from setsetting.machine import clock
from setsetting.record import rows, statement_rows
from setsetting.record.rows import SessionRow
from setsetting.record.sound import refuse_edited
from setsetting.record.statement_kinds import CourseEnded, VisitHeld, VisitPlanned, VisitReflected
from setsetting.record.statement_rows import EndRow, VisitRow
from setsetting.units import Milliseconds, minutes_from_ms
from setsetting.words.numbers import day_number
from setsetting.words.translate import _

LONGEST_VISIT_MIN = 600


class VisitState(StrEnum):
    HELD = "held"
    PLANNED = "planned"
    NOT_HELD = "not held"
    """Its day has passed."""


@dataclass(frozen=True, slots=True)
class Change:
    """What was otherwise than in the infusion before; `what` names it."""

    what: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class CourseVisit:
    """One visit. `days` are since the visit held before it, `number` an infusion's; `changes` since the infusion before.

    A held infusion has its `session`, another held visit is `held`; `planned` is the appointment it had.
    """

    kind: VisitKind
    state: VisitState
    at_ms: Milliseconds
    dated_only: bool
    number: int | None = None
    days: int | None = None
    session: SessionRow | None = None
    held: VisitRow | None = None
    planned: VisitRow | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class CourseView:
    """A course in the order of time; `ended` is None where nobody said that it is over."""

    code: str
    simulated: bool
    of: int
    visits: tuple[CourseVisit, ...]
    ended: EndRow | None

    @property
    def infusions(self) -> int:
        """How many infusions were held."""
        return sum(each.session is not None for each in self.visits)


def show(clinic: Clinic, code: str) -> CourseView:
    """A patient's course; who was withdrawn is shown too."""
    with clinic.record() as record:
        patient = rows.patient(record, code, withdrawn=True)
        refuse_edited(record, patient.patient_id)
        sessions = [row for row in rows.sessions(record, patient.patient_id) if row.counts]
        planned = statement_rows.planned(record, patient.patient_id)
        held = statement_rows.held(record, patient.patient_id)
        ends = statement_rows.ends(record, patient.patient_id)
    visits = _visits(sessions, held, planned, clinic.clock.utc_ms(), clinic.settings.zone)
    return CourseView(
        patient.code, patient.simulated, clinic.settings.course.infusions, tuple(visits), ends[-1] if ends else None
    )


def plan(clinic: Clinic, code: str, kind: VisitKind, at: str) -> CourseView:
    """Plan a visit at a time or on a day; it is called off as any statement is withdrawn, with a reason."""
    at_ms, dated = clock.parse_moment(at, clinic.settings.zone)
    said = clock.as_said(at_ms, clinic.settings.zone, dated_only=dated)
    with clinic.record() as record, record.whole():
        patient = rows.patient(record, code)
        known = statement_rows.planned(record, patient.patient_id)
        if any((row.kind, row.at_ms) == (kind, at_ms) for row in known):
            raise Refused(_("That visit of {code} is planned already.").format(code=patient.code))
        record.append("visit.planned", VisitPlanned(patient.named_id, str(kind), *said))
    return show(clinic, code)


def hold(
    clinic: Clinic,
    code: str,
    kind: VisitKind,
    at: str,
    *,
    minutes: int | None = None,
    reflection: Reflection | None = None,
    visit_id: str | None = None,
) -> CourseView:
    """Say that a preparation or an integration was held, with its short form; with the id of one, what was otherwise."""
    if kind not in WITHOUT_SESSION:
        raise UsageError(_("An infusion is held by its session; from paper by `setsetting session add`."))
    if minutes is not None and not 1 <= minutes <= LONGEST_VISIT_MIN:
        raise UsageError(_("A visit has 1 to {most} minutes.").format(most=LONGEST_VISIT_MIN))
    at_ms, dated = clock.parse_moment(at, clinic.settings.zone)
    if at_ms > clinic.clock.utc_ms():
        raise Refused(_("A visit that was held is over; this one would be in the future. `course plan` plans it."))
    told, said = reflection or Reflection({}), clock.as_said(at_ms, clinic.settings.zone, dated_only=dated)
    with clinic.record() as record, record.whole():
        patient = rows.patient(record, code)
        known = statement_rows.held(record, patient.patient_id)
        if visit_id is not None:
            visit_id = begun(_("visit"), visit_id, [row.visit_id for row in known])
        else:
            _refuse_twice(known, patient.code, kind, at_ms)
            visit_id = uuid.uuid4().hex
        payload = VisitHeld(patient.named_id, visit_id, str(kind), *said, minutes, told.psychotherapy)
        record.append("visit.held", payload)
        if told.words:
            record.append("visit.reflected", VisitReflected(patient.named_id, visit_id, dict(told.words)))
    return show(clinic, code)


def refuse_twice(clinic: Clinic, code: str, kind: VisitKind, at: str) -> None:
    """Refuse a visit that is kept already, before more of it is asked."""
    at_ms, _dated = clock.parse_moment(at, clinic.settings.zone)
    with clinic.record() as record:
        patient = rows.patient(record, code)
        _refuse_twice(statement_rows.held(record, patient.patient_id), patient.code, kind, at_ms)


def _refuse_twice(known: Iterable[VisitRow], code: str, kind: VisitKind, at_ms: Milliseconds) -> None:
    for row in known:
        if (row.kind, row.at_ms) == (kind, at_ms):
            raise Refused(
                _("That visit of {code} is kept already; {way} says it anew.").format(
                    code=code, way=f"`setsetting course hold --visit {row.visit_id[:8]}`"
                )
            )


def end(clinic: Clinic, code: str, *, finished: bool, on: str | None = None, reason: str | None = None) -> CourseView:
    """Say that a course is over: finished, or left before its end, with a reason or none known."""
    why = reason_given(reason) if reason and reason.strip() else None
    zone, now = clinic.settings.zone, (clinic.clock.utc_ms(), False)
    on_ms, dated = now if on is None else clock.parse_moment(on, zone)
    said_ms, day = clock.as_said(on_ms, zone, dated_only=dated)
    with clinic.record() as record, record.whole():
        patient = rows.patient(record, code)
        if ends := statement_rows.ends(record, patient.patient_id):
            raise Refused(
                _("It was said already how the course of {code} ended; {way} takes that back first.").format(
                    code=patient.code, way=f"`setsetting visit withdraw {ends[-1].event_id} --reason TEXT`"
                )
            )
        record.append("course.ended", CourseEnded(patient.named_id, finished, said_ms, why, day))
    return show(clinic, code)


def waiting(
    planned: Iterable[VisitRow], held_days: Mapping[VisitKind, set[int]], now_ms: Milliseconds, zone: ZoneInfo
) -> VisitRow | None:
    """The next visit that is planned, from today on, and was not held."""
    today = day_number(now_ms, zone)
    for row in planned:
        day = day_number(row.at_ms, zone)
        if day >= today and day not in held_days.get(row.kind, set()):
            return row
    return None


def _visits(
    sessions: list[SessionRow],
    held: list[VisitRow],
    planned: list[VisitRow],
    now_ms: Milliseconds,
    zone: ZoneInfo,
) -> Iterator[CourseVisit]:
    """Held and planned visits in the order of time; an appointment that was kept is told with the visit."""
    left = {(row.kind, day_number(row.at_ms, zone)): row for row in planned}
    changes = {row.session_id: _changes(before, row) for before, row in pairwise(sessions)}
    found = [
        CourseVisit(
            VisitKind.INFUSION,
            VisitState.HELD,
            row.started_utc_ms,
            dated_only=False,
            number=row.visit_no,
            session=row,
            planned=left.pop((VisitKind.INFUSION, day_number(row.started_utc_ms, zone)), None),
            changes=changes.get(row.session_id, ()),
        )
        for row in sessions
    ]
    found += [
        CourseVisit(
            row.kind,
            VisitState.HELD,
            row.at_ms,
            row.dated_only,
            held=row,
            planned=left.pop((row.kind, day_number(row.at_ms, zone)), None),
        )
        for row in held
    ]
    for (kind, day), row in left.items():
        state = VisitState.PLANNED if day >= day_number(now_ms, zone) else VisitState.NOT_HELD
        found.append(CourseVisit(kind, state, row.at_ms, row.dated_only, planned=row))
    last: int | None = None
    for each in sorted(found, key=lambda visit: visit.at_ms):
        day = day_number(each.at_ms, zone)
        yield replace(each, days=None if last is None else day - last)
        last = day if each.state is VisitState.HELD else last


def _changes(before: SessionRow, now: SessionRow) -> tuple[Change, ...]:
    """What is known of both infusions and not the same."""
    pairs = [
        (_("room"), before.room, now.room),
        (_("playlist"), before.playlist or "", now.playlist or ""),
        (_("planned minutes"), *(f"{minutes_from_ms(row.planned.end_ms):g}" for row in (before, now))),
    ]
    found = [Change(what, was, is_now) for what, was, is_now in pairs if was and is_now and was != is_now]
    if before.setting is not None and now.setting is not None:
        other = differences(Setting(now.setting.fields), Setting(before.setting.fields))
        found += [_of_setting(each) for each in other if each.usual is not None]
    return tuple(found)


def _of_setting(each: Difference) -> Change:
    return Change(each.field.label.casefold(), each.usual or "", each.now)
