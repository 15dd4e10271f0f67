"""The setting of a session as data."""

from collections.abc import Mapping

from setsetting.clinical.setting import FIELDS, NONE, FieldKind

_KINDS = {field.name: field.kind for field in FIELDS}


def as_data(values: Mapping[str, str]) -> dict[str, str | int | list[str]]:
    """A count as a number, several choices as a list; fields of a newer program stay text."""
    return {name: _plain(_KINDS.get(name), value) for name, value in values.items()}


def _plain(kind: FieldKind | None, value: str) -> str | int | list[str]:
    if kind is FieldKind.COUNT:
        return int(value) if value.isascii() and value.isdigit() else value
    if kind is FieldKind.SEVERAL:
        return [] if value == NONE else value.split(", ")
    return value
