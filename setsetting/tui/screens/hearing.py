"""A page of one session that is heard again from any row, on an output that is asked, and whose titles are taken home."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from setsetting.errors import UsageError
from setsetting.tui.command import Command
from setsetting.tui.list_screen import ListScreen
from setsetting.tui.screens.output import device_asked
from setsetting.tui.screens.report import free_name, write_named
from setsetting.tui.widgets.status import StatusRow
from setsetting.units import Milliseconds, Minutes, minutes_from_ms
from setsetting.views import heard as views
from setsetting.words.numbers import minute_of
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.tui.task_screen import TaskScreen

TO_THE_END = Minutes(24 * 60)
HEAR = Command(
    "hear",
    "0",
    _("Hear again"),
    _("Plays the session from the row under the cursor as it was heard, on an output that is asked; 0 ends it."),
    short=_("Hear"),
)
TITLES = Command(
    "titles",
    "9",
    _("Take home"),
    _("Writes the titles that were heard as a list; no audio, nobody's code."),
    short=_("List"),
)


class HearingScreen(ListScreen):
    """Subclasses have HEAR and TITLES in their ACTS, and rows with the time of the infusion they are at, `at_ms`."""

    NO_ROW: ClassVar[str]
    """What is said where there is no row to be heard."""

    def __init__(self, clinic: "Clinic", session_id: str) -> None:
        super().__init__()
        self._clinic, self._session_id = clinic, session_id
        self._hearing: threading.Event | None = None
        """Set to end what is heard again."""

    async def do_titles(self) -> None:
        await write_titles(self, self._clinic, self._session_id)

    async def do_hear(self) -> None:
        if self.table.row is None:
            raise UsageError(self.NO_ROW)
        self._hearing = threading.Event()
        try:
            await hear_again(self, self._clinic, self._session_id, self.table.row.at_ms, self._hearing)
        finally:
            self._hearing = None

    def method_of(self, name: str) -> Callable[..., Any]:
        return self._end_hearing if name == HEAR.name and self._hearing is not None else super().method_of(name)

    def _end_hearing(self) -> None:
        if self._hearing is not None:
            self._hearing.set()

    def let_go(self) -> str:
        self._end_hearing()
        return super().let_go()


async def hear_again(
    screen: "TaskScreen", clinic: "Clinic", session_id: str, from_ms: Milliseconds, stop: threading.Event
) -> None:
    """Ask for an output and play the session there from a time of the infusion, to its end or until `stop` is set."""
    from setsetting.desk import replay

    code, minute = screen.patient, minute_of(from_ms)
    part = Minutes(minutes_from_ms(from_ms)), TO_THE_END
    screen.say(_("It is made ready from minute {minute}: the files are looked through.").format(minute=minute))
    prepared = await asyncio.to_thread(replay.prepare, clinic, session_id, part)
    if stop.is_set():
        screen.say(_("It was ended."))
        return
    question = _("{code}: hear the session again from minute {minute}, on which output? It plays at once.")
    asked = " ".join((*views.refused_in_words(prepared), question.format(code=code, minute=minute)))
    none = _("No sound device was found on this machine; `setsetting session replay` writes a file.")
    output = await device_asked(screen, clinic, asked, without=none)
    if output is None:
        screen.say("")
        return
    playing = _("It plays from minute {minute}; 0 ends it.").format(minute=minute)
    status = screen.query_one(StatusRow)
    hint = status.rest(playing)  # it plays long after what is said is over
    screen.say(" ".join((playing, *views.replay_in_words(prepared))))
    try:
        await asyncio.to_thread(replay.play, clinic, prepared, output, stop)
    finally:
        status.rest(hint)
    if screen.is_attached:
        screen.say(_("It was ended.") if stop.is_set() else _("It was heard to its end."))


async def write_titles(screen: "TaskScreen", clinic: "Clinic", session_id: str) -> None:
    """Ask for a file, whose proposed name names no patient, and write the titles to it."""
    from setsetting.desk import take_home

    def write(out: Path, *, replace: bool) -> None:
        take_home.write(clinic, session_id, out, replace=replace)
        screen.say(_("Written to {path}: titles only, nobody's code.").format(path=out))

    question = _("{code}: write the titles to which file? .m3u8, or .txt to print").format(code=screen.patient)
    await write_named(screen, screen.patient, question, free_name(clinic, "take-home", ".m3u8"), write)
