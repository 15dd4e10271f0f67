"""Linking in columns is linking; the estimate is what it is defined as; gates hold back what few data can't say."""

import json
import math
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from setsetting.clinical.form import Recall
from setsetting.errors import Refused
from setsetting.review.association import Association, FactorGate, associate, linked_rows, review_links
from setsetting.review.column_linkage import (
    LinkedColumns,
    ScoreColumns,
    SessionColumns,
    earlier_exposure,
    link_columns,
    scores_in_order,
    sessions_in_order,
)
from setsetting.review.g_estimation import LinkedRows, Model
from setsetting.review.link_files import Factor, Patients, read_scores, read_sessions
from setsetting.review.linking import ScorePoint, SessionPoint, link
from setsetting.review.student_t import quantile_95
from setsetting.units import Milliseconds

CASES = Path(__file__).parents[1] / "cases"
MADE = json.loads((CASES / "linkage_r.json").read_text(encoding="utf-8"))["cases"]
DAYS = st.dictionaries(st.tuples(st.integers(0, 2), st.integers(0, 60)), st.integers(0, 80), max_size=25)


def read_case() -> LinkedColumns:
    known = Patients()
    with (CASES / "linkage_sessions.csv").open(encoding="utf-8") as file:
        sessions = read_sessions(file, Path("sessions.csv"), [Factor("exposed")], known)
    with (CASES / "linkage_scores.csv").open(encoding="utf-8") as file:
        scores, _without = read_scores(file, Path("scores.csv"), known)
    return link_columns(sessions, scores)


@pytest.mark.parametrize("name", [case["name"] for case in MADE])
def test_simulated_clinics_are_estimated_as_r_does(name: str) -> None:
    """tests/cases/linkage_r.json was made by tests/cases/linkage_r.R."""
    (case,) = [each for each in MADE if each["name"] == name]
    known = Patients()
    files = [
        [",".join(row) + "\n" for row in [told.keys(), *zip(*(map(str, told[name]) for name in told), strict=True)]]
        for told in (case["sessions"], case["scores"])
    ]
    sessions = read_sessions(files[0], Path("sessions.csv"), [Factor("exposed")], known)
    linked = link_columns(sessions, read_scores(files[1], Path("scores.csv"), known)[0])
    (told,) = review_links(linked, ["exposed"]).associations
    assert len(linked.at) == case["linked"]
    for field, r in (("g_estimate", told.g_estimate), ("g_estimate_fading", told.g_estimate_fading)):
        assert [r.points, r.ci_low, r.ci_high] == pytest.approx([*case[field].values()], rel=1e-8, abs=1e-9)
    for field, found in (
        ("test_at_zero", told.test_at_zero),
        ("ancova_cr2", told.ancova),
        ("fixed_effects_change_cr2", told.change),
    ):
        assert [found.coefficient, found.se, found.df, found.p] == pytest.approx(
            [*case[field].values()], rel=1e-8, abs=1e-9
        )


@given(DAYS, DAYS)
def test_columns_are_linked_as_sessions_are_one_by_one(held: dict[Any, int], scored: dict[Any, int]) -> None:
    at = [(patient, day) for patient, day in sorted(held)]
    numbers = [1 + sum(other[0] == patient and other[1] < day for other in at) for patient, day in at]
    found = link_columns(
        sessions_in_order(SessionColumns(column(at, 0), np.array(numbers, dtype=np.int64), column(at, 1), {})),
        scores_in_order(
            ScoreColumns(column(scored, 0), column(scored, 1), np.array([*scored.values()], dtype=np.int64))
        ),
    )
    day_ms = Milliseconds(86_400_000)
    forms = [ScorePoint(str(p), f"{p} {d}", d * day_ms, d, Recall.WEEK, total) for (p, d), total in scored.items()]
    sessions = [
        SessionPoint(str(p), f"{p} {d}", n, d * day_ms + Milliseconds(1), d)
        for (p, d), n in zip(at, numbers, strict=True)
    ]
    one_by_one = link(forms, sessions)
    assert dict(one_by_one.by_reason()) == found.unlinked
    assert [f"{at[each][0]} {at[each][1]}" for each in found.at] == [e.session.session_id for e in one_by_one.linked]
    assert found.pre.tolist() == [each.pre.points for each in one_by_one.linked]
    assert found.post.tolist() == [each.post.points for each in one_by_one.linked]


def column(pairs: Any, place: int) -> Any:
    return np.array([pair[place] for pair in pairs], dtype=np.int64)


def test_what_was_before_a_session_is_summed_within_the_patient_and_unknown_stays_unknown() -> None:
    exposure = np.array([1.0, 0, 1, math.nan, 1, 1, 1, 1])
    patient = np.array([0, 0, 0, 1, 1, 1, 2, 2])
    sessions = SessionColumns(patient, np.arange(8), np.arange(8), {"a": exposure})
    earlier, last = earlier_exposure(sessions, "a")
    np.testing.assert_array_equal(earlier, [0, 1, 1, 0, math.nan, math.nan, 0, 1])
    np.testing.assert_array_equal(last, [0, 1, 0, 0, math.nan, 1, 0, 1])


@pytest.mark.parametrize("fades", [False, True])
def test_the_estimate_has_no_slope_and_its_bounds_are_just_not_rejected(fades: bool) -> None:
    rows, _number, _unknown = linked_rows(read_case(), "exposed")
    model = Model(rows)
    found = model.estimate(fades=fades)
    assert abs(model.test(found.points, fades=fades).coefficient) < 1e-9
    for bound in (found.ci_low, found.ci_high):
        tested = model.test(bound, fades=fades)
        assert abs(tested.t) == pytest.approx(quantile_95(tested.df), abs=1e-9)
        outward = bound + (bound - found.points)
        assert abs(model.test(outward, fades=fades).t) > quantile_95(model.test(outward, fades=fades).df)
    assert model.test(0.0, fades=True) == model.test(0.0, fades=False)


def test_a_patient_left_out_is_left_out() -> None:
    rows, _number, _unknown = linked_rows(read_case(), "exposed")
    without = []
    for each in np.unique(rows.clusters):
        kept = rows.clusters != each
        without.append(
            Model(LinkedRows(*(getattr(rows, name)[kept] for name in LinkedRows.__slots__))).estimate(fades=False)
        )
    model = Model(rows)
    low, high = model.without_each(model.estimate(fades=False).points, fades=False)
    assert (low, high) == pytest.approx((min(e.points for e in without), max(e.points for e in without)), abs=1e-7)


def test_bounds_that_are_sought_side_by_side_are_those_of_each_alone() -> None:
    model = Model(linked_rows(read_case(), "exposed")[0])
    for found, fades in zip(model.estimates(), (False, True), strict=True):
        assert astuple(found) == pytest.approx(astuple(model.estimate(fades=fades)), rel=1e-9)


def test_a_patient_without_whom_nothing_can_be_estimated_moves_no_end_of_the_range() -> None:
    """Here one of three alone had the setting in some sessions only."""
    exposed = np.zeros((3, 6))
    exposed[0] = [1, 0, 1, 0, 0, 1]
    model = Model(linked_rows(simulated(3, 0.0, exposed=exposed), "a")[0])
    low, high = model.without_each(model.estimate(fades=False).points, fades=False)
    assert math.isfinite(low)
    assert math.isfinite(high)


def simulated(patients: int, effect: float, seed: int = 3, **changed: Any) -> LinkedColumns:
    """A clinic whose setting is drawn by lot and whose every session is linked."""
    chance = np.random.default_rng(seed)
    exposed = changed.get("exposed", chance.integers(0, 2, (patients, 6)).astype(float))
    steps = chance.normal(-4, 3, (patients, 6)) + effect * np.nan_to_num(exposed)
    totals = np.c_[np.full(patients, 50.0), 50 + steps.cumsum(axis=1)] if "totals" not in changed else changed["totals"]
    who = np.repeat(np.arange(patients), 6)
    sessions = SessionColumns(
        who, np.tile(np.arange(1, 7), patients), np.tile(4 * np.arange(6) + 2, patients), {"a": exposed.ravel()}
    )
    scores = ScoreColumns(
        np.repeat(np.arange(patients), 7), np.tile(4 * np.arange(7), patients), np.rint(totals).astype(np.int64).ravel()
    )
    return link_columns(sessions, scores)


def test_an_effect_that_is_there_is_found_and_only_then() -> None:
    there, not_there = associate(simulated(60, -3.0), "a"), associate(simulated(60, 0.0), "a")
    assert there.gates == not_there.gates == ()
    assert there.g_estimate.ci_low < -3 < there.g_estimate.ci_high < 0
    assert not_there.g_estimate.ci_low < 0 < not_there.g_estimate.ci_high


def gates_of(**changed: Any) -> tuple[Association, set[FactorGate]]:
    patients = changed.pop("patients", 40)
    found = associate(simulated(patients, 0.0, **changed), "a")
    return found, set(found.gates)


@given(st.integers(1, 3), st.sampled_from(["all", "none", "late", "apart", "flat"]))
def test_whatever_is_degenerate_is_gated_and_no_figure_is_made_up(patients: int, kind: str) -> None:
    shape = (patients, 6)
    exposed = {
        "all": np.ones(shape),
        "none": np.zeros(shape),
        "late": np.tile([0.0, 0, 0, 1, 1, 1], (patients, 1)),
        "apart": np.repeat([[1.0], [0.0], [1.0]], 6, axis=1)[:patients],
    }
    changed = {"totals": np.full((patients, 7), 30.0)} if kind == "flat" else {"exposed": exposed[kind]}
    found, gates = gates_of(patients=patients, **changed)
    assert FactorGate.FEW_PATIENTS in gates
    assert FactorGate.NO_CONTRAST in gates or patients > 1
    assert not math.isinf(found.g_estimate.points)


def test_perfect_separation_and_no_variation_have_no_contrast() -> None:
    for exposed in (
        np.ones((40, 6)),
        np.repeat(np.arange(40)[:, None] % 2.0, 6, axis=1),
        np.tile([0.0, 0, 0, 1, 1, 1], (40, 1)),
    ):
        found, gates = gates_of(exposed=exposed)
        assert FactorGate.NO_CONTRAST in gates
        assert math.isnan(found.g_estimate.points)
        assert math.isnan(found.test_at_zero.p)


BY_WAY_OF_INFINITY = (303, 346, 545, 670, 707, 729)
"""Odd clinics whose slope changes its sign where it is infinite, nearer to zero than where it is none."""


def odd_clinic(seed: int) -> LinkedColumns:
    """A few patients with scores like dice, many of them missing; a setting that may be unknown, constant or an amount."""
    chance = np.random.default_rng(seed)
    patients, each, kind = int(chance.integers(1, 16)), int(chance.integers(1, 8)), int(chance.integers(0, 5))
    exposed = chance.integers(0, 2 if kind < 3 else 30, patients * each).astype(float)
    if kind == 1:
        exposed[chance.random(len(exposed)) < 0.15] = math.nan
    elif kind == 2:
        exposed = np.repeat(chance.integers(0, 2, patients), each).astype(float)
    who, number = np.repeat(np.arange(patients), each), np.tile(np.arange(1, each + 1), patients)
    whose, day = np.repeat(np.arange(patients), each + 1), np.tile(np.arange(each + 1) * 4 + 1, patients)
    totals = chance.integers(0, 81, len(whose)) if chance.random() > 0.1 else np.full(len(whose), 30)
    kept = chance.random(len(whose)) > chance.choice([0, 0.1, 0.4])
    scores = ScoreColumns(whose[kept], day[kept], totals[kept])
    return link_columns(SessionColumns(who, number, number * 4, {"a": exposed}), scores)


@pytest.mark.parametrize("fades", [False, True])
def test_few_and_odd_data_never_give_a_made_up_error_or_a_slope_by_way_of_infinity(fades: bool) -> None:
    """As many coefficients as sessions leave an error of rounding; a slope may change its sign through infinity."""
    estimated = 0
    for seed in (*range(120), *BY_WAY_OF_INFINITY):
        linked = odd_clinic(seed)
        found = associate(linked, "a")
        estimate = found.g_estimate_fading if fades else found.g_estimate
        for each in (found.test_at_zero, found.ancova, found.change):
            assert not each.se < 1e-6
        if math.isfinite(estimate.points):
            estimated += 1
            assert estimate.ci_low <= estimate.points <= estimate.ci_high
            assert not estimate.ci_high - estimate.ci_low < 1e-6
            tested = Model(linked_rows(linked, "a")[0]).test(estimate.points, fades=fades)
            assert abs(tested.coefficient) < 1e-6
    assert estimated > 30


def test_few_sessions_with_a_setting_are_too_few_however_many_there_are_without() -> None:
    exposed = np.zeros((40, 6))
    exposed[:9, 2] = 1
    assert FactorGate.FEW_SESSIONS in gates_of(exposed=exposed)[1]
    assert FactorGate.FEW_PATIENTS in gates_of(exposed=exposed)[1]


def test_sessions_of_unknown_exposure_and_those_after_them_are_left_out_and_counted() -> None:
    exposed = np.random.default_rng(1).integers(0, 2, (40, 6)).astype(float)
    exposed[0, 3] = math.nan
    found, _gates = gates_of(exposed=exposed)
    assert (found.pattern.unknown, found.pattern.exposed + found.pattern.unexposed) == (3, 237)


def test_what_goes_with_a_setting_and_moves_scores_is_adjusted_for() -> None:
    """Psychotherapy in the weeks of a setting, which alone lowers the next score: adjusted for, nothing is left of it."""
    chance = np.random.default_rng(11)
    therapy = chance.integers(0, 2, (60, 6)).astype(float)
    exposed = np.where(chance.random((60, 6)) < 0.8, therapy, 1 - therapy)
    totals = 75 + np.c_[np.zeros(60), (chance.normal(-4, 3, (60, 6)) - 6 * therapy).cumsum(axis=1)]
    linked = simulated(60, 0.0, exposed=exposed, totals=np.clip(totals, 0, 80))
    linked.sessions.exposures["therapy"] = therapy.ravel()
    alone, beside = associate(linked, "a"), associate(linked, "a", ["therapy"])
    assert alone.g_estimate.ci_high < 0
    assert beside.g_estimate.ci_low < 0 < beside.g_estimate.ci_high
    assert abs(beside.ancova.coefficient) < abs(alone.ancova.coefficient) / 3
    linked.sessions.exposures["therapy"][7] = math.nan
    assert associate(linked, "a", ["therapy"]).pattern.unknown == 1


def test_several_settings_stand_as_declared_and_share_what_was_looked_at() -> None:
    linked = simulated(40, 0.0)
    sessions = linked.sessions
    both = {"b": 1 - sessions.exposures["a"], "a": sessions.exposures["a"]}
    renamed = SessionColumns(sessions.patient, sessions.number, sessions.day, both)
    fields = {name: getattr(linked, name) for name in LinkedColumns.__slots__}
    review = review_links(LinkedColumns(**fields | {"sessions": renamed}), ["b", "a"])
    assert [each.factor for each in review.associations] == ["b", "a"]
    first, second = review.associations
    assert first.g_estimate.points == pytest.approx(-second.g_estimate.points, abs=1e-7)
    assert review.q_values == pytest.approx([first.test_at_zero.p] * 2)


def test_more_session_numbers_than_can_be_adjusted_for_are_refused() -> None:
    number = np.arange(1, 5001)
    sessions = SessionColumns(np.zeros(5000, dtype=np.int64), number, number * 2, {"a": number % 2.0})
    scores = ScoreColumns(np.zeros(5001, dtype=np.int64), np.arange(5001) * 2 + 1, np.arange(5001) % 80)
    with pytest.raises(Refused, match="too many numbers to adjust for: 5000"):
        associate(link_columns(sessions, scores), "a")
