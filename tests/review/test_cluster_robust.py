"""CR2 and Satterthwaite against a plain second computation with whole matrices, Student's t against scipy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from setsetting.arrays import Floats
from setsetting.review import cluster_robust
from setsetting.review.cluster_robust import Clusters, Contrast, contrast, contrasts, sums_of
from setsetting.review.multiplicity import false_discovery_rates
from setsetting.review.student_t import quantile_95, two_sided


def whole_matrices(design: Floats, outcome: Floats, clusters: Clusters) -> tuple[float, float, float]:
    """An independent second implementation, by the definition: the hat matrix of every row, dummies and all."""
    bread = np.linalg.pinv(design.T @ design)
    residual = outcome - design @ (bread @ (design.T @ outcome))
    away = np.eye(len(outcome)) - design @ bread @ design.T
    parts, variance = [], 0.0
    for each in np.unique(clusters):
        at = np.flatnonzero(clusters == each)
        values, vectors = np.linalg.eigh(away[np.ix_(at, at)])
        root = (vectors * np.where(values > 1e-9, np.clip(values, 1e-9, None) ** -0.5, 0)) @ vectors.T
        weights = root @ design[at] @ bread[:, 0]
        variance += float(weights @ residual[at]) ** 2
        parts.append(away[:, at] @ weights)
    products = np.array(parts) @ np.array(parts).T
    df = float(np.trace(products) ** 2 / (products**2).sum())
    return float(bread[0] @ design.T @ outcome), math.sqrt(variance), df


def made_up(seed: int, patients: int) -> tuple[Clusters, Floats]:
    chance = np.random.default_rng(seed)
    clusters = np.repeat(np.arange(patients), chance.integers(1, 7, patients))
    columns = chance.normal(size=(len(clusters), 4))
    columns[:, 0] = chance.integers(0, 2, len(clusters))
    return clusters, columns


@given(st.integers(0, 10_000), st.integers(4, 30))
def test_fixed_effects_are_those_of_a_column_for_each_patient(seed: int, patients: int) -> None:
    clusters, columns = made_up(seed, patients)
    found = contrast(sums_of(columns, clusters, within=True), np.eye(4)[:, :3], np.eye(4)[3])
    dummies = (clusters[:, None] == np.arange(patients)).astype(float)
    compared(found, np.c_[columns[:, :3], dummies], columns[:, 3], clusters)


@given(st.integers(0, 10_000), st.integers(4, 30))
def test_without_fixed_effects_too(seed: int, patients: int) -> None:
    clusters, columns = made_up(seed, patients)
    columns = np.c_[columns[:, :3], np.ones(len(clusters)), columns[:, 3]]
    found = contrast(sums_of(columns, clusters, within=False), np.eye(5)[:, :4], np.eye(5)[4])
    compared(found, columns[:, :4], columns[:, 4], clusters)


def compared(found: Contrast, design: Floats, outcome: Floats, clusters: Clusters) -> None:
    if np.linalg.matrix_rank(design) < min(design.shape) or len(outcome) < design.shape[1] + 3:
        return  # the first column may have no coefficient of its own
    assert (found.coefficient, found.se, found.df) == pytest.approx(whole_matrices(design, outcome, clusters), rel=1e-6)


def test_many_patients_are_computed_by_the_same_rule_as_few() -> None:
    """Where each patient weighs little a series takes the place of eigenvalues."""
    clusters, columns = made_up(5, 700)
    found = contrast(sums_of(columns, clusters, within=True), np.eye(4)[:, :3], np.eye(4)[3])
    dummies = (clusters[:, None] == np.arange(700)).astype(float)
    compared(found, np.c_[columns[:, :3], dummies], columns[:, 3], clusters)


def test_a_column_that_others_add_up_to_is_left_out_and_one_without_a_coefficient_is_said() -> None:
    clusters, columns = made_up(1, 20)
    doubled = np.c_[columns[:, :3], columns[:, 2], columns[:, 3]]
    plain = contrast(sums_of(columns, clusters, within=True), np.eye(4)[:, :3], np.eye(4)[3])
    again = contrast(sums_of(doubled, clusters, within=True), np.eye(5)[:, :4], np.eye(5)[4])
    assert again.coefficient == pytest.approx(plain.coefficient, rel=1e-9)
    same = np.c_[columns[:, 2], columns[:, 1:]]
    assert math.isnan(contrast(sums_of(same, clusters, within=True), np.eye(4)[:, :3], np.eye(4)[3]).coefficient)
    constant = columns * [0, 1, 1, 1]
    assert math.isnan(contrast(sums_of(constant, clusters, within=True), np.eye(4)[:, :3], np.eye(4)[3]).coefficient)


@pytest.mark.parametrize("at_once", [4_000_000, 1])
@pytest.mark.parametrize("patients", [12, 700])
def test_designs_that_are_asked_together_are_answered_as_each_alone(
    patients: int, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that has no coefficient of its own and one that fits whole are among them, and move none of the others."""
    clusters, columns = made_up(7, patients)
    sums = sums_of(columns, clusters, within=True)
    unit = np.eye(4)
    designs = [
        (unit[:, :3], unit[3]),
        (unit[:, [2, 2, 1]], unit[3]),
        (unit[:, :3], unit[0]),
        (unit[:, [1, 0, 2]], unit[3]),
    ]
    alone = [contrast(sums, *each) for each in designs]
    monkeypatch.setattr(cluster_robust, "_MOST_AT_ONCE", at_once)
    together = contrasts(sums, *(np.array(each) for each in zip(*designs, strict=True)))
    for found, expected in zip(together, alone, strict=True):
        told = (found.coefficient, found.se, found.df)
        assert told == pytest.approx((expected.coefficient, expected.se, expected.df), rel=1e-9, nan_ok=True)
    assert math.isnan(together[1].coefficient)
    assert together[2].coefficient == pytest.approx(1)
    assert math.isnan(together[2].se)


@pytest.mark.parametrize("df", [0.4, 1, 2.5, 8, 13.114473, 40, 1_000, 15_000])
def test_students_t_is_scipys(df: float) -> None:
    assert quantile_95(df) == pytest.approx(special.stdtrit(df, 0.975), rel=1e-9)
    for t in (1e-3, 0.5, 1.96, 4, 12):
        assert two_sided(t, df) == pytest.approx(2 * special.stdtr(df, -t), rel=1e-8)


def test_rates_of_false_discovery_are_published_ones_and_keep_their_order() -> None:
    p = [0.205, 0.001, 0.074, 0.008, 0.06, 0.039, 0.042, 0.041]
    q = [0.205, 0.008, 0.0845714, 0.032, 0.08, 0.0672, 0.0672, 0.0672]
    assert false_discovery_rates(p) == pytest.approx(q, abs=1e-7)
    assert false_discovery_rates([None, 0.01]) == (None, 0.02)
    assert false_discovery_rates([]) == ()
