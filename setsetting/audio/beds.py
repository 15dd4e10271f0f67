"""Noise beds made by synthesis: any length, from any position, without a seam, at a stated loudness.

A bed is the sum of two loops of noise whose lengths have no common factor, so that the sum does not
come round within weeks although each loop closes on itself exactly (it is built as a sum of whole
waves). The frame at a position is always the same, whoever asks and in what pieces.

Brown falls by 6 dB an octave, pink by 3 dB, white not at all, each from 20 Hz to 16 kHz. The loudness
is set by the K-weighting of ITU-R BS.1770 (its coefficients at 48 kHz), applied to the spectrum.
"""

from functools import cache

import numpy as np

from setsetting.arrays import Block, Floats
from setsetting.audio.loudness import k_weighting, power_of
from setsetting.audio.mix import BED, BED_LUFS
from setsetting.errors import unknown
from setsetting.units import Frames, Hertz
from setsetting.words.translate import _

SLOPES = {"brown": -1.0, "pink": -0.5, "white": 0.0}
"""Colour: power of the frequency that the amplitude follows."""

_LENGTHS = (1 << 19, 3**12)
_LOW_HZ, _HIGH_HZ = 20.0, 16_000.0
_K_RATE_HZ = Hertz(48_000)


def bed_colour(source: str) -> str:
    """Return the colour of a source `bed:COLOUR`; an unknown colour is a sentence."""
    colour = source.removeprefix(BED)
    if colour not in SLOPES:
        raise unknown(_("noise bed"), colour, SLOPES)
    return colour


def bed_frames(colour: str, rate_hz: Hertz, position: Frames, count: int) -> Block:
    """Return `count` stereo frames of a bed from its frame `position` on."""
    first, second = _loops(colour, rate_hz)
    block = _around(first, position, count)
    block += _around(second, position, count)
    return block


def _around(loop: Block, position: Frames, count: int) -> Block:
    block = np.empty((count, 2), np.float32)
    done = 0
    while done < count:
        place = (position + done) % len(loop)
        piece = loop[place : place + count - done]
        block[done : done + len(piece)] = piece
        done += len(piece)
    return block


@cache
def _loops(colour: str, rate_hz: Hertz) -> tuple[Block, Block]:
    first, second = (
        np.stack([_noise(colour, rate_hz, length, seed=2 * index + side) for side in (0, 1)], axis=1)
        for index, length in enumerate(_LENGTHS)
    )
    return first, second


def _noise(colour: str, rate_hz: Hertz, length: int, *, seed: int) -> Block:
    """One channel of one loop: waves of fixed amplitudes and seeded phases."""
    hz = np.arange(length // 2 + 1, dtype=np.float64) * (rate_hz / length)
    sounding = (hz >= _LOW_HZ) & (hz <= min(_HIGH_HZ, 0.45 * rate_hz))
    amplitude = np.zeros_like(hz)
    amplitude[sounding] = hz[sounding] ** SLOPES[colour]
    weighted_power = 2 * np.sum(
        amplitude[sounding] ** 2 * _k_power(hz[sounding])
    )  # mean square of what irfft makes, times length^2
    quarter = power_of(BED_LUFS) / 4  # two loops in each of two channels share the power
    amplitude *= length * np.sqrt(quarter / weighted_power)
    del hz, sounding  # each is megabytes, and this may be called while music is mixed
    waves = np.random.PCG64(seed).random_raw(len(amplitude)).astype(np.complex128)  # a stream fixed for all versions
    waves *= 2j * np.pi / 2.0**64
    np.exp(waves, out=waves)
    waves *= amplitude
    return np.fft.irfft(waves, length).astype(np.float32)


def _k_power(hz: Floats) -> Floats:
    """The power response of K-weighting."""
    delay = np.exp(-2j * np.pi * hz / _K_RATE_HZ)
    response = np.ones_like(delay)
    for numerator, denominator in zip(*k_weighting(_K_RATE_HZ), strict=True):
        response *= np.polyval(numerator[::-1], delay) / np.polyval([*denominator[::-1], 1.0], delay)
    power: Floats = np.abs(response) ** 2
    return power
