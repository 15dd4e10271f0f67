"""On the way into a patient's session: the one that runs is joined; else room and output are asked, then all is looked at."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from setsetting.tui.dialogs import ChoiceDialog, ConfirmDialog
from setsetting.tui.screens.output import ELSEWHERE, ChosenSound, elsewhere_asked, output_asked
from setsetting.views.session import named_words
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.sessions import SessionRequest
    from setsetting.tui.task_screen import TaskScreen


async def go_into_session(screen: "TaskScreen", clinic: "Clinic", code: str, *, or_another_s: bool = False) -> None:
    """Join a patient's session that runs, whoever began it, else go on to the plan; without one ask what will be heard.

    With `or_another_s` the session of another patient is joined before that.
    """
    from setsetting.desk import attending, plans

    runs = await asyncio.to_thread(attending.running, clinic)
    if code in runs:
        screen.navigator.attach(runs[code])
    elif plans.has(clinic, code):
        await _start(screen, clinic, None, code)
    elif runs and or_another_s:
        screen.navigator.attach()
    else:
        await _without_a_plan(screen, clinic, code)


async def _without_a_plan(screen: "TaskScreen", clinic: "Clinic", code: str) -> None:
    """Build a soundscape, or go on with music from elsewhere."""
    from setsetting.desk.sessions import SessionRequest

    question = _("{code} has no plan and no session that runs. What will be heard?").format(code=code)
    at = await screen.ask(ChoiceDialog(question, [(_("build a soundscape"), _("as m does")), ELSEWHERE]))
    if at == 0:
        screen.navigator.open_build(code)
    elif at == 1 and (room := await _where_asked(screen, clinic, code)) is not None:
        _look_before(screen, clinic, await elsewhere_asked(screen, code), SessionRequest(None, code, room=room))


async def start_session(screen: "TaskScreen", clinic: "Clinic", file: Path | None, code: str) -> None:
    """Join the patient's session that runs, else go on to the start of a soundscape, of the plan where `file` is None."""
    from setsetting.desk import attending

    runs = await asyncio.to_thread(attending.running, clinic)
    if code in runs:
        screen.navigator.attach(runs[code])
    else:
        await _start(screen, clinic, file, code)


async def _start(screen: "TaskScreen", clinic: "Clinic", file: Path | None, code: str) -> None:
    """Ask for the room and the output, and open the preflight, from which the session starts."""
    from setsetting.desk.sessions import SessionRequest

    room = await _where_asked(screen, clinic, code)
    if room is not None:
        _look_before(
            screen, clinic, await output_asked(screen, clinic, code, room), SessionRequest(file, code, room=room)
        )


async def _where_asked(screen: "TaskScreen", clinic: "Clinic", code: str) -> str | None:
    """The room of a session that may begin; None where it may not, or none is chosen."""
    return await room_asked(screen, clinic, code) if await _all_closed(screen, clinic) else None


def _look_before(screen: "TaskScreen", clinic: "Clinic", chosen: ChosenSound | None, asked: "SessionRequest") -> None:
    """Open the preflight of a session that sounds as it was chosen."""
    from setsetting.tui.screens.preflight import PreflightScreen

    if chosen is not None:
        screen.app.push_screen(PreflightScreen(clinic, chosen.asked_of(asked, asked.file)))


async def _all_closed(screen: "TaskScreen", clinic: "Clinic") -> bool:
    """Whether no session that is over waits to be closed, or another is started all the same."""
    from setsetting.desk import attending

    waiting = [held for held in await asyncio.to_thread(attending.left_open, clinic) if not held.rehearsal]
    if not waiting:
        return True
    named = ", ".join(map(named_words, attending.codes(clinic, waiting), waiting))
    question = _("Not closed yet: {sessions}. Start another all the same?").format(sessions=named)
    words = _("What was otherwise is best said now. Nothing is lost: z on Today closes it.")
    return await screen.ask(ConfirmDialog(question, words, yes=_("start all the same"), no=_("close first")))


async def room_asked(screen: "TaskScreen", clinic: "Clinic", code: str) -> str | None:
    """The room, asked for where the clinic has several."""
    rooms = clinic.settings.rooms
    if len(rooms) == 1:
        return rooms[0]
    question = _("{code}: in which room?").format(code=code)
    at = await screen.ask(ChoiceDialog(question, [(name, "") for name in rooms]))
    return None if at is None else rooms[at]
