"""Whether what is told of one patient, or of the sessions, is what was recorded: a look at their events and rows alone.

Whoever edits the file by hand reaches the derived rows first. A list or a page of one patient costs too much with the
whole record verified, and is not to show a score or lose a refusal that somebody edited: so it looks at its own part.
What this can't see is left to `verify`: whether an event is gone from the log, and every other patient's part.
"""

from collections.abc import Iterable
from typing import TypeAlias

import msgspec

from setsetting.errors import Refused
from setsetting.record import corrections, payloads, projections
from setsetting.record.event import Event, chained_hash, digest_of
from setsetting.record.log import COLUMNS, Record
from setsetting.words.translate import _

_ENVELOPE = [name for name in Event.__slots__ if name not in {"payload", "salt", "hash"}]
_BY_KEY = "(device, seq) IN (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?))"
_Rows: TypeAlias = dict[tuple[str, int], tuple[object, ...]]
"""Derived rows of one kind by their event's key."""
_LISTED = ("session.started", "session.ended")
"""What a list of all sessions is made from, its corrections aside, which are read from their events."""


def refuse_edited(record: Record, patient_id: str) -> None:
    """Raise Refused unless every event told of a patient is whole, and has its own row and no other."""
    ids = corrections.identities(record).ids(patient_id)
    events = {(event.device, event.seq): event for event in corrections.told_of(record, patient_id)}
    sessions = record.read(
        "SELECT session_id FROM session_started WHERE patient_id IN (SELECT value FROM json_each(?))", [_json(ids)]
    )
    sought = {"patient_id": _json(ids), "session_id": _json([row[0] for row in sessions])}
    tables: dict[str, _Rows] = {}
    for kind, table in projections.TABLES.items():
        tables[kind] = _rows(record, kind, _BY_KEY, _json([key for key, event in events.items() if event.kind == kind]))
        if (column := next((name for name in sought if name in table.columns), None)) is not None:
            tables[kind] |= _rows(record, kind, f"{column} IN (SELECT value FROM json_each(?))", sought[column])
    elsewhere = [key for found in tables.values() for key in found if key not in events]  # told while it was another's
    events |= {(event.device, event.seq): event for event in _events(record, elsewhere)}
    _refuse(kind for kind, found in tables.items() if not _sound(kind, found, events.values()))


def refuse_edited_sessions(record: Record) -> None:
    """The same of every session's beginning and end, whose events are taken as they stand."""
    _refuse(kind for kind in _LISTED if not _as_told(record, kind))


def _as_told(record: Record, kind: str) -> bool:
    """Whether every row of a kind is what its event tells, and as many tell one."""
    table = projections.TABLES[kind]
    columns = ", ".join(f"t.{column}" for column in table.columns)
    found = record.read(
        f"SELECT e.kind, e.version, e.payload, e.seal, {columns} FROM {table.name} t LEFT JOIN event e USING (device, seq)"
    )
    ((told,),) = record.read(
        "SELECT count(DISTINCT event_id) FROM event WHERE kind = ? AND payload IS NOT NULL AND seal IS NULL"
        f" AND version = {payloads.VERSION}",
        [kind],
    )
    return told == len(found) and all(projections.fold(*row[:4]) == tuple(row[4:]) for row in found)


def _sound(kind: str, found: _Rows, events: Iterable[Event]) -> bool:
    """Whether these rows of a kind are what these events tell, each once."""
    told = {row[3] for row in found.values()}
    left = dict(found)
    for event in events:
        if event.kind != kind:
            continue
        if not _whole(event):
            return False
        columns = projections.fold(kind, event.version, event.payload, event.seal)
        row = left.pop((event.device, event.seq), None)
        expected = None if columns is None else (event.device, event.seq, event.lamport, event.event_id, *columns)
        if row != expected and not (row is None and event.event_id in told):  # another device told it before
            return False
    return not left


def _whole(event: Event) -> bool:
    recorded = chained_hash(*[getattr(event, name) for name in _ENVELOPE]) == event.hash
    if event.payload is None or event.salt is None:
        return recorded
    return recorded and digest_of(event.salt, event.payload) == event.payload_digest


def _rows(record: Record, kind: str, where: str, values: str) -> _Rows:
    table = projections.TABLES[kind]
    columns = ", ".join(projections.KEY + table.columns)
    found = record.read(f"SELECT {columns} FROM {table.name} WHERE {where}", [values])
    return {(row[0], row[1]): tuple(row) for row in found}


def _events(record: Record, keys: Iterable[tuple[str, int]]) -> list[Event]:
    found = record.read(f"SELECT {', '.join(COLUMNS)} FROM event WHERE {_BY_KEY}", [_json(list(keys))])
    return [Event(*row) for row in found]


def _json(values: object) -> str:
    return msgspec.json.encode(values).decode()


def _refuse(kinds: Iterable[str]) -> None:
    if names := ", ".join(sorted(projections.TABLES[kind].name for kind in kinds)):
        raise Refused(
            _(
                "What is kept in {names} is not what was recorded, so nothing is shown or used of it: `setsetting record"
                " verify` says what is wrong, and `setsetting record rebuild` makes derived tables anew."
            ).format(names=names)
        )
