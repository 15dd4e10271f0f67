"""A chart of the clinic's own sessions: its points by session and by month, and where a change stands among them."""

from datetime import date

from setsetting.review.clinic_chart import (
    LIMITS_FROM,
    SessionHeld,
    clinic_chart,
    points_of_courses,
    points_of_months,
    points_of_sessions,
)
from setsetting.review.measures import Measure, Per

TODAY = date(2026, 5, 20)


def held(month: int, day: int, liking: int | None = None) -> SessionHeld:
    return SessionHeld(date(2026, month, day), {} if liking is None else {Measure.LIKING: liking})


def test_a_session_has_its_own_value_and_what_is_not_known_is_no_zero() -> None:
    points = points_of_sessions([held(1, 5, 0), held(1, 5), held(2, 1, 7)], Measure.LIKING)
    assert [(point.label, point.value, point.known) for point in points] == [
        ("2026-01-05", 0, 1),
        ("2026-01-05", None, 0),
        ("2026-02-01", 7, 1),
    ]


def test_a_month_is_the_mean_of_what_is_known_and_the_one_that_runs_is_left_out() -> None:
    sessions = [held(1, 5, 4), held(1, 20, 7), held(1, 21), held(3, 2, 6), held(3, 3), held(5, 2, 10)]
    points = points_of_months(sessions, Measure.LIKING, TODAY)
    assert [(point.label, point.value, point.known) for point in points] == [
        ("2026-01", 5.5, 2),
        ("2026-02", None, 0),
        ("2026-03", 6, 1),
        ("2026-04", None, 0),
    ]


def test_months_go_on_over_the_turn_of_a_year() -> None:
    points = points_of_months([SessionHeld(date(2025, 11, 30), {}), held(1, 9)], Measure.LIKING, date(2026, 4, 1))
    assert [point.label for point in points] == ["2025-11", "2025-12", "2026-01"], (
        "after the last session nothing was held"
    )


def test_a_month_without_a_finished_course_has_none_of_them() -> None:
    points = points_of_courses([date(2026, 3, 31), date(2026, 3, 1), date(2026, 5, 1)], [held(2, 9)], TODAY)
    assert [(point.label, point.value) for point in points] == [("2026-02", 0), ("2026-03", 2), ("2026-04", 0)]


def test_a_change_stands_before_the_first_point_that_it_can_have_changed() -> None:
    points = points_of_sessions([held(1, 5, 1), held(2, 5, 2), held(2, 6, 3)], Measure.LIKING)
    days = (date(2026, 2, 7), date(2026, 2, 5), date(2025, 1, 1))
    charted = clinic_chart(Measure.LIKING, Per.SESSION, points, [(day, "a lamp", "id") for day in days])
    assert [flag.before_point for flag in charted.flags] == [1, 2, 4]


def test_a_change_splits_no_chart_and_limits_need_their_points() -> None:
    points = points_of_sessions([held(1, 1 + n, n % 3) for n in range(LIMITS_FROM - 1)] + [held(2, 1)], Measure.LIKING)
    charted = clinic_chart(Measure.LIKING, Per.SESSION, points, [(date(2026, 1, 9), "a lamp", "id")])
    assert charted.run is not None
    assert len(charted.run.parts) == 1
    assert charted.limits is None
    enough = [*points, *points_of_sessions([held(2, 2, 1)], Measure.LIKING)]
    assert clinic_chart(Measure.LIKING, Per.SESSION, enough, []).limits is not None


def test_without_a_session_nothing_is_charted() -> None:
    charted = clinic_chart(Measure.COURSES, Per.MONTH, points_of_courses([], [], TODAY), [])
    assert (charted.points, charted.run, charted.limits) == ((), None, None)
