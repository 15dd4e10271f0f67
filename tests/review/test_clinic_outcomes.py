"""Whose first and last forms of a course are compared: by one recall, in time, and nobody counted twice."""

from hypothesis import given
from hypothesis import strategies as st

from setsetting.clinical.form import Recall
from setsetting.review.clinic_outcomes import CourseBegun, RecallOutcomes, clinic_outcomes
from setsetting.review.linking import ScorePoint, SessionPoint
from setsetting.review.outcome_words import days_words, lines_of, missing_words
from setsetting.review.outcomes import CourseState

DAY = 86_400_000
MONTH, WEEK = Recall.MONTH, Recall.WEEK


def course(
    *forms: tuple[int, Recall, int | None], days: tuple[int, ...] = (100,), state: CourseState = CourseState.COMPLETED
) -> CourseBegun:
    """One patient: forms as day, recall and total, in the morning; sessions at noon."""
    sessions = tuple(SessionPoint("p", f"s{day}", n, day * DAY + DAY // 2, day) for n, day in enumerate(days, 1))
    points = tuple(ScorePoint("p", f"{day}-{recall}", day * DAY, day, recall, total) for day, recall, total in forms)
    return CourseBegun("p", sessions, points, state)


def of(recall: Recall, *courses: CourseBegun) -> RecallOutcomes:
    return next(each for each in clinic_outcomes(courses, ()).recalls if each.recall is recall)


def ends(recall: Recall, one: CourseBegun) -> tuple[int, int] | None:
    pairs = of(recall, one).pairs
    return (pairs[0].first, pairs[0].last) if pairs else None


def test_the_last_form_before_the_first_infusion_and_the_last_after_it_are_compared() -> None:
    forms = ((80, MONTH, 60), (99, MONTH, 55), (100, WEEK, 50), (120, WEEK, 45), (140, MONTH, 40), (150, MONTH, 33))
    assert ends(MONTH, course(*forms, days=(100, 110))) == (55, 33)
    assert ends(WEEK, course(*forms, days=(100, 110))) == (50, 45)
    (pair,) = of(MONTH, course(*forms, days=(100, 110))).pairs
    assert (pair.days, pair.infusions) == (51, 2)


def test_a_form_too_old_too_early_or_unfinished_is_no_end_of_a_course() -> None:
    assert ends(MONTH, course((69, MONTH, 60), (140, MONTH, 40))) is None
    assert ends(MONTH, course((70, MONTH, 60), (129, MONTH, 40))) is None, (
        "its past month holds days before the infusion"
    )
    assert ends(MONTH, course((70, MONTH, 60), (130, MONTH, 40))) == (60, 40)
    assert ends(WEEK, course((85, WEEK, 60), (101, WEEK, 40))) is None
    assert ends(WEEK, course((86, WEEK, 60), (101, WEEK, 0))) == (60, 0)
    assert ends(WEEK, course((99, WEEK, 60), (105, WEEK, None))) is None
    assert ends(WEEK, course((99, WEEK, 60), (140, MONTH, 40))) is None


def test_a_completers_form_amid_the_course_stands_among_starters_alone() -> None:
    early = of(WEEK, course((99, WEEK, 60), (105, WEEK, 50), days=(100, 110)))
    assert (early.table.starters.scores.n, early.table.completers.scores.n) == (1, 0)
    assert early.table.completers.without_scores == 1


def test_who_left_and_who_is_still_there_are_told_apart() -> None:
    gone = [course(state=state) for state in (CourseState.LEFT, CourseState.LEFT_UNSAID, CourseState.GOING_ON)]
    words = missing_words(of(WEEK, course((99, WEEK, 60), (101, WEEK, 50)), *gone))
    assert words == (
        "3 of 4 patients who began have no first or no last form and are in no mean. 1 going on, or gone unnoticed; "
        "2 left before its end, 1 of them with no reason known. A mean or share of fewer than 10 patients tells little."
    )


def test_where_nobody_lacks_a_form_or_nobody_began_it_is_said_plainly() -> None:
    both = course((99, WEEK, 60), (101, WEEK, 50))
    assert missing_words(of(WEEK, both)).startswith("The 1 patient who began has a first and a last form. 0 going on")
    assert days_words(of(WEEK, both)) == "From first to last form 2 days, with 1 infusion between."
    many = missing_words(of(WEEK, *[both] * 10))
    assert many.startswith("All 10 patients who began have a first and a last form.") and "tells little" not in many
    assert (missing_words(of(WEEK)), days_words(of(WEEK))) == ("Nobody has begun a course.", "")


def test_the_recall_with_more_pairs_stands_first_and_past_month_where_they_are_even() -> None:
    week = course((99, WEEK, 60), (101, WEEK, 50))
    assert [each.recall for each in clinic_outcomes([week], ()).recalls] == [WEEK, MONTH]
    assert [each.recall for each in clinic_outcomes([], ()).recalls] == [MONTH, WEEK]


@given(st.lists(st.tuples(st.integers(60, 160), st.sampled_from(Recall), st.none() | st.integers(0, 80)), max_size=12))
def test_every_pair_is_of_one_recall_and_in_the_order_of_time(forms: list[tuple[int, Recall, int | None]]) -> None:
    for found in clinic_outcomes([course(*forms, days=(100, 110, 120))], ()).recalls:
        for pair in found.pairs:
            own = [(day, total) for day, recall, total in forms if recall is found.recall and total is not None]
            assert any(day <= 100 and total == pair.first for day, total in own)
            assert any(day > 100 and total == pair.last for day, total in own)
            assert pair.days > 0
        assert len(lines_of(found)) > 10
