"""Starting a process that outlives its starter, asking whether one still runs, and ending that one and no other."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Self

from setsetting.machine.files import OWNER_ONLY

_LOOK_EVERY_S = 0.02


def start_outliving(argv: Sequence[str], *, log: Path, environment: Mapping[str, str] | None = None) -> int:
    """Start a process in a session of its own, without inherited handles; return its id.

    Closing the starter's terminal, or killing the starter, does not reach it. Its standard output
    and error go to `log` (appended, owner-only).
    """
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, OWNER_ONLY)
    try:
        child = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=handle,
            stderr=handle,
            close_fds=True,
            start_new_session=True,
            cwd=Path.home().anchor,
            env=None if environment is None else dict(environment),
        )
    finally:
        os.close(handle)
    child.returncode = 0  # never waited for: it is meant to outlive us, and Popen would warn
    return child.pid


def python_argv(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of ours with this interpreter."""
    return [sys.executable, "-m", module, *arguments]


def is_stopped(pid: int) -> bool:
    """Tell whether a process is stopped, as by SIGSTOP; False where the system does not tell."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "Tt"
    except (OSError, IndexError):
        return False


def is_alive(pid: int) -> bool:
    """Tell whether a process with this id runs and is not a zombie of ours."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return True


@dataclass(frozen=True, slots=True)
class Process:
    """A process by its id and by when it was born, so that another one which has its id later is not taken for it."""

    pid: int
    born: str

    @classmethod
    def this(cls) -> Self:
        """The one that asks."""
        return cls(pid := os.getpid(), _born_once(pid))

    @classmethod
    def told(cls, text: str) -> Self | None:
        """The one that told itself so; None for a text that is none."""
        pid, _space, born = text.strip().partition(" ")
        return cls(int(pid), born) if pid.isdecimal() else None

    def __str__(self) -> str:
        return f"{self.pid} {self.born}"

    @property
    def runs(self) -> bool:
        """Whether it still runs; a zombie does not."""
        return is_alive(self.pid) and born(self.pid) == self.born

    def go_on(self) -> None:
        """Let it go on where it was stopped, as by SIGSTOP; nothing else is done to it."""
        with suppress(PermissionError):  # it is another user's
            if is_stopped(self.pid):
                self._send("SIGCONT")

    def end(self, patience_s: float) -> bool:
        """Ask it to end, one that is stopped too, then make it; each may take so long. True once it is gone."""
        for name in ("SIGTERM", "SIGKILL"):
            if not self._send(name, "SIGCONT"):
                return True
            until = time.monotonic() + patience_s
            while self.runs:
                if time.monotonic() > until:
                    break
                time.sleep(_LOOK_EVERY_S)
            else:
                return True
        return False

    def _send(self, *names: str) -> bool:
        """Send signals, those this system has; False when it does not run any more."""
        numbers = [number for name in names if (number := getattr(signal, name, None)) is not None]
        if not hasattr(os, "pidfd_open"):
            if self.runs:
                for number in numbers:
                    os.kill(self.pid, number)
            return self.runs
        try:
            handle = os.pidfd_open(self.pid)  # from here on the id is this process's, whatever becomes of it
        except OSError:
            return False
        try:
            if not self.runs:
                return False
            for number in numbers:
                signal.pidfd_send_signal(handle, number)
        except ProcessLookupError:
            return False
        finally:
            os.close(handle)
        return True


@lru_cache(maxsize=1)
def _born_once(pid: int) -> str:
    """When the process that asks was started; a fork of it is another."""
    return born(pid)


def born(pid: int) -> str:
    """When a process was started, as its system tells it; "" where it does not, or where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        pass
    if os.name != "posix" or Path("/proc/self/stat").exists():
        return ""
    asked = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return asked.stdout.strip()
