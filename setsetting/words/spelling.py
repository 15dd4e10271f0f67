"""The one spelling by which names are compared: artists, tags, phases.

Capitals, blanks at the ends and how many of them stand inside, what has no width, typographic apostrophes and
dashes, and the way an accent is coded make no difference. A refused name is looked for more widely: without accents, in
letters of any width and of other scripts that look like ours, with or without blanks, the family name before or behind, a
first name by its initial. Only compared, never shown.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple
from unicodedata import category, normalize

_ALIKE = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201b\u02bc\u2032\u00b4", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
    | {"\u034f": None}
    | {chr(code): None for code in range(0xFE00, 0xFE10)}
)
_ACCENTS = dict.fromkeys(range(0x0300, 0x0370))
_UNPARTED = {"\u00f8": "o", "\u0142": "l", "\u0111": "d", "\u00e6": "ae", "\u0153": "oe", "\u0131": "i"}
"""Letters with a stroke or joined, which no normal form takes apart."""
_LOOKING_LIKE = {
    **dict(zip("авеһіјкԁмнорԛсѕтухԝ", "abehijkdmhopqcstyxw", strict=True)),
    **dict(zip("αβεζηικμνορτυχ", "abezhikmnoptyx", strict=True)),
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True)),
}
"""Small letters of other scripts for which one of ours is taken, as their capitals look, and ours drawn as small capitals."""
_PLAINER = str.maketrans(_UNPARTED | {"\u2122": " ", "\u2120": " "})
_TO_OURS = str.maketrans(_LOOKING_LIKE)
_WORD = re.compile(r"[^\W_]+")
_FIRST_MIDDLE_LAST, _MOST_IN_A_NAME = 3, 5
"""A credit of more words is no person's name."""
_LEAST_COUNTED = 4


@lru_cache(maxsize=1 << 17)
def spelled(name: str) -> str:
    """Return a name as every other spelling of it is returned too; empty where nothing of it can be seen."""
    if name.isascii():
        return " ".join(_seen(name).casefold().split())
    kept = _seen(normalize("NFC", name).casefold().translate(_ALIKE))
    return normalize("NFC", " ".join(kept.split()))


@lru_cache(maxsize=1 << 17)
def words_of(text: str) -> str:
    """Return the words of a text without accents, blanks between and around: ` one two `, or nothing but a blank."""
    known = spelled(text)
    found = _WORD.findall(known if known.isascii() else _without_accents(known))
    return f" {' '.join(found)} " if found else " "


@lru_cache(maxsize=1 << 10)
def glance(name: str) -> Callable[[str], object]:
    """What looks for a name in small letters of ASCII alone: where it finds nothing the name does not stand, nor is meant."""
    return re.compile("[^a-z0-9]*".join(map(re.escape, _meant(name).last.strip()))).search


def stands_in(name: str, text: str) -> bool:
    """Whether a name stands in a text as whole words, whatever signs and blanks stand between them."""
    orders = _meant(name).orders
    if not orders:
        return bool(spelled(name)) and spelled(name) in spelled(text)
    words, meant = words_of(text), _meant(name)
    return any(map(words.__contains__, orders)) or (meant.several and meant.last in words and _shortened(meant, words))


def stands_among(name: str, words: str) -> bool:
    """Whether a name of several words stands among these, by no chance; they are as `words_of` gives them."""
    meant = _meant(name)
    return meant.several and any(map(words.__contains__, meant.orders))


def refers_to(refused: str, credited: str) -> bool:
    """Whether a refused name is one that is credited, with or without "the", or of two words or more stands in it.

    Who refuses Mira Dost refuses the Mira Dost Ensemble, M. Dost and Mira Ana Dost; who refuses Air does not refuse Air
    Supply.
    """
    wanted, words = _meant(refused), words_of(credited)
    if words == " ":
        return bool(spelled(refused)) and spelled(refused) == spelled(credited)
    if _bare(words).replace(" ", "") == wanted.joined:
        return True
    if not wanted.several:
        return False
    return any(map(words.__contains__, wanted.bare)) or (
        words.endswith(wanted.last) and _is_short_for(wanted, _bare(words).split())
    )


@lru_cache(maxsize=1 << 14)
def tag_says(refused: str, tag: str) -> bool:
    """Whether a refused tag is a tag, or its words stand in it, two or three in any turn, parted or as one, one or many.

    Who refuses choirs refuses "Boys Choir"; who refuses "Boys Choir" does not refuse all that is tagged "choir".
    """
    wanted, there = _counted(refused), _counted(tag)
    if not (wanted and there):
        return bool(spelled(refused)) and spelled(refused) == spelled(tag)
    runs = {"".join(there[first:last]) for first in range(len(there)) for last in range(first + 1, len(there) + 1)}
    return any(one.replace(" ", "") in runs for one in _orders(wanted))


def _counted(text: str) -> list[str]:
    """The words of a text, without the letter that makes one many."""
    return [
        word[:-1] if len(word) >= _LEAST_COUNTED and word.endswith("s") else word for word in words_of(text).split()
    ]


class _Meant(NamedTuple):
    """What stands for a name in a text: its words in each order, the same without "the", and all as one; its own words, and
    the last of them, which is the family's as a rule."""

    orders: tuple[str, ...]
    bare: tuple[str, ...]
    joined: str
    words: tuple[str, ...]
    last: str

    @property
    def several(self) -> bool:
        return len(self.words) > 1


@lru_cache(maxsize=1 << 12)
def _meant(name: str) -> _Meant:
    words, bare = words_of(name).split(), _bare(words_of(name)).split()
    return _Meant(_orders(words), _orders(bare), "".join(bare), tuple(bare), f" {''.join(bare[-1:])} ")


def _is_short_for(wanted: _Meant, words: list[str]) -> bool:
    """Whether one of two names that end alike is the other with initials for first names, or without its middle names."""
    short, long = sorted((list(wanted.words), words), key=len)
    if len(short) < 2 or len(long) > _MOST_IN_A_NAME or len(short[-1]) < 2:
        return False
    if len(short) == 2 and short[0] == "".join(name[0] for name in long[:-1]):  # JS Bach
        return True
    left = iter(long[1:-1])
    return _may_be(short[0], long[0]) and all(any(_may_be(name, other) for other in left) for name in short[1:-1])


def _shortened(wanted: _Meant, text: str) -> bool:
    """Whether so short a form of a name, or so long a one, ends anywhere in these words."""
    words, own = text.split(), len(wanted.words)
    ends = [at for at, word in enumerate(words, 1) if word == wanted.words[-1]]
    many = range(own if own > _FIRST_MIDDLE_LAST else 2, _MOST_IN_A_NAME + 1)
    return any(_is_short_for(wanted, words[end - each : end]) for end in ends for each in many if each <= end)


def _may_be(name: str, other: str) -> bool:
    return name == other or (1 in (len(name), len(other)) and name[0] == other[0])


def _bare(words: str) -> str:
    return words[4:] if words.startswith(" the ") and len(words) > 5 else words


def _orders(words: list[str]) -> tuple[str, ...]:
    """These words; of two or three also in each turn, "Dost Mira" too, and all as one."""
    turns = range(len(words)) if len(words) in (2, 3) else range(min(1, len(words)))
    turned = [" ".join(words[turn:] + words[:turn]) for turn in turns]
    return tuple(f" {one} " for one in dict.fromkeys([*turned, "".join(words)]) if one)


def _without_accents(text: str) -> str:
    letters = normalize("NFKD", text.translate(_PLAINER)).translate(_ACCENTS)
    return normalize("NFC", letters).casefold().translate(_TO_OURS)


def _seen(text: str) -> str:
    """A text without what has no width; what controls a terminal is a blank."""
    if text.isprintable():
        return text
    return "".join(" " if (kind := category(char)) == "Cc" else "" if kind == "Cf" else char for char in text)
