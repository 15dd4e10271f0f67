"""Closing a session: its setting, the patient's taps, a note; two minutes.

Leaving with escape closes nothing: the session stays unclosed and is offered again.
"""

import asyncio
from typing import TYPE_CHECKING, ClassVar

from setsetting.clinical import setting
from setsetting.clinical.setting import field_named
from setsetting.tui.command import Command
from setsetting.tui.dialogs import ChoiceDialog
from setsetting.tui.list_screen import MOVES
from setsetting.tui.screens.refusing import refuse_track
from setsetting.tui.setting_screen import SettingScreen
from setsetting.tui.task_screen import BACK, HELP, TaskScreen
from setsetting.tui.theme import DIM, TextStyle
from setsetting.views import session as views
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.closing import Closing


class CloseScreen(SettingScreen):
    """What is said tonight, and then nothing is asked any more."""

    TITLE_WORDS = _("closing a session")
    HEADING = _("CLOSE")
    COLUMN = _("tonight")
    FIRST_WORDS = _("only what is said is kept; z closes the session")
    LEAVE_UNSAVED = _("Leave without closing?")
    LOST_TOO = _("; the session stays unclosed and is offered again.")
    LEFT = _("The session is not closed yet; its acts are kept, and it is offered again.")
    ACTS: ClassVar[tuple[Command, ...]] = (
        *SettingScreen.ANSWERS,
        SettingScreen.REFUSE,
        Command("save", "z", _("Close session"), _("Keeps what was said and closes the session.")),
        *MOVES,
        BACK,
        HELP,
    )

    def __init__(self, clinic: "Clinic", asked: "Closing") -> None:
        session = asked.form.session
        super().__init__(clinic, asked.form, session.room, asked.code)
        self.asked, self.simulated = asked, session.simulated

    @property
    def whose(self) -> str:
        return views.named_words(self.asked.code, self.asked.form.session)

    @property
    def heading(self) -> tuple[tuple[str, TextStyle], ...]:
        return *super().heading, (_(" · music ended, acts kept"), DIM)

    async def do_refuse(self) -> None:
        await refuse_track(self, self.clinic, self.code)

    async def do_save(self) -> None:
        from setsetting.desk import closing

        if not await self.settled():
            return
        usual, answers = None, self.answers
        if self.asked.asks_usual and (kept := setting.habits(answers.setting).values):
            question = _("{whose}: keep as usual in {room}?").format(
                whose=self.whose, room=self.asked.form.session.room
            )
            choices = [
                (_("as usual"), "; ".join(f"{field_named(name).label}: {value}" for name, value in kept.items())),
                (_("only tonight"), _("the room stays empty")),
            ]
            at = await self.ask(ChoiceDialog(question, choices))
            if at is None:
                return
            usual = at == 0
        closing.close(self.clinic, self.asked, answers, usual=usual, insisted=True)
        said = count(
            "{n} thing was said of the setting.",
            "{n} things were said of the setting.",
            len(answers.setting.values),
        )
        self.leave(_("{whose} is closed; {said}").format(whose=self.whose, said=said))


async def prepared(screen: TaskScreen, clinic: "Clinic", session_id: str) -> CloseScreen | None:
    """End the music where it still plays, which takes its seconds; the screen that asks the rest.

    None for a rehearsal: it is closed, and nothing is asked of it.
    """
    from setsetting.desk import closing

    asked = await asyncio.to_thread(closing.prepare_close, clinic, session_id, screen.say_from_thread)
    if asked.form.session.rehearsal:
        closing.close(clinic, asked)
        return None
    return CloseScreen(clinic, asked)
