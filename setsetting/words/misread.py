"""How a name looks in a file of which a program took the letters for others, or lost those that it did not know.

Titles written on a Russian, Greek or Japanese machine and read as western letters (Кино: Êèíî), names that were packed by
one system and unpacked by another (Björk: Bj÷rk), letters that became a question mark or nothing. What is UTF-8 read as
another encoding is mended where it is read, since it can be told.
"""

from collections.abc import Iterator
from unicodedata import name as name_of
from unicodedata import normalize

_WESTERN = "cp1252", "latin-1"
_PACKED = "cp437", "cp850", "mac_roman"
_READ_AS = {
    **dict.fromkeys(_WESTERN, (*_PACKED, "cp1251")),
    **dict.fromkeys(_PACKED, (*_WESTERN, "cp1251")),
    **dict.fromkeys(("cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "iso8859-2", "iso8859-9"), _WESTERN),
    **dict.fromkeys(("cp1251", "koi8_r", "cp866"), (*_WESTERN, "cp1251")),
    **dict.fromkeys(("shift_jis", "euc_jp", "gbk", "big5", "euc_kr"), _WESTERN),
}
"""An encoding in which a name was written, and those in which it was read."""
_KEPT = "ascii", "latin-1", "cp1252"
"""Encodings that lack letters of ours."""
_LEAST_LEFT = 3


def as_misread(name: str) -> tuple[str, ...]:
    """What other names stand for this one, each once; none for one of plain letters."""
    return () if name.isascii() else tuple(dict.fromkeys((*_read_otherwise(name), *_lost(name))))


def _read_otherwise(name: str) -> Iterator[str]:
    for wrote, others in _READ_AS.items():
        for read in others:
            try:
                found = name.encode(wrote).decode(read)
            except UnicodeError:
                continue
            if found != name:
                yield found


def _lost(name: str) -> Iterator[str]:
    """A name without those of its accented letters that an encoding has not, with a sign in their place or without one."""
    for encoding in _KEPT:
        letters = [_of_ours(letter, encoding) for letter in normalize("NFC", name)]
        kept = [letter for letter in letters if letter is not None]
        if len(kept) == len(letters) and sum(map(str.isalpha, kept)) >= _LEAST_LEFT:
            yield "".join(letter or " " for letter in kept)
            yield "".join(kept)


def _of_ours(letter: str, encoding: str) -> str | None:
    """A letter that an encoding has; empty for another of ours with an accent or a stroke, None for one of another script."""
    ours = letter.isascii() or normalize("NFKD", letter)[0].isascii() or name_of(letter, "").startswith("LATIN")
    if not ours:
        return None
    return letter.encode(encoding, "ignore").decode(encoding)
