"""JSON that is read strictly: whatever is wrong with it is a sentence, or a line passed over."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from setsetting import strict_json
from setsetting.errors import BrokenFile

FILE = Path("live/session.json")


class Held(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A made-up file."""

    minutes: int
    name: str = ""


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'{"minutes": "40"}', r"Expected `int`, got `str` - at `\$.minutes`"),
        (b"{}", "missing required field `minutes`"),
        (b'{"minutes": 40, "munites": 38}', "unknown field `munites`"),
        (b'{"minutes": 40', "truncated"),
        (b"", "truncated"),
        (b'{"minutes": 40, "name": "\xff"}', "."),
        (b"[" * 100_000, "."),
    ],
)
def test_a_file_that_is_not_of_its_shape_is_a_sentence_and_its_line_is_passed_over(data: bytes, says: str) -> None:
    with pytest.raises(BrokenFile, match=rf"^live/session.json: not a session: .*{says}.*\.$"):
        strict_json.parse(data, FILE, Held, "a session")
    assert strict_json.line(data, Held) is None


def test_what_is_of_its_shape_is_read_from_bytes_and_from_text() -> None:
    assert strict_json.parse('{"minutes": 40}', FILE, Held, "a session") == Held(40)
    assert strict_json.line(b'{"name": "short", "minutes": 5}\n', Held) == Held(5, "short")


@given(st.binary())
def test_any_bytes_are_read_or_are_a_sentence(data: bytes) -> None:
    try:
        strict_json.parse(data, FILE, Held, "a session")
    except BrokenFile as error:
        assert str(error).startswith("live/session.json: not a session: ")
