"""A setting as a factor of a review: what of a session's log is looked at, and which number it becomes.

Its kind follows from the field's own: a count is an amount, choices with an order are ordered, and of choices without one (or of
several at once) one value is named, which is there or is not. A tap is the patient's answer and no setting: it is no factor.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from setsetting.clinical.free_text import line_given
from setsetting.clinical.setting import FIELD_NAMES, FieldKind, field_named, parse_value
from setsetting.errors import UsageError, no_such
from setsetting.words.translate import _

PLAYLIST, ROOM = "playlist", "room"
OF_SESSIONS = (PLAYLIST, ROOM)
"""What a session tells of itself besides its setting; one value of it is named."""


class FactorKind(StrEnum):
    """What a setting's cells hold."""

    YES_NO = "yes/no"
    ORDERED = "ordered"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class SettingFactor:
    """A field of the setting, or the playlist or the room; `value` is the one that is there or is not."""

    field: str
    value: str | None
    kind: FactorKind

    @property
    def name(self) -> str:
        return self.field if self.value is None else f"{self.field}={self.value}"

    @property
    def declared(self) -> str:
        """As it is written where it is declared."""
        return f"{self.name}:{self.kind}"

    def exposure(self, said: str | None) -> float:
        """How much of it a session had whose log says this; NaN where nobody knows."""
        if said is None:
            return math.nan
        if self.field in OF_SESSIONS:
            return float(said == self.value)
        field = field_named(self.field)
        if self.value is not None:
            return float(self.value in (said.split(", ") if field.kind is FieldKind.SEVERAL else [said]))
        if field.kind is FieldKind.COUNT:
            much = float(said)
        elif said in field.choices:
            much = float(field.steps[field.choices.index(said)])
        else:
            return math.nan
        return float(much > 0) if self.kind is FactorKind.YES_NO else much


def factor_named(text: str) -> SettingFactor:
    """Read NAME[=VALUE][:KIND]; UsageError with what can stand there."""
    left, colon, kind = text.rpartition(":")
    name, equals, value = (left if colon else text).partition("=")
    name, value = name.strip(), value.strip()
    if colon and kind not in list(FactorKind):
        raise UsageError(no_such(_("kind of factor"), kind, [str(each) for each in FactorKind]))
    allowed = _kinds(name, value if equals else None)
    if colon and kind not in allowed:
        raise UsageError(
            _("{name} is {kinds}, not {kind}.").format(name=name, kinds=_(" or ").join(allowed), kind=kind)
        )
    return SettingFactor(name, _spelled(name, value) if equals else None, FactorKind(kind) if colon else allowed[0])


def _kinds(name: str, value: str | None) -> tuple[FactorKind, ...]:
    """What a factor may be, its own kind first."""
    if name in OF_SESSIONS:
        if not value:
            raise UsageError(_("Of a {name} one is named: {name}=NAME.").format(name=name))
        return (FactorKind.YES_NO,)
    if name not in FIELD_NAMES:
        raise UsageError(no_such(_("setting field"), name, (*FIELD_NAMES, *OF_SESSIONS)))
    field = field_named(name)
    has_order = bool(field.steps) or field.kind is FieldKind.COUNT
    if value is None and not has_order:
        raise UsageError(
            _("{name} has no order, so one of its values is named: {values}.").format(
                name=name, values="; ".join(f"{name}={choice}" for choice in field.choices)
            )
        )
    if value is not None:
        if field.kind is FieldKind.COUNT:
            raise UsageError(_("{name} is counted; it has no values to be named.").format(name=name))
        return (FactorKind.YES_NO,)
    return (FactorKind.AMOUNT if field.kind is FieldKind.COUNT else FactorKind.ORDERED, FactorKind.YES_NO)


def _spelled(name: str, value: str) -> str:
    if name in OF_SESSIONS:
        return line_given(value) or ""
    if "," in value and field_named(name).kind is FieldKind.SEVERAL:
        raise UsageError(_("{name} is looked at one value at a time.").format(name=name))
    return parse_value(name, value)
