"""Which sounds went to the output, from where to where, through every change of the Mix.

Pure: it is told the Mixes with the frames from which they held, what went silent, and how far the clock
came. A sound that a new Mix keeps in its place goes on; one that only a crossfade still plays sounds to
the crossfade's end.
"""

from dataclasses import dataclass, replace

from setsetting.audio.mix import Mix, Sound
from setsetting.player.mixes import digest
from setsetting.units import Frames

Key = tuple[str, str, Frames, Frames]


def _key(sound: Sound) -> Key:
    return (sound.source, sound.sha256, sound.in_frame, sound.start_frame)


def sounding_at(mix: Mix, frame: Frames) -> set[Key]:
    """The sounds of a Mix that sound in a frame, by what makes them the same in another Mix."""
    return {_key(sound) for sound in mix.sounds if sound.start_frame <= frame < sound.start_frame + sound.frames}


@dataclass(frozen=True, slots=True)
class _MixSpan:
    """A Mix that went to the output from a frame to another, its crossfades included."""

    mix: Mix
    digest: str
    start: Frames
    end: Frames
    silent: tuple[tuple[int, Frames], ...] = ()


@dataclass(frozen=True, slots=True)
class SoundSpan:
    """A sound without a break, as `index` of the Mix with this digest."""

    key: Key
    mix: str
    index: int
    start: Frames
    end: Frames

    @property
    def sha256(self) -> str:
        return self.key[1]

    @property
    def start_frame(self) -> Frames:
        return self.key[3]


@dataclass(frozen=True, slots=True)
class SpanEdge:
    """A stretch began or ended at a frame that the clock has passed."""

    stretch: SoundSpan
    frame: Frames
    began: bool


FOREVER = Frames(2**62)


class PlaybackHistory:
    """Follows the clock and tells every turn once."""

    def __init__(self, mix: Mix, frame: Frames) -> None:
        self._spans = [_MixSpan(mix, digest(mix), frame, FOREVER)]
        self._stretches = _stretches(self._spans)
        self._began: set[tuple[Key, Frames]] = set()
        self._ended: set[tuple[Key, Frames]] = set()

    @property
    def mix_digest(self) -> str:
        return self._spans[-1].digest

    def replaced(self, mix: Mix, frame: Frames, fade_frames: Frames) -> None:
        """From `frame` on `mix` holds; what was before sounds on for the crossfade."""
        before = [replace(span, end=min(span.end, frame + fade_frames)) for span in self._spans]
        self._set([*before, _MixSpan(mix, digest(mix), frame, FOREVER)])

    def silenced(self, mix_digest: str, index: int, frame: Frames) -> None:
        """A sound failed: from `frame` on nothing of it is heard."""
        self._set(
            [
                replace(span, silent=(*span.silent, (index, frame))) if span.digest == mix_digest else span
                for span in self._spans
            ]
        )

    def advance(self, frame: Frames) -> list[SpanEdge]:
        """Tell what began or ended before the clock came to `frame`, in order."""
        turns = []
        for stretch in self._stretches:
            name = (stretch.key, stretch.start)
            if stretch.start < frame and name not in self._began:
                self._began.add(name)
                turns.append(SpanEdge(stretch, stretch.start, began=True))
            if stretch.end <= frame and name in self._began and name not in self._ended:
                self._ended.add(name)
                turns.append(SpanEdge(stretch, stretch.end, began=False))
        return sorted(turns, key=lambda turn: (turn.frame, turn.began))

    def finish(self, frame: Frames) -> list[SpanEdge]:
        """The clock ends at `frame`: tell all that is left."""
        self._set([replace(span, end=min(span.end, frame)) for span in self._spans])
        return self.advance(frame)

    def now(self, frame: Frames) -> tuple[str, ...]:
        """The SHA-256 of what sounds in the frame that is sent next, the fading end of a Mix before included."""
        return tuple(stretch.sha256 for stretch in self._stretches if stretch.start <= frame < stretch.end)

    def _set(self, spans: list[_MixSpan]) -> None:
        self._spans = spans
        self._stretches = _stretches(spans)


def _stretches(spans: list[_MixSpan]) -> list[SoundSpan]:
    """Cut every Mix's sounds to where it held, and join what went on without a break."""
    joined: dict[Key, list[SoundSpan]] = {}
    for span in spans:
        for index, sound in enumerate(span.mix.sounds):
            start = max(sound.start_frame, span.start)
            end = min(sound.start_frame + sound.frames, span.end)
            end = min([end, *(frame for silent, frame in span.silent if silent == index)])
            if end <= start:
                continue
            key = _key(sound)
            parts = joined.setdefault(key, [])
            if parts and parts[-1].end >= start:
                parts[-1] = replace(parts[-1], end=max(parts[-1].end, end))
            else:
                parts.append(SoundSpan(key, span.digest, index, start, end))
    return sorted((part for parts in joined.values() for part in parts), key=lambda part: (part.start, part.index))
