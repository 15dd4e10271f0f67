"""Proof that a record is as it was written, or the first place where it is not.

It opens what every other command refuses (a log without guards, a newer program's record, damaged
pages), changes nothing, and says which event is the first bad one of its chain and what kind of
damage it is. What is derived is compared with the log, and reported apart from it.

What was erased by an event of its own is told and is no damage; a text that is gone without one is.

What it can't see: events cut off a chain's end, but for this device's own, whose newest is known, unless a
head noted elsewhere is compared with `head`; and a chain that someone forged as a whole from some event on,
guards put back.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from setsetting.errors import NotFound
from setsetting.machine.database import DATABASE_ERRORS, Connection, connect, is_damage, name_of
from setsetting.record import projections, schema
from setsetting.record.connection import sentence
from setsetting.record.device import Device
from setsetting.record.event import GENESIS, Event, chained_hash, digest_of, head_of
from setsetting.record.kinds import ERASED
from setsetting.record.migrations import refuse_first
from setsetting.words.translate import _, count

INTEGRITY_LINES = 5
"""How many of the engine's findings are kept; more of them say nothing new."""

_HASHED = [column for column in Event.__slots__ if column not in {"payload", "salt", "hash"}]
_COLUMNS = [*_HASHED, "hash", "payload", "salt"]
_EVENTS = f"SELECT {', '.join(_COLUMNS)} FROM event ORDER BY device, seq"
_DEVICE, _SEQ, _EVENT_ID, _KIND, _VERSION, _LAMPORT = map(
    _COLUMNS.index, ("device", "seq", "event_id", "kind", "version", "lamport")
)
_SEAL, _DIGEST, _PREV_HASH, _HASH, _PAYLOAD, _SALT = map(
    _COLUMNS.index, ("seal", "payload_digest", "prev_hash", "hash", "payload", "salt")
)
_UNREADABLE: tuple[type[Exception], ...] = (*DATABASE_ERRORS, TypeError)
"""In a damaged row anything may stand where a number or a text stood."""
_NEEDS_RECOVERY = ("SQLITE_READONLY", "SQLITE_CANTOPEN")


class Damage(StrEnum):
    """What is wrong with an event."""

    ALTERED = "altered content"
    REMOVED = "text removed"
    BROKEN_LINK = "broken link"
    GAP = "gap"
    PAGES = "page damage"


@dataclass(frozen=True, slots=True)
class FirstBad:
    """The first bad event: chains by device, events by seq. A gap is named by the event that is missing."""

    device: str
    seq: int
    damage: Damage


@dataclass(frozen=True, slots=True)
class ErasedEvent:
    """An event whose text was erased as it should be: an event says so, and why."""

    device: str
    seq: int
    kind: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found; `head` is None when the log could not be read to its end.

    `integrity` is what the engine and the schema's comparison found, `projections` the derived tables
    that differ from the log (`setsetting record rebuild` mends them).
    """

    ok: bool
    events: int
    head: str | None
    first_bad: FirstBad | None
    missing_triggers: tuple[str, ...]
    integrity: tuple[str, ...]
    projections: tuple[str, ...]
    erased: tuple[ErasedEvent, ...] = ()

    def sentences(self) -> list[str]:
        """What was found, in words; one sentence each."""
        if self.ok:
            told = count("{n} event", "{n} events", self.events)
            whole = _("The record is whole: {events}, head {head}.").format(events=told, head=self.head)
            return [whole, *self._erased_in_words()]
        found = []
        if self.first_bad is not None:
            found.append(_in_words(self.first_bad))
        if self.missing_triggers:
            found.append(
                _("Guards of the log are missing or changed: {names}.").format(names=", ".join(self.missing_triggers))
            )
        found += [_("The database itself: {line}").format(line=line) for line in self.integrity]
        if self.projections:
            found.append(
                _("Derived tables differ from the log: {names}. `setsetting record rebuild` makes them anew.").format(
                    names=", ".join(self.projections)
                )
            )
        return found + self._erased_in_words()

    def _erased_in_words(self) -> list[str]:
        says = _("Event {seq} of device {device} ({kind}) was erased; the event that did it says why.")
        return [says.format(seq=each.seq, device=each.device, kind=each.kind) for each in self.erased]


def _in_words(bad: FirstBad) -> str:
    if not bad.device:
        return _("The log cannot be read at all, the file is damaged.")
    says = {
        Damage.ALTERED: _("its content is not what was recorded"),
        Damage.REMOVED: _("its text is not as the erasures say: gone without one, or still there after one"),
        Damage.BROKEN_LINK: _("it does not follow the event before it, one of the two was replaced"),
        Damage.GAP: _("it is missing"),
        Damage.PAGES: _("it cannot be read, the file is damaged there"),
    }
    return _("The first bad event is {seq} of device {device}: {what}. What stands before it is as recorded.").format(
        seq=bad.seq, device=bad.device, what=says[bad.damage]
    )


def verify(path: Path, device: Device | None = None) -> Verification:
    """Read the whole record and say whether it is as it was written, and reaches to the newest event of `device`.

    Raises NotFound when there is no file, Refused when it can't be opened for reading at all.
    """
    refuse_first(path)
    if not path.is_file():
        raise NotFound(_("There is no record at {path}.").format(path=path))
    with ExitStack() as stack:
        try:
            walked, checked = (stack.enter_context(closing(_open(path))) for _n in range(2))
        except DATABASE_ERRORS as error:
            name = name_of(error)
            if not is_damage(error):
                raise sentence(path, error) from error
            why = _("it is no database.") if name == "SQLITE_NOTADB" else _("its first pages are damaged.")
            return Verification(False, 0, None, None, tuple(schema.TRIGGERS), (why,), ())
        beside = stack.enter_context(ThreadPoolExecutor(1))  # the engine checks its pages while we walk the chains
        return _verify(walked, beside.submit(_integrity, checked), device)


def _open(path: Path) -> Connection:
    """Open for reading; where a crash left work to undo, let the engine undo it as any opening does."""
    try:
        return _reading(path, "ro")
    except DATABASE_ERRORS as error:
        if not name_of(error).startswith(_NEEDS_RECOVERY):
            raise
    return _reading(path, "rw")


def _reading(path: Path, mode: str) -> Connection:
    connection = connect(path, mode=mode)
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")  # one state for every table, whoever writes meanwhile
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _verify(connection: Connection, integrity: Future[tuple[str, ...]], device: Device | None) -> Verification:
    missing = schema.missing_triggers(connection)
    walk = _Walk(connection)
    first_bad = walk.first_bad() or _not_as_known(connection, device)
    findings = integrity.result()
    ok = first_bad is None and not missing and not findings and not walk.differ
    head = None if walk.cut_short else head_of(walk.newest)
    differ, erased = tuple(sorted(walk.differ)), tuple(walk.erased)
    return Verification(ok, walk.events, head, first_bad, missing, findings, differ, erased)


def _not_as_known(connection: Connection, device: Device | None) -> FirstBad | None:
    """Where a sound chain ends before the newest event its device wrote, or went on otherwise."""
    if device is None or device.newest is None:
        return None
    newest = "SELECT seq, hash FROM event WHERE device = ? AND seq <= ? ORDER BY seq DESC LIMIT 1"
    seq, hash_ = connection.execute(newest, [device.id, device.newest[0]]).fetchone() or (0, GENESIS)
    if (seq, hash_) == device.newest:
        return None
    return (
        FirstBad(device.id, seq, Damage.ALTERED)
        if seq == device.newest[0]
        else FirstBad(device.id, seq + 1, Damage.GAP)
    )


def _integrity(connection: Connection) -> tuple[str, ...]:
    try:
        found = [line for (line,) in connection.execute(f"PRAGMA integrity_check({INTEGRITY_LINES})") if line != "ok"]
        found += [_("{name} is not as it was made.").format(name=name) for name in schema.strange_objects(connection)]
    except DATABASE_ERRORS:
        return (_("its pages are damaged."),)
    return tuple(found)


class _Walk:
    """One pass over the log in the order of its chains, beside the derived tables in the same order."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.events = 0
        self.newest: dict[str, str] = {}
        self.erased: list[ErasedEvent] = []
        self.differ: frozenset[str] = frozenset()
        self.cut_short = False

    def first_bad(self) -> FirstBad | None:
        """Walk to the end of the log, or to where it can't be read."""
        found: FirstBad | None = None
        device, seq, newest = "", 0, GENESIS
        derived = _Derived(self._connection)
        to_erase = self._to_erase()
        try:
            for row in self._connection.execute(_EVENTS):
                if row[_DEVICE] != device:
                    device, seq, newest = str(row[_DEVICE]), 0, GENESIS
                if found is None:
                    damage = _damage(row, seq + 1, newest, to_erase)
                    found = FirstBad(device, seq + 1, damage) if damage else None
                seq, newest = row[_SEQ], row[_HASH]
                self.newest[device] = newest
                self.events += 1
                if row[_PAYLOAD] is None and row[_EVENT_ID] in to_erase:
                    self.erased.append(ErasedEvent(device, seq, row[_KIND]))
                derived.compare(row)
        except _UNREADABLE:
            self.cut_short = True
            found = found or FirstBad(device, seq + 1, Damage.PAGES)
        else:
            self.differ = derived.differ()
        return found

    def _to_erase(self) -> frozenset[str]:
        """The ids that erasures name; none where the index is damaged, which the engine's own check says."""
        try:
            named = self._connection.execute(
                "SELECT corrects FROM event WHERE corrects IS NOT NULL AND kind = ?", [ERASED]
            )
            return frozenset(event_id for (event_id,) in named)
        except DATABASE_ERRORS:
            return frozenset()


def _damage(row: tuple[Any, ...], seq: int, newest: str, erased: frozenset[str]) -> Damage | None:
    if row[_SEQ] != seq:
        return Damage.GAP
    text = row[_PAYLOAD]
    try:
        recorded = chained_hash(*row[:_HASH]) == row[_HASH]
        recorded = recorded and (text is None or digest_of(row[_SALT], text) == row[_DIGEST])
    except (TypeError, ValueError):  # a column no longer of its type, or no longer text
        recorded = False
    if not recorded:
        return Damage.ALTERED
    if (text is None) != (row[_EVENT_ID] in erased):
        return Damage.REMOVED
    return None if row[_PREV_HASH] == newest else Damage.BROKEN_LINK


class _Derived:
    """The derived tables, read once and side by side in the order of the log."""

    def __init__(self, connection: Connection) -> None:
        self._differ: set[str] = set()
        self._told_again: set[tuple[str, int]] = set()
        self._streams: dict[str, Iterator[tuple[Any, ...]]] = {}
        try:
            if not projections.in_step(connection):
                return  # another version's fold: the next opening folds anew
            self._told_again = projections.told_again(connection)
        except DATABASE_ERRORS:
            self._differ.add("about")
            return
        for kind, table in projections.TABLES.items():
            columns = ", ".join(projections.KEY + table.columns)
            try:
                self._streams[kind] = connection.execute(f"SELECT {columns} FROM {table.name} ORDER BY device, seq")
            except DATABASE_ERRORS:
                self._differ.add(table.name)

    def compare(self, row: tuple[Any, ...]) -> None:
        """Take the row this event must have added from its table."""
        kind = row[_KIND]
        if kind in self._streams:
            columns = projections.fold(kind, row[_VERSION], row[_PAYLOAD], row[_SEAL])
            if columns is None or (self._told_again and (row[_DEVICE], row[_SEQ]) in self._told_again):
                return
            if self._next(kind) != (row[_DEVICE], row[_SEQ], row[_LAMPORT], row[_EVENT_ID], *columns):
                self._give_up(kind)

    def differ(self) -> frozenset[str]:
        """Name the tables that differ, those with rows too many included."""
        for kind in list(self._streams):
            if self._next(kind) is not None:
                self._give_up(kind)
        return frozenset(self._differ)

    def _next(self, kind: str) -> tuple[Any, ...] | None:
        try:
            return next(self._streams[kind], None)
        except DATABASE_ERRORS:
            return ()

    def _give_up(self, kind: str) -> None:
        del self._streams[kind]
        self._differ.add(projections.TABLES[kind].name)
