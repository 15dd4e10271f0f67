"""Rooms of the clinic and what is usual in them."""

from setsetting.clinical.setting import Setting
from setsetting.clinical.setting_file import parse_room
from setsetting.desk.clinic import Clinic
from setsetting.errors import unknown
from setsetting.machine import files
from setsetting.words.translate import _


def usual(clinic: Clinic, room: str) -> Setting:
    """What a room's profile says; nothing for a room whose profile was not written."""
    path = clinic.folder / "rooms" / f"{room}.toml"
    if not path.is_file():
        return Setting()
    return parse_room(files.read_text(path), path).usual


def named(clinic: Clinic, room: str | None) -> str:
    """A room of clinic.toml by its name; the first when none is named."""
    if room is None:
        return clinic.settings.rooms[0]
    if room not in clinic.settings.rooms:
        raise unknown(_("room"), room, clinic.settings.rooms)
    return room
