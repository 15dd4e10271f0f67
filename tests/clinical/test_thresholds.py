"""Words for a change, each from the one versioned set."""

import pytest

from setsetting.clinical.form import Form, NoAnswer, Recall
from setsetting.clinical.pcl5 import change_between
from setsetting.clinical.thresholds import (
    PUBLISHED,
    change_text,
    change_words,
    clinically_significant,
    end_words,
)
from setsetting.errors import Refused


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


def test_a_change_carries_its_sign() -> None:
    assert change_text(-12).startswith("\N{MINUS SIGN}12: at least")
    assert change_text(12).startswith("+12: at least")


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


def form(total: int, recall: Recall, taken_ms: int = 0) -> Form:
    items = [4] * (total // 4) + [total % 4]
    return Form((*items, *[0] * (20 - len(items))), recall, taken_ms)


def test_month_and_week_are_never_subtracted() -> None:
    with pytest.raises(Refused, match="not the same measure"):
        change_between(form(50, Recall.MONTH), form(30, Recall.WEEK, 5))


def test_a_change_is_later_minus_earlier_of_complete_forms() -> None:
    assert change_between(form(50, Recall.WEEK), form(30, Recall.WEEK, 5)) == -20
    partial = Form((NoAnswer.MISSING, *[1] * 19), Recall.WEEK, 5)
    with pytest.raises(Refused, match="no total"):
        change_between(form(50, Recall.WEEK), partial)
    with pytest.raises(Refused, match="before the earlier"):
        change_between(form(50, Recall.WEEK, 9), form(30, Recall.WEEK, 5))
