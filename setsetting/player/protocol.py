"""The words between a player and its clients: one JSON document a line, commands typed and bounded.

What is not exactly a command is refused with a sentence. Every command that changes sound carries
an `event_id`. An answer repeats nothing of what it was asked.
"""

from typing import Annotated, TypeAlias

import msgspec

from setsetting.audio.mix import Mix
from setsetting.errors import Refused
from setsetting.player.journal import Entry
from setsetting.player.mixes import check_mix
from setsetting.player.status import Layer, PlayerState
from setsetting.units import Frames
from setsetting.words.translate import _

LONGEST_LINE = 4 * 1024 * 1024
"""Bytes; a Mix of a thousand sounds is a quarter of a megabyte."""

EventId = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
FrameCount = Annotated[int, msgspec.Meta(ge=0, le=2**48)]
OverMs = Annotated[int, msgspec.Meta(ge=0, le=3_600_000)]
Db = Annotated[float, msgspec.Meta(ge=-96.0, le=0.0)]


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="state"):
    """Ask for the state."""


class Follow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="follow"):
    """From now on this connection gets journal entries after `since_n`, and nothing else."""

    since_n: FrameCount = 0


class Baton(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="baton"):
    controller: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class Replace(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="replace"):
    event_id: EventId
    mix: Mix
    fade_frames: FrameCount


class Gain(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="gain"):
    event_id: EventId
    layer: Layer
    db: Db
    over_ms: OverMs


class FadeOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="fade_out"):
    event_id: EventId
    over_ms: OverMs


class Stop(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="stop"):
    event_id: EventId


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="command", tag="release"):
    event_id: EventId
    gate: FrameCount


Act: TypeAlias = Replace | Gain | FadeOut | Stop | Release
Command: TypeAlias = State | Follow | Baton | Act


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a command came to: `error` is a sentence, or None when it was done."""

    error: str | None = None
    frame: Frames | None = None
    already: bool = False
    before: str | None = None
    """Who held the baton before."""
    state: PlayerState | None = None
    entry: Entry | None = None
    """Only for a follower: a journal entry."""


_commands: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)
_answers = msgspec.json.Decoder(Answer)


def read_command(line: bytes) -> Command:
    """Decode one line; anything malformed raises `Refused` with a sentence."""
    try:
        command = _commands.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(_("That is no command: {why}.").format(why=error)) from error
    if isinstance(command, Replace):
        check_mix(command.mix)
    return command


def read_answer(line: bytes) -> Answer:
    return _answers.decode(line)


def line_of(message: Command | Answer) -> bytes:
    return msgspec.json.encode(message) + b"\n"
