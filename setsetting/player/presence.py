"""The one truth about a folder's player: its lock. Who holds it lives, whether it answers or not.

No answer is not death. A player that stalls (stopped, or on a machine without breath) may go on at any moment, so
nothing is started beside it, and what must not go on is ended: this very process and none that has its id later.
"""

import contextlib
import os
import time
from pathlib import Path

from setsetting.errors import Refused
from setsetting.machine import files, locks, processes
from setsetting.machine.clock import SystemClock
from setsetting.machine.processes import Process
from setsetting.player.job import LOCK_FILE, OVER_FILE, PROCESS_FILE
from setsetting.units import Milliseconds
from setsetting.words.translate import _

_LOOK_EVERY_S = 0.05
_STARTS_WITHIN_MS = Milliseconds(20_000)
_READY = "ready"
_ENDS_WITHIN_S = 3.0
"""How long a player that is told to end by its system may take, before it is made to."""


def is_there(folder: Path) -> bool:
    """Whether a player lives in this folder, whether it answers or not."""
    return locks.is_held(folder / LOCK_FILE)


def sign(folder: Path, *, ready: bool) -> None:
    """Say who holds the lock of a folder: this process; and whether it answers from now on, else since when it starts."""
    words = f"{Process.this()}\n{_READY if ready else SystemClock().mono_ms()}"
    with contextlib.suppress(Refused):  # a full disk stops no music
        files.write_whole(folder / PROCESS_FILE, words.encode(), replace=True)


def holder(folder: Path) -> Process | None:
    """Who holds the lock of a folder; None where nobody does, or has not said so yet."""
    try:
        signed = Process.told((folder / PROCESS_FILE).read_text(encoding="utf-8").partition("\n")[0])
    except (OSError, ValueError):
        return None
    return signed if signed is not None and is_there(folder) and signed.runs else None


def is_stopped(folder: Path) -> bool:
    """Whether the player of this folder is known to be stopped, so that asking it is in vain."""
    found = holder(folder)
    return found is not None and processes.is_stopped(found.pid)


def is_starting(folder: Path) -> bool:
    """Whether the player of this folder has its lock, does not answer yet, and has not had long to come to it."""
    try:
        since = (folder / PROCESS_FILE).read_text(encoding="utf-8").partition("\n")[2]
        started_ms = None if since == _READY else Milliseconds(int(since))
    except (OSError, ValueError):
        return is_there(folder)  # it has not even signed
    return started_ms is not None and is_there(folder) and SystemClock().mono_ms() - started_ms < _STARTS_WITHIN_MS


def is_over(folder: Path) -> bool:
    """Whether nothing may play in a folder any more: it says so, or it is gone from a place that is still there.

    A whole disk that is gone for a while ends no music.
    """
    try:
        os.stat(folder / OVER_FILE)  # noqa: PTH116 - which errors it has matters
    except (FileNotFoundError, NotADirectoryError):
        return folder.parent.is_dir() and not os.path.lexists(folder)
    except OSError:
        return False
    return True


def set_over(folder: Path) -> None:
    """Say that nothing plays in a folder any more; nothing where it is gone, and nothing on a full disk."""
    try:
        handle = os.open(folder / OVER_FILE, os.O_WRONLY | os.O_CREAT, files.OWNER_ONLY)
        os.fsync(handle)
        os.close(handle)
    except OSError:
        return


def end(folder: Path, patience_s: float) -> bool:
    """Wait until no player lives in a folder; one that still does after so long is ended, and True is returned.

    Raises Refused when it cannot be ended.
    """
    if is_gone_within(folder, patience_s):
        return False
    found = holder(folder)
    if found is not None and found.end(_ENDS_WITHIN_S) and is_gone_within(folder, _ENDS_WITHIN_S):
        return True
    if not is_there(folder):
        return True
    who = _("an unknown process") if found is None else _("process {pid}").format(pid=found.pid)
    raise Refused(
        _("The player in {folder} ({who}) does not answer and cannot be ended; end it by hand.").format(
            folder=folder, who=who
        )
    )


def is_gone_within(folder: Path, seconds: float) -> bool:
    """Wait until no player lives in a folder; False when one still does after so long."""
    until = time.monotonic() + seconds
    while is_there(folder):
        if time.monotonic() > until:
            return False
        time.sleep(_LOOK_EVERY_S)
    return True
