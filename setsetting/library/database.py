"""Opening the library's two databases: owner-only files, checked before use, one writer at a time.

Rollback journal, not WAL: SQLite before 3.51.3 can corrupt a WAL database that two processes
checkpoint at once, and a catalogue that is copied must be one file. Writing is done in
`BEGIN IMMEDIATE`, so that two scans wait for each other instead of failing.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from setsetting.machine import database
from setsetting.machine.database import DATABASE_ERRORS, Connection, damaged


def connect(path: Path, *, advice: str) -> Connection:
    """Open a database, making an empty one where there is none; `advice` ends the sentence about a damaged one."""
    if not path.exists():
        database.own(path, create=True)
    with database.in_words(path, advice):
        connection = database.connect(path)
        try:
            connection.execute("PRAGMA journal_mode=DELETE").fetchone()
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            connection.execute("PRAGMA synchronous=FULL")
        except BaseException:
            connection.close()
            raise
    return connection


def look_through(connection: Connection, path: Path, tables: Iterable[str], *, advice: str) -> None:
    """Raise BrokenFile when a database is damaged, tables missing or texts unreadable; asked when using it failed."""
    try:
        connection.rollback()
        sound = connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
        for table in tables:
            connection.execute(f"SELECT * FROM {table}").fetchall()
    except DATABASE_ERRORS as error:
        raise damaged(path, advice) from error
    if not sound:
        raise damaged(path, advice)


@contextmanager
def writing(connection: Connection, path: Path) -> Iterator[Connection]:
    """Hold the write lock for the block; commit at its end, or undo all of it."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.rollback()
            raise
        connection.commit()
    except DATABASE_ERRORS as error:
        if database.is_damage(error):
            raise  # the catalogue looks through both its files then
        raise database.sentence(path, error, "") from error
