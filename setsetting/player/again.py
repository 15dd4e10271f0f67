"""What was heard, again: the same frames as an output was sent, live acts included, whole or a part.

It goes by what was frozen (`heard`) and by the very files: one that is missing or has another sound by now is named,
and its part is silent; nothing takes its place. Times in which nothing was sent are silent, as they were.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np

from setsetting.arrays import Block
from setsetting.audio.decode import packet_digest
from setsetting.audio.dither import to_int16
from setsetting.audio.encode import FLAC_BLOCK, writer_for, written_whole
from setsetting.audio.mix import BED, Sound
from setsetting.audio.mixer import Mixer
from setsetting.audio.render import check_out
from setsetting.errors import Refused, SetSettingError
from setsetting.player.gain_stage import GainStage
from setsetting.player.heard import HeardChange, HeardLevel, HeardMix, HeardSound
from setsetting.player.sources import Crossfade, FrameSource
from setsetting.progress import Report, Step
from setsetting.units import Frames, frames_from_ms, s_from_frames
from setsetting.words.translate import _

_CHUNK = 16 * FLAC_BLOCK


@dataclass(frozen=True, slots=True)
class Piece:
    """Frames of the Mixes in a row, or (without a first frame) silence in which nothing was sent."""

    frame: Frames | None
    frames: Frames


@dataclass(frozen=True, slots=True)
class SilentPart:
    """A sound that cannot be heard again, between two frames from the beginning, gaps included.

    `missing` says that its file is gone; else it has another sound by now.
    """

    track_id: str
    source: str
    missing: bool
    from_frame: Frames
    to_frame: Frames


class HeardAgain:
    """The frames of a part, `from_frame` up to `to_frame` (None: the end) of all that was sent, gaps included.

    `elsewhere` gives other places where the sound of a track may lie by now. Raises Refused for a part in which
    nothing was heard.
    """

    def __init__(
        self,
        heard: HeardSound,
        from_frame: Frames = Frames(0),
        to_frame: Frames | None = None,
        elsewhere: Callable[[str], Iterable[str]] = lambda _track_id: (),
    ) -> None:
        self.rate_hz, self.troubles = heard.rate_hz, list[tuple[int, str]]()
        self.pieces = tuple(_part(heard, from_frame, to_frame))
        self.frames = Frames(sum(piece.frames for piece in self.pieces))
        if not self.frames:
            raise Refused(_("Nothing was heard in that part of the session."))
        self._heard, self.silent = _with_files(heard, self.pieces, elsewhere)
        first = next((piece.frame for piece in self.pieces if piece.frame is not None), heard.frames)
        self._music, self._levels = _Music(self._heard.mixes, first), _Levels(self._heard, first)
        self._left = list(self.pieces)

    def chunks(self, most: int = _CHUNK) -> Iterator[tuple[Frames | None, Block]]:
        """The next frames and the first one's number (None: silence in which nothing was sent), `most` at a time."""
        for piece in self.pieces:
            for done in range(0, piece.frames, most):
                block = np.zeros((min(most, piece.frames - done), 2), np.float32)
                at = None if piece.frame is None else Frames(piece.frame + done)
                if at is not None:
                    self._music.read(block)
                    self._levels.apply(block, at)
                yield at, block

    def read(self, out: Block) -> int:
        """Fill `out` with the next frames and return how many; fewer only at the end. For a player."""
        done = 0
        while done < len(out) and self._left:
            piece = self._left[0]
            count = min(piece.frames, len(out) - done)
            into = out[done : done + count]
            into[:] = 0
            if piece.frame is not None:
                self._music.read(into)
                self._levels.apply(into, piece.frame)
            begins = None if piece.frame is None else Frames(piece.frame + count)
            rest = Piece(begins, Frames(piece.frames - count))
            self._left[:1] = [rest] if rest.frames else []
            done += count
        return done

    def close(self) -> None:
        self._music.close()


def write(again: HeardAgain, out: Path, *, replace: bool, report: Report) -> None:
    """Write what is heard again to a .flac or .wav file, 16 bit, dithered as the session's capture was."""
    check_out(out, again.frames, again.rate_hz, replace=replace)
    total_s, written = int(s_from_frames(again.frames, again.rate_hz)), Frames(0)
    with written_whole(out, replace=replace) as part:
        writer = writer_for(out)(part, again.rate_hz)
        with writer:
            for frame, block in again.chunks():
                silent = np.zeros(block.shape, np.int16)
                writer.write(silent if frame is None else to_int16(block, frame))
                written += len(block)
                report(Step(int(s_from_frames(written, again.rate_hz)), total_s, "seconds", out.name))
    again.close()


class _Music:
    """The Mixes as they passed one into the next, from any frame on."""

    def __init__(self, mixes: Sequence[HeardMix], frame: Frames) -> None:
        self._mixes = mixes
        self._at = max((n for n, each in enumerate(mixes) if each.frame <= frame), default=0)
        self._position = frame
        self._source = self._entered(self._at, frame)

    def read(self, out: Block) -> None:
        """Fill `out`; what lies past the end of a Mix is silence."""
        done = 0
        while done < len(out):
            coming = self._mixes[self._at + 1 :]
            if coming and coming[0].frame == self._position:
                self._at += 1
                self._source = self._passed_into(self._source, self._at)
                continue
            count = len(out) - done if not coming else min(len(out) - done, coming[0].frame - self._position)
            piece = out[done : done + count]
            piece[self._source.read(piece) :] = 0
            done += count
            self._position = Frames(self._position + count)
            if isinstance(self._source, Crossfade) and self._source.settled:
                self._source = self._source.new

    def close(self) -> None:
        self._source.close()

    def _entered(self, at: int, frame: Frames) -> FrameSource:
        """What sounds at a frame of the Mix numbered `at`: it alone, or what was before still leaving under it."""
        held = self._mixes[at]
        if at == 0 or held.frame + held.fade_frames <= frame:
            return Mixer(held.mix, frame)
        source = self._passed_into(self._entered(at - 1, held.frame), at)
        scratch = np.empty((_CHUNK, 2), np.float32)
        for done in range(0, frame - held.frame, _CHUNK):
            source.read(scratch[: min(_CHUNK, frame - held.frame - done)])
        return source

    def _passed_into(self, before: FrameSource, at: int) -> FrameSource:
        held = self._mixes[at]
        new = Mixer(held.mix, held.frame)
        if held.fade_frames:
            return Crossfade(before, new, held.fade_frames, alike=held.alike)
        before.close()
        return new


class _Levels:
    """The levels as they were moved, from any frame on."""

    def __init__(self, heard: HeardSound, frame: Frames) -> None:
        self._rate_hz = heard.rate_hz
        self._stage = GainStage(heard.rate_hz)
        self._coming = sorted(heard.levels, key=lambda level: level.frame)
        while self._coming and self._coming[0].frame < frame:
            self._change(self._coming[0].frame)

    def apply(self, block: Block, frame: Frames) -> None:
        done = 0
        while done < len(block):
            if self._coming and self._coming[0].frame <= frame + done:
                self._change(Frames(frame + done))
            until = self._coming[0].frame - frame if self._coming else len(block)
            piece = block[done : min(until, len(block))]
            self._stage.apply(piece, Frames(frame + done))
            done += len(piece)

    def _change(self, frame: Frames) -> None:
        """Do all that was done at a frame; then it begins there."""
        while self._coming and self._coming[0].frame <= frame:
            self._one(self._coming.pop(0))
        self._stage.anchor(frame)

    def _one(self, level: HeardLevel) -> None:
        match level.what:
            case HeardChange.ANEW:
                self._stage = GainStage(self._rate_hz)
            case HeardChange.SET if level.layer is not None:
                self._stage.set_to(level.layer, level.db)
            case HeardChange.MOVES if level.layer is not None:
                self._stage.ask(level.layer, level.db, level.over_ms)
            case HeardChange.RISES:
                self._stage.fade_in(level.frame, level.over_ms)
            case HeardChange.FALLS:
                self._stage.ask_fade_out(level.over_ms)


def _part(heard: HeardSound, first: Frames, last: Frames | None) -> Iterator[Piece]:
    """All that was sent in its order, the gaps where they were, cut to a part."""
    position = 0
    for piece in _whole(heard):
        skipped = max(0, first - position)
        kept = piece.frames - skipped if last is None else min(piece.frames, last - position) - skipped
        if kept > 0:
            yield Piece(None if piece.frame is None else Frames(piece.frame + skipped), Frames(kept))
        position += piece.frames


def _whole(heard: HeardSound) -> Iterator[Piece]:
    frame = Frames(0)
    for gap in sorted(heard.gaps, key=lambda gap: gap.frame):
        until = min(gap.frame, heard.frames)
        yield Piece(frame, Frames(until - frame))
        yield Piece(None, frames_from_ms(gap.ms, heard.rate_hz))
        frame = until
    yield Piece(frame, Frames(heard.frames - frame))


def _with_files(
    heard: HeardSound, pieces: Sequence[Piece], elsewhere: Callable[[str], Iterable[str]]
) -> tuple[HeardSound, tuple[SilentPart, ...]]:
    """What was heard with every sound of this part at a file that has it; without those that none has."""
    sent = [(piece.frame, piece.frame + piece.frames) for piece in pieces if piece.frame is not None]
    first, last = min(sent, default=(heard.frames, 0))[0], max((end for _start, end in sent), default=0)
    files: dict[str, tuple[str | None, bool]] = {}
    silent: dict[tuple[str, Frames], SilentPart] = {}
    mixes = []
    for each, gone in zip(heard.mixes, _gone(heard), strict=True):
        kept = []
        for sound in each.mix.sounds:
            begins = max(first, each.frame, sound.start_frame)
            ends = min(last, gone, sound.start_frame + sound.frames)
            if begins >= ends or sound.source.startswith(BED):
                kept.append(sound)
                continue
            if sound.sha256 not in files:
                files[sound.sha256] = _file_of(sound, elsewhere(sound.sha256))
            path, missing = files[sound.sha256]
            if path is not None:
                kept.append(replace(sound, source=path))
                continue
            part = SilentPart(sound.sha256, sound.source, missing, _place(heard, begins), _place(heard, ends))
            before = silent.setdefault((sound.sha256, sound.start_frame), part)
            silent[sound.sha256, sound.start_frame] = replace(before, to_frame=max(before.to_frame, part.to_frame))
        mixes.append(msgspec.structs.replace(each, mix=replace(each.mix, sounds=tuple(kept))))
    return msgspec.structs.replace(heard, mixes=tuple(mixes)), tuple(silent.values())


def _gone(heard: HeardSound) -> list[Frames]:
    """From which frame on nothing more of each Mix is heard."""
    gone, until = list[Frames](), heard.frames
    for each in reversed(heard.mixes):
        gone.append(until)
        until = min(until, Frames(each.frame + each.fade_frames))
    return gone[::-1]


def _file_of(sound: Sound, elsewhere: Iterable[str]) -> tuple[str | None, bool]:
    """A file that has the very sound, and whether the one it was played from is gone."""
    for path in (sound.source, *elsewhere):
        with suppress(SetSettingError):
            if packet_digest(Path(path)) == sound.sha256:
                return path, False
    return None, not Path(sound.source).exists()


def _place(heard: HeardSound, frame: int) -> Frames:
    """Where a frame is from the beginning, gaps included."""
    gaps = (frames_from_ms(gap.ms, heard.rate_hz) for gap in heard.gaps if gap.frame <= frame)
    return Frames(frame + sum(gaps))
