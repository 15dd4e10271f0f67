"""The words between a player and its clients: one JSON document a line, commands typed and bounded.

What is not exactly a command is refused with a sentence. Every command that changes sound carries
an `event_id`. An answer repeats nothing of what it was asked.
"""

from typing import Annotated, TypeAlias

import msgspec

from setsetting import strict_json
from setsetting.audio.mix import Mix
from setsetting.errors import Refused
from setsetting.player.journal import JournalEntry
from setsetting.player.mixes import check_mix
from setsetting.player.status import GainLayer, PlayerState
from setsetting.units import Decibels, Frames, Milliseconds
from setsetting.words.translate import _

LONGEST_LINE = 4 * 1024 * 1024
"""Bytes; a Mix of a thousand sounds is a quarter of a megabyte."""

EventId = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
FrameCount = Annotated[Frames, msgspec.Meta(ge=0, le=2**48)]
OverMs = Annotated[Milliseconds, msgspec.Meta(ge=0, le=3_600_000)]
Db = Annotated[Decibels, msgspec.Meta(ge=-96.0, le=0.0)]


class GetState(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="state"):
    """Ask for the state."""


class Follow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="follow"):
    """From now on this connection gets journal entries after `since_n`, and nothing else."""

    since_n: Annotated[int, msgspec.Meta(ge=0, le=2**48)] = 0


class TakeBaton(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="baton"):
    controller: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class Replace(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="replace"):
    event_id: EventId
    mix: Mix
    fade_frames: FrameCount


class Gain(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="gain"):
    event_id: EventId
    layer: GainLayer
    db: Db
    over_ms: OverMs
    output: str | None = None
    """One output alone, by its name; None: what all send."""


class FadeOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="fade_out"):
    event_id: EventId
    over_ms: OverMs


class Stop(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="stop"):
    event_id: EventId


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="release"):
    event_id: EventId
    barrier: FrameCount


SoundCommand: TypeAlias = Replace | Gain | FadeOut | Stop | Release
PlayerCommand: TypeAlias = GetState | Follow | TakeBaton | SoundCommand


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a command came to: `error` is a sentence, or None when it was done."""

    error: str | None = None
    frame: Frames | None = None
    already: bool = False
    before: str | None = None
    """Who held the baton before."""
    state: PlayerState | None = None
    entry: JournalEntry | None = None
    """Only for a follower: a journal entry."""


_commands: msgspec.json.Decoder[PlayerCommand] = msgspec.json.Decoder(PlayerCommand)


def read_command(line: bytes) -> PlayerCommand:
    """Decode one line; anything malformed raises `Refused` with a sentence."""
    try:
        command = _commands.decode(line)
    except strict_json.NOT_READ as error:
        raise Refused(_("That is no command: {why}.").format(why=error)) from error
    if isinstance(command, Replace):
        check_mix(command.mix)
    return command


def line_of(message: PlayerCommand | Reply) -> bytes:
    return msgspec.json.encode(message) + b"\n"
