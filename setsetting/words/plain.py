"""Text from elsewhere made safe to show: no control sequence of it ever reaches a terminal."""

import re
import unicodedata

LONGEST = 300

_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_SPACES = re.compile(r"\s+")
_HARMFUL = {code: "\N{REPLACEMENT CHARACTER}" for code in (*range(32), *range(127, 160)) if code != ord("\n")} | {
    ord(char): None for char in _REORDERING
}


def plain(text: str, longest: int = LONGEST) -> str:
    """Return one line of text: composed, without control, surrogate and reordering characters, cut to `longest`."""
    kept = "".join(
        " "
        if unicodedata.category(char) in ("Cc", "Zl", "Zp")
        else "\N{REPLACEMENT CHARACTER}"
        if _lone(char)
        else char
        for char in text[: 4 * longest]
        if char not in _REORDERING
    )
    return unicodedata.normalize("NFC", _SPACES.sub(" ", kept).strip())[:longest].rstrip()


def harmless(text: str) -> str:
    """Return text with its spaces and lines as they stand, but nothing in it that moves a cursor or turns its order."""
    return text.translate(_HARMFUL)


def width(text: str) -> int:
    """How many columns of a terminal a text takes: two for a wide character, none for a mark over another."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def cut(text: str, columns: int) -> str:
    """Return text that takes at most so many columns, ending in an ellipsis where something is left out."""
    if width(text) <= columns:
        return text
    while text and width(text) > columns - 1:
        text = text[:-1]
    return text.rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def _lone(char: str) -> bool:
    """Half of a pair, as file names in another encoding carry it; no terminal or file takes it."""
    return "\ud800" <= char <= "\udfff"
