"""Where a player's frames come from: a mixer, frames mixed already, or one source passing into another."""

from typing import Protocol

import numpy as np

from setsetting.arrays import Block
from setsetting.audio.fade import Fade
from setsetting.audio.mixer import CEILING
from setsetting.units import Frames


class FrameSource(Protocol):
    """Frames in order."""

    def read(self, out: Block) -> int:
        """Fill `out` (frames, 2) and return how many; fewer only at the end."""

    def close(self) -> None:
        """Let go of files."""


class MixSource(FrameSource, Protocol):
    """What `audio.mixer.Mixer` is: frames, and (index of a sound, sentence) for what went silent."""

    troubles: list[tuple[int, str]]


class MixedAhead:
    """Frames that were mixed already, then the source they came from."""

    def __init__(self, kept: Block, source: FrameSource) -> None:
        self._kept = kept
        self._source = source

    def read(self, out: Block) -> int:
        count = min(len(self._kept), len(out))
        out[:count] = self._kept[:count]
        self._kept = self._kept[count:]
        if count < len(out):
            count += self._source.read(out[count:])
        return count

    def close(self) -> None:
        self._source.close()


class Crossfade:
    """Pass from one source to another over `frames`; then only the new one is read.

    Equal-power, as strangers keep their level so; where the two are `alike` (the same sound in both) the
    gains add up to 1 instead, as the powers would make it 3 dB louder half way. It lasts at least as long
    as the fade, whichever of the two ends before.
    """

    def __init__(self, old: FrameSource, new: FrameSource, frames: Frames, *, alike: bool) -> None:
        self._old: FrameSource | None = old
        self.new = new
        self._frames = frames
        self._done = Frames(0)
        self._falling = Fade(frames, falling=True)
        self._rising = Fade(frames, falling=False)
        self._alike = alike

    def read(self, out: Block) -> int:
        count = self.new.read(out)
        if self._old is None:
            return count
        faded = min(self._frames - self._done, len(out))
        out[count:faded] = 0.0
        leaving = np.zeros((faded, 2), np.float32)
        self._old.read(leaving)
        self._fade(leaving, out[:faded])
        out[:faded] += leaving
        np.clip(out[:faded], -CEILING, CEILING, out=out[:faded])  # each keeps to it, their sum may not
        self._done += faded
        if self._done >= self._frames:
            self._old.close()
            self._old = None
        return max(count, faded)

    def _fade(self, leaving: Block, coming: Block) -> None:
        if not self._alike:
            self._falling.apply(leaving, self._done)
            self._rising.apply(coming, self._done)
            return
        rising = ((np.arange(len(coming)) + (self._done + 0.5)) / self._frames).astype(np.float32)[:, None]
        leaving *= 1 - rising
        coming *= rising

    @property
    def settled(self) -> bool:
        """Whether the old source is gone."""
        return self._old is None

    def close(self) -> None:
        if self._old is not None:
            self._old.close()
        self.new.close()


class Quiet:
    """Silence up to a frame: what is left when a source fails, so that the clock goes on."""

    def __init__(self, frames: Frames) -> None:
        self._left = max(0, frames)

    def read(self, out: Block) -> int:
        count = min(self._left, len(out))
        out[:count] = 0.0
        self._left -= count
        return count

    def close(self) -> None:
        """Nothing is held."""
