"""The tables that are never derived: the event log with its guards, and what is known of the file.

An event is only ever added, at the end of its device's chain. Without a rowid there is no second key
by which REPLACE could reach an old row. One change there is: adding an event of the kind `event.erased`
takes the text and the salt from the event it names, whichever of the two arrives first and on whichever
devices it was told. Nothing here refers to a projection, so that a rebuild or another device's events
can't break it. No check looks into the payload: it may be sealed one day.
"""

from setsetting.machine.database import DATABASE_ERRORS, Connection
from setsetting.record.event import GENESIS, LARGEST_LAMPORT, Event
from setsetting.record.kinds import ERASED

APPLICATION_ID = 0x53265332
"""Marks the file as a record of this program ("S&S2" in its header)."""

FIRST_APPLICATION_ID = 0x53265331
"""What the records of version 0.1.0 were marked with; nothing in them can be erased."""

LARGEST_LEAP = 2**30
"""How far a Lamport time may lie beyond every other: no honest device is so many events ahead, and a
hostile one would need millions of events to use up the numbers of all others."""

KEPT = ("event", "about", "_sqlite_migrations")
"""Tables that are never derived; any other one is dropped and folded anew by a rebuild."""

EVENT = f"""\
CREATE TABLE event (
    device TEXT NOT NULL CHECK (length(device) = 32),
    seq INTEGER NOT NULL CHECK (seq >= 1),
    event_id TEXT NOT NULL CHECK (length(event_id) BETWEEN 1 AND 200),
    kind TEXT NOT NULL CHECK (kind GLOB '?*.?*'),
    version INTEGER NOT NULL CHECK (version >= 1),
    at_utc_ms INTEGER NOT NULL,
    mono_ms INTEGER NOT NULL,
    lamport INTEGER NOT NULL CHECK (lamport BETWEEN 1 AND {LARGEST_LAMPORT}),
    actor TEXT NOT NULL CHECK (actor <> ''),
    subject TEXT CHECK (subject <> ''),
    corrects TEXT,
    seal TEXT,
    payload TEXT CHECK (payload <> ''),
    salt TEXT CHECK (length(salt) = 32),
    payload_digest TEXT NOT NULL CHECK (length(payload_digest) = 64),
    prev_hash TEXT NOT NULL CHECK (length(prev_hash) = 64),
    hash TEXT NOT NULL CHECK (length(hash) = 64),
    CHECK ((payload IS NULL) = (salt IS NULL)),
    PRIMARY KEY (device, seq),
    UNIQUE (event_id, device)
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

_LASTING = [column for column in Event.__slots__ if column not in {"payload", "salt"}]


def erased(event_id: str) -> str:
    """SQL for "an event erases the one with this id"; one that is there asks the index of `corrects`."""
    return f"EXISTS (SELECT 1 FROM event WHERE corrects = {event_id} AND kind = '{ERASED}')"


def taken_back(event_id: str) -> str:
    """SQL for "the correction with this id was taken back", erased though the words for it may be."""
    return f"EXISTS (SELECT 1 FROM event u WHERE u.corrects = {event_id} AND u.kind = 'correction.undone')"


def undone(alias: str) -> str:
    """SQL for "a later act of its session undid it", of an act or a mark; or a mark was withdrawn afterwards."""
    return (
        f"(EXISTS (SELECT 1 FROM session_acted u WHERE u.session_id = {alias}.session_id"
        f" AND u.undoes = {alias}.event_id)"
        f" OR EXISTS (SELECT 1 FROM event w WHERE w.corrects = {alias}.event_id"
        f" AND w.kind = 'session.mark_withdrawn' AND NOT {taken_back('w.event_id')}))"
    )


def of_patient(alias: str) -> str:
    """SQL for "told of a patient whose ids are the JSON list ?1", of everybody where it is null."""
    return f"(?1 IS NULL OR {alias}.patient_id IN (SELECT value FROM json_each(?1)))"


def withdrawn(event_id: str) -> str:
    """SQL for "the veto, statement, change or factor with this id was withdrawn, and that was not taken back"."""
    return (
        f"EXISTS (SELECT 1 FROM event w WHERE w.corrects = {event_id}"
        " AND w.kind IN ('patient.veto_withdrawn', 'statement.withdrawn', 'clinic.change_withdrawn', 'factor.withdrawn')"
        f" AND NOT {taken_back('w.event_id')})"
    )


TRIGGERS = {
    "event_no_update": f"""\
CREATE TRIGGER event_no_update BEFORE UPDATE ON event
WHEN NEW.payload IS NOT NULL OR NEW.salt IS NOT NULL
    OR ({", ".join(f"NEW.{column}" for column in _LASTING)})
    IS NOT ({", ".join(f"OLD.{column}" for column in _LASTING)})
    OR NOT {erased("OLD.event_id")}
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
    OR EXISTS (SELECT 1 FROM event WHERE event_id = NEW.event_id AND device = NEW.device)
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
    "event_lamport": f"""\
CREATE TRIGGER event_lamport BEFORE INSERT ON event
WHEN NEW.lamport > coalesce((SELECT max(lamport) FROM event), 0) + {LARGEST_LEAP}
BEGIN
    SELECT RAISE(ABORT, 'event_lamport');
END""",
    "event_erased": f"""\
CREATE TRIGGER event_erased AFTER INSERT ON event
WHEN NEW.kind = '{ERASED}' OR {erased("NEW.event_id")}
BEGIN
    UPDATE event SET payload = NULL, salt = NULL WHERE event_id = NEW.corrects AND NEW.kind = '{ERASED}';
    UPDATE event SET payload = NULL, salt = NULL WHERE event_id = NEW.event_id AND {erased("NEW.event_id")};
END""",
}


def missing_triggers(connection: Connection) -> tuple[str, ...]:
    """Name the guards that are gone or not word for word as they were made."""
    try:
        found = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
    except DATABASE_ERRORS:  # bytes that are no text
        return tuple(TRIGGERS)
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
