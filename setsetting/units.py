"""Units as names for types: a bare number never says what it measures.

Seconds belong to the planner, milliseconds to cues and events, frames to a Mix. The names are
aliases, so a value needs no wrapping; the field or parameter that carries one still ends in its unit.
"""

from typing import TypeAlias

Seconds: TypeAlias = int
Milliseconds: TypeAlias = int
Frames: TypeAlias = int
Hertz: TypeAlias = int
Minutes: TypeAlias = float
Lufs: TypeAlias = float
"""Loudness relative to full scale, ITU-R BS.1770."""
Lu: TypeAlias = float
"""A difference of loudness."""
Dbtp: TypeAlias = float
"""True peak relative to full scale, BS.1770 annex 2."""
Decibels: TypeAlias = float
Millidecibels: TypeAlias = int
Permille: TypeAlias = int
Energy: TypeAlias = float
"""1 to 10 in steps of 0.5, the scale DJ libraries carry."""

MS_PER_MINUTE = 60_000


def frames_from_ms(ms: Milliseconds, rate_hz: Hertz) -> Frames:
    """Round a time to the nearest frame; halves go up, so equal times give equal frames."""
    return (2 * ms * rate_hz + 1000) // 2000


def ms_from_frames(frames: Frames, rate_hz: Hertz) -> Milliseconds:
    """Round a frame position to the nearest millisecond; halves go up."""
    return (2 * frames * 1000 + rate_hz) // (2 * rate_hz)


def minutes_from_ms(ms: Milliseconds) -> Minutes:
    return ms / MS_PER_MINUTE


def ms_from_minutes(minutes: Minutes) -> Milliseconds:
    return round(minutes * MS_PER_MINUTE)
