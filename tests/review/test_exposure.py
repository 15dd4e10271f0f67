"""Exposure from a measured output: by the published allowance, with what is not known left out and said."""

import pytest

from setsetting.review.exposure import exposure
from setsetting.units import Lufs, Milliseconds

HOUR = Milliseconds(3_600_000)


@pytest.mark.parametrize(("dba", "percent"), [(65, 0.08), (75, 0.8), (80, 2.5), (90, 25), (100, 250)])
def test_an_hour_at_a_level_takes_its_published_share_of_the_week(dba: float, percent: float) -> None:
    found = exposure([(HOUR, Lufs(-23.0))], dba)
    assert found is not None
    assert (round(found.leq_dba, 6), found.week_percent) == (dba, pytest.approx(percent, rel=0.02))


def test_a_louder_piece_weighs_by_its_energy_and_what_is_not_known_is_not_counted() -> None:
    found = exposure([(HOUR, Lufs(-23.0)), (HOUR, Lufs(-33.0)), (HOUR, None)], 70.0)
    assert found is not None
    assert found.leq_dba == pytest.approx(67.4, abs=0.01)
    assert (found.counted_ms, found.uncounted_ms) == (2 * HOUR, HOUR)
    assert exposure([(HOUR, None)], 70.0) is None
