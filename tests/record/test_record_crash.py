"""Killed, torn, crowded: what was acknowledged is there, and what is there is a whole chain.

`SETSETTING_LOOPS=full pytest tests/record/test_record_crash.py` runs the 200 rounds of kill -9.
A kill does not test the loss of power; the torn files do a part of that.
"""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from record_clinics import DEVICE, PATIENT, opened, raw

from setsetting.record import connection, kinds, migrations, schema
from setsetting.record.log import Record
from setsetting.record.verify import verify

FULL = os.environ.get("SETSETTING_LOOPS") == "full"
ROUNDS = 200 if FULL else 30
LONGEST = 120 if FULL else 40
"""Below how many acknowledged events a round is killed: over 10,000 in the full loop."""
WRITER = Path(__file__).with_name("record_writer.py")
ENDLESS = 10**9


def _writer(path: Path, device: str, count: int, name: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(WRITER), str(path), device, str(count), name], stdout=subprocess.PIPE)


def _acknowledged(output: bytes) -> dict[str, str]:
    """Event ids and hashes of whole lines: a line cut off by the kill acknowledged nothing."""
    lines = output.decode().split("\n")[:-1]
    return dict(line.split() for line in lines)


@pytest.mark.loop
def test_no_acknowledged_event_is_lost_to_kill_9(path: Path) -> None:
    opened(path).close()
    moments = random.Random(9)
    acknowledged: dict[str, str] = {}
    for n in range(ROUNDS):
        writer = _writer(path, DEVICE, ENDLESS, f"round-{n}")
        assert writer.stdout is not None
        said = b"".join(writer.stdout.readline() for _n in range(moments.randrange(1, LONGEST)))
        time.sleep(moments.uniform(0, 0.003))
        writer.send_signal(signal.SIGKILL)
        said += writer.communicate()[0]
        acknowledged |= _acknowledged(said)
        with opened(path, create=False) as record:
            stored = {event.event_id: event.hash for event in record.events(kind="patient.vetoed")}
        assert acknowledged.items() <= stored.items()
    found = verify(path)
    assert found.ok, found.sentences()
    assert len(acknowledged) >= (10_000 if FULL else ROUNDS)
    print(f"{ROUNDS} rounds, {len(acknowledged)} acknowledged, 0 lost, {found.events - len(acknowledged)} unsaid")


@pytest.mark.loop
def test_four_processes_append_without_an_error(path: Path) -> None:
    each = 300 if FULL else 50
    opened(path).close()
    devices = [DEVICE, DEVICE, uuid.uuid4().hex, uuid.uuid4().hex]
    writers = [_writer(path, device, each, f"writer-{n}") for n, device in enumerate(devices)]
    said = [writer.communicate()[0] for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 4
    assert sum(len(_acknowledged(output)) for output in said) == 4 * each
    found = verify(path)
    assert (found.ok, found.events) == (True, 4 * each)


def test_no_other_look_at_the_file_lets_go_the_lock_of_who_writes(path: Path) -> None:
    """POSIX locks belong to the process: any file of the same name that it closes lets them all go."""
    begin = (
        "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None).execute('BEGIN IMMEDIATE')"
    )
    with opened(path) as record, record.whole():
        record.append("person.added", kinds.PersonAdded())
        verify(path)
        opened(path).close()
        other = subprocess.run([sys.executable, "-c", begin, str(path)], capture_output=True, text=True, check=False)
    assert "database is locked" in other.stderr
    found = verify(path)
    assert (found.ok, found.events) == (True, 1)


def test_windows_that_make_a_record_together_make_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All have seen that the schema is missing before the first of them makes it, slowly."""
    pending, seen = migrations._pending, threading.Barrier(3)
    missing_triggers = schema.missing_triggers

    def seen_by_all(*arguments: Any, create: bool) -> tuple[str, ...]:
        found = pending(*arguments, create=create)
        seen.wait(timeout=20)
        return found

    def slowly(opened: sqlite3.Connection) -> tuple[str, ...]:
        time.sleep(0.1)
        return missing_triggers(opened)

    monkeypatch.setattr(migrations, "_pending", seen_by_all)
    monkeypatch.setattr(schema, "missing_triggers", slowly)
    with ThreadPoolExecutor(3) as windows:
        records = list(windows.map(lambda _n: opened(path), range(3)))
    for record in records:
        record.append("person.added", kinds.PersonAdded())
        record.close()
    monkeypatch.undo()
    found = verify(path)
    assert (found.ok, found.events) == (True, 3)


def _vetoes(record: Record, count: int) -> list[str]:
    """Hashes of everything in the record after some more events."""
    for n in range(count):
        record.append("patient.vetoed", kinds.TrackVetoed(PATIENT, "tag", f"{n} " + "x" * 200))
    return [event.hash for event in record.events()]


def test_a_torn_wal_reopens_to_a_valid_prefix(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the engine: one writer at a time can't meet the WAL-reset bug."""
    opened(path).close()
    monkeypatch.setattr(connection, "wal_is_safe", lambda _engine: True)
    with opened(path) as record:
        record.read("PRAGMA wal_autocheckpoint = 0")
        hashes = _vetoes(record, 60)
        wal, main = path.with_name("record.db-wal").read_bytes(), path.read_bytes()
    monkeypatch.undo()
    tears = random.Random(4)
    lengths = set()
    for n in range(25):
        torn = _files(tmp_path / f"torn-{n}", main)
        cut = wal[: tears.randrange(len(wal))] + tears.randbytes(tears.choice([0, 5_000]))
        torn.with_name("record.db-wal").write_bytes(cut)
        lengths.add(_is_a_prefix(torn, hashes))
    assert len(lengths) > 5


def test_a_torn_journal_reopens_to_what_was_committed(path: Path, tmp_path: Path) -> None:
    """Once before the journal was synced (the file is untouched), once with half of the commit written."""
    with opened(path) as record:
        hashes = _vetoes(record, 60)
    with raw(path) as writer:
        writer.execute("PRAGMA journal_mode = DELETE")
        main = path.read_bytes()
        writer.execute("PRAGMA cache_size = 2")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE patient_vetoed SET value = value || 'y'")
        writer.execute("DELETE FROM patient_vetoed WHERE seq % 2")
        journal, half = path.with_name("record.db-journal").read_bytes(), path.read_bytes()
        writer.execute("ROLLBACK")
    assert half != main, "the cache was to spill into the file"
    tears = random.Random(5)
    for n in range(12):
        torn = _files(tmp_path / f"unsynced-{n}", main)
        torn.with_name("record.db-journal").write_bytes(journal[: tears.randrange(len(journal))])
        assert _is_a_prefix(torn, hashes) == 60
    torn = _files(tmp_path / "half", half)
    torn.with_name("record.db-journal").write_bytes(journal)
    assert verify(torn).ok, "verifying undoes what a crash left half done, as any opening does"
    assert _is_a_prefix(torn, hashes) == 60


def _files(folder: Path, main: bytes) -> Path:
    folder.mkdir()
    path = folder / "record.db"
    path.write_bytes(main)
    return path


def _is_a_prefix(path: Path, hashes: list[str]) -> int:
    """Open what a crash left; it holds the first events and nothing else, and takes the next one."""
    with opened(path, create=False) as record:
        stored = [event.hash for event in record.events()]
        assert stored == hashes[: len(stored)]
        record.append("person.added", kinds.PersonAdded())
    found = verify(path)
    assert found.ok, found.sentences()
    return len(stored)
