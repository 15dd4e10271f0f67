"""Entering a session from paper: when the infusion began, how long it ran, and in which room."""

from typing import TYPE_CHECKING

from setsetting.tui.dialogs import TextDialog
from setsetting.tui.screens.planning import minutes_typed
from setsetting.tui.screens.start import room_asked
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.record.rows import SessionRow
    from setsetting.tui.task_screen import TaskScreen


async def enter_from_paper(screen: "TaskScreen", clinic: "Clinic", code: str) -> "SessionRow | None":
    """Ask and enter it; None where a question was not answered."""
    from setsetting.desk import closing

    hint = _("a day and a time, like 2026-11-24 10:30")
    began = _("{code}, from paper: when did the infusion begin?").format(code=code)
    started = await screen.ask(TextDialog(began, hint=hint))
    if started is not None:
        started = await screen.meant_time(started, clinic.settings.zone, code)
    if started is None:
        return None
    ran = _("{code}, from paper: how many minutes did it run?").format(code=code)
    minutes = await screen.ask(TextDialog(ran))
    room = None if minutes is None else await room_asked(screen, clinic, code)
    if minutes is None or room is None:
        return None
    return closing.add(clinic, code, started, minutes_typed(minutes), None, room=room)
