"""What was said of a patient as people write it in TOML; only what stands in it was said.

    touch = "hand only"
    stop = "left hand"

Strict: every trouble names the line, the field and what was expected.
"""

from pathlib import Path

import msgspec

from setsetting.clinical.agreements import Agreement, agreed_words
from setsetting.errors import UsageError, broken
from setsetting.strict_toml import line_of, parse


class _File(msgspec.Struct, forbid_unknown_fields=True):
    touch: str | None = None
    voice: str | None = None
    stop: str | None = None


def parse_agreements(text: str, path: Path) -> dict[Agreement, str | None]:
    """Read what was agreed as people write it in TOML; what stands in it alone was said. BrokenFile names line and field."""
    read, said = parse(text, path, _File), dict[Agreement, str | None]()
    for each in Agreement:
        if (words := getattr(read, each)) is not None:
            try:
                said[each] = agreed_words(words)
            except UsageError as error:
                raise broken(path, line_of(text, (str(each),)), str(error)) from error
    return said
