"""Marks: one-key observations of a session. They are what was seen, not what a model says.

Touch is three of them, so that what was offered and what came of it each have their minute.
"""

from enum import StrEnum

from setsetting.words.translate import _


class Mark(StrEnum):
    """The kinds of observation; onset, peak and return outrank the modelled phases."""

    ONSET = "onset"
    PEAK = "peak"
    RETURN = "return"
    DISTRESS = "distress"
    VOICE = "voice"
    TOUCH_OFFERED = "touch-offered"
    TOUCH_ACCEPTED = "touch-accepted"
    TOUCH_DECLINED = "touch-declined"
    INTERRUPTION = "interruption"
    CHECK = "check"
    FLAG = "flag"
    NOTE = "note"


def mark_words(name: str) -> str:
    """The mark as a reader of the log sees it; one of a newer program by its name."""
    words = {
        Mark.ONSET: _("onset observed"),
        Mark.PEAK: _("peak observed"),
        Mark.RETURN: _("return observed"),
        Mark.DISTRESS: _("distress"),
        Mark.VOICE: _("patient spoke"),
        Mark.TOUCH_OFFERED: _("touch offered"),
        Mark.TOUCH_ACCEPTED: _("touch accepted"),
        Mark.TOUCH_DECLINED: _("touch declined"),
        Mark.INTERRUPTION: _("interruption"),
        Mark.CHECK: _("check done"),
        Mark.FLAG: _("music flagged for later"),
        Mark.NOTE: _("note"),
    }
    return words[Mark(name)] if name in words else name


LABELS = {
    Mark.ONSET: _("Onset"),
    Mark.PEAK: _("Peak"),
    Mark.RETURN: _("Return"),
    Mark.DISTRESS: _("Distress"),
    Mark.VOICE: _("Spoke"),
    Mark.TOUCH_OFFERED: _("Touch offered"),
    Mark.TOUCH_ACCEPTED: _("Touch taken"),
    Mark.TOUCH_DECLINED: _("Touch refused"),
    Mark.INTERRUPTION: _("Broke in"),
    Mark.CHECK: _("Check done"),
    Mark.FLAG: _("Flag"),
    Mark.NOTE: _("Note"),
}
"""What a key bar calls each mark."""


TOUCHES = (Mark.TOUCH_OFFERED, Mark.TOUCH_ACCEPTED, Mark.TOUCH_DECLINED)
"""What may be marked of touch, in the order in which it happens."""


def flag_words(name: str) -> str:
    """What stands at a mark's minute over a chart; one of a newer program by its name."""
    return LABELS[Mark(name)].casefold() if name in LABELS else name
