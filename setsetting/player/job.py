"""What a player is asked to do, written whole before it starts: `FOLDER/start.json`.

It names frames, sounds and an output; no person and no infusion. A file that is not exactly this is refused with a
sentence.
"""

from pathlib import Path

import msgspec

from setsetting import strict_json
from setsetting.audio.mix import Mix
from setsetting.errors import Refused
from setsetting.machine import files
from setsetting.player.mixes import check_mix
from setsetting.units import Frames
from setsetting.words.translate import _

START_FILE = "start.json"
ADDRESS_FILE = "address"
SOCKET_FILE = "socket"
LOCK_FILE = "lock"
"""Held by a player for as long as it lives, whether it answers or not."""
PROCESS_FILE = "process"
"""Who holds the lock, by its id and its birth."""
OVER_FILE = "over"
"""Nothing plays in this folder any more: a player that finds it fades out and ends, and none is started."""
REFUSED_FILE = "refused"
"""One sentence: why a player could not start."""
AUTO = "auto"
NULL = "null"
FAST = "fast"
BESIDE = " + "
"""Between the names of several outputs."""
VIRTUAL = (NULL, FAST)
"""Outputs nobody can hear: `null` is paced by the clock, `fast` is not."""


class PlayerJob(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One run of a player, on `output` and whatever is named in `also`.

    `session` and `clinic` are tokens without meaning to it; virtual outputs are one per clinic, a
    device is one per user. `barriers` are frames at which a fast player waits to be released.
    """

    session: str
    mix: Mix
    output: str
    clinic: str = ""
    capture: str | None = None
    barriers: tuple[Frames, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def outputs(self) -> tuple[str, ...]:
        return (self.output, *self.also)


def check(job: PlayerJob) -> None:
    """Refuse a job that no player could keep."""
    check_mix(job.mix)
    if not all(job.outputs):
        raise Refused(_("No output is named; say auto, null, fast or a device's name."))
    if job.barriers and job.output != FAST:
        raise Refused(_("Only the fast output waits at barriers; {output} is paced.").format(output=job.output))
    if FAST in job.outputs and job.also:
        raise Refused(_("The fast output has no other beside it."))
    if any(barrier < 0 for barrier in job.barriers):
        raise Refused(_("A barrier lies before frame 0."))


def write(folder: Path, job: PlayerJob) -> None:
    """Write the job into the player's folder, once it is checked."""
    check(job)
    files.write_whole(folder / START_FILE, msgspec.json.encode(job), replace=True)


def read(folder: Path) -> PlayerJob:
    """Read and check the job of a player's folder."""
    path = folder / START_FILE
    job = strict_json.parse(files.read_text(path), path, PlayerJob, _("a player's job"))
    check(job)
    return job
