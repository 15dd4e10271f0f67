"""How long a session is silent after its player and the player's watcher were killed together, twice in a row.

A session runs unheard on the paced output and is looked at as a screen does. What counts is the time from the kill until
the player journals that it goes on: idle, and with as many processes that do nothing but count as there
are cores. The clinic is a copy.

    python benchmarks/revival.py --clinic DIR [--rounds N]
"""

import argparse
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from timing import keep_byte_code

from setsetting.desk import attending, patients, sessions
from setsetting.desk.clinic import Clinic, open_clinic
from setsetting.player.journal import JournalKind
from setsetting.session.live import LiveSession

CODE = "BENCHMARK"
ALLOWED_S = {"idle": 2.0, "loaded": 4.0}
LOOK_EVERY_S = 0.25
COUNTING = "import os\nparent = os.getppid()\nwhile os.getppid() == parent: pass"
PLAYED_S = 3.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clinic", type=Path, required=True, help="a demo clinic; a copy of it is used")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    keep_byte_code()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        copy = Path(scratch) / "clinic"
        shutil.copytree(options.clinic, copy)
        return measure(open_clinic(copy), options.rounds)


def measure(clinic: Clinic, rounds: int) -> int:
    file = next((clinic.folder / "soundscapes").glob("*.json"))
    patients.add(clinic, CODE)
    started = sessions.start(clinic, sessions.SessionRequest(file, CODE, output="null"), say=print)
    started.live.detach()
    met = True
    with attending.attach(clinic, started.session_id) as live:
        live.plan_aside()
        for when, allowed_s in ALLOWED_S.items():
            cores = os.cpu_count() or 1
            busy = [subprocess.Popen([sys.executable, "-c", COUNTING], start_new_session=True) for _ in range(cores)]
            try:
                if when == "idle":
                    end(busy)
                gaps = [each for _ in range(rounds) for each in twice(live)]
            finally:
                end(busy)
            print(
                f"{when:6} silent for {statistics.median(gaps):.2f} s, most {max(gaps):.2f} s of {len(gaps)} kills"
                f" (<= {allowed_s:g}), load {os.getloadavg()[0]:.1f}"
            )
            met = met and max(gaps) <= allowed_s
        live.end()
    return int(not met)


def end(busy: list[subprocess.Popen[bytes]]) -> None:
    while busy:
        each = busy.pop()
        each.kill()
        each.wait()


def twice(live: LiveSession) -> list[float]:
    """The gaps of two kills, the second as soon as the first is over."""
    look_for(live, PLAYED_S)
    return [killed(live), killed(live)]


def killed(live: LiveSession) -> float:
    """Kill the player and who started it; seconds until it goes on."""
    state = live.link.state()
    assert state is not None, "the player runs"
    known = restarts(live)
    watcher = int(Path(f"/proc/{state.pid}/stat").read_text().rpartition(")")[2].split()[1])
    if b"setsetting.player" in Path(f"/proc/{watcher}/cmdline").read_bytes():
        os.kill(watcher, signal.SIGKILL)
    os.kill(state.pid, signal.SIGKILL)
    begun_s = time.monotonic()
    while restarts(live) == known:
        look_for(live, 0.0)
        time.sleep(LOOK_EVERY_S)
    entry = [entry for entry in live.link.journal() if entry.what is JournalKind.RESTARTED][-1]
    return entry.mono_ms / 1000 - begun_s


def restarts(live: LiveSession) -> int:
    return sum(entry.what is JournalKind.RESTARTED for entry in live.link.journal())


def look_for(live: LiveSession, seconds: float) -> None:
    """Look at the session as a screen does for so long, once at least."""
    until_s = time.monotonic() + seconds
    live.status()
    while time.monotonic() < until_s:
        time.sleep(LOOK_EVERY_S)
        live.status()


if __name__ == "__main__":
    sys.exit(main())
