"""Words for a change, each from the one versioned set."""

import pytest

from setsetting.clinical.thresholds import (
    PUBLISHED,
    change_words,
    clinically_significant,
    end_words,
    reduced,
    reduction_words,
)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "5 or less, likely not reliable (Blanchard)"),
        (5, "5 or less, likely not reliable (Blanchard)"),
        (6, "less than minimal important difference (Blanchard)"),
        (8, "less than minimal important difference (Blanchard)"),
        (9, "at least minimal important difference (Blanchard)"),
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


def test_a_change_is_called_as_the_page_s_own_table_has_it() -> None:
    """The table says that 9 to 12 are likely real: none of them is called small on the page that prints it."""
    (minimal,) = [each for each in PUBLISHED.sources if each.name == "minimal important difference"]
    assert "9 to 12 likely reflect real change; 5 or less likely are not reliable" in minimal.says
    assert minimal.points == f"9–12; {PUBLISHED.minimal_change} used here"
    assert len({change_words(size) for size in range(9, 15)}) == 1
    assert not any("noise" in change_words(size) for size in range(81))


def test_clinically_significant_is_reliable_and_at_the_end_state() -> None:
    assert clinically_significant(-18, 28)
    assert not clinically_significant(-17, 28)
    assert not clinically_significant(-18, 29)
    assert not clinically_significant(18, 20)


def test_the_set_is_named_versioned_and_cited_and_says_neither_remission_nor_response() -> None:
    assert PUBLISHED.label == "published v3"
    assert all(threshold.source for threshold in PUBLISHED.sources)
    said = " ".join(threshold.says for threshold in PUBLISHED.sources).casefold()
    assert "remission" not in said
    assert "response" not in said


@pytest.mark.parametrize(
    ("first", "last", "met"),
    [(60, 42, True), (60, 43, False), (50, 35, True), (10, 7, True), (0, 0, False), (20, 30, False)],
)
def test_the_share_rule_is_told_with_the_score_it_is_a_share_of(first: int, last: int, met: bool) -> None:
    assert reduced(first, last) is met
    said = reduction_words(first, last)
    assert said == f"30 % reduction of the first score {first}: {'met' if met else 'not met'}"
    (rule,) = [each for each in PUBLISHED.sources if each.name == f"{PUBLISHED.reduction_percent} % reduction"]
    assert "first score" in rule.points and rule.source == "osmind.org pages"
