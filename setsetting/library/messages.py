"""What a scan and its measuring processes say to each other: msgpack, each after its length in four bytes."""

import struct
from typing import IO

import msgspec

from setsetting.audio.measurements import Measurements
from setsetting.library.tags import Tags

_LENGTH = struct.Struct("<I")


class MeasureRequest(msgspec.Struct, frozen=True):
    """A file to measure; when its sound is one of `perhaps`, which are measured already, its tags suffice."""

    path: bytes
    perhaps: tuple[str, ...] = ()


class MeasureReply(msgspec.Struct, frozen=True):
    """What became of a job: a track with its tags, or why not (`lasting` until the file changes)."""

    path: bytes
    track_id: str = ""
    tags: Tags | None = None
    measured: Measurements | None = None
    energy: float = 0.0
    reason: str = ""
    lasting: bool = True


READY = MeasureReply(path=b"")
"""The first answer, before any job: the process has started."""


def send(stream: IO[bytes], message: MeasureRequest | MeasureReply) -> None:
    """Write one message; raises BrokenPipeError when the other side is gone."""
    packed = msgspec.msgpack.encode(message)
    stream.write(_LENGTH.pack(len(packed)) + packed)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """Read one message, or None when the other side is gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    packed = stream.read(length)
    return packed if len(packed) == length else None
