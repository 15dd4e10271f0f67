"""What was said of a patient as people write it in TOML; only what stands in it was said.

    touch = "hand only"
    stop = "left hand"

Strict: every trouble names the line, the field and what was expected.
"""

from pathlib import Path

import msgspec

from setsetting.clinical.agreements import Agreement, agreed_words
from setsetting.clinical.mindset import SCALE_NAMES, scale_rating
from setsetting.clinical.visits import LINES, THERAPY, Reflection, line_words, yes_or_no
from setsetting.errors import UsageError, broken
from setsetting.strict_toml import line_of, parse

_Reflection = msgspec.defstruct(
    "_Reflection",
    [*((line.name, str | None, None) for line in LINES), (THERAPY.name, str | bool | None, None)],
    forbid_unknown_fields=True,
)
_Ratings = msgspec.defstruct(
    "_Ratings", [(name, int | str | None, None) for name in SCALE_NAMES], forbid_unknown_fields=True
)


class _Agreements(msgspec.Struct, forbid_unknown_fields=True):
    touch: str | None = None
    voice: str | None = None
    stop: str | None = None


def parse_agreements(text: str, path: Path) -> dict[Agreement, str | None]:
    """Read what was agreed as people write it in TOML; what stands in it alone was said. BrokenFile names line and field."""
    read, said = parse(text, path, _Agreements), dict[Agreement, str | None]()
    for each in Agreement:
        if (words := getattr(read, each)) is not None:
            try:
                said[each] = agreed_words(words)
            except UsageError as error:
                raise broken(path, line_of(text, (str(each),)), str(error)) from error
    return said


def parse_ratings(text: str, path: Path) -> dict[str, int | None]:
    """Read what was said before an infusion; what stands in it alone was said, None was not asked."""
    read, said = parse(text, path, _Ratings), dict[str, int | None]()
    for name in SCALE_NAMES:
        if (value := getattr(read, name)) is not None:
            try:
                said[name] = scale_rating(name, value)
            except UsageError as error:
                raise broken(path, line_of(text, (name,)), str(error)) from error
    return said


def parse_reflection(text: str, path: Path) -> Reflection:
    """Read the short form of an integration; what stands in it alone was asked."""
    read, words = parse(text, path, _Reflection), dict[str, str]()
    for line in LINES:
        try:
            said = line_words(getattr(read, line.name))
        except UsageError as error:
            raise broken(path, line_of(text, (line.name,)), str(error)) from error
        if said is not None:
            words[line.name] = said
    try:
        return Reflection(words, yes_or_no(getattr(read, THERAPY.name)))
    except UsageError as error:
        raise broken(path, line_of(text, (THERAPY.name,)), str(error)) from error
