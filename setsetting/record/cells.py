"""What stands in a derived row, as it is read; nobody recorded what cannot be read, so a hand was in it."""

from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from setsetting.clinical.form import Item, NoAnswer
from setsetting.errors import Refused
from setsetting.machine.clock import first_instant
from setsetting.units import Milliseconds
from setsetting.words.translate import _

Word = TypeVar("Word", bound=StrEnum)
Nested = TypeVar("Nested")


class _Decoders(dict[Any, "msgspec.json.Decoder[Any]"]):
    """A decoder for each shape, made once: a list reads thousands of rows."""

    def __missing__(self, shape: Any) -> "msgspec.json.Decoder[Any]":
        self[shape] = msgspec.json.Decoder(shape)
        return self[shape]


_DECODERS = _Decoders()


def nested(text: str, shape: type[Nested]) -> Nested:
    """Read JSON of this shape; raises Refused for what is none."""
    try:
        read: Nested = _DECODERS[shape].decode(text)
    except msgspec.MsgspecError:
        raise _unreadable() from None
    return read


def word(words: type[Word], text: str) -> Word:
    """Read one of these words; raises Refused for another."""
    try:
        return words(text)
    except ValueError:
        raise _unreadable() from None


def _unreadable() -> Refused:
    return Refused(
        _(
            "A derived table of the record holds what nobody recorded: `setsetting record verify` says in which, and"
            " `setsetting record rebuild` makes derived tables anew."
        )
    )


def moment(at_utc_ms: Milliseconds | None, day: str | None, zone: ZoneInfo) -> tuple[Milliseconds, bool]:
    """An instant that was kept, or a day by its first instant in the zone; and whether only the day was said.

    Raises Refused where a row has neither.
    """
    if at_utc_ms is not None:
        return at_utc_ms, False
    try:
        return _first_instant(day or "", zone), True
    except ValueError:
        raise _unreadable() from None


_first_instant = lru_cache(4096)(first_instant)


def item(stored: int | str) -> Item:
    """An answer of a form as it was stored."""
    return word(NoAnswer, stored) if isinstance(stored, str) else stored
