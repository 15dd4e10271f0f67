"""The setting as people write it in TOML: a session's differences, and a room's profile.

    lighting = "dark"
    people_present = ["facilitator", "nurse"]
    interruptions = 1
    note = "the door at minute 22"
    [taps]
    liking = 7

Strict: every trouble names the file, the line, the field and what was expected; two fields that contradict each
other are one, unless somebody is there to be asked. Empty text is a setting file too: nothing differed and nothing was asked. A room's profile is written
here too, empty until somebody has said what is usual there.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from setsetting.clinical.contradictions import contradictions
from setsetting.clinical.free_text import note_given
from setsetting.clinical.setting import (
    FIELD_NAMES,
    FIELDS,
    MOST_COUNTED,
    NONE,
    TAP_NAMES,
    Field,
    FieldKind,
    Setting,
    field_named,
    in_order,
    parse_tap,
    parse_value,
)
from setsetting.errors import BrokenFile, UsageError, broken
from setsetting.strict_toml import Place, at, changed, line_of, parse
from setsetting.units import Minutes
from setsetting.words.translate import _

LAST_CHECK_MIN = Minutes(24 * 60)
_TYPES: Mapping[FieldKind, Any] = {
    FieldKind.CHOICE: str | msgspec.UnsetType,
    FieldKind.SEVERAL: str | list[str] | msgspec.UnsetType,
    FieldKind.COUNT: int | msgspec.UnsetType,
}
_FIELDS: list[tuple[str, Any, Any]] = [(each.name, _TYPES[each.kind], msgspec.UNSET) for each in FIELDS]
_TAPS: list[tuple[str, Any, Any]] = [(name, int | str | None, None) for name in TAP_NAMES]
_Taps = msgspec.defstruct("_Taps", _TAPS, forbid_unknown_fields=True)
_Usual = msgspec.defstruct("_Usual", _FIELDS, forbid_unknown_fields=True)
_Said = msgspec.defstruct("_Said", [(each.name, date | None, None) for each in FIELDS], forbid_unknown_fields=True)
_SessionFile = msgspec.defstruct(
    "_SessionFile",
    [*_FIELDS, ("note", str | None, None), ("taps", _Taps, msgspec.field(default_factory=_Taps))],
    forbid_unknown_fields=True,
)


class RoomOutput(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an output of a room is: the sound device that its name means, and whether it is worn or fills the room.

    `through` is in the words of the setting's `music_delivery`; empty where nobody said it.
    """

    device: str
    through: str = ""


THROUGH = ("headphones", "loudspeakers")
NO_ROOM_S_OUTPUT = ("auto", "null", "fast", "external")
"""Words that mean something else where an output is named."""
_OUTPUT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.-]{0,39}")


class _RoomFile(msgspec.Struct, forbid_unknown_fields=True):
    version: int
    about: str = ""
    asked: bool = False
    checks_at: tuple[Minutes, ...] = ()
    outputs: dict[str, RoomOutput] = msgspec.field(default_factory=dict)
    usual: _Usual = msgspec.field(default_factory=_Usual)  # type: ignore[valid-type]  # made from FIELDS above
    said: _Said = msgspec.field(default_factory=_Said)  # type: ignore[valid-type]  # made from FIELDS above


@dataclass(frozen=True, slots=True)
class SettingLog:
    """What was typed of a session: fields that differ, taps that were asked, a free note; what stands and is not known of it."""

    setting: Setting
    taps: Mapping[str, int]
    note: str | None
    unsaid: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RoomProfile:
    """A room's profile: how it usually is there, as somebody said.

    `checks_at` are the minutes of an infusion at which somebody checks on the patient. `version` goes up with every
    change, `asked` says that at a close nobody wanted tonight kept as usual. `said` is the day on which each field's
    word was given; one that was written by hand may have none. `outputs` are the room's own, by the name a person
    chooses them by.
    """

    version: int = 0
    about: str = ""
    usual: Setting = Setting()  # noqa: RUF009 - frozen
    asked: bool = False
    said: Mapping[str, date] = field(default_factory=dict)
    checks_at: tuple[Minutes, ...] = ()
    outputs: Mapping[str, RoomOutput] = field(default_factory=dict)

    @property
    def through(self) -> Mapping[str, str]:
        """What the music comes through, by the sound device."""
        return {each.device: each.through for each in self.outputs.values() if each.through}

    @property
    def unsaid(self) -> bool:
        """Whether nobody has said yet what is usual, nor been asked."""
        return not (self.usual.values or self.asked)


def parse_setting(text: str, path: Path, *, odd: bool = False) -> SettingLog:
    """Read a session's setting file; BrokenFile names line and field.

    `odd` lets fields stand that contradict each other, for a caller who asks about them or was told that it was so.
    """
    read = msgspec.structs.asdict(parse(text, path, _SessionFile))
    note, taps = read.pop("note"), read.pop("taps")
    asked: dict[str, int] = {}
    for name in TAP_NAMES:
        try:
            value = parse_tap(name, getattr(taps, name))
        except UsageError as error:
            raise broken(path, line_of(text, ("taps", name)), str(error)) from error
        if value is not None:
            asked[name] = value
    return SettingLog(_setting(text, path, read, (), odd=odd), asked, _free_text(text, path, "note", note))


def parse_room(text: str, path: Path) -> RoomProfile:
    """Read a room's profile; BrokenFile names line and field."""
    read = parse(text, path, _RoomFile)
    if read.version < 1:
        raise at(text, path, ("version",), _("a version is 1 or more."))
    for number, minute in enumerate(read.checks_at):
        if not (math.isfinite(minute) and Minutes(0) <= minute <= LAST_CHECK_MIN):
            raise at(text, path, ("checks_at", number), _("is no minute of an infusion."))
    _check_outputs(text, path, read.outputs)
    usual = _setting(text, path, msgspec.structs.asdict(read.usual), ("usual",))
    for name in usual.values:
        if not field_named(name).habit:
            raise at(text, path, ("usual", name), _("is of one session, and no room's habit."))
    days = msgspec.structs.asdict(read.said)
    said = {name: days[name] for name in usual.values if days.get(name) is not None}
    about = _free_text(text, path, "about", read.about) or ""
    return RoomProfile(read.version, about, usual, read.asked, said, tuple(sorted(read.checks_at)), read.outputs)


def _check_outputs(text: str, path: Path, outputs: Mapping[str, RoomOutput]) -> None:
    devices = [each.device for each in outputs.values()]
    for name, each in outputs.items():
        for place, wrong, trouble in (
            (
                (name,),
                name in NO_ROOM_S_OUTPUT or not _OUTPUT_NAME.fullmatch(name),
                _("an output's name has up to 40 letters, digits, spaces, dots, - and _, and is not {taken}.").format(
                    taken=", ".join(NO_ROOM_S_OUTPUT)
                ),
            ),
            (
                (name, "device"),
                not each.device.strip() or each.device == "auto",
                _("the name of a sound device expected."),
            ),
            ((name, "device"), devices.count(each.device) > 1, _("two outputs mean this device.")),
            ((name, "through"), each.through not in ("", *THROUGH), _("headphones or loudspeakers expected.")),
        ):
            if wrong:
                raise at(text, path, ("outputs", *place), trouble)


def _free_text(text: str, path: Path, name: str, said: str | None) -> str | None:
    try:
        return note_given(said)
    except UsageError as error:
        raise broken(path, line_of(text, (name,)), str(error)) from error


def _setting(text: str, path: Path, read: Mapping[str, Any], table: Place, *, odd: bool = False) -> Setting:
    values: dict[str, str] = {}
    for name, value in read.items():
        if value is msgspec.UNSET:
            continue
        try:
            values[name] = parse_value(name, value)
        except UsageError as error:
            raise broken(path, line_of(text, (*table, name)), str(error)) from error
    setting = in_order(values)
    for found in () if odd else contradictions(setting):
        words = _("{contradiction} Change one of them, or leave it out.").format(contradiction=found.words)
        raise broken(path, line_of(text, (*table, found.names[1])), words)
    return setting


def room_changed(text: str, path: Path, profile: RoomProfile) -> str:
    """A room's file as somebody wrote it, with this profile in it: comments, order and all that did not change stay.

    Raises BrokenFile where it is written in a way that this cannot change (a table in one line).
    """
    before = parse_room(text, path)
    places: list[tuple[Place, str | None]] = [(("version",), str(profile.version))]
    if profile.asked != before.asked:
        places.append((("asked",), "true" if profile.asked else "false"))
    for each in FIELDS:
        value = profile.usual.get(each.name)
        if value != before.usual.get(each.name):
            places.append((("usual", each.name), None if value is None else _as_toml(each, value)))
    days = ((name, profile.said.get(name)) for name in FIELD_NAMES if profile.said.get(name) != before.said.get(name))
    places += [(("said", name), None if day is None else day.isoformat()) for name, day in days]
    for place, value in places:
        text = changed(text, place, value)
    try:
        if parse_room(text, path) == profile:
            return text
    except BrokenFile:
        pass
    raise broken(path, None, _("it is written in a way that cannot be changed here; please write it by hand."))


def room_text(profile: RoomProfile) -> str:
    """A room's profile as a new file: what is usual, and the choices of the rest written beside their fields."""
    lines = [
        "# What is usual in this room, as somebody said; a field that is not set here is not known. A session's log shows",
        "# what was otherwise. Fields are structured after the ReSPCT items; the numbers beside them are theirs.",
        f"version = {profile.version}",
        f"about = {_quoted(profile.about)}",
    ]
    if profile.asked:
        lines.append("asked = true  # at a close, and nothing was kept as usual")
    minutes = ", ".join(f"{minute:g}" for minute in profile.checks_at)
    lines.append(f"checks_at = [{minutes}]" if minutes else "# checks_at = [15, 30, 45]  # minutes of an infusion")
    lines += ["", "[usual]"]
    for each in (known for known in FIELDS if known.habit):
        choices = f"0 to {MOST_COUNTED}" if each.kind is FieldKind.COUNT else ", ".join(map(_quoted, each.choices))
        many = "several of " if each.kind is FieldKind.SEVERAL else ""
        value = profile.usual.get(each.name)
        lines += [
            f"# {each.label} (ReSPCT {each.respct}): {many}{choices}",
            f"# {each.name} =" if value is None else f"{each.name} = {_as_toml(each, value)}",
        ]
    if profile.outputs:
        lines += [line for name, each in profile.outputs.items() for line in ("", *_output_lines(name, each))]
    else:
        lines += [
            "",
            "# [outputs.headphones]  # chosen by this name: the sound device as `setsetting sound list` has it",
        ]
        lines += ['# device = "Name of the device"', '# through = "headphones"  # or "loudspeakers"']
    if profile.said:
        lines += ["", "[said]  # on which day; a session of an earlier day takes none of it"]
        lines += [f"{name} = {day.isoformat()}" for name, day in profile.said.items()]
    return "\n".join(lines) + "\n"


def _output_lines(name: str, each: RoomOutput) -> list[str]:
    through = [f"through = {_quoted(each.through)}"] if each.through else []
    return [f"[outputs.{_quoted(name)}]", f"device = {_quoted(each.device)}", *through]


def _as_toml(known: Field, value: str) -> str:
    if known.kind is FieldKind.COUNT:
        return value
    if known.kind is FieldKind.CHOICE:
        return _quoted(value)
    return "[" + ", ".join(_quoted(part) for part in value.split(", ") if part != NONE) + "]"


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()  # a JSON string is a basic string of TOML
