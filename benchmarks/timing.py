"""What a command costs as a process of its own: wall time, CPU time of it and those it waited for, peak memory."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    wall_s: float
    cpu_s: float
    peak_mb: float


def keep_byte_code() -> None:
    """Let processes keep what they compile: a user's program is compiled once, not at each start."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def timed(command: Sequence[str], *, quiet: bool = False) -> Cost:
    """Run a command to its end; SystemExit when it fails."""
    to = subprocess.DEVNULL if quiet else None
    begun = time.perf_counter()
    child = subprocess.Popen(command, stdout=to, stderr=to)
    _pid, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{command[0]} ended with {child.returncode}")
    scale = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Cost(time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / scale)


def median(runs: Sequence[Cost]) -> Cost:
    return Cost(*(statistics.median(getattr(run, name) for run in runs) for name in ("wall_s", "cpu_s", "peak_mb")))
