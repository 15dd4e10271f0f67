"""What may be said of a field of the setting, as a screen offers it."""

from setsetting.clinical.setting import Field, FieldKind
from setsetting.words.translate import _


def numbered(field: Field) -> str:
    """What may be said of a field, with the digit of each."""
    if field.kind is FieldKind.COUNT:
        return _("0 to 9; enter types more")
    with_digits = ", ".join(f"{digit} {choice}" for digit, choice in enumerate(field.choices, 1))
    return with_digits if field.kind is FieldKind.CHOICE else _("any of {choices}, 0 none").format(choices=with_digits)


def choices_of(field: Field) -> str:
    """What may be typed of a field."""
    if not field.choices:
        return _("a number")
    joined = "; ".join(field.choices)
    return joined if field.kind is FieldKind.CHOICE else _("any of {choices}").format(choices=joined)
