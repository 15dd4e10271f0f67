"""Handing the screen to the patient: what would be refused is said before, and a word is chosen that takes it back."""

from typing import TYPE_CHECKING

from setsetting.clinical import pcl5
from setsetting.clinical.form import Recall
from setsetting.errors import Refused, UsageError
from setsetting.tui.dialogs import TextDialog
from setsetting.tui.screens.self_entry import HandedBack, SelfScreen
from setsetting.tui.task_screen import TaskScreen
from setsetting.words.spelling import spelled
from setsetting.words.translate import _

if TYPE_CHECKING:
    from textual.app import App

    from setsetting.desk.clinic import Clinic
    from setsetting.desk.drafts import BegunForm


async def hand_over(app: "App[int]", clinic: "Clinic", code: str, recall: Recall | None = None) -> HandedBack | None:
    """Ask for the word, hand over, and answer what came of it; None where nothing was handed over.

    Without a recall the form that is due is asked, else the past-week one.
    """
    from setsetting.desk import forms

    if any(screen.is_busy for screen in app.screen_stack if isinstance(screen, TaskScreen)):
        raise Refused(_("Something is still under way; hand the screen over when it is done."))
    due = forms.due(clinic, code)
    left = _left(clinic, code, recall or (due[0].recall if due else Recall.WEEK))
    forms.expect(clinic, code, left.recall, left.taken)
    asked = _(
        "{code}, {recall}: which word takes the screen back? The patient is not to know it. Were it forgotten, closing"
        " the window keeps what was answered"
    )
    question = asked.format(code=code, recall=pcl5.recall_words(left.recall))
    word = await app.push_screen_wait(TextDialog(question, check=_refuse_blank))
    if word is None:
        return None
    handed: HandedBack = await app.push_screen_wait(SelfScreen(clinic, left, code, word))
    return handed


def _left(clinic: "Clinic", code: str, recall: Recall) -> "BegunForm":
    """What this patient left of the same form today, else one without answers, filled now."""
    from setsetting.desk import drafts

    now = drafts.now_typed(clinic)
    begun = drafts.begun(clinic, code)
    same = begun is not None and begun.by_patient and begun.recall is recall and begun.taken[:10] == now[:10]
    if begun is not None and same:
        return begun
    return drafts.BegunForm((None,) * pcl5.ITEM_COUNT, recall, now, by_patient=True)


def _refuse_blank(word: str) -> None:
    if not spelled(word):
        raise UsageError(_("A word that can be seen is needed."))
