"""A schedule that is made again from its seed: always the same, balanced in every block, no draw told by the patient's own."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from setsetting.clinical.form import Recall
from setsetting.review.clinic_link import ExposedSession
from setsetting.review.drawn_link import DrawnSession, drawn_link
from setsetting.review.linking import ScorePoint, SessionPoint
from setsetting.review.planned_alternation import DrawnRows, estimate_drawn
from setsetting.review.schedule import commitment_of, drawn
from setsetting.review.simulation import SETTING, Scenario, simulated_clinic
from setsetting.units import Milliseconds, Minutes

DAY_MS = 86_400_000


def test_a_seed_makes_the_same_draws_in_every_version() -> None:
    assert [int(drawn("00", 1, place)) for place in range(12)] == [0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1]
    assert (
        commitment_of({"seed": "00", "field": "lighting"})
        == "217ed41c68f20a1bb781cf15ced06218d1e7300c16dbb6c3463b2f2a4fceece7"
    )


@given(st.text("0123456789abcdef", min_size=32, max_size=32), st.integers(1, 9))
def test_no_stretch_of_a_schedule_is_out_of_balance(seed: str, number: int) -> None:
    made = [drawn(seed, number, place) for place in range(24)]
    ahead = np.cumsum([1 if each else -1 for each in made])
    assert abs(ahead).max() <= 2


def test_other_numbers_and_seeds_draw_otherwise() -> None:
    rows = {tuple(drawn(seed, number, place) for place in range(24)) for seed in "ab" for number in (1, 2, 3)}
    assert len(rows) == 6


def test_drawn_sessions_are_estimated_as_their_columns_are() -> None:
    columns = simulated_clinic(Scenario.RANDOM, 20, -3.0, np.random.default_rng(5))
    held = columns.sessions
    sessions, scores = [], {}
    for at in range(len(held.patient)):
        patient, day = f"{held.patient[at]:03d}", int(held.day[at])
        point = SessionPoint(patient, f"s{at}", int(held.number[at]), Milliseconds(day * DAY_MS + 9), day)
        sessions.append(ExposedSession(point, Minutes(40), {}))
        for total, on in ((columns.pre[at], day - 1), (columns.post[at], day + 3)):
            form = f"{patient}-{on}"
            scores[form] = ScorePoint(patient, form, Milliseconds(on * DAY_MS), on, Recall.WEEK, int(total))
    lots = held.exposures[SETTING]
    drawn_sessions = [DrawnSession(f"s{at}", bool(lots[at]), 0.5) for at in range(len(lots))]
    found = drawn_link(list(scores.values()), sessions, drawn_sessions)
    rows = DrawnRows(
        held.patient.astype(np.intp),
        held.number.astype(float),
        lots,
        np.full(len(lots), 0.5),
        columns.pre,
        columns.post,
        columns.baseline,
    )
    assert (found.linked, found.patients, found.having, found.gates) == (120, 20, int(lots.sum()), ())
    assert abs(found.estimate.weighted.coefficient - estimate_drawn(rows).weighted.coefficient) < 1e-9
    assert found.interval[0] < found.estimate.weighted.coefficient < found.interval[1]
    few = drawn_link(list(scores.values()), sessions, drawn_sessions[:30])
    assert (few.sessions, few.linked, few.patients) == (30, 30, 5)
    assert "few patients" in few.gates
