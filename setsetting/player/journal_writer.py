"""What a running player writes down and tells: the journal's writer, its followers, and the position.

A line is with the system before it counts, so a kill loses none; it is on the disk within a tick, as a disk may take
longer than music can wait. Lines that a full disk does not take wait and are written in order. The position file is
rewritten in place twice a second, so that a player that was killed can go on within half a second of where it was.
"""

import contextlib
import os
import threading
from pathlib import Path
from typing import Any

import msgspec

from setsetting.audio.mix import Mix
from setsetting.machine.clock import Clock, boot_id
from setsetting.machine.files import OWNER_ONLY
from setsetting.player.journal import JOURNAL_FILE, POSITION_FILE, JournalEntry, JournalKind, PlayedSpan, read, sounded
from setsetting.player.playback_history import PlaybackHistory, SoundSpan, SpanEdge
from setsetting.units import Frames


class JournalWriter:
    """Journal and playback history under one lock; its waiting followers are woken by every entry."""

    def __init__(self, folder: Path, history: PlaybackHistory, clock: Clock) -> None:
        self.entries: list[JournalEntry] = read(folder)
        self.changed = threading.Condition(threading.RLock())
        self.closed = False
        self._unsynced = False
        self._unwritten = b""
        self._clock = clock
        self._history = history
        path = folder / JOURNAL_FILE
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, OWNER_ONLY)
        size = os.fstat(self._handle).st_size
        if size and os.pread(self._handle, 1, size - 1) != b"\n":
            os.write(self._handle, b"\n")  # the line before was torn by a kill

    @property
    def last_n(self) -> int:
        return self.entries[-1].n if self.entries else 0

    @property
    def behind(self) -> bool:
        """Whether something that was noted is not in the file yet."""
        return bool(self._unwritten)

    @property
    def mix_digest(self) -> str:
        return self._history.mix_digest

    def note(self, what: JournalKind, frame: Frames, **fields: Any) -> JournalEntry:
        """Write one entry and wake the followers."""
        with self.changed:
            entry = JournalEntry(self.last_n + 1, what, frame, self._clock.utc_ms(), self._clock.mono_ms(), **fields)
            self._unwritten += msgspec.json.encode(entry) + b"\n"
            self._write()
            self.entries.append(entry)
            self.changed.notify_all()
            return entry

    def sync(self) -> None:
        """Bring what was noted to the disk; nobody who must not wait may call this."""
        with self.changed:
            self._write()
        if self._unsynced:
            self._unsynced = False
            with contextlib.suppress(OSError):  # as above
                os.fsync(self._handle)

    def advance(self, frame: Frames) -> None:
        """Note what began and ended before the clock came to `frame`."""
        with self.changed:
            self._tell(self._history.advance(frame))

    def replaced(self, mix: Mix, frame: Frames, fade_frames: Frames, event_id: str) -> None:
        with self.changed:
            self._tell(self._history.advance(frame))
            self._history.replaced(mix, frame, fade_frames)
            self.note(JournalKind.REPLACED, frame, event_id=event_id, mix=self.mix_digest, fade_frames=fade_frames)

    def silenced(self, mix: str, index: int | None, frame: Frames, sentence: str) -> None:
        """Note a trouble; the sound it names is not heard from `frame` on."""
        with self.changed:
            if index is not None:
                self._history.silenced(mix, index, frame)
            self.note(JournalKind.TROUBLE, frame, mix=mix or None, index=index, text=sentence)

    def anchored(self, event_id: str, frame: Frames) -> None:
        """Note at which frame a change of level began, where that is not the one it was noted at."""
        with self.changed:
            if not any(entry.event_id == event_id and entry.frame == frame for entry in self.entries):
                self.note(JournalKind.ANCHORED, frame, event_id=event_id)

    def finish(self, frame: Frames, why: str) -> None:
        with self.changed:
            self._tell(self._history.finish(frame))
            self.note(JournalKind.ENDED, frame, text=why)

    def close_torn(self, frame: Frames) -> None:
        """End at `frame` the sounds that a killed player left sounding."""
        with self.changed:
            for stretch in sounded(self.entries, frame):
                if not stretch.ended:
                    self._turned(JournalKind.SOUND_ENDED, frame, stretch, stretch.sounded_frames)

    def now(self, frame: Frames) -> tuple[str, ...]:
        with self.changed:
            return self._history.now(frame)

    def close(self) -> None:
        """Tell the followers that nothing more will come."""
        self.sync()
        with self.changed:
            self.closed = True
            self.changed.notify_all()

    def _write(self) -> None:
        with contextlib.suppress(OSError):  # a full disk must not stop the music; followers hear of it all the same
            while self._unwritten:
                self._unwritten = self._unwritten[os.write(self._handle, self._unwritten) :]
                self._unsynced = True

    def _tell(self, turns: list[SpanEdge]) -> None:
        for turn in turns:
            if turn.began:
                self._turned(JournalKind.SOUND_STARTED, turn.frame, turn.stretch, None)
            else:
                self._turned(JournalKind.SOUND_ENDED, turn.frame, turn.stretch, turn.stretch.end - turn.stretch.start)

    def _turned(self, what: JournalKind, frame: Frames, of: SoundSpan | PlayedSpan, sent: Frames | None) -> None:
        sound = {"mix": of.mix, "index": of.index, "sha256": of.sha256, "start_frame": of.start_frame}
        self.note(what, frame, **sound, sounded_frames=sent)


class PositionFile:
    """`FOLDER/position`: frame, both clocks and which start of the machine it is, one short write in place."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._clock = clock
        self._boot = boot_id()
        self._handle = os.open(folder / POSITION_FILE, os.O_WRONLY | os.O_CREAT, OWNER_ONLY)

    def write(self, frame: Frames) -> None:
        line = f"{frame:020d} {self._clock.utc_ms():015d} {self._clock.mono_ms():015d} {self._boot}\n"
        try:
            os.pwrite(self._handle, line.encode(), 0)
        except OSError:  # a full disk: the journal's last frame is the next best
            return
