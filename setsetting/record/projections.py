"""What is derived from the log: one table per kind of event, each row folded from one event alone.

The fold is pure and every row has its event's id and key, so that the tables are equal in any order of
arrival, and a later `admit` of another device's events needs nothing new. Two devices that tell one
event_id (a folder copied with an open session) tell the same act twice: it has one row, the first by
(lamport, device, seq). What was erased has none. Where events compete (a
form corrected twice, a setting logged anew) the newest by (lamport, device, seq) stands; `rows`
reads it so. Columns follow the payload's fields; nested values are JSON text; long bodies stay in
their event. What this program can't read is skipped.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, get_args, get_type_hints

import msgspec

from setsetting.errors import Refused
from setsetting.machine.database import Connection
from setsetting.record import payloads, schema
from setsetting.record.kind_table import KINDS
from setsetting.record.kinds import ERASED, Payload
from setsetting.words.translate import _

FOLD = 1
"""Raised when the same columns are to be filled differently; tables are then folded anew."""

KEY = ("device", "seq", "lamport", "event_id")
FOLDED = (*KEY, "kind", "version", "payload", "seal", "corrects")
"""What the fold reads of an event, in the order in which `add` and `rebuild` take it."""
LEFT_IN_THE_EVENT = frozenset({"body"})
SOUGHT_BY = ("patient_id", "session_id", "form_id", "sha256", "imported")

Value: TypeAlias = int | str | None

_CELLS = frozenset({int, bool, str, type(None)})
_SCALARS = {int: "INTEGER", bool: "INTEGER", str: "TEXT"}
_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Projection:
    """A kind's table: its name, its columns after the key, how it is made, and SQL for "not what its event tells"."""

    name: str
    columns: tuple[str, ...]
    sql: tuple[str, ...]
    unlike: str


def _column(value: Any) -> Value:
    if value is None or isinstance(value, int | str):
        return value
    return _encoder.encode(value).decode()


def _projection(kind: str, struct: type[Payload]) -> Projection:
    name = kind.replace(".", "_")
    hints = get_type_hints(struct)
    columns = tuple(field for field in struct.__struct_fields__ if field not in LEFT_IN_THE_EVENT)
    lines = [
        "device TEXT NOT NULL",
        "seq INTEGER NOT NULL",
        "lamport INTEGER NOT NULL",
        "event_id TEXT NOT NULL",
    ]
    lines += [f"{column} {_sql_type(hints[column])}" for column in columns]
    create = f"CREATE TABLE {name} ({', '.join(lines)}, PRIMARY KEY (device, seq)) STRICT, WITHOUT ROWID"
    indexes = [f"CREATE INDEX {name}_{column} ON {name} ({column})" for column in columns if column in SOUGHT_BY]
    defaults = {field.name: _default(field) for field in msgspec.structs.fields(struct)}
    unlike = [
        f"t.{column} IS NOT coalesce(json_extract(e.payload, '$.{column}'), {defaults[column]})" for column in columns
    ]
    keys = f"(t.lamport, t.event_id, e.kind) IS NOT (e.lamport, e.event_id, '{kind}')"
    return Projection(name, columns, (create, *indexes), " OR ".join((keys, *unlike)))


def _default(field: msgspec.structs.FieldInfo) -> str:
    """A field's default, which is not stored, as SQL."""
    value = None if field.default is msgspec.NODEFAULT else field.default
    if field.default_factory is not msgspec.NODEFAULT:
        value = field.default_factory()
    column = None if value is None else _column(value)
    return "NULL" if column is None else f"'{column}'" if isinstance(column, str) else str(int(column))


def _sql_type(hint: Any) -> str:
    optional = type(None) in get_args(hint)
    if optional:
        (hint,) = [part for part in get_args(hint) if part is not type(None)]
    return _SCALARS.get(getattr(hint, "__supertype__", hint), "TEXT") + ("" if optional else " NOT NULL")


TABLES: dict[str, Projection] = {kind: _projection(kind, struct) for kind, struct in KINDS.items()}


def _insert(table: Projection) -> str:
    marks = ", ".join("?" * (len(KEY) + len(table.columns)))
    return f"INSERT INTO {table.name} ({', '.join(KEY + table.columns)}) VALUES ({marks}) ON CONFLICT DO NOTHING"


_INSERTS = {kind: _insert(table) for kind, table in TABLES.items()}
_IS_ERASED = f"SELECT {schema.erased('?')}"
_TOLD_ELSEWHERE = f"""
SELECT lamport, device, seq FROM event
WHERE event_id = ? AND device <> ? AND kind = ? AND version = {payloads.VERSION} AND seal IS NULL"""
_TOLD_TWICE = f"""
SELECT device, seq, event_id, kind FROM event
WHERE event_id IN (SELECT event_id FROM event GROUP BY event_id HAVING count(*) > 1)
    AND version = {payloads.VERSION} AND seal IS NULL ORDER BY lamport, device, seq"""

OWNER = f"""
SELECT patient_id FROM (
    SELECT patient_id, 1 AS moved, lamport, device, seq FROM session_moved m
    WHERE session_id = ? AND NOT {schema.taken_back("m.event_id")}
    UNION ALL SELECT patient_id, 0, -lamport, device, seq FROM session_started WHERE session_id = ?)
ORDER BY moved DESC, lamport DESC, device DESC, seq DESC LIMIT 1"""
"""Whose a session is by the newest move that stands, else by how it was told first."""

_MADE_BY = [str(FOLD), *(sql for table in TABLES.values() for sql in table.sql)]
VERSION = hashlib.sha256("\n".join(_MADE_BY).encode()).hexdigest()
"""Which fold filled the tables: another one fills them anew by itself."""


def fold(kind: str, version: int, payload: str | None, seal: str | None = None) -> tuple[Value, ...] | None:
    """Give the columns after the key that an event adds to its kind's table; None for none."""
    known = payloads.decode(kind, version, payload, seal)
    if known is None:
        return None
    cells = [getattr(known, column) for column in TABLES[kind].columns]
    return tuple([cell if type(cell) in _CELLS else _column(cell) for cell in cells])


def add(connection: Connection, row: Sequence[Any]) -> None:
    """Add the row of one event, which comes as `FOLDED`, or take away the row it erases; again changes nothing."""
    device, seq, lamport, event_id, kind, version, payload, seal, corrects = row
    if kind == ERASED:
        for table in TABLES.values():
            connection.execute(f"DELETE FROM {table.name} WHERE event_id = ?", [corrects])
    columns = fold(kind, version, payload, seal)
    if columns is None or connection.execute(_IS_ERASED, [event_id]).fetchone()[0]:
        return
    elsewhere = [tuple(row) for row in connection.execute(_TOLD_ELSEWHERE, [event_id, device, kind])]
    if all((lamport, device, seq) < key for key in elsewhere):
        for _lamport, *key in elsewhere:
            connection.execute(f"DELETE FROM {TABLES[kind].name} WHERE (device, seq) = (?, ?)", key)
        connection.execute(_INSERTS[kind], (device, seq, lamport, event_id, *columns))


def told_again(connection: Connection) -> set[tuple[str, int]]:
    """Keys of events that another device told before, and that have no row therefore."""
    told: set[tuple[str, str]] = set()
    again: set[tuple[str, int]] = set()
    if connection.execute("SELECT (SELECT min(device) FROM event) IS (SELECT max(device) FROM event)").fetchone()[0]:
        return again  # one device tells nothing twice, and need not be read through for it
    for device, seq, event_id, kind in connection.execute(_TOLD_TWICE):
        if (kind, event_id) in told:
            again.add((device, seq))
        told.add((kind, event_id))
    return again


def in_step(connection: Connection) -> bool:
    """Tell whether the tables were filled by this program's fold."""
    row = connection.execute("SELECT value FROM about WHERE name = 'fold'").fetchone()
    return row is not None and row[0] == VERSION


def rebuild(connection: Connection) -> int:
    """Drop every derived table and fold the whole log anew, inside the caller's transaction.

    Returns the number of events read.
    """
    for name in _derived(connection):
        connection.execute('DROP TABLE "{}"'.format(name.replace('"', '""')))
    for table in TABLES.values():
        for sql in table.sql:
            connection.execute(sql)
    again, events = told_again(connection), 0
    for row in connection.execute(f"SELECT {', '.join(FOLDED)} FROM event"):
        device, seq, lamport, event_id, kind, version, payload, seal, _corrects = row
        columns = fold(kind, version, payload, seal)
        if columns is None and payloads.is_of_first_shape(kind, payload):
            raise Refused(
                _(
                    "This record holds days as an earlier state of this program kept them, which a change of the time"
                    " zone moved; it stays as it is. Make a new clinic folder with `setsetting init DIR`."
                )
            )
        if columns is not None and (device, seq) not in again:
            connection.execute(_INSERTS[kind], (device, seq, lamport, event_id, *columns))
        events += 1
    connection.execute("INSERT OR REPLACE INTO about (name, value) VALUES ('fold', ?)", [VERSION])
    return events


def _derived(connection: Connection) -> list[str]:
    """Derived tables there are, those of another program's fold too."""
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return [name for (name,) in rows if name not in schema.KEPT]
