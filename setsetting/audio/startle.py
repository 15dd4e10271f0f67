"""How startling a recording is: the largest rise of its 3-second loudness within 5 seconds.

Loudness matching brings whole tracks to one level and leaves what jumps inside them. The first and
last 15 s are left out, where a cue's fades are. What lies under the absolute gate of BS.1770
(-70 LUFS) counts as -70, so that a start out of silence is a rise and not infinite. A recording too
short to have a middle has no startle of its own: 0. The window, the span and the edges are choices of
this project; no published measure was found.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from setsetting.arrays import Floats
from setsetting.audio.loudness import (
    ABSOLUTE_GATE_LUFS,
    CELLS_PER_SECOND,
    SHORT_TERM_CELLS,
    STEP_CELLS,
    lufs_of,
    power_of,
    windowed,
)
from setsetting.units import Lu

EDGE_S = 15
SPAN_S = 5

_SPAN_STEPS = SPAN_S * CELLS_PER_SECOND // STEP_CELLS


def startle(cells: Floats) -> Lu:
    """Largest rise in LU between two 3-s windows at most 5 s apart, both clear of the edges; never negative."""
    edge = EDGE_S * CELLS_PER_SECOND
    middle = cells[edge : max(edge, cells.size - edge)]
    powers = windowed(middle, SHORT_TERM_CELLS, STEP_CELLS)
    if powers.size < 2:
        return Lu(0.0)
    levels = lufs_of(1.0) + 10 * np.log10(np.maximum(powers, power_of(ABSOLUTE_GATE_LUFS)))
    ahead = np.concatenate([levels[1:], np.full(_SPAN_STEPS, -np.inf)])
    highest = sliding_window_view(ahead, _SPAN_STEPS)[: levels.size].max(axis=1)
    return Lu(max(0.0, float((highest - levels).max())))
