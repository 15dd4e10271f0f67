"""The soundscape's clock of a running session: read from the right clock, never counted up.

A paced session follows the monotonic clock, so that a wall clock that jumps moves no minute; after a
restart of the machine, whose monotonic clock began anew, the wall's is all there is. A fast session
has the player's time. Positions in the music always follow the frames that were sent: the two differ
only while nothing was sent.
"""

from dataclasses import dataclass

from setsetting.machine.clock import Clock, boot_id
from setsetting.player.journal import JournalEntry
from setsetting.session.folder import Lasting
from setsetting.units import Frames, Milliseconds, frames_from_ms, ms_from_frames


@dataclass(frozen=True, slots=True)
class Moment:
    """When something is done: the soundscape's clock, where the music is on it, and both clocks."""

    clock_ms: Milliseconds
    mix_ms: Milliseconds
    utc_ms: Milliseconds
    mono_ms: Milliseconds


def mix_ms(lasting: Lasting, frame: Frames) -> Milliseconds:
    """Where the music is on the soundscape's clock when `frame` is sent."""
    return lasting.origin_ms + ms_from_frames(frame, lasting.rate_hz)


def frame_at(lasting: Lasting, clock_ms: Milliseconds) -> Frames:
    """The frame of a time of the soundscape's clock; 0 for what lies before the first cue."""
    return max(0, frames_from_ms(clock_ms - lasting.origin_ms, lasting.rate_hz))


def clock_ms(lasting: Lasting, clock: Clock, frame: Frames) -> Milliseconds:
    """The soundscape's clock now; `frame` is the player's, or the last it is known to have sent."""
    if not lasting.paced:
        return mix_ms(lasting, frame)
    if lasting.boot == boot_id():
        return clock.mono_ms() - lasting.zero_mono_ms
    return clock.utc_ms() - lasting.zero_utc_ms


def clock_of(lasting: Lasting, entry: JournalEntry) -> Milliseconds:
    """The soundscape's clock when a player's journal entry was written."""
    if not lasting.paced:
        return mix_ms(lasting, entry.frame)
    if lasting.boot == boot_id():
        return entry.mono_ms - lasting.zero_mono_ms
    return entry.utc_ms - lasting.zero_utc_ms


def moment(lasting: Lasting, clock: Clock, frame: Frames) -> Moment:
    """Now, on every clock."""
    return Moment(clock_ms(lasting, clock, frame), mix_ms(lasting, frame), clock.utc_ms(), clock.mono_ms())
