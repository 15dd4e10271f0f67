"""The one seam to the database engine: how a record's file is opened, and its errors as sentences.

WAL mode is chosen only where the engine is known to be free of the WAL-reset bug (SQLite 3.7.0 to
3.51.2, two connections writing or checkpointing at once; fixed in 3.51.3, backported to 3.44.6 and
3.50.7; 3.52.0 was withdrawn). Elsewhere the rollback journal is used, which the bug can't reach.
Synchronous EXTRA in both: a commit that was acknowledged is on the disk, its journal's removal too.
Memory mapping stays off: it amplified that corruption where it was reported.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from setsetting.errors import BrokenFile, NotFound, Refused, SetSettingError
from setsetting.machine.files import OWNER_ONLY
from setsetting.words.translate import _

DATABASE_ERRORS: tuple[type[Exception], ...] = (sqlite3.Error, UnicodeDecodeError)
"""What an engine raises; another engine adds its own tree here.

On a schema whose bytes are damaged, Python fails to decode the engine's message itself.
"""

BUSY_WAIT_S = 10.0
OLDEST_ENGINE = (3, 37, 0)
"""The first SQLite with STRICT tables."""
WITHDRAWN = (3, 52, 0)

_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
_NO_ROOM = ("SQLITE_FULL", "SQLITE_IOERR")
_NO_WRITING = ("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_CANTOPEN", "SQLITE_AUTH")
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


def wal_is_safe(engine: tuple[int, ...]) -> bool:
    """Tell whether this version of SQLite is free of the WAL-reset bug."""
    if engine[:2] in {(3, 44), (3, 50)}:
        return engine >= {(3, 44): (3, 44, 6), (3, 50): (3, 50, 7)}[engine[0], engine[1]]
    return engine >= (3, 51, 3) and engine != WITHDRAWN


def connect(path: Path, *, create: bool, wait_s: float = BUSY_WAIT_S) -> sqlite3.Connection:
    """Open a record's file for its owner only, with every pragma it is used under; wait so long for other writers.

    Raises NotFound when there is none and `create` is False.
    """
    if sqlite3.sqlite_version_info < OLDEST_ENGINE:
        raise Refused(
            _("This Python brings SQLite {have}; the record needs 3.37 or newer. Use a newer Python.").format(
                have=sqlite3.sqlite_version
            )
        )
    _own(path, create=create)
    with in_words(path):
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=rw",
            uri=True,
            timeout=wait_s,
            isolation_level=None,
            check_same_thread=False,  # Record holds a lock of its own
        )
    try:
        connection.row_factory = sqlite3.Row
        with in_words(path):
            connection.execute("PRAGMA mmap_size = 0")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA recursive_triggers = ON")
            connection.execute("PRAGMA synchronous = EXTRA")
            _leave_unsafe_wal(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _own(path: Path, *, create: bool) -> None:
    try:
        if create:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY))
        elif not path.is_file():
            raise NotFound(
                _("There is no record at {path}; `setsetting init` makes a clinic folder with one.").format(path=path)
            )
        if path.stat().st_mode & 0o077:
            path.chmod(OWNER_ONLY)
    except PermissionError:
        if create:
            raise Refused(_("{path} cannot be made: the folder can't be written.").format(path=path)) from None
    except OSError as error:
        raise Refused(_("{path} cannot be opened: {why}.").format(path=path, why=error.strerror)) from error


def _leave_unsafe_wal(connection: sqlite3.Connection) -> None:
    """Take a file back from WAL mode that a safe engine had put into it."""
    if not wal_is_safe(sqlite3.sqlite_version_info) and _journal(connection) == "wal":
        connection.execute("PRAGMA journal_mode = DELETE")


def prefer_wal(connection: sqlite3.Connection) -> None:
    """Put a file that is known to be a record into WAL mode, where that is safe."""
    if wal_is_safe(sqlite3.sqlite_version_info) and _journal(connection) != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except DATABASE_ERRORS:
            return  # someone else has it open, or it is read-only: the mode it has is as safe


def _journal(connection: sqlite3.Connection) -> str:
    return str(connection.execute("PRAGMA journal_mode").fetchone()[0])


def name_of(error: Exception) -> str:
    """The engine's name of an error."""
    return "SQLITE_CORRUPT" if isinstance(error, UnicodeDecodeError) else str(getattr(error, "sqlite_errorname", ""))


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Raise as a sentence what an engine raises in the block."""
    try:
        yield
    except DATABASE_ERRORS as error:
        raise sentence(path, error) from error


def sentence(path: Path, error: Exception) -> SetSettingError:
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
    if name.startswith(_DAMAGED):
        return BrokenFile(
            _("{path} is damaged or no record; `setsetting record verify` says where. Keep it as it is.").format(
                path=path
            )
        )
    return Refused(
        _("{path} refused this ({name}); nothing was recorded.").format(path=path, name=name or type(error).__name__)
    )
