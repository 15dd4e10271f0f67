"""A player's journal: what it did, one JSON line each, in `FOLDER/journal.jsonl`.

It is appended and synced, readable by its owner only, and names no patient. A line torn by a kill is passed over.
Frames count the Mix; `sounded_frames` counts what really went to the output. `FOLDER/position` beside it is newer
than the last line by minutes when nothing happens.
"""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec

from setsetting import strict_json
from setsetting.machine.clock import Clock, boot_id
from setsetting.units import Decibels, Frames, Milliseconds

JOURNAL_FILE = "journal.jsonl"
POSITION_FILE = "position"


PLAYED_OUT, FADED_OUT, ABANDONED = "played out", "faded out", "abandoned"
TERMINATED, CLOSED = "terminated", "closed"
"""Why it ended, in the last entry's `text`: by its Mix, by an act, with nobody left, by the system, with its session."""


class JournalKind(StrEnum):
    """The kinds of entries; the names are stored and stay."""

    STARTED = "started"
    RESTARTED = "restarted"
    SOUND_STARTED = "sound_started"
    SOUND_ENDED = "sound_ended"
    REPLACED = "replaced"
    GAIN = "gain"
    ANCHORED = "anchored"
    """A change of level began at another frame than the one at which it was noted."""
    FADE_OUT = "fade_out"
    STOP = "stop"
    BATON = "baton"
    BARRIER = "barrier"
    RELEASED = "released"
    UNDERRUN = "underrun"
    OUTPUT_LOST = "output_lost"
    OUTPUT_BACK = "output_back"
    STALLED = "stalled"
    TROUBLE = "trouble"
    ENDED = "ended"


class JournalEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line. `n` counts from 1 without gaps; `mix` is the digest of the Mix that `index` counts in."""

    n: int
    what: JournalKind
    frame: Frames
    utc_ms: Milliseconds
    mono_ms: Milliseconds
    event_id: str | None = None
    mix: str | None = None
    index: int | None = None
    sha256: str | None = None
    start_frame: Frames | None = None
    sounded_frames: Frames | None = None
    fade_frames: Frames | None = None
    layer: str | None = None
    db: Decibels | None = None
    over_ms: Milliseconds | None = None
    held_ms: Milliseconds | None = None
    """Time during which nothing was sent: output lost, no player, or one that stood still with its machine."""
    barrier: Frames | None = None
    count: int | None = None
    output: str | None = None
    """The one output that it is about, where others went on."""
    text: str | None = None
    """An output's or a controller's name, a trouble's sentence, why it ended."""


@dataclass(frozen=True, slots=True)
class PlayedSpan:
    """One stretch in which a sound went to the output; `ended` is False while it still does."""

    mix: str
    index: int
    sha256: str
    start_frame: Frames
    frame: Frames
    sounded_frames: Frames
    utc_ms: Milliseconds
    mono_ms: Milliseconds
    ended: bool


def read(folder: Path) -> list[JournalEntry]:
    """Read the whole journal; a missing one is empty, a torn line is passed over."""
    try:
        lines = (folder / JOURNAL_FILE).read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    return [entry for line in lines if (entry := strict_json.line(line, JournalEntry)) is not None]


@dataclass(frozen=True, slots=True)
class Position:
    """How far a player had come when it last said so, on both clocks of one start of the machine."""

    frame: Frames
    utc_ms: Milliseconds
    mono_ms: Milliseconds
    boot: str

    def age_ms(self, clock: Clock) -> Milliseconds:
        """How long ago that was; a wall clock that was set meanwhile counts only after a restart of the machine."""
        if self.boot == boot_id():
            return max(Milliseconds(0), clock.mono_ms() - self.mono_ms)
        return max(Milliseconds(0), clock.utc_ms() - self.utc_ms)


def read_position(folder: Path) -> Position | None:
    """The last position written, or None when there is none yet."""
    try:
        frame, utc_ms, mono_ms, *boot = (folder / POSITION_FILE).read_text(encoding="ascii").split()
        return Position(Frames(int(frame)), Milliseconds(int(utc_ms)), Milliseconds(int(mono_ms)), "".join(boot[:1]))
    except (OSError, ValueError, IndexError):
        return None


def last_frame(entries: Iterable[JournalEntry], position: Position | None) -> Frames:
    """The last frame known to have been sent; a trouble is noted before its frame comes to sound."""
    told = max((entry.frame for entry in entries if entry.what is not JournalKind.TROUBLE), default=Frames(0))
    return told if position is None else max(told, position.frame)


def ended(entries: Iterable[JournalEntry]) -> JournalEntry | None:
    """How the player ended; None while it runs, when it was killed, and when it was started again since."""
    turns = (JournalKind.STARTED, JournalKind.RESTARTED, JournalKind.ENDED)
    last = next((entry for entry in reversed(tuple(entries)) if entry.what in turns), None)
    return last if last is not None and last.what is JournalKind.ENDED else None


def sounded(entries: Iterable[JournalEntry], last_frame: Frames) -> list[PlayedSpan]:
    """Fold a journal into stretches of sound, in order; one without an end lasts to `last_frame`."""
    stretches: list[PlayedSpan] = []
    open_at: dict[tuple[str, Frames], int] = {}
    for entry in entries:
        if entry.what not in (JournalKind.SOUND_STARTED, JournalKind.SOUND_ENDED):
            continue
        key = (entry.sha256 or "", entry.start_frame or Frames(0))
        if entry.what is JournalKind.SOUND_STARTED:
            open_at[key] = len(stretches)
            lasts = max(Frames(0), last_frame - entry.frame)
            mix, index = entry.mix or "", entry.index or 0
            span = PlayedSpan(mix, index, *key, entry.frame, lasts, entry.utc_ms, entry.mono_ms, ended=False)
            stretches.append(span)
        elif key in open_at:
            position = open_at.pop(key)
            begun = stretches[position]
            sent = entry.sounded_frames or Frames(0)
            stretches[position] = dataclasses.replace(begun, sounded_frames=sent, ended=True)
    return stretches
