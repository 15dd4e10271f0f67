"""The player's client: starts a player, finds one that runs, and asks things of it.

Every command that changes sound carries an event id and is applied once: repeating it answers with
the first result and `already`. The sound's acts are refused to who does not hold the baton; taking
it is always allowed. A client may vanish at any time; the music goes on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from setsetting.audio.mix import Mix
from setsetting.errors import SetSettingError
from setsetting.player.job import Job
from setsetting.player.journal import Entry
from setsetting.units import Decibels, Frames, Hertz, Milliseconds


class PlayerGone(SetSettingError):
    """The player ended or died while it was spoken to."""


class Layer(StrEnum):
    """Live gains over the Mix; each has a level of its own, 0 dB at the start."""

    DUCK = "duck"
    VOLUME = "volume"


class Playing(StrEnum):
    PLAYING = "playing"
    WAITING = "waiting"
    """At a gate of the fast output."""
    HOLDING = "holding"
    """The output is lost; the same one is awaited."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Sounding:
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

    layer: Layer
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
    gate: Frames | None
    sounding: tuple[Sounding, ...]
    gains: tuple[LiveGain, ...]
    output: str
    underruns: int
    held_ms: Milliseconds
    baton: str | None
    mix_digest: str
    last_n: int
    """The newest journal entry's number."""
    pid: int


@dataclass(frozen=True, slots=True)
class Acted:
    """A command's result: the frame from which it holds, and whether it had been applied before."""

    frame: Frames
    already: bool


class Player:
    """A running player, spoken to over its socket; one connection, one command at a time."""

    def __init__(self, folder: Path, timeout_s: float = 10.0) -> None:
        raise NotImplementedError

    def state(self) -> PlayerState:
        """Ask what it does now."""
        raise NotImplementedError

    def take_baton(self, controller: str) -> str | None:
        """Become the one controller (as `controller`); return who was it before, if anyone."""
        raise NotImplementedError

    def replace(self, event_id: str, mix: Mix, fade_frames: Frames) -> Acted:
        """Play `mix` from now on, crossfading; 0 when what sounds now is the same in both."""
        raise NotImplementedError

    def gain(self, event_id: str, layer: Layer, db: Decibels, over_ms: Milliseconds) -> Acted:
        """Move a layer to `db` (at most 0) over a time."""
        raise NotImplementedError

    def fade_out(self, event_id: str, over_ms: Milliseconds) -> Acted:
        """Fade to silence, then end."""
        raise NotImplementedError

    def stop(self, event_id: str) -> Acted:
        """End now, after the shortest fade without a click."""
        raise NotImplementedError

    def release(self, event_id: str, gate: Frames) -> Acted:
        """Let a fast player go on past a gate; one that is still ahead will not wait."""
        raise NotImplementedError

    def at_gate(self, gate: Frames) -> bool:
        """Wait until the player waits at this gate; False when it ended without coming there."""
        raise NotImplementedError

    def follow(self, since_n: int = 0) -> Iterator[Entry]:
        """Give journal entries after `since_n`, then new ones as they come, until the player is gone.

        It uses a connection of its own, closed with the iterator.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the connection and the baton; the player plays on."""
        raise NotImplementedError

    def __enter__(self) -> "Player":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def start(folder: Path, job: Job, wait_s: float = 20.0) -> Player:
    """Start a player in `folder` and wait until it answers; raise its sentence when it can't play."""
    raise NotImplementedError


def connect(folder: Path) -> Player | None:
    """Find the player of this folder; None when none answers."""
    raise NotImplementedError


def restart(folder: Path, wait_s: float = 20.0) -> Player:
    """Start a dead player again where it was, with a fade-in; the journal goes on."""
    raise NotImplementedError
