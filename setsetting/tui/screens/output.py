"""Asking where a session sounds: nothing is chosen for the person, and nothing is remembered."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from setsetting.tui.dialogs import ChoiceDialog
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.tui.task_screen import TaskScreen

AUTO = ("auto", _("the machine's own output, as it is when the music begins"))
NULL = ("null", _("a rehearsal: silent, paced by the clock, and none of the infusions"))
REHEARSAL = (_("rehearsal"), _("heard on an output that is asked next, and none of the infusions"))


async def output_asked(screen: "TaskScreen", code: str, room: str) -> tuple[str, bool | None] | None:
    """The output, and whether it is a rehearsal where that is said; None where nothing is chosen.

    The devices are asked for in the background; that takes a moment.
    """
    from setsetting.desk import attending

    screen.say(_("Looking for sound devices."))
    devices = await asyncio.to_thread(attending.outputs)
    screen.say(_("Nothing plays yet."))
    question = _("{code} in {room}: where does it sound? Nothing begins yet.").format(code=code, room=room)
    if not devices:
        question += " " + _("No sound device was found on this machine.")
    outputs, rehearsal = offered(devices), None
    at = await screen.ask(ChoiceDialog(question, outputs))
    if at is not None and outputs[at] == REHEARSAL:
        question = _("{code} in {room}, a rehearsal: where does it sound? Nothing begins yet.")
        outputs, rehearsal = real(devices), True
        at = await screen.ask(ChoiceDialog(question.format(code=code, room=room), outputs))
    return None if at is None else (outputs[at][0], rehearsal)


def offered(devices: Sequence[str]) -> list[tuple[str, str]]:
    """What a person may choose from: the real outputs, then silence, and a rehearsal that is heard."""
    return [*real(devices), NULL, REHEARSAL] if devices else [NULL]


def real(devices: Sequence[str]) -> list[tuple[str, str]]:
    """The system's own choice and every device by name."""
    return [AUTO, *((name, _("this device and no other")) for name in devices)]
