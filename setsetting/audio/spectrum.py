"""The short spectra of a recording: what brightness, onsets and tempo are read from.

One spectrum every 20 ms (the loudness cells' grid) of the channels' mean, over about 46 ms under a
Hann window. Where channels cancel each other the first one stands for them. Kept per spectrum are
two numbers only, so that five hours stay small: how much the bands rose and how much they hold, both
on the fourth root of power (an ear's scale, roughly). Their ratio does not change with the level.
"""

import math

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from setsetting.arrays import Floats, Planes
from setsetting.audio.fingerprint import FingerprintMeter
from setsetting.audio.loudness import CELLS_PER_SECOND
from setsetting.units import Hertz

FRAMES_PER_SECOND = CELLS_PER_SECOND
BANDS = 32
LOWEST_BAND_HZ, HIGHEST_BAND_HZ = 120.0, 12_000.0
"""Lower down, the window sees a steady tone waver."""
FLOOR = 1e-5
"""Share of a chunk's mean power that is added to each band: what is 50 dB below the sound does not rise."""

_WINDOW_S = 0.046
_CANCELLED = 0.05
"""Share of the channels' mean power under which their mean is not what is heard."""


class SpectrumMeter:
    """Takes planes of (channels, history + cells x cell frames), `history` frames being the chunk before's last."""

    def __init__(self, rate_hz: Hertz, cell: int, chunk_cells: int) -> None:
        from scipy import fft  # 0.2 s to import, and only measuring needs it; batched it is twice numpy's speed

        self._transform = fft.rfft
        self.size = _window_frames(rate_hz, cell)
        self.bin_hz = rate_hz / self.size
        self._cell, self._cells = cell, chunk_cells
        self._window = np.hanning(self.size + 1)[:-1].astype(np.float32)
        self._edges = _band_edges(self.size, self.bin_hz)
        self._mono = np.zeros(self.size - cell + cell * chunk_cells, np.float32)
        self._framed = np.empty((chunk_cells, self.size), np.float32)
        self._magnitude: Floats = np.zeros(self.size // 2 + 1)
        self.fingerprint = FingerprintMeter(self.size // 2 + 1, self.bin_hz)
        self._last: npt.NDArray[np.float32] | None = None
        self._rises: list[npt.NDArray[np.float32]] = []
        self._holds: list[npt.NDArray[np.float32]] = []

    def add(self, chunk: Planes, whole_cells: int) -> None:
        """Analyse a chunk of (channels, cells x cell frames); only its first `whole_cells` count."""
        if whole_cells == 0:
            return
        overlap = self.size - self._cell
        self._mono[:overlap] = self._mono[-overlap:] if overlap else 0
        _downmix(chunk, self._mono[overlap:])
        frames = sliding_window_view(self._mono, self.size)[:: self._cell]
        np.multiply(frames, self._window, out=self._framed)
        magnitude = np.abs(self._transform(self._framed, axis=1, overwrite_x=True)[:whole_cells])
        self._magnitude += magnitude.sum(axis=0)
        power = np.square(magnitude, out=magnitude)
        self.fingerprint.add(power)
        bands = np.add.reduceat(power, self._edges, axis=1)[:, :-1]
        before = bands[:1] if self._last is None else self._last
        self._last = bands[-1:]
        heard = np.concatenate([before, bands])
        heard += np.float32(FLOOR * bands.sum() / whole_cells)
        heard = np.sqrt(np.sqrt(heard))
        self._rises.append(np.maximum(np.diff(heard, axis=0), 0.0).sum(axis=1))
        self._holds.append(heard[1:].sum(axis=1))

    def magnitude(self) -> Floats:
        """The summed magnitude spectrum of the whole recording, by bins of `bin_hz`."""
        return self._magnitude

    def rises(self) -> Floats:
        """How much the bands rose into each cell."""
        return _joined(self._rises)

    def holds(self) -> Floats:
        """How much the bands hold in each cell."""
        return _joined(self._holds)


def _window_frames(rate_hz: Hertz, cell: int) -> int:
    size = 1 << max(4, round(math.log2(_WINDOW_S * rate_hz)))
    return size if size >= cell else 2 * size


def _band_edges(size: int, bin_hz: float) -> npt.NDArray[np.intp]:
    """First bins of the bands, evenly apart on a logarithmic scale, and where the last one ends."""
    top = min(HIGHEST_BAND_HZ, bin_hz * size / 2)
    wanted = np.geomspace(LOWEST_BAND_HZ, top, BANDS + 1) / bin_hz
    return np.unique(np.clip(np.round(wanted).astype(np.intp), 1, size // 2))


def _downmix(chunk: Planes, out: npt.NDArray[np.float32]) -> None:
    if len(chunk) == 1:
        out[:] = chunk[0]
        return
    np.add(chunk[0], chunk[1], out=out)  # np.mean takes six times as long
    for channel in chunk[2:]:
        out += channel
    out *= np.float32(1 / len(chunk))
    first = float(np.vdot(chunk[0], chunk[0]))
    if float(np.vdot(out, out)) < _CANCELLED * first:
        out[:] = chunk[0]


def _joined(parts: list[npt.NDArray[np.float32]]) -> Floats:
    return np.concatenate(parts).astype(np.float64) if parts else np.zeros(0)
