"""Closing a session: its setting, the patient's taps, tonight's marks, a note; two minutes.

Leaving with escape closes nothing: the session stays unclosed and is offered again.
"""

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from setsetting.clinical import setting
from setsetting.clinical.marks import mark_words
from setsetting.clinical.setting import field_named
from setsetting.tui.command import Command
from setsetting.tui.dialogs import ChoiceDialog, ConfirmDialog
from setsetting.tui.list_screen import MOVES
from setsetting.tui.screens import mending
from setsetting.tui.screens.refusing import refuse_track
from setsetting.tui.setting_screen import SettingScreen
from setsetting.tui.task_screen import BACK, HELP, TaskScreen
from setsetting.tui.theme import DIM, LOUD, TEXT, TextStyle
from setsetting.tui.widgets.detail_pane import DetailPane
from setsetting.tui.widgets.table import Cells
from setsetting.views import closing as asking
from setsetting.views import session as views
from setsetting.words.numbers import minute_of
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.closing import Closing
    from setsetting.record.live_rows import MarkRow
    from setsetting.session.status import Status


@dataclass(frozen=True, slots=True)
class MarkedRow:
    """A mark of tonight, to be mended while it is remembered."""

    mark: "MarkRow"

    @property
    def name(self) -> str:
        """By what the cursor stays on it."""
        return self.mark.event_id

    @property
    def label(self) -> str:
        return mark_words(self.mark.mark)

    @property
    def minute(self) -> str:
        """The infusion's minute; empty where no infusion was begun."""
        return "" if self.mark.infusion_ms is None else minute_of(self.mark.infusion_ms)


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
        self.asked, self.simulated, self.later = asked, session.simulated, asked.later

    @property
    def rows(self) -> tuple[Any, ...]:
        """What is asked, and tonight's marks before the note."""
        *asked, note = super().rows
        return *asked, *map(MarkedRow, self.asked.marks), note

    def _cells(self, row: Any) -> Cells:
        if not isinstance(row, MarkedRow):
            return super()._cells(row)
        said = (row.mark.note or _("nothing typed"), TEXT if row.mark.note else DIM)
        return ((f"{row.minute:>4} {row.label}", TEXT), said, (_("enter mends"), DIM))

    def _show_row(self) -> None:
        row = self.table.row
        if isinstance(row, MarkedRow):
            self.query_one(DetailPane).show(
                f"{row.minute} {row.label}".strip(), row.mark.note or _("enter types what was said")
            )
        else:
            super()._show_row()

    def do_choose(self, key: str) -> None:
        if isinstance(self.table.row, MarkedRow):
            self.say(_("enter mends a mark"))
        else:
            super().do_choose(key)

    def do_skip(self) -> None:
        if isinstance(self.table.row, MarkedRow):
            self.say(_("enter mends a mark"))
        else:
            super().do_skip()

    async def do_open(self) -> None:
        row = self.table.row
        if not isinstance(row, MarkedRow):
            await super().do_open()
            return
        choices = [
            (_("what was said"), _("typed now; it stays with its minute")),
            (_("its minute"), _("it was earlier or later")),
            (_("it was none"), _("the mark is withdrawn")),
        ]
        at = await self.ask(ChoiceDialog(f"{self.whose}. {row.minute} {row.label}?", choices))
        told = mending.Told(self.clinic, self.code, self.asked.session_id, row.mark.event_id)
        if at == 0:
            mended = bool(await mending.type_words(self, told, row.mark.note or ""))
        elif at == 1:
            mended = await mending.correct_minute(self, told, row.minute)
        else:
            mended = at is not None and await mending.withdraw(self, told, row.label)
        if mended:
            from setsetting.desk import closing

            self.asked = replace(self.asked, marks=closing.marks(self.clinic, self.asked.session_id))
            self._redraw()
            if at == len(choices) - 1:
                said = _("Withdrawn: {what}, minute {minute}; 5 on the session's page takes that back.")
                self.say(said.format(what=row.label, minute=row.minute))

    @property
    def whose(self) -> str:
        return views.named_words(self.asked.code, self.asked.form.session)

    @property
    def first_words(self) -> str:
        if self.asked.later or not self.asked.form.usual.values:
            return super().first_words
        return _("kept is what is said here, and what stands as usual; z closes the session")

    @property
    def heading(self) -> tuple[tuple[str, TextStyle], ...]:
        if self.asked.unbegun:
            return *super().heading, (_(" · no infusion begun"), LOUD)
        is_external = self.asked.form.session.is_external
        return *super().heading, (_(" · acts kept") if is_external else _(" · music ended, acts kept"), DIM)

    async def do_refuse(self) -> None:
        await refuse_track(self, self.clinic, self.code, self.asked.heard)

    async def do_save(self) -> None:
        from setsetting.desk import closing

        if not await self.settled():
            return
        usual, answers, began, stopped = None, self.answers, None, None
        if self.asked.unbegun:
            question = asking.unbegun_words(self.asked.code, self.asked.form.session)
            at = await self.ask(ChoiceDialog(question, asking.UNBEGUN_CHOICES))
            if at == 1:
                began = await mending.began(self, self.clinic, self.asked.code, self.asked.session_id)
            if at is None or (at == 1 and began is None):
                return
        if self.asked.running_ms is not None:
            question = asking.running_words(self.asked.code, self.asked.form.session, self.asked.running_ms)
            at = await self.ask(ChoiceDialog(question, asking.RUNNING_CHOICES))
            if at == 1:
                stopped = await mending.stop_minute(self, self.clinic, self.asked.code, self.asked.session_id)
            if at is None or (at == 1 and stopped is None):
                return
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
        row = closing.close(self.clinic, self.asked, answers, usual=usual, insisted=True, began=began, stopped=stopped)
        said = count(
            "{n} thing was said of the setting.",
            "{n} things were said of the setting.",
            len(answers.setting.values),
        )
        if stands := len(self.asked.form.usual.values.keys() - {*answers.setting.values, *answers.unsaid}):
            said = " ".join((said, count("{n} stands as usual.", "{n} stand as usual.", stands)))
        words = _("{whose} is closed; {said}")
        if not row.counts:
            words = _("{code}'s session is closed: no infusion was begun, and it counts as none. {said}")
        self.leave(words.format(code=self.asked.code, whose=views.named_words(self.asked.code, row), said=said))


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


def end_question(status: "Status") -> ConfirmDialog:
    """What is asked before a session that runs is ended."""
    if status.is_external:
        return ConfirmDialog(
            _("{code}: end and close the session?").format(code=status.patient_code),
            _("That cannot be undone. Everything logged so far is kept; the music from elsewhere is ended there."),
            yes=_("end it"),
            no=_("let it run"),
        )
    return ConfirmDialog(
        _("{code}: end the music and close the session?").format(code=status.patient_code),
        _("The music fades out in 3 seconds; that cannot be undone. Everything logged so far is kept."),
        yes=_("end it"),
        no=_("let it play"),
    )
