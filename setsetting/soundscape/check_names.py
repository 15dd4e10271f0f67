"""How the check compares names and tags: its own way, so that it can find a fault of the planner's.

Names are told apart as one person says them; a refused name is looked for more widely (`words.spelling` does the same).
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

_PLAIN = {
    **dict.fromkeys("\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{PRIME}", "'"),
    "\N{MODIFIER LETTER APOSTROPHE}": "'",
    "\N{MINUS SIGN}": "-",
    **dict.fromkeys("\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}", "-"),
}
"""Signs that keyboards lack, and what is typed for them."""
_BARE = {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"}
_SEEN_AS = str.maketrans(
    "авеһіјкԁмнорԛсѕтухԝαβεζηικμνορτυχᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ",
    "abehijkdmhopqcstyxwabezhikmnoptyxabcdefghijklmnoprstuvwyz",
)
"""Letters of other scripts, and small capitals, as an eye takes them."""
_LONGEST_NAME = 5


def tags_met(tags: Iterable[str], refused: Iterable[str]) -> list[str]:
    """Which of these tags a refused one meets."""
    refused = tuple(refused)
    return [tag for tag in tags if any(_tag_means(tag, one) for one in refused)]


@lru_cache(maxsize=1 << 14)
def _tag_means(tag: str, refused: str) -> bool:
    """Whether a tag is one that is refused, or has its words among others, however they are parted and of what number."""
    if one_spelling(tag) == one_spelling(refused) != "":
        return True
    said, wanted = _singular(tag), _singular(refused)
    if not wanted:
        return False
    turns = [wanted[at:] + wanted[:at] for at in range(len(wanted))] if len(wanted) in (2, 3) else [wanted]
    letters = {"".join(turn) for turn in turns}
    return any("".join(part) in letters for n in range(len(said)) for part in itertools.accumulate(said[n:]))


def _singular(tag: str) -> list[str]:
    return [re.sub("(?<=...)s$", "", word) for word in worded(one_spelling(tag))]


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
        elif kind != "Cf" and letter != "\u034f" and not "\ufe00" <= letter <= "\ufe0f":
            letters.append(_PLAIN.get(letter, letter))
    return unicodedata.normalize("NFC", re.sub(" +", " ", "".join(letters)).strip())


def is_one_of(credited: Iterable[str], refused: str) -> bool:
    """Whether a refused name, but for its article, is credited, or of several words stands within a credited name, or is
    written there with initials or other middle names."""
    wanted, credited = _without_article(refused), [*credited]
    if len(wanted) > 1 and holds(credited, " ".join(wanted)):
        return True
    if any(_same_person(wanted, _without_article(one)) for one in credited):
        return True
    return bool(wanted) and any("".join(_without_article(one)) == "".join(wanted) for one in credited)


def _without_article(name: str) -> list[str]:
    words = worded(name)
    return words[1:] if words[:1] == ["the"] and words[1:] else words


def worded(text: str) -> list[str]:
    """The words of a text, each letter without its accent and of usual width."""
    text = text.replace("™", " ").replace("℠", " ")
    plain = "".join(
        _BARE.get(one, one) for one in unicodedata.normalize("NFKD", text) if not "\u0300" <= one <= "\u036f"
    )
    letters = unicodedata.normalize("NFC", plain).casefold().translate(_SEEN_AS)
    return [word for word in re.split(r"[\W_]+", letters) if word]


def _same_person(one: list[str], other: list[str]) -> bool:
    """Whether two names differ by nothing but initials for first names, or middle names that one of them lacks."""
    fewer, more = (one, other) if len(one) <= len(other) else (other, one)
    if not 2 <= len(fewer) <= len(more) <= _LONGEST_NAME or fewer[-1] != more[-1] or len(more[-1]) == 1:
        return False
    (*given, _family), (*whole, _family) = fewer, more
    if given == ["".join(name[0] for name in whole)]:
        return True
    at = 0
    for number, name in enumerate(given):
        fits = [n for n in range(at, len(whole)) if name in (whole[n], whole[n][0]) or whole[n] == name[0]]
        if not fits or (number == 0 and fits[0] != 0):
            return False
        at = fits[0] + 1
    return True


def holds_person(texts: Sequence[str], name: str) -> bool:
    """Whether a name stands in one of these texts, as it is or as people write it shorter or longer."""
    words = _without_article(name)
    if holds(texts, name) or len(words) < 2:
        return holds(texts, name)
    least = len(words) if len(words) > 3 else 2
    there = [worded(one_spelling(text)) for text in texts]
    return any(
        _same_person(words, said[end - many : end])
        for said in there
        for end in range(2, len(said) + 1)
        for many in range(least, min(end, _LONGEST_NAME) + 1)
    )


def holds(texts: Sequence[str], name: str) -> bool:
    """Whether the words of a name stand one after the other in one of these texts, of two or three in any turn; its
    signs, where it has no words."""
    words = worded(name)
    turned = [words[at:] + words[:at] for at in range(len(words))] if len(words) in (2, 3) else [words]
    for text in map(one_spelling, texts):
        there = worded(text)
        found = any(there[at : at + len(words)] in turned for at in range(len(there))) or "".join(words) in there
        if found if words else name in text:
            return True
    return False
