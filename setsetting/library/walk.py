"""Finding the audio files under a folder: recursively, through symbolic links, around their loops.

A folder is entered once. A file is taken by each of its names, for another may say who plays, and by the
ending of the name; what is in it is the decoder's to say. Names that begin with a dot are passed over: they
are other programs' notes. A folder that cannot be read is told and passed over, the named one is refused.
"""

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from setsetting.errors import NotFound, Refused
from setsetting.library.cue_sheets import stamp_among
from setsetting.words.translate import _

ENDINGS = frozenset(
    {"aif", "aifc", "aiff", "au", "caf", "snd", "w64", "wav", "wave"}
    | {"alac", "ape", "dsf", "flac", "tak", "tta", "wv"}
    | {"aac", "ac3", "m4a", "m4b", "mp2", "mp3", "mp4"}
    | {"asf", "mka", "mpc", "oga", "ogg", "opus", "weba", "webm", "wma"}
)


@dataclass(frozen=True, slots=True)
class MusicFile:
    """An audio file by its name, as it is now; `ctime_ns` tells a change that put the time of its content back, `sheets` one
    of the cue sheets beside it."""

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int = 0
    sheets: int = 0

    @property
    def stamp(self) -> tuple[int, int, int, int]:
        """While this is the same, so are the file and what is said beside it."""
        return self.size, self.mtime_ns, self.ctime_ns, self.sheets


def is_audio_name(name: str) -> bool:
    """Whether a file is called as one that is scanned."""
    return "." in name and name.rpartition(".")[2].lower() in ENDINGS


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A folder or file on the way that could not be looked at."""

    path: str
    reason: str


def walk(folders: Sequence[Path]) -> tuple[list[MusicFile], list[Unreadable]]:
    """Find the audio files under the folders by all their names, in a fixed order, and what could not be looked at.

    Raises NotFound or Refused for a named folder that is missing, no folder, unreadable or holds no
    audio file.
    """
    for folder in folders:
        refuse_folder(folder)
    walker = _Walker()
    for folder in folders:
        before = walker.audio_names
        if walker.enter(os.path.abspath(folder)) and walker.audio_names == before:  # noqa: PTH100 - links stay as named
            raise Refused(_("{folder} holds no audio file.").format(folder=folder))
    return walker.found, walker.unreadable


class _Walker:
    def __init__(self) -> None:
        self.found: list[MusicFile] = []
        self.unreadable: list[Unreadable] = []
        self.audio_names = 0
        self._entered: set[tuple[int, int]] = set()

    def enter(self, top: str) -> bool:
        """Walk a folder; False when it was walked before, by whatever name."""
        waiting = [top]
        first = True
        while waiting:
            folder = waiting.pop()
            try:
                state = Path(folder).stat()
                if (state.st_dev, state.st_ino) in self._entered:
                    if first:
                        return False
                    continue
                self._entered.add((state.st_dev, state.st_ino))
                with os.scandir(folder) as listing:
                    entries = sorted(listing, key=lambda entry: entry.name)
            except OSError as error:
                self.unreadable.append(Unreadable(folder, _cannot(error)))
                entries = []
            first = False
            sheets = stamp_among(entries)
            waiting.extend(reversed([entry.path for entry in entries if self._is_folder(entry, sheets)]))
        return True

    def _is_folder(self, entry: os.DirEntry[str], sheets: int) -> bool:
        """Take an audio file; tell whether the entry is a folder to enter."""
        if entry.name.startswith("."):
            return False
        named_audio = is_audio_name(entry.name)
        try:
            if entry.is_dir():
                return True
            if named_audio:
                self._take(entry.path, entry.stat(), sheets)
        except OSError as error:  # a broken link, a loop of links
            if named_audio:
                self.audio_names += 1
                self.unreadable.append(Unreadable(entry.path, _cannot(error)))
        return False

    def _take(self, path: str, state: os.stat_result, sheets: int) -> None:
        if not stat.S_ISREG(state.st_mode):
            return
        self.audio_names += 1
        self.found.append(MusicFile(path, state.st_size, state.st_mtime_ns, state.st_ctime_ns, sheets))


def refuse_folder(folder: Path) -> None:
    """Raise NotFound or Refused for a folder that is missing, none, or unreadable."""
    try:
        if not folder.is_dir():
            if folder.exists():
                raise Refused(_("{folder} is not a folder.").format(folder=folder))
            raise NotFound(_("{folder} does not exist.").format(folder=folder))
        with os.scandir(folder):
            pass
    except (OSError, ValueError) as error:
        raise Refused(_("{folder} {why}.").format(folder=folder, why=_cannot(error))) from error


def _cannot(error: OSError | ValueError) -> str:
    return _("cannot be read: {why}").format(why=getattr(error, "strerror", None) or error)
