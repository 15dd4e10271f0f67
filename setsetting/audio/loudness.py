"""Loudness by ITU-R BS.1770-4, gated and ranged by EBU Tech 3341 and 3342, on cells of 20 ms.

The K-weighting filter is the recommendation's own at 48 kHz; for other rates its two analogue
prototypes are warped anew, as libebur128 and FFmpeg do. Both biquads run as one linear system over
short blocks: a product with a Toeplitz matrix instead of a loop over samples, and a recursion over
the states at block starts only. That needs no scipy and a fraction of a second per hour.

A 20 ms grid finds the maximum of momentary loudness that meters stepping 100 ms miss (EBU Tech 3341,
cases 13 and 14). It refuses nothing: what is too quiet to be gated in has no loudness, None.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from setsetting.arrays import Floats, Planes
from setsetting.units import Hertz, Lu, Lufs

CELLS_PER_SECOND = 50
MOMENTARY_CELLS = 20
"""400 ms."""
SHORT_TERM_CELLS = 150
"""3 s."""
STEP_CELLS = 5
"""100 ms between gating blocks, an overlap of 75 %."""

ABSOLUTE_GATE_LUFS = Lufs(-70.0)
RELATIVE_GATE_LU = -10.0
RANGE_GATE_LU = -20.0
RANGE_LOW_PERCENT, RANGE_HIGH_PERCENT = 10, 95

_OFFSET_DB = -0.691
_SURROUND = frozenset({"SL", "SR", "BL", "BR", "LS", "RS"})
_SURROUND_WEIGHT = 1.41
_SILENT_CHANNELS = frozenset({"LFE", "LFE2"})
_BLOCK = 42
_FEW_STATES = 8


@dataclass(frozen=True, slots=True)
class Loudness:
    """What the cells of one file say; None where nothing is loud enough or long enough to say it."""

    integrated_lufs: Lufs | None
    range_lu: Lu
    max_momentary_lufs: Lufs | None
    max_short_term_lufs: Lufs | None


def cell_frames(rate_hz: Hertz) -> int:
    """Frames of a cell: 20 ms, or as near as a whole number of short blocks comes (22.05 kHz: 441)."""
    exact = max(1, round(rate_hz / CELLS_PER_SECOND))
    if any(exact % block == 0 for block in range(_BLOCK // 2, 2 * _BLOCK + 1)):
        return exact
    return max(1, round(exact / _BLOCK)) * _BLOCK


def channel_weights(names: Sequence[str]) -> tuple[float, ...]:
    """Weigh each channel as BS.1770 does: surrounds 1.41, low-frequency effects not at all.

    In a layout with both side and back channels the back ones stand beyond 120 degrees and weigh 1.
    """
    has_sides = "SL" in names or "SR" in names
    return tuple(
        0.0
        if name in _SILENT_CHANNELS
        else _SURROUND_WEIGHT
        if name in _SURROUND and not (has_sides and name in {"BL", "BR"})
        else 1.0
        for name in names
    )


def k_weighting(rate_hz: Hertz) -> tuple[Floats, Floats]:
    """Coefficients (b0 b1 b2, a1 a2) of the head's shelf and the low cut, one row each."""
    k = math.tan(math.pi * 1681.974450955533 / rate_hz)
    q = 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    a0 = 1 + k / q + k * k
    shelf = [
        (high + band * k / q + k * k) / a0,
        2 * (k * k - high) / a0,
        (high - band * k / q + k * k) / a0,
        2 * (k * k - 1) / a0,
        (1 - k / q + k * k) / a0,
    ]
    k = math.tan(math.pi * 38.13547087602444 / rate_hz)
    q = 0.5003270373238773
    a0 = 1 + k / q + k * k
    cut = [1.0, -2.0, 1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]
    both = np.array([shelf, cut])
    return both[:, :3], both[:, 3:]


class LoudnessMeter:
    """Takes planes of (channels, cells x cell frames) and keeps the weighted power of each cell."""

    def __init__(self, rate_hz: Hertz, channel_names: Sequence[str], chunk_cells: int) -> None:
        self._cell = cell_frames(rate_hz)
        self._weights = channel_weights(channel_names)
        self._filter = _KFilter(rate_hz, self._cell, chunk_cells, len(channel_names))
        self._powers: list[Floats] = []

    def add(self, planes: Planes, whole_cells: int) -> None:
        """Measure one chunk; only its first `whole_cells` cells count (the last chunk is padded)."""
        total: Floats = np.zeros(whole_cells)
        for channel, weight in enumerate(self._weights):
            if weight:
                total += weight * self._filter.powers(planes[channel], channel)[:whole_cells]
        self._powers.append(total / self._cell)

    def cells(self) -> Floats:
        """The weighted mean square of every cell so far."""
        return np.concatenate(self._powers) if self._powers else np.zeros(0)


def loudness_of(cells: Floats) -> Loudness:
    """Gate and range the cells of a whole file."""
    momentary = windowed(cells, MOMENTARY_CELLS, 1)
    short_term = windowed(cells, SHORT_TERM_CELLS, 1)
    return Loudness(
        integrated_lufs=integrated(cells),
        range_lu=loudness_range(cells),
        max_momentary_lufs=_maximum(momentary),
        max_short_term_lufs=_maximum(short_term),
    )


def integrated(cells: Floats) -> Lufs | None:
    """Integrated loudness of BS.1770-4; a sound shorter than one block of 400 ms is one block."""
    blocks = windowed(cells, min(MOMENTARY_CELLS, max(1, cells.size)), STEP_CELLS)
    loud = blocks[blocks > power_of(ABSOLUTE_GATE_LUFS)]
    if loud.size == 0:
        return None
    gate = loud.mean() * 10 ** (RELATIVE_GATE_LU / 10)
    return lufs_of(float(loud[loud > gate].mean()))


def loudness_range(cells: Floats) -> Lu:
    """Loudness range of EBU Tech 3342; 0 for what is shorter than 3 s or silent."""
    powers = windowed(cells, SHORT_TERM_CELLS, STEP_CELLS)
    loud = powers[powers > power_of(ABSOLUTE_GATE_LUFS)]
    if loud.size == 0:
        return Lu(0.0)
    kept = loud[loud > loud.mean() * 10 ** (RANGE_GATE_LU / 10)]
    low, high = np.percentile(kept, [RANGE_LOW_PERCENT, RANGE_HIGH_PERCENT], method="nearest")
    return Lu(float(10 * np.log10(high / low)))


def windowed(cells: Floats, window: int, step: int) -> Floats:
    """Mean power of every window of `window` cells that is whole, `step` cells apart."""
    if cells.size < window:
        return np.zeros(0)
    running = np.concatenate(([0.0], np.cumsum(cells)))
    means: Floats = np.maximum(running[window::step] - running[: cells.size - window + 1 : step], 0.0) / window
    return means


def lufs_of(power: float) -> Lufs:
    return Lufs(_OFFSET_DB + 10 * math.log10(power))


def power_of(lufs: Lufs) -> float:
    return float(10 ** ((lufs - _OFFSET_DB) / 10))


def _maximum(powers: Floats) -> Lufs | None:
    peak = float(powers.max(initial=0.0))
    return lufs_of(peak) if peak > 0 else None


class _KFilter:
    """Both biquads as one system of four states, run over blocks by matrix products.

    Inside a block y = T x + O s, with T the Toeplitz matrix of the impulse response and O what a
    state at the block's start gives; the states are carried in float64.
    """

    def __init__(self, rate_hz: Hertz, cell: int, chunk_cells: int, channels: int) -> None:
        length = min((d for d in range(1, 2 * _BLOCK + 1) if cell % d == 0), key=lambda d: abs(d - _BLOCK))
        step, drive, look, through = _system(rate_hz)
        self._cell, self._length = cell, length
        self._blocks = cell * chunk_cells // length
        self._state = np.zeros((channels, 4))

        powers = [np.eye(4)]
        for _ in range(length):
            powers.append(step @ powers[-1])
        seen = np.array([look @ power for power in powers[:length]])
        response = np.concatenate(([through], seen[:-1] @ drive))
        lag = np.arange(length)[:, None] - np.arange(length)[None, :]
        inside = np.where(lag >= 0, response[np.maximum(lag, 0)], 0.0)
        self._weave = np.concatenate([inside.T, seen.T]).astype(np.float32)
        self._feed = np.array([powers[length - 1 - k] @ drive for k in range(length)]).astype(np.float32)
        self._states = _States(powers[length], self._blocks)
        self._woven = np.empty((self._blocks, length + 4), np.float32)
        self._weighted = np.empty((self._blocks, length), np.float32)

    def powers(self, plane: npt.NDArray[np.float32], channel: int) -> Floats:
        """Sum of squares of the K-weighted samples, per cell of the chunk."""
        blocks = plane.reshape(self._blocks, self._length)
        starts, self._state[channel] = self._states.run(blocks @ self._feed, self._state[channel])
        self._woven[:, : self._length] = blocks
        self._woven[:, self._length :] = starts
        np.matmul(self._woven, self._weave, out=self._weighted)
        by_cell = self._weighted.reshape(-1, self._cell)
        sums: Floats = np.vecdot(by_cell, by_cell).astype(np.float64)
        return sums


class _States:
    """The recursion s' = M s + g over many blocks, in groups of groups: no long loop in Python."""

    def __init__(self, matrix: Floats, count: int) -> None:
        self._matrix, self._count = matrix, count
        group = max(d for d in range(1, 17) if count % d == 0)
        self._group = group if count > _FEW_STATES else 1
        if self._group == 1:
            return
        powers = [np.eye(4)]
        for _ in range(self._group):
            powers.append(matrix @ powers[-1])
        # Starts inside a group: from the group's own start, and from the inputs before each block.
        self._from_start = np.concatenate([power.T for power in powers[: self._group]], axis=1)
        inputs = np.zeros((4 * self._group, 4 * self._group))
        ends = np.zeros((4 * self._group, 4))
        for source in range(self._group):
            for target in range(source + 1, self._group):
                inputs[4 * source : 4 * source + 4, 4 * target : 4 * target + 4] = powers[target - source - 1].T
            ends[4 * source : 4 * source + 4] = powers[self._group - source - 1].T
        self._inputs, self._ends = inputs, ends
        self._above = _States(powers[self._group], count // self._group)

    def run(self, gains: npt.NDArray[np.floating], start: Floats) -> tuple[Floats, Floats]:
        """Return the state at each block's start, and the one after the last block."""
        if self._group == 1:
            starts = np.empty((self._count, 4))
            state = start
            for index in range(self._count):
                starts[index] = state
                state = self._matrix @ state + gains[index]
            return starts, state
        groups = gains.reshape(-1, 4 * self._group).astype(np.float64)
        group_starts, last = self._above.run(groups @ self._ends, start)
        return (groups @ self._inputs + group_starts @ self._from_start).reshape(-1, 4), last


def _system(rate_hz: Hertz) -> tuple[Floats, Floats, Floats, float]:
    """Both biquads in series (transposed direct form II) as x' = step x + drive u, y = look x + through u."""
    (b1, b2), (a1, a2) = k_weighting(rate_hz)

    def advance(state: Floats, sample: float) -> tuple[Floats, float]:
        middle = b1[0] * sample + state[0]
        out = b2[0] * middle + state[2]
        after = np.array(
            [
                b1[1] * sample - a1[0] * middle + state[1],
                b1[2] * sample - a1[1] * middle,
                b2[1] * middle - a2[0] * out + state[3],
                b2[2] * middle - a2[1] * out,
            ]
        )
        return after, float(out)

    columns = [advance(unit, 0.0) for unit in np.eye(4)]
    drive, through = advance(np.zeros(4), 1.0)
    return np.array([column for column, _out in columns]).T, drive, np.array([out for _state, out in columns]), through
