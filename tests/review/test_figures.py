"""The trajectory: shapes, lines, lanes and the axis they share."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from example_course import example, form, session
from hypothesis import given
from hypothesis import strategies as st

from setsetting.clinical.form import Recall
from setsetting.review.axis import LEAST_STEP, axis_of
from setsetting.review.course import PatientCourse
from setsetting.review.describe import review_of
from setsetting.review.figures import BLUE, VERMILION, lane_letters, shown_lanes, trajectory


def lines(drawn: str, colour: str) -> list[tuple[float, float]]:
    found = re.findall(rf'<line x1="([^"]+)" y1="[^"]+" x2="([^"]+)" y2="[^"]+" stroke="{colour}"', drawn)
    return [(float(a), float(b)) for a, b in found]


def only(*forms: object) -> PatientCourse:
    return replace(example(), forms=forms)  # type: ignore[arg-type]


def test_week_and_month_have_their_own_shapes_and_are_never_joined() -> None:
    drawn = trajectory(review_of(example()))
    assert drawn.count("<circle") == 6
    assert len(re.findall(r'<path d="M[^"]+Z" fill="#fff"', drawn)) == 2
    assert len(lines(drawn, BLUE)) == 5
    assert len(lines(drawn, VERMILION)) == 1
    mixed = trajectory(review_of(only(form(-1, 50, Recall.MONTH), form(4, 40), form(40, 30, Recall.MONTH))))
    assert len(lines(mixed, BLUE)) == 0
    assert len(lines(mixed, VERMILION)) == 1


@pytest.mark.parametrize(("week", "month"), [(58, 62), (62, 58), (60, 60), (51, 69)])
def test_totals_of_one_day_stand_apart_and_no_point_hides_another(week: int, month: int) -> None:
    drawn = trajectory(review_of(only(form(-1, week), form(-1, month, Recall.MONTH))))
    assert drawn.index("<circle") > drawn.index('Z" fill="#fff"'), "the smaller sign over the larger one"
    ((_x, circle_y),) = re.findall(r'<circle cx="([^"]+)" cy="([^"]+)"', drawn)
    found = {
        colour: float(re.search(rf'y="([^"]+)"[^>]*fill="{colour}"[^>]*>(?:{week}|{month})<', drawn).group(1))  # type: ignore[union-attr]
        for colour in (BLUE, VERMILION)
    }
    assert abs(found[BLUE] - found[VERMILION]) > 14
    assert not -4 < float(circle_y) - (found[VERMILION] - 5) < 4, "a total over the other's point"


def test_the_line_skips_an_incomplete_form_and_marks_it() -> None:
    drawn = trajectory(review_of(only(form(-1, 50), form(4, 45, missing=1), form(9, 40))))
    assert len(lines(drawn, BLUE)) == 1
    assert "19/20" in drawn


def test_the_description_says_the_values() -> None:
    drawn = trajectory(review_of(example()))
    described = re.search(r"<desc[^>]*>(.*?)</desc>", drawn).group(1)  # type: ignore[union-attr]
    assert "past week totals by day: day \N{MINUS SIGN}1: 51, day 5: 44" in described
    assert "1 on day 0, 2 on day 3" in described
    assert "Incomplete forms without a total on day 12." in described


def test_lanes_are_drawn_where_something_varies_and_an_unknown_is_no_variation() -> None:
    names = [lane.name for lane in shown_lanes(review_of(example()))]
    assert "lighting" in names
    assert "position" not in names
    assert names[0] == "minutes"


def test_what_differs_is_framed_and_letters_follow_first_use() -> None:
    review = review_of(example())
    (lighting,) = [lane for lane in review.lanes if lane.name == "lighting"]
    assert lane_letters(lighting) == {"dim": "A", "dark": "B"}
    assert [cell.differs for cell in lighting.cells] == [False, False, True, False, False, False]


def test_no_session_no_form_and_one_day_can_be_drawn() -> None:
    for course in (
        replace(example(), forms=(), sessions=()),
        replace(example(), forms=(form(0, 40),), sessions=()),
        replace(example(), forms=(form(0, 40),), sessions=(session(1, 0),)),
    ):
        assert "nan" not in trajectory(review_of(course))


@given(st.sets(st.integers(-400, 900), min_size=1, max_size=20), st.sets(st.integers(-400, 900), max_size=12))
def test_later_days_lie_further_right_and_sessions_apart(days: set[int], held: set[int]) -> None:
    axis = axis_of(days, sorted(held), 700)
    places = [axis.x(day) for day in sorted(days | held)]
    assert all(left < right for left, right in pairwise(places))
    assert all(axis.x(b) - axis.x(a) >= LEAST_STEP - 1e-6 for a, b in pairwise(sorted(held)))
    assert all(0 <= x <= axis.width + 1e-6 for x in places)


def test_a_long_follow_up_is_shortened_and_says_so() -> None:
    axis = axis_of([-3, 4, 400], [0, 3, 7], 700)
    (broken,) = axis.breaks
    assert (broken.first, broken.last) == (7, 400)
    assert axis.breaks_between(4, 400)
    assert not axis.breaks_between(-3, 4)
