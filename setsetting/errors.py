"""The one tree of errors: each is a sentence for the person who must act.

A sentence says what happened, to which file or field, and what to do. Its class only decides the
exit code. It never holds a patient's name, score or free text.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from setsetting.words.translate import _

_LOOKED_AT = 60
_letters = lru_cache(maxsize=1 << 15)(frozenset[str])
"""So many names, the likest by their letters, are compared letter by letter."""


class SetSettingError(Exception):
    """Something did not work; the message is shown to the user as it is."""

    exit_code = 1


class UsageError(SetSettingError):
    """The arguments are wrong in themselves, whatever the folder holds."""

    exit_code = 2


class NotFound(SetSettingError):
    """A patient, track, playlist, file or session that is not there."""


class AlreadyExists(SetSettingError):
    """A file or code that would be overwritten."""


class BrokenFile(SetSettingError):
    """A file that cannot be read as what it should be."""


class Refused(SetSettingError):
    """A hard rule or the state of things forbids the act."""


class Stopped(SetSettingError):
    """The user stopped it (Ctrl-C); what was done is kept."""

    exit_code = 130


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like `name`, or None when nothing is near."""
    close = near(name, known, most=1)
    return close[0] if close else None


def near(name: str, known: Iterable[str], *, most: int = 3, alike: float = 0.5) -> tuple[str, ...]:
    """Return the few known names that are most like `name`, the likest first: in 20 ms among 10,000."""
    import difflib  # only a mistake needs it
    import heapq

    wanted = name.casefold()
    by_fold = {candidate.casefold(): candidate for candidate in known}
    letters, length = set(wanted), len(wanted)

    unlike = {one: len(letters ^ _letters(one)) + abs(length - len(one)) for one in by_fold}
    likely = heapq.nsmallest(_LOOKED_AT, unlike, key=unlike.__getitem__)
    close = difflib.get_close_matches(wanted, likely, n=most, cutoff=alike)
    return tuple(by_fold[one] for one in close)


def guess(name: str, known: Iterable[str]) -> str:
    """What follows a sentence about an unknown name: " Did you mean 'NAME'?", or nothing."""
    return did_you_mean(near(name, known, most=1))


def did_you_mean(names: Sequence[str]) -> str:
    """What follows a sentence about a name that is not there: " Did you mean 'ONE' or 'OTHER'?", or nothing."""
    return " " + _("Did you mean {names}?").format(names=_(" or ").join(map(repr, names))) if names else ""


def no_such(what: str, name: str, known: Iterable[str]) -> str:
    """The sentence "There is no WHAT 'NAME'.", with the nearest known name when there is one."""
    return _("There is no {what} {name!r}.").format(what=what, name=name) + guess(name, known)


def unknown(what: str, name: str, known: Iterable[str]) -> NotFound:
    """Build the error for a thing that is not there; see `no_such`."""
    return NotFound(no_such(what, name, known))


def begun(what: str, name: str, known: Iterable[str]) -> str:
    """The one known id that is `name` or begins with it; raises NotFound."""
    ids = sorted({each for each in known if each.startswith(name)}) if name else []
    if name in ids:
        return name
    if len(ids) > 1:
        raise several_begin(what, name, len(ids))
    if not ids:
        raise unknown(what, name, known)
    return ids[0]


def several_begin(what: str, name: str, n: int) -> NotFound:
    """Build the error for an id that was shortened too far."""
    said = _("{n} ids begin with {name!r}, each of another {what}; give more of it.")
    return NotFound(said.format(n=n, name=name, what=what))


def broken(path: Path, line: int | None, trouble: str) -> BrokenFile:
    """Build "FILE, line N: TROUBLE"."""
    where = str(path) if line is None else _("{path}, line {line}").format(path=path, line=line)
    return BrokenFile(f"{where}: {trouble}")
