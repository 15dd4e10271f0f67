"""What was corrected afterwards, as data and in words."""

from typing import TYPE_CHECKING, Any

from setsetting.review import words
from setsetting.words.numbers import utc_text
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.record.corrections import Correction
    from setsetting.review.session_page import PageCorrection

TAKEN_BACK = _("Taken back; what it corrected stands again.")


def as_data(correction: "Correction | PageCorrection") -> dict[str, Any]:
    """A correction that stands; `record undo` takes its event_id."""
    return {
        "event_id": correction.event_id,
        "kind": correction.kind,
        "corrects": correction.corrects,
        "reason": correction.reason,
        "at": utc_text(correction.at_utc_ms),
        "actor": correction.actor,
    }


def undone_words(correction: "Correction") -> str:
    return _("Taken back: {kind} {id}; what it corrected stands again.").format(
        kind=correction.kind, id=correction.event_id
    )


def made_words(said: str, event_id: str) -> str:
    """What was said of a correction, and how it is taken back."""
    undo = _("`setsetting record undo --event {id} --reason TEXT` takes it back.").format(id=event_id)
    return f"{said} {undo}"


def why_words(correction: "Correction") -> str:
    return words.corrected(correction.reason)
