"""The silent edges of a recording: what comes before its first and after its last sample of -50 dBFS or more.

Sample-exact and by sample peak, so that a soft attack belongs to the sound. A recording that never
reaches the threshold is all lead.
"""

import numpy as np
import numpy.typing as npt

from setsetting.arrays import Planes
from setsetting.units import Frames

SILENCE_DBFS = -50.0

_THRESHOLD = np.float32(10 ** (SILENCE_DBFS / 20))


class EdgeMeter:
    """Keeps the first and last frame that is sound."""

    def __init__(self) -> None:
        self._first: Frames | None = None
        self._last: Frames = Frames(-1)

    def add(self, chunk: Planes, block_peaks: Planes, position: Frames) -> None:
        """Look at a chunk of (channels, frames) that begins at `position`; `block_peaks` are its peaks by block."""
        loud = np.flatnonzero(block_peaks.max(axis=0) >= _THRESHOLD)
        if loud.size == 0:
            return
        block = chunk.shape[1] // block_peaks.shape[1]
        if self._first is None:
            self._first = position + int(_loud_frames(chunk, int(loud[0]), block)[0])
        self._last = position + int(_loud_frames(chunk, int(loud[-1]), block)[-1])

    def lead_frames(self, frames: Frames) -> Frames:
        return frames if self._first is None else self._first

    def tail_frames(self, frames: Frames) -> Frames:
        return Frames(0) if self._first is None else frames - 1 - self._last


def _loud_frames(chunk: Planes, index: int, block: int) -> npt.NDArray[np.intp]:
    part = np.abs(chunk[:, index * block : (index + 1) * block]).max(axis=0)
    return index * block + np.flatnonzero(part >= _THRESHOLD)
