"""What a patient and the clinic agreed before an infusion: touch, voice and the stop signal, each in words or not asked.

Nobody asked is not "no": an agreement that is absent was not asked, and no default stands in its place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from setsetting.clinical.free_text import line_given
from setsetting.words.translate import _

NOT_SAID = frozenset({"", "-", "not asked"})
"""How somebody writes that a thing was not asked."""


class Agreement(StrEnum):
    """What is agreed about."""

    TOUCH = "touch"
    VOICE = "voice"
    STOP = "stop"


LABELS = {Agreement.TOUCH: _("Touch"), Agreement.VOICE: _("Voice"), Agreement.STOP: _("Stop signal")}
ASKS = {
    Agreement.TOUCH: _("What touch is welcome, if any, and how is it asked for?"),
    Agreement.VOICE: _("When may we speak, and how?"),
    Agreement.STOP: _("What sign says stop?"),
}
_IN_LINE = (Agreement.TOUCH, Agreement.STOP, Agreement.VOICE)
"""In their order where one line has to do: what comes last may be cut."""
_ALWAYS_TOLD = (Agreement.TOUCH, Agreement.STOP)


@dataclass(frozen=True, slots=True)
class Agreements:
    """Each as it was agreed, in words; None was not asked."""

    touch: str | None = None
    voice: str | None = None
    stop: str | None = None

    @property
    def said(self) -> dict[Agreement, str | None]:
        """All three, in their order."""
        return {each: getattr(self, each) for each in Agreement}

    def with_said(self, said: Mapping[Agreement, str | None]) -> "Agreements":
        """These with others in their place; what is not named stays."""
        return Agreements(**{str(each): words for each, words in {**self.said, **said}.items()})


def agreed_words(text: str) -> str | None:
    """What was typed of one agreement, on one line; None where it was not asked. Raises UsageError for what is no text."""
    words = line_given(text)
    return None if words is None or words.casefold() in NOT_SAID else words


def short_line(agreements: Agreements) -> str:
    """All on one line for a glance: touch and the stop signal always, the voice where something was agreed."""
    said = agreements.said
    told = [each for each in _IN_LINE if said[each] is not None or each in _ALWAYS_TOLD]
    return ", ".join(f"{_(str(each))}: {said[each] or _('not asked')}" for each in told)
