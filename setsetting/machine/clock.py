"""The two clocks of a machine: the wall's, for people, and the monotonic one, for minutes.

Time is read, never accumulated. Rooms take a `Clock`, so that tests and fast sessions bring theirs.
"""

import time
from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from setsetting.units import Milliseconds


class Clock(Protocol):
    def utc_ms(self) -> Milliseconds:
        """Milliseconds since 1970 by the wall clock; may jump."""

    def mono_ms(self) -> Milliseconds:
        """Milliseconds of the monotonic clock; never goes back within one start of the machine."""


class SystemClock:
    """The machine's own clocks."""

    def utc_ms(self) -> Milliseconds:
        return time.time_ns() // 1_000_000

    def mono_ms(self) -> Milliseconds:
        return time.monotonic_ns() // 1_000_000


def local(utc_ms: Milliseconds, zone: ZoneInfo) -> datetime:
    """Give the instant as an aware time of the clinic's zone."""
    return datetime.fromtimestamp(utc_ms / 1000, UTC).astimezone(zone)


def utc_ms_of(moment: datetime) -> Milliseconds:
    """Milliseconds since 1970 of an aware time."""
    return round(moment.timestamp() * 1000)
