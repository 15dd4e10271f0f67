"""Free text that somebody types, a reason or a note: one rule at every door, whether typed, heard or read from a file.

It has a longest length, and nothing in it moves a cursor or is no text. A reason stands on one line beside what it
corrects; a note keeps its lines. What is refused is never repeated: it may hold a patient's words.
"""

import re
import unicodedata

from setsetting.errors import UsageError
from setsetting.words.plain import one_line
from setsetting.words.translate import _

LONGEST = 4_000
NO_REASON = _("A correction needs a reason; nothing was recorded.")
LONGEST_LINE = 80
_NO_TEXT = {"Cc", "Cs"}
_BLANKS = re.compile(r"[^\S\n]+")


def reason_given(text: str) -> str:
    """A reason on one line, without the blanks around it; raises UsageError for none, and for what is no text."""
    if not (reason := one_line(_checked(text, _("reason"))).strip()):
        raise UsageError(NO_REASON)
    return reason


def line_given(text: str | None, most: int = LONGEST_LINE) -> str | None:
    """Words that have to fit on one line of a screen; None for none. Raises UsageError for more, and for what is no text."""
    words = one_line(_checked(text or "", _("line"))).strip()
    if len(words) > most:
        raise UsageError(
            _("A line of {n} characters is too long to be read at a glance; {most} fit. Nothing was recorded.").format(
                n=len(words), most=most
            )
        )
    return words or None


def note_given(text: str | None) -> str | None:
    """A note with its lines, without the blanks around it; None for none. Raises UsageError for what is no text."""
    return _checked(text or "", _("note")).strip() or None


def _checked(text: str, what: str) -> str:
    kept = _BLANKS.sub(" ", "\n".join(text.splitlines()))
    if len(kept) > LONGEST:
        raise UsageError(
            _("The {what} is longer than {most:,} characters; nothing was recorded.").format(what=what, most=LONGEST)
        )
    if any(sign != "\n" and unicodedata.category(sign) in _NO_TEXT for sign in kept):
        raise UsageError(
            _("The {what} holds control signs, which are no text; nothing was recorded.").format(what=what)
        )
    return kept
