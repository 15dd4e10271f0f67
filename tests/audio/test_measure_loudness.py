"""The loudness meter against the synthesisable signals of EBU Tech 3341 and 3342, and a second opinion."""

import math

import numpy as np
import pytest

from setsetting.audio.loudness import (
    MOMENTARY_CELLS,
    SHORT_TERM_CELLS,
    LoudnessMeter,
    cell_frames,
    channel_weights,
    loudness_of,
    lufs_of,
    windowed,
)
from setsetting.audio.measure import Meter
from setsetting.audio.startle import startle

RATE = 48_000
CHUNK_CELLS = 128


def tone(level_dbfs, seconds, *, rate=RATE, channels=2, hertz=1000.0):
    time = np.arange(round(seconds * rate)) / rate
    wave = 10 ** (level_dbfs / 20) * np.sin(2 * np.pi * hertz * time)
    return np.repeat(wave[:, None], channels, axis=1).astype(np.float32)


def silence(seconds, *, rate=RATE, channels=2):
    return np.zeros((round(seconds * rate), channels), np.float32)


def cells_of(sound, *, rate=RATE, names=("FL", "FR")):
    cell = cell_frames(rate)
    chunk = cell * CHUNK_CELLS
    meter = LoudnessMeter(rate, names, CHUNK_CELLS)
    for start in range(0, len(sound), chunk):
        part = sound[start : start + chunk]
        padded = np.zeros((len(names), chunk), np.float32)
        padded[:, : len(part)] = part.T
        meter.add(padded, len(part) // cell)
    return meter.cells()


def loudness(sound, **how):
    return loudness_of(cells_of(sound, **how))


@pytest.mark.parametrize("level", [-23.0, -33.0])
def test_3341_cases_1_and_2_a_steady_tone_reads_its_level_on_all_three_scales(level):
    measured = loudness(tone(level, 20))
    assert measured.integrated_lufs == pytest.approx(level, abs=0.1)
    assert measured.max_momentary_lufs == pytest.approx(level, abs=0.1)
    assert measured.max_short_term_lufs == pytest.approx(level, abs=0.1)


@pytest.mark.parametrize(
    ("case", "parts"),
    [
        ("3", [(-36, 10), (-23, 60), (-36, 10)]),
        ("4", [(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)]),
        ("5", [(-26, 20), (-20, 20.1), (-26, 20)]),
    ],
)
def test_3341_cases_3_to_5_quiet_passages_are_gated_out(case, parts):
    sound = np.concatenate([tone(level, seconds) for level, seconds in parts])
    assert loudness(sound).integrated_lufs == pytest.approx(-23.0, abs=0.1)


def test_3341_case_6_surround_channels_weigh_more():
    levels = (-28, -28, -24, -30, -30)
    sound = np.concatenate([tone(level, 20, channels=1) for level in levels], axis=1)
    measured = loudness(sound, names=("FL", "FR", "FC", "BL", "BR"))
    assert measured.integrated_lufs == pytest.approx(-23.0, abs=0.1)


def test_3341_case_9_short_term_loudness_is_constant_after_three_seconds():
    sound = np.concatenate([tone(-20, 1.34), tone(-30, 1.66)] * 5)
    levels = lufs_of(1.0) + 10 * np.log10(windowed(cells_of(sound), SHORT_TERM_CELLS, 1))
    assert np.abs(levels + 23.0).max() <= 0.1


@pytest.mark.parametrize("index", [1, 7, 20])
def test_3341_case_10_maximum_short_term_loudness_is_found_wherever_it_starts(index):
    sound = np.concatenate([silence(0.15 * index), tone(-23, 3), silence(1)])
    assert loudness(sound).max_short_term_lufs == pytest.approx(-23.0, abs=0.1)


def test_3341_case_12_momentary_loudness_is_constant_after_one_second():
    sound = np.concatenate([tone(-20, 0.18), tone(-30, 0.22)] * 25)
    levels = lufs_of(1.0) + 10 * np.log10(windowed(cells_of(sound), MOMENTARY_CELLS, 1))
    assert np.abs(levels[50:] + 23.0).max() <= 0.1


@pytest.mark.parametrize("index", range(1, 21))
def test_3341_case_13_maximum_momentary_loudness_is_found_between_steps_of_100_ms(index):
    sound = np.concatenate([silence(0.02 * index), tone(-23, 0.4), silence(1)])
    assert loudness(sound).max_momentary_lufs == pytest.approx(-23.0, abs=0.1)


def test_3341_cases_11_and_14_successive_maxima_in_one_file():
    for length, gap, window, attribute in (
        (3.0, 0.15, SHORT_TERM_CELLS, "max_short_term_lufs"),
        (0.4, 0.02, MOMENTARY_CELLS, "max_momentary_lufs"),
    ):
        parts = []
        for index in range(1, 21):
            parts.append(np.concatenate([silence(gap * index), tone(-39 + index, length), silence(1)]))
            so_far = loudness(np.concatenate(parts))
            assert getattr(so_far, attribute) == pytest.approx(-39.0 + index, abs=0.1), (window, index)


@pytest.mark.parametrize(
    ("levels", "expected"),
    [((-20, -30), 10), ((-20, -15), 5), ((-40, -20), 20), ((-50, -35, -20, -35, -50), 15)],
)
def test_3342_cases_1_to_4_loudness_range(levels, expected):
    sound = np.concatenate([tone(level, 20) for level in levels])
    assert loudness(sound).range_lu == pytest.approx(expected, abs=1.0)


@pytest.mark.parametrize("rate", [8000, 11_025, 22_050, 44_100, 96_000, 192_000])
def test_other_sampling_rates_read_the_same(rate):
    assert loudness(tone(-23, 5, rate=rate), rate=rate).integrated_lufs == pytest.approx(-23.0, abs=0.1)


def test_a_second_opinion_on_noise_bursts_agrees():
    import pyloudnorm

    random = np.random.default_rng(4)
    envelope = np.repeat(10 ** (random.uniform(-40, -10, 30) / 20), RATE)
    sound = (random.standard_normal((30 * RATE, 2)) * envelope[:, None] * 0.3).astype(np.float32)
    theirs = pyloudnorm.Meter(RATE).integrated_loudness(sound.astype(np.float64))
    assert loudness(sound).integrated_lufs == pytest.approx(theirs, abs=0.1)


def test_the_same_sound_6_db_louder_measures_6_lu_more():
    sound = np.random.default_rng(1).standard_normal((4 * RATE, 2)).astype(np.float32) * 0.05
    doubled = loudness(sound * 2).integrated_lufs
    assert doubled - loudness(sound).integrated_lufs == pytest.approx(20 * math.log10(2), abs=0.01)


def test_block_sizes_of_the_decoder_change_nothing():
    random = np.random.default_rng(2)
    sound = random.standard_normal((7 * RATE + 123, 2)).astype(np.float32) * 0.1
    whole, pieces = Meter(RATE, ("FL", "FR")), Meter(RATE, ("FL", "FR"))
    whole.add(sound)
    for start in range(0, len(sound), 1153):
        pieces.add(sound[start : start + 1153])
    end = {"digest": "", "codec": "", "lost_packets": 0}
    assert whole.finish(**end) == pieces.finish(**end)


def test_digital_silence_has_no_loudness_and_a_click_shorter_than_a_block_has():
    assert loudness(silence(5)).integrated_lufs is None
    assert loudness(silence(5)).range_lu == 0.0
    assert loudness(tone(-20, 0.3)).integrated_lufs == pytest.approx(-20.0, abs=0.2)


def test_low_frequency_effects_do_not_count_and_far_back_channels_weigh_one():
    assert channel_weights(("FL", "FR", "FC", "LFE", "BL", "BR")) == (1.0, 1.0, 1.0, 0.0, 1.41, 1.41)
    assert channel_weights(("BL", "BR", "SL", "SR")) == (1.0, 1.0, 1.41, 1.41)


@pytest.mark.parametrize("rise", [4.0, 12.0])
def test_a_step_of_a_tone_is_its_startle(rise):
    stepped = np.concatenate([tone(-40, 30), tone(-40 + rise, 30)])
    assert startle(cells_of(stepped)) == pytest.approx(rise, abs=0.1)


def test_a_fall_is_no_startle_and_neither_is_a_slow_rise():
    assert startle(cells_of(np.concatenate([tone(-20, 30), tone(-40, 30)]))) == pytest.approx(0.0, abs=0.05)
    levels = np.repeat(np.linspace(-50, -20, 600), RATE // 10)  # 30 LU over a minute: 2.5 LU in five seconds
    slow = tone(0, 60) * (10 ** (levels / 20))[:, None].astype(np.float32)
    assert startle(cells_of(slow)) == pytest.approx(2.5, abs=0.2)


def test_what_happens_at_the_edges_does_not_startle():
    sound = np.concatenate([tone(-60, 5), tone(-23, 50), tone(-60, 5), tone(-23, 5)])
    assert startle(cells_of(sound)) == pytest.approx(0.0, abs=0.05)
    assert startle(cells_of(tone(-23, 20))) == 0.0


def test_a_start_out_of_digital_silence_is_a_finite_rise():
    sound = np.concatenate([tone(-23, 20), silence(10), tone(-23, 40)])
    assert startle(cells_of(sound)) == pytest.approx(47.0, abs=0.1)
