"""What a file's tags say of a track, in the words of the planner.

Energy is read where DJ software writes it: a field of its own, then a comment or grouping such as
"8A - Energy 7", "9A - 5" or a bare number. Lyrics are what someone claimed and no guess: an
instrumental genre or a language of "no linguistic content" is none, a written-down text counts as
words that are known, anything else is unknown. Every name a file credits is kept; a folder's name is none.
Who plays is told by the file's name and title where no performing artist is credited: the composer of a piece,
its conductor, an album's artist or "Track 01" say nothing of that.
Nothing of a tag is trusted: numbers out of range are left out, control characters are neutralised.
"""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from setsetting.library.credits import MOST_NAMES, by_sort_name, credits_in, in_titles, is_name, is_performer
from setsetting.library.energy import HIGHEST, LOWEST, half_steps
from setsetting.library.tag_fields import Fields, decoded, read_fields
from setsetting.library.track import Lyrics
from setsetting.units import Energy
from setsetting.words.plain import plain
from setsetting.words.spelling import spelled, words_of

TAGS_VERSION = 19
"""Raised when tags are read in another way, so that a library reads them anew."""

SLOWEST_BPM, FASTEST_BPM = 20.0, 400.0
LONGEST_NOTE, LONGEST_SAID = 5_000, 10_000
MOST_TAGS = 1000
"""A file that has more was made to do harm."""

_NUMBER = re.compile(r"\s*(\d{1,3}(?:[.,]\d+)?)\s*")
_ENERGY_WORD = re.compile(r"\benergy(?:\s*level)?\s*[:=\-]?\s*(\d{1,2}(?:[.,]5)?)(?![\d.,]*\d)", re.IGNORECASE)
_AFTER_KEY = re.compile(r"^\s*(?:1[0-2]|[1-9])[ABab]\s*[-–/|]\s*(\d{1,2}(?:[.,]5)?)\s*$")
_BETWEEN_TAGS = re.compile(r"[;,|/\\\0]+")
_PARTED = re.compile(
    r"[ _][-~|/\u2012-\u2014\u2212\u2022\u00b7][ _]|[:;] | // |[\"\u201c-\u201f]|\b(?:by|with) |w/|(?<=\w)-(?=\w)",
    re.IGNORECASE,
)
"""What stands between who plays and what, in a title or a file's name."""
_OF_SOMEBODY = re.compile(
    r"['\u2019]s\b|\b(?:(?:best|besten?|meilleure?s?|mejor(?:es)?|migliori|hits|greatest|essentials?|collection|anthology|complete"
    r"|tribute|hommage|homage|homenaje|omaggio|ehren|salute|remembering|celebrating|inspired|style|stil|manner|mani\u00e8re"
    r"|famous|covers?|covered|plays?|sings?|performs?|songs?|music|works?|werke|melod(?:y|ies)|themes?|pieces?|piano|klavier"
    r"|violin|cello|sonat[aei]n?s?|symphon(?:y|ies|ien?)|concert[oi]s?|konzerte?|quartets?|nocturnes?|pr[e\u00e9]ludes?"
    r"|[e\u00e9]tudes?|waltz(?:es)?|valses?|requiem|mass|messe|variation(?:s|en)?|suites?|arias?|lieder|fugues?|partitas?"
    r"|albums?|sarabandes?|gymnop[e\u00e9]dies?|gnossiennes?|chaconnes?|minuets?|gavottes?|bagatelles?|mazurkas?|polonaises?"
    r"|impromptus?|toccatas?|serenades?|canon|largo|andante|ave maria|stabat mater|magnificat|passion|missa"
    r"|cantatas?|overtures?|adagio|medley|remix|mix|edit|rework|karaoke|type beat|like|meets|conducts?|composer"
    r"|conductor|after|plus|or|dj|from|rhapsod(?:y|ies)|\d+(?:st|nd|rd|th)|no\.|nr\.|op\.)(?!\w)"
    r"(?: (?:of|to|from|for|by|von|de|di|du|an|al|the|his|her))*\s*)",
    re.IGNORECASE,
)
"""What stands beside the name of whose music it is, whoever plays it: "Best of Enya", "Enya's Hits", "Beethoven Piano Sonatas"."""
_APART = re.compile(r"[^\w\s'\u2018\u2019.()\[\]-]|_|\s[-.'\u2018]|[-.'\u2019]\s|\.\.")
"""Whatever else may part who plays from what."""
_UNKNOWN_PART = r"[^\w\s'\u2019()\[\]{},;&+:/|\"\u201c-\u201f~\u2012-\u2014\u2212\u2022\u00b7.%-]|_|(?<=\S)-\s|\s-(?=\S)|['\u2019]\s|\s'|\.\s|\.\."
"""What of these a name by itself is not parted by where it is looked for."""
_PARTS = re.compile(f"{_OF_SOMEBODY.pattern}|{_UNKNOWN_PART}", re.IGNORECASE)
_MOST_IN_A_NAME = 3
"""So many words may be a family's name."""
_IN_CREDIT = re.compile(r"(?<=\w)[-.=\u2013\u2014](?=\w)")
_ARTICLE = re.compile(r"^(?:the very|the|an?|das|le|lo|il|el) ", re.IGNORECASE)
_BETWEEN_ONES = re.compile(r"[;,/|&+\\\n\0\u2022\u00b7]")
_GLUED = re.compile(
    r"(?<=[a-z\u00df-\u00f6\u00f8-\u00ff])(?=[A-Z\u00c0-\u00d6\u00d8-\u00de])|(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)"
)
"""Between words that stand as one: MiraDostDrift, 01Mira."""
_BETWEEN_LISTED = re.compile(r"[\n\r;|]|\b\d{1,3}(?::\d\d)+\b|(?<!\S)\d{1,3}[.):](?!\S)")
_LISTED = re.compile(r"\W*([^\n]{1,80}?)\s+[-~\u2012-\u2014\u2212]\s")
"""Who plays, in a list of what is played: "1. Enya - Drift 2. Ana Li - Tide"."""
_BRACKETED = re.compile(r"[(\[{<\uff08\u3010\u300c\u300e]([^()\[\]{}<>\uff08\uff09\u3010\u3011\u300c-\u300f]+)")
_WITHOUT_WORDS = frozenset({"instrumental", "no vocals", "no lyrics"})
_VOICE_WITHOUT_WORDS = frozenset({"wordless", "vocalise", "wordless voice", "wordless vocals"})
_NO_LINGUISTIC_CONTENT = "zxx"
_BESIDES = ("title", "album", "comment", "grouping", "genre", "mood", "lyrics", "language", "voice", "said")
"""In what a name of several words is looked for that is credited nowhere."""
_CREDITED = ("artist", "albumartist", "performer", "credit")
_OF_ONE_WORD = tuple(name for name in _BESIDES if name not in {"title", "lyrics", "language"})
"""In what a name of one word is looked for, as a part by itself."""


@dataclass(frozen=True, slots=True)
class Tags:
    """A file's tags; `energy` and `bpm` are None where they say nothing usable.

    `called` are texts in which an artist may stand who isn't credited, each empty or for whole: file name, title, notes,
    and whatever else the file says.
    """

    title: str
    artist: str
    artists: tuple[str, ...]
    album: str
    energy: Energy | None
    bpm: float | None
    lyrics: Lyrics
    tags: tuple[str, ...]
    called: tuple[str, ...] = ()


def read_tags(path: Path) -> Tags:
    """Read a file's tags; one without a title is called as the file is."""
    return tags_of(read_fields(path), path)


def tags_of(fields: Fields, path: Path) -> Tags:
    """Make sense of a file's fields."""
    words = _tag_words(fields)
    credited = [fields.get(name, []) for name in _CREDITED]
    artists = credits_in(
        (
            *chain(*credited),
            *in_titles([*fields.get("title", []), *fields.get("album", [])]),
            *by_sort_name(fields.get("sortname", [])),
        )
    )
    title = _first_text(fields, "title") or plain(path.stem)
    uncounted = chain(*credited) if len(artists) == MOST_NAMES else ()
    return Tags(
        title=title,
        artist=next(filter(is_name, map(plain, chain(*credited, artists))), ""),
        artists=artists,
        album=_first_text(fields, "album"),
        energy=_energy(fields),
        bpm=next(filter(None, map(_bpm, fields.get("bpm", []))), None),
        lyrics=_lyrics(fields, words),
        tags=tuple(words),
        called=_called(fields, plain(decoded(path.stem)), title, uncounted),
    )


def tag_word(text: str) -> str:
    """The one spelling of a tag: one line, casefolded, cut to a sensible length; empty when nothing is left."""
    return spelled(plain(text))


def _first_text(fields: Fields, name: str) -> str:
    return next(filter(None, map(plain, fields.get(name, []))), "")


def _called(fields: Fields, file_name: str, title: str, uncounted: Iterable[str]) -> tuple[str, ...]:
    """Where a name may stand that is not credited: in notes, in "Mira Dost - Drift" and "Drift (Dost edit)", in all
    where no performer is; and last, for a name of several words, everything that is said, the credits too that were too
    many to count."""
    performed = any(map(is_performer, chain(fields.get("artist", []), fields.get("performer", []))))
    notes = chain(
        *(
            fields.get(name, [])
            for name in (("note",) if performed else ("note", "album", "comment", "grouping", "said"))
        ),
        fields.get("title", [])[1:],
    )
    besides = chain(*(fields.get(name, []) for name in _BESIDES))
    named = _before_title(file_name, title) if performed else _in_parts(file_name)
    albums = map(_perhaps_named if performed else _in_parts, fields.get("album", []))
    listed = chain(*map(_listed, fields.get("comment", []))) if performed else ()
    ones = chain(*(map(_ones, chain(*(fields.get(name, []) for name in _OF_ONE_WORD)))))
    within = chain(*(map(_within, chain(*(fields.get(name, []) for name in _CREDITED)))))
    everything = besides_in((file_name, title, *besides, *uncounted))
    return (
        _apart(named),
        may_be_named(title, performed=performed),
        _joined((*notes, *albums, *listed, *ones, *within)),
        everything,
    )


def may_be_named(title: str, *, performed: bool) -> str:
    """What of a title may name whoever plays, given whether a performer is credited."""
    return _apart(_perhaps_named(title) if performed else _in_parts(title))


def _perhaps_named(title: str) -> str:
    """What of a title may name somebody beside whoever is credited."""
    if any(found.search(title) for found in (_PARTED, _OF_SOMEBODY, _APART)):
        return _in_parts(title)
    return " / ".join(_BRACKETED.findall(title))


def _in_parts(text: str) -> str:
    """A text, and what of it stands beside such words: a family's name may be all of that."""
    first, *others = _PARTS.split(text)
    parts = (_ARTICLE.sub("", part.strip()) for part in (first, *others) if others)
    return " / ".join((text, *(part for part in parts if 0 < len(part.split()) <= _MOST_IN_A_NAME)))


def _ones(text: str) -> Iterator[str]:
    """The parts of a text that are one word each: somebody may be called so."""
    for part in _BETWEEN_ONES.split("" if ":/" in text else text):
        words = words_of(part).split()
        if words and (len(words) == 1 or max(map(len, words)) == 1) and any(map(str.isalpha, part)):
            yield part.strip()


def _within(credit: str) -> Iterator[str]:
    """A credit in which somebody is named as no part of it: "Enya Tribute Band", "Ana plays Enya", "Ana-Enya", "AnaEnya"."""
    if _OF_SOMEBODY.search(credit) or _IN_CREDIT.search(credit):
        yield _in_parts(credit)
    if _GLUED.search(credit):
        yield _GLUED.sub(" ", credit)


def _listed(comment: str) -> Iterator[str]:
    """Who plays, by a list of what is played in a mix."""
    found = filter(None, map(_LISTED.match, _BETWEEN_LISTED.split(comment)))
    return (listed[1] for listed in found)


def _before_title(file_name: str, title: str) -> str:
    """What a file's name says beside its title: "Mira Dost - Drift", of a file that credits somebody else."""
    parts = [part.strip() for part in _PARTED.split(file_name)]
    of_title, of_file = words_of(title), words_of(file_name)
    if len(parts) > 1:
        return " / ".join(part for part in parts if words_of(part) not in of_title and of_title not in words_of(part))
    if _OF_SOMEBODY.search(file_name):
        return _in_parts(file_name)
    if of_title == " " or of_file in of_title or (of_title not in of_file and len(of_file.split()) > 1):
        return ""
    return of_file.replace(of_title, " / ").strip(" /")


def _apart(text: str) -> str:
    """A text, and the same with the words apart that stand in it as one."""
    apart = _GLUED.sub(" ", text)
    return text if apart == text else f"{text} / {apart}"


def besides_in(texts: Iterable[str]) -> str:
    """The words of texts, in which a name is looked for at once: a library has many, and a person waits for it."""
    words = dict.fromkeys(words_of(plain(text, LONGEST_SAID)) for text in texts)
    return "/".join(one for one in words if one != " ")


def _joined(texts: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(filter(None, (plain(text, LONGEST_NOTE) for text in texts))))


def _tag_words(fields: Fields) -> list[str]:
    parts = [part for name in ("genre", "mood") for text in fields.get(name, []) for part in _BETWEEN_TAGS.split(text)]
    return sorted(list(dict.fromkeys(filter(None, map(tag_word, parts))))[:MOST_TAGS])


def _energy(fields: Fields) -> Energy | None:
    own = (_whole_number(text) for text in fields.get("energy", []))
    said = (_energy_in(text) for name in ("comment", "grouping") for text in fields.get(name, []))
    return next((half_steps(value) for value in chain(own, said) if value is not None), None)


def _energy_in(text: str) -> float | None:
    found = _ENERGY_WORD.search(text) or _AFTER_KEY.match(text)
    return _in_range(found[1], LOWEST, HIGHEST) if found else _whole_number(text)


def _whole_number(text: str) -> float | None:
    found = _NUMBER.fullmatch(text)
    return _in_range(found[1], LOWEST, HIGHEST) if found else None


def _bpm(text: str) -> float | None:
    found = _NUMBER.match(text)
    value = _in_range(found[1], SLOWEST_BPM, FASTEST_BPM) if found else None
    return None if value is None else round(value, 1)


def _in_range(digits: str, low: float, high: float) -> float | None:
    value = float(digits.replace(",", "."))
    return value if math.isfinite(value) and low <= value <= high else None


def _lyrics(fields: Fields, words: list[str]) -> Lyrics:
    texts = [text.strip().casefold() for text in fields.get("lyrics", []) if text.strip()]
    claims = {*words, *(text.strip("[]() ") for text in texts), *map(str.casefold, fields.get("voice", []))}
    if claims & _VOICE_WITHOUT_WORDS:
        return Lyrics.WORDLESS
    if claims & _WITHOUT_WORDS or any(
        text.strip().casefold() == _NO_LINGUISTIC_CONTENT for text in fields.get("language", [])
    ):
        return Lyrics.NONE
    return Lyrics.KNOWN if texts else Lyrics.UNKNOWN
