"""Scoring, reading of answers and the instrument's own words."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setsetting.clinical.form import Item, NoAnswer, Recall
from setsetting.clinical.pcl5 import (
    ANCHORS,
    CLUSTERS,
    INSTRUCTIONS,
    ITEMS,
    STEMS,
    parse_item,
    parse_items,
    parse_sheet,
    score,
)
from setsetting.errors import UsageError

CASES = json.loads((Path(__file__).parents[1] / "cases" / "pcl5.json").read_text())["cases"]
BLANK, DECLINED = NoAnswer.MISSING, NoAnswer.DECLINED


@pytest.mark.parametrize("case", CASES, ids=range(1, len(CASES) + 1))
def test_scoring_cases(case: dict[str, object]) -> None:
    found = score(case["items"])  # type: ignore[arg-type]
    assert found.total == case["total"]
    assert dict(found.clusters) == {name: case[name] for name in "BCDE"}
    assert found.provisional is case["prov"]
    assert found.answered == 20


def test_one_missing_item_leaves_total_and_its_cluster_unknown() -> None:
    found = score([BLANK, *[2] * 19])
    assert found.total is None
    assert found.answered == 19
    assert dict(found.clusters) == {"B": None, "C": 4, "D": 14, "E": 12}


def test_blank_and_declined_are_kept_apart_and_neither_is_zero() -> None:
    found = score([BLANK, DECLINED, *[0] * 18])
    assert found.items[:2] == (BLANK, DECLINED)
    assert found.total is None
    assert found.clusters["B"] is None


def test_the_provisional_rule_is_known_as_soon_as_missing_items_cannot_change_it() -> None:
    met = [*[2] * 19, BLANK]
    assert score(met).provisional is True
    unreachable = [*[0] * 5, *[BLANK] * 15]
    assert score(unreachable).provisional is False
    one_e_short: list[Item] = [2] * 14 + [2, 0, 0, 0, 0, BLANK]
    assert score(one_e_short).provisional is None
    assert score([BLANK] * 20).provisional is None


@given(st.lists(st.sampled_from([0, 1, 2, 3, 4, BLANK]), min_size=20, max_size=20))
def test_a_known_provisional_holds_however_the_gaps_are_filled(items: list[Item]) -> None:
    known = score(items).provisional
    fillings = {score([fill if item is BLANK else item for item in items]).provisional for fill in (0, 4)}
    assert fillings == {True, False} if known is None else fillings == {known}


@pytest.mark.parametrize("n", [0, 1, 19, 21])
def test_another_count_than_twenty_is_refused(n: int) -> None:
    with pytest.raises(UsageError, match=f"has 20 items; {n} w") as refused:
        parse_items(["1"] * n)
    assert refused.value.exit_code == 2
    with pytest.raises(UsageError):
        score([1] * n)


@pytest.mark.parametrize("value", [5, -1, True])
def test_a_value_outside_the_range_is_never_scored(value: int) -> None:
    with pytest.raises(UsageError, match="Item 3"):
        score([0, 0, value, *[0] * 17])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("5", "above 4"),
        ("17", "above 4"),
        ("-1", "below 0"),
        ("1.5", "not a whole number"),
        ("1,5", "not a whole number"),
        ("x", "not a number"),
        ("two", "not a number"),
        ("nan", "not a number"),
        ("\u0663", "not a number"),
        ("03", "one digit"),
        ("3.0", "one digit"),
        ("-0", "one digit"),
        ("\uff13", "not a number"),
        ('"3"', "quotation marks"),
        ("\N{MINUS SIGN}", "not a number"),
        ("\N{EN DASH}", "not a number"),
        ("\N{NO-BREAK SPACE}", "is empty"),
        ("", "is empty"),
    ],
)
def test_an_answer_that_cannot_be_says_which_item_and_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=f"Item 7.*{says}"):
        parse_item(7, text)


def test_answers_as_people_type_them() -> None:
    assert [parse_item(1, text) for text in ("0", " 4 ", "-", "d", "D")] == [0, 4, BLANK, DECLINED, DECLINED]


SHEET = (3, 2, 1, 0, 4, BLANK, DECLINED, 3, 2, 1, 0, 4, 3, 2, 1, 0, 4, 3, 2, 1)
CELLS = [str(item) for item in SHEET]
LINE_ENDS = pytest.mark.parametrize("end", ["", "\n", "\r\n", "\r"])


@LINE_ENDS
@pytest.mark.parametrize("separator", ["\t", ",", ";", " ", ", ", " ;", " \t ", "\n", "\r\n", "\r", " \r\n"])
def test_a_sheet_is_lines_or_one_line_of_cells(separator: str, end: str) -> None:
    assert parse_sheet(separator.join(CELLS) + end) == SHEET


@LINE_ENDS
@pytest.mark.parametrize("separator", ["\t", ",", ";", " ", ", ", "\n", "\r\n", "\r"])
@pytest.mark.parametrize("gap", [1, 7, 19])
def test_nothing_moves_up_into_an_empty_cell(separator: str, gap: int, end: str) -> None:
    """Nineteen answers and the status that stood beside them are no twenty answers."""
    cells = [*CELLS[:gap], "", *CELLS[gap + 1 :]]
    with pytest.raises(UsageError, match=f"Item {gap + 1} is empty"):
        parse_sheet(separator.join([*cells, "2"]) + end)
    if gap < 19 or separator.strip(" \n\r"):
        with pytest.raises(UsageError, match=f"Item {gap + 1} is empty"):
            parse_sheet(separator.join(cells) + end)


@pytest.mark.parametrize("separator", ["\t", ",", ";"])
def test_a_separator_at_the_end_begins_a_cell_more(separator: str) -> None:
    with pytest.raises(UsageError, match="21 were given"):
        parse_sheet(separator.join([*CELLS, ""]))
    with pytest.raises(UsageError, match="Item 20 is empty"):
        parse_sheet(separator.join([*CELLS[:19], ""]))


def test_a_blank_at_the_end_of_a_line_is_nothing() -> None:
    assert parse_sheet(" ".join(CELLS) + "  \n") == SHEET
    with pytest.raises(UsageError, match="19 were given"):
        parse_sheet(" ".join(CELLS[:19]) + " ")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "0 were given"),
        ("\n", "0 were given"),
        ("\n\n", "Item 1 is empty"),
        (" ".join(CELLS[:10]) + "\n" + " ".join(CELLS[10:]), "Line 1 has several cells"),
        ("\n".join(CELLS[:19]) + "\n1,2", "Line 20 has several cells"),
        (" ".join(CELLS) + "\n\n", "Line 1 has several cells"),
        ("\n".join(CELLS) + "\n\n", "21 were given"),
        ("\t".join(CELLS) + ",1", "Item 20 is '1,1': not a whole number"),
        (",".join(CELLS[:18]) + ",2;1", "19 were given"),
        (";".join([*CELLS[:19], "1 1"]), "Item 20 is '1 1': not a number"),
        (",".join(f'"{cell}"' for cell in CELLS), "Item 1 is '\"3\"': in quotation marks"),
        ("\N{NO-BREAK SPACE}".join(CELLS), "1 was given"),
        (",".join([*CELLS, "41"]), "21 were given"),
    ],
)
def test_a_sheet_that_is_none_is_refused_whole(text: str, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_sheet(text)
    assert says in str(refused.value)


def test_the_older_coding_is_noticed() -> None:
    with pytest.raises(UsageError, match="PCL for DSM-IV"):
        parse_items(["1", "5", *["3"] * 18])
    with pytest.raises(UsageError, match="Item 2 is '5'"):
        parse_items(["0", "5", *["3"] * 18])


def test_the_instrument_is_whole_and_in_its_own_words() -> None:
    assert len(ITEMS) == 20
    assert all(item.endswith("?") and "  " not in item for item in ITEMS)
    assert ITEMS[0] == "Repeated, disturbing, and unwanted memories of the stressful experience?"
    assert ITEMS[8].endswith("no one can be trusted, the world is completely dangerous)?")
    assert ITEMS[14] == "Irritable behavior, angry outbursts, or acting aggressively?"
    assert ITEMS[16] == 'Being "superalert" or watchful or on guard?'
    assert ANCHORS == ("Not at all", "A little bit", "Moderately", "Quite a bit", "Extremely")
    assert STEMS[Recall.MONTH] == "In the past month, how much were you bothered by:"
    assert STEMS[Recall.WEEK] == "In the past week, how much were you bothered by:"
    assert INSTRUCTIONS[Recall.MONTH].endswith("how much you have been bothered by that problem in the past month.")
    assert sorted(number for numbers in CLUSTERS.values() for number in numbers) == list(range(1, 21))
