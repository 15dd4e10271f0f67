"""Text from elsewhere made safe to show: no control sequence of it ever reaches a terminal."""

import re
import unicodedata

LONGEST = 300

_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_SPACES = re.compile(r"\s+")


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


def _lone(char: str) -> bool:
    """Half of a pair, as file names in another encoding carry it; no terminal or file takes it."""
    return "\ud800" <= char <= "\udfff"
