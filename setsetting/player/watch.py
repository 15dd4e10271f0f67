"""The watcher of a folder's player: it starts it, waits, and starts it again where it was when it is killed.

It does nothing else and holds nothing that could die with the sound; without it the music plays on all the same, and
whoever attends the session starts a killed player instead. It ends with the music.
"""

import contextlib
import os
import subprocess
import time
from pathlib import Path

from setsetting.errors import SetSettingError
from setsetting.machine import files, locks, processes
from setsetting.machine.clock import SystemClock
from setsetting.machine.processes import Process
from setsetting.player import job as jobs
from setsetting.player import journal, presence
from setsetting.player.command import RESTART, start
from setsetting.player.job import FAST
from setsetting.player.mixes import mix_in_force
from setsetting.units import ms_from_frames

WATCH_FILE = "watch"
"""Held by the watcher of a folder for as long as it lives."""
WATCHER_FILE = "watcher"
"""Who that is."""
_LOOK_EVERY_S = 0.5
_AT_ONCE = 3
"""So many times in a row a player is started again without waiting."""
_LONGEST_WAIT_S = 5.0
_LIVED_S = 30.0
"""A player that lived so long was well, and the next is started at once again."""


def is_watched(folder: Path) -> bool:
    """Whether a player that is killed in this folder is started again by itself: by a watcher that is not stopped."""
    if not locks.is_held(folder / WATCH_FILE):
        return False
    try:
        watcher = Process.told((folder / WATCHER_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return True
    return watcher is None or not (watcher.runs and processes.is_stopped(watcher.pid))


def watch(folder: Path, player: "subprocess.Popen[bytes]") -> int:
    """Wait for the player of a folder, which was started just now, and start it again until its music has ended.

    Its exit code, or that of the first that could not play.
    """
    with contextlib.ExitStack() as watching:
        with contextlib.suppress(SetSettingError):  # it is watched already, by one that is stopped
            watching.enter_context(locks.held(folder / WATCH_FILE))
            files.write_whole(folder / WATCHER_FILE, str(Process.this()).encode(), replace=True)
        code = player.wait()
        tries = 0
        while code < 0 and _lasts(folder):
            if presence.is_there(folder):  # started by somebody else
                time.sleep(_LOOK_EVERY_S)
                continue
            tries += 1
            if tries > _AT_ONCE:
                time.sleep(min(_LONGEST_WAIT_S, _LOOK_EVERY_S * 2 ** (tries - _AT_ONCE)))
            began = time.monotonic()
            if start(os.fspath(folder), RESTART).wait() == 0:
                return 0
            if time.monotonic() - began > _LIVED_S:
                tries = 0
    return code


def _lasts(folder: Path) -> bool:
    """Whether the music of a folder would still go on."""
    if presence.is_over(folder) or journal.ended(entries := journal.read(folder)) is not None:
        return False
    try:
        job = jobs.read(folder)
    except SetSettingError:
        return False
    position = journal.read_position(folder)
    if position is None or job.output == FAST:
        return True
    mix = mix_in_force(folder, job.mix, entries)
    left_ms = ms_from_frames(mix.frames - journal.last_frame(entries, position), mix.rate_hz)
    return position.age_ms(SystemClock()) < left_ms
