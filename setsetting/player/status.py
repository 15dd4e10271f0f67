"""What a player tells about itself: its state at one moment, as clients see it."""

from dataclasses import dataclass
from enum import StrEnum

from setsetting.units import Decibels, Frames, Hertz, Milliseconds


class GainLayer(StrEnum):
    """Live gains over the Mix; each has a level of its own, 0 dB at the start."""

    DUCK = "duck"
    VOLUME = "volume"


class Playing(StrEnum):
    PLAYING = "playing"
    WAITING = "waiting"
    """At a barrier of the fast output."""
    HOLDING = "holding"
    """The output is lost; the same one is awaited."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class ActiveSound:
    """A sound now going to the output; `leaving` when only a crossfade still plays it.

    `index` counts in the Mix in force, or in the one before when leaving.
    """

    index: int
    sha256: str
    start_frame: Frames
    frames_in: Frames
    leaving: bool


@dataclass(frozen=True, slots=True)
class LiveGain:
    """One layer's level now, and where its ramp is going."""

    layer: GainLayer
    db: Decibels
    target_db: Decibels


@dataclass(frozen=True, slots=True)
class PlayerState:
    """What the player does at `frame`, the next frame to be sent.

    The frame clock counts frames of the Mix that were sent; it stands while nothing is sent, and
    `held_ms` says for how long in all. `end_frame` is where it will end as things are.
    """

    frame: Frames
    end_frame: Frames
    rate_hz: Hertz
    state: Playing
    barrier: Frames | None
    sounding: tuple[ActiveSound, ...]
    gains: tuple[LiveGain, ...]
    output: str
    underruns: int
    held_ms: Milliseconds
    baton: str | None
    mix_digest: str
    last_n: int
    """The newest journal entry's number."""
    pid: int
