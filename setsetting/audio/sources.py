"""What a sound of a Mix is read from, frame after frame at the Mix's rate: a file or a noise bed.

A file is always decoded from its beginning, never sought, because only that is exact in every format;
its resampler starts at the sound's `in_frame`. So a frame of a sound is the same whether the Mix was
read from 0 or entered in the middle.
"""

from pathlib import Path
from typing import Protocol

import numpy as np

from setsetting.arrays import Block
from setsetting.audio.beds import SLOPES, bed_colour, bed_frames
from setsetting.audio.decode import AudioDecoder
from setsetting.audio.downmix import to_stereo
from setsetting.audio.mix import BED, Mix, Sound
from setsetting.units import Frames, Hertz

_SKIPPED_AT_ONCE = 8192


class Source(Protocol):
    """Sequential stereo frames at the Mix's rate; `damaged` counts pieces that could not be decoded."""

    @property
    def damaged(self) -> int: ...

    def read(self, out: Block, gain: np.float32) -> int:
        """Fill the beginning of `out` with the next frames times `gain`; fewer than asked only at the end."""
        ...

    def close(self) -> None: ...


def open_at(sound: Sound, rate_hz: Hertz, frame: Frames) -> Source:
    """Open what a sound plays, at one of its frames; raises what opening a file or naming a bed raises."""
    if sound.source.startswith(BED):
        return _BedSource(bed_colour(sound.source), rate_hz, Frames(sound.in_frame + frame))
    return _FileSource(Path(sound.source), rate_hz, sound.in_frame, frame)


class OpenAt(Protocol):
    """What `open_at` is."""

    def __call__(self, sound: Sound, rate_hz: Hertz, frame: Frames) -> Source: ...


def synthesise_beds(mix: Mix) -> None:
    """Make the noise beds of a Mix now instead of when the first of them is opened."""
    for colour in sorted({sound.source.removeprefix(BED) for sound in mix.sounds if sound.source.startswith(BED)}):
        if colour in SLOPES:
            bed_frames(colour, mix.rate_hz, Frames(0), 1)


class _BedSource:
    def __init__(self, colour: str, rate_hz: Hertz, position: Frames) -> None:
        self.position = position
        self._colour = colour
        self._rate_hz = rate_hz
        bed_frames(colour, rate_hz, position, 1)  # synthesised now, ahead of the moment it must sound

    def read(self, out: Block, gain: np.float32) -> int:
        np.multiply(bed_frames(self._colour, self._rate_hz, self.position, len(out)), gain, out=out)
        self.position += len(out)
        return len(out)

    @property
    def damaged(self) -> int:
        return 0

    def close(self) -> None:
        """Nothing is held."""


class _FileSource:
    def __init__(self, path: Path, rate_hz: Hertz, in_frame: Frames, frame: Frames) -> None:
        self._file = AudioDecoder(path, hashing=False)
        same = self._file.rate_hz == rate_hz
        self._blocks = self._file.blocks(drop=Frames(in_frame + frame) if same else in_frame)
        self._resampler = None
        if not same:
            import soxr

            self._resampler = soxr.ResampleStream(self._file.rate_hz, rate_hz, 2, dtype="float32", quality="HQ")
        self._left: Block = np.empty((0, 2), np.float32)
        self._ended = False
        try:
            self._fetch()
            if not same:
                self._skip(frame)
        except BaseException:
            self._file.close()
            raise

    @property
    def damaged(self) -> int:
        return self._file.damaged

    def read(self, out: Block, gain: np.float32) -> int:
        done = 0
        while done < len(out):
            if not len(self._left):
                if self._ended:
                    break
                self._fetch()
                continue
            piece = self._left[: len(out) - done]
            np.multiply(piece, gain, out=out[done : done + len(piece)])
            done += len(piece)
            self._left = self._left[len(piece) :]
        return done

    def close(self) -> None:
        self._blocks.close()
        self._file.close()

    def _skip(self, frames: Frames) -> None:
        """Read and forget so many frames: a resampler's are made of all before them."""
        forgotten = np.empty((_SKIPPED_AT_ONCE, 2), np.float32)
        while frames > 0 and (got := self.read(forgotten[: min(frames, _SKIPPED_AT_ONCE)], np.float32(1))):
            frames = Frames(frames - got)

    def _fetch(self) -> None:
        """Decode until there is something to hand out, or the file is over."""
        while not len(self._left) and not self._ended:
            block = next(self._blocks, None)
            if block is None:
                self._ended = True
                if self._resampler is not None:
                    self._left = self._resampler.resample_chunk(np.empty((0, 2), np.float32), last=True)
                return
            block = to_stereo(block, self._file.channel_names)
            self._left = block if self._resampler is None else self._resampler.resample_chunk(block)
