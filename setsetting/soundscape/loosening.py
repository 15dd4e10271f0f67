"""Rules that a person loosens for tonight only; each stands in the soundscape and applies to every phase.

What can be loosened, and how far, is told by the table of rules. Loosening never tightens: a value
stricter than the playlist's own changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from setsetting.errors import UsageError, guess
from setsetting.soundscape.instance import Instance, InstanceProtocol, PhaseWindow
from setsetting.soundscape.playlist import Playlist
from setsetting.soundscape.rules import ALLOW, BY_NAME, LOOSENABLE, Limit
from setsetting.words.numbers import number_typed
from setsetting.words.translate import _

Limited = TypeVar("Limited", InstanceProtocol, PhaseWindow)


@dataclass(frozen=True, slots=True)
class Loosening:
    """What is loosened, as written: (rule, value) in the order of the table of rules."""

    written: tuple[tuple[str, str], ...] = ()

    def of(self, instance: Instance) -> Instance:
        """An instance with all that is loosened for tonight."""
        protocol = self.of_protocol(instance.protocol)
        phases = tuple(map(self.of_window, protocol.phases))
        return msgspec.structs.replace(instance, protocol=msgspec.structs.replace(protocol, phases=phases))

    def of_window(self, window: PhaseWindow) -> PhaseWindow:
        """A phase with what is loosened for tonight."""
        for name, value in self.written:
            rule, _limit = LOOSENABLE[name]
            if rule.lift is not None:
                window = rule.lift(window) if value == ALLOW else _at_least(window, name, value)
        return window

    def of_protocol(self, protocol: InstanceProtocol) -> InstanceProtocol:
        """A protocol with what is loosened for the session as a whole; its windows are as they were."""
        for name, value in self.written:
            if LOOSENABLE[name][0].lift_session is not None:
                protocol = _at_least(protocol, name, value)
        return protocol


def _at_least(limited: Limited, name: str, value: str) -> Limited:
    """The larger of the playlist's own limit and the loosened one."""
    own = getattr(limited, name)
    return msgspec.structs.replace(limited, **{name: max(own, type(own)(float(value)))})


NOTHING = Loosening()


def loosen(wanted: Mapping[str, str] | Iterable[tuple[str, str]]) -> Loosening:
    """Check what is asked for; raise UsageError for an unknown rule (nearest offered) or a bad value."""
    asked = dict(wanted)
    for name in asked:
        if name not in LOOSENABLE:
            raise UsageError(_not_loosenable(name))
    return Loosening(
        tuple((name, _canonical(limit, asked[name])) for name, (_rule, limit) in LOOSENABLE.items() if name in asked)
    )


def loosen_typed(name: str, value: str) -> Loosening:
    """One rule with a value as it is typed on a screen; UsageError calls it in words."""
    try:
        return loosen([(name, value)])
    except UsageError as error:
        rule, limit = LOOSENABLE[name]
        words = _("{rule}: {what} is expected, not {value!r}.")
        raise UsageError(words.format(rule=rule.words, what=_expected(limit, ALLOW), value=value)) from error


def loosen_words(words: Iterable[str]) -> Loosening:
    """The same from words RULE=VALUE, as a command line gives them."""
    pairs: list[tuple[str, str]] = []
    for word in words:
        rule, equals, value = word.partition("=")
        if not equals:
            raise UsageError(_("{word!r}: expected RULE=VALUE, such as flex_s=240.").format(word=word))
        pairs.append((rule.strip(), value.strip()))
    return loosen(pairs)


def loosened_words(written: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """What is loosened, a rule at a time in words; one of another program by its name."""
    return tuple(
        _("{rule}: {value}").format(
            rule=LOOSENABLE[name][0].words if name in LOOSENABLE else name,
            value=_("allowed") if value == ALLOW else value,
        )
        for name, value in written
    )


def strictest(playlist: Playlist, name: str) -> str:
    """What a playlist itself says of a rule by its loosenable name, at its strictest: where a person begins to loosen."""
    _rule, limit = LOOSENABLE[name]
    if limit.kind == "switch":
        return ALLOW
    return f"{min(getattr(one, name) for one in (playlist, *playlist.phases) if hasattr(one, name)):g}"


def _canonical(limit: Limit, value: str) -> str:
    """The one spelling of a value, or a sentence about what was expected."""
    text = value.strip()
    if limit.kind == "switch" and text == ALLOW:
        return text
    whole, number = limit.kind == "whole", number_typed(text)
    if limit.kind != "switch" and limit.lowest <= number <= limit.highest and (not whole or number.is_integer()):
        return str(int(number)) if whole else f"{number:g}"
    words = _("{rule}={value}: expected {what}.")
    raise UsageError(words.format(rule=limit.name, value=value, what=_expected(limit, f"{limit.name}={ALLOW}")))


def _expected(limit: Limit, allow: str) -> str:
    if limit.kind == "switch":
        return allow
    words = (
        _("a whole number from {low:g} to {high:g}")
        if limit.kind == "whole"
        else _("a number from {low:g} to {high:g}")
    )
    return words.format(low=limit.lowest, high=limit.highest)


def _not_loosenable(name: str) -> str:
    sentence = _("There is no rule {rule!r} to loosen.").format(rule=name)
    rule = BY_NAME.get(name)
    if rule is not None and rule.absolute:
        return sentence + " " + _("Absolute, and never loosened: {words}.").format(words=rule.words)
    if rule is not None and rule.limit is None:
        return sentence + " " + _("The playlist's own, and changed there: {words}.").format(words=rule.words)
    known = tuple(LOOSENABLE)
    return sentence + (guess(name, known) or " " + _("These can be: {rules}.").format(rules=", ".join(known)))
