"""Tags that stand where nobody who reads a file's own looks: more of a kind than one, further on, or of another program.

An Ogg file made of several names artists before each; an MP3 may have ID3 before ID3, between two songs or behind all;
Matroska gives each of several artists a tag of one name, of which codecs keep the last; programs for radio and
photographs leave texts of their own. A file is looked through for how such tags begin, whatever it is called.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

_MOST = 1000
"""So many tags of a kind are looked at in one file."""
_LONGEST_TEXT = 1_000_000
_AT_ONCE, _LOOKED_AT = 1 << 20, 32
"""So many bytes are looked through together, and so many behind a place tell what stands there."""
_OGG = b"OggS\0\2"
"""Where an Ogg stream begins."""
_ID3 = re.compile(rb"ID3[\2-\4][\0-\x10]")
_BETWEEN_SIGNS = re.compile(r"[<>=\"\0]+")
_TEXTS = (b"<x:xmpmeta", b"</x:xmpmeta>"), (b"<BWFXML", b"</BWFXML>")
_CART, _CART_ARTIST = re.compile(rb"cart....01\d\d", re.DOTALL), slice(76, 140)
"""A chunk of radio's with its size and version; in it whoever plays."""
_MATROSKA, _TAGS = b"\x1a\x45\xdf\xa3", b"\x12\x54\xc3\x67"
_TAG, _SIMPLE_TAG, _TAG_NAME, _TAG_TEXT = 0x7373, 0x67C8, 0x45A3, 0x4487
_ATTACHED, _FILE, _FILE_TOLD = b"\x19\x41\xa4\x69", 0x61A7, {0x466E, 0x467E, 0x465C}
"""Files within a file, and what of each may be text: its name, a description, its content."""
_DEEPEST = 10


def further_tags(path: Path) -> Iterator[Any]:
    """Each further set of tags as mutagen reads it, ID3 or a Vorbis comment; None where it cannot be read."""
    import mutagen
    from mutagen.id3 import ID3

    with path.open("rb") as file:
        if _part(file, 0, 4) == b"OggS":
            _first, *others = [*_places(file, _OGG), path.stat().st_size]
            for begin, end in pairwise(others):
                yield getattr(_read(mutagen.File, _part(file, begin, end - begin)), "tags", None)
            return
        for begin in _places(file, b"ID3", _ID3):
            head = _part(file, begin, 10)
            if len(head) == 10 and max(head[6:]) < 128:
                size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
                yield _read(ID3, _part(file, begin, 10 + size))


def further_texts(path: Path) -> Iterator[tuple[str, str]]:
    """Keys and texts of Matroska's tags, each of several of one name, and of programs for radio and photographs."""
    with path.open("rb") as file:
        if _part(file, 0, 4) == _MATROSKA:
            for begin in _places(file, _TAGS):
                _kind, inside = next(_elements(_part(file, begin, _LONGEST_TEXT)))
                yield from _matroska(inside, _DEEPEST)
            for begin in _places(file, _ATTACHED):
                _kind, inside = next(_elements(_part(file, begin, _LONGEST_TEXT)))
                for kind, attached in _elements(inside):
                    yield from _attached(attached) if kind == _FILE else ()
        for begin in _places(file, b"cart", _CART):
            yield "artist", _part(file, begin, 140)[_CART_ARTIST].partition(b"\0")[0].decode("utf-8", "replace")
        for first, last in _TEXTS:
            for begin in _places(file, first):
                text = _part(file, begin, _LONGEST_TEXT).partition(last)[0].decode("utf-8", "replace")
                yield "said", _BETWEEN_SIGNS.sub(" ", text)


def _read(parse: Any, content: bytes) -> Any:
    try:
        return parse(BytesIO(content))
    except Exception:  # noqa: BLE001 - a dozen unrelated types are raised on odd tags; those behind are read all the same
        return None


def _part(file: BinaryIO, begin: int, length: int) -> bytes:
    file.seek(begin)
    return file.read(length)


def _places(file: BinaryIO, begins: bytes, looks: re.Pattern[bytes] | None = None) -> Iterator[int]:
    """Where what begins so and looks like it stands; finding is many times quicker than matching."""
    at, found, last = 0, 0, _AT_ONCE + len(begins) - 1
    while found < _MOST:
        content = _part(file, at, _AT_ONCE + _LOOKED_AT)
        place = content.find(begins, 0, last)
        while place >= 0:
            if looks is None or looks.match(content, place):
                found += 1
                yield at + place
            place = content.find(begins, place + 1, last)
        if len(content) <= _AT_ONCE:
            return
        at += _AT_ONCE


def _matroska(content: bytes, deeper: int) -> Iterator[tuple[str, str]]:
    name = text = ""
    for kind, inside in _elements(content):
        if kind in (_TAG, _SIMPLE_TAG) and deeper:
            yield from _matroska(inside, deeper - 1)
        elif kind == _TAG_NAME:
            name = inside.decode("utf-8", "replace")
        elif kind == _TAG_TEXT:
            text = inside.decode("utf-8", "replace")
    if name and text:
        yield name, text.strip("\0")


def _attached(content: bytes) -> Iterator[tuple[str, str]]:
    """What of an attached file is text, such as what a video was downloaded with."""
    for kind, inside in _elements(content):
        if kind in _FILE_TOLD and b"\0" not in inside:
            yield "said", _BETWEEN_SIGNS.sub(" ", inside.decode("utf-8", "replace"))


def _elements(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The elements that lie one behind the other, each its kind and what is in it; what is cut off is as long as it is."""
    at = 0
    while at < len(content):
        kind, at = _number(content, at, marked=True)
        size, at = _number(content, at, marked=False)
        yield kind, content[at : at + size]
        at += size


def _number(content: bytes, at: int, *, marked: bool) -> tuple[int, int]:
    """A number whose first byte tells its length, with or without that mark, and where it ends."""
    length = 9 - content[at].bit_length() if at < len(content) else 9
    if length > 8:
        return 0, len(content)
    number = int.from_bytes(content[at : at + length])
    return number if marked else number & ((1 << 7 * length) - 1), at + length
