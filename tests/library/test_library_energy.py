"""The suggested energy: fixed scales, sensible order, steps of a half."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setsetting.audio.measurements import Measurements
from setsetting.library.energy import half_steps, suggested_energy

CALM = Measurements(
    digest="0" * 32, codec="flac", rate_hz=44_100, channels=2, frames=44_100, lufs=-24.0, lra_lu=5.0,
    max_momentary_lufs=-20.0, max_short_term_lufs=-22.0, true_peak_dbtp=-6.0, startle_lu=1.0, lead_ms=0, tail_ms=0,
    brightness=0.3, onsets_per_s=0.2, bpm=None, pulse_clarity=0.05, beatless=True, lost_packets=0,
)  # fmt: skip
DRIVING = replace(CALM, lufs=-7.0, brightness=0.8, onsets_per_s=6.0, bpm=128.0, pulse_clarity=0.9, beatless=False)


def test_the_scale_runs_from_1_to_10():
    assert suggested_energy(CALM) == 1.0
    assert suggested_energy(DRIVING) == 10.0
    assert suggested_energy(replace(CALM, lufs=None, true_peak_dbtp=None)) == 1.0


@pytest.mark.parametrize("more", [{"lufs": -14.0}, {"brightness": 0.6}, {"onsets_per_s": 2.5}, {"pulse_clarity": 0.5}])
def test_each_feature_raises_it(more):
    assert suggested_energy(replace(CALM, **more)) > suggested_energy(CALM)


def test_version_1_of_the_formula_never_changes_what_a_track_was_given():
    middle = replace(CALM, lufs=-14.5, brightness=0.575, onsets_per_s=2.65, pulse_clarity=0.4)
    assert suggested_energy(middle) == 5.5


@given(lufs=st.floats(-70, 5), brightness=st.floats(0, 1), onsets=st.floats(0, 25), clarity=st.floats(0, 1))
def test_it_is_always_a_half_step_from_1_to_10(lufs, brightness, onsets, clarity):
    energy = suggested_energy(
        replace(CALM, lufs=lufs, brightness=brightness, onsets_per_s=onsets, pulse_clarity=clarity)
    )
    assert 1.0 <= energy <= 10.0
    assert (2 * energy).is_integer()


@pytest.mark.parametrize(("value", "step"), [(3.2, 3.0), (3.25, 3.5), (3.74, 3.5), (3.75, 4.0)])
def test_halves_of_a_half_go_up(value, step):
    assert half_steps(value) == step
