"""Which code somebody may have meant: one slip away, and no other as near."""

import pytest

from setsetting.words.slips import meant, one_slip


@pytest.mark.parametrize("typed", ["K-0471", "k-0427", "K-041", "K-04177", "K0417", "L-0417"])
def test_one_slip_leads_to_the_code(typed: str) -> None:
    assert meant(typed, ["K-0417", "A-9999"]) == ("K-0417",)


def test_nothing_is_guessed_at_two_slips_or_between_two_codes() -> None:
    assert meant("K-0471", ["K-0418"]) == ()
    assert meant("K-0499", ["K-0417", "K-0418"]) == ()
    assert meant("K-0419", ["K-0417", "K-0418"]) == ()
    assert meant("K-0417", []) == ()


def test_neighbours_are_exchanged_and_no_others() -> None:
    assert one_slip("0471", "0417") and not one_slip("0471", "1470")
    assert not one_slip("0417", "0417")
