"""Cue sheets beside audio files: who performs and wrote what a file holds, where its own tags don't say it.

A sheet speaks of the files that it names, by whatever ending (a copy in another format keeps its name), and of the one called
as itself. It is read when such a file is scanned, not when the sheet alone has changed.
"""

import re
from collections.abc import Iterator
from pathlib import Path

LONGEST_BYTES = 1_000_000
_LINE = re.compile(r'^\s*(FILE|TRACK|TITLE|PERFORMER|SONGWRITER|INDEX)\s+("[^"]*"|\S.*)', re.IGNORECASE | re.MULTILINE)
_FIELD = {"PERFORMER": "credit", "SONGWRITER": "credit", "TITLE": "note"}
"""A performer here keeps no name of the file itself from being looked at."""
_FIRST_SOUND = re.compile(r"0*1\s")


def said_beside(path: Path) -> Iterator[tuple[str, str]]:
    """Our name of a field and its text, of all that the sheets in a file's folder say of it."""
    for sheet in sorted(path.parent.glob("*.[cC][uU][eE]")):
        if sheet.stat().st_size <= LONGEST_BYTES:
            yield from _said_of(path.stem.casefold(), sheet.stem.casefold(), _text(sheet.read_bytes()))


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _said_of(wanted: str, own: str, text: str) -> Iterator[tuple[str, str]]:
    """What stands before any file is said of all; a track that has not begun when a file is named goes on in it."""
    of_all: list[tuple[str, str]] = []
    waiting: list[tuple[str, str]] = []
    inside, before = wanted == own, True
    lines = [(kind.upper(), argument.strip().strip('"')) for kind, argument in _LINE.findall(text)]
    for kind, argument in lines:
        if kind == "FILE":
            before = False
            inside = wanted in {own, re.split(r"[/\\]", _without_ending(argument))[-1].casefold()}
            yield from [*of_all, *waiting] if inside else ()
        elif kind == "TRACK":
            waiting = []
        elif kind == "INDEX":
            waiting = [] if _FIRST_SOUND.match(argument) else waiting
        else:
            said = (_FIELD[kind], argument)
            (of_all if before else waiting).append(said)
            yield from [said] if inside and not before else ()
    yield from of_all if before and wanted == own else ()


def _without_ending(name: str) -> str:
    """A file's name; what may stand behind it unquoted is its kind."""
    return re.sub(r"\.\w{1,5}(?:\s+\w+)?$", "", name)
