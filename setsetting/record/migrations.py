"""Bring a record's schema forward, one whole step at a time, under the database's own write lock.

Steps are only ever added. Two programs that start together wait for each other: what is pending is
asked inside the lock (sqlite-utils asks outside of it). No step may use `transform` on `event`, which
would drop its guards silently; they are asserted after the steps, before anything is kept.
Projections are no matter of migrations: they are folded anew when their shape changes.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from setsetting.errors import BrokenFile, Refused
from setsetting.machine.database import Connection
from setsetting.record import schema
from setsetting.record.connection import application_id
from setsetting.words.translate import _

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

SET = "record"
NAMES = ("event_log",)
"""Every step there is, oldest first; a name the file knows and we don't is a newer program's."""


def bring_forward(connection: Connection, path: Path, *, create: bool) -> None:
    """Apply what is pending, or refuse: a file that is no record, or a newer program's.

    sqlite-utils is imported only when a step is pending, because its import costs more than a
    command.
    """
    if not _pending(connection, path, create=create):
        return
    from sqlite_utils import Database

    connection.execute("BEGIN IMMEDIATE")
    try:
        _steps().apply(Database(connection, execute_plugins=False))
        assert_guards(connection, path)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def refuse_first(path: Path) -> None:
    """Refuse a record of version 0.1.0, by its header alone: opened as any other it would be touched."""
    if application_id(path) == schema.FIRST_APPLICATION_ID:
        raise Refused(
            _(
                "{path} was written by version 0.1.0, in which nothing could be erased; it stays as it is."
                " Read it with that version, and make a new clinic folder with `setsetting init DIR`."
            ).format(path=path)
        )


def assert_guards(connection: Connection, path: Path) -> None:
    """Refuse a log that lost a trigger, or has one that reads differently."""
    gone = schema.missing_triggers(connection)
    if gone:
        raise Refused(
            _("{path} has lost guards of its log ({names}); `setsetting record verify` says what was changed.").format(
                path=path, names=", ".join(gone)
            )
        )


def _pending(connection: Connection, path: Path, *, create: bool) -> tuple[str, ...]:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if not tables:
        if create:
            return NAMES
        raise BrokenFile(_("{path} is empty: it is no record, or it was cut off. Restore a backup.").format(path=path))
    if application != schema.APPLICATION_ID or "_sqlite_migrations" not in tables:
        raise BrokenFile(_("{path} is a database, but no record of this program.").format(path=path))
    applied = [
        name
        for (name,) in connection.execute(
            "SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY id", [SET]
        )
    ]
    newer = [name for name in applied if name not in NAMES]
    if newer:
        raise Refused(
            _("{path} was written by a newer version of this program; install that version to use it.").format(
                path=path
            )
        )
    return tuple(name for name in NAMES if name not in applied)


def _steps() -> "Migrations":
    from sqlite_utils import Migrations

    steps = Migrations(SET)

    @steps()
    def event_log(db: "Database") -> None:
        for sql in (schema.EVENT, schema.ABOUT, *schema.INDEXES.values(), *schema.TRIGGERS.values()):
            db.execute(sql)
        db.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")

    return steps
