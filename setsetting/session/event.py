"""One event of a live session: as it was done, as the outbox keeps it, as it is read back.

A soundscape is an object in the session's code. Its text stands in the payload alone, which goes to the
outbox and the record, and becomes an object again here, where an event is read.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from setsetting.record.kinds import Payload, PlayerNoted, SessionRetimed, SoundscapeUsed
from setsetting.record.log import Draft
from setsetting.session.timekeeping import Moment
from setsetting.soundscape.file import from_json, to_json
from setsetting.soundscape.soundscape import Soundscape
from setsetting.units import Milliseconds


@dataclass(frozen=True, slots=True)
class SessionEvent:
    """An event in the order of the record; `soundscape` is the one whose text the payload carries."""

    event_id: str
    kind: str
    payload: Payload
    utc_ms: Milliseconds
    mono_ms: Milliseconds
    soundscape: Soundscape | None = None
    corrects: str | None = None

    @property
    def draft(self) -> Draft:
        at = self.utc_ms, self.mono_ms
        return Draft(self.kind, self.payload, event_id=self.event_id, corrects=self.corrects, at=at)


def event_at(moment: Moment, event_id: str, kind: str, payload: Payload) -> SessionEvent:
    """What is done now and carries no soundscape."""
    return SessionEvent(event_id, kind, payload, moment.utc_ms, moment.mono_ms)


def noted_at(moment: Moment, event_id: str, session_id: str, what: str, detail: str) -> SessionEvent:
    """What the program did by itself, by a name and in words."""
    noted = PlayerNoted(session_id=session_id, what=what, clock_ms=moment.clock_ms, detail=detail)
    return event_at(moment, event_id, "session.noted", noted)


def retimed_at(
    moment: Moment,
    event_id: str,
    session_id: str,
    cause: str,
    soundscape: Soundscape,
    *,
    waived: tuple[str, ...] = (),
    promised: bool = False,
) -> SessionEvent:
    """A soundscape that holds from now on, the act it comes from, the rules it gave up, whether its rest waits."""
    body = to_json(soundscape).decode()
    payload = SessionRetimed(session_id, cause, body, moment.clock_ms, waived, promised)
    return SessionEvent(event_id, "session.retimed", payload, moment.utc_ms, moment.mono_ms, soundscape)


def read_back(event: SessionEvent, where: Path) -> SessionEvent:
    """An event whose payload was read in `where`, with its soundscape; raises BrokenFile for a text that is none."""
    if isinstance(event.payload, SoundscapeUsed | SessionRetimed):
        return replace(event, soundscape=from_json(event.payload.body.encode(), where))
    return event
