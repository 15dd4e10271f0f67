"""Rooms of the clinic and what is usual in them, as somebody said."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from setsetting.clinical.contradictions import as_it_was, contradictions
from setsetting.clinical.setting import Setting, field_named, in_order
from setsetting.clinical.setting_file import RoomProfile, parse_room, room_changed, room_text
from setsetting.desk.clinic import Clinic
from setsetting.errors import BrokenFile, Refused, UsageError, unknown
from setsetting.machine import clock, files
from setsetting.player.job import VIRTUAL
from setsetting.words.translate import _


def profile(clinic: Clinic, room: str) -> RoomProfile:
    """A room's profile; one that was never written says nothing."""
    path = _path(clinic, room)
    return parse_room(files.read_text(path), path) if path.is_file() else RoomProfile()


def usual_by(clinic: Clinic, room: str, day: date) -> tuple[Setting, tuple[str, ...]]:
    """What was said to be usual in a room by a day, and the fields of which that was said only later.

    A word that has no day, since it was written by hand, is taken for today's.
    """
    known, today = profile(clinic, room), _today(clinic)
    later = tuple(name for name in known.usual.values if known.said.get(name, today) > day)
    return Setting({name: value for name, value in known.usual.values.items() if name not in later}), later


def keep_usual(clinic: Clinic, room: str, said: Setting, day: date | None = None) -> None:
    """Keep what somebody said is usual in a room, today or on a `day`; what was usual before and is not named stays."""
    before = profile(clinic, room)
    now = as_it_was(before.usual, Setting(), said)
    odd = {name for found in contradictions(now) for name in found.names}  # it was so tonight, and is no room's way
    now = Setting({name: value for name, value in now.values.items() if name not in odd})
    _write(clinic, room, _said(before, now, day or _today(clinic)))


def every_output(clinic: Clinic) -> dict[str, str]:
    """What the rooms call their outputs, with the sound device of each; of several rooms each says which it is.

    A room whose file can't be read calls none of them anything.
    """
    found = dict[str, str]()
    for room in clinic.settings.rooms:
        with suppress(BrokenFile):
            for name, each in profile(clinic, room).outputs.items():
                if each.device not in VIRTUAL:
                    several = len(clinic.settings.rooms) > 1
                    found[_("{name} in {room}").format(name=name, room=room) if several else name] = each.device
    return found


@dataclass(frozen=True, slots=True)
class Room:
    """A room of clinic.toml by its name."""

    name: str
    profile: RoomProfile


def listing(clinic: Clinic) -> tuple[Room, ...]:
    """Every room of clinic.toml, in its order."""
    return tuple(Room(name, profile(clinic, name)) for name in clinic.settings.rooms)


def show(clinic: Clinic, room: str) -> Room:
    """One of them; raises NotFound with the names there are."""
    name = named(clinic, room)
    return Room(name, profile(clinic, name))


def say_usual(clinic: Clinic, room: str, said: Setting, unsaid: Collection[str] = ()) -> Room:
    """Say what is usual in a room, at any time; what is not named stays, and what is `unsaid` is known no more.

    Raises UsageError for what is no room's habit, and Refused for two habits that cannot both be.
    """
    room, before = named(clinic, room), profile(clinic, room)
    for name in (*said.values, *unsaid):
        if not field_named(name).habit:
            raise UsageError(_("{name} is of one session, and no room's habit.").format(name=name))
    kept = {name: value for name, value in before.usual.values.items() if name not in unsaid}
    now = in_order({**kept, **said.values})
    for found in contradictions(now):
        raise Refused(_("{contradiction} Nothing has been kept.").format(contradiction=found.words))
    if now != before.usual:
        _write(clinic, room, _said(before, now, _today(clinic)))
    return Room(room, profile(clinic, room))


def _said(before: RoomProfile, now: Setting, day: date) -> RoomProfile:
    """The profile with what is usual now; what was usual before keeps the day of its word."""
    days = {**before.said, **{name: day for name, value in now.values.items() if value != before.usual.get(name)}}
    said = {name: days[name] for name in now.values if name in days}
    return replace(before, version=before.version + 1, usual=now, said=said)


def _today(clinic: Clinic) -> date:
    return clock.local(clinic.clock.utc_ms(), clinic.settings.zone).date()


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
    """Write a profile; a file that is there keeps what a person wrote around it."""
    path = _path(clinic, room)
    text = room_changed(files.read_text(path), path, profile) if path.is_file() else room_text(profile)
    files.write_whole(path, text.encode(), replace=True)
