"""The outbox of a live session as a file: every act as it was done, one line each, before the record has it.

Sound comes first, then a line here, then the record. A record that cannot be written leaves the
lines waiting; they keep their event_id and their clocks and enter when it can be written again, each
once. A mark's note is a patient's matter: it goes to the record and is never written here.

Before the sound stands a line of what is meant to be done; it counts for nothing until the line of the same event
follows it, and tells who takes over after a kill what the player may have been told.
"""

import os
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from setsetting import strict_json
from setsetting.errors import BrokenFile
from setsetting.machine import files
from setsetting.machine.files import OWNER_ONLY
from setsetting.record.kind_table import KINDS
from setsetting.record.kinds import SessionMarked
from setsetting.record.log import Draft
from setsetting.session.event import SessionEvent, read_back
from setsetting.units import Milliseconds

OUTBOX_FILE = "acts.jsonl"
RESERVE_FILE = "reserve"
RESERVE_BYTES = 1024 * 1024
"""A re-timed plan is some kilobytes; this is a hundred of them."""


NOTHING_KNOWN: Mapping[str, SessionEvent] = {}


class _OutboxLine(msgspec.Struct, frozen=True, omit_defaults=True):
    event_id: str
    kind: str
    payload: msgspec.Raw
    utc_ms: Milliseconds
    mono_ms: Milliseconds
    corrects: str | None = None
    intent: str | None = None
    """The act that is meant; None once it is done."""


def reserve(folder: Path) -> None:
    """Keep room for a session's acts on a disk that others may fill."""
    files.write_whole(folder / RESERVE_FILE, bytes(RESERVE_BYTES), replace=True)


def add(folder: Path, events: Sequence[SessionEvent], *, intent: str | None = None) -> bool:
    """Append lines and sync them, on a full disk into the room that was reserved; False when it does not take them.

    With an `intent`, the id of an act, they say what is meant to be done, and are not synced: after a loss of power
    nothing sounds, and sound waits for no disk.
    """
    lines, synced = b"".join(_encode(event, intent) for event in events), intent is None
    if _append(folder, lines, synced=synced):
        return True
    try:
        (folder / RESERVE_FILE).unlink()
    except OSError:
        return False
    return _append(folder, lines, synced=synced)


def _append(folder: Path, lines: bytes, *, synced: bool) -> bool:
    try:
        handle = os.open(folder / OUTBOX_FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, OWNER_ONLY)
        try:
            if os.write(handle, lines) < len(lines):  # the last of the room on a disk
                return False
            if synced:
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


def may_lack(folder: Path) -> bool:
    """Whether a disk that was full, or can only be read, may have kept acts out of the outbox."""
    return not (folder / RESERVE_FILE).is_file() or not os.access(folder / OUTBOX_FILE, os.W_OK)


def intended(folder: Path, done: Container[str]) -> dict[str, list[SessionEvent]]:
    """What was meant to be done and is not known to be, by its act; one whose soundscape cannot be read is none."""
    left: dict[str, dict[str, SessionEvent]] = {}
    for line in _lines(folder):
        if line.intent is not None and line.event_id not in done and (event := _event(line)) is not None:
            with suppress(BrokenFile):
                left.setdefault(line.intent, {})[line.event_id] = read_back(event, folder / OUTBOX_FILE)
    return {act: list(events.values()) for act, events in left.items() if act in events}


def drafts(folder: Path) -> dict[str, Draft]:
    """Every event as the record takes it, by its id; a soundscape is a text, and whether it can be read is not asked."""
    return {each.event_id: each.draft for each in _events(folder, NOTHING_KNOWN)}


def _events(folder: Path, known: Mapping[str, SessionEvent]) -> Iterator[SessionEvent]:
    for line in _lines(folder):
        if line.intent is not None:
            continue
        if line.event_id in known:
            yield known[line.event_id]
        elif (event := _event(line)) is not None:
            yield event


def _lines(folder: Path) -> Iterator[_OutboxLine]:
    try:
        lines = (folder / OUTBOX_FILE).read_bytes().split(b"\n")
    except OSError:
        return
    for line in lines:
        kept = strict_json.line(line, _OutboxLine)
        if kept is not None:
            yield kept


def _event(line: _OutboxLine) -> SessionEvent | None:
    """What a line says, without its soundscape; None where it is of no kind that we know."""
    shape = KINDS.get(line.kind)
    payload = None if shape is None else strict_json.line(bytes(line.payload), shape)
    if payload is None:
        return None
    return SessionEvent(line.event_id, line.kind, payload, line.utc_ms, line.mono_ms, corrects=line.corrects)


def size(folder: Path) -> int:
    """How long the outbox is; it only grows, so a changed size means new lines."""
    try:
        return (folder / OUTBOX_FILE).stat().st_size
    except OSError:
        return 0


def holds_part_of(event: SessionEvent) -> bool:
    """Whether a line leaves something out: the words of a note."""
    return isinstance(event.payload, SessionMarked) and event.payload.note is not None


def _encode(event: SessionEvent, intent: str | None) -> bytes:
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
        intent,
    )
    return b"\n" + msgspec.json.encode(line) + b"\n"
