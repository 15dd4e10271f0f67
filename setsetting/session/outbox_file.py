"""The outbox of a live session as a file: every act as it was done, one line each, before the record has it.

Sound comes first, then a line here, then the record. A record that cannot be written leaves the
lines waiting; they keep their event_id and their clocks and enter when it can be written again, each
once. A mark's note is a patient's matter: it goes to the record and is never written here.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import msgspec

from setsetting.machine import files
from setsetting.machine.files import OWNER_ONLY
from setsetting.record.kinds import KINDS, Payload, SessionMarked
from setsetting.record.log import Draft
from setsetting.session.state import SessionEvent
from setsetting.units import Milliseconds

OUTBOX_FILE = "acts.jsonl"
RESERVE_FILE = "reserve"
RESERVE_BYTES = 1024 * 1024
"""A re-timed plan is some kilobytes; this is a hundred of them."""


class _OutboxLine(msgspec.Struct, frozen=True):
    event_id: str
    kind: str
    payload: msgspec.Raw
    utc_ms: Milliseconds
    mono_ms: Milliseconds


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One event of the session as the outbox keeps it."""

    event_id: str
    kind: str
    payload: Payload
    utc_ms: Milliseconds
    mono_ms: Milliseconds

    @property
    def entry(self) -> SessionEvent:
        return SessionEvent(self.event_id, self.payload, self.utc_ms)

    @property
    def draft(self) -> Draft:
        return Draft(self.kind, self.payload, event_id=self.event_id, at=(self.utc_ms, self.mono_ms))


def reserve(folder: Path) -> None:
    """Keep room for a session's acts on a disk that others may fill."""
    files.write_whole(folder / RESERVE_FILE, bytes(RESERVE_BYTES), replace=True)


def add(folder: Path, kept: list[OutboxEntry]) -> bool:
    """Append lines and sync them, on a full disk into the room that was reserved; False when it does not take them."""
    lines = b"".join(_encode(entry) for entry in kept)
    if _append(folder, lines):
        return True
    try:
        (folder / RESERVE_FILE).unlink()
    except OSError:
        return False
    return _append(folder, lines)


def _append(folder: Path, lines: bytes) -> bool:
    try:
        handle = os.open(folder / OUTBOX_FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, OWNER_ONLY)
        try:
            if os.write(handle, lines) < len(lines):  # the last of the room on a disk
                return False
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError:
        return False
    return True


def read(folder: Path) -> list[OutboxEntry]:
    """Read every line; a missing outbox is empty, a torn line is passed over."""
    try:
        lines = (folder / OUTBOX_FILE).read_bytes().split(b"\n")
    except OSError:
        return []
    found = []
    for line in lines:
        try:
            read_line = msgspec.json.decode(line, type=_OutboxLine)
            payload = msgspec.json.decode(read_line.payload, type=KINDS[read_line.kind])
        except (msgspec.MsgspecError, KeyError):
            continue
        found.append(OutboxEntry(read_line.event_id, read_line.kind, payload, read_line.utc_ms, read_line.mono_ms))
    return found


def size(folder: Path) -> int:
    """How long the outbox is; it only grows, so a changed size means new lines."""
    try:
        return (folder / OUTBOX_FILE).stat().st_size
    except OSError:
        return 0


def holds_part_of(kept: OutboxEntry) -> bool:
    """Whether a line leaves something out: the words of a note."""
    return isinstance(kept.payload, SessionMarked) and kept.payload.note is not None


def _encode(kept: OutboxEntry) -> bytes:
    payload = kept.payload
    if isinstance(payload, SessionMarked) and holds_part_of(kept):
        payload = msgspec.structs.replace(payload, note=None)
    line = _OutboxLine(kept.event_id, kept.kind, msgspec.Raw(msgspec.json.encode(payload)), kept.utc_ms, kept.mono_ms)
    return b"\n" + msgspec.json.encode(line) + b"\n"
