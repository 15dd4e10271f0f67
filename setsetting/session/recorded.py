"""A session from the record alone: its folder is gone or damaged, its trail is not."""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from setsetting.errors import NotFound
from setsetting.player.job import FAST
from setsetting.record import live_rows, payloads, rows
from setsetting.record.infusions import as_stored
from setsetting.record.kinds import SessionActed, SessionRetimed, SessionStarted, SoundscapeUsed, StepTold
from setsetting.record.log import Draft, Record
from setsetting.session import takeover
from setsetting.session.acts import ACTS
from setsetting.session.build_status import StatusInputs, build_status
from setsetting.session.event import SessionEvent, read_back
from setsetting.session.folder import SessionHeader
from setsetting.session.sounding import NO_SOUNDSCAPE, SoundState
from setsetting.session.state import State, fold
from setsetting.session.status import Status
from setsetting.session.timekeeping import Moment
from setsetting.soundscape.soundscape import Soundscape
from setsetting.units import Decibels, Hertz, Milliseconds
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class RecordedSession:
    """A session's row, its state after all that was told, and minute 0 of its clock in UTC."""

    row: rows.SessionRow
    state: State
    zero_ms: Milliseconds
    soundscapes: tuple[Soundscape, ...] = ()
    """What was played or was to be played, in the order in which it was planned."""
    retimed: tuple[SessionRetimed, ...] = ()

    def level_db(self, at_ms: Milliseconds) -> Decibels:
        """The level relative to the plan at a time of the soundscape's clock, by the acts that stand."""
        sounding = SoundState(NO_SOUNDSCAPE)
        for each in self.state.undoables:
            if each.act is not None and isinstance(each.said, SessionActed) and each.said.clock_ms <= at_ms:
                sounding = each.act.changes(sounding, each.said.argument)
        return Decibels(sum(act.level.db(sounding) for act in ACTS if act.level is not None))


def told(record: Record, session_id: str) -> RecordedSession:
    """A session with the soundscapes that were played."""
    return _as_told(record, session_id, lambda event: read_back(event, Path(session_id)))


def status(record: Record, session_id: str) -> Status:
    """The session as it stood at its end."""
    return status_of(record, told(record, session_id))


def status_of(record: Record, session: RecordedSession) -> Status:
    """A session that was read, as it stood at its end."""
    row, zero_ms = session.row, session.zero_ms
    ended_ms = row.ended_utc_ms if row.ended_utc_ms is not None else row.started_utc_ms
    origin_ms = row.started_utc_ms - zero_ms
    header = SessionHeader(row.session_id, row.output or "", Hertz(1000), origin_ms, playlist="", zero_utc_ms=zero_ms)
    sounded = [played.clock_ms + played.sounded_ms for played in live_rows.played(record, row.session_id)]
    at_ms = max(sounded, default=Milliseconds(0)) if row.output == FAST else ended_ms - zero_ms
    inputs = StatusInputs(
        header=header,
        player=None,
        journal=(),
        tracks={},
        patient_code=rows.codes(record).get(row.patient_id, ""),
        notes={mark.event_id: mark.note for mark in live_rows.marks(record, row.session_id)},
        ended_ms=None if row.ended_utc_ms is None and row.output != FAST else at_ms,
    )
    return build_status(session.state, Moment(at_ms, at_ms, ended_ms, Milliseconds(0)), inputs)


def end(record: Record, session_id: str) -> Draft:
    """The end of a session that has none, at the last that is known of it."""
    session = _as_told(record, session_id, lambda event: event)  # what was played is not asked
    row, state, zero_ms = session.row, session.state, session.zero_ms
    known = [played.clock_ms + played.sounded_ms for played in live_rows.played(record, session_id)]
    known += [act.clock_ms for act in live_rows.acts(record, session_id)]
    known += [mark.clock_ms for mark in live_rows.marks(record, session_id)]
    at_ms = max(known, default=row.started_utc_ms - zero_ms)
    event_id, payload = takeover.ended(state, session_id, at_ms, zero_ms + at_ms, "unclosed")
    return Draft("session.ended", payload, event_id=event_id)


def beyond(record: Record, session_id: str, known: Container[str]) -> list[SessionEvent]:
    """What the record has of a session that runs and is not known of it yet, in the order of the record."""
    found = [
        SessionEvent(event.event_id, event.kind, payload, event.at_utc_ms, event.mono_ms, corrects=event.corrects)
        for event in record.events(session_id=session_id)
        if event.event_id not in known
        and (payload := payloads.decode(event.kind, event.version, event.payload, event.seal)) is not None
    ]
    return [read_back(event, record.path) for event in found]


def _as_told(record: Record, session_id: str, read: Callable[[SessionEvent], SessionEvent]) -> RecordedSession:
    row = rows.session(record, session_id)
    events = tuple(map(read, _events(record, row)))
    state = fold(events)
    if state is None:
        raise NotFound(_("The record holds no beginning of session {id}.").format(id=session_id))
    return RecordedSession(
        row=row,
        state=state,
        zero_ms=row.zero_utc_ms if row.zero_utc_ms is not None else row.started_utc_ms,
        soundscapes=tuple(event.soundscape for event in events if event.soundscape is not None),
        retimed=tuple(event.payload for event in events if isinstance(event.payload, SessionRetimed)),
    )


def _events(record: Record, row: rows.SessionRow) -> Iterator[SessionEvent]:
    if row.soundscape is not None and (body := rows.soundscape(record, row.soundscape)) is not None:
        used = SoundscapeUsed(row.soundscape, body)
        yield SessionEvent("soundscape", "soundscape.used", used, row.started_utc_ms, Milliseconds(0))
    stands = {each.event_id for each in row.corrections}
    for event in record.events(session_id=row.session_id):
        if event.corrects is not None and event.event_id not in stands:
            continue  # it was taken back
        payload = payloads.decode(event.kind, event.version, event.payload, event.seal)
        if isinstance(payload, SessionStarted) and row.entered_afterwards:  # its times may have been told anew
            payload = replace(payload, started_utc_ms=row.started_utc_ms, planned=as_stored(row.planned))
        kind, corrects = event.kind, event.corrects
        if isinstance(payload, StepTold):  # it stands as any step does
            told = payload.clock_ms, payload.infusion_ms
            payload = SessionActed(payload.session_id, f"infusion-{payload.step}", None, *told)
            kind, corrects = "session.acted", None
        if payload is not None:
            at = event.at_utc_ms, Milliseconds(0)
            yield SessionEvent(event.event_id, kind, payload, *at, corrects=corrects)
