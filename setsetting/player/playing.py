"""A player from its folder to its end: its lock, its output, its run; when it can't start, why in one sentence."""

import sys
import traceback
from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from setsetting.audio.mix import Mix
from setsetting.errors import Refused, SetSettingError
from setsetting.machine import files, locks, power
from setsetting.machine.clock import SystemClock
from setsetting.player import job as jobs
from setsetting.player import presence
from setsetting.player.command import MIX, RESTART
from setsetting.player.job import FAST, LOCK_FILE, REFUSED_FILE
from setsetting.player.mixes import read_mix
from setsetting.player.occupancy import occupied
from setsetting.words.translate import _

_LOOKED_AT_S = 0.5
"""Who asks whether a lock is held holds it for a moment."""


def play(folder: Path, words: Sequence[str]) -> int:
    """Play the job in a folder; 0 when it was played to its end."""
    try:
        mix = next((word.removeprefix(MIX) for word in words if word.startswith(MIX)), None)
        _run(folder, restarted=RESTART in words, mix=None if mix is None else read_mix(folder, mix))
    except SetSettingError as error:
        _refuse(folder, str(error))
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the last boundary: a sentence for who waits, details for the log
        traceback.print_exc()
        _refuse(folder, _("The player failed ({why}); see player.log.").format(why=type(error).__name__))
        return 1
    return 0


def _run(folder: Path, *, restarted: bool, mix: Mix | None) -> None:
    from setsetting.audio.mixer import Mixer
    from setsetting.audio.open_files import OpenFiles
    from setsetting.player import outputs
    from setsetting.player.run import Run, ignore_hangup

    ignore_hangup()
    job = jobs.read(folder)
    try:
        with locks.held(folder / LOCK_FILE, wait_s=_LOOKED_AT_S):
            presence.sign(folder, ready=False)
            if presence.is_over(folder):
                raise Refused(_("The session in {folder} is over; nothing plays there.").format(folder=folder))
            names = outputs.resolve_all(job.outputs)
            awake = nullcontext() if job.output == FAST else power.kept_awake(_("A session plays."))
            with occupied(folder, job, names), awake:
                run = Run(
                    folder,
                    job,
                    names,
                    restarted=restarted,
                    mix=mix,
                    open_mixer=partial(Mixer, beds_for_lost=True, open_at=OpenFiles().open_at),
                    open_output=outputs.open_output,
                    clock=SystemClock(),
                )
                run.play()
    except locks.Busy as error:
        raise Refused(_("A player runs in {folder} already.").format(folder=folder)) from error


def _refuse(folder: Path, sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")  # the process's log
    if folder.is_dir():
        files.write_whole(folder / REFUSED_FILE, sentence.encode(), replace=True)
