"""The two clocks of a machine: the wall's, for people, and the monotonic one, for minutes.

Time is read, never accumulated. Rooms take a `Clock`, so that tests and fast sessions bring theirs.
"""

import time
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from setsetting.errors import UsageError
from setsetting.units import Milliseconds, nearest_ms, s_from_ms
from setsetting.words.translate import _

EARLIEST_YEAR, LATEST_YEAR = 1970, 9998
"""Years that a person may mean; milliseconds since 1970 count from there, and any zone's clock can show them."""


class Clock(Protocol):
    def utc_ms(self) -> Milliseconds:
        """Milliseconds since 1970 by the wall clock; may jump."""

    def mono_ms(self) -> Milliseconds:
        """Milliseconds of the monotonic clock; never goes back within one start of the machine."""


class SystemClock:
    """The machine's own clocks."""

    def utc_ms(self) -> Milliseconds:
        return Milliseconds(time.time_ns() // 1_000_000)

    def mono_ms(self) -> Milliseconds:
        return Milliseconds(time.monotonic_ns() // 1_000_000)


def boot_id() -> str:
    """A name for this start of the machine, within which monotonic times compare; "" where none is told."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def local(utc_ms: Milliseconds, zone: ZoneInfo) -> datetime:
    """Give the instant as an aware time of the clinic's zone."""
    return datetime.fromtimestamp(s_from_ms(utc_ms), UTC).astimezone(zone)


def utc_ms_of(moment: datetime) -> Milliseconds:
    """Milliseconds since 1970 of an aware time."""
    return nearest_ms(moment.timestamp())


def parse_moment(text: str, zone: ZoneInfo) -> tuple[Milliseconds, bool]:
    """Read a date or a time in ISO 8601; return UTC milliseconds and whether only the day was given.

    A day alone stands for its first instant in `zone`; a time without an offset is the zone's own.
    """
    moment = _read(text.strip(), zone)
    if moment is None or not EARLIEST_YEAR <= moment[0].year <= LATEST_YEAR:
        raise UsageError(
            _("{text!r} is no date or time; write it like 2026-11-24 or 2026-11-24T10:30.").format(text=text)
        )
    return utc_ms_of(moment[0]), moment[1]


def _read(text: str, zone: ZoneInfo) -> tuple[datetime, bool] | None:
    """The aware time, and whether only the day was given; None when it is neither."""
    try:
        return datetime.combine(date.fromisoformat(text), time_of_day.min, zone), True
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)), False
