"""The setting of a session: what the room and the handling were, as fields with a fixed choice of words.

Structured after the ReSPCT items of Pronovost-Morgan et al. 2025 (Nature Medicine, doi
10.1038/s41591-025-03685-9), which are a reporting guideline for trials; wording and choices are this
project's own, and nothing here is certified by them. The fields are items 5, 6, 8, 9, 11, 12 and 17;
of item 14 only the visit's number and the infusion's minutes are kept, and those are counted, not asked.

Liking, resonance and openness are adapted from Kaelen et al. 2018, where they were ratings from
interviews; as taps they are not validated. The other taps ask for items 26 to 30 in own words: they are no
instrument, and none is quoted. A tap that was not asked is absent, never 0.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from setsetting.errors import UsageError, guess, no_such
from setsetting.words.translate import _

Read = TypeVar("Read")

RESPCT_ITEMS = 30
RESPCT_OF_VISIT = 14
"""Dosing regimen: here the visit's number and the infusion's minutes only."""
MOST_COUNTED = 99
NONE = "none"
"""How an empty choice of several is written."""
LONGEST_TEXT = 80
TOUCH, TOUCH_CONSENT = "touch", "touch_consent"
INTERRUPTIONS, INTERRUPTED_BY = "interruptions", "interrupted_by"
HEADPHONES, MUSIC_DELIVERY = "headphones", "music_delivery"
"""Fields that hang together, see `contradictions`."""


class FieldKind(StrEnum):
    """How a field's value is written and, later, compared."""

    CHOICE = "choice"
    SEVERAL = "several"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing about the setting.

    `respct` is the number of its ReSPCT item. `habit` says that it is the room's way of doing things, and may be
    kept as usual; what merely happened (an interruption) is not. `steps` say of each choice how much of the thing it is,
    from 0 on, where the choices have an order.
    """

    name: str
    label: str
    respct: int
    choices: tuple[str, ...]
    kind: FieldKind = FieldKind.CHOICE
    habit: bool = True
    steps: tuple[int, ...] = ()


_WORN = ("throughout", "part of the time", "offered, not worn", "not offered")
_HOW_MUCH_WORN = (2, 1, 0, 0)
_PEOPLE = ("facilitator", "second facilitator", "nurse", "physician", "trainee", "interpreter", "companion")
_PLACES = ("beside", "at the head", "across the room", "within call")
_TOUCHES = ("none", "offered, declined", "hand", "hand and shoulder", "more than that")
_HOW_MUCH_TOUCHED = (0, 0, 1, 2, 3)
_CONSENTS = ("not needed", "agreed beforehand", "asked at the time", "both")
_VOICES = ("silent", "a few words", "guiding words", "conversation")
_INTERRUPTERS = ("door", "staff", "equipment", "noise outside", "phone", "toilet", "patient's wish")

FIELDS = (
    Field("lighting", "Light", 5, ("dark", "dim", "normal", "bright"), steps=(0, 1, 2, 3)),
    Field("light_kind", "Kind of light", 5, ("warm", "white", "coloured", "daylight", "none")),
    Field("eye_shades", "Eye shades", 6, _WORN, steps=_HOW_MUCH_WORN),
    Field(HEADPHONES, "Headphones", 6, _WORN, steps=_HOW_MUCH_WORN),
    Field(MUSIC_DELIVERY, "Music through", 11, ("headphones", "loudspeakers", "both", "none")),
    Field("music_chosen_by", "Music chosen by", 11, ("clinic", "patient", "together")),
    Field("people_present", "People present", 8, _PEOPLE, FieldKind.SEVERAL),
    Field("position", "Position", 9, ("lying flat", "reclined", "sitting", "changing")),
    Field("resting_on", "Resting on", 9, ("bed", "recliner", "mat", "sofa", "chair")),
    Field("staff_position", "Facilitator's place", 9, _PLACES),
    Field("voice", "Facilitator's voice", 12, _VOICES, habit=False, steps=(0, 1, 2, 3)),
    Field(TOUCH, "Touch", 12, _TOUCHES, habit=False, steps=_HOW_MUCH_TOUCHED),
    Field(TOUCH_CONSENT, "Consent to touch", 12, _CONSENTS, habit=False),
    Field(INTERRUPTIONS, "Interruptions", 17, (), FieldKind.COUNT, habit=False),
    Field(INTERRUPTED_BY, "Interrupted by", 17, _INTERRUPTERS, FieldKind.SEVERAL, habit=False),
)
FIELD_NAMES = tuple(each.name for each in FIELDS)
ASKED_FIRST = (
    "lighting",
    "eye_shades",
    HEADPHONES,
    "music_chosen_by",
    "people_present",
    "position",
    TOUCH,
    INTERRUPTIONS,
)
"""What a close asks about; the rest, and what hangs together with an answer, is there for who has more to say."""
_BY_NAME = MappingProxyType({each.name: each for each in FIELDS})


@dataclass(frozen=True, slots=True)
class Tap:
    """One of the patient's ratings, 0 (not at all) to 10 (entirely), each skippable."""

    name: str
    label: str
    asks: str
    respct: int


TAPS = (
    Tap("liking", "Liking", "I liked the music", 11),
    Tap("resonance", "Resonance", "The music was in harmony with what I felt", 11),
    Tap("openness", "Openness", "I could let in what the music brought up", 11),
    Tap("alliance", "Alliance", "We worked well together", 26),
    Tap("trust", "Trust", "I trusted the people with me", 27),
    Tap("comfort", "Comfort", "I was physically comfortable", 28),
    Tap("safety", "Safety", "I felt physically safe", 29),
    Tap("inner_safety", "Inner safety", "I felt safe in mind, and as who I am", 30),
)
TAP_NAMES = tuple(tap.name for tap in TAPS)
TAP_LOW, TAP_HIGH = 0, 10
NOTE = "note"
"""What free words about a session are called beside its fields and taps."""


def taps_note() -> str:
    """What stands beside the taps wherever they are shown."""
    return _(
        "Liking, resonance and openness are adapted from Kaelen 2018, not validated; the rest is in own words after "
        "ReSPCT items 26 to 30, no instrument. Not asked is not 0."
    )


@dataclass(frozen=True, slots=True)
class Setting:
    """Values by field name in their one spelling; a field that is absent is not known."""

    values: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str | None:
        return self.values.get(name)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that is not as it usually is; `usual` is None where nothing was said to be."""

    field: Field
    usual: str | None
    now: str


def field_named(name: str) -> Field:
    """The field of that name; UsageError with the nearest when there is none."""
    if name not in _BY_NAME:
        raise UsageError(no_such(_("setting field"), name, FIELD_NAMES))
    return _BY_NAME[name]


def parse_value(name: str, value: str | int | Iterable[str]) -> str:
    """Bring one value to its one spelling; UsageError says which choices there are.

    Several choices are joined by commas in the field's own order; a count is 0 to 99.
    """
    known = field_named(name)
    if known.kind is FieldKind.COUNT:
        return _count_value(known, value)
    if isinstance(value, int):
        raise UsageError(_expected(known, str(value)))
    if known.kind is FieldKind.CHOICE:
        if not isinstance(value, str):
            raise UsageError(_("{name} takes one value, not several.").format(name=name))
        return _choice(known, value)
    parts = value.split(",") if isinstance(value, str) else list(value)
    chosen = {_choice(known, part) for part in parts if part.strip().casefold() not in {"", NONE}}
    return ", ".join(choice for choice in known.choices if choice in chosen) or NONE


def parse_tap(name: str, value: int | str | None) -> int | None:
    """Read one tap: 0 to 10; None and "not asked" are not asked; UsageError otherwise."""
    if name not in TAP_NAMES:
        raise UsageError(no_such(_("tap"), name, TAP_NAMES))
    return rating(name, value)


def rating(name: str, value: int | str | None) -> int | None:
    """Read what is rated from 0 to 10; None where it was not asked, UsageError for anything else."""
    if value is None or (isinstance(value, str) and value.strip().casefold() in {"", "-", "not asked"}):
        return None
    text = str(value).strip()
    if isinstance(value, bool) or not (text.isascii() and text.isdigit() and int(text) <= TAP_HIGH):
        raise UsageError(
            _("{name} is a whole number from {low} to {high}, or left out when not asked.").format(
                name=name, low=TAP_LOW, high=TAP_HIGH
            )
        )
    return int(text)


def read_typed(read: Callable[[str, str], Read], name: str, text: str) -> Read:
    """What `parse_value` or `parse_tap` reads, typed where people see its label: a trouble calls it by that."""
    try:
        return read(name, text)
    except UsageError as error:
        label = next(each.label for each in (*FIELDS, *TAPS) if each.name == name)
        raise UsageError(str(error).replace(name, label, 1)) from error


def habits(setting: Setting) -> Setting:
    """What of a session may be kept as usual in its room."""
    return Setting({name: value for name, value in setting.values.items() if name in _BY_NAME and _BY_NAME[name].habit})


def differences(now: Setting, usual: Setting) -> tuple[Difference, ...]:
    """Every field that is known and not as usual, in the order of the fields."""
    return tuple(
        Difference(each, usual.get(each.name), value)
        for each in FIELDS
        if (value := now.get(each.name)) is not None and value != usual.get(each.name)
    )


def in_order(values: Mapping[str, str]) -> Setting:
    """A setting with its fields in the order of the list; values of a newer program go last."""
    known = {name: values[name] for name in FIELD_NAMES if name in values}
    return Setting({**known, **{name: values[name] for name in sorted(values) if name not in known}})


def respct_covered(setting: Setting, taps: Mapping[str, int]) -> frozenset[int]:
    """The ReSPCT items that this session's log says something about, the visit itself included."""
    items = {_BY_NAME[name].respct for name in setting.values if name in _BY_NAME}
    items |= {tap.respct for tap in TAPS if tap.name in taps}
    return frozenset(items | {RESPCT_OF_VISIT})


def _choice(known: Field, value: str) -> str:
    text = " ".join(value.split()).casefold()
    for choice in known.choices:
        if choice.casefold() == text:
            return choice
    raise UsageError(_expected(known, value))


def _count_value(known: Field, value: str | int | Iterable[str]) -> str:
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if text.isascii() and text.isdigit() and int(text) <= MOST_COUNTED:
        return str(int(text))
    raise UsageError(_("{name} is a whole number from 0 to {most}.").format(name=known.name, most=MOST_COUNTED))


def _expected(known: Field, value: str) -> str:
    shown = value if len(value) <= LONGEST_TEXT else value[: LONGEST_TEXT - 1] + "\N{HORIZONTAL ELLIPSIS}"
    sentence = _("{name} is not {value!r}; it is one of: {choices}.").format(
        name=known.name, value=shown, choices="; ".join(known.choices)
    )
    return sentence + guess(value, known.choices)
