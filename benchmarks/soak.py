"""Whether a session holds out for hours: memory and CPU of the player, its watcher and the live screen, and underruns.

A session runs unheard on the paced output with the live screen joined in a pseudo-terminal of 120 x 40, and its infusion
begins after five minutes. Every 30 s a line is printed. What the player took at the tenth minute is compared with the
last: memory that has grown by more than a noise of 2 MB is a fault, and so are underruns and a false loss of the
output. Load both cores beside it, as with two `nice python -c "while True: pass"`. The clinic's record is written to.

    python benchmarks/soak.py CLINIC SOUNDSCAPE.json [--minutes N]
"""

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from screens import SETSETTING, Terminal

from setsetting.player import journal, presence
from setsetting.player.journal import JournalKind
from setsetting.session import folder

CODE = "SOAK"
EVERY_S = 30.0
BEGINS_S = 300.0
SETTLED_S = 600.0
"""Growth is counted from here on."""
GROWTH_MB = 2.0
PLAYER_MB, PLAYER_CPU = 100.0, 0.01
FAULTS = (JournalKind.UNDERRUN, JournalKind.OUTPUT_LOST, JournalKind.STALLED, JournalKind.RESTARTED)


@dataclass(frozen=True)
class Taken:
    """What a process has taken so far: CPU seconds, resident megabytes, and those of them that no file stands behind."""

    cpu_s: float
    mb: float
    own_mb: float


def taken(pid: int) -> Taken:
    """What Linux says of a process."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    mb, own_mb = (int(lines[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon"))
    return Taken((int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK"), mb, own_mb)


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def setsetting(clinic: Path, *words: str, check: bool = True) -> None:
    command = (*SETSETTING, "--clinic", str(clinic), *words)
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=check)


def soak(clinic: Path, soundscape: Path, minutes: float) -> int:
    setsetting(clinic, "patient", "add", CODE, check=False)  # there from an earlier soak
    start = ("session", "start", "--soundscape", str(soundscape), "--patient", CODE, "--output", "null")
    with subprocess.Popen(
        (*SETSETTING, "--clinic", str(clinic), *start), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    ) as started:
        while not (live := folder.sessions(clinic)) or presence.holder(live[-1]) is None:
            time.sleep(0.5)
        where = live[-1]
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        with Terminal((*SETSETTING, "--clinic", str(clinic), "session", "attach"), environment) as screen:
            screen.until(b"BEGUN")
            try:
                return watch(clinic, where, screen, started.pid, minutes)
            finally:
                setsetting(clinic, "session", "close", check=False)
                started.kill()


def watch(clinic: Path, where: Path, screen: Terminal, follower: int, minutes: float) -> int:
    """Print what everything took until the music or the time is over; 1 where something is not as it should be."""
    player = presence.holder(where)
    assert player is not None, "the player runs"
    pids = {"player": player.pid, "watcher": parent_of(player.pid), "screen": screen.pid, "follower": follower}
    print(f"{'minute':>6} {'load':>5}", *(f"{name + ' MB (own) CPU %':>26}" for name in pids), "terminal B/s  faults")
    begun_s, has_begun, settled = time.monotonic(), False, None
    before = {name: taken(pid) for name, pid in pids.items()}
    while time.monotonic() < begun_s + minutes * 60 and presence.is_there(where):
        since_s = time.monotonic()
        written = screen.count(EVERY_S)
        took_s, minute = time.monotonic() - since_s, (time.monotonic() - begun_s) / 60
        try:
            now = {name: taken(pid) for name, pid in pids.items()}
        except (OSError, KeyError):  # one of them has ended
            break
        counts = {kind: sum(entry.what is kind for entry in journal.read(where)) for kind in FAULTS}
        columns = [
            f"{now[name].mb:10.1f} ({now[name].own_mb:5.1f}) {100 * (now[name].cpu_s - before[name].cpu_s) / took_s:6.2f}"
            for name in pids
        ]
        told = ", ".join(f"{kind} {number}" for kind, number in counts.items() if number) or "none"
        load = os.getloadavg()[0]
        print(f"{minute:6.1f} {load:5.1f}", *(f"{each:>26}" for each in columns), f"{written / took_s:8.0f}  {told}")
        sys.stdout.flush()
        before = now
        if not has_begun and minute * 60 >= BEGINS_S:
            setsetting(clinic, "session", "act", "infusion-start")
            has_begun = True
        if settled is None and minute * 60 >= SETTLED_S:
            settled = now
    return judged(settled or before, before, sum(counts.values()))


def judged(settled: dict[str, Taken], last: dict[str, Taken], faults: int) -> int:
    grown = {name: last[name].mb - settled[name].mb for name in last}
    print("grown since the tenth minute, MB:", ", ".join(f"{name} {by:+.1f}" for name, by in grown.items()))
    print(f"most wanted: {GROWTH_MB:g} MB more, {PLAYER_MB:g} MB of the player, no fault; faults: {faults}")
    return int(max(grown.values()) > GROWTH_MB or last["player"].mb > PLAYER_MB or faults > 0)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("clinic", type=Path)
    parser.add_argument("soundscape", type=Path)
    parser.add_argument("--minutes", type=float, default=120.0)
    options = parser.parse_args()
    return soak(options.clinic, options.soundscape, options.minutes)


if __name__ == "__main__":
    sys.exit(main())
