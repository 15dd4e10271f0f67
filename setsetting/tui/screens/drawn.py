"""What is drawn by lot for a patient's infusion, from any screen: shown, and said where it was done otherwise."""

from typing import TYPE_CHECKING

from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.tui.task_screen import TaskScreen


async def show_draw(screen: "TaskScreen", clinic: "Clinic", code: str) -> None:
    """Show the draw of the patient's next infusion, on its day; asks why where it was done otherwise."""
    from setsetting.desk import draws
    from setsetting.views.alternation import deviated_words, draw_in_words

    draw = draws.due(clinic, code)
    otherwise = (_("it was done otherwise"), _("asks why; in the estimate it counts as drawn"))
    if await screen.ask(ChoiceDialog(draw_in_words(draw), (otherwise,))) is not None:
        reason = await screen.ask(TextDialog(_("Why was it done otherwise? The reason stays in the record")))
        if reason:
            screen.say(deviated_words(draws.deviate(clinic, code, reason)))
