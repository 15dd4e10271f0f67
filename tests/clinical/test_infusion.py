"""Plans, pauses, stops and live acts become the segments that really ran."""

import math

import pytest

from setsetting.clinical.infusion import (
    Infusion,
    InfusionAct,
    InfusionStep,
    Segment,
    actual,
    is_done,
    planned,
    ran,
    refusal,
    steady,
    stopped,
    with_pauses,
)
from setsetting.errors import UsageError

MIN = 60_000


def minutes(infusion: Infusion) -> list[tuple[float, float]]:
    return [(s.start_ms / MIN, s.end_ms / MIN) for s in infusion.segments]


def test_one_segment_of_any_rate_is_a_steady_infusion() -> None:
    assert planned([(0, 40, 7)]) == steady(40)


def test_touching_segments_of_one_rate_are_one() -> None:
    assert planned([(20, 40, 1), (0, 20, 1)]) == steady(40)


def test_a_rate_of_zero_is_a_gap() -> None:
    assert planned([(0, 20, 1), (20, 30, 0), (30, 50, 1)]) == planned([(0, 20, 1), (30, 50, 1)])


@pytest.mark.parametrize("length", [0, -5, 4.99, 180.01, 500, math.nan, math.inf])
def test_impossible_lengths_are_refused(length: float) -> None:
    with pytest.raises(UsageError, match="5 to 180 minutes"):
        steady(length)


@pytest.mark.parametrize(
    ("segments", "says"),
    [
        ([], "nothing would be infused"),
        ([(0, 40, 0)], "nothing would be infused"),
        ([(0, 40, -1)], "rate -1"),
        ([(0, 40, math.nan)], "rate nan"),
        ([(0, 40, math.inf)], "rate inf"),
        ([(-1, 40, 1)], "before the infusion's start"),
        ([(30, 10, 1)], "end after it begins"),
        ([(10, 10, 1)], "end after it begins"),
        ([(math.nan, 40, 1)], "numbers of minutes"),
        ([(0, math.nan, 1)], "numbers of minutes"),
        ([(0, 30, 1), (20, 40, 1)], "overlap"),
        ([(0, 500, 1)], "5 to 180 minutes"),
        ([(0, 3, 1)], "5 to 180 minutes"),
    ],
)
def test_impossible_segments_are_refused_in_a_sentence(segments: list[tuple[float, float, float]], says: str) -> None:
    with pytest.raises(UsageError, match=says) as refused:
        planned(segments)
    assert refused.value.exit_code == 2


def test_a_pause_delays_what_is_left() -> None:
    assert minutes(with_pauses(steady(40), [(10, 25)])) == [(0, 10), (25, 55)]


def test_pauses_are_minutes_of_the_clock() -> None:
    assert minutes(with_pauses(steady(40), [(30, 35), (10, 20)])) == [(0, 10), (20, 30), (35, 55)]


def test_a_pause_in_a_gap_or_at_the_start_delays_and_after_the_end_does_nothing() -> None:
    gapped = planned([(0, 10, 1), (20, 30, 1)])
    assert minutes(with_pauses(gapped, [(12, 14)])) == [(0, 10), (22, 32)]
    assert minutes(with_pauses(steady(10), [(0, 5)])) == [(5, 15)]
    assert with_pauses(steady(10), [(10, 20)]) == steady(10)


@pytest.mark.parametrize("pauses", [[(5, 5)], [(9, 5)], [(-2, 5)], [(math.nan, 5)], [(5, 10), (8, 12)], [(5, 2000)]])
def test_impossible_pauses_are_refused(pauses: list[tuple[float, float]]) -> None:
    with pytest.raises(UsageError):
        with_pauses(steady(40), pauses)


def test_a_stop_ends_the_infusion() -> None:
    assert stopped(steady(40), 20) == steady(20)
    assert stopped(steady(40), 90) == steady(40)
    assert minutes(stopped(with_pauses(steady(40), [(10, 25)]), 30)) == [(0, 10), (25, 30)]


@pytest.mark.parametrize("at", [0, -3, math.nan, math.inf])
def test_impossible_stops_are_refused(at: float) -> None:
    with pytest.raises(UsageError):
        stopped(steady(40), at)


def test_a_stop_before_anything_ran_is_refused() -> None:
    with pytest.raises(UsageError, match="nothing would have been infused"):
        stopped(planned([(10, 40, 1)]), 5)


def acts(*steps: tuple[str, float]) -> list[InfusionAct]:
    return [InfusionAct(InfusionStep(name), round(minute * MIN)) for name, minute in steps]


def test_live_acts_give_what_ran_and_what_is_expected() -> None:
    plan = steady(40)
    assert actual(plan, [], 0) == plan
    assert actual(plan, acts(("start", 3)), 10 * MIN) == plan
    assert minutes(actual(plan, acts(("start", 3), ("pause", 13), ("resume", 18)), 20 * MIN)) == [(0, 10), (15, 45)]
    assert actual(plan, acts(("start", 3), ("stop", 23)), 30 * MIN) == steady(20)
    assert actual(plan, acts(("start", 3), ("pause", 13), ("stop", 33)), 60 * MIN) == steady(10)


def test_an_open_pause_lasts_until_now() -> None:
    plan, paused = steady(40), acts(("start", 0), ("pause", 10))
    assert minutes(actual(plan, paused, 10 * MIN)) == [(0, 40)]
    assert minutes(actual(plan, paused, 70 * MIN)) == [(0, 10), (70, 100)]


@pytest.mark.parametrize(
    ("steps", "ran_in"),
    [
        ([("stop", 78)], [(0, 78)]),
        ([("pause", 62)], [(0, 62)]),
        ([("pause", 62), ("resume", 68)], [(0, 62)]),
        ([("pause", 62), ("stop", 78)], [(0, 62)]),
        ([("pause", 62), ("resume", 68), ("stop", 78)], [(0, 62), (68, 78)]),
        ([("pause", 60), ("resume", 65), ("pause", 70)], [(0, 60), (65, 70)]),
        ([("pause", 50), ("resume", 55), ("stop", 70)], [(0, 50), (55, 70)]),
        ([("pause", 50), ("stop", 70)], [(0, 50)]),
    ],
)
def test_a_pause_or_a_stop_after_the_plans_end_tells_that_it_ran_on(
    steps: list[tuple[str, float]], ran_in: list[tuple[float, float]]
) -> None:
    said = acts(("start", 3), *((step, minute + 3) for step, minute in steps))
    assert minutes(ran(steady(60), said, 120 * MIN)) == ran_in


def test_a_longer_infusion_runs_on_at_its_last_rate() -> None:
    plan = planned([(0, 20, 2), (20, 40, 1)])
    rates = [
        (s.end_ms / MIN, s.rate_permille) for s in actual(plan, acts(("start", 0), ("stop", 50)), 60 * MIN).segments
    ]
    assert rates == [(20, 2000), (50, 1000)]


@pytest.mark.parametrize(
    ("steps", "at", "done"),
    [
        ([], 59, False),
        ([], 60, True),
        ([("pause", 62)], 90, False),
        ([("pause", 62), ("resume", 68)], 90, False),
        ([("pause", 50), ("resume", 55)], 64, False),
        ([("pause", 50), ("resume", 55)], 65, True),
    ],
)
def test_it_is_done_at_its_end_unless_it_was_said_to_go_on(
    steps: list[tuple[str, float]], at: float, done: bool
) -> None:
    said = acts(("start", 0), *steps)
    assert is_done(actual(steady(60), said, round(at * MIN)), said, round(at * MIN)) is done


def test_only_what_ran_so_far() -> None:
    plan = steady(40)
    assert ran(plan, [], 99) == Infusion(())
    assert ran(plan, acts(("start", 5)), 15 * MIN) == Infusion((Segment(0, 10 * MIN),))
    assert ran(plan, acts(("start", 5), ("pause", 15)), 60 * MIN) == Infusion((Segment(0, 10 * MIN),))


def test_steps_that_cannot_be_are_said_and_passed_over() -> None:
    assert refusal([], InfusionStep.PAUSE) == "The infusion has not started."
    assert refusal(acts(("start", 0)), InfusionStep.START) == "The infusion has already started."
    assert refusal(acts(("start", 0)), InfusionStep.RESUME) == "The infusion is not paused."
    assert refusal(acts(("start", 0), ("pause", 1)), InfusionStep.PAUSE) == "The infusion is already paused."
    assert refusal(acts(("start", 0), ("stop", 1)), InfusionStep.RESUME) == "The infusion has been stopped."
    assert refusal(acts(("start", 0), ("pause", 1)), InfusionStep.STOP) is None
    odd = acts(("pause", 0), ("start", 1), ("start", 2), ("resume", 3), ("pause", 11), ("pause", 12), ("resume", 21))
    assert minutes(actual(steady(40), odd, 30 * MIN)) == [(0, 10), (20, 50)]
