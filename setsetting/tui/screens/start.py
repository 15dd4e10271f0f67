"""Starting a session with a patient's plan: which room, which output, and then the music begins.

Nothing is chosen for the person and nothing is remembered: rooms are asked where the clinic has more
than one, the outputs always. The devices are asked for in the background; that takes a moment.
"""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from setsetting.errors import NotFound
from setsetting.tui.dialogs import ChoiceDialog
from setsetting.words.translate import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from setsetting.desk.clinic import Clinic
    from setsetting.tui.task_screen import TaskScreen

AUTO = ("auto", _("the machine's own output, as it is when the music begins"))
NULL = ("null", _("a rehearsal: silent, paced by the clock, and none of the infusions"))
REHEARSAL = (_("rehearsal"), _("heard on an output that is asked next, and none of the infusions"))


async def go_into_session(screen: "TaskScreen", clinic: "Clinic", code: str, *, or_another_s: bool = False) -> None:
    """Join a patient's session that runs, whoever began it, else start the patient's plan; refuses where there is neither.

    With `or_another_s` the session of another patient is joined rather than refused.
    """
    from setsetting.desk import attending, plans

    runs = await asyncio.to_thread(attending.running, clinic)
    if code in runs:
        screen.navigator.attach(runs[code])
    elif plans.has(clinic, code):
        await start_session(screen, clinic, None, code)
    elif runs and or_another_s:
        screen.navigator.attach()
    else:
        raise NotFound(_("{code} has no plan and no session that runs; m builds a soundscape.").format(code=code))


async def start_session(screen: "TaskScreen", clinic: "Clinic", file: Path | None, code: str) -> None:
    """Ask for the room and the output, start the session and open its live screen."""
    from setsetting.desk import attending, sessions

    room = await room_asked(screen, clinic, code)
    if room is None:
        return
    screen.say(_("Looking for sound devices."))
    devices = await asyncio.to_thread(attending.outputs)
    screen.say(_("The soundscape is ready; nothing plays yet."))
    question = _("{code} in {room}: where does it sound? The music begins at once.").format(code=code, room=room)
    if not devices:
        question += " " + _("No sound device was found on this machine.")
    outputs, rehearsal = offered(devices), None
    at = await screen.ask(ChoiceDialog(question, outputs))
    if at is not None and outputs[at] == REHEARSAL:
        question = _("{code} in {room}, a rehearsal: where does it sound? It begins at once.")
        outputs, rehearsal = real(devices), True
        at = await screen.ask(ChoiceDialog(question.format(code=code, room=room), outputs))
    if at is None:
        return
    screen.say(_("The session is starting."))
    asked = sessions.SessionRequest(file, code, output=outputs[at][0], room=room, rehearsal=rehearsal)

    def begin() -> str:
        started = sessions.start(clinic, asked, say=screen.say_from_thread)
        started.live.detach()  # the live screen takes it over in its own thread
        return started.session_id

    screen.navigator.attach(await asyncio.to_thread(begin))


async def room_asked(screen: "TaskScreen", clinic: "Clinic", code: str) -> str | None:
    """The room, asked for where the clinic has several."""
    rooms = clinic.settings.rooms
    if len(rooms) == 1:
        return rooms[0]
    question = _("{code}: in which room?").format(code=code)
    at = await screen.ask(ChoiceDialog(question, [(name, "") for name in rooms]))
    return None if at is None else rooms[at]


def offered(devices: "Sequence[str]") -> list[tuple[str, str]]:
    """What a person may choose from: the real outputs, then silence, and a rehearsal that is heard."""
    return [*real(devices), NULL, REHEARSAL] if devices else [NULL]


def real(devices: "Sequence[str]") -> list[tuple[str, str]]:
    """The system's own choice and every device by name."""
    return [AUTO, *((name, _("this device and no other")) for name in devices)]
