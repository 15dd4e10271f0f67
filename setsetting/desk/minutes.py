"""Corrections of what was said in a session, after the fact or while it runs: a minute, a mark, a session from paper."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from setsetting.clinical import infusion
from setsetting.clinical.free_text import note_given, reason_given
from setsetting.desk import starts
from setsetting.desk.attending import control, settled
from setsetting.desk.clinic import Clinic
from setsetting.desk.closing import began_ms, over_ms
from setsetting.desk.corrections import CorrectedSession, as_it_stands, session_to_change
from setsetting.errors import Refused, UsageError, begun
from setsetting.record import corrections, live_rows, rows, session_clock
from setsetting.record.infusions import as_stored
from setsetting.record.kinds import (
    MarkWithdrawn,
    MarkWorded,
    MinuteCorrected,
    SessionRetold,
)
from setsetting.record.live_rows import ActRow, MarkRow
from setsetting.record.log import Draft, Record
from setsetting.record.rows import SessionRow
from setsetting.record.sound import refuse_edited
from setsetting.session import folder
from setsetting.units import Minutes
from setsetting.words.translate import _


def correct_minute(clinic: Clinic, session_id: str, event_id: str, minute: Minutes, reason: str) -> CorrectedSession:
    """Say at which infusion minute an act of the infusion, or a mark, really was; what is derived from it follows.

    On a session that runs, what is left is timed anew. Raises UsageError for what is no minute, Refused for one
    that cannot be: to come yet, out of the order of the infusion's steps, of a mark outside of its session.
    """
    return keep(clinic, *_at_minute(clinic, session_id, event_id, minute, reason_given(reason)))


def refuse_minute(clinic: Clinic, session_id: str, event_id: str, minute: Minutes) -> None:
    """Refuse what `correct_minute` refuses, before anybody types a reason."""
    _at_minute(clinic, session_id, event_id, minute, "")


def _at_minute(
    clinic: Clinic, session_id: str, event_id: str, minute: Minutes, reason: str
) -> tuple[SessionRow, Draft]:
    """The session and the event of a corrected minute."""
    at_ms = starts.within_a_day(minute)
    with _settled(clinic, session_id) as (record, row):
        told = session_clock.session_clock(record, row.session_id, corrections.minutes_of(record, row.session_id))
        found = _said(record, row, event_id)
        if (zero_ms := told.zero_ms) is None:
            raise Refused(_("No infusion was begun in this session, so that it has no minutes."))
        if at_ms == found.infusion_ms:
            raise Refused(_("It stands at that minute already; nothing was recorded."))
        if found.event_id in told.steps:
            moved = {**told.steps, found.event_id: replace(told.steps[found.event_id], at_ms=zero_ms + at_ms)}
            starts.refuse_impossible(moved.values())
        step = told.steps[found.event_id].step if found.event_id in told.steps else None
        starts.refuse_outside(clinic, record, row, zero_ms, zero_ms + at_ms, step=step)
        payload = MinuteCorrected(session_id=row.session_id, clock_ms=zero_ms + at_ms, infusion_ms=at_ms, reason=reason)
        return row, Draft("session.minute_corrected", payload, corrects=found.event_id)


def withdraw_mark(clinic: Clinic, session_id: str, event_id: str, reason: str) -> CorrectedSession:
    """Say that nothing of the kind was observed; an act happened and is not withdrawn, but its minute may be wrong."""
    reason = reason_given(reason)
    with _settled(clinic, session_id) as (record, row):
        found = _said(record, row, event_id)
        if not isinstance(found, MarkRow):
            raise Refused(_("Only a mark is withdrawn; of an act of the infusion the minute is corrected (--minute)."))
        payload = MarkWithdrawn(session_id=row.session_id, reason=reason)
    return keep(clinic, row, Draft("session.mark_withdrawn", payload, corrects=found.event_id))


def word_mark(clinic: Clinic, session_id: str, event_id: str, words: str) -> MarkWorded:
    """Type what was said at a mark, in the place of all that was typed before; empty words take it away."""
    note = note_given(words)
    with _settled(clinic, session_id) as (record, row):
        found = _said(record, row, event_id)
        if not isinstance(found, MarkRow):
            raise Refused(_("Only at a mark something was said; an act of the infusion has no words."))
        payload = MarkWorded(session_id=row.session_id, mark_id=found.event_id, note=note)
        record.append("session.mark_worded", payload)
        return payload


def retell(
    clinic: Clinic, session_id: str, reason: str, *, started: str | None = None, minutes: Minutes | None = None
) -> CorrectedSession:
    """Say when a session from paper began and how long it ran; what is None stays."""
    reason = reason_given(reason)
    if started is None and minutes is None:
        raise UsageError(
            _("Nothing to correct: name an event with --minute or --withdraw, or give --started or --minutes.")
        )
    with clinic.record() as record, record.whole():
        row = session_to_change(record, session_id)
        if not row.entered_afterwards:
            raise Refused(
                _("Session {id} was not entered from paper; its times were taken by the clock.").format(
                    id=row.session_id
                )
            )
        refuse_edited(record, row.patient_id)
        started_ms = row.started_utc_ms if started is None else began_ms(clinic, started)
        ran = row.planned if minutes is None else infusion.steady(minutes)
        if (started_ms, ran) == (row.started_utc_ms, row.planned):
            raise Refused(_("Session {id} says that already; nothing was recorded.").format(id=row.session_id))
        others = [each for each in rows.sessions(record, row.patient_id) if each.session_id != row.session_id]
        over_ms(clinic, rows.codes(record)[row.patient_id], started_ms, ran, [each for each in others if each.counts])
        payload = SessionRetold(
            session_id=row.session_id, started_utc_ms=started_ms, planned=as_stored(ran), reason=reason
        )
        event = record.append("session.retold", payload, corrects=corrections.beginning(record, row.session_id))
        return as_it_stands(record, row.session_id, event.event_id)


@contextmanager
def _settled(clinic: Clinic, session_id: str) -> Iterator[tuple[Record, SessionRow]]:
    """The record with all that a session's folder still held of it, and the session."""
    with clinic.record() as record:
        row = session_to_change(record, session_id)
    if not row.closed:
        settled(clinic, row.session_id)
    with clinic.record() as record:
        yield record, rows.session(record, row.session_id)


def _said(record: Record, row: SessionRow, event_id: str) -> ActRow | MarkRow:
    """The mark, or the act of the infusion, whose id is this or begins with it."""
    said: list[ActRow | MarkRow] = [
        *(act for act in live_rows.acts(record, row.session_id) if act.act in session_clock.STEPS),
        *live_rows.marks(record, row.session_id),
    ]
    known = {each.event_id: each for each in said}
    found = known[begun(_("mark or act of the infusion in this session"), event_id, known)]
    if found.undone:
        raise Refused(_taken_back(record, found.event_id))
    return found


def _taken_back(record: Record, event_id: str) -> str:
    """How a mark or an act that is none any more came to be none, and what lets it stand again."""
    for each in corrections.standing(record, (MarkWithdrawn,)):
        if each.corrects == event_id:
            return _(
                "This mark was withdrawn; `setsetting record undo --event {id} --reason TEXT` lets it stand again."
            ).format(id=each.event_id)
    return _("It was taken back in the session, so that there is nothing of it to correct.")


def keep(clinic: Clinic, row: SessionRow, draft: Draft) -> CorrectedSession:
    """Keep a correction of what was said in a session; while it is not closed its controller does, and times the rest."""
    where = folder.folder_of(clinic.folder, row.session_id)
    event_id = str(uuid.uuid4())
    draft = replace(draft, event_id=event_id)
    if where.is_dir() and not row.closed:
        with control(clinic, where, attending=False) as live:
            if said := live.correct(draft):
                clinic.say(said)
    else:
        with clinic.record() as record:
            record.append_all([draft])
    with clinic.record() as record:
        return as_it_stands(record, row.session_id, event_id)
