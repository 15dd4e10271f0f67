"""Of the sessions held: forms due, done, in window, linkable; by month and by reason."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from setsetting.clinical.form import Recall
from setsetting.review.clinic_completeness import NotDue, StageCounts, clinic_completeness
from setsetting.review.linking import ScorePoint, SessionPoint, UnlinkedReason

DAY_MS = 24 * 60 * 60 * 1000

FIRST = date(2026, 1, 20).toordinal()


def score(day: float, total: int | None = 40, patient: str = "P") -> ScorePoint:
    return ScorePoint(patient, f"f{day}", round(day * DAY_MS), FIRST + int(day // 1), Recall.WEEK, total)


def session(day: float, number: int = 1, patient: str = "P") -> SessionPoint:
    return SessionPoint(patient, f"{patient}{day}", number, round(day * DAY_MS), FIRST + int(day // 1))


def test_each_count_is_a_part_of_the_one_before_and_the_rest_has_its_reason() -> None:
    scores = [score(0, 50), score(5), score(40), score(60, None)]
    sessions = [session(day, number) for number, day in enumerate((3, 8, 41, 44, 61, 61.2), 1)]
    counted = clinic_completeness(scores, sessions, FIRST + 61)
    assert counted.total == StageCounts(
        sessions=6,
        due=4,
        done=2,
        in_window=1,
        linkable=1,
        reasons={
            NotDue.NOT_YET: 1,
            NotDue.NO_DAY: 1,
            UnlinkedReason.NO_POST: 2,
            UnlinkedReason.POST_TOO_LATE: 1,
        },
    )
    assert list(counted.months) == ["2026-01", "2026-03"]
    assert counted.months["2026-01"] == StageCounts(2, 2, 2, 1, 1, {UnlinkedReason.POST_TOO_LATE: 1})


def test_a_form_is_due_on_the_day_after_a_session_that_ended_past_midnight() -> None:
    night = replace(session(3.97), last_day=FIRST + 4)
    assert [clinic_completeness([], [night], FIRST + day).total.due for day in (3, 4, 5)] == [0, 0, 1]


def test_the_form_of_the_day_of_the_next_infusion_counts_before_it_and_not_after() -> None:
    sessions = [session(3, 1), session(10.4, 2)]
    assert clinic_completeness([score(10)], sessions, FIRST + 10).total.done == 1
    assert clinic_completeness([score(10.5)], sessions, FIRST + 10).total.done == 0


def test_of_nothing_nothing_is_counted() -> None:
    counted = clinic_completeness([score(3)], [], FIRST)
    assert (counted.total, counted.months) == (StageCounts(0, 0, 0, 0, 0, {}), {})


halves = st.integers(0, 90).map(lambda n: n / 2)


@settings(max_examples=60)
@given(
    forms=st.lists(st.tuples(halves, st.sampled_from([40, None]), st.sampled_from("PQ")), max_size=14),
    held=st.lists(st.tuples(halves, st.sampled_from("PQ")), max_size=8, unique=True),
    today=st.integers(0, 60),
)
def test_counts_add_up_whatever_was_held(
    forms: list[tuple[float, int | None, str]], held: list[tuple[float, str]], today: int
) -> None:
    last = FIRST + max([today, *(int(day) for day, *_rest in (*forms, *held))])
    counted = clinic_completeness(
        [score(*each) for each in forms], [session(day, 1, patient) for day, patient in held], last
    )
    for each in (counted.total, *counted.months.values()):
        assert each.sessions >= each.due >= each.done >= each.in_window >= each.linkable
        assert sum(each.reasons.values()) == each.sessions - each.linkable
    for name in ("sessions", "due", "done", "in_window", "linkable"):
        assert sum(getattr(each, name) for each in counted.months.values()) == getattr(counted.total, name)
