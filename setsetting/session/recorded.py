"""A session from the record alone: its folder is gone or damaged, its trail is not."""

from collections.abc import Callable, Iterator
from pathlib import Path

from setsetting.errors import NotFound
from setsetting.player.job import FAST
from setsetting.record import live_rows, payloads, rows
from setsetting.record.kinds import SoundscapeUsed
from setsetting.record.log import Draft, Record
from setsetting.session import takeover
from setsetting.session.build_status import StatusInputs, build_status
from setsetting.session.event import SessionEvent, read_back
from setsetting.session.folder import SessionHeader
from setsetting.session.state import State, fold
from setsetting.session.status import Status
from setsetting.session.timekeeping import Moment
from setsetting.units import Hertz, Milliseconds
from setsetting.words.translate import _


def status(record: Record, session_id: str) -> Status:
    """The session as it stood at its end."""
    row, state, zero_ms = _as_told(record, session_id, lambda event: read_back(event, Path(session_id)))
    ended_ms = row.ended_utc_ms if row.ended_utc_ms is not None else row.started_utc_ms
    codes = {patient.patient_id: patient.code for patient in rows.patients(record)}
    origin_ms = row.started_utc_ms - zero_ms
    header = SessionHeader(session_id, row.output or "", Hertz(1000), origin_ms, playlist="", zero_utc_ms=zero_ms)
    inputs = StatusInputs(
        header=header,
        player=None,
        journal=(),
        tracks={},
        patient_code=codes.get(row.patient_id, ""),
        notes={mark.event_id: mark.note for mark in live_rows.marks(record, session_id) if mark.note},
    )
    sounded = [played.clock_ms + played.sounded_ms for played in live_rows.played(record, session_id)]
    at_ms = max(sounded, default=Milliseconds(0)) if row.output == FAST else ended_ms - zero_ms
    return build_status(state, Moment(at_ms, at_ms, ended_ms, Milliseconds(0)), inputs)


def end(record: Record, session_id: str) -> Draft:
    """The end of a session that has none, at the last that is known of it."""
    row, state, zero_ms = _as_told(record, session_id, lambda event: event)  # what was played is not asked
    known = [played.clock_ms + played.sounded_ms for played in live_rows.played(record, session_id)]
    known += [act.clock_ms for act in live_rows.acts(record, session_id)]
    known += [mark.clock_ms for mark in live_rows.marks(record, session_id)]
    at_ms = max(known, default=row.started_utc_ms - zero_ms)
    event_id, payload = takeover.ended(state, session_id, at_ms, zero_ms + at_ms, "unclosed")
    return Draft("session.ended", payload, event_id=event_id)


def _as_told(
    record: Record, session_id: str, read: Callable[[SessionEvent], SessionEvent]
) -> tuple[rows.SessionRow, State, Milliseconds]:
    """A session's row, its state at the end, and minute 0 of its clock in UTC."""
    row = rows.session(record, session_id)
    state = fold(map(read, _events(record, row)))
    if state is None:
        raise NotFound(_("The record holds no beginning of session {id}.").format(id=session_id))
    return row, state, row.zero_utc_ms if row.zero_utc_ms is not None else row.started_utc_ms


def _events(record: Record, row: rows.SessionRow) -> Iterator[SessionEvent]:
    if row.soundscape is not None and (body := rows.soundscape(record, row.soundscape)) is not None:
        used = SoundscapeUsed(row.soundscape, body)
        yield SessionEvent("soundscape", "soundscape.used", used, row.started_utc_ms, Milliseconds(0))
    for event in record.events(session_id=row.session_id):
        payload = payloads.decode(event.kind, event.version, event.payload, event.seal)
        if payload is not None:
            yield SessionEvent(event.event_id, event.kind, payload, event.at_utc_ms, Milliseconds(0))
