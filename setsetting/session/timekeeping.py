"""The soundscape's clock of a running session: read from the right clock, never counted up.

A paced session follows the monotonic clock, so that a wall clock that jumps moves no minute; after a
restart of the machine, whose monotonic clock began anew, the wall's is all there is. A fast session
has the player's time. Positions in the music always follow the frames that were sent: the two differ
only while nothing was sent.
"""

from dataclasses import dataclass

from setsetting.machine.clock import Clock, boot_id
from setsetting.player.journal import JournalEntry
from setsetting.session.folder import SessionHeader
from setsetting.units import Frames, Milliseconds, frames_from_ms, ms_from_frames


@dataclass(frozen=True, slots=True)
class Moment:
    """When something is done: the soundscape's clock, where the music is on it, and both clocks."""

    clock_ms: Milliseconds
    mix_ms: Milliseconds
    utc_ms: Milliseconds
    mono_ms: Milliseconds

    def before(self, ms: Milliseconds) -> "Moment":
        """So long before it, where nothing stood still meanwhile."""
        at = (self.clock_ms, self.mix_ms, self.utc_ms, self.mono_ms)
        return Moment(*(Milliseconds(each - ms) for each in at))


def mix_ms(header: SessionHeader, frame: Frames) -> Milliseconds:
    """Where the music is on the soundscape's clock when `frame` is sent."""
    return header.origin_ms + ms_from_frames(frame, header.rate_hz)


def frame_at(header: SessionHeader, clock_ms: Milliseconds) -> Frames:
    """The frame of a time of the soundscape's clock; 0 for what lies before the first cue."""
    return max(Frames(0), frames_from_ms(clock_ms - header.origin_ms, header.rate_hz))


def clock_ms(header: SessionHeader, clock: Clock, frame: Frames) -> Milliseconds:
    """The soundscape's clock now; `frame` is the player's, or the last it is known to have sent."""
    if not header.paced:
        return mix_ms(header, frame)
    if header.boot == boot_id():
        return clock.mono_ms() - header.zero_mono_ms
    return clock.utc_ms() - header.zero_utc_ms


def clock_of(header: SessionHeader, entry: JournalEntry) -> Milliseconds:
    """The soundscape's clock when a player's journal entry was written."""
    if not header.paced:
        return mix_ms(header, entry.frame)
    if header.boot == boot_id():
        return entry.mono_ms - header.zero_mono_ms
    return entry.utc_ms - header.zero_utc_ms


def moment(header: SessionHeader, clock: Clock, frame: Frames) -> Moment:
    """Now, on every clock."""
    return Moment(clock_ms(header, clock, frame), mix_ms(header, frame), clock.utc_ms(), clock.mono_ms())
