"""Every name that a file credits: as it is written, and each name that may be meant by it.

A refusal may meet too much, never too little: "Mira Dost feat. Ana & Ben" is kept whole and in all its
parts, since nobody but its makers knows whether "Ana & Ben" is one name or two. What stands for no
name ("Unknown Artist", "Various Artists") is none.
"""

import re
from collections.abc import Iterable, Iterator

from setsetting.words.plain import plain
from setsetting.words.spelling import spelled

MOST_NAMES = 1000
"""So many names of one file are kept; a file that names more is made to do harm."""
_MOST_TOGETHER = 5
"""So many parts in a row may be one name: Crosby, Stills, Nash & Young are four."""

_SIGNS = r" ?[/;,&+|\\\u00d7\u2022\u00b7\u30fb\uff65\u3001\uff0c\uff0f\uff06\uff1b\uff5c\u061b\u060c] ?|: | [-~:\u2012-\u2014\u2212] "
_WORDS = r"feat|ft|featuring|with|w/|and|und|et|y|x|vs|versus|meets|presents|pres|introducing|prod|by|mit|avec|con|f/"
_BETWEEN = re.compile(rf"{_SIGNS}|(?<![^ (\[])(?:{_WORDS})(?:\. ?| )", re.IGNORECASE)
_IN_TITLE = re.compile(
    r"[ (\[](?:feat|ft|featuring|performed by|played by)(?:\. ?| )([^)\]]+)"
    r"|[(\[](?:with |w/ ?|by |prod\.? |prod\.? by )([^()\[\]]+)[)\]]"
    r"|[(\[]([^()\[\]]+) (?:remix|rework)[)\]]",
    re.IGNORECASE,
)
_NOTE = re.compile(r" ?[(\[][^()\[\]]*[)\]]$")
_OF_CHANNEL = re.compile(
    r"^official[ _-]?|[ _-]*(?:official(?: (?:artist|music))?(?: (?:channel|video))?|channel|topic|music|musik|tv)$|vevo$",
    re.IGNORECASE,
)
"""What a channel adds to a name: EnyaVEVO, Enya Official."""
_BRACKETS = re.compile(r"[()\[\]]")
_VALUES = re.compile(r"[\0\n\r]+")
_NOBODY = frozenset(
    {"unknown", "unknown artist", "[unknown]", "<unknown>", "various", "various artists", "va", "v.a.", "n/a", "none"}
    | {"[no artist]", "no artist", "[various artists]", "verschiedene interpreten", "artistes divers", "artist"}
)
_GENERIC = (
    *(
        "unknown",
        "unbekannt",
        "unbekannter",
        "unbekannte",
        "inconnu",
        "desconocido",
        "sconosciuto",
        "untitled",
        "unnamed",
    ),
    *(
        "various",
        "verschiedene",
        "diverse",
        "divers",
        "varios",
        "vari",
        "va",
        "artist",
        "artists",
        "artiste",
        "artistes",
    ),
    *("artista", "artistas", "artisti", "interpret", "interpreten", "performer", "performers", "composer", "composers"),
    *("track", "titel", "title", "piste", "pista", "traccia", "audio", "song", "no", "none", "null", "undefined", "na"),
    *(
        "anonymous",
        "anon",
        "traditional",
        "trad",
        "soundtrack",
        "ost",
        "compilation",
        "sampler",
        "the",
        "künstler",
        "artiesten",
    ),
)
_PLACEHOLDER = re.compile(rf"(?:\W|\d|_|\b(?:{'|'.join(_GENERIC)})\b)*")


def credits_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Every name in these credits, each once: first the whole of a text, then its parts."""
    names: dict[str, str] = {}
    for name in (name for text in texts for one in _VALUES.split(text) for name in _names(" ".join(one.split()))):
        shown = plain(name)
        if is_name(shown):
            names.setdefault(spelled(shown), shown)
            if len(names) == MOST_NAMES:
                break
    return tuple(names.values())


def in_titles(titles: Iterable[str]) -> Iterator[str]:
    """Who is credited in titles: behind "feat." or one of its forms, or for a remix."""
    for title in titles:
        for found in _IN_TITLE.finditer(" ".join(title.split())):
            yield found[1] or found[2] or found[3]


def by_sort_name(names: Iterable[str]) -> Iterator[str]:
    """Names as they are said, of "Dost, Mira" and its like."""
    for name in names:
        family, comma, given = name.partition(",")
        yield f"{given.strip()} {family.strip()}" if comma and "," not in given else name


def is_name(text: str) -> bool:
    """Whether a text names somebody."""
    return bool(spelled(text)) and spelled(text) not in _NOBODY


def is_performer(text: str) -> bool:
    """Whether a text says who plays: "Track 01", "Various Composers" or "???" does not."""
    return not _PLACEHOLDER.fullmatch(spelled(text))


def _names(text: str) -> Iterator[str]:
    yield text
    ends = [(0, 0), *(found.span() for found in _BETWEEN.finditer(text)), (len(text), len(text))]
    for first in range(len(ends) - 1):
        for last in range(first + 1, min(len(ends), first + 1 + _MOST_TOGETHER)):
            yield from _in_brackets(text[ends[first][1] : ends[last][0]].strip())
    for before, comma, after in zip(ends, ends[1:], ends[2:], strict=False):  # "Dost, Mira" may be Mira Dost
        if text[slice(*comma)].strip() == ",":
            yield f"{text[comma[1] : after[0]].strip()} {text[before[1] : comma[0]].strip()}"


def _in_brackets(part: str) -> Iterator[str]:
    """A part, and what it is without a note behind it, "Ana Li (violin)"; cut where a bracket stands open."""
    if part.count("(") == part.count(")") and part.count("[") == part.count("]"):
        yield from (part, _NOTE.sub("", part), _OF_CHANNEL.sub("", part))
    else:
        yield from map(str.strip, _BRACKETS.split(part))
