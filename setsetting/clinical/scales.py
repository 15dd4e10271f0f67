"""Totals of other scales a clinic notes: a name and its range, and nothing else of the scale.

No item of any of them stands here: licences are unknown or forbid it. The one range known is MEQ30's, 0 to 150 (its four
subscales of 75, 30, 30 and 15); of every other the clinic states it. A total is shown as it was noted and never read.
"""

import re
from dataclasses import dataclass
from types import MappingProxyType

from setsetting.words.translate import _

KNOWN = MappingProxyType({"MEQ30": (0, 150)})
"""Ranges that were found in a source, by the scale's name."""
HIGHEST = 1_000
_RANGE = re.compile(r"(\d{1,4}):(\d{1,4})")


@dataclass(frozen=True, slots=True)
class OtherScale:
    """A scale by its name, and the lowest and highest total it can have."""

    name: str
    lowest: int
    highest: int


def scale(name: str, stated: str) -> OtherScale | None:
    """The scale with the range that is stated as LOWEST:HIGHEST; an empty one is the range that is known. None for none."""
    found = _RANGE.fullmatch(stated)
    bounds = (int(found[1]), int(found[2])) if found else KNOWN.get(name) if not stated else None
    return OtherScale(name, *bounds) if bounds is not None and bounds[0] < bounds[1] <= HIGHEST else None


def of_range(total: int, lowest: int, highest: int) -> str:
    """A total with its range, and no more: nothing is said of what it means."""
    return _("{total} ({lowest} to {highest})").format(total=total, lowest=lowest, highest=highest)
