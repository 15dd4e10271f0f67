"""Whoever opens the file with another program can add nothing out of place and change nothing."""

import sqlite3
from pathlib import Path

import pytest
from record_clinics import OTHER_DEVICE, dump, following, insert, raw

from setsetting.record.event import GENESIS, LARGEST_LAMPORT
from setsetting.record.log import COLUMNS, Record
from setsetting.record.verify import verify


def _insert(path: Path, columns: dict[str, object], verb: str = "INSERT", tail: str = "") -> None:
    with raw(path) as connection:
        insert(connection, columns, verb, tail)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET actor = 'eve' WHERE seq = 2",
        "UPDATE OR IGNORE event SET actor = 'eve' WHERE seq = 2",
        "UPDATE OR REPLACE event SET seq = 1 WHERE seq = 2",
        "DELETE FROM event WHERE seq = 2",
        "DELETE FROM event",
        "REPLACE INTO event SELECT * FROM event WHERE seq = 2",
        "INSERT OR IGNORE INTO event SELECT * FROM event WHERE seq = 2",
    ],
)
def test_changing_the_log_is_refused(day: Record, path: Path, statement: str) -> None:
    before = day.events()
    with raw(path) as connection, pytest.raises(sqlite3.IntegrityError, match=r"event_no_|event_chain"):
        connection.execute(statement)
    assert day.events() == before


@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "INSERT OR IGNORE", "INSERT"])
def test_writing_over_an_old_event_is_refused(day: Record, path: Path, verb: str) -> None:
    before = day.events()
    first, newest = before[0], before[-1]
    for change in ({"seq": first.seq, "prev_hash": first.prev_hash}, {"event_id": first.event_id}):
        with pytest.raises(sqlite3.IntegrityError, match=r"event_no_replace|event_chain"):
            _insert(path, following(newest, **change), verb)
    with pytest.raises(sqlite3.IntegrityError, match="event_no_replace"):
        _insert(
            path,
            following(newest, event_id=first.event_id),
            tail="ON CONFLICT (event_id, device) DO UPDATE SET actor = excluded.actor",
        )
    assert day.events() == before


def test_an_event_out_of_its_chain_is_refused(day: Record, path: Path) -> None:
    before = day.events()
    newest = before[-1]
    forged: list[dict[str, object]] = [
        {"seq": newest.seq + 2},
        {"prev_hash": "f" * 64},
        {"prev_hash": GENESIS},
        {"device": OTHER_DEVICE},
        {"device": OTHER_DEVICE, "seq": 2, "prev_hash": GENESIS},
    ]
    for changes in forged:
        with pytest.raises(sqlite3.IntegrityError, match="event_chain"):
            _insert(path, following(newest, **changes))
    assert day.events() == before


def test_an_event_that_is_not_whole_is_refused(day: Record, path: Path) -> None:
    newest = day.events()[-1]
    broken: list[dict[str, object]] = [
        {"device": "short"},
        {"kind": "nonsense"},
        {"actor": ""},
        {"payload": ""},
        {"payload": None},
        {"salt": None},
        {"salt": "short"},
        {"payload_digest": "short"},
        {"lamport": 0},
        {"lamport": LARGEST_LAMPORT + 1},
        {"at_utc_ms": "yesterday"},
    ]
    for changes in broken:
        with pytest.raises(sqlite3.IntegrityError):
            _insert(path, following(newest, **changes) | changes)
    assert day.events()[-1] == newest


def test_an_event_of_a_kind_from_the_future_is_kept_and_skipped(day: Record, path: Path) -> None:
    newest, derived = day.events()[-1], dump(day)
    _insert(path, following(newest, kind="visit.dreamt", payload='{"of":1}', lamport=newest.lamport + 1))
    later = following(
        day.events()[-1], event_id="later", version=2, payload='{"shape":"new"}', lamport=newest.lamport + 2
    )
    _insert(path, later)
    assert [event.kind for event in day.events(after=newest)] == ["visit.dreamt", "patient.added"]
    day.rebuild()
    assert dump(day) == derived
    assert verify(path).ok


def test_columns_are_the_envelope(day: Record, path: Path) -> None:
    with raw(path) as connection:
        found = [row[1] for row in connection.execute("PRAGMA table_info(event)")]
    assert tuple(found) == COLUMNS
