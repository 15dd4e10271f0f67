"""The same work gives the same bytes in any process: no order of a set, a hash or a dictionary reaches a result."""

import os
import subprocess
import sys
from pathlib import Path

import house_work
from house_code import TOP

SEEDS = ("0", "1", "31337")


def test_three_hash_seeds_give_the_same_soundscape_report_event_and_phases() -> None:
    told = {seed: _digests(seed) for seed in SEEDS}
    assert set(told["0"]) == set(house_work.WORK)
    assert told["1"] == told["0"]
    assert told["31337"] == told["0"]


def _digests(seed: str) -> dict[str, str]:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(TOP.parent)}
    done = subprocess.run(
        [sys.executable, str(Path(house_work.__file__))], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return dict(line.split() for line in done.stdout.splitlines())
