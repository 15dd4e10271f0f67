"""Files that are open for several mixers at once, each decoded once.

A file is decoded from its beginning, so to open one in its middle costs as much as to decode what lies before. A Mix that
takes the place of another mostly goes on with what sounds: it is handed what was decoded for the other, and both
read on from there. Who reads first changes no sample.
"""

import threading

import numpy as np

from setsetting.arrays import Block
from setsetting.audio.mix import BED, Sound
from setsetting.audio.sources import Source, open_at
from setsetting.units import Frames, Hertz, Seconds, frames_from_s

_KEPT_S = Seconds(4)
"""So much of what was decoded last is kept: more than a player mixes ahead."""
_AT_ONCE = 4_608


class OpenFiles:
    """What is decoded of the files that sound; any thread may open one, and read what it opened."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._decoded: list[_Decoded] = []

    def open_at(self, sound: Sound, rate_hz: Hertz, frame: Frames) -> Source:
        """What a sound plays from one of its frames on; raises what opening its file raises."""
        if sound.source.startswith(BED):
            return open_at(sound, rate_hz, frame)
        with self._lock:
            for decoded in self._decoded:
                if decoded.is_of(sound, rate_hz) and decoded.has(frame):
                    decoded.readers += 1
                    return _Reader(self, decoded, frame)
        return _Reader(self, self.decode(sound, rate_hz, frame), frame)

    def decode(self, sound: Sound, rate_hz: Hertz, frame: Frames) -> "_Decoded":
        """Decode a sound from one of its frames on, for one reader."""
        decoded = _Decoded(sound, rate_hz, frame)
        with self._lock:
            self._decoded.append(decoded)
        return decoded

    def let_go(self, decoded: "_Decoded") -> None:
        """A reader needs it no more."""
        with self._lock:
            decoded.readers -= 1
            if decoded.readers:
                return
            self._decoded.remove(decoded)
        decoded.source.close()


class _Decoded:
    """A sound from one of its frames on, and what was decoded of it last, in a ring."""

    def __init__(self, sound: Sound, rate_hz: Hertz, frame: Frames) -> None:
        self.source = open_at(sound, rate_hz, frame)
        self.readers = 1
        self.sound, self.rate_hz = sound, rate_hz
        self._first = self._end = frame
        self._kept = np.empty((frames_from_s(_KEPT_S, rate_hz), 2), np.float32)
        self._reading = threading.Lock()

    def is_of(self, sound: Sound, rate_hz: Hertz) -> bool:
        own = self.sound
        same = (own.source, own.sha256, own.in_frame) == (sound.source, sound.sha256, sound.in_frame)
        return same and self.rate_hz == rate_hz

    def has(self, frame: Frames) -> bool:
        """Whether it can be read from this frame on."""
        with self._reading:
            return self._has(frame)

    def read(self, frame: Frames, out: Block, gain: np.float32) -> int | None:
        """What stands from a frame on, times `gain`; fewer than asked only at the end, None where it is kept no more."""
        with self._reading:
            if not self._has(frame):
                return None
            done = 0
            while done < len(out):
                ahead = int(self._end - frame - done) or self._decode()
                if not ahead:
                    break
                place = (frame + done) % len(self._kept)
                piece = self._kept[place : place + min(ahead, len(out) - done)]
                np.multiply(piece, gain, out=out[done : done + len(piece)])
                done += len(piece)
            return done

    def _has(self, frame: Frames) -> bool:
        return max(self._first, self._end - len(self._kept)) <= frame <= self._end

    def _decode(self) -> int:
        """Decode a little further; how much, 0 at the end."""
        place = self._end % len(self._kept)
        count = self.source.read(self._kept[place : place + _AT_ONCE], np.float32(1))
        self._end = Frames(self._end + count)
        return count


class _Reader:
    """One mixer's way through what is decoded; one whose place is kept no more decodes for itself."""

    def __init__(self, files: OpenFiles, decoded: _Decoded, frame: Frames) -> None:
        self._files, self._decoded, self._frame = files, decoded, frame

    @property
    def damaged(self) -> int:
        return self._decoded.source.damaged

    def read(self, out: Block, gain: np.float32) -> int:
        count = self._decoded.read(self._frame, out, gain)
        if count is None:
            behind, self._decoded = (
                self._decoded,
                self._files.decode(self._decoded.sound, self._decoded.rate_hz, self._frame),
            )
            self._files.let_go(behind)
            return self.read(out, gain)
        self._frame = Frames(self._frame + count)
        return count

    def close(self) -> None:
        self._files.let_go(self._decoded)
