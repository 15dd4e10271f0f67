"""An id that was shortened: one sentence wherever it is too short, whatever it names."""

import pytest

from setsetting.errors import NotFound, begun


def test_a_whole_id_is_itself_and_a_short_one_the_only_that_begins_so() -> None:
    assert begun("form", "ab", ["ab", "abc"]) == "ab"
    assert begun("form", "abc", ["ab", "abcd"]) == "abcd"
    with pytest.raises(NotFound, match=r"2 ids begin with 'a', each of another form; give more of it\."):
        begun("form", "a", ["ab", "ac"])
    with pytest.raises(NotFound, match="There is no form ''"):
        begun("form", "", ["ab"])
