"""Whether a file ends before its own container says it does, where a decoder cannot tell.

For most formats a decoder's claim is longer than what it finds when a copy broke off. Two kinds hide
it: WAV and AIFF, whose length is taken from what is there, and Ogg, whose length is read from the last
page that is there. So the first are asked for the size of their sound, and Ogg for a last page that is
whole and marked as the end. A size of nothing or of everything is what programs write into a pipe and
says nothing; other containers are left to the decoder.

A bare MPEG stream without an index has no length at all: a decoder guesses one from the rate of its
first frames, and a variable rate makes the guess wrong either way. Nothing can be told from it.
"""

import struct
from pathlib import Path
from typing import BinaryIO

from setsetting.audio.mpeg_head import first_frame

_PIPED = (0, 0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF000)
_PAGE = struct.Struct("<4sBBqIIIB")
_LONGEST_PAGE = _PAGE.size + 255 + 255 * 255
_LAST_PAGE = 0x04
_MAX_CHUNKS = 1000
_BARE_STREAMS = ("mp3", "mp2", "aac", "ac3", "eac3")


def ends_early(path: Path) -> bool:
    """Tell whether the file lacks the end that its container announces."""
    size = path.stat().st_size
    with path.open("rb") as file:
        kind = file.read(12)
        if kind[:4] == b"RIFF" and kind[8:] == b"WAVE":
            return _sound_exceeds(file, size, b"data", "<4sI")
        if kind[:4] == b"FORM" and kind[8:] in (b"AIFF", b"AIFC"):
            return _sound_exceeds(file, size, b"SSND", ">4sI")
        if kind[:4] == b"OggS":
            return not _ogg_ends(file, size)
    return False


def length_is_guessed(path: Path, codec: str) -> bool:
    """Tell whether the length a decoder claims for this file is a guess from its bit rate."""
    if not codec.startswith(_BARE_STREAMS):
        return False
    head = first_frame(path)
    in_container = head[4:8] == b"ftyp" or head[:4] in (b"\x1aE\xdf\xa3", b"RIFF", b"FORM", b"OggS", b"caff")
    return not in_container and not any(name in head for name in (b"Xing", b"Info", b"VBRI"))


def _sound_exceeds(file: BinaryIO, size: int, name: bytes, header: str) -> bool:
    """Walk the chunks to the one that holds the sound; tell whether it would end after the file."""
    for _chunk in range(_MAX_CHUNKS):
        head = file.read(8)
        if len(head) < 8:
            return False
        chunk, length = struct.unpack(header, head)
        if chunk == name:
            return length not in _PIPED and file.tell() + length > size
        file.seek(length + length % 2, 1)
    return False


def _ogg_ends(file: BinaryIO, size: int) -> bool:
    """Tell whether the last page is whole and marked as a stream's last."""
    file.seek(max(0, size - 2 * _LONGEST_PAGE))
    tail = file.read()
    start = tail.rfind(b"OggS")
    while start >= 0:
        if len(tail) - start >= _PAGE.size:
            _name, version, flags, _granule, _serial, _number, _crc, segments = _PAGE.unpack_from(tail, start)
            table = tail[start + _PAGE.size : start + _PAGE.size + segments]
            if version == 0 and len(table) == segments:
                return bool(flags & _LAST_PAGE) and start + _PAGE.size + segments + sum(table) <= len(tail)
        if start < len(tail) - _PAGE.size:
            start = tail.rfind(b"OggS", 0, start)  # the letters stood in the sound
        else:
            return False
    return False
