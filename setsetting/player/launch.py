"""A player's process: started in a folder, and started again where it was when it died."""

import contextlib
import os
import time
from pathlib import Path

import msgspec

from setsetting.audio.mix import Mix
from setsetting.errors import Refused
from setsetting.machine import files, locks, processes
from setsetting.player import job as jobs
from setsetting.player import journal, presence, watch
from setsetting.player.client import Player, connect
from setsetting.player.command import MIX, RESTART
from setsetting.player.job import LOCK_FILE, REFUSED_FILE, PlayerJob
from setsetting.player.mixes import MixStore, check_mix, digest
from setsetting.words.translate import _

LOG_FILE = "player.log"
_SPARING = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_MMAP_THRESHOLD_": "1048576"}
"""Threads of its own would only cost memory; large blocks go back to the system (glibc), else 7 MB stay behind."""
_LOOK_EVERY_S = 0.02
_ANSWERS_WITHIN_S = 20.0
_STARTED_AGAIN_WITHIN_S = 6.0
"""A watcher on a busy machine."""
_DYING_S = 0.5
"""A killed player's socket is gone a moment before its lock."""


def start(folder: Path, job: PlayerJob) -> Player:
    """Start a player in `folder` and wait until it answers; raise its sentence when it can't play."""
    if _answers(folder):
        raise Refused(_("A player runs in {folder} already.").format(folder=folder))
    files.private_dir(folder)
    if job.capture is not None:
        job = msgspec.structs.replace(job, capture=str(Path(job.capture).absolute()))
    jobs.write(folder, job)
    return _launch(folder, [])


def restart(folder: Path) -> Player:
    """Start a dead player again where it was, with a fade-in; the journal goes on.

    Its watcher does so by itself, and is given time. One that lives and does not answer (stopped, or a machine without
    breath) is left alone and refused.
    """
    if journal.ended(journal.read(folder)) is not None:
        raise Refused(_("The music in {folder} has ended; there is nothing to go on with.").format(folder=folder))
    try:
        with locks.held(folder / LOCK_FILE, wait_s=_DYING_S):
            pass
    except locks.Busy as error:
        if not presence.is_starting(folder):
            raise Refused(_("The player in {folder} still runs.").format(folder=folder)) from error
    return _watched(folder) or _launch(folder, [RESTART])


def go_on(folder: Path, mix: Mix) -> Player:
    """Start a player whose music has ended again where it ended, with a Mix that is longer."""
    if journal.ended(journal.read(folder)) is None:
        raise Refused(_("A player runs in {folder} already.").format(folder=folder))
    check_mix(mix)
    MixStore(folder).keep(mix)
    return _launch(folder, [RESTART, f"{MIX}{digest(mix)}"])


def _watched(folder: Path) -> Player | None:
    """The player that a watcher starts; None where none watches, or it does not come to it in time."""
    deadline = time.monotonic() + _STARTED_AGAIN_WITHIN_S
    while watch.is_watched(folder) and time.monotonic() < deadline:
        player = connect(folder)
        if player is not None:
            return player
        time.sleep(_LOOK_EVERY_S)
    return None


def _answers(folder: Path) -> bool:
    """Tell whether a player answers in this folder."""
    player = connect(folder)
    if player is not None:
        player.close()
    return player is not None


def _launch(folder: Path, words: list[str]) -> Player:
    folder = folder.resolve()
    refused = folder / REFUSED_FILE
    refused.unlink(missing_ok=True)
    pid = processes.start_outliving(
        processes.python_argv("setsetting.player", str(folder), *words),
        log=folder / LOG_FILE,
        environment={**os.environ, **_SPARING},
    )
    deadline = time.monotonic() + _ANSWERS_WITHIN_S
    while time.monotonic() < deadline:
        player = connect(folder)
        if player is not None:
            return player
        code = _exit_code(pid)  # asked first: what refuses says why and ends
        if refused.exists():
            raise Refused(files.read_text(refused))
        if code is not None:
            raise Refused(
                _("The player ended before it answered (exit code {code}); see {log}.").format(
                    code=code, log=folder / LOG_FILE
                )
            )
        time.sleep(_LOOK_EVERY_S)
    raise Refused(_("The player did not answer within {seconds:g} s.").format(seconds=_ANSWERS_WITHIN_S))


def _exit_code(pid: int) -> int | None:
    """How a player that we started ended, negative where a signal ended it; None while it runs."""
    with contextlib.suppress(OSError, AttributeError):  # reaped before, or a system without it
        ended, status = os.waitpid(pid, os.WNOHANG)  # our child until it is reaped, and nobody else waits for it
        return os.waitstatus_to_exitcode(status) if ended else None
    return None if processes.is_alive(pid) else 0
