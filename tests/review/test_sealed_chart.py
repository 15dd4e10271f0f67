"""The power of a chart whose baseline is frozen, against the simulations of the field."""

import numpy as np
import pytest

from setsetting.review.run_rules import crossings_limit, longest_run_limit
from setsetting.review.sealed_chart import power_permille


def test_the_power_of_a_frozen_baseline_is_that_of_qicharts2s_rules() -> None:
    assert abs(power_permille(12, 12, 1.0) - 420) < 40
    assert abs(power_permille(12, 12, 2.0) - 890) < 40
    assert power_permille(6, 6, 2.0) < power_permille(12, 12, 2.0) / 2
    assert power_permille(0, 12, 2.0) == power_permille(12, 0, 2.0) == 0


@pytest.mark.parametrize(("points", "frozen", "of_all"), [(6, 0.24, 0.33), (12, 0.89, 0.64)])
def test_a_centre_that_the_shift_moves_has_another_power_than_a_frozen_one(
    points: int, frozen: float, of_all: float
) -> None:
    """By a count of its own: the 33 % that are told of 6 and 6 points are those of all points' median."""
    chance = np.random.default_rng(5)
    drawn = chance.normal(size=(4_000, 2 * points)) + 2.0 * (np.arange(2 * points) >= points)
    for centre, expected in ((np.median(drawn[:, :points], axis=1), frozen), (np.median(drawn, axis=1), of_all)):
        above = drawn > centre[:, None]
        crossings = (above[:, 1:] != above[:, :-1]).sum(axis=1)
        run = longest = np.ones(len(drawn))
        for at in range(1, 2 * points):
            run = np.where(above[:, at] == above[:, at - 1], run + 1, 1)
            longest = np.maximum(longest, run)
        signal = (longest > longest_run_limit(2 * points)) | (crossings < crossings_limit(2 * points))
        assert signal.mean() == pytest.approx(expected, abs=0.03)
    assert power_permille(points, points, 2.0) == pytest.approx(1_000 * frozen, abs=30)
