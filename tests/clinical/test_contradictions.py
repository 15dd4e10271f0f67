"""Fields that hang together: what cannot both be so, and how what is usual gives way."""

from pathlib import Path

import pytest

from setsetting.clinical.contradictions import as_it_was, contradictions, open_halves, partner
from setsetting.clinical.setting import FIELD_NAMES, Setting
from setsetting.clinical.setting_file import parse_room, parse_setting
from setsetting.errors import BrokenFile

FILE = Path("evening.toml")
CLASHES = [
    ("touch", "hand", "touch_consent", "not needed"),
    ("touch", "more than that", "touch_consent", "not needed"),
    ("touch", "none", "touch_consent", "asked at the time"),
    ("interruptions", "0", "interrupted_by", "door"),
    ("interruptions", "2", "interrupted_by", "none"),
    ("headphones", "throughout", "music_delivery", "loudspeakers"),
    ("headphones", "not offered", "music_delivery", "headphones"),
    ("headphones", "offered, not worn", "music_delivery", "both"),
]
AGREEING = [
    ("touch", "hand", "touch_consent", "asked at the time"),
    ("touch", "none", "touch_consent", "agreed beforehand"),
    ("touch", "offered, declined", "touch_consent", "asked at the time"),
    ("interruptions", "0", "interrupted_by", "none"),
    ("interruptions", "1", "interrupted_by", "door, staff"),
    ("headphones", "throughout", "music_delivery", "both"),
    ("headphones", "part of the time", "music_delivery", "headphones"),
    ("headphones", "throughout", "music_delivery", "none"),
    ("headphones", "not offered", "music_delivery", "loudspeakers"),
]


@pytest.mark.parametrize(("one", "its", "other", "others"), CLASHES)
def test_what_cannot_both_be_so_is_found_and_both_fields_are_named(one: str, its: str, other: str, others: str) -> None:
    (found,) = contradictions(Setting({one: its, other: others}))
    assert found.words == f"{one} is {its!r} and {other} is {others!r}: both cannot be so."
    assert contradictions(Setting({one: its})) == contradictions(Setting({other: others})) == ()


@pytest.mark.parametrize(("one", "its", "other", "others"), AGREEING)
def test_what_agrees_is_left_alone(one: str, its: str, other: str, others: str) -> None:
    assert contradictions(Setting({one: its, other: others})) == ()


def test_what_hangs_together_stands_together() -> None:
    for name in FIELD_NAMES:
        other = partner(name)
        if other is not None:
            assert partner(other) == name
            assert abs(FIELD_NAMES.index(name) - FIELD_NAMES.index(other)) == 1
    assert {name for name in FIELD_NAMES if partner(name)} == {name for clash in CLASHES for name in clash[::2]}


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ({"touch": "hand"}, ("touch_consent",)),
        ({"touch": "none"}, ()),
        ({"touch_consent": "asked at the time"}, ("touch",)),
        ({"interruptions": "2"}, ("interrupted_by",)),
        ({"interruptions": "0"}, ()),
        ({"interrupted_by": "door"}, ("interruptions",)),
        ({"headphones": "throughout"}, ("music_delivery",)),
        ({"music_delivery": "headphones"}, ("headphones",)),
        ({"music_delivery": "loudspeakers"}, ()),
        ({"touch": "hand", "touch_consent": "both"}, ()),
        ({}, ()),
    ],
)
def test_the_other_half_is_asked_where_it_is_wanted(known: dict[str, str], asked: tuple[str, ...]) -> None:
    assert open_halves(Setting(known)) == asked


def test_said_outranks_known_and_known_outranks_usual() -> None:
    usual, known = Setting({"lighting": "dim", "music_delivery": "both"}), Setting({"music_delivery": "headphones"})
    assert as_it_was(usual, known, Setting()).values == {"lighting": "dim", "music_delivery": "headphones"}
    said = Setting({"music_delivery": "loudspeakers"})
    assert as_it_was(usual, known, said).values == {"lighting": "dim", "music_delivery": "loudspeakers"}
    assert as_it_was(Setting(), Setting(), Setting()).values == {}


def test_what_is_usual_and_cannot_be_so_tonight_is_not_known() -> None:
    usual = Setting({"interruptions": "0", "interrupted_by": "none", "headphones": "throughout"})
    tonight = as_it_was(usual, Setting({"interruptions": "2", "music_delivery": "loudspeakers"}), Setting())
    assert tonight.values == {"interruptions": "2", "music_delivery": "loudspeakers"}


@pytest.mark.parametrize(("one", "its", "other", "others"), CLASHES)
def test_a_file_that_contradicts_itself_is_refused_with_both_fields(
    one: str, its: str, other: str, others: str
) -> None:
    lines = [f"{name} = {value if value.isdigit() else repr(value)}" for name, value in ((one, its), (other, others))]
    with pytest.raises(BrokenFile, match=rf"evening.toml, line 2: {one} is .* and {other} is .*leave it out"):
        parse_setting("\n".join(lines), FILE)
    with pytest.raises(BrokenFile, match=rf"line 4: {one} is"):
        parse_room("\n".join(["version = 1", "[usual]", *lines]), FILE)
