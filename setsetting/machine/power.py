"""Power: what the machine runs on, and keeping it awake while something must not be interrupted.

Asked of what the system itself offers (Linux: sysfs and systemd-inhibit; macOS: pmset and caffeinate). Where nothing
answers, that is the answer: nothing here guesses, and nothing fails because a machine can't be kept awake.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SUPPLIES = Path("/sys/class/power_supply")
_ASKED_WITHIN_S = 2.0
_LET_GO_WITHIN_S = 2.0


@dataclass(frozen=True, slots=True)
class Supply:
    """What the machine runs on; None is not known. A machine without a battery has no `percent`."""

    mains: bool | None
    percent: int | None = None


def supply(folder: Path = SUPPLIES) -> Supply:
    """Look at mains and batteries; a mouse's or a headset's own battery is none of the machine's."""
    if folder.is_dir():
        return _of_sysfs(folder)
    told = asked("pmset", "-g", "batt")
    if told is None:
        return Supply(None)
    percent = re.search(r"(\d+)%", told)
    return Supply("'AC Power'" in told, None if percent is None else int(percent[1]))


def _of_sysfs(folder: Path) -> Supply:
    plugged: list[bool] = []
    percents: list[int] = []
    drained = False
    for each in sorted(folder.iterdir()):
        if _word(each / "scope") == "Device":
            continue
        if _word(each / "type") == "Battery":
            drained = drained or _word(each / "status") == "Discharging"
            percents += [int(word)] if (word := _word(each / "capacity")).isdecimal() else []
        elif (word := _word(each / "online")).isdecimal():
            plugged.append(word != "0")
    if not percents and not any(plugged):
        return Supply(None)
    return Supply(any(plugged) or not drained, min(percents, default=None))


def _word(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def can_keep_awake() -> bool:
    """Whether this machine lets us hold off its sleep: it is tried."""
    argv = _inhibiting("set up", "true")
    return argv is not None and asked(*argv) is not None


@contextmanager
def kept_awake(why: str) -> Iterator[None]:
    """Hold off sleep and idling for the block, as far as the machine lets us; `why` is shown by the system.

    What holds them off ends with this process, however that ends.
    """
    argv, holder = _inhibiting(why, "cat"), None
    if argv is not None:
        with suppress(OSError):
            holder = subprocess.Popen(  # `cat` reads a pipe that nobody writes to, until we are gone
                argv, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
    try:
        yield
    finally:
        if holder is not None and holder.stdin is not None:
            holder.stdin.close()
            with suppress(subprocess.TimeoutExpired):
                holder.wait(_LET_GO_WITHIN_S)


def _inhibiting(why: str, *command: str) -> list[str] | None:
    if shutil.which("systemd-inhibit"):
        holds = ("--what=idle:sleep:handle-lid-switch", "--mode=block", "--who=Set & Setting", f"--why={why}")
        return ["systemd-inhibit", *holds, *command]
    return ["caffeinate", "-dims", *command] if shutil.which("caffeinate") else None


def asked(*argv: str) -> str | None:
    """What a program of the system answers; None where there is none, or it fails, or takes longer than two seconds."""
    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_ASKED_WITHIN_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
