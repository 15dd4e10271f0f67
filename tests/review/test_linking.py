"""Exclusive links between a session and its two scores, and the reasons of those without."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setsetting.clinical.form import Recall
from setsetting.review.linking import ScorePoint, SessionPoint, UnlinkedReason, link, reason_words, windows

DAY_MS = 24 * 60 * 60 * 1000

CASES = Path(__file__).parents[1] / "cases"
WEEK, MONTH = Recall.WEEK, Recall.MONTH


def score(day: float, total: int | None = 40, recall: Recall = WEEK) -> ScorePoint:
    return ScorePoint("P", f"{recall}{day}", round(day * DAY_MS), int(day // 1), recall, total)


def session(day: float, number: int = 1) -> SessionPoint:
    return SessionPoint("P", f"s{day}", number, round(day * DAY_MS), int(day // 1))


def reasons(scores: list[ScorePoint], *sessions: SessionPoint) -> list[UnlinkedReason]:
    return [each.reason for each in link(scores, sessions).unlinked]


def test_a_session_alone_between_two_scores_is_linked() -> None:
    linkage = link([score(0, 50), score(5, 38)], [session(3)])
    (linked,) = linkage.linked
    assert (linked.pre.total, linked.post.total, linked.change, linked.days) == (50, 38, -12, 5)
    assert linkage.unlinked == ()


def test_two_sessions_between_two_forms_are_a_shared_interval() -> None:
    assert reasons([score(0), score(9)], session(3, 1), session(6, 2)) == [UnlinkedReason.SHARED, UnlinkedReason.SHARED]
    assert reasons([score(0), score(60)], session(3, 1), session(6, 2)) == [
        UnlinkedReason.SHARED,
        UnlinkedReason.SHARED,
    ]


def test_each_lack_has_its_reason() -> None:
    assert reasons([score(5)], session(3)) == [UnlinkedReason.NO_PRE]
    assert reasons([score(0)], session(3)) == [UnlinkedReason.NO_POST]
    assert reasons([score(0), score(20)], session(15)) == [UnlinkedReason.PRE_TOO_OLD]
    assert reasons([score(0), score(25)], session(3)) == [UnlinkedReason.POST_TOO_LATE]
    assert reasons([], session(3)) == [UnlinkedReason.NO_PRE]


def test_the_windows_are_fourteen_and_twenty_one_calendar_days() -> None:
    assert reasons([score(0.9), score(35.1)], session(14.5)) == []
    assert reasons([score(0), score(36)], session(14.5)) == [UnlinkedReason.POST_TOO_LATE]


def test_a_form_dated_without_a_time_counts_before_that_days_session() -> None:
    (linked,) = link([score(3, 50), score(8, 40)], [session(3.4)]).linked
    assert linked.pre.total == 50
    assert reasons([score(0), score(3)], session(3.4)) == [UnlinkedReason.NO_POST]


def test_a_form_filled_during_a_session_or_later_that_day_is_no_score_after_it() -> None:
    held = session(3.4)
    for hour in (3.41, 3.6, 3.99):
        assert reasons([score(2, 50), score(hour, 20)], held) == [UnlinkedReason.NO_POST]
        (linked,) = link([score(2, 50), score(hour, 20), score(8, 40)], [held]).linked
        assert (linked.pre.total, linked.post.total, linked.change) == (50, 40, -10)
    (next_morning,) = link([score(2, 50), score(4, 44)], [held]).linked
    assert next_morning.change == -6


def test_a_session_past_midnight_ends_on_the_day_it_ends() -> None:
    night = replace(session(3.97), last_day=4)
    assert reasons([score(2), score(4.03)], night) == [UnlinkedReason.NO_POST]
    assert reasons([score(2), score(4.5)], night) == [UnlinkedReason.NO_POST]
    assert reasons([score(2), score(5)], night) == []


def test_a_form_between_two_sessions_of_one_day_is_a_score_before_the_second_only() -> None:
    scores = [score(0, 50), score(3.5, 45), score(6, 40)]
    linkage = link(scores, [session(3.2, 1), session(3.7, 2)])
    assert [(each.session.number, each.change) for each in linkage.linked] == [(2, -5)]
    assert [each.reason for each in linkage.unlinked] == [UnlinkedReason.SHARED]


def test_no_window_begins_or_ends_amid_a_session() -> None:
    """A form at 10:20 in the chair is no change within a day."""
    scores = [score(3, 50), score(4.43, 30), score(9, 45)]
    (window,) = windows(scores, [session(4.4, 1)])
    assert (window.change, window.days, [each.number for each in window.sessions]) == (-5, 6, [1])


def test_week_and_month_are_not_mixed() -> None:
    assert reasons([score(0, 50, MONTH), score(5, 40, WEEK)], session(3)) == [UnlinkedReason.RECALL_MIXED]
    (linked,) = link([score(0, 54, MONTH), score(1, 51), score(5, 44), score(6, 47, MONTH)], [session(3)]).linked
    assert (linked.pre.total, linked.post.total) == (51, 44)


def test_month_scores_are_linked_only_a_month_apart() -> None:
    assert reasons([score(0, 50, MONTH), score(20, 40, MONTH)], session(10)) == [UnlinkedReason.MONTH_OVERLAPS]
    assert reasons([score(0, 50, MONTH), score(31, 40, MONTH)], session(12)) == []


def test_an_incomplete_form_is_no_score_and_is_named_as_the_reason() -> None:
    assert reasons([score(0), score(5, None)], session(3)) == [UnlinkedReason.INCOMPLETE]
    assert reasons([score(0), score(5, None), score(12)], session(3, 1), session(9, 2)) == [
        UnlinkedReason.INCOMPLETE,
        UnlinkedReason.INCOMPLETE,
    ]


def test_the_reference_clinic_links_as_many_as_its_case_says() -> None:
    expected = json.loads((CASES / "linkage.json").read_text())
    with (CASES / "linkage_scores.csv").open() as file:
        scores = [
            ScorePoint(row["patient"], row["day"], int(row["day"]) * DAY_MS, int(row["day"]), WEEK, int(row["pcl5"]))
            for row in csv.DictReader(file)
        ]
    with (CASES / "linkage_sessions.csv").open() as file:
        sessions = [
            SessionPoint(row["patient"], row["day"], int(row["session_no"]), int(row["day"]) * DAY_MS, int(row["day"]))
            for row in csv.DictReader(file)
        ]
    linkage = link(scores, sessions)
    assert (len(linkage.linked), linkage.sessions) == (expected["linked"], expected["sessions"])


@given(
    st.lists(st.tuples(st.integers(0, 60), st.sampled_from([WEEK, MONTH]), st.one_of(st.none(), st.just(40)))),
    st.sets(st.integers(0, 60), max_size=8),
    st.integers(-400, 400),
)
def test_every_session_is_counted_once_and_moving_all_times_changes_nothing(
    forms: list[tuple[int, Recall, int | None]], days: set[int], shift: int
) -> None:
    scores = [score(day, total, recall) for day, recall, total in forms]
    held = [session(day + 0.5, n) for n, day in enumerate(sorted(days), 1)]
    found = link(scores, held)
    assert found.sessions == len(held) == len(found.linked) + sum(n for _reason, n in found.by_reason())
    for each in found.linked:
        assert each.pre.recall is each.post.recall
        between = [s for s in held if each.pre.at_ms <= s.at_ms < each.post.at_ms]
        assert between == [each.session]
        assert each.post.day > each.session.day
    moved = link(
        [score(day + shift, total, recall) for day, recall, total in forms],
        [session(day + shift + 0.5, n) for n, day in enumerate(sorted(days), 1)],
    )
    assert [each.session.number for each in moved.linked] == [each.session.number for each in found.linked]
    assert moved.by_reason() == found.by_reason()


def test_windows_lie_between_neighbours_of_one_recall_and_hold_their_sessions() -> None:
    scores = [score(0, 54, MONTH), score(1, 51), score(7, 44), score(8, None), score(10, 38), score(60, 29, MONTH)]
    found = windows(scores, [session(3, 1), session(5, 2), session(8, 3), session(30, 4)])
    assert [(w.pre.recall, w.days, w.change, [s.number for s in w.sessions]) for w in found] == [
        (WEEK, 6, -7, [1, 2]),
        (WEEK, 3, -6, [3]),
        (MONTH, 60, -25, [1, 2, 3, 4]),
    ]


def test_scores_of_another_patient_never_link() -> None:
    stranger = ScorePoint("Q", "q", 5 * DAY_MS, 5, WEEK, 30)
    assert reasons([score(0), stranger], session(3)) == [UnlinkedReason.NO_POST]


@pytest.mark.parametrize("reason", list(UnlinkedReason))
def test_every_reason_has_its_words(reason: UnlinkedReason) -> None:
    assert reason_words(reason)
