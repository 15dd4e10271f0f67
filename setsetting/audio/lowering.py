"""Music lowered under a recording of the clinic's: the same to the bit wherever the Mix is entered and however it is cut.

The level falls and rises in decibels, evenly, over `LOWERED_OVER_S`: by 12 dB that is 4 dB a second. Where two recordings
reach into each other, the lower level holds. For one whose file fails the music comes back.
"""

from dataclasses import replace

import numpy as np

from setsetting.arrays import Block
from setsetting.audio.mix import LOWERED_OVER_S, Mix, Sound
from setsetting.units import Decibels, Frames, frames_from_s


class Lowering:
    """What a Mix's recordings do to the rest of it; nothing where it has none."""

    def __init__(self, mix: Mix) -> None:
        self._rate_hz = mix.rate_hz
        self._over = [sound for sound in mix.sounds if sound.lowers_db]
        self._falls: dict[Decibels, Block] = {}

    def apply(self, block: Block, position: Frames) -> None:
        """Lower a block, whose first frame is frame `position` of the Mix, in place."""
        until = position + len(block)
        reaching = []
        for sound in self._over:
            begins, ends = sound.reach(self._rate_hz)
            if begins < until and ends > position:
                reaching.append(sound)
        if reaching:
            level = np.ones((len(block), 1), np.float32)
            for sound in reaching:
                self._lower(level, sound, position)
            block *= level

    def leave(self, sound: Sound, heard: Frames) -> None:
        """Lower for no more of a recording than was heard of it: `heard` frames."""
        left = [] if heard <= 0 else [replace(sound, frames=min(heard, sound.frames))]
        self._over = [each for other in self._over for each in (left if other is sound else [other])]

    def _lower(self, level: Block, sound: Sound, position: Frames) -> None:
        fall = self._fall(sound.lowers_db)
        begins, ends = sound.reach(self._rate_hz)
        whole = {begins: fall, ends - len(fall): fall[::-1]}
        for at, curve in whole.items():
            first, last = max(0, at - position), min(len(level), at + len(curve) - position)
            if first < last:
                here = level[first:last]
                np.minimum(here, curve[first + position - at : last + position - at], out=here)
        while_it_sounds = level[max(0, sound.start_frame - position) : max(0, ends - len(fall) - position)]
        np.minimum(while_it_sounds, fall[-1], out=while_it_sounds)

    def _fall(self, db: Decibels) -> Block:
        """The levels of a fall, the last of them all the way down."""
        if db not in self._falls:
            frames = frames_from_s(LOWERED_OVER_S, self._rate_hz)
            share = np.arange(1, frames + 1, dtype=np.float64) / frames
            self._falls[db] = np.power(10.0, db * share / 20).astype(np.float32)[:, np.newaxis]
        return self._falls[db]
