"""Starting a process that outlives its starter, and asking whether one still runs."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from setsetting.machine.files import OWNER_ONLY


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
