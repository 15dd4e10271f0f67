"""Equal-power fades, the same to the bit however the sound is cut into blocks.

The gain is the sine of a quarter turn over the fade, so the squares of a fade-out and a fade-in of the
same length that lie over each other add up to 1, and music that has nothing in common keeps its level.
"""

import numpy as np

from setsetting.arrays import Block
from setsetting.units import Frames

_GRID = 4096
"""Frames computed at once, counted from the fade's start; it bounds the memory of a fade of any length."""


class Fade:
    """The gains of one fade of `frames` frames, rising, or falling when `falling`."""

    def __init__(self, frames: Frames, *, falling: bool) -> None:
        self._frames = frames
        self._falling = falling
        self._cell = -1
        self._gains: Block = np.empty((0, 1), np.float32)

    def apply(self, block: Block, position: Frames) -> None:
        """Multiply in place the frames of `block` that lie in the fade; its first is the fade's frame `position`."""
        first, last = max(0, position), min(self._frames, position + len(block))
        while first < last:
            cell = first // _GRID
            if cell != self._cell:
                self._compute(cell)
            until = min(last, (cell + 1) * _GRID)
            here = block[first - position : until - position]
            here *= self._gains[first - cell * _GRID : until - cell * _GRID]
            first = until

    def _compute(self, cell: int) -> None:
        index = np.arange(cell * _GRID, min((cell + 1) * _GRID, self._frames), dtype=np.float64)
        turn = (index + 0.5) * (np.pi / 2 / self._frames)
        curve = np.cos(turn) if self._falling else np.sin(turn)
        self._gains = curve.astype(np.float32)[:, np.newaxis]
        self._cell = cell
