"""Noise beds: as loud as stated, of their colour, without a seam, the same from any position."""

import hashlib

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from setsetting.audio.beds import SLOPES, bed_colour, bed_frames
from setsetting.audio.mix import BED_LUFS
from setsetting.errors import NotFound

RATE_HZ = 44_100


@pytest.mark.parametrize("rate_hz", [44_100, 48_000])
@pytest.mark.parametrize("colour", SLOPES)
def test_a_bed_is_as_loud_as_stated(colour: str, rate_hz: int) -> None:
    block = bed_frames(colour, rate_hz, 0, 40 * rate_hz)
    assert pyloudnorm.Meter(rate_hz).integrated_loudness(block.astype(float)) == pytest.approx(BED_LUFS, abs=0.1)
    assert np.abs(block).max() < 10 ** (-1 / 20)


@pytest.mark.parametrize(("colour", "db_per_octave"), [("brown", -6.02), ("pink", -3.01), ("white", 0.0)])
def test_a_colour_falls_as_its_name_says(colour: str, db_per_octave: float) -> None:
    block = bed_frames(colour, RATE_HZ, 0, 1 << 20)
    power = np.abs(np.fft.rfft(block[:, 0])) ** 2
    hz = np.fft.rfftfreq(1 << 20, 1 / RATE_HZ)
    bands = [
        10 * np.log10(power[(hz >= low) & (hz < 2 * low)].mean()) for low in (100, 200, 400, 800, 1600, 3200, 6400)
    ]
    assert np.diff(bands) == pytest.approx([db_per_octave] * 6, abs=0.4)


@settings(max_examples=25)
@given(colour=st.sampled_from(sorted(SLOPES)), position=st.integers(0, 10**9), cut=st.integers(0, 20_000))
def test_a_bed_is_the_same_in_any_pieces(colour: str, position: int, cut: int) -> None:
    whole = bed_frames(colour, RATE_HZ, position, 20_000)
    pieces = [bed_frames(colour, RATE_HZ, position, cut), bed_frames(colour, RATE_HZ, position + cut, 20_000 - cut)]
    assert np.array_equal(np.concatenate(pieces), whole)


def test_there_is_no_seam_where_a_loop_closes() -> None:
    """The step between neighbours is no larger there than anywhere else."""
    block = bed_frames("brown", RATE_HZ, (1 << 19) - 30_000, 60_000)
    jumps = np.abs(np.diff(block, axis=0)).max(axis=1)
    assert jumps[29_990:30_010].max() <= jumps.max()
    assert jumps[29_999] < 4 * np.sqrt(np.mean(jumps**2))


def test_it_does_not_come_round_with_either_loop() -> None:
    first = bed_frames("pink", RATE_HZ, 0, 50_000).ravel()
    for loop in (1 << 19, 3**12):
        later = bed_frames("pink", RATE_HZ, loop, 50_000).ravel()
        assert np.corrcoef(first, later)[0, 1] < 0.6


def test_the_sides_have_nothing_in_common() -> None:
    block = bed_frames("white", RATE_HZ, 0, 200_000)
    assert abs(np.corrcoef(block.T)[0, 1]) < 0.02


def test_a_bed_is_the_same_in_every_process() -> None:
    steps = np.rint(bed_frames("brown", RATE_HZ, 12_345, 1000) * 4096).astype(np.int16)
    assert hashlib.sha256(steps.tobytes()).hexdigest()[:16] == "eeea85a936eaf1b4"


def test_an_unknown_colour_names_the_nearest() -> None:
    assert bed_colour("bed:brown") == "brown"
    with pytest.raises(NotFound, match="brown"):
        bed_colour("bed:browm")
