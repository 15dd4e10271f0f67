"""The event log: the only place that writes events, and the door through which all of ours enter.

An event is acknowledged by returning it, and only once it is on the disk. What fails leaves nothing
behind, and the next append works. The same event_id again returns what this device stored, so an act
never counts twice and a caller that got no answer may simply ask again; another device may have told
it as well. Nothing is ever changed: a correction is a new event that names the old one and says why.
One act takes text away: `erase`.

It refuses a newer program's record, a log without its guards, and a payload that is not of its kind.
Payload texts never stand in what it raises.
"""

import secrets
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from setsetting.clinical.free_text import NO_REASON
from setsetting.errors import Refused, SetSettingError, begun
from setsetting.machine.clock import Clock
from setsetting.machine.closable import Closable
from setsetting.machine.database import WAIT_S, Connection, StoredRow
from setsetting.progress import Say, unheard
from setsetting.record import migrations, payloads, projections, schema
from setsetting.record.connection import connect, identity_of, in_words, prefer_wal, scrub
from setsetting.record.device import Device
from setsetting.record.event import GENESIS, LARGEST_LAMPORT, Event, chained_hash, digest_of, head_of
from setsetting.record.kind_table import LASTING, WITHDRAWN_FIRST, WORDLESS, says_why
from setsetting.record.kinds import ERASED, EventErased, Payload
from setsetting.units import Milliseconds
from setsetting.words.translate import _

COLUMNS = Event.__slots__
_INSERT = f"INSERT INTO event ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
_SELECT = f"SELECT {', '.join('e.' + column for column in COLUMNS)} FROM event e"


@dataclass(frozen=True, slots=True)
class Draft:
    """An event to append.

    `subject` is the patient whose key would seal it; left out, it is the payload's patient or its
    session's. `at` is (at_utc_ms, mono_ms) of something journalled earlier, else both clocks now.
    """

    kind: str
    payload: Payload
    event_id: str | None = None
    subject: str | None = None
    corrects: str | None = None
    at: tuple[Milliseconds, Milliseconds] | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """How far the log reaches: the newest hash, over all chains when there are several."""

    events: int
    hash: str


class Record(Closable):
    """A clinic's record, open for one device and one actor; close it, or use it in a `with`.

    It may be shared by threads. Several processes may have the same file open.
    """

    def __init__(
        self, path: Path, to: Connection, *, device: Device, actor: str, clock: Clock, zone: ZoneInfo, say: Say
    ) -> None:
        self.path = path
        self.actor = actor
        self._device = device
        self.say = say
        self._connection = to
        self._file = identity_of(path)
        self._clock = clock
        self.zone = zone
        self._lock = threading.RLock()
        self._depth = 0
        self._spoiled = False
        self._added: Event | None = None

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        device: Device,
        actor: str,
        clock: Clock,
        zone: ZoneInfo,
        create: bool = False,
        wait_s: float = WAIT_S,
        say: Say = unheard,
    ) -> Self:
        """Open a record, or make it; bring its schema forward and its projections into step.

        What was said of a day is read as a day of `zone`. Everything waits at most `wait_s` for other writers. What must be told and hinders nothing is said:
        that the record is older than what this device wrote into it, so that it goes on as a new device.
        """
        migrations.refuse_first(path)
        connection = connect(path, create=create, wait_s=wait_s)
        try:
            with in_words(path):
                migrations.bring_forward(connection, path, create=create)
                migrations.assert_guards(connection, path)
                prefer_wal(connection)
                record = cls(path, connection, device=device, actor=actor, clock=clock, zone=zone, say=say)
                record._catch_up()
                record._renew_if_older()
        except BaseException:
            connection.close()
            raise
        return record

    @property
    def device(self) -> str:
        """The id of the writer whose chain is added to."""
        return self._device.id

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def append(
        self,
        kind: str,
        payload: Payload,
        *,
        event_id: str | None = None,
        subject: str | None = None,
        corrects: str | None = None,
        at: tuple[Milliseconds, Milliseconds] | None = None,
    ) -> Event:
        """Append one event and return it once it is durable; see `Draft` for what is left out."""
        return self.append_all([Draft(kind, payload, event_id, subject, corrects, at)])[0]

    def append_all(self, drafts: Iterable[Draft]) -> list[Event]:
        """Append several events, all of them or none."""
        ready = [(_checked(draft), payloads.encode(draft.kind, draft.payload)) for draft in drafts]
        with self.whole(), in_words(self.path):
            return [self._add(draft, text) for draft, text in ready]

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Make everything read and appended in the block one transaction that nobody else writes into.

        What is decided from a read there still holds when it is appended. If anything in the block
        fails, nothing of it is kept.
        """
        with self._lock:
            if self._depth:
                try:
                    yield
                except BaseException:
                    self._spoiled = True
                    raise
                return
            try:
                with in_words(self.path):
                    self._connection.execute("BEGIN IMMEDIATE")
                    self._depth, self._spoiled, self._added = 1, False, None
                    if not projections.in_step(self._connection):
                        projections.rebuild(self._connection)
                yield
                if self._spoiled:
                    raise Refused(_("A part of this was refused, so nothing of it was recorded."))
                with in_words(self.path):
                    self._connection.execute("COMMIT")
                self._keep_newest()
            finally:
                self._depth = 0
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def _keep_newest(self) -> None:
        """After a commit: a kill between the two leaves the record ahead of what is kept, which harms nothing."""
        if self._added is None:
            return
        try:
            self._device.keep(self._added.seq, self._added.hash)
        except (OSError, SetSettingError) as error:
            why = _("{path} cannot be written ({why}): an older copy of the record would go unnoticed.")
            self.say(why.format(path=self._device.path, why=getattr(error, "strerror", error)))
            self._device = Device(self.device)

    def _holds(self, device: Device) -> bool:
        return device.newest is None or bool(
            self.read("SELECT 1 FROM event WHERE device = ? AND seq = ? AND hash = ?", [device.id, *device.newest])
        )

    def _renew_if_older(self) -> None:
        if self._holds(self._device):
            return
        with self.whole():  # of several windows one renews, and the others go on as the same
            self._device = self._device.now()
            if self._holds(self._device):
                return
            self._device = self._device.renewed()
        self.say(
            _(
                "{path} lacks what this device recorded last: an older copy was restored, or its end was cut off."
                " It is used as it is, and this device goes on as a new one."
            ).format(path=self.path)
        )

    def _refuse_replaced(self) -> None:
        """Refuse to go on in another file than was opened, or in an older copy laid over it: one chain would be two."""
        try:
            now = self._device.now()
        except SetSettingError:  # said once, when the newest event is to be kept
            now = self._device
        if now.id != self.device or self._file != identity_of(self.path) or not self._holds(now):
            raise Refused(
                _("{path} was replaced by another copy while it was open; nothing was recorded. Do it again.").format(
                    path=self.path
                )
            )

    def _add(self, draft: Draft, text: str) -> Event:
        if draft.event_id is not None:
            told = self.read(f"{_SELECT} WHERE e.event_id = ? AND e.device = ?", [draft.event_id, self.device])
            if told:
                stored = Event(*told[0])
                if stored.kind != draft.kind:
                    raise Refused(_("The id of this event belongs to another event already; nothing was recorded."))
                return stored
        if draft.corrects is not None and not self.told(draft.corrects):
            raise Refused(_("What is to be corrected is not in this record; nothing was recorded."))
        if self._added is None:
            self._refuse_replaced()
        newest = self._connection.execute(
            "SELECT seq, hash FROM event WHERE device = ? ORDER BY seq DESC LIMIT 1", [self.device]
        ).fetchone()
        (lamport,) = self._connection.execute("SELECT coalesce(max(lamport), 0) + 1 FROM event").fetchone()
        if lamport > LARGEST_LAMPORT:
            raise Refused(
                _(
                    "{path} holds an event of another device that leaves no number for the next; nothing was recorded."
                ).format(path=self.path)
            )
        at_utc_ms, mono_ms = draft.at or (self._clock.utc_ms(), self._clock.mono_ms())
        seq, prev_hash = (1, GENESIS) if newest is None else (newest["seq"] + 1, newest["hash"])
        enveloped = (
            self.device,
            seq,
            draft.event_id or str(uuid.uuid4()),
            draft.kind,
            payloads.VERSION,
            at_utc_ms,
            mono_ms,
            lamport,
            self.actor,
            draft.subject or self._subject_of(draft.payload),
            draft.corrects,
            None,
        )
        salt = secrets.token_hex(16)
        digest = digest_of(salt, text)
        event = Event(*enveloped, text, salt, digest, prev_hash, chained_hash(*enveloped, digest, prev_hash))
        self._connection.execute(_INSERT, [getattr(event, column) for column in COLUMNS])
        projections.add(self._connection, [getattr(event, column) for column in projections.FOLDED])
        self._added = event
        return event

    def _subject_of(self, payload: Payload) -> str | None:
        patient_id = getattr(payload, "patient_id", None)
        session_id = getattr(payload, "session_id", None)
        if patient_id is None and session_id is not None:
            row = self._connection.execute(projections.OWNER, [session_id, session_id]).fetchone()
            return None if row is None else str(row["patient_id"])
        return patient_id

    def named(self, name: str) -> Event:
        """The event whose id is `name` or begins with it, as it was told first; raises NotFound."""
        found = self.read("SELECT event_id FROM event WHERE substr(event_id, 1, length(?1)) = ?1", [name])
        return self.told(begun(_("event"), name, [row[0] for row in found]))[0]

    def told(self, event_id: str) -> list[Event]:
        """The event with this id, as each device told it, in their order of cause."""
        found = self.read(f"{_SELECT} WHERE e.event_id = ? ORDER BY e.lamport, e.device, e.seq", [event_id])
        return [Event(*row) for row in found]

    def erase(self, event_id: str, reason: str) -> None:
        """Take the text from an event for good, by a further event, and from the bytes of the file.

        An event that was erased before is not erased again, but the file is cleaned again. Raises
        Refused when there is nothing to erase, for a veto or statement that stands, when the reason is missing, and when
        another window holds the file so that the old bytes stay: then the same again cleans it.
        """
        with self.whole(), in_words(self.path):
            stored = self.told(event_id)
            if any(event.kind in WORDLESS for event in stored):
                raise Refused(_("Nothing of a person stands in this event; there is nothing to erase."))
            if not stored or any(event.payload is not None for event in stored):
                if any(event.kind in LASTING for event in stored) and not self._is_taken_back(event_id):
                    raise Refused(
                        _(
                            "This correction stands; erased, what it corrected would stand again."
                            " Take it back first (`setsetting record undo`), then erase it."
                        )
                    )
                why = WITHDRAWN_FIRST.get(stored[0].kind) if stored else None
                if why is not None and not self._is_withdrawn(event_id):
                    raise Refused(why)
                self._connection.execute("PRAGMA secure_delete = ON")
                subject = stored[0].subject if stored else None
                self.append(ERASED, EventErased(reason), corrects=event_id, subject=subject)
        with self._lock:
            try:
                with in_words(self.path):
                    scrub(self._connection)
            except SetSettingError as error:
                raise Refused(
                    _(
                        "The text is erased, but old bytes of it may be left in the file: another window reads it, or"
                        " it cannot be written anew. Erase it again."
                    )
                ) from error

    def _is_withdrawn(self, event_id: str) -> bool:
        return bool(self.read(f"SELECT 1 WHERE {schema.withdrawn('?')}", [event_id]))

    def _is_taken_back(self, event_id: str) -> bool:
        return bool(self.read(f"SELECT 1 WHERE {schema.taken_back('?')}", [event_id]))

    def events(
        self,
        *,
        after: Event | None = None,
        kind: str | None = None,
        subject: str | None = None,
        session_id: str | None = None,
    ) -> list[Event]:
        """Events in their order of cause (lamport, device, seq), from just after an event on."""
        where, values = ["1"], list[int | str]()
        if after is not None:
            where.append("(e.lamport, e.device, e.seq) > (?, ?, ?)")
            values += [after.lamport, after.device, after.seq]
        for column, value in (("kind", kind), ("subject", subject)):
            if value is not None:
                where.append(f"e.{column} = ?")
                values.append(value)
        if session_id is not None:
            keys = " UNION ALL ".join(
                f"SELECT device, seq FROM {table.name} WHERE session_id = ?"
                for table in projections.TABLES.values()
                if "session_id" in table.columns
            )
            where.append(f"(e.device, e.seq) IN ({keys})")
            values += [session_id] * keys.count("?")
        found = self.read(f"{_SELECT} WHERE {' AND '.join(where)} ORDER BY e.lamport, e.device, e.seq", values)
        return [Event(*row) for row in found]

    def head(self) -> Head:
        """How many events there are, and the hash that vouches for all of them."""
        found = self.read("SELECT device, max(seq) AS seq, hash FROM event GROUP BY device")
        return Head(sum(row["seq"] for row in found), head_of({row["device"]: row["hash"] for row in found}))

    def newest_ms(self) -> Milliseconds:
        """When the newest event was told, in the order of cause; the record holds one at least."""
        found = self.read("SELECT at_utc_ms FROM event ORDER BY lamport DESC, device DESC, seq DESC LIMIT 1")
        at_ms: Milliseconds = found[0]["at_utc_ms"]
        return at_ms

    def rebuild(self) -> int:
        """Delete every projection and fold the log anew; returns the number of events read."""
        with self.whole(), in_words(self.path):
            return projections.rebuild(self._connection)

    def read(self, sql: str, values: Sequence[int | str | None] = ()) -> list[StoredRow]:
        """Read rows for `rows`; no one outside of this room writes SQL."""
        with self._lock, in_words(self.path):
            self._catch_up()
            return self._connection.execute(sql, values).fetchall()

    def _catch_up(self) -> None:
        """Fold anew when another version of the program has filled the projections meanwhile."""
        if not self._depth and not projections.in_step(self._connection):
            with self.whole():
                pass


def _checked(draft: Draft) -> Draft:
    if draft.corrects is not None and not says_why(draft.payload):
        raise Refused(NO_REASON)
    try:
        "".join(text or "" for text in (draft.event_id, draft.subject, draft.corrects)).encode()
    except UnicodeEncodeError:
        raise Refused(_("An id holds characters that are no text; nothing was recorded.")) from None
    return draft
