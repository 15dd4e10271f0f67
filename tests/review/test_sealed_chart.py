"""The power of a chart whose baseline is frozen, against the simulations of the field."""

from setsetting.review.sealed_chart import power_permille


def test_the_power_of_a_frozen_baseline_is_that_of_qicharts2s_rules() -> None:
    assert abs(power_permille(12, 12, 1.0) - 420) < 40
    assert abs(power_permille(12, 12, 2.0) - 890) < 40
    assert power_permille(6, 6, 2.0) < power_permille(12, 12, 2.0) / 2
    assert power_permille(0, 12, 2.0) == power_permille(12, 0, 2.0) == 0
