"""Mending a mark, whatever screen it stands on: what was said, its minute, or that it was none."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from setsetting.tui.dialogs import TextDialog
from setsetting.tui.screens.planning import minutes_typed
from setsetting.views.session import worded_words
from setsetting.words.numbers import MINUS
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.tui.task_screen import TaskScreen


@dataclass(frozen=True, slots=True)
class Told:
    """A mark, or an act of the infusion: whose it is, and in which session it was told."""

    clinic: "Clinic"
    code: str
    session_id: str
    event_id: str


async def type_words(screen: "TaskScreen", told: Told, before: str) -> str:
    """Ask what was said at a mark and keep it; what became of it, nothing where nobody answered."""
    from setsetting.desk import minutes

    hint = _("kept with the mark; empty takes the words away")
    text = await screen.ask(TextDialog(_("{code}: what was said?").format(code=told.code), before, hint=hint))
    if text is None:
        return ""
    return worded_words(minutes.word_mark(told.clinic, told.session_id, told.event_id, text))


async def correct_minute(screen: "TaskScreen", told: Told, before: str) -> bool:
    """Ask at which minute something was, and why that is corrected; whether it was."""
    from setsetting.desk import minutes

    question = _("{code}: at which minute of the infusion was it?").format(code=told.code)
    text = await screen.ask(TextDialog(question, before.replace(MINUS, "-")))
    if text is None:
        return False
    minute = minutes_typed(text)
    minutes.refuse_minute(told.clinic, told.session_id, told.event_id, minute)
    reason = await why(screen, _("{code}: why is the minute corrected?").format(code=told.code))
    if reason is None:
        return False
    minutes.correct_minute(told.clinic, told.session_id, told.event_id, minute, reason)
    return True


async def withdraw(screen: "TaskScreen", told: Told, what: str) -> bool:
    """Ask why a mark was none; whether it was withdrawn."""
    from setsetting.desk import minutes

    reason = await why(screen, _('{code}: why is "{what}" withdrawn?').format(code=told.code, what=what))
    if reason is None:
        return False
    minutes.withdraw_mark(told.clinic, told.session_id, told.event_id, reason)
    return True


async def why(screen: "TaskScreen", question: str) -> str | None:
    """A reason, which stays in the record."""
    return await screen.ask(TextDialog(question, hint=_("The reason stays in the record.")))
