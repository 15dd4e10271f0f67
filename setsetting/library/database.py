"""Opening the library's two databases: owner-only files, checked before use, one writer at a time.

Rollback journal, not WAL: SQLite before 3.51.3 can corrupt a WAL database that two processes
checkpoint at once, and a catalogue that is copied must be one file. Writing is done in
`BEGIN IMMEDIATE`, so that two scans wait for each other instead of failing.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Self

from setsetting.machine import database
from setsetting.machine.database import DATABASE_ERRORS, Connection, damaged


class Store:
    """A database of the library, opened: what each of the two has, and how it is made, is its own."""

    version: ClassVar[int]
    tables: ClassVar[Collection[str]]

    def __init__(self, connection: Connection, path: Path) -> None:
        self._db, self._path = connection, path

    @classmethod
    def advice(cls) -> str:
        """What ends the sentence about a damaged one."""
        raise NotImplementedError

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a database, making an empty one where there is none."""
        store = cls(_connected(path, cls.advice()), path)
        try:
            found = store._version()
            if found != cls.version:
                store._meet(found)
        except BaseException as error:
            store.close()
            if isinstance(error, DATABASE_ERRORS):
                raise damaged(path, cls.advice()) from error
            raise
        return store

    def close(self) -> None:
        self._db.close()

    def look_through(self) -> None:
        """Raise BrokenFile when the file is damaged, tables missing or texts unreadable; asked when using it failed."""
        try:
            self._db.rollback()
            sound = self._db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
            for table in self.tables:
                self._db.execute(f"SELECT * FROM {table}").fetchall()
        except DATABASE_ERRORS as error:
            raise damaged(self._path, self.advice()) from error
        if not sound:
            raise damaged(self._path, self.advice())

    def _version(self) -> int:
        version: int = self._db.execute("PRAGMA user_version").fetchone()[0]
        return version

    def _meet(self, found: int) -> None:
        """Bring a database of another version, or a new and empty one, to this program's; or refuse it."""
        raise NotImplementedError

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the write lock for the block; commit at its end, or undo all of it, with the block around it if there is one."""
        if self._db.in_transaction:
            yield
            return
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.rollback()
                raise
            self._db.commit()
        except DATABASE_ERRORS as error:
            if database.is_damage(error):
                raise  # the catalogue looks through both its files then
            raise database.sentence(self._path, error, "") from error


def _connected(path: Path, advice: str) -> Connection:
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
