"""Any channels to the two of the room.

Channels are folded by the coefficients of ITU-R BS.775-3: centre and surrounds at -3 dB, no
low-frequency channel. A single channel is a centre: it sounds in both at -3 dB, so that the loudness
measured of it (BS.1770 counts it once) is the loudness of what is heard. Nothing is scaled down for
what a fold adds; the mixer's guard is for that.
"""

from functools import cache

import numpy as np

from setsetting.arrays import Block

_MINUS_3_DB = 0.5**0.5
_FOLD = {  # channel: to left, to right
    "FL": (1.0, 0.0),
    "FR": (0.0, 1.0),
    "DL": (1.0, 0.0),
    "DR": (0.0, 1.0),
    "FC": (_MINUS_3_DB, _MINUS_3_DB),
    "LFE": (0.0, 0.0),
    "LFE2": (0.0, 0.0),
    "FLC": (1.0, 0.0),
    "FRC": (0.0, 1.0),
    "BC": (0.5, 0.5),
    "BL": (_MINUS_3_DB, 0.0),
    "SL": (_MINUS_3_DB, 0.0),
    "BR": (0.0, _MINUS_3_DB),
    "SR": (0.0, _MINUS_3_DB),
}


def to_stereo(block: Block, channel_names: tuple[str, ...]) -> Block:
    """Fold (frames, channels) to (frames, 2); a stereo block is returned as it is."""
    if channel_names in (("FL", "FR"), ("DL", "DR")):
        return block
    folded = np.zeros((len(block), 2), np.float32)
    for index, (left, right) in enumerate(_matrix(channel_names)):  # one order, so that no block's size changes a bit
        folded[:, 0] += block[:, index] * np.float32(left)
        folded[:, 1] += block[:, index] * np.float32(right)
    return folded


@cache
def _matrix(channel_names: tuple[str, ...]) -> tuple[tuple[float, float], ...]:
    """Coefficients per channel; one that has no place in front or behind goes to both sides at -3 dB."""
    return tuple(_FOLD.get(name, (_MINUS_3_DB, _MINUS_3_DB)) for name in channel_names)
