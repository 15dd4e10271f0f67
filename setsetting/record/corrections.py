"""What was corrected afterwards and stands: each a new event that names what it corrects, says why, and can be undone.

Corrections that compete are read in their order of cause (lamport, device, seq), so that the newest decides,
whichever arrived first. One that was undone is as if it had never been; that both were told stays in the log.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from setsetting.record import payloads, schema
from setsetting.record.kinds import CORRECTIONS, KINDS, Payload, SessionVoided
from setsetting.record.log import Record
from setsetting.units import Milliseconds

KINDS_OF_CORRECTION = tuple(kind for kind, struct in KINDS.items() if struct in CORRECTIONS)
_KIND_OF = {struct: kind for kind, struct in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Correction:
    """One that stands; `corrects` is the event it names."""

    event_id: str
    kind: str
    corrects: str
    at_utc_ms: Milliseconds
    reason: str
    payload: Payload


def standing(record: Record, structs: Iterable[type[Payload]] = CORRECTIONS) -> list[Correction]:
    """Corrections of these kinds that stand, in their order of cause; one that two devices told is one."""
    found = record.read(
        "SELECT c.event_id, c.kind, c.corrects, c.at_utc_ms, c.version, c.payload, c.seal"
        " FROM event c INDEXED BY event_corrects WHERE c.corrects IS NOT NULL"
        f" AND c.kind IN (SELECT value FROM json_each(?)) AND NOT {schema.undone('c.event_id')}"
        " ORDER BY c.lamport, c.device, c.seq",
        [msgspec.json.encode([_KIND_OF[struct] for struct in structs]).decode()],
    )
    once: dict[str, Correction] = {}
    for event_id, kind, corrects, at_utc_ms, version, payload, seal in found:
        read = payloads.decode(kind, version, payload, seal)
        if read is not None:
            reason: str = getattr(read, "reason", "")
            once.setdefault(event_id, Correction(event_id, kind, corrects, at_utc_ms, reason, read))
    return list(once.values())


@dataclass(frozen=True, slots=True)
class SessionCorrections:
    """What stands of the sessions, each by its id; `every` has all of them, for whoever tells why."""

    voided: frozenset[str]
    every: Mapping[str, tuple[Correction, ...]]


OF_SESSIONS = (SessionVoided,)


def beginning(record: Record, session_id: str) -> str:
    """The event by which a session began, as it was told first: what a correction of the session names."""
    found = record.read(
        "SELECT event_id FROM session_started WHERE session_id = ? ORDER BY lamport, device, seq LIMIT 1", [session_id]
    )
    return str(found[0][0])


def of_sessions(record: Record) -> SessionCorrections:
    """The corrections of all sessions; there are few beside the sessions themselves."""
    every: dict[str, list[Correction]] = defaultdict(list)
    voided: set[str] = set()
    for each in standing(record, OF_SESSIONS):
        match each.payload:
            case SessionVoided(session_id=session_id):
                voided.add(session_id)
                every[session_id].append(each)
    return SessionCorrections(frozenset(voided), {name: tuple(found) for name, found in every.items()})
