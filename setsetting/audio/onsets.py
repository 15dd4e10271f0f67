"""Where something begins in a recording: a curve of onset strength, and how many onsets a second it holds.

Strength is how much the bands of the spectrum rose, relative to what they hold around that moment, so
it does not change with the level. An onset is a peak that stands well above its neighbourhood: steady
noise rises all the time and never does.
"""

import numpy as np

from setsetting.arrays import Floats
from setsetting.audio.spectrum import FRAMES_PER_SECOND

AROUND_S = 4
"""Seconds that a moment is compared with."""
STANDS_OUT = 2.0
"""An onset is at least this many times its neighbourhood's mean ..."""
LEAST_RISE = 0.02
"""... and at least this share of what the bands hold."""
APART_S = 0.1
"""Onsets closer than this are one."""


def onset_strength(rises: Floats, holds: Floats) -> Floats:
    """Rise of the bands per cell as a share of what they hold in the seconds around it; 0 in silence."""
    around = moving_mean(holds, AROUND_S * FRAMES_PER_SECOND)
    floor = 1e-3 * float(holds.max(initial=0.0))
    strength: Floats = np.divide(rises, around, out=np.zeros_like(rises), where=around > floor)
    return strength


def onsets_per_second(strength: Floats) -> float:
    """Count the peaks of an onset curve that stand out."""
    if strength.size < 3:
        return 0.0
    mean = moving_mean(strength, AROUND_S * FRAMES_PER_SECOND)
    inner = strength[1:-1]
    peaks = (inner > strength[:-2]) & (inner >= strength[2:])
    peaks &= inner >= np.maximum(STANDS_OUT * mean[1:-1], LEAST_RISE)
    places = np.flatnonzero(peaks)
    apart = np.diff(places, prepend=-FRAMES_PER_SECOND) >= APART_S * FRAMES_PER_SECOND
    return float(np.count_nonzero(apart)) * FRAMES_PER_SECOND / strength.size


def moving_mean(values: Floats, width: int) -> Floats:
    """Mean over `width` cells centred on each; at the ends over those that are there."""
    running = np.concatenate(([0.0], np.cumsum(values)))
    place = np.arange(values.size)
    low = np.maximum(place - width // 2, 0)
    high = np.minimum(place + width // 2 + 1, values.size)
    means: Floats = (running[high] - running[low]) / np.maximum(high - low, 1)
    return means
