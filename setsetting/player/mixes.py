"""The Mixes a player has played: checked, known by their digest, kept in `FOLDER/mixes`."""

import contextlib
import hashlib
import math
from collections import deque
from collections.abc import Sequence
from pathlib import Path

import msgspec

from setsetting import strict_json
from setsetting.audio.mix import Mix
from setsetting.errors import Refused, SetSettingError
from setsetting.machine import files
from setsetting.player.journal import JournalEntry, JournalKind
from setsetting.units import Decibels, Seconds, frames_from_s
from setsetting.words.translate import _

MIX_FOLDER = "mixes"
LONGEST_S = Seconds(24 * 3600)


def check_mix(mix: Mix) -> None:
    """Refuse a Mix whose numbers make no sound: negative, not finite, or longer than a day."""
    if not 8_000 <= mix.rate_hz <= 192_000:
        raise Refused(_("A mix at {rate} Hz cannot be played.").format(rate=mix.rate_hz))
    longest = frames_from_s(LONGEST_S, mix.rate_hz)
    if not 0 <= mix.frames <= longest:
        raise Refused(_("A mix of {frames} frames cannot be played.").format(frames=mix.frames))
    for index, sound in enumerate(mix.sounds):
        lengths = (sound.in_frame, sound.start_frame, sound.frames, sound.fade_in_frames, sound.fade_out_frames)
        if min(lengths) < 0 or max(lengths) > longest * 8 or not _sounds(sound.gain_db, sound.lowers_db):
            raise Refused(_("Sound {index} of the mix has a number that cannot be.").format(index=index))
        if not sound.source or "\0" in sound.source:
            raise Refused(_("Sound {index} of the mix has no source.").format(index=index))


def _sounds(gain_db: Decibels, lowers_db: Decibels) -> bool:
    return math.isfinite(gain_db) and -96.0 <= lowers_db <= 0.0


def digest(mix: Mix) -> str:
    """SHA-256 of a Mix as it is written down; equal mixes have equal digests."""
    return hashlib.sha256(msgspec.json.encode(mix)).hexdigest()


class MixStore:
    """Keeps each Mix under its digest: the journal names the one in force by it.

    One that a full disk does not take is played all the same, and waits here. A kill loses none that was kept; to the
    disk they come with `sync`, as a disk may take longer than music can wait.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: deque[Mix] = deque()
        self._unsynced: deque[Path] = deque()

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
                    path.parent.mkdir(mode=files.OWNER_ONLY_DIR, exist_ok=True)  # and never a folder that was removed
                    files.write_whole(path, msgspec.json.encode(mix), replace=True, synced=False)
                    self._unsynced.append(path)
            except (OSError, Refused):
                return
            with contextlib.suppress(ValueError):  # another thread has written it meanwhile
                self._waiting.remove(mix)

    def sync(self) -> None:
        """Bring what was kept to the disk; nobody who must not wait may call this."""
        self.catch_up()
        while self._unsynced:
            files.sync(self._unsynced.popleft())


def read_mix(folder: Path, mix_digest: str) -> Mix:
    """Read a Mix that this folder's player has played, by the digest its journal names."""
    path = _mix_path(folder, mix_digest)
    mix = strict_json.parse(files.read_text(path), path, Mix, _("a mix"))
    check_mix(mix)
    return mix


def mix_in_force(folder: Path, first: Mix, entries: Sequence[JournalEntry]) -> Mix:
    """The Mix that the journal named last, else the first; one that a full disk did not take is passed over."""
    for entry in reversed(entries):
        if entry.what in (JournalKind.STARTED, JournalKind.REPLACED, JournalKind.RESTARTED) and entry.mix is not None:
            with contextlib.suppress(SetSettingError):
                return read_mix(folder, entry.mix)
    return first


def _mix_path(folder: Path, mix_digest: str) -> Path:
    return folder / MIX_FOLDER / f"{mix_digest}.json"
