"""What stands in a derived row, as it is read; nobody recorded what cannot be read, so a hand was in it."""

from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from setsetting.clinical.form import Item, NoAnswer
from setsetting.errors import Refused
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


def item(stored: int | str) -> Item:
    """An answer of a form as it was stored."""
    return word(NoAnswer, stored) if isinstance(stored, str) else stored
