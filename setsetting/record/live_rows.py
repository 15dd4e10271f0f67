"""What happened in a session, as typed rows: acts, marks, what sounded.

`clock_ms` is the soundscape's clock.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

import msgspec

from setsetting.machine.database import StoredRow
from setsetting.record import cells, payloads, rows, schema
from setsetting.record.corrections import minutes_of
from setsetting.record.kinds import SessionFrozen
from setsetting.record.log import Record
from setsetting.record.rows import SessionRow
from setsetting.record.session_clock import STEPS_TOLD, SessionClock, session_clock
from setsetting.units import Milliseconds

HEARD_FROM_MS = Milliseconds(30_000)
"""A track counts as heard when it sounded this long in one session."""


@dataclass(frozen=True, slots=True)
class ActRow:
    """A live act; `undone` says that a later act took it back."""

    event_id: str
    act: str
    argument: str | None
    clock_ms: Milliseconds
    infusion_ms: Milliseconds | None
    undoes: str | None
    undone: bool
    told_ms: Milliseconds | None = None


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A mark, with what was typed of it last; `undone` says that a later act took it back."""

    event_id: str
    mark: str
    clock_ms: Milliseconds
    infusion_ms: Milliseconds | None
    note: str | None
    undone: bool
    told_ms: Milliseconds | None = None


@dataclass(frozen=True, slots=True)
class PlayedRow:
    cue: str
    track_id: str | None
    phase: str
    clock_ms: Milliseconds
    sounded_ms: Milliseconds


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard, anchors left out."""

    track_ids: frozenset[str]
    artists: frozenset[str]


NOTHING_HEARD = Heard(frozenset(), frozenset())


def acts(record: Record, session_id: str) -> list[ActRow]:
    """A session's acts in their order, those that were taken back too, and steps of the infusion that were told afterwards."""
    found = record.read(
        f"SELECT a.event_id, a.act, a.argument, a.clock_ms, a.infusion_ms, a.undoes, {schema.undone('a')} AS undone"
        " FROM session_acted a WHERE a.session_id = ? ORDER BY a.clock_ms, a.lamport, a.device, a.seq",
        [session_id],
    )
    found += record.read(STEPS_TOLD, [session_id])
    told = _timeline(record, session_id)
    return sorted((ActRow(**_now(row, told)) for row in found), key=lambda act: act.clock_ms)


def marks(record: Record, session_id: str) -> list[MarkRow]:
    """A session's marks in their order, those that were taken back too."""
    found = record.read(
        f"SELECT m.event_id, m.mark, m.clock_ms, m.infusion_ms, m.note, {schema.undone('m')} AS undone"
        " FROM session_marked m WHERE m.session_id = ? ORDER BY m.clock_ms, m.lamport, m.device, m.seq",
        [session_id],
    )
    told, typed = _timeline(record, session_id), _typed_afterwards(record, session_id)
    every = (MarkRow(**(_now(row, told) | {"note": typed.get(row["event_id"], row["note"])})) for row in found)
    return sorted(every, key=lambda mark: mark.clock_ms)


def counted(record: Record) -> dict[str, Counter[str]]:
    """How many marks and acts that stand each session has, of each name; an undo is none."""
    found = record.read(
        f"SELECT m.session_id, m.mark, count(*) FROM session_marked m WHERE NOT {schema.undone('m')} GROUP BY 1, 2"
        " UNION ALL SELECT a.session_id, a.act, count(*) FROM session_acted a"
        f" WHERE a.undoes IS NULL AND NOT {schema.undone('a')} GROUP BY 1, 2"
    )
    told = defaultdict[str, Counter[str]](Counter)
    for session_id, name, n in found:
        told[session_id][name] += n
    return told


def _typed_afterwards(record: Record, session_id: str) -> dict[str, str | None]:
    """What was typed afterwards of a session's marks, the last of each."""
    found = record.read(
        "SELECT w.mark_id, w.note FROM session_mark_worded w WHERE w.session_id = ? ORDER BY w.lamport, w.device, w.seq",
        [session_id],
    )
    return {str(row["mark_id"]): row["note"] for row in found}


def zero_ms(record: Record, session_id: str) -> Milliseconds | None:
    """Where the infusion's minute 0 lies on a session's clock; None where no start stands."""
    return _timeline(record, session_id).zero_ms


def _timeline(record: Record, session_id: str) -> SessionClock:
    return session_clock(record, session_id, minutes_of(record, session_id))


def _now(row: StoredRow, told: SessionClock) -> dict[str, Any]:
    """A row of an act or a mark with its times as they stand; `told_ms` is the minute as it was told first."""
    clock_ms = told.clock_ms(row["event_id"], row["clock_ms"])
    times = {"clock_ms": clock_ms, "infusion_ms": told.infusion_ms(clock_ms, row["infusion_ms"])}
    return dict(row) | times | {"told_ms": row["infusion_ms"], "undone": bool(row["undone"])}


def with_notes(record: Record) -> frozenset[str]:
    """The sessions in which a mark has a note."""
    found = record.read(
        "SELECT session_id FROM session_marked WHERE note IS NOT NULL"
        " UNION SELECT session_id FROM session_mark_worded WHERE note IS NOT NULL"
    )
    return frozenset(str(row[0]) for row in found)


def devices(record: Record, session_id: str) -> list[str]:
    """The outputs a session's player opened, by their own names."""
    found = record.read(
        "SELECT DISTINCT detail FROM session_noted WHERE session_id = ? AND what IN ('started', 'restarted')"
        " AND detail IS NOT NULL ORDER BY detail",
        [session_id],
    )
    return [str(row[0]) for row in found]


def played(record: Record, session_id: str) -> list[PlayedRow]:
    """What sounded in a session, in its order."""
    found = record.read(
        "SELECT p.cue, p.track_id, p.phase, p.clock_ms, p.sounded_ms"
        " FROM session_played p WHERE p.session_id = ? ORDER BY p.clock_ms, p.lamport, p.device, p.seq",
        [session_id],
    )
    return [PlayedRow(*row) for row in found]


def frozen(record: Record, session_id: str) -> SessionFrozen | None:
    """What was heard in a session, as it was frozen at its close; None where nothing was."""
    found = record.read(
        "SELECT e.kind, e.version, e.payload, e.seal FROM session_frozen f JOIN event e USING (device, seq)"
        " WHERE f.session_id = ? ORDER BY f.lamport, f.device, f.seq LIMIT 1",
        [session_id],
    )
    told = payloads.decode(*found[0]) if found else None
    return told if isinstance(told, SessionFrozen) else None


def heard(record: Record, patient_id: str, *, but: str | None = None) -> Heard:
    """What sounded 30 s or more in one session of the patient's that was heard, but for one, anchors left out."""
    told = [row for row in rows.sessions(record, patient_id) if row.session_id != but]
    return next(iter(heard_by_patient(record, told).values()), NOTHING_HEARD)


def heard_by_patient(record: Record, told: Iterable[SessionRow]) -> dict[str, Heard]:
    """What was heard in these sessions, infusion or not, by the patient's id; who heard nothing is not in it."""
    owners = {row.session_id: row.patient_id for row in told if row.was_heard}
    found = record.read(
        "SELECT p.session_id, p.track_id, max(p.artists) AS artists FROM session_played p"
        " WHERE p.session_id IN (SELECT value FROM json_each(?)) AND p.track_id IS NOT NULL AND NOT p.anchor"
        " GROUP BY p.session_id, p.track_id HAVING sum(p.sounded_ms) >= ?",
        [msgspec.json.encode(list(owners)).decode(), HEARD_FROM_MS],
    )
    heard_of: dict[str, list[StoredRow]] = defaultdict(list)
    for row in found:
        heard_of[owners[row["session_id"]]].append(row)
    return {
        patient_id: Heard(
            frozenset(row["track_id"] for row in each),
            frozenset(chain.from_iterable(_artists(row["artists"]) for row in each)),
        )
        for patient_id, each in heard_of.items()
    }


@lru_cache(1024)  # a course hears few artists, often
def _artists(text: str | None) -> tuple[str, ...]:
    return () if text is None else cells.nested(text, tuple[str, ...])
