"""A trouble in a TOML file names the file, the line, the field and what was expected."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from setsetting import strict_toml
from setsetting.errors import BrokenFile, SetSettingError

HERE = Path("some.toml")


class Part(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    energy: tuple[float, float] = (1, 10)


class Whole(msgspec.Struct, forbid_unknown_fields=True):
    version: int
    part: list[Part] = []
    course: dict[str, int] = {}


def trouble(text: str) -> str:
    with pytest.raises(BrokenFile) as caught:
        strict_toml.parse(text, HERE, Whole)
    return str(caught.value)


def test_unknown_key_names_its_line_and_the_nearest_known_key() -> None:
    text = 'version = 1\n\n[[part]]\nname = "a"\n[[part]]\nname = "b"\nenrgy = [1, 2]\n'
    assert trouble(text) == "some.toml, line 7: unknown key 'enrgy'. Did you mean 'energy'?"


def test_wrong_type_names_its_line_field_and_expectation() -> None:
    text = 'version = 1\n[[part]]\nname = """a\n[[part]]\nname = 3"""\nenergy = [1,\n  "x"]\n'
    assert trouble(text).startswith("some.toml, line 6: part.1.energy.2: Expected `float`")


def test_missing_field_names_the_table_that_lacks_it() -> None:
    assert trouble("version = 1\n[[part]]\nenergy = [1, 2]\n").startswith("some.toml, line 2: part.1: ")


def test_broken_syntax_keeps_the_parsers_line() -> None:
    assert "line 2" in trouble("version = 1\nname = \n")


def test_deep_nesting_is_a_sentence() -> None:
    assert "nested" in trouble("version = " + "[" * 5000)


def test_comment_and_string_brackets_do_not_confuse_lines() -> None:
    text = "version = 1 # [[[\n[[part]]\nname = 'x[['\n# [part]\nenergy = 3\n"
    assert trouble(text).startswith("some.toml, line 5: part.1.energy: ")


@given(st.text(max_size=200))
def test_any_text_parses_or_is_a_sentence(text: str) -> None:
    try:
        strict_toml.parse(text, HERE, Whole)
    except SetSettingError as error:
        assert str(error).startswith("some.toml")


ROOM = """# the blue room
version = 3  # since the new lamp
about = "north side"

[usual]
# amber since March, Ines
lighting = "dim"  # never white
people_present = [
    "facilitator",  # always
    "nurse",
]
# position =
# end of what is usual

# the door sticks
[other]
lighting = "dark"
"""


def test_a_file_is_changed_in_place_and_all_else_stays() -> None:
    text = ROOM
    for place, value in (
        (("version",), "4"),
        (("usual", "lighting"), '"dark # er"'),
        (("usual", "people_present"), '["nurse"]'),
        (("usual", "position"), '"reclined"'),
        (("usual", "voice"), '"low"'),
        (("asked",), "true"),
        (("new", "key"), "1"),
    ):
        text = strict_toml.changed(text, place, value)
    assert text == (
        '# the blue room\nversion = 4  # since the new lamp\nabout = "north side"\nasked = true\n\n[usual]\n'
        '# amber since March, Ines\nlighting = "dark # er"  # never white\npeople_present = ["nurse"]\n'
        'position = "reclined"\nvoice = "low"\n# end of what is usual\n\n# the door sticks\n[other]\n'
        'lighting = "dark"\n\n[new]\nkey = 1\n'
    )
    assert strict_toml.changed(text, ("usual", "lighting"), None).splitlines()[7] == "# lighting =  # never white"
    assert strict_toml.changed(text, ("usual", "bells"), None) == text
    assert strict_toml.changed("a = 1\r\nb = 2", ("b",), "3") == "a = 1\r\nb = 3\r\n"
