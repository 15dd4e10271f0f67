"""What is derived from the log: one table per kind of event, each row folded from one event alone.

The fold is pure and every row has its event's key, so that the tables are equal in any order of
arrival, and a later `admit` of another device's events needs nothing new. Where events compete (a
form corrected twice, a setting logged anew) the newest by (lamport, device, seq) stands; `rows`
reads it so. Columns follow the payload's fields; nested values are JSON text; long bodies stay in
their event. What this program can't read is skipped.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, TypeAlias, get_args, get_type_hints

import msgspec

from setsetting.machine.database import Connection
from setsetting.record import payloads, schema
from setsetting.record.kinds import KINDS, Payload

FOLD = 1
"""Raised when the same columns are to be filled differently; tables are then folded anew."""

KEY = ("device", "seq", "lamport")
LEFT_IN_THE_EVENT = frozenset({"body"})
SOUGHT_BY = ("patient_id", "session_id", "form_id", "sha256")

Value: TypeAlias = int | str | None

_SCALARS = {int: "INTEGER", bool: "INTEGER", str: "TEXT"}
_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Projection:
    """A kind's table: its name, its columns after the key, and how it is made."""

    name: str
    columns: tuple[str, ...]
    sql: tuple[str, ...]

    @property
    def insert(self) -> str:
        marks = ", ".join("?" * (len(KEY) + len(self.columns)))
        columns = ", ".join(KEY + self.columns)
        return f"INSERT INTO {self.name} ({columns}) VALUES ({marks}) ON CONFLICT (device, seq) DO NOTHING"


def _projection(kind: str, struct: type[Payload]) -> Projection:
    name = kind.replace(".", "_")
    hints = get_type_hints(struct)
    columns = tuple(field for field in struct.__struct_fields__ if field not in LEFT_IN_THE_EVENT)
    lines = ["device TEXT NOT NULL", "seq INTEGER NOT NULL", "lamport INTEGER NOT NULL"]
    lines += [f"{column} {_sql_type(hints[column])}" for column in columns]
    create = f"CREATE TABLE {name} ({', '.join(lines)}, PRIMARY KEY (device, seq)) STRICT, WITHOUT ROWID"
    indexes = [f"CREATE INDEX {name}_{column} ON {name} ({column})" for column in columns if column in SOUGHT_BY]
    return Projection(name, columns, (create, *indexes))


def _sql_type(hint: Any) -> str:
    optional = type(None) in get_args(hint)
    if optional:
        (hint,) = [part for part in get_args(hint) if part is not type(None)]
    return _SCALARS.get(getattr(hint, "__supertype__", hint), "TEXT") + ("" if optional else " NOT NULL")


TABLES: dict[str, Projection] = {kind: _projection(kind, struct) for kind, struct in KINDS.items()}
_INSERTS = {kind: table.insert for kind, table in TABLES.items()}

_MADE_BY = [str(FOLD), *(sql for table in TABLES.values() for sql in table.sql)]
VERSION = hashlib.sha256("\n".join(_MADE_BY).encode()).hexdigest()
"""Which fold filled the tables: another one fills them anew by itself."""


def fold(kind: str, version: int, payload: str, seal: str | None = None) -> tuple[Value, ...] | None:
    """Give the columns after the key that an event adds to its kind's table; None for none."""
    known = payloads.decode(kind, version, payload, seal)
    if known is None:
        return None
    return tuple([_column(getattr(known, column)) for column in TABLES[kind].columns])


def _column(value: Any) -> Value:
    if value is None or isinstance(value, int | str):
        return value
    return _encoder.encode(value).decode()


def add(  # noqa: PLR0917 - by position, as the log's rows come
    connection: Connection,
    device: str,
    seq: int,
    lamport: int,
    kind: str,
    version: int,
    payload: str,
    seal: str | None,
) -> None:
    """Add one event's row; adding it again changes nothing."""
    columns = fold(kind, version, payload, seal)
    if columns is not None:
        connection.execute(_INSERTS[kind], (device, seq, lamport, *columns))


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
    events = 0
    for row in connection.execute("SELECT device, seq, lamport, kind, version, payload, seal FROM event"):
        add(connection, *row)
        events += 1
    connection.execute("INSERT OR REPLACE INTO about (name, value) VALUES ('fold', ?)", [VERSION])
    return events


def _derived(connection: Connection) -> list[str]:
    """Derived tables there are, those of another program's fold too."""
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return [name for (name,) in rows if name not in schema.KEPT]
