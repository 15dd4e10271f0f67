"""What a cell of another program's table means: a day, a time, a number, an answer; ValueError for what is none.

What is raised never repeats the cell.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from setsetting.clinical.form import Item, NoAnswer
from setsetting.clinical.infusion import Infusion, Segment
from setsetting.clinical.pcl5 import HIGHEST, LOWEST
from setsetting.units import Milliseconds
from setsetting.words.translate import _

YES, NO = ("yes", "y", "true", "1"), ("", "no", "n", "false", "0")
_DAYS = {
    "day.month.year": re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})"),
    "day/month/year": re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})"),
    "month/day/year": re.compile(r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})"),
    "year-month-day": re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)"),
}
_CLOCK = re.compile(r"(?P<h>\d{1,2}):(?P<rest>\d\d(:\d\d(\.\d{1,3})?)?)(?P<zone>Z|[+-]\d\d:\d\d)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,6}(\.\d{1,6})?", re.ASCII)
_STRETCH = re.compile(r"(\d{1,9}):(\d{1,9}):(\d{1,9})", re.ASCII)


def moment(day: str, time: str, dates: str) -> str:
    """A day, or a day and a time in one cell or two, as `parse_moment` reads it; whether there is such a day is its matter."""
    found = _DAYS[dates].match(day)
    if found is None:
        raise ValueError(_("no date as its mapping says ({dates})").format(dates=dates))
    rest = day[found.end() :].lstrip("T ") if day[found.end() :][:1] in {"", "T", " "} else "?"
    clock = rest if rest and not time else time if not rest else "?"
    written = "{y}-{m:0>2}-{d:0>2}".format(**found.groupdict())
    if not clock:
        return written
    at = _CLOCK.fullmatch(clock)
    if at is None:
        raise ValueError(_("no time as 10:30"))
    return f"{written}T{at['h']:0>2}:{at['rest']}{at['zone'] or ''}"


def number(cell: str, *, decimal_comma: bool) -> float:
    text = cell.replace(",", ".") if decimal_comma else cell
    if _NUMBER.fullmatch(text) is None:
        raise ValueError(_("a number expected"))
    return float(text)


def whole(cell: str, *, decimal_comma: bool) -> int:
    """A whole number; 3.0 is one, as programs write it beside what is missing."""
    value = number(cell, decimal_comma=decimal_comma)
    if not value.is_integer():
        raise ValueError(_("a whole number expected"))
    return int(value)


def answer(cell: str, words: Mapping[str, int], blank: frozenset[str], declined: frozenset[str], comma: bool) -> Item:
    """One answer: 0 to 4, or nothing, or declined; by the words of the mapping before all else."""
    if cell in words:
        return words[cell]
    if cell in blank:
        return NoAnswer.MISSING
    if cell in declined:
        return NoAnswer.DECLINED
    try:
        value = whole(cell, decimal_comma=comma)
    except ValueError:
        value = -1
    if not LOWEST <= value <= HIGHEST:
        raise ValueError(_("an answer from 0 to 4 expected, or what the mapping says is blank or declined"))
    return value


def yes(cell: str) -> bool:
    if (folded := cell.casefold()) not in (*YES, *NO):
        raise ValueError(_("yes or no expected"))
    return folded in YES


def infusion(cell: str) -> Infusion:
    """Stretches FROM:TO:RATE in ms and permille, in their order and apart."""
    segments = tuple(_stretches(cell))
    if not segments or any(one.end_ms > other.start_ms for one, other in pairwise(segments)):
        raise ValueError(_EXPECTED)
    return Infusion(segments)


_EXPECTED = _("stretches FROM:TO:RATE expected, in order, in ms and permille, with blanks between")


def _stretches(cell: str) -> Iterator[Segment]:
    for part in cell.split():
        found = _STRETCH.fullmatch(part)
        if found is None:
            raise ValueError(_EXPECTED)
        start, end, rate = map(int, found.groups())
        if not (start < end and rate > 0):
            raise ValueError(_EXPECTED)
        yield Segment(Milliseconds(start), Milliseconds(end), rate)


def as_stretches(ran: Infusion) -> str:
    """An infusion as `infusion` reads it."""
    return " ".join(f"{part.start_ms}:{part.end_ms}:{part.rate_permille}" for part in ran.segments)
