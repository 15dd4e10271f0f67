"""True peak by ITU-R BS.1770-4 annex 2: the largest value of the signal oversampled to 192 kHz or so.

Four times below 96 kHz, twice below 192 kHz, by a windowed sinc of 48 taps a phase (the annex's own
12 taps read low near half the sampling rate). Most of a file cannot hold the peak, and two bounds
prove it without oversampling: no interpolated value exceeds the samples' peak times the taps' sum,
nor the samples' peak plus a multiple of the largest second difference, because interpolating minus
drawing straight lines is a filter on second differences. What the bounds leave is oversampled in
order of its promise until nothing can beat the maximum: the same value as oversampling everything.

The samples before the first and after the last are not invented: a file cut off at full level is
measured up to where its filter would see the cut.
"""

import math

import numpy as np
from numpy.lib.stride_tricks import as_strided

from setsetting.arrays import Floats, Planes
from setsetting.units import Dbtp, Hertz

TAPS = 48
REACH = TAPS // 2
"""Frames a value between two samples needs on either side."""
BLOCK = 64
"""Frames that are judged together; a chunk is a whole number of them."""
HISTORY = 2 * BLOCK
"""Frames of the chunk before that `add` needs in front of a chunk."""

_KAISER_BETA = 6.0
_BATCH = 16


def oversampling(rate_hz: Hertz) -> int:
    """How many values stand for one sample at this rate."""
    if rate_hz < 96_000:
        return 4
    return 2 if rate_hz < 192_000 else 1


def interpolator(factor: int) -> Floats:
    """Taps of the phases between two samples, (factor - 1, TAPS); each keeps constants and slopes exactly."""
    place = np.arange(TAPS) - (REACH - 1.0)  # tap k looks at the sample `place` after the left one
    rows = []
    for phase in range(1, factor):
        away = place - phase / factor
        window = np.i0(_KAISER_BETA * np.sqrt(np.maximum(0.0, 1 - (away / REACH) ** 2))) / np.i0(_KAISER_BETA)
        taps = np.sinc(away) * window
        moments = np.array([[window.sum(), (window * away).sum()], [(window * away).sum(), (window * away**2).sum()]])
        lacking = np.array([1 - taps.sum(), -(taps * away).sum()])
        constant, slope = np.linalg.solve(moments, lacking)
        rows.append(taps + window * (constant + slope * away))
    return np.array(rows).reshape(factor - 1, TAPS)


class TruePeakMeter:
    """Keeps the largest oversampled value of what it is given, chunk after chunk."""

    def __init__(self, rate_hz: Hertz, channels: int, chunk_frames: int) -> None:
        factor = oversampling(rate_hz)
        taps = interpolator(factor)
        self._peak = 0.0
        self._phases = len(taps)
        self._first_left = REACH - 1
        # The peaks of the two blocks before a chunk: a block is judged when the next one is known.
        self._before = np.zeros((channels, 2), np.float32)
        self._sum = float(np.abs(taps).sum(axis=1).max(initial=0.0))
        self._bend = max((_bend(row, phase / factor) for phase, row in enumerate(taps, 1)), default=0.0)
        self._scratch = np.zeros((2, channels, HISTORY + chunk_frames), np.float32)
        unrolled = np.zeros((BLOCK + TAPS - 1, self._phases, BLOCK))
        for frame in range(BLOCK):
            unrolled[frame : frame + TAPS, :, frame] = taps.T
        self._unrolled = unrolled.reshape(BLOCK + TAPS - 1, -1).astype(np.float32)

    def add(self, planes: Planes, block_peaks: Planes, frames: int) -> None:
        """Measure a chunk: `planes` is (channels, HISTORY + chunk), `block_peaks` (channels, blocks of the chunk).

        `frames` of the chunk are sound and what follows is not; it is negative when the file ended
        that many frames before this chunk. The chunk's last block is judged with the next chunk.
        """
        self._peak = max(self._peak, float(block_peaks.max(initial=0.0)))
        if not self._phases:
            return
        peaks = np.concatenate([self._before, block_peaks], axis=1)
        self._before = peaks[:, -2:]
        around = np.maximum(np.maximum(peaks[:, :-2], peaks[:, 1:-1]), peaks[:, 2:])
        self._search(planes, around, frames)
        self._first_left = -BLOCK  # every later chunk follows on one

    def true_peak_dbtp(self) -> Dbtp | None:
        """The true peak so far; None for digital silence."""
        return Dbtp(20 * math.log10(self._peak)) if self._peak > 0 else None

    def _search(self, planes: Planes, around: Planes, frames: int) -> None:
        """Oversample the blocks that could beat the peak; `around` begins with the block before the chunk."""
        if around.max() * self._sum <= self._peak:
            return
        promise = around + np.float32(self._bend) * self._bends(planes)
        able = np.nonzero(promise > self._peak)
        if able[0].size == 0:
            return
        promise = promise[able]
        width = BLOCK + TAPS - 1
        by_block = as_strided(  # sliding_window_view takes longer than all the rest here
            planes[:, BLOCK - REACH + 1 :],
            (*around.shape, width),
            (planes.strides[0], BLOCK * planes.strides[1], planes.strides[1]),
            writeable=False,
        )
        order = np.argsort(-promise, kind="stable")
        for begin in range(0, order.size, _BATCH):
            picked = order[begin : begin + _BATCH]
            picked = picked[promise[picked] > self._peak]
            if picked.size == 0:
                return
            channel, block = able[0][picked], able[1][picked]
            values = np.abs(by_block[channel, block] @ self._unrolled).reshape(-1, self._phases, BLOCK).max(axis=1)
            left = BLOCK * (block[:, None] - 1) + np.arange(BLOCK)
            values[(left < self._first_left) | (left >= frames - REACH)] = 0.0
            self._peak = max(self._peak, float(values.max()))

    def _bends(self, planes: Planes) -> Planes:
        """The largest second difference a block's values depend on, by block from the one before the chunk."""
        slopes, second = self._scratch
        np.subtract(planes[:, 1:], planes[:, :-1], out=slopes[:, 1:])
        np.subtract(slopes[:, 2:], slopes[:, 1:-1], out=second[:, 1:-1])
        np.abs(second, out=second)
        largest = np.maximum.reduceat(second, np.arange(0, second.shape[1], BLOCK), axis=1)
        return np.maximum(np.maximum(largest[:, :-2], largest[:, 1:-1]), largest[:, 2:])


def _bend(taps: Floats, fraction: float) -> float:
    """How far interpolating can leave the straight line, per unit of second difference."""
    apart = taps.copy()
    apart[REACH - 1] -= 1 - fraction
    apart[REACH] -= fraction
    return float(np.abs(np.cumsum(np.cumsum(apart))).sum())
