"""Rules that a person loosens for tonight only; each stands in the soundscape and applies to every phase.

Loosening never tightens: a value stricter than the playlist's own changes nothing. Vetoes, what was
heard before and lyrics in a known language cannot be loosened.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from setsetting.errors import UsageError, guess
from setsetting.words.translate import _

N = TypeVar("N", bound=float)

_WHOLE = {"artist_max_per_session": (1, 1000), "flex_s": (0, 1800)}
_NUMBERS = {"startle_max_lu": (0.0, 60.0), "energy_step_max": (0.0, 9.0)}
_SWITCHES = ("lyrics_unknown", "bpm_unknown", "beds")
RULES = (*_WHOLE, *_NUMBERS, *_SWITCHES)


@dataclass(frozen=True, slots=True)
class Loosening:
    """What is loosened, as written: (rule, value) in the order of `RULES`."""

    written: tuple[tuple[str, str], ...] = ()

    def at_least(self, rule: str, own: N) -> N:
        """The larger of the playlist's own limit and the loosened one."""
        value = dict(self.written).get(rule)
        return own if value is None else max(own, type(own)(float(value)))

    def _allows(self, rule: str) -> bool:
        return (rule, "allow") in self.written

    @property
    def lyrics_unknown(self) -> bool:
        return self._allows("lyrics_unknown")

    @property
    def bpm_unknown(self) -> bool:
        return self._allows("bpm_unknown")

    @property
    def beds(self) -> bool:
        return self._allows("beds")


NOTHING = Loosening()


def loosen(wanted: Mapping[str, str] | Iterable[tuple[str, str]]) -> Loosening:
    """Check what is asked for; raise UsageError for an unknown rule (nearest offered) or a bad value."""
    asked = dict(wanted)
    for rule, value in asked.items():
        _check(rule, value)
    return Loosening(tuple((rule, _canonical(rule, asked[rule].strip())) for rule in RULES if rule in asked))


def loosen_words(words: Iterable[str]) -> Loosening:
    """The same from words RULE=VALUE, as a command line gives them."""
    pairs: list[tuple[str, str]] = []
    for word in words:
        rule, equals, value = word.partition("=")
        if not equals:
            raise UsageError(_("{word!r}: expected RULE=VALUE, such as flex_s=240.").format(word=word))
        pairs.append((rule.strip(), value.strip()))
    return loosen(pairs)


def _canonical(rule: str, value: str) -> str:
    if rule in _WHOLE:
        return str(int(value))
    return f"{float(value):g}" if rule in _NUMBERS else value


def _check(rule: str, value: str) -> None:
    if rule in _SWITCHES:
        if value.strip() != "allow":
            raise UsageError(_("{rule}={value}: expected {rule}=allow.").format(rule=rule, value=value))
        return
    if rule in _WHOLE:
        low, high = _WHOLE[rule]
        if not (value.strip().isdecimal() and low <= int(value) <= high):
            raise UsageError(
                _("{rule}={value}: expected a whole number from {low} to {high}.").format(
                    rule=rule, value=value, low=low, high=high
                )
            )
        return
    if rule in _NUMBERS:
        bottom, top = _NUMBERS[rule]
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not bottom <= number <= top:
            raise UsageError(
                _("{rule}={value}: expected a number from {low:g} to {high:g}.").format(
                    rule=rule, value=value, low=bottom, high=top
                )
            )
        return
    sentence = _("There is no rule {rule!r} to loosen.").format(rule=rule)
    if rule.startswith("veto") or rule == "heard_before":
        sentence += " " + _("Vetoes and what was heard in the course are never loosened.")
    else:
        sentence += guess(rule, RULES) or " " + _("These can be: {rules}.").format(rules=", ".join(RULES))
    raise UsageError(sentence)
