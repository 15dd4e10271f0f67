"""Words for a change, each from the one versioned set."""

import pytest

from setsetting.clinical.thresholds import (
    PUBLISHED,
    change_words,
    clinically_significant,
    end_words,
)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "within MID/measurement noise"),
        (9, "within MID/measurement noise"),
        (10, "at least minimal important difference (Blanchard)"),
        (14, "at least minimal important difference (Blanchard)"),
        (15, "reliable (Marx sample 1)"),
        (17, "reliable (Marx sample 1)"),
        (18, "reliable (both Marx samples)"),
        (80, "reliable (both Marx samples)"),
    ],
)
def test_words_are_alike_for_a_fall_and_a_rise(size: int, words: str) -> None:
    assert change_words(-size) == change_words(size) == words


@pytest.mark.parametrize(
    ("total", "words"),
    [
        (28, "28 or less (Marx end state)"),
        (29, "below the cut-points 31–33"),
        (30, "below the cut-points 31–33"),
        (31, "within the cut-points 31–33"),
        (33, "within the cut-points 31–33"),
        (34, "above the cut-points 31–33"),
    ],
)
def test_where_a_total_stands(total: int, words: str) -> None:
    assert end_words(total) == words


def test_clinically_significant_is_reliable_and_at_the_end_state() -> None:
    assert clinically_significant(-18, 28)
    assert not clinically_significant(-17, 28)
    assert not clinically_significant(-18, 29)
    assert not clinically_significant(18, 20)


def test_the_set_is_named_versioned_and_cited_and_says_neither_remission_nor_response() -> None:
    assert PUBLISHED.label == "published v1"
    assert all(threshold.source for threshold in PUBLISHED.sources)
    said = " ".join(threshold.says for threshold in PUBLISHED.sources).casefold()
    assert "remission" not in said
    assert "response" not in said
