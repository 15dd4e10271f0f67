"""Acts on playlist files: list the shelf, show one, check a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from setsetting.clinical.infusion import Infusion, steady
from setsetting.desk.clinic import Clinic, folder_of, open_clinic
from setsetting.desk.meeting import UnmetTag, unmet
from setsetting.desk.shelf import PlaylistFile, find, shelf
from setsetting.desk.voices import named_by
from setsetting.errors import SetSettingError
from setsetting.machine import files
from setsetting.progress import Say, unheard
from setsetting.soundscape.loosening import NOTHING, loosen
from setsetting.soundscape.playlist import Playlist, parse
from setsetting.soundscape.prompts import placed
from setsetting.soundscape.windows import TimedPhase, resolve, timed_phases


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
    """A playlist file that makes sense, its tags that no track of the clinic's library has, and prompts without a place."""

    playlist: Playlist
    unmet: tuple[UnmetTag, ...]
    prompts: tuple[str, ...] = ()


def check(named: Path | None, path: Path, say: Say = unheard) -> CheckedPlaylist:
    """Read a playlist file strictly, where a trouble names the line and the field; a clinic's library says what it lacks.

    Why a recording of the clinic's cannot be played is said.
    """
    playlist = parse(files.read_text(path), path)
    if folder_of(named) is None:
        return CheckedPlaylist(playlist, ())
    clinic = open_clinic(named, say=say)
    tracks = clinic.names().tracks
    return CheckedPlaylist(playlist, unmet(playlist, tracks) if tracks else (), tuple(_misplaced(clinic, playlist)))


def _misplaced(clinic: Clinic, playlist: Playlist) -> Iterator[str]:
    """What of its prompts is not there, or has no place at the length it is written for."""
    if playlist.prompts and playlist.infusion_min is not None:
        infusion = steady(playlist.infusion_min)
        timing = resolve(playlist, infusion, NOTHING)
        yield from placed(playlist, infusion, timing, named_by(clinic, playlist)).broken.values()


def _listed(folder: Path | None, entry: PlaylistFile) -> ListedPlaylist:
    try:
        return ListedPlaylist(entry, find(folder, entry.name)[0], None)
    except SetSettingError as error:
        return ListedPlaylist(entry, None, str(error))
