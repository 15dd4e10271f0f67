"""Rooms as data and in words: what was said to be usual in each."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from setsetting.clinical.setting import field_named
from setsetting.views import setting
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.desk.rooms import Room


def as_data(room: "Room") -> dict[str, Any]:
    return {
        "room": room.name,
        "version": room.profile.version,
        "about": room.profile.about,
        "checks_at": list(room.profile.checks_at),
        "outputs": {
            name: {"device": each.device, "through": each.through or None}
            for name, each in room.profile.outputs.items()
        },
        "usual": setting.as_data(room.profile.usual.values),
    }


def in_words(room: "Room") -> list[str]:
    said = [f"{field_named(name).label}: {value}" for name, value in room.profile.usual.values.items()]
    if room.profile.checks_at:
        minutes = ", ".join(f"{minute:g}" for minute in room.profile.checks_at)
        said.append(_("checks planned at minute {minutes} of an infusion").format(minutes=minutes))
    said += [
        _("output {name}: {device}").format(name=name, device=" · ".join(filter(None, (each.device, each.through))))
        for name, each in room.profile.outputs.items()
    ]
    return [" · ".join(filter(None, (room.name, room.profile.about))), *(said or [how_much(room)])]


def how_much(room: "Room") -> str:
    """How much was said of what is usual there."""
    n = len(room.profile.usual.values)
    return count("{n} thing is said to be usual", "{n} things are said to be usual", n) if n else _("nothing was said")


COLUMNS: Mapping[str, Callable[["Room"], str]] = {
    _("room"): lambda room: room.name,
    _("usual"): lambda room: str(len(room.profile.usual.values)),
    _("about"): lambda room: room.profile.about or "-",
}
