"""An act as it is asked for: its name and argument, read as they were typed; what is wrong in itself is refused."""

from dataclasses import dataclass

from setsetting.errors import UsageError, guess
from setsetting.session.acts import BY_NAME, Act, Takes
from setsetting.units import Decibels
from setsetting.words.numbers import number_typed
from setsetting.words.translate import _

FADE_OUT_S = 10.0
QUIETEST_DB = Decibels(-60.0)
SHORTEST_FADE_S = 0.5
LONGEST_FADE_S = 600.0


@dataclass(frozen=True, slots=True)
class Order:
    """An act with its argument, checked; `value` is decibels or seconds, `name` a prompt's or an output's."""

    act: Act
    value: float | None = None
    name: str | None = None

    @property
    def argument(self) -> str | None:
        """The argument as the record keeps it."""
        if self.name is not None:
            return self.name if self.value is None else f"{self.name} {self.value:g}"
        return None if self.value is None else f"{self.value:g}"


def order(name: str, argument: str | None = None) -> Order:
    """Read an act as it was typed; raise UsageError for what is wrong in itself."""
    act = BY_NAME.get(name)
    if act is None:
        raise UsageError(_("There is no act called {name!r}.").format(name=name) + guess(name, BY_NAME))
    if act.takes is Takes.NOTHING:
        if argument is not None:
            raise UsageError(_("{act} takes no argument.").format(act=name))
        return Order(act)
    if act.takes is Takes.PROMPT:
        if argument is None:
            raise UsageError(_("{act} needs the name of a prompt in the clinic's folder `voice`.").format(act=name))
        return Order(act, name=argument)
    if act.takes is Takes.OUTPUT_DECIBELS:
        output, _blank, db = (argument or "").strip().rpartition(" ")
        if not output:
            raise UsageError(_("output-volume needs an output and decibels, like 'Headphones -6'."))
        words = _("output-volume takes decibels from {low:g} to 0 after the output; {text!r} is not one of them.")
        return Order(act, _within(db, QUIETEST_DB, 0.0, words), output.strip())
    if act.takes is Takes.DECIBELS:
        if argument is None:
            raise UsageError(_("volume needs decibels relative to the plan, 0 or less, like -6."))
        words = _("volume takes decibels relative to the plan from {low:g} to 0; {text!r} is not one of them.")
        return Order(act, _within(argument, QUIETEST_DB, 0.0, words))
    if argument is None:
        return Order(act, FADE_OUT_S)
    words = _("fade-out takes {low:g} to {high:g} seconds; {text!r} is not one of them.")
    return Order(act, _within(argument, SHORTEST_FADE_S, LONGEST_FADE_S, words))


def _within(text: str, low: float, high: float, words: str) -> float:
    """The number that was typed, in its range; `words` refuse what is not."""
    value = number_typed(text)
    if not low <= value <= high:
        raise UsageError(words.format(low=low, high=high, text=text))
    return value + 0.0  # -0 becomes 0
