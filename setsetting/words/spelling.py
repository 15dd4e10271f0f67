"""The one spelling by which names are compared: artists, tags, phases.

Capitals, blanks at the ends and how many of them stand inside, what has no width, typographic apostrophes and
dashes, and the way an accent is coded make no difference. Only compared, never shown.
"""

import re
from functools import lru_cache
from unicodedata import category, normalize

_ALIKE = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201b\u02bc\u2032\u00b4", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
    | {"\u034f": None}
    | {chr(code): None for code in range(0xFE00, 0xFE10)}
)
_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=1 << 17)
def spelled(name: str) -> str:
    """Return a name as every other spelling of it is returned too; empty where nothing of it can be seen."""
    if name.isascii():
        return " ".join(_seen(name).casefold().split())
    kept = _seen(normalize("NFC", name).casefold().translate(_ALIKE))
    return normalize("NFC", " ".join(kept.split()))


def words_of(text: str) -> str:
    """Return the words of a text in this spelling, blanks between and around: ` one two `, or nothing but a blank."""
    return _words_in(spelled(text))


@lru_cache(maxsize=1 << 17)
def _words_in(text: str) -> str:
    found = _WORD.findall(text)
    return f" {' '.join(found)} " if found else " "


def stands_in(name: str, text: str) -> bool:
    """Whether a name stands in a text as whole words, whatever signs and blanks stand between them."""
    words = words_of(name)
    return words in words_of(text) if words.strip() else bool(spelled(name)) and spelled(name) in spelled(text)


def refers_to(refused: str, credited: str) -> bool:
    """Whether a refused name is one that is credited, with or without "the", or of two words or more stands in it.

    Who refuses Mira Dost refuses the Mira Dost Ensemble; who refuses Air does not refuse Air Supply.
    """
    wanted = _without_article(refused)
    if wanted.count(" ") > 2:
        return wanted in words_of(credited)
    same = wanted != " " and wanted == _without_article(credited)
    return same or (bool(spelled(refused)) and spelled(refused) == spelled(credited))


def _without_article(name: str) -> str:
    words = words_of(name)
    return words[4:] if words.startswith(" the ") and words.count(" ") > 2 else words


def _seen(text: str) -> str:
    """A text without what has no width; what controls a terminal is a blank."""
    if text.isprintable():
        return text
    return "".join(" " if (kind := category(char)) == "Cc" else "" if kind == "Cf" else char for char in text)
