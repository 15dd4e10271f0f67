"""A start or a stop of the infusion that nobody logged, told after the fact; and at which times of a session something can have been."""

import math
from collections.abc import Iterable, Mapping

from setsetting.clinical import infusion
from setsetting.clinical.free_text import reason_given
from setsetting.clinical.infusion import InfusionAct, InfusionStep
from setsetting.desk.clinic import Clinic
from setsetting.desk.corrections import CorrectedSession, as_it_stands, session_to_change
from setsetting.errors import Refused, UsageError
from setsetting.machine import clock
from setsetting.player.job import FAST
from setsetting.record import corrections, live_rows, rows, session_clock
from setsetting.record.kinds import StepTold
from setsetting.record.log import Draft, Record
from setsetting.record.rows import SessionRow
from setsetting.session import closing
from setsetting.units import Milliseconds, Minutes, minutes_from_ms, ms_from_minutes
from setsetting.words.numbers import clock as clock_text
from setsetting.words.numbers import number_typed
from setsetting.words.translate import _

TOLD = {f"infusion-{step}": step for step in (InfusionStep.START, InfusionStep.STOP)}
"""What is named where a step is told that has no event yet."""


def tell(
    clinic: Clinic, session_id: str, minute: Minutes, reason: str, step: InfusionStep = InfusionStep.START
) -> CorrectedSession:
    """Say that the infusion of a closed session began, at a minute from its planned start, or was stopped, at one of its own.

    Raises UsageError for what is no minute, Refused where such a step stands or can't have been.
    """
    reason, told = reason_given(reason), draft if step is InfusionStep.START else stop_draft
    with clinic.record() as record, record.whole():
        row = session_to_change(record, session_id)
        if not row.closed:
            words = _(
                "Session {id} is not closed. While it runs, `setsetting session act infusion-{step}` says it;"
                " one that was forgotten is told once it is closed."
            )
            raise Refused(words.format(id=row.session_id, step=step))
        (event,) = record.append_all([told(clinic, record, row, minute, reason)])
        return as_it_stands(record, row.session_id, event.event_id)


def planned_utc_ms(clinic: Clinic, session_id: str) -> Milliseconds:
    """When the infusion of a session was to begin: from there the minutes count of one in which none did."""
    with clinic.record() as record:
        return _zero_utc_ms(rows.session(record, session_id))


def typed(clinic: Clinic, session_id: str, text: str) -> Minutes:
    """The minute that is meant by a number, or by a time of the session's day; refuses what `tell` refuses of it."""
    with clinic.record() as record:
        row, minute = rows.session(record, session_id), Minutes(number_typed(text))
        if math.isnan(minute):
            day = clock.local(row.started_utc_ms, clinic.settings.zone).date()
            try:
                at_ms, _dated_only = clock.parse_moment(f"{day} {text.strip():0>5}", clinic.settings.zone)
            except UsageError:
                words = _("{text!r} is neither a number of minutes nor a time of that day, as 10:32.")
                raise UsageError(words.format(text=text)) from None
            minute = minutes_from_ms(Milliseconds(at_ms - _zero_utc_ms(row)))
        draft(clinic, record, row, minute, "")
    return minute


def draft(clinic: Clinic, record: Record, row: SessionRow, minute: Minutes, reason: str) -> Draft:
    """The event by which a start is told; raises as `tell` does."""
    at_ms = within_a_day(minute)
    _refuse_said(_steps(record, row), row, InfusionStep.START)
    refuse_outside(clinic, record, row, Milliseconds(0), at_ms, step=InfusionStep.START)
    others = [
        each for each in rows.sessions(record, row.patient_id) if each.counts and each.session_id != row.session_id
    ]
    code = rows.codes(record).get(row.patient_id, "")
    closing.refuse_overlap(others, code, row.started_utc_ms, row.over_ms, clinic.settings.zone)
    return _told(record, StepTold(row.session_id, str(InfusionStep.START), at_ms, Milliseconds(0), reason))


def refuse_stop(clinic: Clinic, session_id: str, minute: Minutes) -> None:
    """Refuse what `tell` refuses of a stop, before anybody types a reason."""
    with clinic.record() as record:
        stop_draft(clinic, record, rows.session(record, session_id), minute, "")


def left_running(record: Record, row: SessionRow) -> Milliseconds | None:
    """How far the infusion of a session had come when its music ended before its planned end and nobody had stopped it."""
    done = {each.step for each in _steps(record, row).values()}
    if row.rehearsal or InfusionStep.START not in done or InfusionStep.STOP in done:
        return None
    return row.actual.end_ms if row.actual is not None and row.actual.end_ms < row.planned.end_ms else None


def stop_draft(clinic: Clinic, record: Record, row: SessionRow, minute: Minutes, reason: str) -> Draft:
    """The event by which a stop is told; raises as `tell` does."""
    at_ms, steps = within_a_day(minute), _steps(record, row)
    _refuse_said(steps, row, InfusionStep.STOP)
    began = [done.at_ms for done in steps.values() if done.step is InfusionStep.START]
    if not began:
        raise Refused(
            _("No infusion was begun in session {id}; when it began is told first.").format(id=row.session_id)
        )
    zero_ms = min(began)
    refuse_impossible([*steps.values(), InfusionAct(InfusionStep.STOP, Milliseconds(zero_ms + at_ms))])
    refuse_outside(clinic, record, row, zero_ms, Milliseconds(zero_ms + at_ms), step=InfusionStep.STOP)
    return _told(record, StepTold(row.session_id, str(InfusionStep.STOP), Milliseconds(zero_ms + at_ms), at_ms, reason))


def _told(record: Record, payload: StepTold) -> Draft:
    return Draft("session.step_told", payload, corrects=corrections.beginning(record, payload.session_id))


def refuse_impossible(steps: Iterable[InfusionAct]) -> None:
    """Refuse steps of the infusion that could not follow each other."""
    done: list[InfusionAct] = []
    for step in sorted(steps, key=lambda step: step.at_ms):
        if (why := infusion.refusal(done, step.step)) is not None:
            raise Refused(_("The steps of the infusion would not follow each other then. {why}").format(why=why))
        done.append(step)


def _steps(record: Record, row: SessionRow) -> Mapping[str, InfusionAct]:
    """The steps of a session's infusion that stand, by their event."""
    return session_clock.session_clock(record, row.session_id, corrections.minutes_of(record, row.session_id)).steps


def _refuse_said(steps: Mapping[str, InfusionAct], row: SessionRow, step: InfusionStep) -> None:
    """Refuse a step where such a one stands, and in what is no infusion for another reason."""
    if row.entered_afterwards:
        words = _(
            "Session {id} is from paper: --started and --minutes correct when its infusion began and how long it ran."
        )
        raise Refused(words.format(id=row.session_id))
    if not row.was_heard:
        words = _("Session {id} is void; that is taken back first.") if row.void else _("Session {id} is a rehearsal.")
        raise Refused(words.format(id=row.session_id))
    for event_id, done in steps.items():
        if done.step is step:
            began, stopped = _("began"), _("was stopped")
            words = _("The infusion of session {id} {did} as it is logged; its minute is corrected by its id, {event}.")
            did = began if step is InfusionStep.START else stopped
            raise Refused(words.format(id=row.session_id, did=did, event=event_id))


def within_a_day(minute: Minutes) -> Milliseconds:
    """A minute that is told after the fact; raises UsageError for what is none."""
    if not (math.isfinite(minute) and abs(minute) <= infusion.LATEST_END_MIN):
        raise UsageError(_("A corrected minute is a number within a day; {minute:g} is none.").format(minute=minute))
    return ms_from_minutes(minute)


def _zero_utc_ms(row: SessionRow) -> Milliseconds:
    """Minute 0 of a session's clock: the planned start of its infusion."""
    return row.started_utc_ms if row.zero_utc_ms is None else row.zero_utc_ms


def refuse_outside(
    clinic: Clinic,
    record: Record,
    row: SessionRow,
    zero_ms: Milliseconds,
    clock_ms: Milliseconds,
    *,
    step: InfusionStep | None,
) -> None:
    """Refuse a time that has not come, and one at which the session was not: nothing was done or observed then.

    An infusion may have begun before its session, as long as it was not over by then, and may have gone on after it to
    the end as planned: the music was closed too early.
    """
    zero_utc_ms, is_start = _zero_utc_ms(row), step is InfusionStep.START
    if row.output != FAST and zero_utc_ms + clock_ms > clinic.clock.utc_ms():
        raise Refused(_("That minute has not come yet."))
    first = Milliseconds(row.started_utc_ms - zero_utc_ms)
    if clock_ms < first and not (is_start and clock_ms + row.planned.end_ms > first):
        words = _("The session began at minute {first}; nothing was done or observed before it.")
        if is_start:
            words = _("The session began at minute {first}; an infusion that began so early was over by then.")
        raise Refused(words.format(first=clock_text(Milliseconds(first - zero_ms))))
    if row.ended_utc_ms is None:
        return
    last = _last_ms(record, row, zero_utc_ms)
    words = _("The session was over at minute {last}; nothing was done or observed after it.")
    if step is InfusionStep.STOP and last < (planned_ms := Milliseconds(zero_ms + row.planned.end_ms)):
        last, words = planned_ms, _("All was over at minute {last}: the session, and the infusion as it was planned.")
    if clock_ms > last:
        raise Refused(words.format(last=clock_text(Milliseconds(last - zero_ms))))


def _last_ms(record: Record, row: SessionRow, zero_utc_ms: Milliseconds) -> Milliseconds:
    """When on its clock a session was over that is: its music, and what was said of it after its music."""
    said = [each.clock_ms for each in live_rows.acts(record, row.session_id)]
    said += (each.clock_ms for each in live_rows.marks(record, row.session_id))
    lasts = [each.clock_ms + each.sounded_ms for each in live_rows.played(record, row.session_id)]
    if row.output != FAST or not lasts:
        lasts.append(Milliseconds((row.ended_utc_ms or row.started_utc_ms) - zero_utc_ms))
    return max([*lasts, *said])
