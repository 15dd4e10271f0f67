"""The outbox of a live session as a file: every act as it was done, one line each, before the record has it.

Sound comes first, then a line here, then the record. A record that cannot be written leaves the
lines waiting; they keep their event_id and their clocks and enter when it can be written again, each
once. A mark's note is a patient's matter: it goes to the record and is never written here.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from setsetting import strict_json
from setsetting.machine import files
from setsetting.machine.files import OWNER_ONLY
from setsetting.record.kinds import KINDS, SessionMarked
from setsetting.record.log import Draft
from setsetting.session.event import SessionEvent, read_back
from setsetting.units import Milliseconds

OUTBOX_FILE = "acts.jsonl"
RESERVE_FILE = "reserve"
RESERVE_BYTES = 1024 * 1024
"""A re-timed plan is some kilobytes; this is a hundred of them."""


NOTHING_KNOWN: Mapping[str, SessionEvent] = {}


class _OutboxLine(msgspec.Struct, frozen=True):
    event_id: str
    kind: str
    payload: msgspec.Raw
    utc_ms: Milliseconds
    mono_ms: Milliseconds
    corrects: str | None = None


def reserve(folder: Path) -> None:
    """Keep room for a session's acts on a disk that others may fill."""
    files.write_whole(folder / RESERVE_FILE, bytes(RESERVE_BYTES), replace=True)


def add(folder: Path, events: list[SessionEvent]) -> bool:
    """Append lines and sync them, on a full disk into the room that was reserved; False when it does not take them."""
    lines = b"".join(_encode(event) for event in events)
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


def read(folder: Path, known: Mapping[str, SessionEvent] = NOTHING_KNOWN) -> list[SessionEvent]:
    """Read every event, those `known` already as they are; a missing outbox is empty, a torn line is passed over.

    Raises BrokenFile for a soundscape that cannot be read.
    """
    where = folder / OUTBOX_FILE
    return [known.get(each.event_id) or read_back(each, where) for each in _events(folder, known)]


def drafts(folder: Path) -> dict[str, Draft]:
    """Every event as the record takes it, by its id; a soundscape is a text, and whether it can be read is not asked."""
    return {each.event_id: each.draft for each in _events(folder, NOTHING_KNOWN)}


def _events(folder: Path, known: Mapping[str, SessionEvent]) -> Iterator[SessionEvent]:
    try:
        lines = (folder / OUTBOX_FILE).read_bytes().split(b"\n")
    except OSError:
        return
    for line in lines:
        kept = strict_json.line(line, _OutboxLine)
        if kept is None:
            continue
        if kept.event_id in known:
            yield known[kept.event_id]
        elif (shape := KINDS.get(kept.kind)) is not None:
            payload = strict_json.line(bytes(kept.payload), shape)
            if payload is not None:
                at = kept.utc_ms, kept.mono_ms
                yield SessionEvent(kept.event_id, kept.kind, payload, *at, corrects=kept.corrects)


def size(folder: Path) -> int:
    """How long the outbox is; it only grows, so a changed size means new lines."""
    try:
        return (folder / OUTBOX_FILE).stat().st_size
    except OSError:
        return 0


def holds_part_of(event: SessionEvent) -> bool:
    """Whether a line leaves something out: the words of a note."""
    return isinstance(event.payload, SessionMarked) and event.payload.note is not None


def _encode(event: SessionEvent) -> bytes:
    payload = event.payload
    if isinstance(payload, SessionMarked) and holds_part_of(event):
        payload = msgspec.structs.replace(payload, note=None)
    line = _OutboxLine(
        event.event_id,
        event.kind,
        msgspec.Raw(msgspec.json.encode(payload)),
        event.utc_ms,
        event.mono_ms,
        event.corrects,
    )
    return b"\n" + msgspec.json.encode(line) + b"\n"
