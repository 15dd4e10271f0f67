"""Whether what is told of one patient, or of the sessions, is what was recorded: a look at their events and rows alone.

Whoever edits the file by hand reaches the derived rows first. A list or a page of one patient costs too much with the
whole record verified, and is not to show a score or lose a refusal that somebody edited: so it looks at its own part.
What this can't see is left to `verify`: whether an event is gone from the log, and every other patient's part.
"""

from collections.abc import Iterable
from typing import TypeAlias

import msgspec

from setsetting.errors import Refused
from setsetting.machine.database import StoredRow
from setsetting.record import corrections, payloads, projections
from setsetting.record.event import Event, chained_hash, digest_of
from setsetting.record.kinds import Payload
from setsetting.record.log import COLUMNS, Record
from setsetting.words.translate import _

_ENVELOPE = [name for name in Event.__slots__ if name not in {"payload", "salt", "hash"}]
_BY_KEY = "(device, seq) IN (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?))"
_Rows: TypeAlias = dict[tuple[str, int], tuple[object, ...]]
"""Derived rows of one kind by their event's key."""
LISTED = (
    "patient.added",
    "patient.vetoed",
    "form.entered",
    "form.corrected",
    "session.started",
    "session.acted",
    "session.ended",
    "session.closed",
)
"""What a list of all patients is made from, corrections aside, which are read from their events."""
LISTED_VISITS = ("visit.planned", "visit.held", "course.ended")
LISTED_SESSIONS = (
    "patient.added",
    "session.started",
    "session.ended",
    "session.closed",
    "session.acted",
    "session.marked",
    "session.mark_worded",
    "session.setting_logged",
)
LISTED_CHANGES = ("clinic.changed", "change.sealed", "seal.opened")
LISTED_ALTERNATIONS = (
    "alternation.planned",
    "alternation.assigned",
    "alternation.deviated",
    "alternation.stopped",
    "alternation.looked",
)
LISTED_FACTORS = ("factor.declared", "link.looked")
LISTED_IMPORTS = ("import.taken",)
HEARD = "session.played"


def refuse_edited(record: Record, patient_id: str) -> None:
    """Raise Refused unless every event told of a patient is whole, and has its own row and no other."""
    ids = corrections.identities(record).ids(patient_id)
    events = {(event.device, event.seq): event for event in corrections.told_of(record, patient_id)}
    sessions = record.read(
        "SELECT session_id FROM session_started WHERE patient_id IN (SELECT value FROM json_each(?))", [_json(ids)]
    )
    told = [payloads.decode(event.kind, event.version, event.payload, event.seal) for event in events.values()]
    sought = {
        "patient_id": _json(ids),
        "session_id": _json([*(row[0] for row in sessions), *_named(told, "session_id")]),
        "form_id": _json(_named(told, "form_id")),
    }
    tables: dict[str, _Rows] = {}
    for kind, table in projections.TABLES.items():
        own = _json([key for key, event in events.items() if event.kind == kind])
        named = {column: values for column, values in sought.items() if column in table.columns}
        if own != "[]" or named:
            where = [_BY_KEY, *(f"{column} IN (SELECT value FROM json_each(?))" for column in named)]
            tables[kind] = _rows(record, kind, " OR ".join(where), [own, *named.values()])
    elsewhere = [key for found in tables.values() for key in found if key not in events]  # told while it was another's
    events |= {(event.device, event.seq): event for event in _events(record, elsewhere)}
    _refuse(kind for kind, found in tables.items() if not _sound(kind, found, events.values()))


def _named(told: Iterable[Payload | None], field: str) -> list[str]:
    return list({name for each in told if isinstance(name := getattr(each, field, None), str)})


def refuse_edited_list(record: Record, kinds: Iterable[str]) -> None:
    """The same of every row of these kinds, whose events are taken as they stand."""
    kinds = tuple(kinds)
    ((one_device,),) = record.read("SELECT (SELECT min(device) FROM event) IS (SELECT max(device) FROM event)")
    counted = _TOLD.format(each="*" if one_device else "DISTINCT event_id")
    told: dict[str, int] = dict(map(tuple, record.read(counted, [_json(kinds)])))
    _refuse(kind for kind in kinds if not _as_told(record, kind, told.get(kind, 0)))


_TOLD = f"""
SELECT kind, count({{each}}) FROM event
WHERE kind IN (SELECT value FROM json_each(?)) AND payload IS NOT NULL AND seal IS NULL AND version = {payloads.VERSION}
GROUP BY kind"""


def _as_told(record: Record, kind: str, told: int) -> bool:
    """Whether as many rows of a kind are there as events tell one, and each is what its event tells."""
    table = projections.TABLES[kind]
    ((rows,),) = record.read(f"SELECT count(*) FROM {table.name}")
    columns = ", ".join(f"t.{column}" for column in projections.KEY + table.columns)
    unlike = record.read(  # what the engine finds otherwise is folded: it may write the same in another way
        f"SELECT e.kind, e.version, e.payload, e.seal, e.device, e.seq, e.lamport, e.event_id, {columns}"
        f" FROM {table.name} t LEFT JOIN event e USING (device, seq) WHERE {table.unlike}"
    )
    return bool(rows == told) and all(_is_told(row) for row in unlike)


def _is_told(row: StoredRow) -> bool:
    kind, version, payload, seal, *rest = row
    columns = None if kind is None else projections.fold(kind, version, payload, seal)
    return columns is not None and (*rest[:4], *columns) == tuple(rest[4:])


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


def _rows(record: Record, kind: str, where: str, values: list[str]) -> _Rows:
    table = projections.TABLES[kind]
    columns = ", ".join(projections.KEY + table.columns)
    found = record.read(f"SELECT {columns} FROM {table.name} WHERE {where}", values)
    return {(row[0], row[1]): tuple(row) for row in found}


def _events(record: Record, keys: Iterable[tuple[str, int]]) -> list[Event]:
    found = record.read(f"SELECT {', '.join(COLUMNS)} FROM event WHERE {_BY_KEY}", [_json(list(keys))])
    return [Event(*row) for row in found]


def _json(values: object) -> str:
    return msgspec.json.encode(values).decode()


def _refuse(kinds: Iterable[str]) -> None:
    if names := ", ".join(sorted({projections.TABLES[kind].name for kind in kinds})):
        raise Refused(
            _(
                "What is kept in {names} is not what was recorded, so nothing is shown or used of it: `setsetting record"
                " verify` says what is wrong, and `setsetting record rebuild` makes derived tables anew."
            ).format(names=names)
        )
