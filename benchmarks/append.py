"""How long it takes to append one event durably, and to verify a record of ten years.

Beside the milliseconds stand ratios from the same run on the same disk: an append against a bare
one-row commit of SQLite under the same pragmas, the verification against the engine's own
integrity check.

    python benchmarks/append.py [--appends N] [--events N] [--folder DIR]
"""

import argparse
import sqlite3
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from setsetting.machine.clock import SystemClock
from setsetting.record.connection import connect
from setsetting.record.device import Device
from setsetting.record.kinds import PatientAdded, SessionActed, SessionStarted, StoredSegment
from setsetting.record.log import Draft, Record
from setsetting.record.verify import verify
from setsetting.units import Milliseconds

APPEND_P99_MS = 5.0
VERIFY_S = 3.0
BATCH = 5_000


def _open(path: Path) -> Record:
    kept = path.with_suffix(".device")  # as a clinic's is
    device = Device(uuid.uuid4().hex, kept)
    kept.write_text(f"{device.id}\n")
    return Record.open(
        path, device=device, actor=uuid.uuid4().hex, clock=SystemClock(), zone=ZoneInfo("UTC"), create=True
    )


def _act(session_id: str, n: int) -> SessionActed:
    at_ms = Milliseconds(1000 * n)
    return SessionActed(session_id, "volume", f"-{n % 30}", clock_ms=at_ms, infusion_ms=at_ms)


def _begin(record: Record) -> str:
    patient_id, session_id = str(uuid.uuid4()), str(uuid.uuid4())
    record.append("patient.added", PatientAdded(patient_id, "A-01"))
    zero_ms = Milliseconds(0)
    planned = (StoredSegment(zero_ms, Milliseconds(2_400_000)),)
    record.append("session.started", SessionStarted(session_id, patient_id, 1, zero_ms, planned, room="one"))
    return session_id


def _times_ms(first: int, count: int, act: Callable[[int], object]) -> list[float]:
    times = []
    for n in range(first, first + count):
        start = time.perf_counter()
        act(n)
        times.append((time.perf_counter() - start) * 1000)
    return times


def _line(what: str, times: list[float]) -> float:
    cuts = statistics.quantiles(times, n=100)
    print(f"{what:28} p50 {cuts[49]:6.2f} ms   p99 {cuts[98]:6.2f} ms   worst {max(times):6.2f} ms   n {len(times)}")
    return cuts[98]


def appends(folder: Path, count: int) -> bool:
    """Append events one by one, and commit bare rows alternately, so that both meet the same disk."""
    with _open(folder / "append.db") as record:
        session_id = _begin(record)
        bare = connect(folder / "bare.db", create=True)
        bare.execute("CREATE TABLE row (n INTEGER PRIMARY KEY, payload TEXT) STRICT")
        mode = bare.execute("PRAGMA journal_mode").fetchone()[0]
        ours: list[float] = []
        theirs: list[float] = []
        for start in range(0, count, 50):
            ours += _times_ms(start, 50, lambda n: record.append("session.acted", _act(session_id, n)))
            theirs += _times_ms(start, 50, lambda _n: bare.execute("INSERT INTO row (payload) VALUES (?)", ["x" * 480]))
        bare.close()
    print(f"SQLite {sqlite3.sqlite_version}, journal {mode}, synchronous EXTRA")
    p99 = _line("append one event", ours)
    _line("bare commit of one row", theirs)
    print(f"ratio of medians {statistics.median(ours) / statistics.median(theirs):.2f}")
    return p99 <= APPEND_P99_MS


def verification(folder: Path, count: int) -> bool:
    """Fill a record with `count` events and verify it."""
    path = folder / "verify.db"
    with _open(path) as record:
        session_id = _begin(record)
        for start in range(2, count, BATCH):
            record.append_all(
                Draft("session.acted", _act(session_id, n)) for n in range(start, min(start + BATCH, count))
            )
        start_s = time.perf_counter()
        record.rebuild()
        rebuild_s = time.perf_counter() - start_s
    bare = sqlite3.connect(path)
    start_s = time.perf_counter()
    bare.execute("PRAGMA integrity_check").fetchall()
    check_s = time.perf_counter() - start_s
    bare.close()
    start_s = time.perf_counter()
    found = verify(path)
    verify_s = time.perf_counter() - start_s
    print(
        f"verify {found.events} events ({path.stat().st_size / 1e6:.0f} MB): {verify_s:.2f} s,"
        f" {verify_s / check_s:.1f} x the engine's integrity check ({check_s:.2f} s); rebuild {rebuild_s:.2f} s"
    )
    return found.ok and verify_s <= VERIFY_S


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--appends", type=int, default=2_000)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--folder", type=Path, help="a folder on the disk to be measured")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        met = [appends(Path(name), options.appends), verification(Path(name), options.events)]
    print(f"append p99 <= {APPEND_P99_MS:g} ms: {met[0]}; verify in <= {VERIFY_S:g} s: {met[1]}")
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
