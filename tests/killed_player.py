"""A player that was killed, with the watcher that would start it again."""

import contextlib
import os
import signal
import time
from pathlib import Path

from setsetting.machine.processes import is_alive


def kill_for_good(pid: int) -> None:
    """Kill a player and its watcher, as a machine that is out of memory may."""
    watcher = watcher_of(pid)
    for each in (watcher, pid):
        os.kill(each, signal.SIGKILL)
    while any(map(is_alive, (watcher, pid))):
        with contextlib.suppress(ChildProcessError):
            os.waitpid(watcher, os.WNOHANG)
        time.sleep(0.01)


def watcher_of(pid: int) -> int:
    """The watcher of a player: the process that started it."""
    parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    assert b"setsetting.player" in Path(f"/proc/{parent}/cmdline").read_bytes()
    return parent
