"""Hearing a session again from its page, on an output that is asked, and its titles as a list to take home."""

import asyncio
import itertools
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from setsetting.errors import NotFound
from setsetting.tui.dialogs import ChoiceDialog
from setsetting.tui.screens.output import real
from setsetting.tui.screens.report import write_named
from setsetting.units import Milliseconds, Minutes, minutes_from_ms
from setsetting.views import heard as views
from setsetting.words.numbers import minute_of
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.tui.task_screen import TaskScreen

TO_THE_END = Minutes(24 * 60)


async def hear_again(
    screen: "TaskScreen", clinic: "Clinic", session_id: str, from_ms: Milliseconds, stop: threading.Event
) -> None:
    """Ask for an output and play the session there from a time of the infusion, to its end or until `stop` is set."""
    from setsetting.desk import attending, replay

    code, minute = screen.patient, minute_of(from_ms)
    part = Minutes(minutes_from_ms(from_ms)), TO_THE_END
    prepared = await asyncio.to_thread(replay.prepare, clinic, session_id, part)
    outputs = real(await asyncio.to_thread(attending.outputs))
    if len(outputs) == 1:
        raise NotFound(_("No sound device was found on this machine; `setsetting session replay` writes a file."))
    question = _("{code}: hear the session again from minute {minute}, on which output? It plays at once.")
    asked = " ".join((*views.refused_in_words(prepared), question.format(code=code, minute=minute)))
    at = await screen.ask(ChoiceDialog(asked, outputs))
    if at is None:
        return
    playing = _("It plays from minute {minute}; 0 ends it.").format(minute=minute)
    screen.say(" ".join((playing, *views.replay_in_words(prepared))))
    await asyncio.to_thread(replay.play, clinic, prepared, outputs[at][0], stop)
    if screen.is_attached:
        screen.say(_("It was ended.") if stop.is_set() else _("It was heard to its end."))


async def write_titles(screen: "TaskScreen", clinic: "Clinic", session_id: str) -> None:
    """Ask for a file, whose proposed name names no patient, and write the titles to it."""
    from setsetting.desk import take_home

    async def write(out: Path, *, replace: bool) -> None:
        take_home.write(clinic, session_id, out, replace=replace)
        screen.say(_("Written to {path}: titles only, nobody's code.").format(path=out))

    numbered = (clinic.folder / "reports" / f"take-home-{n:03d}.m3u8" for n in itertools.count(1))
    question = _("{code}: write the titles to which file? .m3u8, or .txt to print").format(code=screen.patient)
    free = next(path for path in numbered if not path.exists())
    await write_named(screen, screen.patient, question, free, write)
