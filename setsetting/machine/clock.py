"""The two clocks of a machine: the wall's, for people, and the monotonic one, for minutes.

Time is read, never accumulated. Rooms take a `Clock`, so that tests and fast sessions bring theirs.
"""

import re
import sys
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from functools import cache
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from setsetting.errors import UsageError
from setsetting.units import Milliseconds, nearest_ms, s_from_ms
from setsetting.words.numbers import was_twice
from setsetting.words.translate import _

EARLIEST_YEAR, LATEST_YEAR = 1970, 9998
"""Years that a person may mean; milliseconds since 1970 count from there, and any zone's clock can show them."""

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?P<time>[T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)


class Clock(Protocol):
    def utc_ms(self) -> Milliseconds:
        """Milliseconds since 1970 by the wall clock; may jump."""

    def mono_ms(self) -> Milliseconds:
        """Milliseconds of the monotonic clock; never goes back within one start of the machine."""


def _since_start_ns() -> int:
    """The monotonic clock, with the time a machine was suspended where one tells it."""
    if sys.platform == "linux":
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    return time.monotonic_ns()


class SystemClock:
    """The machine's own clocks."""

    def utc_ms(self) -> Milliseconds:
        return Milliseconds(time.time_ns() // 1_000_000)

    def mono_ms(self) -> Milliseconds:
        return Milliseconds(_since_start_ns() // 1_000_000)


@cache
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
    """Read a date or a time as people type it; return UTC milliseconds and whether only the day was given.

    A day alone stands for its first instant in `zone`. A time without an offset is the zone's own: one that
    the clock was put forward over is refused, of one that was twice the first is meant (see `readings`); an
    offset decides. ISO weeks and eight digits are no dates: they are too easily something else.
    """
    typed, dated_only = _typed(text)
    if typed.tzinfo is not None:
        return utc_ms_of(typed), dated_only
    at_ms = utc_ms_of(typed.replace(tzinfo=zone))
    shown = local(at_ms, zone).replace(tzinfo=None)
    if shown.date() != typed.date() or (not dated_only and abs(shown - typed) >= timedelta(minutes=1)):
        raise UsageError(
            _("{text!r} did not exist in {zone}: the clock was put forward over it.").format(text=text, zone=zone)
        )
    return at_ms, dated_only


def first_instant(day: str, zone: ZoneInfo) -> Milliseconds:
    """Where a day as `YYYY-MM-DD` begins in the zone; raises ValueError for what is no day."""
    return utc_ms_of(datetime.combine(date.fromisoformat(day), time_of_day.min, zone))


def as_said(at_ms: Milliseconds, zone: ZoneInfo, *, dated_only: bool) -> tuple[Milliseconds | None, str | None]:
    """What is kept of a moment that `parse_moment` read: its instant, or the day that was said, which no zone moves."""
    return (None, local(at_ms, zone).date().isoformat()) if dated_only else (at_ms, None)


def readings(text: str, zone: ZoneInfo) -> tuple[str, ...]:
    """What a typed time may mean: itself, or the time with each of its offsets where the zone had it twice.

    Raises UsageError where it is none, as `parse_moment` does.
    """
    at_ms, dated_only = parse_moment(text, zone)
    first = local(at_ms, zone)
    if dated_only or _typed(text)[0].tzinfo is not None or not was_twice(first):
        return (text,)
    return first.isoformat(timespec="minutes"), first.replace(fold=1).isoformat(timespec="minutes")


def _typed(text: str) -> tuple[datetime, bool]:
    """The time as it was typed, with an offset or without, and whether only the day was."""
    parts = _MOMENT.fullmatch(text.strip())
    try:
        typed = None if parts is None else datetime.fromisoformat(parts[0].replace(" ", "T"))
    except ValueError:
        typed = None
    if parts is None or typed is None:
        raise UsageError(
            _("{text!r} is no date or time; write it like 2026-11-24 or 2026-11-24T10:30.").format(text=text)
        )
    if not EARLIEST_YEAR <= typed.year <= LATEST_YEAR:
        years = _("{text!r} is no date or time of the years {first} to {last}.")
        raise UsageError(years.format(text=text, first=EARLIEST_YEAR, last=LATEST_YEAR))
    return typed, parts["time"] is None
