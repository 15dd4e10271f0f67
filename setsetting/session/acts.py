"""The acts of a live session, once: name, key, argument, what each does and how it is undone.

The command line, the keys and the palette are made from this table. It refuses what is wrong in
itself (an unknown name, a volume above the plan); what the state of the session forbids is refused
by the conductor. -12 dB over 3 s for "duck" follows the distress ladder's first step, the 15 s fade
of "rescue" its third (a proposal of this project from Breeksema, Kaelen and the Montreal Model);
that music can be stopped at once is the Montreal Model's.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from setsetting.errors import UsageError, nearest
from setsetting.units import Decibels, Milliseconds
from setsetting.words.translate import _

DUCK_DB = Decibels(-12.0)
DUCK_MS: Milliseconds = 3_000
SILENCE_FADE_MS: Milliseconds = 3_000
VOLUME_MS: Milliseconds = 500
RETURN_FADE_MS: Milliseconds = 3_000
CLOSE_FADE_S = 3.0
FADE_OUT_S = 10.0
QUIETEST_DB = Decibels(-60.0)
SHORTEST_FADE_S = 0.05
LONGEST_FADE_S = 600.0


class Sort(StrEnum):
    """What an act touches: the infusion's clock, the sound, or the last act on the sound."""

    INFUSION = "infusion"
    SOUND = "sound"
    UNDO = "undo"


class Takes(StrEnum):
    """What an act may be given."""

    NOTHING = ""
    DECIBELS = "DB"
    SECONDS = "[SECONDS]"


@dataclass(frozen=True, slots=True)
class Act:
    """One act: `label` is for a key bar, `does` and `undone` are for help, palette and status row."""

    name: str
    key: str
    label: str
    does: str
    undone: str
    sort: Sort
    takes: Takes = Takes.NOTHING


@dataclass(frozen=True, slots=True)
class Order:
    """An act with its argument, checked; `value` is decibels or seconds."""

    act: Act
    value: float | None = None

    @property
    def argument(self) -> str | None:
        """The argument as the record keeps it."""
        return None if self.value is None else f"{self.value:g}"


ACTS: tuple[Act, ...] = (
    Act(
        "infusion-start",
        "b",
        _("Begin infusion"),
        _("Sets infusion minute 0 and times the rest to it."),
        _("cannot be undone; pause or stop the infusion instead"),
        Sort.INFUSION,
    ),
    Act(
        "infusion-pause",
        "i",
        _("Pause infusion"),
        _("Logs that the infusion pauses; what is left is delayed."),
        _("infusion-resume goes on with it"),
        Sort.INFUSION,
    ),
    Act(
        "infusion-resume",
        "c",
        _("Continue infusion"),
        _("Logs that the infusion goes on and times the rest to it."),
        _("infusion-pause pauses again"),
        Sort.INFUSION,
    ),
    Act(
        "infusion-stop",
        "x",
        _("Stop infusion"),
        _("Logs that the infusion has ended and brings the calm forward."),
        _("cannot be undone; a stopped infusion is not begun again"),
        Sort.INFUSION,
    ),
    Act(
        "next",
        "n",
        _("Next"),
        _("Goes on to the next cue of the plan, or back to the plan from rescue or silence."),
        _("undo brings back what played"),
        Sort.SOUND,
    ),
    Act(
        "duck",
        "d",
        _("Duck −12"),
        _("Lowers the music by 12 dB over 3 s; again restores it."),
        _("duck again, or undo"),
        Sort.SOUND,
    ),
    Act(
        "rescue",
        "g",
        _("Grounding"),
        _("Fades to the grounding music within 15 s; it stays until next."),
        _("next or undo returns to the plan"),
        Sort.SOUND,
    ),
    Act(
        "silence",
        "s",
        _("Silence"),
        _("Fades to silence; it stays until next."),
        _("next or undo returns to the plan"),
        Sort.SOUND,
    ),
    Act(
        "volume",
        "v",
        _("Volume"),
        _("Sets the level relative to the plan, 0 dB or less."),
        _("undo brings back the level before"),
        Sort.SOUND,
        Takes.DECIBELS,
    ),
    Act(
        "fade-out",
        "space",
        _("FADE OUT"),
        _("Fades everything out, then the music ends."),
        _("undo, while it still fades"),
        Sort.SOUND,
        Takes.SECONDS,
    ),
    Act("undo", "u", _("Undo"), _("Takes back the last act on the sound."), _("do the act again"), Sort.UNDO),
)

BY_NAME = {act.name: act for act in ACTS}

MARK_KEYS = {
    "onset": "o",
    "peak": "p",
    "return": "r",
    "distress": "e",
    "voice": "w",
    "interruption": "k",
    "note": "t",
}
"""The default key of each mark; with `ACTS` every key of the live session stands here."""


def order(name: str, argument: str | None = None) -> Order:
    """Read an act as it was typed; raise UsageError for what is wrong in itself."""
    act = BY_NAME.get(name)
    if act is None:
        close = nearest(name, BY_NAME)
        raise UsageError(
            _("There is no act called {name!r}.").format(name=name)
            + (" " + _("Did you mean {close!r}?").format(close=close) if close else "")
        )
    if act.takes is Takes.NOTHING:
        if argument is not None:
            raise UsageError(_("{act} takes no argument.").format(act=name))
        return Order(act)
    if argument is None:
        if act.takes is Takes.DECIBELS:
            raise UsageError(_("volume needs decibels relative to the plan, 0 or less, like -6."))
        return Order(act, FADE_OUT_S)
    return Order(act, _decibels(argument) if act.takes is Takes.DECIBELS else _seconds(argument))


def _decibels(text: str) -> float:
    value = _number(text)
    if value is None or not QUIETEST_DB <= value <= 0:
        raise UsageError(
            _("volume takes decibels relative to the plan from {low:g} to 0; {text!r} is not one of them.").format(
                low=QUIETEST_DB, text=text
            )
        )
    return value + 0.0  # -0 becomes 0


def _seconds(text: str) -> float:
    value = _number(text)
    if value is None or not SHORTEST_FADE_S <= value <= LONGEST_FADE_S:
        raise UsageError(
            _("fade-out takes {low:g} to {high:g} seconds; {text!r} is not one of them.").format(
                low=SHORTEST_FADE_S, high=LONGEST_FADE_S, text=text
            )
        )
    return value


def _number(text: str) -> float | None:
    try:
        value = float(text.replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
