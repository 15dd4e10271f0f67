"""What a player is asked to do, written whole before it starts: `FOLDER/start.json`.

It names frames, sounds and an output, nobody and no infusion. A file that is not exactly this is
refused with a sentence.
"""

import contextlib
import hashlib
import math
from collections import deque
from pathlib import Path
from typing import TypeVar

import msgspec

from setsetting.audio.mix import Mix
from setsetting.errors import Refused, broken
from setsetting.machine import files
from setsetting.units import Frames
from setsetting.words.translate import _

T = TypeVar("T")

START_FILE = "start.json"
MIX_FOLDER = "mixes"
ADDRESS_FILE = "address"
LOCK_FILE = "lock"
"""Held by a player for as long as it lives, whether it answers or not."""
REFUSED_FILE = "refused"
"""One sentence: why a player could not start."""
RESTART = "restart"
"""The word on a player's command line that lets it go on where a dead one was."""

AUTO = "auto"
NULL = "null"
FAST = "fast"
VIRTUAL = (NULL, FAST)
"""Outputs nobody can hear: `null` is paced by the clock, `fast` is not."""

LONGEST_HOURS = 24


class Job(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One run of a player.

    `session` and `clinic` are tokens without meaning to it; virtual outputs are one per clinic, a
    device is one per user. `gates` are frames at which a fast player waits to be released.
    """

    session: str
    mix: Mix
    output: str
    clinic: str = ""
    capture: str | None = None
    start_frame: Frames = 0
    gates: tuple[Frames, ...] = ()


def check(job: Job) -> None:
    """Refuse a job that no player could keep."""
    check_mix(job.mix)
    if not 0 <= job.start_frame <= job.mix.frames:
        raise Refused(_("The start frame {frame} lies outside the mix.").format(frame=job.start_frame))
    if not job.output:
        raise Refused(_("No output is named; say auto, null, fast or a device's name."))
    if job.gates and job.output != FAST:
        raise Refused(_("Only the fast output waits at gates; {output} is paced.").format(output=job.output))
    if any(gate < 0 for gate in job.gates):
        raise Refused(_("A gate lies before frame 0."))


def check_mix(mix: Mix) -> None:
    """Refuse a Mix whose numbers make no sound: negative, not finite, or longer than a day."""
    if not 8_000 <= mix.rate_hz <= 192_000:
        raise Refused(_("A mix at {rate} Hz cannot be played.").format(rate=mix.rate_hz))
    longest = LONGEST_HOURS * 3600 * mix.rate_hz
    if not 0 <= mix.frames <= longest:
        raise Refused(_("A mix of {frames} frames cannot be played.").format(frames=mix.frames))
    for index, sound in enumerate(mix.sounds):
        lengths = (sound.in_frame, sound.start_frame, sound.frames, sound.fade_in_frames, sound.fade_out_frames)
        if min(lengths) < 0 or max(lengths) > longest * 8 or not math.isfinite(sound.gain_db):
            raise Refused(_("Sound {index} of the mix has a number that cannot be.").format(index=index))
        if not sound.source or "\0" in sound.source:
            raise Refused(_("Sound {index} of the mix has no source.").format(index=index))


def digest(mix: Mix) -> str:
    """SHA-256 of a Mix as it is written down; equal mixes have equal digests."""
    return hashlib.sha256(msgspec.json.encode(mix)).hexdigest()


def write(folder: Path, job: Job) -> None:
    """Write the job into the player's folder, once it is checked."""
    check(job)
    files.write_whole(folder / START_FILE, msgspec.json.encode(job), replace=True)


class MixKeeper:
    """Keeps each Mix under its digest: the journal names the one in force by it.

    One that a full disk does not take is played all the same, and waits here.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: deque[Mix] = deque()

    def keep(self, mix: Mix) -> None:
        self._waiting.append(mix)
        self.catch_up()

    def catch_up(self) -> None:
        """Write what waits; any thread may."""
        while self._waiting:
            mix = self._waiting[0]
            path = _mix_path(self._folder, digest(mix))
            try:
                if not path.exists():
                    files.private_dir(path.parent)
                    files.write_whole(path, msgspec.json.encode(mix), replace=True)
            except Refused:
                return
            with contextlib.suppress(ValueError):  # another thread has written it meanwhile
                self._waiting.remove(mix)


def read(folder: Path) -> Job:
    """Read and check the job of a player's folder."""
    job = _decoded(folder / START_FILE, Job)
    check(job)
    return job


def read_mix(folder: Path, mix_digest: str) -> Mix:
    """Read a Mix that this folder's player has played, by the digest its journal names."""
    mix = _decoded(_mix_path(folder, mix_digest), Mix)
    check_mix(mix)
    return mix


def _mix_path(folder: Path, mix_digest: str) -> Path:
    return folder / MIX_FOLDER / f"{mix_digest}.json"


def _decoded(path: Path, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(files.read_text(path), type=shape)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise broken(path, None, str(error)) from error
