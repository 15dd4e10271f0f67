"""Finding playlist files: a clinic's own come first, the shipped ones behind them."""

from dataclasses import dataclass
from pathlib import Path

import setsetting
from setsetting.errors import NotFound, Refused, unknown
from setsetting.machine import files
from setsetting.soundscape.playlist import Playlist, parse
from setsetting.words.translate import _

OWN = "playlists"


@dataclass(frozen=True, slots=True)
class PlaylistFile:
    """One playlist file; `shadows` says that a shipped file of the same name stands behind it."""

    name: str
    path: Path
    shipped: bool
    shadows: bool


def shipped_folder() -> Path:
    """Where the shipped playlists are: inside the wheel, or at the top of the checkout."""
    package = Path(setsetting.__file__).parent
    for folder in (package / "_playlists", package.parent / OWN):
        if folder.is_dir():
            return folder
    raise NotFound(_("The shipped playlists are missing; install the program again."))


def shelf(clinic_folder: Path | None) -> tuple[PlaylistFile, ...]:
    """All playlists by name, a clinic's own before a shipped one of the same name."""
    shipped = {path.stem: path for path in shipped_folder().glob("*.toml")}
    own: dict[str, Path] = {}
    if clinic_folder is not None:
        own = {path.stem: path for path in (clinic_folder / OWN).glob("*.toml")}
    return tuple(
        PlaylistFile(name, own.get(name) or shipped[name], name not in own, name in own and name in shipped)
        for name in sorted({*shipped, *own})
    )


def find(clinic_folder: Path | None, name: str) -> tuple[Playlist, str]:
    """Read the playlist called `name`, or the file at that path; return it with its text."""
    by_name = {shelved.name: shelved.path for shelved in shelf(clinic_folder)}
    path = by_name.get(name)
    if path is None and name.endswith(".toml"):
        path = Path(name)
    if path is None:
        raise unknown(_("playlist"), name, by_name)
    text = files.read_text(path)
    playlist = parse(text, path)
    if name in by_name and playlist.name != name:
        raise Refused(
            _("{path} calls itself {inner!r}; name it as the file, {name!r}.").format(
                path=path, inner=playlist.name, name=name
            )
        )
    return playlist, text
