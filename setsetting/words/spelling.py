"""The one spelling by which names are compared: artists, tags, phases.

Capitals, blanks at the ends and how many of them stand inside, what has no width, typographic apostrophes and
dashes, and the way an accent is coded make no difference. A refused name is looked for more widely: without accents or with
the letters that are written for them (Müller, Mueller), in letters of any width and of other scripts that look like ours or
that a program took for others, with or without blanks, articles and "and", the family name before, behind or alone, a first
name by its initial. Only compared, never shown.
"""

import re
from collections.abc import Callable, Collection
from functools import lru_cache
from itertools import chain
from typing import NamedTuple
from unicodedata import category, normalize

from setsetting.words.misread import as_misread

_ALIKE = str.maketrans(
    dict.fromkeys(
        "\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\ua78b\ua78c\u05f3\u2032\u00b4", "'"
    )
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
    | dict.fromkeys("\u034f\u0640\u115f\u1160\u3164\uffa0")
    | {chr(code): None for code in range(0xFE00, 0xFE10)}
)
_ACCENTS = dict.fromkeys(
    chain(
        *(
            range(first, last)
            for first, last in ((0x0300, 0x0370), (0x0591, 0x05C8), (0x064B, 0x0660), (0x0670, 0x0671))
        ),
        *(
            range(first, last)
            for first, last in ((0x1AB0, 0x1B00), (0x1DC0, 0x1E00), (0x20D0, 0x2100), (0xFE20, 0xFE30))
        ),
    )
)
_UNPARTED = {"\u00f8": "o", "\u0142": "l", "\u0111": "d", "\u00e6": "ae", "\u0153": "oe", "\u0131": "i"}
"""Letters with a stroke or joined, which no normal form takes apart."""
_LOOKING_LIKE = {
    **dict(zip("авеһіјкԁмнорԛсѕтухԝ", "abehijkdmhopqcstyxw", strict=True)),
    **dict(zip("αβεζηικμνορτυχ", "abezhikmnoptyx", strict=True)),
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True)),
}
"""Small letters of other scripts for which one of ours is taken, as their capitals look, and ours drawn as small capitals."""
_PLAINER = str.maketrans(_UNPARTED | {"\u00f0": "d", "\u00fe": "th"})
_NO_LETTERS = str.maketrans({"\u2122": " ", "\u2120": " "})
"""Signs that a normal form would take for letters."""
_TO_OURS = str.maketrans(_LOOKING_LIKE | dict(zip("\u06cc\u0649\u06a9\u0629", "\u064a\u064a\u0643\u0647", strict=True)))
_WORD = re.compile(r"[^\W_]+")
_SIGN_IN_WORD = re.compile(r"\$(?=[^\W\d_])|(?<=[^\W\d_])\$|(?<=[^\W\d_])!(?=[^\W\d_])")
_WIDENED = re.compile(r"(?<=a)[ae]+|(?<=[ou])e+|(?<=d)j(?=[^\W_])")
"""What stands behind a letter for the accent or stroke that it has not: Mueller, Bjoerk, Aarhus, Djordje."""
_AND = frozenset({"and", "und", "et", "och", "og"})
_THE = "the"
_ARTICLES = frozenset({_THE, "die", "der", "das", "les", "le", "la", "los", "las", "el", "il", "os", "het"})
_ARTICLES_OF_SEVERAL = frozenset({"a", "an"})
"""Articles before two words or more: A Winged Victory."""
_BETWEEN_NAMES = frozenset(
    {"van", "von", "of", "de", "da", "di", "du", "del", "der", "den", "zu", "ten", "ter", "la", "al", "el"}
)
"""What stands between the first name and the family's, in one language or another or not at all."""
_SHORT_FORMS = {
    **dict.fromkeys(("saint", "sankt"), "st"),
    "doctor": "dr",
    "mister": "mr",
    "mount": "mt",
    "rnb": "rb",
    "dnb": "drumbass",
    **dict(zip(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine"), "123456789", strict=True)),
    "ten": "10",
}
_NOT_OF_ONE = frozenset(
    {"orchestra", "orchester", "philharmonic", "ensemble", "choir", "chor", "chorus", "band", "duo", "trio", "quartet"}
    | {"quintet", "group", "project", "players", "singers", "brothers", "sisters", "family", "jr", "sr", "ii", "iii"}
)
"""Last words of many a name, which alone are nobody's."""
_FIRST_MIDDLE_LAST, _MOST_IN_A_NAME = 3, 5
"""A credit of more words is no person's name."""
_PLURAL = re.compile("(?<=...)s*e?s*$")
_LEAST_WITHIN = 7
"""So many letters of a name of several words stand within a longer word by no chance: `@miradostmusic`."""
_LEAST_MISREAD = 3
_LEAST_INITIALS = 3
_MOST_SPELT_OUT = 5
_SEEN_FOR = {"a": "a[ae]*", "o": "oe*", "u": "ue*", "d": "dj?", "i": "[i!]", "s": "[s$]"}
"""A letter of a word, as it may stand in a text."""
_PART = re.compile(
    r" [-~:/|\u2012-\u2014\u2212\u2022\u00b7] |: |[,;&+]|\b(?:by|with|von|par|after|nach) |w/|[()\[\]{}\"\u201c-\u201f/]"
    r"|\b(?:arr|transcr?|orch|attrib)\.? |(?<=[^\W\d_]{3})[-\u2010-\u2015](?=[^\W\d_]{3})",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"[^\w\s'.!?$\u0300-\u036f-]+|_|\s-|-\s|\.{2}|(?<!\S)(?:aka|a\.k\.a\.|alias|f\.|w\.|arr\.?|starring|invites|known as"
    r"|e|i|a|en|og|och|ve|ja|és|и|と|和|与)(?!\S)",
    re.IGNORECASE,
)
"""What stands between two who are credited, in this language or another."""
_SAID_OF_ONE = frozenset({"s", "remix", "rework", "edit", "live", "official", "ua", "ea"})
"""Words behind a name that name nobody else."""
_WITHOUT_BLANKS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}")
"""Names in scripts that put no blanks between words, or none between a name and what is said of it."""
_INITIALS_BEHIND = re.compile(r"([^\W\d_][^\s.,]+(?: [^\s.,]+)?) ((?:[^\W\d_]\. ?)+)")
"""As lists of composers have it: `Arden T.`"""
_MIXED = re.compile(r"\d[^\W\d]|[^\W\d]\d")


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
    kept = [_SHORT_FORMS.get(word, word) for word in _unshortened(text)]
    return f" {' '.join(kept)} " if kept else " "


def _unshortened(text: str) -> list[str]:
    """The same words, each as long as it was typed; without "and"."""
    known = spelled(text)
    letters = known if known.isascii() else _without_accents(known)
    if "$" in letters or "!" in letters:
        letters = _SIGN_IN_WORD.sub(lambda sign: "s" if sign[0] == "$" else "i", letters)
    found = _WORD.findall(_WIDENED.sub("", letters))
    return [word for word in found if word not in _AND] or found


@lru_cache(maxsize=1 << 10)
def glance(name: str) -> Callable[[str], object]:
    """What looks for a name in small letters of ASCII alone: where it finds nothing the name does not stand, nor is meant."""
    return re.compile("|".join(map(_glimpse, _meant(name).lasts))).search


def stands_in(name: str, text: str) -> bool:
    """Whether a name stands in a text as whole words, whatever signs and blanks stand between them."""
    meant, words = _meant(name), words_of(text)
    if not meant.words and spelled(name) and spelled(name) in spelled(text):
        return True
    if any(map(words.__contains__, meant.orders)) or meant.parted(words):
        return True
    if not meant.several:
        return False
    if meant.last in words and _shortened(meant, words):
        return True
    letters = words.replace(" ", "")
    return any(map(letters.__contains__, meant.alone)) and _stands_alone(meant, text)


def stands_among(name: str, words: str) -> bool:
    """Whether a name of several words stands among these, by no chance; they are as `words_of` gives them."""
    meant = _meant(name)
    return any(map(words.__contains__, meant.sure)) or bool(meant.several and meant.parted(words))


def refers_to(refused: str, credited: str) -> bool:
    """Whether a refused name is one that is credited, with or without its article, or of two words or more stands in it.

    Who refuses Mira Dost refuses the Mira Dost Ensemble, M. Dost, Mira Ana Dost and Dost, and who refuses Dost refuses
    Mira Dost; who refuses Air does not refuse Air Supply.
    """
    wanted, words = _meant(refused), words_of(credited)
    if words == " ":
        return bool(spelled(refused)) and spelled(refused) == spelled(credited)
    if not wanted.joined.isdisjoint(map("".join, _with_and_without_article(words.split()))):
        return True
    if any(map(words.__contains__, wanted.sure)) or (wanted.several and wanted.parted(words)):
        return True
    if not wanted.several:
        return _is_beside(wanted.joined, credited)
    letters = words.replace(" ", "")
    if any(map(letters.__contains__, wanted.alone)) and (letters in wanted.alone or _stands_alone(wanted, credited)):
        return True
    each = _with_and_without_article(words.split(), {_THE})[-1]
    return _is_short_for(wanted, each) or _is_short_for(wanted, [*each[1:], each[0]])


@lru_cache(maxsize=1 << 14)
def tag_says(refused: str, tag: str) -> bool:
    """Whether a refused tag is a tag, or its words stand in it, two or three in any turn, parted or as one, one or many.

    Who refuses choirs refuses "Boys Choir"; who refuses "Boys Choir" does not refuse all that is tagged "choir".
    """
    wanted, there = _of_tag(refused), _of_tag(tag)
    if not (wanted and there):
        return bool(spelled(refused)) and spelled(refused) == spelled(tag)
    parts = [there[first:last] for first in range(len(there)) for last in range(first + 1, len(there) + 1)]
    said = set(chain.from_iterable(map(_counted, parts)))
    return not said.isdisjoint(chain.from_iterable(map(_counted, _turns(wanted))))


def _of_tag(text: str) -> list[str]:
    """The words of a tag, without the `n` of "rock 'n' roll"."""
    words = words_of(text).split()
    return [word for number, word in enumerate(words) if word != "n" or number in (0, len(words) - 1)]


def _counted(words: list[str]) -> tuple[str, str]:
    """Words as one, without what makes stories of a story, and as they are."""
    return "".join(map(_one_or_many, words)), "".join(words)


def _one_or_many(word: str) -> str:
    stem = _PLURAL.sub("", word)
    return f"{stem[:-1]}i" if stem.endswith("y") and len(stem) > 3 else stem


class _Meant(NamedTuple):
    """What stands for a name in a text: its words in each order, without its article, as one or as a program misread them;
    `sure` are those that stand somewhere by no chance, `parted` finds its letters wherever the blanks between them are. `joined`
    are the same without blanks, `words` its own, `last` the last of them, which is the family's as a rule, `alone` what names
    the family, without blanks, where that is one person, or is the initials of three names or more, as said or as typed. Every
    text in which it stands has one of `lasts`."""

    orders: tuple[str, ...]
    sure: tuple[str, ...]
    parted: Callable[[str], object]
    joined: frozenset[str]
    words: tuple[str, ...]
    last: str
    alone: frozenset[str]
    lasts: frozenset[str]

    @property
    def several(self) -> bool:
        return len(self.words) > 1


@lru_cache(maxsize=1 << 12)
def _meant(name: str) -> _Meant:
    typed = words_of(name).split()
    turned = words_of(_family_last(name)).split()
    forms = [form for words in (turned, typed) for form in _with_and_without_article(words)]
    misread = [words for other in as_misread(name) if len(words := words_of(other).split()) >= len(typed)]
    misread = [words for words in misread if len("".join(words)) >= _LEAST_MISREAD]
    own = _with_and_without_article(turned, {_THE})[-1]
    orders = [*chain.from_iterable(map(_orders, forms)), *chain.from_iterable(map(_as_written, misread))]
    sure = chain.from_iterable(
        _orders(form) if form in forms else _as_written(form) for form in (*forms, *misread) if len(form) > 1
    )
    whole = "".join(own)
    is_long = _WITHOUT_BLANKS.fullmatch(whole) or (len(own) > 1 and len(whole) >= _LEAST_WITHIN)
    within = _run_together(own) if is_long else []
    last = own[-1] if own else ""
    unturned = _with_and_without_article(_unshortened(name), {_THE})[-1]
    initials = ["".join(word[0] for word in one) for one in (own, unturned) if len(one) >= _LEAST_INITIALS]
    return _Meant(
        tuple(dict.fromkeys((*orders, *within))),
        tuple(dict.fromkeys((*sure, *within))),
        _parted(forms),
        frozenset(filter(None, chain.from_iterable(map(_run_together, (*forms, *misread))))),
        tuple(own),
        f" {last} ",
        _alone(own).union(initials),
        frozenset(
            [
                *(words[-1] if words else "" for words in (*forms, *misread)),
                *chain.from_iterable(_run_together(words)[1:] for words in (*forms, *misread)),
                *initials,
            ]
        ),
    )


def _run_together(words: list[str]) -> list[str]:
    """Words as one, also as it is read where the end of one and the start of the next look like an accent: SaraEvans, DJKrush."""
    whole = "".join(words)
    return list(dict.fromkeys((whole, _WIDENED.sub("", whole))))


def _family_last(name: str) -> str:
    """A name as it is said, of "Dost, Mira" or "Dost M."."""
    family, comma, given = name.partition(",")
    if behind := _INITIALS_BEHIND.fullmatch(name):
        return f"{behind[2]} {behind[1]}"
    return f"{given} {family}" if comma and "," not in given else name


def _is_beside(joined: frozenset[str], credited: str) -> bool:
    """Whether a name of one word is a part of a credit, or the family's in it: "Ana > Enya", "Enya Trio", "Ana Enya"."""
    for part in _BESIDE.split(spelled(credited)):
        words = [word for word in words_of(part).split() if not word.isdigit()]
        while words and (words[-1] in (_SAID_OF_ONE | _NOT_OF_ONE) or (words[1:] and len(words[-1]) == 1)):
            words.pop()
        ends = words[: 1 if len(words) > _MOST_IN_A_NAME else None]
        if any("".join(words[at:]) in joined for at in range(len(ends))):
            return True
        if "".join(filter(str.isascii, words)) in joined:
            return True
    return False


def _alone(own: list[str]) -> frozenset[str]:
    """What of a name may be the family's, as one word; nothing where many are called so."""
    known = own and own[-1] not in _NOT_OF_ONE and len(own[-1]) > 1
    return frozenset("".join(own[at:]) for at in range(1, len(own)) if known)


def _with_and_without_article(words: list[str], articles: Collection[str] = _ARTICLES) -> list[list[str]]:
    """These words, and what is left of them without an article before."""
    rest = words[1:]
    before = words[0] in articles or (len(rest) > 1 and words[0] in _ARTICLES_OF_SEVERAL) if words else False
    return [words, rest] if before and len("".join(rest)) > 1 and rest != [_THE] else [words]


def _parted(forms: list[list[str]]) -> Callable[[str], object]:
    """What looks for the letters of a name with blanks between any of them: `65 days of static`, `M 83`, `O Connor`."""
    wholes = ["".join(form) for form in forms if len(form) > 1 or len("".join(form)) >= _LEAST_WITHIN or _parts(form)]
    found = [" ?".join(map(re.escape, whole)) for whole in wholes]
    return re.compile("|".join(f" {one} " for one in found) or "(?!)").search


def _parts(form: list[str]) -> bool:
    """Whether a word is made of letters and digits, or stands in a script without blanks."""
    return any(_MIXED.search(word) or _WITHOUT_BLANKS.fullmatch(word) for word in form)


def _is_short_for(wanted: _Meant, words: list[str]) -> bool:
    """Whether one of two names that end alike is the other with first names shortened (J., Joh.), or without its middle names."""
    short, long = sorted((list(wanted.words), words), key=len)
    if len(short) < 2 or len(long) > _MOST_IN_A_NAME or len(short[-1]) < 2 or short[-1] != long[-1]:
        return False
    if len(short) == 2 and short[0] == "".join(name[0] for name in long[:-1]):  # JS Bach
        return True
    left = iter(long[1:-1])
    return _may_be(short[0], long[0]) and all(
        name in _BETWEEN_NAMES or any(_may_be(name, other) for other in left) for name in short[1:-1]
    )


def _shortened(wanted: _Meant, text: str) -> bool:
    """Whether so short a form of a name, or so long a one, ends anywhere in these words."""
    words, own = text.split(), len(wanted.words)
    ends = [at for at, word in enumerate(words, 1) if word == wanted.words[-1]]
    many = range(own if own > _FIRST_MIDDLE_LAST else 2, _MOST_IN_A_NAME + 1)
    straight = (words[end - each : end] for end in ends for each in many if each <= end)
    turned = (
        [*words[end : end + each - 1], words[end - 1]] for end in ends for each in many if end + each <= len(words) + 1
    )
    return any(_is_short_for(wanted, each) for each in chain(straight, turned))


def _stands_alone(wanted: _Meant, text: str) -> bool:
    """Whether a part of a text is the family's name and nothing else: "Beethoven: Sonata 14", "14 (Beethoven)"."""
    parts = (words_of(part).split() for part in _PART.split(spelled(text))) if wanted.alone else ()
    return any("".join(word for word in part if not word.isdigit()) in wanted.alone for part in parts)


def _may_be(name: str, other: str) -> bool:
    short, long = sorted((name, other), key=len)
    return long.startswith(short)


def _orders(words: list[str]) -> tuple[str, ...]:
    """These words in each turn, and all as one; a short word also spelt out."""
    spelt_out = [" ".join(words[0])] if len(words) == 1 and len(words[0]) <= _MOST_SPELT_OUT else []
    every = dict.fromkeys([*map(" ".join, _turns(words)), *_run_together(words), *spelt_out])
    return tuple(f" {one} " for one in every if one)


def _turns(words: list[str]) -> list[list[str]]:
    """These words; of two or three also in each turn, "Dost Mira" too."""
    many = len(words) if len(words) in (2, 3) else min(1, len(words))
    return [words[turn:] + words[:turn] for turn in range(many)]


def _as_written(words: list[str]) -> tuple[str, ...]:
    return tuple(f" {one} " for one in (" ".join(words), *_run_together(words)))


def _glimpse(word: str) -> str:
    """What finds a word in texts whose letters were not made plain."""
    writes = [word, *(long for long, short in _SHORT_FORMS.items() if short == word)]
    return "|".join("[^a-z0-9]*".join(_SEEN_FOR.get(letter) or re.escape(letter) for letter in one) for one in writes)


def _without_accents(text: str) -> str:
    letters = normalize("NFKD", text.translate(_NO_LETTERS)).translate(_ACCENTS).casefold()
    return normalize("NFC", letters.translate(_PLAINER)).casefold().translate(_TO_OURS)


def _seen(text: str) -> str:
    """A text without what has no width; what controls a terminal is a blank."""
    if text.isprintable():
        return text
    return "".join(" " if (kind := category(char)) == "Cc" else "" if kind == "Cf" else char for char in text)
