"""Text from elsewhere made safe to show: no control sequence of it ever reaches a terminal."""

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 300

_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_ONE_COLUMN_EACH = re.compile(
    r"[\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u2052\u2190-\u21ff\u2200-\u22ff\u2500-\u25fc\u2800-\u28ff]*"
)
"""Text in which no sign is wider or narrower than a column: Latin, Greek, Cyrillic, dashes, arrows, signs that screens are drawn with."""
_SPACES = re.compile(r"\s+")
_BREAKS = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
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


def one_line(text: str) -> str:
    """Return text with its line breaks, and the blanks about them, as single blanks."""
    return _BREAKS.sub(" ", text)


def harmless(text: str) -> str:
    """Return text with its spaces and lines as they stand, but nothing in it that moves a cursor or turns its order."""
    return text.translate(_HARMFUL)


def takes_a_column_each(text: str) -> bool:
    """Whether each sign of a text takes one column; then nothing in it is harmful either."""
    return _ONE_COLUMN_EACH.fullmatch(text) is not None


def width(text: str) -> int:
    """How many columns of a terminal a text takes, as its signs are drawn: two for a wide one, none for a mark."""
    if takes_a_column_each(text):
        return len(text)
    from wcwidth import wcswidth  # its tables are loaded where a text needs them

    return max(0, wcswidth(harmless(text).replace("\n", " ")))


def signs(text: str) -> Iterable[str]:
    """The signs of a text as they are drawn: a letter with its marks, an emoji with what joins or selects it."""
    if takes_a_column_each(text):
        return text
    from wcwidth import iter_graphemes

    return iter_graphemes(text)


def cut(text: str, columns: int) -> str:
    """Return text that takes at most so many columns, ending in an ellipsis where something is left out."""
    if width(text) <= columns:
        return text
    return beginning(text, columns - 1).rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def beginning(text: str, columns: int) -> str:
    """As many whole signs from the text's beginning as take at most so many columns."""
    kept, used = "", 0
    for sign in signs(text):
        used += width(sign)
        if used > columns:
            break
        kept += sign
    return kept


def _lone(char: str) -> bool:
    """Half of a pair, as file names in another encoding carry it; no terminal or file takes it."""
    return "\ud800" <= char <= "\udfff"
