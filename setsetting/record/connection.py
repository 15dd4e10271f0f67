"""The pragmas a record's file is used under, and the journal it gets.

WAL mode is chosen only where the engine is known to be free of the WAL-reset bug (SQLite 3.7.0 to
3.51.2, two connections writing or checkpointing at once; fixed in 3.51.3, backported to 3.44.6 and
3.50.7; 3.52.0 was withdrawn). Elsewhere the rollback journal is used, which the bug can't reach.
Synchronous EXTRA in both: a commit that was acknowledged is on the disk, its journal's removal too.
Memory mapping stays off: it amplified that corruption where it was reported.
"""

from contextlib import AbstractContextManager, closing
from pathlib import Path

from setsetting.errors import NotFound, Refused, SetSettingError
from setsetting.machine import database
from setsetting.machine.database import DATABASE_ERRORS, ENGINE, WAIT_S, Connection, StoredRow
from setsetting.words.translate import _

OLDEST_ENGINE = (3, 37, 0)
"""The first SQLite with STRICT tables."""
WITHDRAWN = (3, 52, 0)


def wal_is_safe(engine: tuple[int, ...]) -> bool:
    """Tell whether this version of SQLite is free of the WAL-reset bug."""
    if engine[:2] in {(3, 44), (3, 50)}:
        return engine >= {(3, 44): (3, 44, 6), (3, 50): (3, 50, 7)}[engine[0], engine[1]]
    return engine >= (3, 51, 3) and engine != WITHDRAWN


def connect(path: Path, *, create: bool, wait_s: float = WAIT_S) -> Connection:
    """Open a record's file for its owner only, with every pragma it is used under; wait so long for other writers.

    Raises NotFound when there is none and `create` is False.
    """
    if ENGINE < OLDEST_ENGINE:
        have = ".".join(map(str, ENGINE))
        raise Refused(
            _("This Python brings SQLite {have}; the record needs 3.37 or newer. Use a newer Python.").format(have=have)
        )
    if not database.own(path, create=create):
        raise NotFound(
            _("There is no record at {path}; `setsetting init` makes a clinic folder with one.").format(path=path)
        )
    with in_words(path):
        connection = database.connect(path, wait_s=wait_s)
        try:
            connection.row_factory = StoredRow
            connection.execute("PRAGMA mmap_size = 0")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA recursive_triggers = ON")
            connection.execute("PRAGMA synchronous = EXTRA")
            _leave_unsafe_wal(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def application_id(path: Path) -> int | None:
    """What a file says it is, by its header alone and untouched; None where it is no database."""
    try:
        with closing(database.connect(path, mode="ro&immutable=1")) as connection:
            found: int = connection.execute("PRAGMA application_id").fetchone()[0]
    except DATABASE_ERRORS:
        return None
    return found


def identity_of(path: Path) -> tuple[int, int] | None:
    """Which file stands under a name now; None for none."""
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_dev, about.st_ino


def _leave_unsafe_wal(connection: Connection) -> None:
    """Take a file back from WAL mode that a safe engine had put into it."""
    if not wal_is_safe(ENGINE) and _journal(connection) == "wal":
        connection.execute("PRAGMA journal_mode = DELETE")


def prefer_wal(connection: Connection) -> None:
    """Put a file that is known to be a record into WAL mode, where that is safe."""
    if wal_is_safe(ENGINE) and _journal(connection) != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except DATABASE_ERRORS:
            return  # someone else has it open, or it is read-only: the mode it has is as safe


def scrub(connection: Connection) -> None:
    """Write the file anew from what is in it, so that no byte of what was taken out is left, in no journal either.

    Raises Refused when a reader in another window keeps the journal.
    """
    connection.execute("PRAGMA temp_store = MEMORY")  # else the copy would lie in the system's temporary folder
    connection.execute("VACUUM")
    (held, *_pages) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if held:
        raise Refused(_("Another window is reading it."))


def _journal(connection: Connection) -> str:
    return str(connection.execute("PRAGMA journal_mode").fetchone()[0])


def in_words(path: Path) -> AbstractContextManager[None]:
    """Raise as a sentence what an engine raises in the block."""
    return database.in_words(path, _advice())


def sentence(path: Path, error: Exception) -> SetSettingError:
    """The sentence for what an engine raised at a record."""
    return database.sentence(path, error, _advice())


def _advice() -> str:
    return _("`setsetting record verify` says where, if it is a record. Keep it as it is.")
