"""Rooms of the clinic and what is usual in them, as somebody said."""

from dataclasses import replace
from pathlib import Path

from setsetting.clinical.contradictions import as_it_was, contradictions
from setsetting.clinical.setting import Setting
from setsetting.clinical.setting_file import RoomProfile, parse_room, room_text
from setsetting.desk.clinic import Clinic
from setsetting.errors import unknown
from setsetting.machine import files
from setsetting.words.translate import _


def profile(clinic: Clinic, room: str) -> RoomProfile:
    """A room's profile; one that was never written says nothing."""
    path = _path(clinic, room)
    return parse_room(files.read_text(path), path) if path.is_file() else RoomProfile()


def usual(clinic: Clinic, room: str) -> Setting:
    """What was said to be usual in a room."""
    return profile(clinic, room).usual


def keep_usual(clinic: Clinic, room: str, said: Setting) -> None:
    """Keep what somebody said is usual in a room; what was usual before and is not named stays."""
    before = profile(clinic, room)
    now = as_it_was(before.usual, Setting(), said)
    odd = {name for found in contradictions(now) for name in found.names}  # it was so tonight, and is no room's way
    now = Setting({name: value for name, value in now.values.items() if name not in odd})
    _write(clinic, room, replace(before, version=before.version + 1, usual=now))


def keep_unasked(clinic: Clinic, room: str) -> None:
    """Note that nobody wanted anything kept as usual, so that no later close asks."""
    before = profile(clinic, room)
    _write(clinic, room, replace(before, version=before.version + 1, asked=True))


def named(clinic: Clinic, room: str | None) -> str:
    """A room of clinic.toml by its name; without one the only room there is, and of several none: nobody said it."""
    if room is None:
        return clinic.settings.rooms[0] if len(clinic.settings.rooms) == 1 else ""
    if room not in clinic.settings.rooms:
        raise unknown(_("room"), room, clinic.settings.rooms)
    return room


def _path(clinic: Clinic, room: str) -> Path:
    return clinic.folder / "rooms" / f"{room}.toml"


def _write(clinic: Clinic, room: str, profile: RoomProfile) -> None:
    files.write_whole(_path(clinic, room), room_text(profile).encode(), replace=True)
