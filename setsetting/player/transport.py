"""The transport: a ring of mixed frames between the thread that mixes and the one that sends.

The ring is short, so that a new Mix is heard soon: replacing it mixes the frames from just ahead of
the sender on again, while the sender goes on reading what lies before them. The frame clock counts
sent frames and never jumps. `pull` takes no lock and does no I/O; it may run in a device's callback.
"""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from setsetting.arrays import Block
from setsetting.audio.mix import Mix
from setsetting.player.gain_stage import GainStage
from setsetting.player.mixes import digest
from setsetting.player.playback_history import FOREVER, sounding_at
from setsetting.player.sources import Crossfade, FrameSource, MixedAhead, MixSource, Quiet
from setsetting.units import Frames, Milliseconds, frames_from_ms
from setsetting.words.translate import _

RING_MS = Milliseconds(2_000)
BEHIND_MS = Milliseconds(400)
"""So long what was sent is kept, for outputs that are behind."""
MARGIN_MS = Milliseconds(60)
"""What the sender may take while a new Mix is let in: a period of a device, and half of one to let it in."""
CHUNK = 4_608
AUDIBLE = 2.0**-15
"""One step of 16 bits: what is smaller is silence, whatever it was meant to be."""
_AT_ONCE = 4 * CHUNK
"""Mixed before a new Mix is let in: two fifths of a second, time enough for who mixes ahead to wake."""

OpenMixer = Callable[[Mix, Frames], MixSource]


@dataclass(frozen=True, slots=True)
class MixTrouble:
    """A sound of a Mix (None: all of it) is silent from `frame` on, and why."""

    frame: Frames
    mix: str
    index: int | None
    sentence: str


class _Watched:
    """A mixer whose troubles are told with the frame they were met at."""

    def __init__(self, mix: Mix, mixer: MixSource, frame: Frames, troubles: deque[MixTrouble]) -> None:
        self._mix = digest(mix)
        self._mixer = mixer
        self._frame = frame
        self._told = 0
        self._troubles = troubles

    def read(self, out: Block) -> int:
        count = self._mixer.read(out)
        for index, sentence in self._mixer.troubles[self._told :]:
            self._troubles.append(MixTrouble(self._frame, self._mix, index, sentence))
            self._told += 1
        self._frame += count
        return count

    def close(self) -> None:
        self._mixer.close()


class Transport:
    """Mixes ahead, sends, and passes from one Mix to the next at a frame.

    Three threads meet here: one calls `fill`, one calls `pull`, any may call `replace`. With
    `waits=True` the sender never runs ahead of the mixing (the fast output), so nothing is kept
    from it while a Mix is replaced.
    """

    def __init__(self, mix: Mix, start_frame: Frames, open_mixer: OpenMixer, *, waits: bool) -> None:
        self.rate_hz = mix.rate_hz
        self.gain_stage = GainStage(mix.rate_hz)
        self.frame = self.heard_frame = self._listened = start_frame
        self.underruns = 0
        self.lacked: Frames = Frames(0)
        """Frames of silence that underruns sent."""
        self.holding = False
        self.short = threading.Event()
        """Set when the ring was cut, so that who mixes ahead need not look often."""
        self.troubles: deque[MixTrouble] = deque()
        self._open_mixer = open_mixer
        self._margin = 0 if waits else frames_from_ms(MARGIN_MS, mix.rate_hz)
        self._behind = frames_from_ms(BEHIND_MS, mix.rate_hz)
        self._capacity = frames_from_ms(RING_MS, mix.rate_hz) + self._behind
        self._ring = np.zeros((self._capacity, 2), np.float32)
        self._mixed = start_frame
        self._exhausted = False
        self._end = mix.frames
        self._in_force: list[tuple[Mix, Frames]] = [(mix, FOREVER)]
        self._source: FrameSource = self._open(mix, start_frame)
        self._mixing = threading.Lock()
        self._replacing = threading.Lock()

    @property
    def end_frame(self) -> Frames:
        """Where it will end as things are."""
        fading = self.gain_stage.end_frame
        return self._end if fading is None else min(self._end, fading)

    @property
    def ended(self) -> bool:
        fading = self.gain_stage.end_frame
        if fading is not None and self.frame >= fading:
            return True
        return self._exhausted and self.frame >= self._mixed

    def fill(self) -> bool:
        """Mix one chunk ahead; False when the ring is full or the Mix is at its end."""
        with self._mixing:
            return self._fill()

    def pull(self, out: Block) -> int:
        """Send: put the next frames into `out`, silence where there are none; return how many moved the clock."""
        frame = self.frame
        self.gain_stage.anchor(frame)
        exhausted, holding = self._exhausted, self.holding
        count = 0 if holding else max(0, min(len(out), self._mixed - frame))
        fading = self.gain_stage.end_frame
        if fading is not None:
            count = max(0, min(count, fading - frame))
        elif count < len(out) and not holding and not exhausted:
            self.underruns += 1
            self.lacked += len(out) - count
        if count:
            self._copy_out(frame, out[:count])
            self.gain_stage.apply(out[:count], frame)
        out[count:] = 0.0
        self.frame = frame + count
        return count

    def sent_again(self, frame: Frames, out: Block) -> None:
        """What was sent from a frame on, not longer ago than `BEHIND_MS`, for another output."""
        self._copy_out(frame, out)
        self.gain_stage.apply(out, frame)

    def listen(self) -> None:
        """Look whether anything of what was sent last could be heard: since it was asked before, at most `BEHIND_MS`."""
        until = self.frame
        sent = np.empty((min(until - self._listened, self._behind), 2), np.float32)
        self._listened = until
        self.sent_again(Frames(until - len(sent)), sent)
        self._hear(sent, until)

    def _hear(self, sent: Block, until: Frames) -> None:
        if len(sent) and (sent.max() > AUDIBLE or sent.min() < -AUDIBLE):
            self.heard_frame = until

    def fill_and_pull(self, out: Block) -> int:
        """Send as `pull` does, mixing as much as is needed first; for a sender that waits."""
        with self._mixing:
            while self._mixed - self.frame < len(out) and self._fill():
                pass
            count = self.pull(out)
            self._hear(out[:count], self.frame)
            return count

    def replace(self, mix: Mix, fade_frames: Frames, done: Callable[[Frames], None]) -> Frames:
        """Play `mix` from now on; return the frame at which it begins.

        Opening and seeking are done before anything waits for them. `done` is called with the frame
        while the mixing still stands, so that what is noted is noted before it is heard.
        """
        with self._replacing:
            ready = self.frame + self._margin
            new = self._warmed(self._open(mix, ready))
            try:
                ahead = np.empty((CHUNK, 2), np.float32)
                while (behind := self.frame + self._margin - ready) > 0:
                    ready += self._skip(new, ahead[: min(behind, CHUNK)])
                with self._mixing:
                    return self._change(mix, new, ready, fade_frames, done)
            except BaseException:
                new.close()
                raise

    def close(self) -> None:
        with self._mixing:
            self._source.close()

    def _change(
        self, mix: Mix, new: FrameSource, ready: Frames, fade: Frames, done: Callable[[Frames], None]
    ) -> Frames:
        scratch = np.empty((_AT_ONCE, 2), np.float32)
        at = max(ready, self.frame + self._margin)
        while ready < at:
            ready += self._skip(new, scratch[: min(at - ready, _AT_ONCE)])
        while self._mixed < at and not self._exhausted and self._fill():
            pass
        self._pad_to(at)
        kept = np.empty((self._mixed - at, 2), np.float32)
        self._mixed, before = (
            at,
            self._mixed,
        )  # a sender that comes here too soon waits, and sends nothing that is no more
        self._copy_out(at, kept)
        old: FrameSource = MixedAhead(kept, self._source)
        source: FrameSource = Crossfade(old, new, fade, alike=self._is_alike(mix, at)) if fade else new
        try:
            first = source.read(scratch)
        except BaseException:
            self._mixed = before
            raise
        if not fade:
            old.close()
        self._copy_in(at, scratch[:first])
        self._mixed = at + first
        self._exhausted = first < len(scratch)
        self._source = source
        self._in_force = [(one, min(until, at + fade)) for one, until in self._in_force if until > at]
        self._in_force.append((mix, FOREVER))
        self._end = max(mix.frames, at + fade)
        self.short.set()
        done(at)
        return at

    def _is_alike(self, mix: Mix, at: Frames) -> bool:
        """Whether a sound of this Mix sounds already, from a Mix in force or one that is leaving."""
        now = {key for before, until in self._in_force if until > at for key in sounding_at(before, at)}
        return not now.isdisjoint(sounding_at(mix, at))

    def _open(self, mix: Mix, frame: Frames) -> FrameSource:
        return _Watched(mix, self._open_mixer(mix, frame), frame, self.troubles)

    def _warmed(self, source: FrameSource) -> FrameSource:
        """Make a mixer open its files and mix what is let in first now: that takes longer than anything after it."""
        first = np.empty((_AT_ONCE + CHUNK, 2), np.float32)
        return MixedAhead(first[: source.read(first)], source)

    def _fill(self) -> bool:
        room = self._capacity - self._behind - (self._mixed - self.frame)
        if self._exhausted or room < CHUNK:
            return False
        chunk = np.empty((CHUNK, 2), np.float32)
        count = self._read(chunk)
        self._copy_in(self._mixed, chunk[:count])
        self._mixed += count
        self._exhausted = count < CHUNK
        if isinstance(self._source, Crossfade) and self._source.settled:
            self._source = self._source.new
        return True

    def _read(self, chunk: Block) -> int:
        try:
            return self._source.read(chunk)
        except Exception as error:  # noqa: BLE001 - a room must not fall silent for good because one file did
            sentence = _("The music could not be mixed on ({why}); silence took its place.")
            self.troubles.append(MixTrouble(self._mixed, "", None, sentence.format(why=type(error).__name__)))
            self._source = Quiet(self._end - self._mixed)
            return self._source.read(chunk)

    def _skip(self, source: FrameSource, scratch: Block) -> int:
        """Read on without using it; past a source's end there is only silence to skip."""
        source.read(scratch)
        return len(scratch)

    def _pad_to(self, frame: Frames) -> None:
        """Silence behind a Mix at its end, for a new one that goes on a little later."""
        missing = frame - self._mixed
        if missing > 0:
            self._copy_in(self._mixed, np.zeros((missing, 2), np.float32))
            self._mixed = frame

    def _copy_in(self, frame: Frames, block: Block) -> None:
        place = frame % self._capacity
        first = min(len(block), self._capacity - place)
        self._ring[place : place + first] = block[:first]
        self._ring[: len(block) - first] = block[first:]

    def _copy_out(self, frame: Frames, out: Block) -> None:
        place = frame % self._capacity
        first = min(len(out), self._capacity - place)
        out[:first] = self._ring[place : place + first]
        out[first:] = self._ring[: len(out) - first]
