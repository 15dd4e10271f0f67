"""The clinic's review of 117 simulated patients: seconds to gather, write and note it, and the bytes of the page.

The clinic is made once from a seed: six sessions each, a form of the past week before the first and after each, a past-month form
before and after the course, ten declared factors. Told is one call in a process that has loaded what it needs, and the command with
all it starts, reads and verifies.

    benchmarks/reports.py            the figures
    benchmarks/reports.py FOLDER     makes the clinic there and keeps it
"""

import os
import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from timing import median, timed

from setsetting.clinical.setting import FIELDS, TAPS
from setsetting.desk import changes, clinic, factors, reports
from setsetting.desk.clinic import Clinic
from setsetting.record import kinds
from setsetting.record.log import Draft
from setsetting.units import Milliseconds

PATIENTS, SESSIONS, RUNS = 117, 6, 5
FIRST = datetime(2025, 1, 6, 12, tzinfo=UTC)
PLANNED = (kinds.StoredSegment(Milliseconds(0), Milliseconds(2_400_000)),)
FACTORS = (
    "eye_shades",
    "headphones",
    "lighting",
    "touch",
    "voice",
    "interruptions",
    "people_present=companion",
    "position=reclined",
    "music_chosen_by=patient",
    "music_delivery=loudspeakers",
)


def made(folder: Path) -> Clinic:
    """A clinic whose 117 patients are simulated."""
    chance = random.Random(1)
    new = clinic.init(folder)
    for name in FACTORS:
        factors.declare(new, name)
    drafts = [draft for n in range(PATIENTS) for draft in _patient(f"S-{n + 1:04d}", n, chance)]
    with new.record() as record:
        record.append_all(drafts)
    changes.add(new, "new headphones", "2025-06-02")
    return new


def _patient(code: str, n: int, chance: random.Random) -> list[Draft]:
    total, began = min(75.0, max(25.0, chance.gauss(52, 12))), 3 * n
    held = SESSIONS if chance.random() < 0.85 else chance.randint(1, SESSIONS - 1)
    drafts = [Draft("patient.added", kinds.PatientAdded(code, code, simulated=True), f"added-{code}")]
    drafts += [_form(code, began - 5, total, "month", chance), _form(code, began - 1, total, "week", chance)]
    for number in range(1, held + 1):
        drafts += _session(code, number, began + 7 * (number - 1), chance)
        total = max(2.0, total - chance.gauss(23, 14) / SESSIONS)
        if chance.random() < 0.85:
            drafts.append(_form(code, began + 7 * number - 2, total, "week", chance))
    if chance.random() < 0.8:
        drafts.append(_form(code, began + 7 * held + 30, total, "month", chance))
    return drafts


def _session(code: str, number: int, day: int, chance: random.Random) -> list[Draft]:
    session_id, began = f"{code}-{number}", _at(day)
    started = kinds.SessionStarted(session_id, code, number, began, PLANNED, "room-1")
    fields = {field.name: chance.choice(field.choices) for field in FIELDS if field.choices}
    fields["interruptions"] = str(chance.choice([0, 0, 0, 1, 2]))
    taps = {tap.name: chance.randint(3, 10) for tap in TAPS}
    return [
        Draft("session.started", started, f"{session_id}-started"),
        Draft("session.acted", kinds.SessionActed(session_id, "infusion-start")),
        Draft("session.setting_logged", kinds.SettingLogged(session_id, fields, taps)),
        Draft("session.ended", kinds.SessionEnded(session_id, Milliseconds(began + 2_400_000), PLANNED)),
        Draft("session.closed", kinds.SessionClosed(session_id)),
    ]


def _form(code: str, day: int, total: float, recall: str, chance: random.Random) -> Draft:
    points = min(80, max(0, round(total + chance.gauss(0, 5))))
    items = tuple(min(4, max(0, points - 4 * place)) for place in range(20))
    return Draft("form.entered", kinds.FormEntered(f"{code}-{recall}-{day}", code, items, recall, _at(day, -6)))


def _at(day: int, hours: int = 0) -> Milliseconds:
    return Milliseconds(round((FIRST + timedelta(days=day, hours=hours)).timestamp() * 1000))


def main() -> None:
    if len(sys.argv) > 1:
        made(Path(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        own, out = made(Path(folder) / "clinic"), Path(folder) / "review.html"
        reports.of_clinic(own, out, replace=False)
        walls, cpus = [], []
        for _run in range(RUNS):
            wall, cpu = time.perf_counter(), time.process_time()
            reports.of_clinic(own, out, replace=True)
            walls.append(time.perf_counter() - wall)
            cpus.append(time.process_time() - cpu)
        wall_s, cpu_s = statistics.median(walls), statistics.median(cpus)
        print(f"one call, warm     {wall_s * 1000:7.0f} ms wall {cpu_s * 1000:7.0f} ms CPU")
        command = [sys.executable, "-m", "setsetting", "--clinic", os.fspath(own.folder), "review", "clinic"]
        cost = median([timed([*command, "-o", os.fspath(out), "--force"], quiet=True) for _run in range(RUNS)])
        print(f"the whole command  {cost.wall_s * 1000:7.0f} ms wall {cost.cpu_s * 1000:7.0f} ms CPU")
        print(f"the page           {out.stat().st_size / 1024:7.0f} KiB")


if __name__ == "__main__":
    main()
