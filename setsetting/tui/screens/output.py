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
TWO = (_("two at once"), _("in step, such as headphones and the room; they are asked next"))
REHEARSAL = (_("rehearsal"), _("heard on an output that is asked next, and none of the infusions"))


async def output_asked(screen: "TaskScreen", code: str, room: str) -> tuple[tuple[str, ...], bool | None] | None:
    """The outputs, and whether it is a rehearsal where that is said; None where nothing is chosen.

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
        outputs, rehearsal = [*real(devices), *_two(devices)], True
        at = await screen.ask(ChoiceDialog(question.format(code=code, room=room), outputs))
    if at is None:
        return None
    if outputs[at] != TWO:
        return (outputs[at][0],), rehearsal
    two = await _two_asked(screen, code, devices)
    return None if two is None else (two, rehearsal)


async def _two_asked(screen: "TaskScreen", code: str, devices: Sequence[str]) -> tuple[str, ...] | None:
    chosen: list[str] = []
    for question in (_("{code}: the first of two outputs?"), _("{code}: the second?")):
        left = [name for name in devices if name not in chosen]
        at = await screen.ask(ChoiceDialog(question.format(code=code), [(name, "") for name in left]))
        if at is None:
            return None
        chosen.append(left[at])
    return tuple(chosen)


def offered(devices: Sequence[str]) -> list[tuple[str, str]]:
    """What a person may choose from: the real outputs, then silence, a rehearsal that is heard, and two at once."""
    return [*real(devices), NULL, REHEARSAL, *_two(devices)] if devices else [NULL]


def _two(devices: Sequence[str]) -> list[tuple[str, str]]:
    return [TWO] if len(devices) > 1 else []


def real(devices: Sequence[str]) -> list[tuple[str, str]]:
    """The system's own choice and every device by name."""
    return [AUTO, *((name, _("this device and no other")) for name in devices)]
