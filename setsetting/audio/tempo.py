"""Tempo of a recording, how clear its pulse is, and whether it has one at all.

The onset curve is compared with itself, delayed, in windows of 24 s: a pulse is a delay at which it
looks like itself. Clarity is that likeness, 0 to 1. Three answers are kept apart, because a planner
must not take one for another: a clear pulse has a tempo; next to none is beatless; in between the
tempo is unknown. Which octave of a pulse is felt as its beat is a matter of taste on which published
trackers disagree on real music, so a tempo is a hint for a person to confirm.

Delays of 40 to 180 beats a minute are looked at; of those nearly as like as the best, the fastest is
taken. The two thresholds are choices of this project.
"""

from dataclasses import dataclass

import numpy as np

from setsetting.arrays import Floats
from setsetting.audio.onsets import moving_mean
from setsetting.audio.spectrum import FRAMES_PER_SECOND

SLOWEST_BPM, FASTEST_BPM = 40.0, 180.0
CLEAR_PULSE = 0.35
"""From this clarity on a tempo is named."""
NO_PULSE = 0.15
"""Below this clarity a recording is beatless."""

_WINDOW = 24 * FRAMES_PER_SECOND
_HOP = _WINDOW // 2
_TREND = FRAMES_PER_SECOND
_BLUR = np.array([0.1, 0.25, 0.3, 0.25, 0.1])
"""An onset falls between cells as often as not; blurred over 100 ms its delays still meet."""
_FAINT = 0.01
"""Onset strength that counts as none: what wavers less than this has no pulse, however regular."""
_AS_LIKE = 0.85
_MULTIPLES = 4


@dataclass(frozen=True, slots=True)
class Tempo:
    """`bpm` is None where no tempo is clear; `beatless` says that there is no pulse to have one."""

    bpm: float | None
    pulse_clarity: float
    beatless: bool


def tempo_of(strength: Floats) -> Tempo:
    """Find the pulse of an onset curve; one too short to repeat itself has an unknown tempo."""
    if not strength.any():
        return Tempo(None, 0.0, beatless=True)
    likeness = _likeness(strength)
    shortest = int(60 * FRAMES_PER_SECOND / FASTEST_BPM)
    longest = int(60 * FRAMES_PER_SECOND / SLOWEST_BPM) + 1
    if likeness.size < 2 * longest:
        return Tempo(None, 0.0, beatless=False)
    peaks = [lag for lag in range(shortest, longest + 1) if likeness[lag - 1] < likeness[lag] >= likeness[lag + 1]]
    best = max((float(likeness[lag]) for lag in peaks), default=0.0)
    clarity = min(1.0, max(0.0, best))
    if clarity < CLEAR_PULSE:
        return Tempo(None, clarity, beatless=clarity < NO_PULSE)
    beat = next(lag for lag in peaks if likeness[lag] >= _AS_LIKE * best)
    return Tempo(float(60 * FRAMES_PER_SECOND / _refined(likeness, beat)), clarity, beatless=False)


def _likeness(strength: Floats) -> Floats:
    """Autocorrelation of the curve about its own trend, averaged over windows; nearly 1 at no delay."""
    curve = np.convolve(strength - moving_mean(strength, _TREND), _BLUR, mode="same")
    width = min(_WINDOW, curve.size)
    starts = range(0, max(1, curve.size - width + 1), _HOP)
    total: Floats = np.zeros(width)
    for start in starts:
        spectrum = np.fft.rfft(curve[start : start + width], 2 * width)
        total += np.fft.irfft(np.square(np.abs(spectrum)))[:width]
    total /= np.arange(width, 0, -1)
    likeness: Floats = total[: width // 2] / (total[0] + len(starts) * _FAINT**2)
    return likeness


def _refined(likeness: Floats, lag: int) -> float:
    """A delay between the cells: the crest of the likeness, sharpened at its multiples."""
    period = _crest(likeness, lag)
    for multiple in range(2, _MULTIPLES + 1):
        near = round(multiple * period)
        if near + 2 >= likeness.size:
            break
        around = range(near - 1, near + 2)
        top = max(around, key=lambda place: likeness[place])
        if likeness[top] < _AS_LIKE * likeness[lag] or not likeness[top - 1] <= likeness[top] >= likeness[top + 1]:
            break
        period = _crest(likeness, top) / multiple
    return period


def _crest(values: Floats, top: int) -> float:
    """Where the parabola through a peak and its neighbours is highest."""
    left, middle, right = values[top - 1 : top + 2]
    bend = left - 2 * middle + right
    return top + (0.5 * (left - right) / bend if bend else 0.0)
