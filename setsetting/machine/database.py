"""The one seam to SQLite: how a file of it is opened, and what the engine raises, as sentences.

It knows no table; what a file holds, and the pragmas it is used under, are its room's matter. An engine
with the same interface that encrypts would be chosen here and nowhere else. No file of it is opened beside
the engine: closing it again would let go every lock that this process holds there, and two would write at once
(the engine's "How to corrupt an SQLite database file", 2.2).
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

from setsetting.errors import BrokenFile, Refused, SetSettingError
from setsetting.machine.files import OWNER_ONLY
from setsetting.words.translate import _

Connection: TypeAlias = sqlite3.Connection
StoredRow: TypeAlias = sqlite3.Row

ENGINE = sqlite3.sqlite_version_info
"""Which SQLite this is."""

DATABASE_ERRORS: tuple[type[Exception], ...] = (sqlite3.Error, UnicodeDecodeError)
"""What an engine raises; on a schema whose bytes are damaged, Python fails to decode the engine's message itself."""

WAIT_S = 10.0
"""How long another window's writing is waited for."""

_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
_NO_ROOM = ("SQLITE_FULL", "SQLITE_IOERR")
_NO_WRITING = ("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_CANTOPEN", "SQLITE_AUTH")
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


def connect(path: Path, *, mode: str = "rw", wait_s: float = WAIT_S) -> Connection:
    """Open a file that is there, for any thread; transactions are begun by hand.

    `mode` is "ro", "rw", or "ro&immutable=1" for a look that locks, mends and writes nothing.
    """
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}",
        uri=True,
        timeout=wait_s,
        isolation_level=None,
        check_same_thread=False,  # who shares a connection holds a lock of its own
    )


def own(path: Path, *, create: bool) -> bool:
    """Let the file be its owner's alone, made empty when it may be; tell whether there is one."""
    try:
        if create:
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
        if not path.is_file():
            return False
        if path.stat().st_mode & 0o077:
            path.chmod(OWNER_ONLY)
    except OSError as error:
        raise Refused(_("{path} cannot be opened: {why}.").format(path=path, why=error.strerror)) from error
    return True


def copy(source: Path, to: Path) -> None:
    """Copy a file as it is at one moment, whoever writes into it meanwhile, to a new one that is its owner's alone."""
    own(to, create=True)
    with in_words(source, ""), closing(connect(source)) as read, closing(connect(to)) as made:
        read.backup(made)


def name_of(error: Exception) -> str:
    """The engine's name of an error."""
    return "SQLITE_CORRUPT" if isinstance(error, UnicodeDecodeError) else str(getattr(error, "sqlite_errorname", ""))


def is_damage(error: Exception) -> bool:
    """Tell whether an engine's error means that the file's bytes are not a database's."""
    return name_of(error).startswith(_DAMAGED)


@contextmanager
def in_words(path: Path, advice: str) -> Iterator[None]:
    """Raise as a sentence what an engine raises in the block; `advice` ends the one about a damaged file."""
    try:
        yield
    except UnicodeEncodeError:
        raise Refused(_("An id or a word holds characters that are no text; nothing was done with it.")) from None
    except DATABASE_ERRORS as error:
        raise sentence(path, error, advice) from error


def sentence(path: Path, error: Exception, advice: str) -> SetSettingError:
    """Say what an engine's error means for the person who waits; never what was being written."""
    name = name_of(error)
    if name.startswith(_BUSY):
        return Refused(
            _("{path} is being written by another window; nothing was recorded now. Try again.").format(path=path)
        )
    if name.startswith(_NO_ROOM):
        return Refused(
            _("{path} cannot be written, the disk may be full; nothing was recorded. Make room and try again.").format(
                path=path
            )
        )
    if name.startswith(_NO_WRITING):
        return Refused(
            _("{path} or its folder may not be written; nothing was recorded. Check who owns it.").format(path=path)
        )
    if is_damage(error):
        return damaged(path, advice)
    return Refused(
        _("{path} refused this ({name}); nothing was recorded.").format(path=path, name=name or type(error).__name__)
    )


def damaged(path: Path, advice: str) -> BrokenFile:
    """Build the sentence about a file that is no sound database."""
    return BrokenFile(_("{path} is damaged. {advice}").format(path=path, advice=advice))
