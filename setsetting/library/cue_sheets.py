"""Cue sheets beside audio files: who performs and wrote what a file holds, where its own tags don't say it.

A sheet speaks of the files that it names, by whatever ending (a copy in another format keeps its name), and of the one called
as itself. It is read with such a file's tags, and a sheet that came, went or was written to since makes a file a changed one.
"""

import hashlib
import os
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

LONGEST_BYTES = 1_000_000
_LOOKED_AT = 1000
"""So many bytes tell how a sheet is coded that does not say it."""
_ENDING = ".cue"
_FIELD = {
    **dict.fromkeys(("PERFORMER", "SONGWRITER", "COMPOSER", "ARRANGER", "CONDUCTOR"), "credit"),
    **dict.fromkeys(("TITLE", "MESSAGE", "COMMENT"), "note"),
}
"""A performer here keeps no name of the file itself from being looked at."""
_LINE = re.compile(
    rf'^\s*(?:REM\s+)?(FILE|TRACK|INDEX|{"|".join(_FIELD)})\s+("[^"]*"|\S.*)', re.IGNORECASE | re.MULTILINE
)
"""What a sheet says, also in the remarks by which programs say more than its makers thought of."""
_FIRST_SOUND = re.compile(r"0*1\s")


def said_beside(path: Path) -> Iterator[tuple[str, str]]:
    """Our name of a field and its text, of all that the sheets in a file's folder say of it."""
    for sheet, text in _sheets_in(path.parent):
        own = path.stem if sheet.stem.casefold() == path.name.casefold() else sheet.stem
        yield from _said_of(path.stem.casefold(), own.casefold(), text)


def spoken_of(paths: Iterable[str], scanned: Mapping[str, int]) -> set[str]:
    """Those of these files of which a sheet may speak, in a folder whose sheets are others than at the scan."""
    by_folder, found = defaultdict[Path, list[tuple[str, Path]]](list), set[str]()
    for path in paths:
        by_folder[Path(path).parent].append((path, Path(path)))
    for folder, files in by_folder.items():
        stamp = stamp_beside(files[0][1])
        if changed := [both for both in files if scanned.get(both[0]) != stamp]:
            every = "\n".join(f"{sheet.stem}\n{text}" for sheet, text in _sheets_in(folder)).casefold()
            found.update(named for named, path in changed if path.stem.casefold() in every)
    return found


def _sheets_in(folder: Path) -> Iterator[tuple[Path, str]]:
    for sheet in sorted(folder.glob("*.[cC][uU][eE]")):
        content = b""
        with suppress(OSError):
            if sheet.stat().st_size <= LONGEST_BYTES:
                content = sheet.read_bytes()
        yield sheet, "\n".join(_text(content).splitlines())


def stamp_among(entries: "Iterable[os.DirEntry[str]]") -> int:
    """While this is the same, so are the sheets among what a folder holds; 0 where there is none."""
    found = []
    for entry in entries:
        if entry.name.lower().endswith(_ENDING):
            with suppress(OSError):
                about = entry.stat()
                found.append((entry.name, about.st_size, about.st_mtime_ns, about.st_ctime_ns))
    told = repr(sorted(found)).encode("utf-8", "backslashreplace")
    return int.from_bytes(hashlib.blake2b(told, digest_size=7).digest()) if found else 0


def stamp_beside(path: Path) -> int:
    """The same of the sheets beside a file; 0 where its folder cannot be looked at."""
    try:
        with os.scandir(path.parent) as entries:
            return stamp_among(entries)
    except OSError:
        return 0


def _text(content: bytes) -> str:
    if content.startswith((BOM_UTF16_BE, BOM_UTF16_LE)):
        return content.decode("utf-16", "replace")
    for zeros, others, encoding in (
        (1, 0, "utf-16-le"),
        (0, 1, "utf-16-be"),
    ):  # its words are ours, whatever its names are
        if content[zeros:_LOOKED_AT:2].count(0) > content[others:_LOOKED_AT:2].count(0):
            return content.decode(encoding, "replace")
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
