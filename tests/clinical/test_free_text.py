"""Free text that somebody types: how long it may be, and what in it is no text."""

import pytest

from setsetting.clinical.free_text import LONGEST, note_given, reason_given
from setsetting.errors import UsageError


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  the wrong day ", "the wrong day"),
        ("one\ntwo", "one two"),
        ("one \r\n\r\n  two\u2028three\tfour", "one two three four"),
        ("x" * LONGEST, "x" * LONGEST),
        ("\N{HEBREW LETTER ALEF}\N{ZERO WIDTH JOINER}", "\N{HEBREW LETTER ALEF}\N{ZERO WIDTH JOINER}"),
    ],
)
def test_a_reason_stands_on_one_line(typed: str, kept: str) -> None:
    assert reason_given(typed) == kept


def test_a_note_keeps_its_lines_and_none_is_none() -> None:
    assert note_given("  the door\r\n\tat 22 \n") == "the door\n at 22"
    assert note_given(" \n ") is None and note_given(None) is None


@pytest.mark.parametrize("wrong", ["x" * (LONGEST + 1), "a\x1b[2Jb", "a\x00", "a\x7f", "a\x9bb", "a\udc80"])
def test_what_is_too_long_or_no_text_is_refused_and_not_repeated(wrong: str) -> None:
    for given in (reason_given, note_given):
        with pytest.raises(UsageError) as refused:
            given(wrong)
        assert wrong[:3] not in str(refused.value)


def test_a_correction_needs_a_reason() -> None:
    with pytest.raises(UsageError, match="needs a reason"):
        reason_given(" \n")
