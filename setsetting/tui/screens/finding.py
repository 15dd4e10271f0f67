"""A note of a patient's sessions found by its words, which never leave the screen that asks."""

from typing import TYPE_CHECKING

from setsetting.errors import NotFound
from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.words.spelling import spelled
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.review.view import NoteLine
    from setsetting.tui.task_screen import TaskScreen


async def find_note(screen: "TaskScreen", clinic: "Clinic", code: str) -> str | None:
    """Ask for words and for one of the notes that hold them all; its session, None where nobody chooses."""
    from setsetting.desk import review
    from setsetting.views.review import note_words

    notes = review.patient_review(clinic, code).notes
    if not notes:
        raise NotFound(_("No note stands in this patient's sessions."))

    def holding(typed: str) -> "list[NoteLine]":
        wanted = spelled(typed).split()
        found = [note for note in notes if all(word in spelled(note.text) for word in wanted)]
        if not found:
            raise NotFound(_("No note holds these words."))
        return found

    typed = await screen.ask(TextDialog(_("{code}: words of a note").format(code=code), check=holding))
    if typed is None:
        return None
    found = holding(typed)
    choices = [(note_words(note), "") for note in found]
    at = await screen.ask(ChoiceDialog(_("{code}: which note?").format(code=code), choices))
    return None if at is None else found[at].session_id
