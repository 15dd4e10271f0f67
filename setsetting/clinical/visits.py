"""Visits of a course besides what an infusion's session logs: which kinds there are, and the short form of an integration.

The form is this project's own, no instrument: three lines in the patient's words, and whether psychotherapy went on
beside the course, the one factor that went with another outcome in Earleywine et al. (Journal of Psychopharmacology).
What was not asked is absent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from setsetting.clinical.free_text import note_given
from setsetting.errors import UsageError, no_such
from setsetting.words.translate import _


class VisitKind(StrEnum):
    """An infusion beyond the course is called a booster; it is an infusion all the same."""

    PREPARATION = "preparation"
    INFUSION = "infusion"
    INTEGRATION = "integration"


KIND_WORDS = {
    VisitKind.PREPARATION: _("preparation"),
    VisitKind.INFUSION: _("infusion"),
    VisitKind.INTEGRATION: _("integration"),
}
WITHOUT_SESSION = (VisitKind.PREPARATION, VisitKind.INTEGRATION)
"""What is held without the program's music: that it was held is said."""


@dataclass(frozen=True, slots=True)
class IntegrationLine:
    """One line of the short form."""

    name: str
    label: str
    asks: str


LINES = (
    IntegrationLine("stays", _("Stays"), _("What of the last infusion stays with you?")),
    IntegrationLine("hard", _("Hard"), _("What was hard?")),
    IntegrationLine("step", _("Next step"), _("What will you do with it until we meet again?")),
)
THERAPY = IntegrationLine(
    "psychotherapy", _("Psychotherapy"), _("Psychotherapy beside this course since the last visit?")
)
YES_NO = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Reflection:
    """What was said in an integration visit: lines by name, and of psychotherapy yes, no or None for not asked."""

    words: Mapping[str, str]
    psychotherapy: str | None = None


def kind_named(name: str, allowed: tuple[VisitKind, ...] = tuple(VisitKind)) -> VisitKind:
    """The kind of that name; UsageError with the nearest when there is none."""
    if name not in allowed:
        raise UsageError(no_such(_("kind of visit"), name, [str(each) for each in allowed]))
    return VisitKind(name)


def line_words(text: str | None) -> str | None:
    """A line of the form as it was typed; None where it was not asked."""
    words = note_given(text)
    return None if words in {None, "-", "not asked"} else words


def yes_or_no(text: str | bool | None) -> str | None:
    """Yes or no as somebody answers it; None where it was not asked."""
    said = {True: "yes", False: "no"}.get(text) if isinstance(text, bool) else (text or "").strip().casefold()
    if said in {"", "-", "not asked"}:
        return None
    if said not in YES_NO:
        raise UsageError(_("{label} is yes or no, or left out when not asked.").format(label=THERAPY.label))
    return said


def visit_called(kind: VisitKind, number: int | None, of: int) -> str:
    """What people call a visit of a course: "infusion 3 of 6", "booster, infusion 7"."""
    if kind is not VisitKind.INFUSION or number is None:
        return KIND_WORDS[kind]
    return (_("booster, infusion {n}") if number > of else _("infusion {n} of {of}")).format(n=number, of=of)
