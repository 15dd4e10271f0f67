"""The setting log: fields, taps, what differs, and the files people write."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from setsetting.clinical.setting import (
    ASKED_FIRST,
    FIELDS,
    TAPS,
    Setting,
    differences,
    habits,
    parse_tap,
    parse_value,
    respct_covered,
)
from setsetting.clinical.setting_file import RoomOutput, RoomProfile, parse_room, parse_setting, room_changed, room_text
from setsetting.errors import BrokenFile, UsageError

FILE = Path("evening.toml")
ROOM = Setting({"lighting": "dim", "eye_shades": "throughout", "interruptions": "0", "touch": "none"})


def test_the_fields_are_the_items_a_session_logs() -> None:
    assert {field.respct for field in FIELDS} == {5, 6, 8, 9, 11, 12, 17}
    assert [tap.name for tap in TAPS][:3] == ["liking", "resonance", "openness"]
    assert [tap.respct for tap in TAPS] == [11, 11, 11, 26, 27, 28, 29, 30]
    assert set(ASKED_FIRST) <= {field.name for field in FIELDS}


def test_values_have_one_spelling() -> None:
    assert parse_value("lighting", " DIM ") == "dim"
    assert parse_value("people_present", ["nurse", "facilitator", "nurse"]) == "facilitator, nurse"
    assert parse_value("people_present", "nurse, Facilitator") == "facilitator, nurse"
    assert parse_value("interrupted_by", []) == parse_value("interrupted_by", "none") == "none"
    assert parse_value("interruptions", "2") == parse_value("interruptions", 2) == "2"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("lighting", "dimm", "Did you mean 'dim'"),
        ("lighting", ["dim", "dark"], "one value"),
        ("lighting", 3, "one of"),
        ("people_present", "nurse; doctor", "one of"),
        ("interruptions", -1, "0 to 99"),
        ("interruptions", True, "0 to 99"),
        ("interruptions", "many", "0 to 99"),
        ("lightning", "dim", "Did you mean 'lighting'"),
    ],
)
def test_other_values_are_refused_with_the_choices(name: str, value: object, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        parse_value(name, value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [None, "", "-", "not asked"])
def test_a_tap_that_was_not_asked_is_not_zero(value: str | None) -> None:
    assert parse_tap("liking", value) is None
    assert parse_tap("liking", 0) == 0


@pytest.mark.parametrize("value", [11, -1, "x", "5.5", True])
def test_a_tap_outside_its_scale_is_refused(value: int | str) -> None:
    with pytest.raises(UsageError, match="0 to 10"):
        parse_tap("liking", value)


def test_what_merely_happened_is_no_habit_of_a_room() -> None:
    said = Setting({"lighting": "dark", "interruptions": "3", "touch": "hand", "voice": "silent"})
    assert habits(said).values == {"lighting": "dark"}


def test_only_what_is_known_can_differ() -> None:
    tonight = Setting({"lighting": "dim", "interruptions": "1", "position": "sitting"})
    found = [(each.field.name, each.usual, each.now) for each in differences(tonight, ROOM)]
    assert found == [("position", None, "sitting"), ("interruptions", "0", "1")]  # eye shades and touch: not known
    assert differences(ROOM, ROOM) == ()


def test_coverage_counts_items_not_fields() -> None:
    assert respct_covered(ROOM, {"safety": 0}) == {5, 6, 12, 17, 14, 29}


def test_a_setting_file_is_read_whole() -> None:
    log = parse_setting(
        'lighting = "dark"\npeople_present = ["nurse"]\ninterruptions = 1\nnote = " door "\n[taps]\nliking = 0\n', FILE
    )
    assert log.setting.values == {"lighting": "dark", "people_present": "nurse", "interruptions": "1"}
    assert log.taps == {"liking": 0}
    assert log.note == "door"


def test_an_empty_file_says_that_nothing_differed() -> None:
    log = parse_setting("", FILE)
    assert (log.setting.values, log.taps, log.note) == ({}, {}, None)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('\nlightning = "dim"', r"line 2: unknown key 'lightning'\. Did you mean 'lighting'"),
        ("[taps]\nlikin = 3", r"line 2: unknown key 'likin'\. Did you mean 'liking'"),
        ("[taps]\n\nliking = 12", r"line 3: liking is a whole number from 0 to 10"),
        ('lighting = "dimm"', r"line 1: lighting is not 'dimm'"),
        ("lighting = 1", r"line 1: lighting"),
        ("interruptions = 1.5", r"line 1: interruptions"),
        ("lighting = ", "not valid TOML"),
        (f'note = "{"x" * 5000}"', "longer than 4,000"),
    ],
)
def test_a_wrong_file_is_refused_with_line_and_field(text: str, says: str) -> None:
    with pytest.raises(BrokenFile, match=f"evening.toml.*{says}"):
        parse_setting(text, FILE)


def test_a_new_room_shows_every_choice_and_says_nothing() -> None:
    text = room_text(RoomProfile(1))
    room = parse_room(text, FILE)
    assert (room.version, room.usual.values, room.unsaid) == (1, {}, True)
    assert all((f"# {field.name} =\n" in text) is field.habit for field in FIELDS)


def test_what_is_of_one_session_is_usual_in_no_room() -> None:
    with pytest.raises(BrokenFile, match=r"line 4: usual\.touch: is of one session, and no room's habit"):
        parse_room('version = 1\n[usual]\nlighting = "dim"\ntouch = "none"\n', FILE)


def test_a_room_s_profile_reads_back_as_it_was_written() -> None:
    usual = {"lighting": "dim", "people_present": "facilitator, nurse", "position": "reclined"}
    said = {"lighting": date(2026, 11, 20)}
    room = RoomProfile(7, 'the "blue" room', Setting(usual), asked=True, said=said, checks_at=(15.0, 30.0))
    assert parse_room(room_text(room), FILE) == room
    worn, around = RoomOutput('USB "Headset"', "headphones"), RoomOutput("Ceiling")
    room = replace(room, outputs={"headphones": worn, "room 2": around})
    assert parse_room(room_text(room), FILE) == room
    assert room.through == {'USB "Headset"': "headphones"}
    moved = replace(room, version=8, usual=Setting({**usual, "lighting": "dark"}))
    assert parse_room(room_changed(room_text(room), FILE, moved), FILE) == moved
    assert not room.unsaid


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ('[outputs.null]\ndevice = "X"', "line 2: outputs.null: an output's name"),
        ('[outputs."A + B"]\ndevice = "X"', "an output's name has up to 40 letters"),
        ('[outputs.worn]\ndevice = " "', "line 3: outputs.worn.device: the name of a sound device"),
        ('[outputs.worn]\ndevice = "auto"', "the name of a sound device"),
        ('[outputs.worn]\nthrough = "headphones"', "line 2: outputs.worn: Object missing required field `device`"),
        ('[outputs.worn]\ndevice = "X"\nthrough = "wall"', "line 4: outputs.worn.through: headphones or loudspeakers"),
        ('[outputs.a]\ndevice = "X"\n[outputs.b]\ndevice = "X"', "two outputs mean this device"),
        ('[outputs.a]\ndevise = "X"', "line 3: unknown key 'devise'. Did you mean 'device'"),
    ],
)
def test_an_output_of_a_room_that_means_no_one_device_is_refused(written: str, says: str) -> None:
    with pytest.raises(BrokenFile, match=re.escape(says)):
        parse_room(f"version = 1\n{written}\n", FILE)


def test_a_room_without_a_version_or_with_a_strange_key_is_refused() -> None:
    with pytest.raises(BrokenFile, match="version"):
        parse_room("[usual]\n", FILE)
    with pytest.raises(BrokenFile, match="1 or more"):
        parse_room("version = 0\n", FILE)
    with pytest.raises(BrokenFile, match="no minute of an infusion"):
        parse_room("version = 1\nchecks_at = [15, -1]\n", FILE)
    with pytest.raises(BrokenFile, match="Did you mean 'lighting'"):
        parse_room('version = 1\n[usual]\nlightin = "dim"\n', FILE)


@pytest.mark.parametrize("written", [None, *range(4)])
def test_a_room_s_file_keeps_its_comments_and_order_when_the_room_changes(written: int | None) -> None:
    begun = [
        "# ours\nversion = 1\n[usual]\n# Ines: amber only\nlighting = 'dim'  # dark for migraine\n",
        "version = 1 # first\n",
        'version = 1\nabout = "b"\n\n[usual]\nposition = "reclined"\nlighting = "dark"\n',
        "version = 1\nusual.lighting = 'dim' # amber\n",
    ]
    text = room_text(RoomProfile(1)) if written is None else begun[written]
    before = parse_room(text, FILE)
    usual = Setting({"lighting": "dark", "people_present": "facilitator, nurse"})
    if written == 3:
        with pytest.raises(BrokenFile, match="by hand"):
            room_changed(text, FILE, replace(before, version=2, usual=usual))
        return
    after = room_changed(text, FILE, replace(before, version=2, usual=usual, asked=True))
    assert parse_room(after, FILE) == replace(before, version=2, usual=usual, asked=True)
    comments = [line[line.index("#") :].strip() for line in text.splitlines() if "#" in line]
    kept = [comment for comment in comments if comment in after]
    assert set(comments) - set(kept) <= {"# lighting =", "# people_present ="}
