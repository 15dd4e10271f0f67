"""Numbers, minutes and times as people read and type them, the same on screens, commands and in reports."""

import math
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from setsetting.units import Milliseconds, Minutes, minutes_from_ms, nearest_s, s_from_ms
from setsetting.words.translate import _

MINUS = "\N{MINUS SIGN}"
_TYPED = re.compile(r"-?(\d*\.?\d+|\d+,\d{1,2}|0,\d+)", re.ASCII)
"""Plain digits, with a point or a comma; 1,000 may mean a thousand, and is none."""


def number_typed(text: str) -> float:
    """A number as a person types it; nan, which is in no range, for all else: 1_000, +5, 1e3, digits of other scripts."""
    plain = text.strip().replace(MINUS, "-")
    return float(plain.replace(",", ".")) if _TYPED.fullmatch(plain) else math.nan


def clock(ms: Milliseconds) -> str:
    """Write a position as minutes and seconds: 1:05, -10:00, 83:20."""
    whole = nearest_s(abs(ms))
    sign = MINUS if ms < 0 and whole else ""
    return f"{sign}{whole // 60}:{whole % 60:02d}"


def minute_of(ms: Milliseconds) -> str:
    """Write the minute in which something was done, as the clock above has it: 12 of 12:36, -9 of -9:40, 0 of -0:20."""
    return clock(ms).partition(":")[0].replace(f"{MINUS}0", "0")


def minute_near(ms: Milliseconds) -> str:
    """Write the minute nearest to when something will be done, with a real minus sign."""
    minute = round(minutes_from_ms(ms))
    return f"{MINUS}{-minute}" if minute < 0 else str(minute)


def minutes_number(minutes: Minutes) -> str:
    """Write minutes as a number: 40, 38.5; more than a decimal is nobody's business."""
    return f"{round(minutes, 1):g}"


def minutes_text(ms: Milliseconds) -> str:
    """Write a length in minutes: 40 min, 38.5 min."""
    return _("{n} min").format(n=minutes_number(minutes_from_ms(ms)))


def signed(value: float, digits: int = 0) -> str:
    """Write a change with its sign: +3, -12, 0; the minus is the real one."""
    text = f"{abs(value):.{digits}f}"
    if float(text) == 0:
        return text
    return (MINUS if value < 0 else "+") + text


def times(n: int) -> str:
    """Write how often something was, so that it reads as no number of one: 3×, 1×, 0."""
    return f"{n}\N{MULTIPLICATION SIGN}" if n else "0"


def utc_text(utc_ms: Milliseconds) -> str:
    """Write an instant as ISO 8601 with Z, to the second."""
    return datetime.fromtimestamp(s_from_ms(utc_ms), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local_text(utc_ms: Milliseconds, zone: ZoneInfo) -> str:
    """Write an instant by the clinic's clock, to the minute; with its offset where that clock showed it twice."""
    moment = datetime.fromtimestamp(s_from_ms(utc_ms), zone)
    return moment.isoformat(" ", "minutes") if was_twice(moment) else moment.strftime("%Y-%m-%d %H:%M")


def time_text(utc_ms: Milliseconds, zone: ZoneInfo) -> str:
    """Write what the clinic's clock shows at an instant; with its offset where it showed that twice."""
    return local_text(utc_ms, zone).partition(" ")[2]


def was_twice(moment: datetime) -> bool:
    """Whether a clock that is put back shows this aware time a second time."""
    return moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()


def day_text(utc_ms: Milliseconds, zone: ZoneInfo) -> str:
    """Write the day of an instant in the clinic's zone."""
    return datetime.fromtimestamp(s_from_ms(utc_ms), zone).strftime("%Y-%m-%d")


def day_number(utc_ms: Milliseconds, zone: ZoneInfo) -> int:
    """The day of an instant in the clinic's zone, counted from a day long ago: what days lie between is a difference."""
    return datetime.fromtimestamp(s_from_ms(utc_ms), zone).toordinal()


def number_or_unknown(value: float | None, digits: int, unknown: str = "?") -> str:
    """Write a measured value, with a real minus sign, or that it is unknown."""
    if value is None:
        return unknown
    text = f"{abs(value):.{digits}f}"
    return (MINUS if value < 0 and float(text) else "") + text
