"""Units as types: a bare number never says what it measures, and two units never meet in a sum.

Seconds belong to the planner, milliseconds to cues and events, frames to a Mix. When the program runs a unit is its
number; to the type checker it is a class whose operators keep to the unit (`quantities.pyi`). The functions of this
module are the only way from one unit to another.
"""

from typing import TYPE_CHECKING, NewType, TypeAlias, TypeVar

if TYPE_CHECKING:
    from setsetting.arrays import Floats
    from setsetting.quantities import *  # noqa: F403  every one, and no other name
else:
    Seconds = NewType("Seconds", int)
    Milliseconds = NewType("Milliseconds", int)
    Minutes = NewType("Minutes", float)
    Frames = NewType("Frames", int)
    Hertz = NewType("Hertz", int)
    Lufs = NewType("Lufs", float)
    Lu = NewType("Lu", float)
    Dbtp = NewType("Dbtp", float)
    Decibels = NewType("Decibels", float)
    Millidecibels = NewType("Millidecibels", int)

Permille: TypeAlias = int
Energy: TypeAlias = float
"""1 to 10 in steps of 0.5, the scale DJ libraries carry."""

MS_PER_MINUTE = 60_000
_Price = TypeVar("_Price", float, "Floats")


def frames_from_ms(ms: Milliseconds, rate_hz: Hertz) -> Frames:
    """Round a time to the nearest frame; halves go up, so equal times give equal frames."""
    return Frames((2 * ms * int(rate_hz) + 1000) // 2000)


def ms_from_frames(frames: Frames, rate_hz: Hertz) -> Milliseconds:
    """Round a frame position to the nearest millisecond; halves go up."""
    return Milliseconds((2 * int(frames) * 1000 + int(rate_hz)) // (2 * int(rate_hz)))


def frames_from_s(s: Seconds, rate_hz: Hertz) -> Frames:
    return Frames(int(s) * int(rate_hz))


def s_from_frames(frames: Frames, rate_hz: Hertz) -> float:
    return int(frames) / int(rate_hz)


def db_from_mdb(mdb: Millidecibels) -> Decibels:
    return Decibels(mdb / 1000)


def mdb_from_db(db: Decibels) -> Millidecibels:
    return Millidecibels(round(float(db) * 1000))


def db_from_lu(lu: Lu) -> Decibels:
    """A gain of 1 dB changes loudness by 1 LU."""
    return Decibels(lu)


def ms_from_s(s: Seconds) -> Milliseconds:
    return Milliseconds(1000 * int(s))


def nearest_ms(s: float) -> Milliseconds:
    return Milliseconds(round(s * 1000))


def s_from_ms(ms: Milliseconds) -> float:
    return int(ms) / 1000


def nearest_s(ms: Milliseconds) -> Seconds:
    return Seconds(round(s_from_ms(ms)))


def whole_s(ms: Milliseconds) -> Seconds:
    """The second that has begun: rounded down."""
    return Seconds(int(ms) // 1000)


def whole_s_of(frames: Frames, without: Milliseconds, rate_hz: Hertz) -> Seconds:
    """The whole seconds of sound in frames without so many milliseconds: rounded down once, at the end."""
    rate = int(rate_hz)
    return Seconds(max(0, (int(frames) * 1000 - int(without) * rate) // (1000 * rate)))


def per_s_from_per_min(price: _Price) -> _Price:
    """What costs so much a minute, a second; it may be multiplied with the seconds before, so that no digit changes."""
    return price / 60


def s_from_minutes(minutes: Minutes) -> Seconds:
    return Seconds(round(minutes * 60))


def minutes_from_s(s: Seconds) -> Minutes:
    return Minutes(s / 60)


def minutes_from_ms(ms: Milliseconds) -> Minutes:
    return Minutes(int(ms) / MS_PER_MINUTE)


def ms_from_minutes(minutes: Minutes) -> Milliseconds:
    return Milliseconds(round(minutes * MS_PER_MINUTE))
