"""A soundscape: a playlist made concrete for one session; immutable once used."""

from dataclasses import dataclass
from enum import StrEnum

from setsetting.units import Millidecibels, Milliseconds, Minutes


class CueKind(StrEnum):
    TRACK = "track"
    SILENCE = "silence"
    BED = "bed"
    VOICE = "voice"


@dataclass(frozen=True, slots=True)
class Cue:
    """One thing on the timeline.

    `start_ms` counts from infusion start and may be negative. `length_ms` is the whole sounding
    time, fades included: a track sounds on under the fade of the cue that follows it.
    """

    kind: CueKind
    phase: str
    start_ms: Milliseconds
    length_ms: Milliseconds
    track_id: str | None
    gain_mdb: Millidecibels
    fade_in_ms: Milliseconds
    fade_out_ms: Milliseconds
    reason: str

    @property
    def end_ms(self) -> Milliseconds:
        return self.start_ms + self.length_ms

    @property
    def name(self) -> str:
        """What the record calls it when it has sounded."""
        return cue_name(self.kind, self.start_ms)


def cue_name(kind: str, start_ms: Milliseconds) -> str:
    """What the record calls a sound that began at a time of the soundscape's clock."""
    return f"{kind}@{start_ms}"


def prompt_kind(name: str) -> str:
    """The kind of sound that a prompt is, by its name."""
    return f"{CueKind.VOICE}:{name}"


def kind_in(name: str) -> str:
    """The kind of sound in what the record calls it."""
    return name.partition("@")[0]


@dataclass(frozen=True, slots=True)
class VoiceCue(Cue):
    """A prompt that the playlist names, over the music, which is lowered by `lowers_mdb` for it; `track_id` is its sound's."""

    prompt: str
    lowers_mdb: Millidecibels

    @property
    def name(self) -> str:
        return cue_name(prompt_kind(self.prompt), self.start_ms)


@dataclass(frozen=True, slots=True)
class Digests:
    """SHA-256 of what a soundscape was made from; a difference later means it is stale."""

    playlist: str
    library: str
    wishes: str


@dataclass(frozen=True, slots=True)
class Soundscape:
    """Cues in order, the prompts over them, and everything needed to make them again. It holds no patient's code."""

    playlist: str
    playlist_version: int
    minutes: Minutes
    seed: int
    loosened: tuple[tuple[str, str], ...]
    cost: float
    bound: float | None
    digests: Digests
    cues: tuple[Cue, ...]
    prompts: tuple[VoiceCue, ...] = ()

    @property
    def in_time(self) -> tuple[Cue, ...]:
        """Cues and prompts in the order of their starts."""
        return tuple(sorted((*self.cues, *self.prompts), key=lambda cue: cue.start_ms))

    @property
    def start_ms(self) -> Milliseconds:
        return self.cues[0].start_ms

    @property
    def end_ms(self) -> Milliseconds:
        return max(cue.end_ms for cue in self.cues)
