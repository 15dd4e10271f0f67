"""The one streaming mixer: what is rendered to a file and what is heard in the room come from here.

Sample-exact cue times, float32, equal-power fades, linear gains; where nothing sounds there is digital
silence. It holds a few blocks at a time, whatever the length of the Mix and its files. A file that
fails or ends early leaves silence, or in a room a quiet noise bed, and a sentence in `troubles`; for a recording that
fails no music stays lowered. Nothing may throw in the middle of the music. It measures nothing and quantises nothing.
"""

import numpy as np

from setsetting.arrays import Block
from setsetting.audio.fade import Fade
from setsetting.audio.lowering import Lowering
from setsetting.audio.mix import BED, ROOM_BED, Mix, Sound
from setsetting.audio.sources import OpenAt, Source, open_at
from setsetting.errors import SetSettingError
from setsetting.machine.closable import Closable
from setsetting.units import Decibels, Frames, Hertz, Seconds, frames_from_s, s_from_frames
from setsetting.words.translate import _

CEILING = np.float32(10 ** (-1 / 20))
"""-1 dBFS: the last guard. Gains are planned so that nothing reaches it; what does is clipped and counted."""

_OPENED_AHEAD_S = Seconds(5)
_PIECE = 8192
"""Frames mixed at once, which stay in the processor's cache."""
_INSTEAD_DB, _INSTEAD_FADE_S = Decibels(-6.0), Seconds(3)
"""What a room hears where a file fails: 29 LU below full scale, quieter than the music round it, and rising slowly."""
_SHORT_UNNOTICED_S = 0.01
"""A sound that lacks no more than this was cut by rounding, not by damage."""


class Mixer(Closable):
    """Reads a Mix from `start_frame` on. One thread at a time; `troubles` and `guarded` grow while it reads.

    Entered in the middle it gives exactly the frames that reading from 0 gives.
    """

    def __init__(
        self,
        mix: Mix,
        start_frame: Frames = Frames(0),
        *,
        beds_for_lost: bool = False,
        open_at: OpenAt = open_at,
    ) -> None:
        """With `beds_for_lost` a noise bed takes the place of what cannot be read; else silence does."""
        self.mix = mix
        self._beds_for_lost = beds_for_lost
        self._open_at = open_at
        self.position: Frames = start_frame
        self.guarded: int = 0
        """Samples that were clipped to the ceiling."""
        self.peak: float = 0.0
        """The largest sample so far, before the guard."""
        self.troubles: list[tuple[int, str]] = []
        """(index of the sound in the Mix, sentence)."""
        order = sorted(range(len(mix.sounds)), key=lambda index: mix.sounds[index].start_frame)
        self._coming = [index for index in order if _end(mix.sounds[index]) > start_frame]
        self._voices: list[_Voice] = []
        self._scratch: Block = np.empty((_PIECE, 2), np.float32)
        self._lowering = Lowering(mix)

    def close(self) -> None:
        for voice in self._voices:
            voice.close()
        self._voices.clear()
        self._coming.clear()

    def read(self, out: Block) -> int:
        """Fill `out` (frames, 2) with the next frames; return how many of them lie before the Mix's end."""
        before_end = max(0, min(len(out), self.mix.frames - self.position))
        done = 0
        while done < before_end:
            piece = out[done : done + min(_PIECE, before_end - done)]
            self._mix(piece)
            self.position += len(piece)
            done += len(piece)
        out[before_end:] = 0
        self.position += len(out) - before_end
        return before_end

    def _mix(self, piece: Block) -> None:
        until = self.position + len(piece)
        self._open(until)
        sounding = [voice for voice in self._voices if voice.sound.start_frame < until]
        if not sounding:
            piece[:] = 0
            return
        over = [voice for voice in sounding if voice.sound.lowers_db]
        under = [voice for voice in sounding if not voice.sound.lowers_db]
        self._sum(under, piece)
        if under:
            self._lowering.apply(piece, self.position)
        self._sum(over, piece, begun=bool(under))
        for voice in sounding:
            if voice.failed:
                self._lowering.leave(voice.sound, Frames(until - voice.sound.start_frame))
            if _end(voice.sound) <= until:
                voice.close()
                self._voices.remove(voice)
        self._guard(piece)

    def _sum(self, sounding: list["_Voice"], piece: Block, *, begun: bool = False) -> None:
        """Put sounds into a piece, or on what is in it already."""
        for voice in sounding:
            if not begun:
                voice.read(piece, self.position)
                begun = True
                continue
            other = self._scratch[: len(piece)]
            voice.read(other, self.position)
            piece += other

    def _open(self, until: Frames) -> None:
        horizon = until + frames_from_s(_OPENED_AHEAD_S, self.mix.rate_hz)
        while self._coming and self.mix.sounds[self._coming[0]].start_frame < horizon:
            index = self._coming.pop(0)
            voice = _Voice(
                index, self.mix, self.position, self.troubles, self._open_at, beds_for_lost=self._beds_for_lost
            )
            self._voices.append(voice)
            if voice.failed:
                self._lowering.leave(voice.sound, Frames(0))
            self._voices.sort(key=lambda voice: voice.index)  # one order of addition, wherever reading began

    def _guard(self, piece: Block) -> None:
        peak = max(float(piece.max()), -float(piece.min()))
        self.peak = max(self.peak, peak)
        if peak > CEILING:
            self.guarded += int(np.count_nonzero(np.abs(piece) > CEILING))
            np.clip(piece, -CEILING, CEILING, out=piece)


class _Voice:
    """One sound while it is open: its source, gain and fades."""

    def __init__(
        self,
        index: int,
        mix: Mix,
        position: Frames,
        troubles: list[tuple[int, str]],
        open_at: OpenAt,
        *,
        beds_for_lost: bool,
    ) -> None:
        self.index = index
        self.sound = sound = mix.sounds[index]
        self._rate_hz = rate_hz = mix.rate_hz
        self._beds_for_lost = beds_for_lost
        self._entered = Frames(0)
        """The frame of the sound at which it begins to rise: later than 0 for a bed in the place of what failed."""
        self._troubles = troubles
        self._gain = np.float32(10 ** (sound.gain_db / 20))
        self._fade_in = Fade(sound.fade_in_frames, falling=False)
        self._fade_out = Fade(sound.fade_out_frames, falling=True)
        self._source: Source | None = None
        self.failed = False
        """Whether its file could not be read or read on, whatever took its place."""
        frame = max(Frames(0), position - sound.start_frame)
        try:
            self._source = open_at(sound, rate_hz, frame)
        except Exception as error:  # noqa: BLE001  whatever one file does, the room goes on hearing the rest
            self._fail(error, frame)

    def read(self, out: Block, position: Frames) -> None:
        """Fill `out`, whose first frame is frame `position` of the Mix, with this sound and silence around it."""
        first = max(0, self.sound.start_frame - position)
        last = max(first, min(len(out), _end(self.sound) - position))
        heard = first
        place = position + first - self.sound.start_frame
        if self._source is not None and last > first:
            try:
                heard = first + self._source.read(out[first:last], self._gain)
            except Exception as error:  # noqa: BLE001  as above
                self._fail(error, Frames(place + last - first))
            else:
                if heard < last:
                    self._ended_early(place + heard - first, Frames(place + last - first))
        out[:first] = 0
        out[heard:] = 0
        if place >= self._entered:
            self._fade_in.apply(out[first:heard], place - self._entered)
        self._fade_out.apply(out[first:heard], place - (self.sound.frames - self.sound.fade_out_frames))

    def close(self) -> None:
        if self._source is None:
            return
        if self._source.damaged:
            self._trouble(
                _("{source} is damaged; pieces that are missing because they could not be decoded: {count}.").format(
                    source=self.sound.source, count=self._source.damaged
                )
            )
        self._source.close()
        self._source = None

    def _ended_early(self, heard: Frames, goes_on: Frames) -> None:
        missing_s = s_from_frames(self.sound.frames - heard, self._rate_hz)
        self.close()
        if missing_s > _SHORT_UNNOTICED_S:
            self.failed = True
            words = _("{source} ended {seconds:.2f} s early.").format(source=self.sound.source, seconds=missing_s)
            self._trouble(f"{words} {self._replaced(goes_on)}")

    def _replaced(self, goes_on: Frames) -> str:
        """Put a bed in the place of what failed, from a frame of the sound on, where that is wanted; what did, in words."""
        if not self._beds_for_lost or self.sound.lowers_db or self.sound.source.startswith(BED):
            return _("Silence took its place.")
        bed = bed_instead(self.sound, goes_on, self._rate_hz)
        self._source = open_at(bed, self._rate_hz, Frames(0))
        self._gain = np.float32(10 ** (bed.gain_db / 20))
        self._fade_in, self._entered = Fade(bed.fade_in_frames, falling=False), goes_on
        return _("A noise bed took its place.")

    def _fail(self, error: Exception, goes_on: Frames) -> None:
        self.failed = True
        sentence = (
            str(error)
            if isinstance(error, SetSettingError)
            else _("{source} could not be read on ({why}).").format(source=self.sound.source, why=type(error).__name__)
        )
        if self._source is not None:
            self._source.close()
            self._source = None
        self._trouble(f"{sentence} {self._replaced(goes_on)}")

    def _trouble(self, sentence: str) -> None:
        self._troubles.append((self.index, sentence))


def bed_instead(sound: Sound, goes_on: Frames, rate_hz: Hertz) -> Sound:
    """The noise bed that takes the place of a sound from one of its frames on: it rises, and ends as the sound would."""
    left = Frames(max(1, sound.frames - goes_on))
    return Sound(
        source=ROOM_BED,
        sha256="",
        in_frame=goes_on,
        start_frame=Frames(sound.start_frame + goes_on),
        frames=left,
        fade_in_frames=min(frames_from_s(_INSTEAD_FADE_S, rate_hz), left),
        fade_out_frames=sound.fade_out_frames,
        gain_db=_INSTEAD_DB,
    )


def _end(sound: Sound) -> Frames:
    return sound.start_frame + sound.frames
