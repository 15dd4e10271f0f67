"""Opening the library's two databases: owner-only files, checked before use, one writer at a time.

Rollback journal, not WAL: SQLite before 3.51.3 can corrupt a WAL database that two processes
checkpoint at once, and a catalogue that is copied must be one file. Writing is done in
`BEGIN IMMEDIATE`, so that two scans wait for each other instead of failing.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from setsetting.errors import BrokenFile, Refused
from setsetting.machine.files import OWNER_ONLY
from setsetting.words.translate import _

WAIT_S = 10.0


def connect(path: Path, *, advice: str) -> sqlite3.Connection:
    """Open a database, making an empty one where there is none; `advice` ends the sentence about a damaged one."""
    try:
        if not path.exists():
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, OWNER_ONLY))
        connection = sqlite3.connect(path, timeout=WAIT_S)
        try:
            connection.execute("PRAGMA journal_mode=DELETE").fetchone()
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            connection.execute("PRAGMA synchronous=FULL")
        except BaseException:
            connection.close()
            raise
    except (OSError, sqlite3.OperationalError) as error:
        why = getattr(error, "strerror", None) or error
        raise Refused(_("{path} cannot be opened: {why}.").format(path=path, why=why)) from error
    except sqlite3.DatabaseError as error:
        raise damaged(path, advice) from error
    return connection


def damaged(path: Path, advice: str) -> BrokenFile:
    return BrokenFile(_("{path} is damaged. {advice}").format(path=path, advice=advice))


def look_through(connection: sqlite3.Connection, path: Path, tables: Iterable[str], *, advice: str) -> None:
    """Raise BrokenFile when a database is damaged, tables missing or texts unreadable; asked when using it failed."""
    try:
        connection.rollback()
        sound = connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
        for table in tables:
            connection.execute(f"SELECT * FROM {table}").fetchall()
    except sqlite3.DatabaseError as error:
        raise damaged(path, advice) from error
    if not sound:
        raise damaged(path, advice)


@contextmanager
def writing(connection: sqlite3.Connection, path: Path) -> Iterator[sqlite3.Connection]:
    """Hold the write lock for the block; commit at its end, or undo all of it."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.rollback()
            raise
        connection.commit()
    except sqlite3.OperationalError as error:
        raise Refused(_("{path} cannot be written: {why}.").format(path=path, why=error)) from error
