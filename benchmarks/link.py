"""Linking and estimating: 100,000 linked sessions from two CSV files, and 117 patients with ten settings.

Each is a process of its own, `review link` with all it reads and prints; told are wall and CPU seconds, and their ratio to a
bare start of Python with numpy.
"""

import csv
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
from timing import keep_byte_code, median, timed

RUNS = 5
SESSIONS_EACH = 6


def clinic(folder: Path, patients: int, factors: int, seed: int = 1) -> list[str]:
    """Write a simulated clinic whose every session is linked; the command that reviews it."""
    chance = np.random.default_rng(seed)
    names = [f"setting_{number}" for number in range(1, factors + 1)]
    exposed = chance.integers(0, 2, (patients, SESSIONS_EACH, factors))
    start = chance.normal(52, 12, (patients, 1)) + chance.normal(-4, 5, (patients, SESSIONS_EACH + 1)).cumsum(axis=1)
    scores = np.clip(np.rint(start), 0, 80).astype(int)
    with (folder / "sessions.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["patient", "session_no", "day", *names])
        for patient in range(patients):
            for number in range(SESSIONS_EACH):
                rows.writerow([f"P{patient:05d}", number + 1, 4 * number + 3, *exposed[patient, number]])
    with (folder / "scores.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["patient", "day", "pcl5"])
        for patient in range(patients):
            rows.writerows([f"P{patient:05d}", 4 * number + 1, total] for number, total in enumerate(scores[patient]))
    declared = [word for name in names for word in ("--factor", name)]
    files = ["--sessions", os.fspath(folder / "sessions.csv"), "--scores", os.fspath(folder / "scores.csv")]
    return [sys.executable, "-m", "setsetting", "review", "link", *files, *declared, "--json"]


def main() -> None:
    keep_byte_code()
    bare = median([timed([sys.executable, "-c", "import numpy"], quiet=True) for _run in range(RUNS)])
    print(f"{'bare numpy':36}{bare.wall_s:8.3f} s wall {bare.cpu_s:8.3f} s CPU")
    for name, patients, factors in (
        ("100,002 linked sessions, 1 setting", 16_667, 1),
        ("117 patients, 10 settings", 117, 10),
    ):
        with tempfile.TemporaryDirectory() as folder:
            command = clinic(Path(folder), patients, factors)
            cost = median([timed(command, quiet=True) for _run in range(RUNS)])
        print(
            f"{name:36}{cost.wall_s:8.3f} s wall {cost.cpu_s:8.3f} s CPU {cost.peak_mb:7.0f} MB"
            f" {cost.cpu_s / bare.cpu_s:6.1f} x bare CPU"
        )


if __name__ == "__main__":
    main()
