"""The reason that no correction goes without."""

from setsetting.errors import UsageError
from setsetting.words.translate import _


def reason_given(text: str) -> str:
    """A reason without the blanks around it; raises UsageError for none."""
    if not (reason := text.strip()):
        raise UsageError(_("A correction needs a reason; nothing was recorded."))
    return reason
