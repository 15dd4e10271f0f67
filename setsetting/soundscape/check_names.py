"""How the check compares names and tags: its own way, so that it can find a fault of the planner's.

Names are told apart as one person says them; a refused name is looked for more widely (`words.spelling` does the same).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

_PLAIN = {
    **dict.fromkeys("\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{PRIME}", "'"),
    **dict.fromkeys("\N{MODIFIER LETTER APOSTROPHE}\N{SINGLE HIGH-REVERSED-9 QUOTATION MARK}\N{ACUTE ACCENT}", "'"),
    **dict.fromkeys("ʹʻʽʾʿˈˊˋꞋꞌ׳", "'"),
    "\N{MINUS SIGN}": "-",
    **dict.fromkeys("\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}", "-"),
}
"""Signs that keyboards lack, and what is typed for them."""
_BARE = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "æ": "ae",
    "œ": "oe",
    "ı": "i",
    "ð": "d",
    "þ": "th",
}
_SEEN_AS = str.maketrans(
    "ىیکةавеһіјкԁмнорԛсѕтухԝαβεζηικμνορτυχᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ",
    "ييكهabehijkdmhopqcstyxwabezhikmnoptyxabcdefghijklmnoprstuvwyz",
)
"""Letters of other scripts, and small capitals, as an eye takes them."""
_LONGEST_NAME = 5
_JOINING = ("and", "und", "et", "och", "og")
_BEFORE_NAMES = ("the", "die", "der", "das", "les", "le", "la", "los", "las", "el", "il", "os", "het")
_BEFORE_SEVERAL = ("a", "an")
_PARTICLES = ("van", "von", "of", "de", "da", "di", "du", "del", "der", "den", "zu", "ten", "ter", "la", "al", "el")
_MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_SHORTER = {
    "saint": "st",
    "sankt": "st",
    "doctor": "dr",
    "mister": "mr",
    "mount": "mt",
    "rnb": "rb",
    "dnb": "drumbass",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
}
_SHARED = {
    "orchestra",
    "orchester",
    "philharmonic",
    "ensemble",
    "choir",
    "chor",
    "chorus",
    "band",
    "duo",
    "trio",
    "quartet",
    "quintet",
    "group",
} | {"project", "players", "singers", "brothers", "sisters", "family", "jr", "sr", "ii", "iii"}
"""Ends of many names, by which nobody is known."""
_BETWEEN_PARTS = re.compile(
    r" [-~:/|‒–—−•·] |: |[,;&+]|\b(?:by|with|von|par|after|nach) |w/|[()\[\]{}\"“”„‟/]"
    "|\\b(?:arr|transcr?|orch|attrib)[.]? |(?<=[^\\W\\d_]{3})[-\u2010-\u2015](?=[^\\W\\d_]{3})",
    re.IGNORECASE,
)
_CREDITED_BESIDE = re.compile(
    r"[^\w\s'.!?$\u0300-\u036f-]+|_|\s-|-\s|\.{2}|(?<!\S)(?:aka|a\.k\.a\.|alias|f\.|w\.|arr\.?|starring|invites|known as"
    r"|e|i|a|en|og|och|ve|ja|és|и|と|和|与)(?!\S)",
    re.IGNORECASE,
)
_BEHIND_ONE = _SHARED | {"s", "remix", "rework", "edit", "live", "official", "ua", "ea"}
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+")
_ONE_SCRIPT = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}")
_WRITTEN_AND_READ = [
    (wrote, read)
    for wrote, others in (
        ("cp1252 latin-1", "cp437 cp850 mac_roman cp1251"),
        ("cp437 cp850 mac_roman", "cp1252 latin-1 cp1251"),
        ("cp1250 cp1253 cp1254 cp1255 cp1256 iso8859-2 iso8859-9", "cp1252 latin-1"),
        ("shift_jis euc_jp gbk big5 euc_kr", "cp1252 latin-1"),
        ("cp1251 koi8_r cp866", "cp1252 latin-1 cp1251"),
    )
    for wrote in wrote.split()
    for read in others.split()
]


def tags_met(tags: Iterable[str], refused: Iterable[str]) -> list[str]:
    """Which of these tags a refused one meets."""
    refused = tuple(refused)
    return [tag for tag in tags if any(_tag_means(tag, one) for one in refused)]


@lru_cache(maxsize=1 << 14)
def _tag_means(tag: str, refused: str) -> bool:
    """Whether a tag is one that is refused, or has its words among others, however they are parted and of what number."""
    if one_spelling(tag) == one_spelling(refused) != "":
        return True
    said, wanted = _for_tag(tag), _for_tag(refused)
    if not wanted:
        return False
    turns = [wanted[at:] + wanted[:at] for at in range(len(wanted))] if len(wanted) in (2, 3) else [wanted]
    letters = {one for turn in turns for one in _as_one_word(turn)}
    parts = (said[n:m] for n in range(len(said)) for m in range(n + 1, len(said) + 1))
    return any(one in letters for part in parts for one in _as_one_word(part))


def _as_one_word(words: list[str]) -> tuple[str, str]:
    return "".join(_number_apart(word) for word in words), "".join(words)


def _for_tag(tag: str) -> list[str]:
    words = worded(one_spelling(tag))
    return words[:1] + [word for word in words[1:-1] if word != "n"] + words[1:][-1:]


def _number_apart(word: str) -> str:
    """A word whether it is of one or of many."""
    stem = word[:3] + word[3:].rstrip("s").removesuffix("e").rstrip("s")
    return stem[:-1] + "i" if len(stem) > 3 and stem.endswith("y") else stem


def spelled(names: Iterable[str]) -> set[str]:
    """Names as one person says them.

    Capitals, blanks, what has no width, curled apostrophes, long dashes and the way an accent is coded mean nothing.
    """
    return {one for name in names for one in [one_spelling(name)] if one}


@lru_cache(maxsize=1 << 15)
def one_spelling(name: str) -> str:
    letters = []
    for letter in unicodedata.normalize("NFC", name).casefold():
        kind = unicodedata.category(letter)
        if letter.isspace() or kind == "Cc":
            letters.append(" ")
        elif (
            kind != "Cf" and letter not in "\u034f\u0640\u115f\u1160\u3164\uffa0" and not "\ufe00" <= letter <= "\ufe0f"
        ):
            letters.append(_PLAIN.get(letter, letter))
    return unicodedata.normalize("NFC", re.sub(" +", " ", "".join(letters)).strip())


def is_one_of(credited: Iterable[str], refused: str) -> bool:
    """Whether a refused name, but for its article, is credited, or of several words stands within a credited name, or is
    written there with initials or other middle names, or by the family's name alone."""
    wanted, credited = own_words(refused), [*credited]
    ways, others = [*_ways(refused), *_misread(refused)], [worded(one) for one in credited]
    if holds(credited, refused, sure=True):
        return True
    alone = _family(wanted) | _first_letters(refused)
    if _family_alone(credited, alone):
        return True
    for one in others:
        bare = _without(("the",), one)
        if "".join(one) in alone or _same_person(wanted, bare) or _same_person(wanted, bare[1:] + bare[:1]):
            return True
    ones = {one for way in ways for one in _joined(way)}
    if any("".join(way) in ones for one in others for way in (one, _without(_BEFORE_NAMES, one)) if way):
        return True
    return len(wanted) < 2 and any(part in ones for name in credited for part in _parts_of(name) if part)


def _parts_of(credit: str) -> Iterator[str]:
    """Whoever may be a part of a credit, as one word, without what else is said of one; in our letters alone; by the last."""
    for part in _CREDITED_BESIDE.split(credit):
        said = [word for word in worded(one_spelling(part)) if not word.isdigit()]
        while said and (said[-1] in _BEHIND_ONE or (len(said) > 1 and len(said[-1]) < 2)):
            said = said[:-1]
        yield from ("".join(said), "".join(word for word in said if word.isascii()))
        if len(said) <= _LONGEST_NAME:
            yield from ("".join(said[at:]) for at in range(1, len(said)))


def _joined(words: list[str]) -> set[str]:
    """Words as one, and as that one is read alone."""
    whole = "".join(words)
    return {whole, _unwidened(whole)}


def own_words(name: str) -> list[str]:
    """The words of a name, the family's last, without "the"."""
    return _without(("the",), _family_last(name))


def _family_last(name: str) -> list[str]:
    family, comma, given = name.partition(",")
    words = name.split()
    first = [word for word in words if not _INITIALS.fullmatch(word)]
    if 0 < len(first) < 3 and first == words[: len(first)] != words and _is_family(first):
        family, comma, given = " ".join(first), ",", " ".join(words[len(first) :])
    return worded(f"{given} {family}" if comma and "," not in given else name)


def _is_family(words: list[str]) -> bool:
    """Whether words may stand before initials: more than a letter, and nothing that parts names."""
    return bool(re.match(r"[^\W\d_].", words[0])) and not any(set(".,") & set(word) for word in words)


def _family(words: list[str]) -> set[str]:
    """What may be the family's name of somebody who has another one, as one word, of nobody where many are called so."""
    named = len(words) > 1 and words[-1] not in _SHARED and len(words[-1]) > 1
    return {"".join(words[at:]) for at in range(1, len(words))} if named else set()


@lru_cache(maxsize=1 << 12)
def _first_letters(name: str) -> set[str]:
    """Of three names or more, in the order they are said; and of the words as they are typed, none of them shortened."""
    as_typed = _without(("the",), _at_full_length(name))
    return {"".join(word[:1] for word in words) for words in (own_words(name), as_typed) if words[2:]}


def _without(articles: tuple[str, ...], words: list[str]) -> list[str]:
    rest = words[1:]
    if len(rest) > 1:
        articles += _BEFORE_SEVERAL
    return rest if words and words[0] in articles and len("".join(rest)) > 1 and rest != ["the"] else words


@lru_cache(maxsize=1 << 12)
def _ways(name: str) -> list[list[str]]:
    """The words by which a name may stand somewhere: as typed, and without its article."""
    typed, turned = worded(name), _family_last(name)
    found = [typed, _without(_BEFORE_NAMES, typed), turned, _without(_BEFORE_NAMES, turned)]
    return [words for words in found if words]


@lru_cache(maxsize=1 << 12)
def _misread(name: str) -> list[list[str]]:
    """The words of a name of which a program took the letters for others, or lost some."""
    if name.isascii():
        return []
    found = [_taken_for(name, *both) for both in _WRITTEN_AND_READ]
    letters = unicodedata.normalize("NFC", name)
    for encoding in ("ascii", "latin-1", "cp1252") if all(one.isascii() or _is_latin(one) for one in letters) else ():
        kept = [one.encode(encoding, "ignore").decode(encoding) for one in letters]
        if sum(map(str.isalpha, kept)) > 2:
            found += ["".join(one or " " for one in kept), "".join(kept)]
    ways = [worded(one_spelling(one)) for one in found if one != name]
    return [way for way in ways if len("".join(way)) > 2 and len(way) >= len(worded(name))]


def _taken_for(name: str, wrote: str, read: str) -> str:
    try:
        return name.encode(wrote).decode(read)
    except UnicodeError:
        return name


def _is_latin(letter: str) -> bool:
    return unicodedata.normalize("NFKD", letter)[:1].isascii() or unicodedata.name(letter, "").startswith("LATIN")


@lru_cache(maxsize=1 << 13)
def worded(text: str) -> list[str]:
    """The words of a text, each letter without its accent and of usual width, in the shortest way it is written."""
    return [_SHORTER.get(word, word) for word in _at_full_length(text)]


def _at_full_length(text: str) -> list[str]:
    text = text.replace("™", " ").replace("℠", " ")
    parted = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    plain = "".join(_BARE.get(one, one) for one in parted.casefold())
    letters = unicodedata.normalize("NFC", plain).casefold().translate(_SEEN_AS)
    letters = re.sub(r"\$(?=[^\W\d_])|(?<=[^\W\d_])\$", "s", re.sub(r"(?<=[^\W\d_])!(?=[^\W\d_])", "i", letters))
    every = [word for word in re.split(r"[\W_]+", letters) if word]
    short = [_unwidened(word) for word in every]
    return [word for word in short if word not in _JOINING] or short


def _unwidened(word: str) -> str:
    return re.sub(r"(?<=a)[ae]+|(?<=[ou])e+|(?<=d)j(?!$)", "", word)


def _same_person(one: list[str], other: list[str]) -> bool:
    """Whether two names differ by nothing but shorter first names (J., Joh.), or middle names that one of them lacks."""
    fewer, more = (one, other) if len(one) <= len(other) else (other, one)
    if not 2 <= len(fewer) <= len(more) <= _LONGEST_NAME or fewer[-1] != more[-1] or len(more[-1]) == 1:
        return False
    (*given, _family), (*whole, _family) = fewer, more
    if given == ["".join(name[0] for name in whole)]:
        return True
    at = 0
    for number, name in enumerate(given):
        if number and name in _PARTICLES:
            continue
        fits = [n for n in range(at, len(whole)) if _one_begins_the_other(name, whole[n])]
        if not fits or (number == 0 and fits[0] != 0):
            return False
        at = fits[0] + 1
    return True


def _one_begins_the_other(name: str, other: str) -> bool:
    return name.startswith(other) or other.startswith(name)


def holds_person(texts: Sequence[str], name: str) -> bool:
    """Whether a name stands in one of these texts, as it is or as people write it shorter or longer."""
    words = own_words(name)
    if holds(texts, name) or len(words) < 2:
        return holds(texts, name)
    least = len(words) if len(words) > 3 else 2
    there = [worded(one_spelling(text)) for text in texts]
    families = _family(words) | _first_letters(name)
    if _family_alone(texts, families):
        return True
    rows = (
        said[end - many : end]
        for said in there
        for end in range(2, len(said) + 1)
        for many in range(least, min(end, _LONGEST_NAME) + 1)
    )
    return any(_same_person(words, row) or _same_person(words, row[1:] + row[:1]) for row in rows)


def _family_alone(texts: Iterable[str], families: set[str]) -> bool:
    named = (text for text in texts if any(one in "".join(worded(one_spelling(text))) for one in families))
    parts = (worded(one_spelling(part)) for text in named for part in _BETWEEN_PARTS.split(one_spelling(text)))
    return any("".join(word for word in part if not word.isdigit()) in families for part in parts)


def holds(texts: Sequence[str], name: str, *, sure: bool = False) -> bool:
    """Whether the words of a name stand one after the other in one of these texts, of two or three in any turn; its
    signs, where it has no words. What is `sure` are several words, or many letters of them within a word."""
    wanted = _sought(name, sure)
    whole = "".join(own_words(name))
    is_long = len(own_words(name)) > 1 and len(whole) > 6
    if not (_ways(name) or sure) and any(name in one_spelling(text) for text in texts):
        return True
    for row in map(_in_a_row, texts):
        if any(map(row.__contains__, wanted)):
            return True
        if (is_long or _ONE_SCRIPT.fullmatch(whole)) and any(one in row for one in _joined(own_words(name))):
            return True
        if not (sure and len(own_words(name)) < 2) and _apart(row.split(), _ways(name)):
            return True
    return False


def _apart(words: list[str], ways: list[list[str]]) -> bool:
    """Whether the letters of a name stand in these words, parted elsewhere; of a short name of one word, that of letters and
    digits or of a script without blanks."""
    for way in ways:
        whole = "".join(way)
        if len(way) > 1 or len(whole) > 6 or re.search(r"\d[^\W\d]|[^\W\d]\d", whole) or _ONE_SCRIPT.fullmatch(whole):
            for first in range(len(words)):
                row = ""
                for word in words[first:]:
                    row += word
                    if not whole.startswith(row):
                        break
                    if row == whole:
                        return True
    return False


@lru_cache(maxsize=1 << 13)
def _in_a_row(text: str) -> str:
    return f" {' '.join(worded(one_spelling(text)))} "


@lru_cache(maxsize=1 << 12)
def _sought(name: str, sure: bool) -> list[str]:
    """The words that are looked for in a row, a blank on either side: one after the other, and all in one."""
    ways, misread = _ways(name), _misread(name)
    turned = [way[at:] + way[:at] for way in ways for at in (range(len(way)) if len(way) in (2, 3) else (0,))]
    spelt_out = [list(way[0]) for way in ways if len(way) == 1 and len(way[0]) < 6]
    wanted = [way for way in turned + misread if len(way) > 1 or not sure] + ([] if sure else spelt_out)
    ones = {one for way in (*ways, *misread) if len(way) > 1 or not sure for one in _joined(way)}
    return list(dict.fromkeys(f" {one} " for one in (*map(" ".join, wanted), *ones)))
