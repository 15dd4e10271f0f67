"""Acts on playlist files: list the shelf, show one, check a file."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from setsetting.clinical.infusion import Infusion
from setsetting.desk.clinic import folder_of, open_clinic
from setsetting.desk.meeting import UnmetTag, unmet
from setsetting.desk.shelf import PlaylistFile, find, shelf
from setsetting.errors import SetSettingError
from setsetting.machine import files
from setsetting.soundscape.loosening import loosen
from setsetting.soundscape.playlist import Playlist, parse
from setsetting.soundscape.windows import TimedPhase, timed_phases


@dataclass(frozen=True, slots=True)
class ListedPlaylist:
    """A playlist file on the shelf; `playlist` is None and `trouble` a sentence when it is broken."""

    shelved: PlaylistFile
    playlist: Playlist | None
    trouble: str | None


def listing(named: Path | None) -> tuple[ListedPlaylist, ...]:
    """Every playlist by name, a clinic's own before a shipped one of the same name."""
    folder = folder_of(named)
    return tuple(_listed(folder, entry) for entry in shelf(folder))


def show(named: Path | None, name: str) -> Playlist:
    """One playlist by its name or path."""
    playlist, _text = find(folder_of(named), name)
    return playlist


@lru_cache(maxsize=4)  # a live screen asks twice a second
def timed(playlist: Playlist, infusion: Infusion, loosened: tuple[tuple[str, str], ...] = ()) -> tuple[TimedPhase, ...]:
    """A playlist's phases on the clock of an infusion; none where it leaves no room for any."""
    try:
        return timed_phases(playlist, infusion, loosen(loosened))
    except SetSettingError:
        return ()


@dataclass(frozen=True, slots=True)
class CheckedPlaylist:
    """A playlist file that makes sense, and its tags that no track of the clinic's library has."""

    playlist: Playlist
    unmet: tuple[UnmetTag, ...]


def check(named: Path | None, path: Path) -> CheckedPlaylist:
    """Read a playlist file strictly, where a trouble names the line and the field; a clinic's library says what it lacks."""
    playlist = parse(files.read_text(path), path)
    tracks = () if folder_of(named) is None else open_clinic(named).names().tracks
    return CheckedPlaylist(playlist, unmet(playlist, tracks) if tracks else ())


def _listed(folder: Path | None, entry: PlaylistFile) -> ListedPlaylist:
    try:
        return ListedPlaylist(entry, find(folder, entry.name)[0], None)
    except SetSettingError as error:
        return ListedPlaylist(entry, None, str(error))
