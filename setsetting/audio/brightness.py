"""How bright a recording sounds: its spectral centroid on a fixed logarithmic scale from 0 to 1.

0 is a centroid of 125 Hz, 1 one of 8 kHz, and each octave between counts one sixth. The centroid is
that of the whole recording's summed magnitude spectrum between 50 Hz and 10 kHz, where lossy formats
agree with lossless ones; louder passages weigh more because they are heard more. A scale fixed in
hertz never moves when other files are scanned. Its ends are a choice of this project; the spectral
centroid as the correlate of perceived brightness is common ground of timbre research.
"""

import numpy as np

from setsetting.arrays import Floats

DARKEST_HZ, BRIGHTEST_HZ = 125.0, 8000.0
LOW_HZ, HIGH_HZ = 50.0, 10_000.0


def centroid_hz(magnitude: Floats, bin_hz: float) -> float | None:
    """Centre of gravity of a magnitude spectrum; None for silence."""
    hertz = np.arange(magnitude.size) * bin_hz
    heard = np.where((hertz >= LOW_HZ) & (hertz <= HIGH_HZ), magnitude, 0.0)
    total = float(heard.sum())
    return float((heard * hertz).sum()) / total if total > 0 else None


def brightness(magnitude: Floats, bin_hz: float) -> float:
    """Place a recording's spectrum between 0 and 1; silence is 0."""
    centre = centroid_hz(magnitude, bin_hz)
    if centre is None:
        return 0.0
    octaves = np.log2(centre / DARKEST_HZ) / np.log2(BRIGHTEST_HZ / DARKEST_HZ)
    return float(np.clip(octaves, 0.0, 1.0))
