"""Live gains over the Mix, applied where sound leaves: duck, volume, and the fade of the whole.

A ramp is anchored at the first frame sent after it was asked for and follows from the frame alone, so
it is the same however the sound is cut into blocks. At unity the samples are left as they are. Nothing
here raises a level above the Mix.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from setsetting.arrays import Block, Floats
from setsetting.player.status import GainLayer
from setsetting.units import Decibels, Frames, Hertz, Milliseconds, frames_from_ms, nearest_ms

SHORTEST_MS = Milliseconds(50)
"""A faster change of level would click."""
STEEPEST_DB_PER_S = 6.0
"""A level rises no faster: what comes back must not startle."""


@dataclass(frozen=True, slots=True)
class _Ramp:
    """From `start` to `end` over `frames` from `at`, in whatever the layer counts in."""

    start: float
    end: float
    at: Frames = Frames(0)
    frames: Frames = Frames(0)

    def done(self, frame: Frames) -> bool:
        return self.start == self.end or frame >= self.at + self.frames

    def place(self, frame: Frames, count: int) -> Floats:
        """How far the ramp is, 0 to 1, for `count` frames."""
        return np.clip((np.arange(count) + (frame - self.at)) / self.frames, 0.0, 1.0)

    def value(self, frame: Frames) -> float:
        if self.done(frame):
            return self.end
        return self.start + (self.end - self.start) * max(0.0, (frame - self.at) / self.frames)


class GainStage:
    """The live gains; asked for by any thread, moved only by the one that sends."""

    def __init__(self, rate_hz: Hertz) -> None:
        self._rate_hz = rate_hz
        self._db = {layer: _Ramp(0.0, 0.0) for layer in GainLayer}
        self._power = _Ramp(1.0, 1.0)
        self._asked: dict[GainLayer | None, tuple[float, Frames, str]] = {}
        self._level: tuple[float, Frames] | None = None
        """The level that holds from a frame on, where none of it moves any more."""
        self.ending = False
        self.anchored: deque[tuple[str, Frames]] = deque()
        """Which act's change began at which frame, for who writes it down."""

    def ask(self, layer: GainLayer, db: Decibels, over_ms: Milliseconds, event_id: str = "") -> None:
        """Move a layer from where it is to `db`, from the next frame sent; upwards it takes its time."""
        self._asked[layer] = (db, self._frames(over_ms), event_id)

    def ask_fade_out(self, over_ms: Milliseconds, event_id: str = "") -> None:
        """Fade the whole to silence, equal-power, from the next frame sent; then it has ended."""
        self.ending = True
        self._asked[None] = (0.0, self._frames(over_ms), event_id)

    def fade_in(self, frame: Frames, over_ms: Milliseconds) -> None:
        """Rise from silence at `frame`, unless it is fading out for good."""
        if not self.ending:
            self._power = _Ramp(0.0, 1.0, frame, self._frames(over_ms))
            self._level = None

    def set_to(self, layer: GainLayer, db: Decibels) -> None:
        """Begin at a level, without a ramp: what was in force before a restart."""
        self._db[layer] = _Ramp(db, db)
        self._level = None

    @property
    def end_frame(self) -> Frames | None:
        """Where a fade-out will have reached silence; None when none has begun."""
        if not self.ending or self._power.end > 0 or None in self._asked:
            return None
        return self._power.at + self._power.frames

    def gains(self, frame: Frames) -> dict[GainLayer, Decibels]:
        """The layers' levels at a frame."""
        return {layer: Decibels(round(ramp.value(frame), 2)) for layer, ramp in self._db.items()}

    def anchor(self, frame: Frames) -> None:
        """Let what was asked for begin at `frame`; only the sending thread may."""
        while self._asked:
            layer, (end, frames, event_id) = self._asked.popitem()
            self._level = None
            if event_id:
                self.anchored.append((event_id, frame))
            if layer is None:
                self._power = _Ramp(self._power_at(frame), end, frame, frames)
            else:
                start = self._db[layer].value(frame)
                rising = frames_from_ms(nearest_ms(max(0.0, end - start) / STEEPEST_DB_PER_S), self._rate_hz)
                self._db[layer] = _Ramp(start, end, frame, max(frames, rising))

    def apply(self, block: Block, frame: Frames) -> None:
        """Multiply in place the frames from `frame` on."""
        if self._level is not None and frame >= self._level[1]:
            if self._level[0] != 1.0:
                np.multiply(block, np.float32(self._level[0]), out=block)
            return
        level = 1.0
        envelope: Floats | None = None
        for ramp in self._db.values():
            if ramp.done(frame):
                level *= _amplitude(ramp.end)
            else:
                db = ramp.start + (ramp.end - ramp.start) * ramp.place(frame, len(block))
                curve = np.power(10.0, db / 20)
                envelope = curve if envelope is None else envelope * curve
        if self._power.done(frame):
            level *= self._power.end**0.5
        else:
            turn = np.sin(self._power.place(frame, len(block)) * (np.pi / 2)) ** 2
            curve = np.sqrt(self._power.start + (self._power.end - self._power.start) * turn)
            envelope = curve if envelope is None else envelope * curve
        if envelope is not None:
            np.multiply(block, (envelope * level).astype(np.float32)[:, None], out=block)
            return
        self._level = level, frame
        if level != 1.0:
            np.multiply(block, np.float32(level), out=block)

    def _power_at(self, frame: Frames) -> float:
        if self._power.done(frame):
            return self._power.end
        turn = float(np.sin(self._power.place(frame, 1)[0] * (np.pi / 2)) ** 2)
        return self._power.start + (self._power.end - self._power.start) * turn

    def _frames(self, over_ms: Milliseconds) -> Frames:
        return frames_from_ms(max(over_ms, SHORTEST_MS), self._rate_hz)


def _amplitude(db: float) -> float:
    return 1.0 if db == 0 else float(10.0 ** (db / 20))
