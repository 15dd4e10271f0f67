"""The folder of a live session, `live/SESSION_ID/`: what a controller that comes after a kill needs.

It holds the player's job, journal and log, the outbox of acts and `session.json`. No patient's code,
score or free text stands in it; the session's id leads to the patient only through the record. It is
removed when the session is closed.
"""

import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from setsetting import strict_json
from setsetting.errors import BrokenFile, NotFound, SetSettingError
from setsetting.library.prompt import Prompt
from setsetting.library.track import Track
from setsetting.machine import files
from setsetting.machine.files import Stamp
from setsetting.player.job import FAST
from setsetting.record.kinds import EXTERNAL
from setsetting.units import Hertz, Milliseconds
from setsetting.words.translate import _

LIVE = "live"
SESSION_FILE = "session.json"
TRACKS_FILE = "tracks.json"
PROMPTS_FILE = "prompts.json"
STAMPS_FILE = "stamps.json"
REFUSED_FILE = "refused.json"
BATON_LOCK = "baton.lock"
_REMOVED = ".removed-"


class SessionHeader(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What does not change while a session runs.

    `origin_ms` is the soundscape's clock at the player's frame 0. `zero_mono_ms` and `zero_utc_ms`
    are both clocks at the soundscape's 0, the first valid within the start of the machine called
    `boot`. `playlist` is the text of tonight's playlist, `rescue` names the rescue's tracks in order,
    `anchors` the tracks that may be heard again, `heard` those of the rescue that were
    heard before, `also` the outputs beside `output`. `checks_ms` are the planned checks on the infusion's own time. `last_act_ms` is when the last act of a script is due; in fast time nobody acts after it.
    """

    session_id: str
    output: str
    rate_hz: Hertz
    origin_ms: Milliseconds
    playlist: str
    rescue_playlist: str = ""
    rescue: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()
    capture: str | None = None
    last_act_ms: Milliseconds = Milliseconds(0)
    checks_ms: tuple[Milliseconds, ...] = ()
    zero_mono_ms: Milliseconds = Milliseconds(0)
    zero_utc_ms: Milliseconds = Milliseconds(0)
    boot: str = ""
    also: tuple[str, ...] = ()

    @property
    def outputs(self) -> tuple[str, ...]:
        return (self.output, *self.also)

    @property
    def is_external(self) -> bool:
        """Whether the music comes from elsewhere, so that the session has no player."""
        return self.output == EXTERNAL

    @property
    def paced(self) -> bool:
        """Whether the room's time is the clock's; a fast session has the player's time."""
        return self.output != FAST


def folder_of(clinic: Path, session_id: str) -> Path:
    return clinic / LIVE / session_id


def write(folder: Path, header: SessionHeader) -> None:
    files.write_whole(folder / SESSION_FILE, msgspec.json.encode(header), replace=True)


def read(folder: Path) -> SessionHeader:
    """Read session.json; a broken one is a sentence."""
    path = folder / SESSION_FILE
    return strict_json.parse(files.read_text(path), path, SessionHeader, _("a session"))


def write_tracks(folder: Path, tracks: Iterable[Track]) -> None:
    """Keep the tracks that may sound tonight as they were found at the start.

    A library that changes or vanishes then changes nothing tonight.
    """
    files.write_whole(folder / TRACKS_FILE, msgspec.json.encode(list(tracks)), replace=True)


def write_prompts(folder: Path, prompts: Iterable[Prompt]) -> None:
    """Keep the prompts that may be played over the music tonight."""
    files.write_whole(folder / PROMPTS_FILE, msgspec.json.encode(list(prompts)), replace=True)


def read_prompts(folder: Path) -> dict[str, Prompt]:
    """Tonight's prompts by name; a broken file is a sentence."""
    path = folder / PROMPTS_FILE
    prompts = strict_json.parse(files.read_text(path), path, list[Prompt], _("a session's prompts"))
    return {prompt.name: prompt for prompt in prompts}


def write_stamps(folder: Path, stamps: Mapping[str, Stamp | None]) -> None:
    """Keep by what the files of tonight's tracks and prompts are known, by the ids of their sound."""
    files.write_whole(folder / STAMPS_FILE, msgspec.json.encode(stamps), replace=True)


def read_stamps(folder: Path) -> dict[str, Stamp | None]:
    """By what the files of tonight were known; nothing where that cannot be read: then each is read once."""
    try:
        return msgspec.json.decode((folder / STAMPS_FILE).read_bytes(), type=dict[str, Stamp | None])
    except (OSError, msgspec.DecodeError):
        return {}


def write_refused(folder: Path, ids: Iterable[str]) -> None:
    """Keep the ids of tracks and recordings that are refused by now, for who comes when nobody can tell them any more."""
    with suppress(SetSettingError):  # the folder is gone, or cannot be written: the record tells what it can
        files.write_whole(folder / REFUSED_FILE, msgspec.json.encode(sorted(ids)), replace=True)


def read_refused(folder: Path) -> frozenset[str]:
    """The ids that were refused when that was last known; none where that was never kept."""
    try:
        return frozenset(msgspec.json.decode((folder / REFUSED_FILE).read_bytes(), type=list[str]))
    except (OSError, msgspec.DecodeError):
        return frozenset()


def read_tracks(folder: Path) -> dict[str, Track]:
    """Tonight's tracks by id; a broken file is a sentence."""
    path = folder / TRACKS_FILE
    tracks = strict_json.parse(files.read_text(path), path, list[Track], _("a session's tracks"))
    return {track.id: track for track in tracks}


def sessions(clinic: Path) -> list[Path]:
    """The folders of sessions that were started and not closed, oldest first; broken ones are passed over."""
    found = []
    for path in (clinic / LIVE).glob(f"*/{SESSION_FILE}"):
        if path.parent.name.startswith(_REMOVED):
            continue
        try:
            found.append((read(path.parent).zero_utc_ms, path.parent))
        except (BrokenFile, NotFound):  # broken, or closed and removed just now
            continue
    return [folder for _zero, folder in sorted(found)]


def remove(folder: Path) -> None:
    """Remove the folder of a session in which nothing plays; what cannot be removed stays and harms nothing.

    It goes at once, under another name first: whoever still looks into it finds it whole or not at all.
    """
    away = folder.with_name(_REMOVED + folder.name)
    with suppress(OSError):  # gone already, or on a system that renames no folder with open files
        folder.rename(away)
    for left in (folder, *folder.parent.glob(f"{_REMOVED}*")):
        shutil.rmtree(left, ignore_errors=True)
