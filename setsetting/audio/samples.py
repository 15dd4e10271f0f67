"""A digest of what is decoded, whatever encoded it: lossless copies have equal ones, be the sound as even as it may.

The rate is no part of it: samples that a header declares at another rate are the same. Of every 1,024
samples the first 128 are taken, a sum made for each of their 64 pairs over a stretch of 131,072, and those sums are
hashed, so that a scan costs a hundredth more. It tells copies from one another and guards against nobody.
"""

import hashlib

import numpy as np

from setsetting.arrays import Block

_ROW, _ONE_OF, _STRETCH = 128, 8, 128


class SampleDigest:
    """Takes float32 samples in order, each time whole rows of 128 but for the last."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._sums = np.zeros(_ROW // 2, np.uint64)
        self._samples = self._rows = self._summed = 0

    def add(self, block: Block) -> None:
        """Take the next frames."""
        flat = block.reshape(-1)
        self._samples += len(flat)
        if over := -len(flat) % _ROW:
            flat = np.concatenate([flat, np.zeros(over, np.float32)])
        rows = flat.view(np.uint64).reshape(-1, _ROW // 2)
        taken = rows[-self._rows % _ONE_OF :: _ONE_OF]
        self._rows += len(rows)
        while len(taken):
            part = taken[: _STRETCH - self._summed]
            self._sums += np.add.reduce(part, axis=0)
            self._summed += len(part)
            taken = taken[len(part) :]
            if self._summed == _STRETCH:
                self._take()

    def whole(self) -> str:
        """The digest of all that was added, 32 hexadecimal digits."""
        self._take()
        self._hash.update(self._samples.to_bytes(8))
        return self._hash.hexdigest()[:32]

    def _take(self) -> None:
        self._hash.update(self._sums.astype("<u8").tobytes())
        self._sums[:] = 0
        self._summed = 0
