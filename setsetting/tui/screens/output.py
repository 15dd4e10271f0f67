"""Asking where a session sounds: nothing is chosen for the person, and nothing is remembered.

What the room calls an output stands first, with the sound device it means.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from setsetting.errors import NotFound
from setsetting.tui.dialogs import ChoiceDialog, TextDialog, WaitDialog
from setsetting.tui.screens.planning import infusion_minutes_typed
from setsetting.units import Minutes
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.sessions import SessionRequest
    from setsetting.tui.task_screen import TaskScreen

AUTO = ("auto", _("the machine's own output, as it is when the music begins"))
NULL = ("null", _("a rehearsal: silent, paced by the clock, and none of the infusions"))
TWO = (_("two at once"), _("in step, such as headphones and the room; they are asked next"))
ELSEWHERE = (_("music from elsewhere"), _("such as the patient's own device; clock, marks, setting and close are kept"))
REHEARSAL = (_("rehearsal"), _("heard on an output that is asked next, and none of the infusions"))


@dataclass(frozen=True, slots=True)
class ChosenSound:
    """Where it sounds, and whether it is a rehearsal where that is said; `minutes` of the infusion where it is elsewhere."""

    outputs: tuple[str, ...]
    rehearsal: bool | None = None
    minutes: Minutes | None = None

    def asked_of(self, asked: "SessionRequest", file: Path | None) -> "SessionRequest":
        """The session that is asked for, sounding there; `file` is its soundscape, where it has one of its own."""
        (output, *also), plays = self.outputs, self.minutes is None
        asked = replace(asked, output=output, also=tuple(also), rehearsal=self.rehearsal, minutes=self.minutes)
        return replace(asked, file=file if plays else None)


async def output_asked(screen: "TaskScreen", clinic: "Clinic", code: str, room: str) -> ChosenSound | None:
    """Where it sounds; None where nothing is chosen. The devices are asked for in the background; that takes a moment."""
    from setsetting.desk import attending, rooms

    named = {name: each.device for name, each in rooms.profile(clinic, room).outputs.items()}
    waiting = WaitDialog(_("Looking for sound devices. Nothing plays yet."))
    await screen.app.push_screen(waiting)
    try:
        devices = await asyncio.to_thread(attending.outputs)
    finally:
        waiting.dismiss(None)
    question = _("{code} in {room}: where does it sound? Nothing begins yet.").format(code=code, room=room)
    if not devices:
        question += " " + _("No sound device was found on this machine.")
    outputs, rehearsal = offered(devices, named), None
    at = await screen.ask(ChoiceDialog(question, outputs))
    if at is not None and outputs[at] == REHEARSAL:
        question = _("{code} in {room}, a rehearsal: where does it sound? Nothing begins yet.")
        outputs, rehearsal = [*_own(devices, named), *real(devices), *_two(devices)], True
        at = await screen.ask(ChoiceDialog(question.format(code=code, room=room), outputs))
    if at is None:
        return None
    if outputs[at] == ELSEWHERE:
        return await elsewhere_asked(screen, code)
    if outputs[at] != TWO:
        return ChosenSound((outputs[at][0],), rehearsal)
    there = {name: device for name, device in named.items() if device in devices}
    two = await _two_asked(screen, code, there | {name: name for name in devices})
    return None if two is None else ChosenSound(two, rehearsal)


async def device_asked(screen: "TaskScreen", clinic: "Clinic", question: str, *, without: str) -> str | None:
    """The sound device on which something is heard apart from a session, by what a room calls it or its own name.

    None where nothing is chosen; raises NotFound with `without` where there is none, and for one that is not there now.
    """
    from setsetting.desk import attending, rooms

    devices = await asyncio.to_thread(attending.outputs)
    if not devices:
        raise NotFound(without)
    named = rooms.every_output(clinic)
    choices = [*_own(devices, named), *real(devices)]
    at = await screen.ask(ChoiceDialog(question, choices))
    if at is None:
        return None
    device = named.get(choices[at][0], choices[at][0])
    if device not in (*devices, AUTO[0]):
        raise NotFound(
            _("The sound device {device} is not there now; connect it, or choose another.").format(device=device)
        )
    return device


async def elsewhere_asked(screen: "TaskScreen", code: str) -> ChosenSound | None:
    """Music from elsewhere, and how long the infusion is planned to last."""
    question = _("{code}: how many minutes is the infusion planned to last? Nothing begins yet.")
    typed = await screen.ask(TextDialog(question.format(code=code), check=infusion_minutes_typed))
    return None if typed is None else ChosenSound(("external",), minutes=infusion_minutes_typed(typed))


async def _two_asked(screen: "TaskScreen", code: str, there: Mapping[str, str]) -> tuple[str, ...] | None:
    """Two names out of those `there`, each with its device, that are not the same device."""
    chosen: list[str] = []
    for question in (_("{code}: the first of two outputs?"), _("{code}: the second?")):
        left = [name for name in there if there[name] not in [there[each] for each in chosen]]
        choices = [(name, "" if there[name] == name else there[name]) for name in left]
        at = await screen.ask(ChoiceDialog(question.format(code=code), choices))
        if at is None:
            return None
        chosen.append(left[at])
    return tuple(chosen)


def offered(devices: Sequence[str], named: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a person may choose from: the room's outputs, the real ones, silence, a rehearsal that is heard, two at
    once, and nothing of ours.

    `named` are the room's by their names, with the device that each means.
    """
    own = _own(devices, named)
    heard = [*own, *real(devices), NULL, REHEARSAL, *_two(devices)] if devices else [*own, NULL]
    return [*heard, ELSEWHERE]


def _own(devices: Sequence[str], named: Mapping[str, str]) -> list[tuple[str, str]]:
    missing = _("{device}, which is not there now")
    return [(name, device if device in devices else missing.format(device=device)) for name, device in named.items()]


def _two(devices: Sequence[str]) -> list[tuple[str, str]]:
    return [TWO] if len(devices) > 1 else []


def real(devices: Sequence[str]) -> list[tuple[str, str]]:
    """The system's own choice and every device by name."""
    return [AUTO, *((name, _("this device and no other")) for name in devices)]
