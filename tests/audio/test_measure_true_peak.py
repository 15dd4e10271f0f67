"""True peak: the EBU cases, and equality with oversampling everything."""

import numpy as np
import pytest

from setsetting.audio.measure import Meter
from setsetting.audio.true_peak import interpolator, oversampling

RATE = 48_000


def true_peak(sound, rate=RATE):
    meter = Meter(rate, ("FC",) if sound.shape[1] == 1 else ("FL", "FR"))
    meter.add(sound.astype(np.float32))
    return meter.finish(digest="", codec="", lost_packets=0).true_peak_dbtp


def everything_oversampled(sound, rate=RATE):
    best = float(np.abs(sound).max())
    for channel in sound.T.astype(np.float64):
        for taps in interpolator(oversampling(rate)):
            best = max(best, float(np.abs(np.correlate(channel, taps, "valid")).max()))
    return 20 * np.log10(best)


def ramped_sine(part_of_rate, degrees, amplitude, seconds=3.2):
    frames = np.arange(round(seconds * RATE))
    ramp = np.minimum(1.0, np.minimum(frames, frames[::-1]) / (0.1 * RATE))
    wave = amplitude * ramp * np.sin(2 * np.pi * frames / part_of_rate + np.radians(degrees))
    return np.repeat(wave[:, None], 2, axis=1)


@pytest.mark.parametrize(
    ("part", "degrees", "amplitude", "expected"),
    [(4, 0, 0.5, -6), (4, 45, 0.5, -6), (6, 60, 0.5, -6), (8, 67.5, 0.5, -6), (4, 45, 1.41, 3)],
)
def test_3341_cases_15_to_19(part, degrees, amplitude, expected):
    measured = true_peak(ramped_sine(part, degrees, amplitude))
    assert expected - 0.4 <= measured <= expected + 0.2


@pytest.mark.parametrize("rate", [44_100, 96_000, 192_000])
@pytest.mark.parametrize("frames", [128 * 882 * 2, 128 * 882 + 20, 128 * 882 - 30, 300])
def test_pruning_never_changes_the_value(rate, frames):
    random = np.random.default_rng(frames)
    sound = random.standard_normal((frames, 2)) * 0.1
    sound[frames // 2 :] *= 1.5
    assert true_peak(sound, rate) == pytest.approx(everything_oversampled(sound.astype(np.float32), rate), abs=0.006)


@pytest.mark.parametrize("frames", [128 * 960, 128 * 960 + 1, 128 * 960 - 1])
def test_a_peak_between_samples_is_found_beside_every_seam(frames):
    away = np.arange(-40, 40) + 0.5
    pair = (np.sinc(0.7 * away) * np.exp(-((away / 12) ** 2)))[:, None]  # 1.0 between two samples of 0.81
    for centre in (frames - 60, frames - 128, 128 * 960 // 2, 64 + 40):
        sound = np.zeros((frames, 1))
        sound[centre - 40 : centre + 40] = 0.5 * pair
        assert true_peak(sound) == pytest.approx(-6.02, abs=0.02)


def test_a_file_cut_off_at_full_level_is_not_charged_for_the_cut():
    wave = 0.5 * np.sin(2 * np.pi * np.arange(10_000) / 48)[:, None]
    assert true_peak(wave[17:9_988]) == pytest.approx(-6.02, abs=0.02)


def test_digital_silence_has_no_true_peak():
    assert true_peak(np.zeros((RATE, 2))) is None
