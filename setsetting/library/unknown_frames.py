"""The texts of ID3 frames that no standard knows: programs write sort names, moods and people into frames of their own."""

from collections.abc import Iterator

_HEAD = {2: 6}
"""So many bytes stand before what is in a frame, by the tag's version; ten since the third."""
_CODINGS = "latin-1", "utf-16", "utf-16-be", "utf-8"
"""By the first byte of a text."""


def texts_of(frame: bytes, version: int) -> Iterator[str]:
    """Each text of a frame; nothing of one that holds something else."""
    inside = frame[_HEAD.get(version, 10) :]
    if inside[:1] and inside[0] < len(_CODINGS):
        text = inside[1:].decode(_CODINGS[inside[0]], "replace")
    else:
        text = inside.decode("utf-8", "replace")
    parts = text.lstrip("\ufeff").split("\0")
    yield from (part for part in parts if part and all(one.isprintable() or one.isspace() for one in part))
