"""What the chunks of a WAV, AIFF, CAF, AU or MP4 file say that no reader of tags gives: each of several of one kind, notes of
editors and of radio, what telephones write; and the tags at an MP3's end that are older than APE.

Texts are given as they stand, whoever wrote the chunk; one that is no text gives nothing. What holds the sound is not read.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

_LONGEST = 1_000_000
_DEEPEST = 6
_WHOLE = re.compile("i[a-z0-9]{3}|name|auth|anno|[(]c[)] |perf|titl|albm|cprt|dscp|gnre|kywd")
"""Chunks of nothing but text; of others so many letters in a row are one."""
_OF_TELEPHONES = b"\0\0\0\0"
"""How a text of 3GP begins; behind it stands its language."""
_RUN = re.compile(rb"(?:[\x20-\x7e]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})+")
_LEAST_RUN = 6
_SOUND = frozenset({b"data", b"SSND", b"mdat", b"fmt ", b"ID3 ", b"id3 ", b"free", b"JUNK", b"ilst"})
_NESTED = {b"LIST": 4, b"moov": 0, b"trak": 0, b"udta": 0, b"meta": 4}
"""Chunks of chunks, and how many bytes stand before those."""
_LYRICS3 = {
    b"EAR": "artist",
    b"AUT": "lyricist",
    b"EAL": "album",
    b"ETT": "subtitle",
    b"INF": "comment",
    b"LYR": "lyrics",
}
_LYRICS3_FIELD = re.compile(rb"([A-Z]{3})(\d{5})")
_AT_END = 512_000


class _Kind(NamedTuple):
    """How a kind of file writes its chunks: where they begin, how long a size is and in which order, and whether it counts its
    own head."""

    begins: int
    order: str = "big"
    size_bytes: int = 4
    size_first: bool = False
    even: bool = True


def told_in_chunks(path: Path) -> Iterator[tuple[str, str]]:
    """Keys and texts, in the file's order."""
    with path.open("rb") as file:
        head = file.read(24)
        if (kind := _kind_of(head)) is not None:
            yield from _in_chunks(file, kind, kind.begins, path.stat().st_size, _DEEPEST)
        elif head[:4] == b".snd":
            yield from _texts("comment", file.read(max(0, min(_LONGEST, int.from_bytes(head[4:8]) - 24))))
        else:
            file.seek(max(0, path.stat().st_size - _AT_END))
            yield from _behind(file.read())


def _kind_of(head: bytes) -> _Kind | None:
    if head[:4] in (b"RIFF", b"RF64", b"BW64"):
        return _Kind(12, "little")
    if head[:4] in (b"FORM", b"RIFX"):
        return _Kind(12)
    if head[:4] == b"caff":
        return _Kind(8, size_bytes=8, even=False)
    return _Kind(0, size_first=True, even=False) if head[4:8] == b"ftyp" else None


def _in_chunks(file: BinaryIO, kind: _Kind, at: int, end: int, deeper: int) -> Iterator[tuple[str, str]]:
    while at + 8 <= end and deeper:
        file.seek(at)
        head = file.read(4 + kind.size_bytes)
        name, size = (head[4:], head[:4]) if kind.size_first else (head[:4], head[4:])
        length = int.from_bytes(size, "little" if kind.order == "little" else "big")
        begin = at + len(head)
        if kind.size_first and length == 1:
            length, begin = int.from_bytes(file.read(8)), begin + 8
        last = min(end, at + length if kind.size_first else begin + length)
        if name in _NESTED:
            yield from _in_chunks(file, kind, begin + _NESTED[name], last, deeper - 1)
        elif name not in _SOUND and last > begin:
            file.seek(begin)
            yield from _told(name, file.read(min(_LONGEST, last - begin)))
        if last <= at:
            return
        at = last + (last - begin) % 2 if kind.even else last


def _told(name: bytes, content: bytes) -> Iterator[tuple[str, str]]:
    if name == b"info":  # of CAF: how many, then keys and texts
        words = content[4:].split(b"\0")
        yield from ((_text(key), _text(text)) for key, text in zip(words[::2], words[1::2], strict=False))
        return
    yield from _texts(_text(name).casefold(), content)


def _texts(key: str, content: bytes) -> Iterator[tuple[str, str]]:
    for mark, encoding in ((b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le")):
        if mark in content[:10]:
            yield key, content[content.index(mark) + 2 :].decode(encoding, "replace").rstrip("\0")
            return
    if _WHOLE.fullmatch(key):
        yield key, _text(content[6:] if content.startswith(_OF_TELEPHONES) else content)
        return
    runs = [run.decode() for run in _RUN.findall(content) if len(run) >= _LEAST_RUN]
    if runs:
        yield key, " / ".join(runs)


def _behind(content: bytes) -> Iterator[tuple[str, str]]:
    """What stands at an MP3's end before the short ID3: its longer form, and Lyrics3 of both kinds."""
    if content[-355:-351] == b"TAG+":
        names = ("subtitle", "artist", "album")
        yield from ((name, _text(content[-351 + 60 * n : -291 + 60 * n])) for n, name in enumerate(names))
    begin = content.rfind(b"LYRICSBEGIN")
    if begin < 0:
        return
    told, at = content[begin + len(b"LYRICSBEGIN") :], 0
    if b"LYRICSEND" in told:
        yield "lyrics", _text(told.partition(b"LYRICSEND")[0])
    while field := _LYRICS3_FIELD.match(told, at):
        at = field.end() + int(field[2])
        yield _LYRICS3.get(field[1], "said"), _text(told[field.end() : at])


def _text(content: bytes) -> str:
    content = content.partition(b"\0")[0]
    try:
        return content.decode().strip()
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace").strip()
