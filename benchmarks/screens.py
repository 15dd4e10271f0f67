"""What the interface costs in a pseudo-terminal of 120 x 40: first real text, memory, bytes of the live screen, key to paint.

The first real text of `setsetting` on a demo clinic is timed against a Textual app of one label, run
in turn; what counts is the time from the start of the process until a patient of the list has been
written, one with an accepted plan, which is asked about after that: its memory is in the peak. Then a session runs
unheard, the live screen is joined, what it writes is counted, over the first seconds, in which it prepares to plan, and
again at rest; and keys of the level are pressed until what they did is written. Its share of a core is printed and
judges nothing: a few milliseconds a second are lost in a machine's noise. The clinic is a copy; without --clinic it is made by `setsetting demo`, which takes most of the time.

    python benchmarks/screens.py [--clinic DIR] [--runs N] [--seconds N]
"""

import argparse
import fcntl
import os
import pty
import select
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from timing import keep_byte_code

COLUMNS, ROWS = 120, 40
FIRST_TEXT_RATIO = 2.0
FIRST_SCREEN_MB = 60.0
LIVE_BYTES_S = 2048.0
LIVE_CPU = 0.01
KEY_TO_PAINT_MS = 35.0
KEYS = 60
BETWEEN_KEYS_S = 0.23
"""No divisor of the screen's own looks, so that keys come at any time between two of them."""
MINUS = "\N{MINUS SIGN}"
LIMIT_S = 60.0
SETTLE_S = 3.0
REST_AFTER_S = 30.0
"""So long after it was joined a live screen has prepared what it needs."""
PATIENT = "BENCH"
"""A patient of its own, first in the list, who has heard nothing yet: any soundscape may be played."""
MINIMAL = """
from textual.app import App
from textual.widgets import Label

class Minimal(App):
    def compose(self):
        yield Label("MINIMAL")

Minimal().run()
"""
SETSETTING = (sys.executable, "-m", "setsetting")


@dataclass(frozen=True)
class Shown:
    """When a word was on the screen, and the memory the process had taken by then."""

    first_text_s: float
    peak_mb: float


class Terminal:
    """A program in a pseudo-terminal in full colour; leaving kills it."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.begun_s = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], list(command), dict(environment))
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_caught: object) -> None:
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        os.close(self._fd)

    def read(self, wait_s: float) -> bytes:
        """What it wrote within so long; nothing when it wrote nothing."""
        ready, _, _ = select.select([self._fd], [], [], max(0.0, wait_s))
        try:
            return os.read(self._fd, 1 << 16) if ready else b""
        except OSError as error:
            raise SystemExit("the program ended") from error

    def until(self, word: bytes) -> float:
        """Read until a word has been written; seconds since the start of the process."""
        seen = b""
        while word not in seen:
            if time.perf_counter() - self.begun_s > LIMIT_S:
                raise SystemExit(f"{word!r} was not shown within {LIMIT_S:g} s: {seen[-400:]!r}")
            seen += self.read(0.5)
        return time.perf_counter() - self.begun_s

    def press(self, key: str, word: bytes) -> float:
        """Press a key; seconds until a word of what came of it has been written."""
        begun_s, seen = time.perf_counter(), b""
        os.write(self._fd, key.encode())
        while word not in seen:
            if time.perf_counter() - begun_s > LIMIT_S:
                raise SystemExit(f"{word!r} was not shown within {LIMIT_S:g} s")
            seen += self.read(0.5)
        return time.perf_counter() - begun_s

    def count(self, seconds: float) -> int:
        """Bytes it writes in so many seconds."""
        until_s = time.perf_counter() + seconds
        written = 0
        while (left_s := until_s - time.perf_counter()) > 0:
            written += len(self.read(left_s))
        return written

    def peak_mb(self) -> float:
        """The most memory it had taken, by Linux; nan elsewhere."""
        status = Path(f"/proc/{self.pid}/status")
        if not status.is_file():
            return float("nan")
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        return int(lines["VmHWM"].split()[0]) / 1024

    def cpu_s(self) -> float:
        """CPU time it has used, by Linux; nan elsewhere."""
        stat = Path(f"/proc/{self.pid}/stat")
        if not stat.is_file():
            return float("nan")
        user, system = stat.read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def first_text(command: Sequence[str], word: bytes, environment: Mapping[str, str]) -> Shown:
    with Terminal(command, environment) as terminal:
        first_s = terminal.until(word)
        terminal.count(SETTLE_S)
        return Shown(first_s, terminal.peak_mb())


def first_texts(environment: Mapping[str, str], runs: int) -> bool:
    """The first screen beside a minimal app, in turn so that both meet the same machine."""
    first_text(SETSETTING, PATIENT.encode(), environment)  # byte code and page cache
    ours: list[Shown] = []
    minimal: list[Shown] = []
    for _run in range(runs):
        minimal.append(first_text((sys.executable, "-c", MINIMAL), b"MINIMAL", environment))
        ours.append(first_text(SETSETTING, PATIENT.encode(), environment))
    for name, shown in (("minimal Textual app", minimal), ("setsetting on a demo clinic", ours)):
        first_ms = statistics.median(each.first_text_s for each in shown) * 1000
        peak_mb = statistics.median(each.peak_mb for each in shown)
        print(f"{name:28} first text {first_ms:6.0f} ms   peak memory {peak_mb:5.1f} MB   n {runs}")
    ratio = statistics.median(each.first_text_s for each in ours) / statistics.median(
        each.first_text_s for each in minimal
    )
    peak_mb = statistics.median(each.peak_mb for each in ours)
    print(f"first text {ratio:.2f} x the minimal app (<= {FIRST_TEXT_RATIO:g}), memory <= {FIRST_SCREEN_MB:g} MB")
    return ratio <= FIRST_TEXT_RATIO and not peak_mb > FIRST_SCREEN_MB


def live_screen(environment: Mapping[str, str], clinic: Path, seconds: float) -> bool:
    """A session that plays unheard, joined by the live screen; what the screen writes in so many seconds."""
    file = next(iter(sorted((clinic / "soundscapes").glob("*.json"))))
    start = (*SETSETTING, "session", "start", "--soundscape", str(file), "--patient", PATIENT, "--output", "null")
    with subprocess.Popen(
        start, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as started:
        try:
            begin = (*SETSETTING, "session", "act", "infusion-start")
            until_s = time.perf_counter() + LIMIT_S
            while subprocess.run(begin, env=environment, check=False, capture_output=True).returncode:
                if time.perf_counter() > until_s:
                    raise SystemExit("the session did not start")
                time.sleep(SETTLE_S)
            with Terminal((*SETSETTING, "session", "attach"), environment) as terminal:
                terminal.until(b"RUNNING")
                terminal.count(SETTLE_S)
                joined = watched(terminal, seconds)
                terminal.count(max(0.0, REST_AFTER_S - seconds - SETTLE_S))
                at_rest, peak_mb = watched(terminal, seconds), terminal.peak_mb()
                painted_ms = sorted(1000 * each for each in presses(terminal))
        finally:
            close = (*SETSETTING, "session", "close")
            subprocess.run(close, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
            started.kill()
    for when, (bytes_s, share) in (("just joined", joined), (f"after {REST_AFTER_S:g} s", at_rest)):
        print(
            f"live screen {when}: {bytes_s:.0f} bytes a second over {seconds:.0f} s (<= {LIVE_BYTES_S:g}),"
            f" {100 * share:.1f} % of a core (<= {100 * LIVE_CPU:g}), peak memory {peak_mb:.1f} MB"
        )
    p50_ms, p95_ms = statistics.median(painted_ms), painted_ms[len(painted_ms) * 95 // 100]
    print(
        f"key to paint p50 {p50_ms:.0f} ms, p95 {p95_ms:.0f} ms over {len(painted_ms)} keys (<= {KEY_TO_PAINT_MS:g}),"
        f" load {os.getloadavg()[0]:.1f}"
    )
    return max(joined[0], at_rest[0]) <= LIVE_BYTES_S and p95_ms <= KEY_TO_PAINT_MS


def watched(terminal: Terminal, seconds: float) -> tuple[float, float]:
    """Bytes a second that it writes, and its share of a core, over so many seconds."""
    cpu_s, begun_s = terminal.cpu_s(), time.perf_counter()
    written = terminal.count(seconds)
    took_s = time.perf_counter() - begun_s
    return written / took_s, (terminal.cpu_s() - cpu_s) / took_s


def presses(terminal: Terminal) -> list[float]:
    """Keys of the level, each a level other than the one before: seconds until the screen says it."""
    took = []
    for number in range(KEYS):
        terminal.count(BETWEEN_KEYS_S)
        key = str(1 + number % 9)
        took.append(terminal.press(key, f"{MINUS}{key} dB.".encode()))
    return took


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clinic", type=Path, help="a demo clinic; a copy of it is used")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    keep_byte_code()
    with tempfile.TemporaryDirectory() as name:
        clinic = Path(name) / "clinic"
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "XDG_STATE_HOME": str(Path(name) / "state"),
            "SETSETTING_CLINIC": str(clinic),
        }
        for colour in ("NO_COLOR", "COLUMNS", "LINES"):
            environment.pop(colour, None)
        if options.clinic is None:
            demo = (*SETSETTING, "demo", "--no-tui", "--folder", str(clinic))
            subprocess.run(demo, env=environment, check=True, stdout=subprocess.DEVNULL)
        else:
            shutil.copytree(options.clinic, clinic)
        file = next(iter(sorted((clinic / "soundscapes").glob("*.json"))))
        for words in (("patient", "add", PATIENT), ("soundscape", "accept", str(file), "--patient", PATIENT)):
            subprocess.run((*SETSETTING, *words), env=environment, check=True, capture_output=True)
        met = [first_texts(environment, options.runs), live_screen(environment, clinic, options.seconds)]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
