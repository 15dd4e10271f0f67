"""The tables that are never derived: the event log with its guards, and what is known of the file.

An event is only ever added, at the end of its device's chain. Without a rowid there is no second key
by which REPLACE could reach an old row. Nothing here refers to a projection, so that a rebuild or
another device's events can't break it. No check looks into the payload: it may be sealed one day.
"""

from setsetting.machine.database import Connection
from setsetting.record.event import GENESIS

APPLICATION_ID = 0x53265331
"""Marks the file as a record of this program ("S&S1" in its header)."""

KEPT = ("event", "about", "_sqlite_migrations")
"""Tables that are never derived; any other one is dropped and folded anew by a rebuild."""

EVENT = """\
CREATE TABLE event (
    device TEXT NOT NULL CHECK (length(device) = 32),
    seq INTEGER NOT NULL CHECK (seq >= 1),
    event_id TEXT NOT NULL UNIQUE CHECK (length(event_id) BETWEEN 1 AND 200),
    kind TEXT NOT NULL CHECK (kind GLOB '?*.?*'),
    version INTEGER NOT NULL CHECK (version >= 1),
    at_utc_ms INTEGER NOT NULL,
    mono_ms INTEGER NOT NULL,
    lamport INTEGER NOT NULL CHECK (lamport >= 1),
    actor TEXT NOT NULL CHECK (actor <> ''),
    subject TEXT CHECK (subject <> ''),
    corrects TEXT,
    reason TEXT,
    seal TEXT,
    payload TEXT NOT NULL CHECK (payload <> ''),
    prev_hash TEXT NOT NULL CHECK (length(prev_hash) = 64),
    hash TEXT NOT NULL CHECK (length(hash) = 64),
    CHECK (corrects IS NULL OR coalesce(trim(reason), '') <> ''),
    PRIMARY KEY (device, seq)
) STRICT, WITHOUT ROWID"""

ABOUT = """\
CREATE TABLE about (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID"""

INDEXES = {
    "event_order": "CREATE INDEX event_order ON event (lamport, device, seq)",
    "event_corrects": "CREATE INDEX event_corrects ON event (corrects) WHERE corrects IS NOT NULL",
}

TRIGGERS = {
    "event_no_update": """\
CREATE TRIGGER event_no_update BEFORE UPDATE ON event
BEGIN
    SELECT RAISE(ABORT, 'event_no_update');
END""",
    "event_no_delete": """\
CREATE TRIGGER event_no_delete BEFORE DELETE ON event
BEGIN
    SELECT RAISE(ABORT, 'event_no_delete');
END""",
    "event_no_replace": """\
CREATE TRIGGER event_no_replace BEFORE INSERT ON event
WHEN EXISTS (SELECT 1 FROM event WHERE device = NEW.device AND seq = NEW.seq)
    OR EXISTS (SELECT 1 FROM event WHERE event_id = NEW.event_id)
BEGIN
    SELECT RAISE(ABORT, 'event_no_replace');
END""",
    "event_chain": f"""\
CREATE TRIGGER event_chain BEFORE INSERT ON event
WHEN NEW.seq <> coalesce((SELECT max(seq) FROM event WHERE device = NEW.device), 0) + 1
    OR NEW.prev_hash <> coalesce(
        (SELECT hash FROM event WHERE device = NEW.device ORDER BY seq DESC LIMIT 1), '{GENESIS}')
BEGIN
    SELECT RAISE(ABORT, 'event_chain');
END""",
}


def missing_triggers(connection: Connection) -> tuple[str, ...]:
    """Name the guards that are gone or not word for word as they were made."""
    found = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
    return tuple(name for name, sql in TRIGGERS.items() if found.get(name) != sql)


def strange_objects(connection: Connection) -> tuple[str, ...]:
    """Name what of the log is not as it was made: the table itself, its indexes, foreign triggers."""
    found = {
        name: sql
        for name, sql in connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND (tbl_name = 'event' OR type = 'trigger')"
        )
        if name not in TRIGGERS
    }
    expected = {"event": EVENT} | INDEXES
    return tuple(sorted(name for name in found.keys() | expected if found.get(name) != expected.get(name)))
