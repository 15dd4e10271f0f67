"""What a player tells about itself: its state at one moment, as clients see it."""

from dataclasses import dataclass
from enum import StrEnum

from setsetting.units import Decibels, Frames, Hertz


class GainLayer(StrEnum):
    """Live gains over the Mix; each has a level of its own, 0 dB at the start."""

    DUCK = "duck"
    VOLUME = "volume"
    QUIET = "quiet"


class PlaybackState(StrEnum):
    PLAYING = "playing"
    WAITING = "waiting"
    """At a barrier of the fast output."""
    HOLDING = "holding"
    """The output is lost; the same one is awaited."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class OutputState:
    """One output: its own level relative to what all send, and whether it is held, its device being lost."""

    name: str
    volume_db: Decibels
    held: bool = False


@dataclass(frozen=True, slots=True)
class PlayerState:
    """What the player does at `frame`, the next frame to be sent.

    The frame clock counts frames of the Mix that were sent; it stands while nothing is sent. `end_frame`
    is where it will end as things are, `sounding` the SHA-256 of what goes to the output, `gains` each layer's level.
    """

    frame: Frames
    end_frame: Frames
    rate_hz: Hertz
    state: PlaybackState
    sounding: tuple[str, ...]
    gains: dict[GainLayer, Decibels]
    baton: str | None
    mix_digest: str
    last_n: int
    """The newest journal entry's number."""
    pid: int
    heard_frame: Frames = Frames(0)
    """The frame up to which anything but silence was sent."""
    outputs: tuple[OutputState, ...] = ()
