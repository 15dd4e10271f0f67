"""An acoustic fingerprint: how a recording is known again in another encoding, at another level or rate.

After Haitsma and Kalker (ISMIR 2002), on the short spectra that a scan makes anyway: their power in 33
bands, evenly apart on a logarithmic scale from 300 to 3,400 Hz, summed over 360 ms. A word of 32 bits says of each two
neighbouring bands whether their difference rose over the last 200 ms. A word stands every 200 ms; all
words 20 ms apart are made too, since half a step's shift costs a third of the bits. Words of what is
50 dB below the recording's mean are 0 and say nothing; a code begins with the first that does.

A sound too even to change its bands has no code: any drone would be like any other.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from setsetting.arrays import Floats

PHASES = 10
"""Words of 20 ms between two of a code."""
PER_SECOND = 5
"""Words of a code."""
BANDS = 33
LOWEST_HZ, HIGHEST_HZ = 300.0, 3400.0

Words = npt.NDArray[np.uint32]

_WORD = "<u4"
_SUMMED = 18
_QUIET = 1e-5
"""Share of the mean power under which a word says nothing."""
_CHANGE = 10 ** (1 / 10)
"""1 dB: a smaller change of a band is none."""
EVEN = 0.10
"""Share of changes under which a sound is too even. Music that was looked at has .24 at least, noise .29, drones .04."""
LEAST_WORDS = 9 * PER_SECOND
"""What ten seconds have: what is shorter is not told apart from others."""
_AT_ONCE = 512
"""So many cells are looked at together."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A recording's words from its first sound to its last, by cells of 20 ms (`fine`), a word of a code every tenth."""

    fine: Words

    @classmethod
    def from_bytes(cls, words: bytes) -> "Fingerprint":
        """The fingerprint that these words are."""
        return cls(np.frombuffer(words, _WORD).astype(np.uint32))

    def to_bytes(self) -> bytes:
        """Its words, the same on every machine."""
        return self.fine.astype(_WORD).tobytes()

    @property
    def code(self) -> Words:
        """A word every 200 ms."""
        return self.fine[::PHASES]


class FingerprintMeter:
    """Takes power spectra of (cells, bins), one every 20 ms, whatever their number."""

    def __init__(self, bins: int, bin_hz: float) -> None:
        self._first, self._weights = _bands(bins, bin_hz)
        self._left: Floats = np.zeros((_SUMMED + PHASES - 1, BANDS))  # as if silence came before, as it may in a copy
        self._bands: list[npt.NDArray[np.float32]] = []
        self._waiting = 0
        self._words: list[Words] = []
        self._levels: list[Floats] = []
        self._changes = self._compared = 0

    def add(self, power: npt.NDArray[np.float32]) -> None:
        self._bands.append(power[:, self._first : self._first + len(self._weights)] @ self._weights)
        self._waiting += len(power)
        if self._waiting >= _AT_ONCE:
            self._look()

    def _look(self) -> None:
        """Make the words of what waits."""
        cells = np.concatenate([self._left, *self._bands])
        self._bands.clear()
        self._waiting = 0
        self._left = cells[-(_SUMMED + PHASES - 1) :]
        sums = np.cumsum(np.concatenate([np.zeros((1, BANDS)), cells]), axis=0)
        sums = sums[_SUMMED:] - sums[:-_SUMMED]
        before, now = sums[:-PHASES], sums[PHASES:]
        slopes = sums[:, :-1] - sums[:, 1:]
        rises = slopes[PHASES:] > slopes[:-PHASES]
        self._words.append(np.packbits(rises, axis=1, bitorder="little").view(_WORD)[:, 0].astype(np.uint32))
        self._levels.append(now.sum(axis=1))
        self._changes += int(((now > _CHANGE * before) | (before > _CHANGE * now)).sum())
        self._compared += now.size

    def whole(self) -> Fingerprint | None:
        """The fingerprint of all that was added; None where it is too short, too quiet or too even to be known again."""
        if self._waiting:
            self._look()
        if not self._words or self._changes < EVEN * self._compared:
            return None
        levels = np.concatenate(self._levels)
        words = np.concatenate(self._words)
        words[levels < _QUIET * levels.mean()] = 0
        said = np.flatnonzero(words)
        if len(said) < LEAST_WORDS * PHASES:
            return None
        return Fingerprint(words[said[0] : said[-1] + 1])


def _bands(bins: int, bin_hz: float) -> tuple[int, npt.NDArray[np.float32]]:
    """The first bin that counts, and the share of each bin from there on in each band."""
    edges = np.geomspace(LOWEST_HZ, HIGHEST_HZ, BANDS + 1) / bin_hz
    first, last = int(edges[0]), min(bins, int(edges[-1]) + 2)
    bin_ = np.arange(first, max(first + 1, last))[:, np.newaxis]
    shares = np.minimum(bin_ + 0.5, edges[1:]) - np.maximum(bin_ - 0.5, edges[:-1])
    return first, np.clip(shares, 0.0, None).astype(np.float32)
