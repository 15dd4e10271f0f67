"""The beginning of a bare MPEG stream, behind its tags: the first frame with the index and what an encoder says there."""

from pathlib import Path

_WITHIN = 4096
"""Bytes after the tags that hold the first frame, and in it the index of a variable rate."""
_INDEX_FIELDS = (4, 4, 100, 4)
"""Bytes of the fields that an index may have (frames, bytes, table, quality), each by a bit of its flags."""
_PADDING_AT = 21
"""Bytes from the encoder's name to how much it put before and after the sound: 12 bits each, as LAME writes them."""


def first_frame(path: Path) -> bytes:
    """Read what stands at a file's beginning once an ID3v2 tag is passed over."""
    with path.open("rb") as file:
        start = file.read(10)
        if start[:3] == b"ID3" and len(start) == 10:
            seven_bits = start[6] << 21 | start[7] << 14 | start[8] << 7 | start[9]
            file.seek(10 + seven_bits)
            start = b""
        return start + file.read(_WITHIN)


def encoder_padding(path: Path) -> bytes:
    """What an MP3's encoder says that it put before and after the sound; nothing where it does not say."""
    first = first_frame(path)
    at = max(first.find(b"Xing"), first.find(b"Info"))
    if not 0 <= at < len(first) - 8:
        return b""
    fields = sum(size for bit, size in enumerate(_INDEX_FIELDS) if first[at + 7] >> bit & 1)
    return first[at + 8 + fields + _PADDING_AT :][:3]
