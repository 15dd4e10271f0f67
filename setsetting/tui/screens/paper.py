"""Entering a session from paper: when the infusion began, how long it ran and where, then its setting as at a close."""

from typing import TYPE_CHECKING, ClassVar

from setsetting.review.words import room as room_words
from setsetting.tui.command import Command
from setsetting.tui.dialogs import TextDialog
from setsetting.tui.list_screen import MOVES
from setsetting.tui.screens.planning import infusion_minutes_typed
from setsetting.tui.screens.refusing import refuse_track
from setsetting.tui.screens.start import room_asked
from setsetting.tui.setting_screen import SettingScreen
from setsetting.tui.task_screen import BACK, HELP
from setsetting.tui.theme import STRONG, TEXT, TextStyle
from setsetting.views import session as views
from setsetting.words.numbers import local_text
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.closing import Closing, OnPaper
    from setsetting.tui.task_screen import TaskScreen


class PaperScreen(SettingScreen):
    """What the paper says of the room and the taps; nothing of the session is kept before `z`."""

    TITLE_WORDS = _("a session from paper")
    HEADING = _("FROM PAPER")
    COLUMN = _("that day")
    FIRST_WORDS = _("kept is what is said here, and what stands as usual; z enters the session")
    LEAVE_UNSAVED = _("Leave without entering it?")
    LOST_TOO = _("; the session is not entered.")
    LEFT = _("Nothing was entered.")
    ACTS: ClassVar[tuple[Command, ...]] = (
        *SettingScreen.ANSWERS,
        SettingScreen.REFUSE,
        Command("save", "z", _("Enter session"), _("Enters the session with what was said of it.")),
        *MOVES,
        BACK,
        HELP,
    )

    def __init__(self, clinic: "Clinic", told: "OnPaper", asked: "Closing") -> None:
        session = asked.form.session
        super().__init__(clinic, asked.form, session.room, asked.code)
        self.simulated, self.later, self._told = session.simulated, asked.later, told
        self._when = local_text(session.started_utc_ms, clinic.settings.zone)

    @property
    def whose(self) -> str:
        return _("{code} · from paper, {when}").format(code=self.code, when=self._when)

    @property
    def heading(self) -> tuple[tuple[str, TextStyle], ...]:
        return (f"  {self.code}", STRONG), (f" · {self._when}", TEXT), (f" · {room_words(self.room)}", TEXT)

    async def do_refuse(self) -> None:
        await refuse_track(self, self.clinic, self.code)

    async def do_save(self) -> None:
        from setsetting.desk import closing

        if not await self.settled():
            return
        told = self._told
        row = closing.add(
            self.clinic, told.code, told.started, told.minutes, self.answers, room=told.room, insisted=True
        )
        entered = _("{code}: entered from paper as {what}; enter opens it, to mend or to void it.")
        self.leave(entered.format(code=self.code, what=views.standing_words(row)))


async def enter_from_paper(screen: "TaskScreen", clinic: "Clinic", code: str) -> PaperScreen | None:
    """Ask when, how long and where; the screen that asks the rest. None where a question was not answered."""
    from setsetting.desk import closing

    hint = _("a day and a time, like 2026-11-24 10:30")
    began = _("{code}, from paper: when did the infusion begin?").format(code=code)
    started = await screen.ask_time(
        began, clinic.settings.zone, code, hint=hint, check=lambda typed: closing.began_ms(clinic, typed)
    )
    if started is None:
        return None

    def told_by(typed: str, room: str | None = None) -> "OnPaper":
        return closing.OnPaper(code, started, infusion_minutes_typed(typed), room)

    ran = _("{code}, from paper: how many minutes did it run?").format(code=code)
    typed = await screen.ask(TextDialog(ran, check=lambda typed: closing.paper_form(clinic, told_by(typed))))
    room = None if typed is None else await room_asked(screen, clinic, code)
    if typed is None or room is None:
        return None
    told = told_by(typed, room)
    return PaperScreen(clinic, told, closing.paper_form(clinic, told))
