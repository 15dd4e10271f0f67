"""A payload as stored text and back: the one place where a kind's bytes are made and read.

Integers and text only (true and false too): a float is refused, because languages write floats
differently and the hash covers the text. Refusals name the kind and never the content.
"""

from typing import Any, TypeAlias

import msgspec

from setsetting.errors import Refused
from setsetting.record.kind_table import KINDS
from setsetting.record.kinds import Payload
from setsetting.words.translate import _

VERSION = 1
"""The version of every kind's payload that this program writes."""

SMALLEST, LARGEST = -(2**63), 2**63 - 1

Plain: TypeAlias = dict[str, Any] | list[Any] | str | int | float | None

_decoders = {kind: msgspec.json.Decoder(struct) for kind, struct in KINDS.items()}
_encoder = msgspec.json.Encoder()


def encode(kind: str, payload: Payload) -> str:
    """Give the text to store; raise Refused for a payload that is not wholly of its kind."""
    struct = KINDS.get(kind)
    if struct is None or type(payload) is not struct:
        raise Refused(_("{kind} is no kind of event with this content.").format(kind=kind))
    try:
        sound = _sound(msgspec.to_builtins(payload))
        text = _encoder.encode(payload)
        _decoders[kind].decode(text)
    except (msgspec.MsgspecError, UnicodeError, TypeError, OverflowError):
        sound = False
    if not sound:
        raise Refused(_("An event {kind} holds something other than integers and text.").format(kind=kind)) from None
    return text.decode()


def decode(kind: str, version: int, payload: str | None, seal: str | None = None) -> Payload | None:
    """Read a stored payload; None for what this program can't read.

    That is a kind or version of a newer program, an erased or a sealed payload, or one that no longer is
    of its kind. Such an event is kept and carried on.
    """
    decoder = _decoders.get(kind)
    if decoder is None or version != VERSION or payload is None or seal is not None:
        return None
    try:
        return decoder.decode(payload)
    except (msgspec.MsgspecError, UnicodeError):
        return None


def is_of_first_shape(kind: str, payload: str | None) -> bool:
    """Whether a payload says that its day was known, beside the instant that stood for it: days are kept since."""
    return kind in KINDS and payload is not None and '"dated_only":' in payload and '_utc_ms":' in payload


def _sound(value: Plain) -> bool:
    if isinstance(value, dict):
        return all(_sound(part) for item in value.items() for part in item)
    if isinstance(value, list | tuple):
        return all(_sound(part) for part in value)
    if isinstance(value, str):
        value.encode()
        return True
    if isinstance(value, int):
        return SMALLEST <= value <= LARGEST
    return value is None
