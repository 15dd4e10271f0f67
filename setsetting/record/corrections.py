"""What was corrected afterwards and stands: each a new event that names what it corrects, says why, and can be undone.

Corrections that compete are read in their order of cause (lamport, device, seq), so that the newest decides,
whichever arrived first. One that was undone is as if it had never been; that both were told stays in the log.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from setsetting.record import payloads, schema
from setsetting.record.event import Event
from setsetting.record.exchange_kinds import ImportWithdrawn
from setsetting.record.kind_table import CORRECTIONS, KINDS
from setsetting.record.kinds import (
    MarkWithdrawn,
    MinuteCorrected,
    PatientMerged,
    PatientWithdrawn,
    Payload,
    SessionMoved,
    SessionRetold,
    SessionStarted,
    SessionVoided,
    SettingCorrected,
    StepTold,
)
from setsetting.record.log import COLUMNS, Record
from setsetting.units import Milliseconds

KINDS_OF_CORRECTION = tuple(kind for kind, struct in KINDS.items() if struct in CORRECTIONS)
_KIND_OF = {struct: kind for kind, struct in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Correction:
    """One that stands; `corrects` is the event it names, `actor` the random id of who said it."""

    event_id: str
    kind: str
    corrects: str
    at_utc_ms: Milliseconds
    actor: str
    reason: str
    payload: Payload


def standing(record: Record, structs: Iterable[type[Payload]] = CORRECTIONS) -> list[Correction]:
    """Corrections of these kinds that stand, in their order of cause; one that two devices told is one."""
    found = record.read(
        "SELECT c.event_id, c.kind, c.corrects, c.at_utc_ms, c.actor, c.version, c.payload, c.seal"
        " FROM event c INDEXED BY event_corrects WHERE c.corrects IS NOT NULL"
        f" AND c.kind IN (SELECT value FROM json_each(?)) AND NOT {schema.taken_back('c.event_id')}"
        " ORDER BY c.lamport, c.device, c.seq",
        [msgspec.json.encode([_KIND_OF[struct] for struct in structs]).decode()],
    )
    once: dict[str, Correction] = {}
    for event_id, kind, corrects, at_utc_ms, actor, version, payload, seal in found:
        read = payloads.decode(kind, version, payload, seal)
        if read is not None:
            reason: str = getattr(read, "reason", None) or ""
            once.setdefault(event_id, Correction(event_id, kind, corrects, at_utc_ms, actor, reason, read))
    return list(once.values())


def told_of(record: Record, patient_id: str) -> list[Event]:
    """All that was told of a patient, under every id, in its order of cause; what was moved, to both."""
    ids = identities(record).ids(patient_id)
    found = [event for each in ids for event in record.events(subject=each)]
    asked = msgspec.json.encode(ids).decode()
    moved = record.read(
        "SELECT DISTINCT m.session_id FROM session_moved m JOIN session_started s USING (session_id)"
        " WHERE m.patient_id IN (SELECT value FROM json_each(?1)) OR s.patient_id IN (SELECT value FROM json_each(?1))",
        [asked],
    )
    for (session_id,) in moved:
        found += record.events(session_id=session_id)
    found += [event for (event_id,) in record.read(_IMPORTS, [asked]) for event in record.told(event_id)]
    by_key = {(event.lamport, event.device, event.seq): event for event in found + _joined(record, found)}
    return [by_key[key] for key in sorted(by_key)]


_OWN = "imported IS NOT NULL AND patient_id IN (SELECT value FROM json_each(?1))"
_IMPORTS = f"""
SELECT event_id FROM import_taken WHERE import_id IN (
    SELECT imported FROM patient_added WHERE {_OWN} UNION SELECT imported FROM form_entered WHERE {_OWN}
    UNION SELECT imported FROM session_started WHERE {_OWN} UNION SELECT imported FROM patient_scale_noted WHERE {_OWN})"""
"""The imports that brought a patient, or anything of a patient."""

_JOINED = f"""
WITH RECURSIVE joined(event_id) AS (
    SELECT value FROM json_each(?)
    UNION SELECT e.corrects FROM joined j JOIN event e USING (event_id) WHERE e.corrects IS NOT NULL
    UNION SELECT e.event_id FROM joined j JOIN event e ON e.corrects = j.event_id
)
SELECT {", ".join(COLUMNS)} FROM event WHERE event_id IN joined"""


def _joined(record: Record, told: Iterable[Event]) -> list[Event]:
    """What these events correct and what corrects them, told of whomever, and so on; they are among it."""
    found = record.read(_JOINED, [msgspec.json.encode([event.event_id for event in told]).decode()])
    return [Event(*row) for row in found]


@dataclass(frozen=True, slots=True)
class SessionCorrections:
    """What stands of the sessions, each by its id; `every` has all of them, for whoever tells why."""

    voided: frozenset[str]
    moved: Mapping[str, str]
    retold: Mapping[str, SessionRetold]
    settings: Mapping[str, SettingCorrected]
    minutes: Mapping[str, Mapping[str, MinuteCorrected]]
    """By the session, and in it by the act or mark that each names."""
    steps: Mapping[str, frozenset[str]]
    """The steps of an infusion, by the session, that were told and that nobody had logged."""
    every: Mapping[str, tuple[Correction, ...]]


OF_SESSIONS = (SessionVoided, SessionMoved, SessionRetold, SettingCorrected, MarkWithdrawn, MinuteCorrected, StepTold)


def imports_withdrawn(record: Record) -> dict[str, Correction]:
    """The withdrawals of imports that stand, by the import."""
    found = dict[str, Correction]()
    for each in standing(record, (ImportWithdrawn,)):
        match each.payload:
            case ImportWithdrawn(import_id=import_id):
                found[import_id] = each
    return found


def gone_with_imports(record: Record) -> frozenset[str]:
    """The patients who came with an import and went with its withdrawal."""
    found = (each.payload for each in imports_withdrawn(record).values())
    return frozenset(patient_id for each in found if isinstance(each, ImportWithdrawn) for patient_id in each.patients)


def gone(record: Record) -> Mapping[str, Correction]:
    """Who is in no list, and what took them out: a withdrawal of the patient, or of the import that brought the patient."""
    found = dict(identities(record).withdrawn)
    for each in imports_withdrawn(record).values():
        if isinstance(each.payload, ImportWithdrawn):
            found |= dict.fromkeys(each.payload.patients, each)
    return found


def why_gone(record: Record, patient_id: str) -> Correction | None:
    """What took a patient out of the lists, None for one who is in them."""
    return gone(record).get(patient_id)


_BROUGHT = {
    "form": "SELECT form_id FROM form_entered WHERE imported = ?",
    "session": "SELECT session_id FROM session_started WHERE imported = ?",
}


def brought(record: Record, what: str, import_id: str) -> list[str]:
    """The ids of the forms, or the sessions, that an import brought."""
    return [row[0] for row in record.read(_BROUGHT[what], [import_id])]


def beginning(record: Record, session_id: str) -> str:
    """The event by which a session began, as it was told first: what a correction of the session names."""
    found = record.read(
        "SELECT event_id FROM session_started WHERE session_id = ? ORDER BY lamport, device, seq LIMIT 1", [session_id]
    )
    return str(found[0][0])


def payload_of(record: Record, event_id: str) -> Payload | None:
    """What an event told first; None for what cannot be read."""
    told = record.told(event_id)[0]
    return payloads.decode(told.kind, told.version, told.payload, told.seal)


def adding(record: Record, patient_id: str) -> str:
    """The event by which a patient was added, as it was told first: what a correction of the patient names."""
    found = record.read(
        "SELECT event_id FROM patient_added WHERE patient_id = ? ORDER BY lamport, device, seq LIMIT 1", [patient_id]
    )
    return str(found[0][0])


def of_sessions(record: Record) -> SessionCorrections:
    """The corrections of all sessions; there are few beside the sessions themselves."""
    every: dict[str, list[Correction]] = defaultdict(list)
    voided, moved, retold = set[str](), dict[str, str](), dict[str, SessionRetold]()
    settings = dict[str, SettingCorrected]()
    minutes: dict[str, dict[str, MinuteCorrected]] = defaultdict(dict)
    steps: dict[str, frozenset[str]] = defaultdict(frozenset)
    for each in standing(record, OF_SESSIONS):
        match each.payload:
            case SessionVoided(session_id=session_id):
                voided.add(session_id)
            case SessionMoved(session_id=session_id, patient_id=patient_id):
                moved[session_id] = patient_id
            case SessionRetold(session_id=session_id):
                retold[session_id] = each.payload
            case SettingCorrected(session_id=session_id):
                settings[session_id] = each.payload
            case MinuteCorrected(session_id=session_id):
                minutes[session_id][each.corrects] = each.payload
            case MarkWithdrawn(session_id=session_id):
                pass  # `schema.undone` tells it of the mark
            case StepTold(session_id=session_id, step=step):
                steps[session_id] |= {step}
            case _:
                continue
        every[session_id].append(each)
    for import_id, gone in imports_withdrawn(record).items():
        for session_id in brought(record, "session", import_id):
            voided.add(session_id)
            every[session_id].append(gone)
    told = {name: tuple(found) for name, found in every.items()}
    return SessionCorrections(frozenset(voided), moved, retold, settings, minutes, steps, told)


def moved_away(record: Record, patient_id: str) -> list[tuple[Milliseconds, str]]:
    """When sessions began that were told of a patient and are another's by a move, and why; by that time."""
    known, corrected = identities(record), of_sessions(record)
    own, found = known.of(patient_id), []
    for session_id in corrected.moved:
        moves = [each for each in corrected.every[session_id] if isinstance(each.payload, SessionMoved)]
        began = payload_of(record, beginning(record, session_id))
        if not isinstance(began, SessionStarted):
            continue
        owners = [known.of(each.payload.patient_id) for each in moves if isinstance(each.payload, SessionMoved)]
        before = [known.of(began.patient_id), *owners]
        if owners[-1] != own and own in before:
            again = corrected.retold.get(session_id)
            at_ms = began.started_utc_ms if again is None else again.started_utc_ms
            found.append((at_ms, moves[len(before) - 1 - before[::-1].index(own)].reason))
    return sorted(found)


def minutes_of(record: Record, session_id: str) -> Mapping[str, MinuteCorrected]:
    """The minutes of a session that were corrected, by the act or mark that each names."""
    return of_sessions(record).minutes.get(session_id, {})


@dataclass(frozen=True, slots=True)
class Identities:
    """Who is who: `now` has the id that a merged patient goes on as, `withdrawn` who is left out of lists."""

    now: Mapping[str, str]
    withdrawn: Mapping[str, Correction]
    merged: Mapping[str, Correction]

    def of(self, patient_id: str) -> str:
        """The id a patient goes on as."""
        return self.now.get(patient_id, patient_id)

    def ids(self, patient_id: str) -> list[str]:
        """Every id under which something was told of this patient."""
        root = self.of(patient_id)
        return [root, *(other for other, now in self.now.items() if now == root)]

    def asked(self, patient_id: str | None) -> str | None:
        """Those ids as a JSON list, None for everybody: what `schema.of_patient` is asked with."""
        return None if patient_id is None else msgspec.json.encode(self.ids(patient_id)).decode()


def identities(record: Record) -> Identities:
    """Who is who by the merges that stand; one that would close a circle joins nothing more, and changes nothing."""
    into: dict[str, str] = {}
    withdrawn, merged = dict[str, Correction](), dict[str, Correction]()

    def root(patient_id: str) -> str:
        while patient_id in into:
            patient_id = into[patient_id]
        return patient_id

    for each in standing(record, (PatientMerged, PatientWithdrawn)):
        match each.payload:
            case PatientMerged(patient_id=patient_id, into_id=into_id):
                merged[patient_id] = each
                if (one := root(patient_id)) != (other := root(into_id)):
                    into[one] = other
            case PatientWithdrawn(patient_id=patient_id):
                withdrawn[patient_id] = each
    return Identities({patient_id: root(patient_id) for patient_id in into}, withdrawn, merged)
