"""Quantising: nearest step plus triangular noise that knows nothing but the frame's position."""

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sound_files import music

from setsetting.audio.dither import PERIOD, to_int16


@settings(max_examples=25)
@given(position=st.integers(0, 10**9), cut=st.integers(0, 30_000))
def test_pieces_give_what_the_whole_gives(position: int, cut: int) -> None:
    block = music(30_000 / 44_100)
    whole = to_int16(block, position)
    pieces = [to_int16(block[:cut], position), to_int16(block[cut:], position + cut)]
    assert np.array_equal(np.concatenate(pieces), whole)


def test_silence_becomes_triangular_noise_of_the_last_bit() -> None:
    noise = to_int16(np.zeros((PERIOD, 2), np.float32), 0)
    assert {-1, 0, 1} == set(np.unique(noise).tolist())
    assert np.mean(noise == 0) == pytest.approx(0.75, abs=0.01)
    assert abs(noise.mean()) < 0.01
    assert abs(np.corrcoef(noise.T)[0, 1]) < 0.01


def test_what_lies_below_the_last_bit_is_kept_on_average() -> None:
    level = 0.3 / 32768
    assert to_int16(np.full((PERIOD, 2), level, np.float32), 0).mean() == pytest.approx(0.3, abs=0.01)


def test_the_error_keeps_its_power_whatever_the_level() -> None:
    powers = []
    for level in (0.0, 0.25, 0.5, 0.77):
        given_steps = np.full((PERIOD, 2), level, np.float32)
        error = to_int16(given_steps / 32768, 0) - given_steps
        powers.append(float(np.mean(error**2)))
    assert powers == pytest.approx([0.25] * 4, abs=0.01)  # a quarter step squared, as theory has it


def test_full_scale_does_not_wrap() -> None:
    block = np.array([[1.0, -1.0], [5.0, -5.0]], np.float32)
    assert np.abs(to_int16(block, 0).astype(int)).min() >= 32_766
    assert (to_int16(block, 0)[:, 0] > 0).all()
    assert (to_int16(block, 0)[:, 1] < 0).all()


def test_it_writes_where_it_is_told() -> None:
    block, out = music(0.1), np.empty((4410, 2), np.int16)
    assert to_int16(block, 7, out) is out
    assert np.array_equal(out, to_int16(block, 7))


def test_the_noise_is_the_same_in_every_process() -> None:
    noise = to_int16(np.zeros((4096, 2), np.float32), 0)
    assert hashlib.sha256(noise.tobytes()).hexdigest()[:16] == "857dfa0d3b270fb6"
