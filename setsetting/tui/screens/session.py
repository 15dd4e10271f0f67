"""One session of the record, minute by minute, and what of it is mended afterwards.

The eye runs down what was said and seen: music is dim, acts plain, marks bold. What is done here is a digit; each is
a correction with its reason, and 5 takes one back.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from setsetting.errors import UsageError
from setsetting.review import session_words
from setsetting.review.session_page import PageKind
from setsetting.review.words import internal_review, of_state, room
from setsetting.tui.command import Command
from setsetting.tui.dialogs import ChoiceDialog, LookDialog, TextDialog
from setsetting.tui.list_screen import MOVES
from setsetting.tui.screens import mending
from setsetting.tui.screens.hearing import HEAR, TITLES, HearingScreen
from setsetting.tui.screens.planning import infusion_minutes_typed
from setsetting.tui.screens.report import write_page
from setsetting.tui.screens.which_patient import patient_asked
from setsetting.tui.task_screen import BACK, HELP, small_print
from setsetting.tui.theme import ACCENT, DIM, LOUD, STRONG, TEXT, TextStyle
from setsetting.tui.widgets.detail_pane import DetailPane
from setsetting.tui.widgets.find_line import FindLine
from setsetting.tui.widgets.header import Header
from setsetting.tui.widgets.keybar import KeyBar
from setsetting.tui.widgets.page_view import view_of
from setsetting.tui.widgets.paragraph import Disclaimer, Paragraph
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Cells, Column, Table
from setsetting.tui.widgets.timeline import Timeline
from setsetting.views import correction
from setsetting.words.plain import cut
from setsetting.words.spelling import spelled
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.review.session_page import PageLine, SessionPage

CHANGING = {"withdraw", "minute", "move", "void", "take-back", "refuse", "words", "setting"}
CLOCK = 5
"""Signs of an hour and a minute."""
STYLES: dict[PageKind, TextStyle] = {
    PageKind.MUSIC: DIM,
    PageKind.PROGRAM: DIM,
    PageKind.INFUSION: STRONG,
    PageKind.ACT: TEXT,
    PageKind.MARK: STRONG,
}


def _columns(lines: "Sequence[PageLine]") -> tuple[Column, ...]:
    """The columns of a page; the clock's is wider where some hour was twice and stands with its offset."""
    return (
        Column(_("minute"), 6, right=True),
        Column(_("clock"), max([CLOCK, *(len(line.clock) for line in lines)])),
        Column("", 1),
        Column(_("played, done, seen and said"), 38, flex=True),
        Column(_("phase, correction"), 17, flex=True),
    )


class SessionScreen(HearingScreen):
    """The lines of a session under its curve; corrections by digit."""

    TITLE_WORDS = _("session")
    NO_ROW = _("Go to a row first; then 0 plays the session from there.")
    CSS = """
    SessionScreen Timeline { height: 12; display: none; }
    SessionScreen.-high Timeline { display: block; }
    SessionScreen DetailPane { height: 2; }
    """
    ACTS: ClassVar[tuple[Command, ...]] = (
        Command("withdraw", "1", _("Withdraw"), _("Says that the mark under the cursor was none.")),
        Command(
            "minute",
            "2",
            _("Minute"),
            _(
                "Corrects when it was; of a session from paper, its times; where no infusion was begun, that it was; on its"
                " start, also when it was stopped where nobody logged that."
            ),
        ),
        Command(
            "move", "3", _("Other patient"), _("Moves the session to the patient it was held with."), short=_("Move")
        ),
        Command("void", "4", _("Void"), _("Says that it was no session, such as a trial: it counts nowhere.")),
        Command("take-back", "5", _("Take back"), _("Takes a correction back; what it corrected stands again.")),
        Command(
            "refuse",
            "6",
            _("Refuse"),
            _("Notes that the track under the cursor is never played to this patient again."),
        ),
        Command("about", "7", _("About"), _("Says all that holds for the whole session: setting, taps, note, rules.")),
        Command(
            "words",
            "8",
            _("Words"),
            _("Types what the patient said at the mark under the cursor; it stays with its minute."),
        ),
        TITLES,
        HEAR,
        Command(
            "setting",
            "a",
            _("Setting"),
            _("Corrects what was in the room, a tap or the note, after the close."),
        ),
        Command("open", "enter", _("Whole row"), _("Says the whole of the row under the cursor."), short=_("Row")),
        Command("together", "l", _("Together"), _("Shows titles and the patient's words alone, to look at together.")),
        Command("find", "slash", _("Find words"), _("Shows the lines that hold what is typed."), short=_("Find")),
        Command("report", "o", _("Report"), _("Writes this session as one page.")),
        *MOVES,
        BACK,
        HELP,
    )

    def __init__(self, clinic: "Clinic", session_id: str) -> None:
        super().__init__(clinic, session_id)
        self._page: SessionPage | None = None
        self._shown: list[PageLine] = []
        self._taken_back: frozenset[str] = frozenset()

    def commands(self) -> "Sequence[Command]":
        """Of a session whose patient was withdrawn only what reads it."""
        return [command for command in self.ACTS if not self.why_not(command.name)]

    def why_not(self, name: str) -> str:
        gone = self._page is not None and self._page.patient_withdrawn is not None
        return mending.frozen(self._code) if gone and name in CHANGING else ""

    def body(self) -> ComposeResult:
        yield Header(_("SESSION"))
        yield FindLine(placeholder=_("words of the patient, of a note, a title; enter when done, escape shows all"))
        yield Timeline(legend=True)
        empty = _("Nothing of it was logged live.")
        yield Table["PageLine"](
            _columns(()), self._cells, empty=empty, key=lambda line: line.event_id or (line.at_ms, line.words)
        )
        yield DetailPane()
        yield Paragraph(bg="panel", most=3, more=_("7 says all"))
        yield StatusRow()
        yield Disclaimer(internal_review(), self._clinic.banner, short=small_print())

    def on_screen_resume(self) -> None:
        self._load()

    def _load(self) -> None:
        from setsetting.desk import session_page

        page = self._page = session_page.session_page(self._clinic, self._session_id)
        number = f"  {session_words.number(page)}" if page.visit_no else ""
        where = _("  {date} · {room}").format(date=page.date, room=room(page.room))
        states = " · ".join(of_state(name).partition(":")[0] for name in page.states)
        self.query_one(Header).show((f"  {page.code}", STRONG), (number, TEXT), (where, TEXT), right=states, style=LOUD)
        self.query_one(Timeline).show(view_of(page))
        facts = [f"{name}: {value}" for name, value in self._facts(page)]
        if "unbegun" in page.states:
            facts.insert(0, _("where one was given, 2 says when it began"))
        self.query_one(Paragraph).show(" · ".join((*map(of_state, page.states), *facts)))
        gone = [act.event_id for act in page.acts if act.taken_back]
        self._taken_back = frozenset((*gone, *(mark.event_id for mark in page.marks if mark.taken_back)))
        self.query_one(KeyBar).show(self.commands())
        self._filter()

    def _filter(self) -> None:
        assert self._page is not None
        wanted = self.query_one(FindLine).words
        lines = self._page.lines
        found = [line for line in lines if all(word in spelled(f"{line.words} {line.beside}") for word in wanted)]
        self.table.show_empty(_("No line holds these words.") if lines else _("Nothing of it was logged live."))
        self._shown = found
        self.table.show_as(_columns(lines), self._cells, found, at=None)

    def on_table_moved(self, message: Table.Moved) -> None:
        """Say whole what the columns cut, and why a piece was played."""
        message.stop()
        line: PageLine | None = self.table.row
        words = "" if line is None else " · ".join(filter(None, (line.words, line.beside, line.why)))
        self.query_one(DetailPane).show("" if line is None else session_words.minute(line), words)

    def _cells(self, line: "PageLine") -> Cells:
        style = DIM if line.event_id in self._taken_back else STYLES[line.kind]
        beside = ACCENT if line.kind is not PageKind.MUSIC and line.beside else DIM
        when = session_words.minute(line), line.clock
        at = next(at for at, each in enumerate(self._shown) if each is line)
        above = None if at == 0 else self._shown[at - 1]
        if above is not None and when == (session_words.minute(above), above.clock):
            when = "", ""  # a minute stands once; the pane says it of every row
        return (
            (when[0], style),
            (when[1], DIM),
            (session_words.SIGNS[line.kind], style),
            (line.words, style),
            (line.beside, beside),
        )

    @on(Input.Changed)
    def _typed(self) -> None:
        self._filter()

    def do_find(self) -> None:
        self.query_one(FindLine).open()

    async def do_back(self) -> None:
        if not self.query_one(FindLine).close():
            await super().do_back()

    async def do_about(self) -> None:
        if self._page is not None:
            about = [*((of_state(name), "") for name in self._page.states), *self._facts(self._page)]
            await self.ask(LookDialog(self._asking(_("{code}: what holds for the whole session")), about))

    @staticmethod
    def _facts(page: "SessionPage") -> tuple[tuple[str, str], ...]:
        return (*session_words.facts(page), *session_words.corrections(page))

    async def do_open(self) -> None:
        line: PageLine | None = self.table.row
        if line is not None:
            words = " · ".join(filter(None, (line.words, line.beside, line.why)))
            await self.ask(ChoiceDialog(f"{session_words.minute(line)} · {words}", ()))

    async def do_report(self) -> None:
        from setsetting.desk import reports

        def write(out: Path, *, replace: bool) -> object:
            return reports.session(self._clinic, self._session_id, out, replace=replace)

        await write_page(self, self._clinic, self._code, "session", write)

    async def do_withdraw(self) -> None:
        line = self._said(PageKind.MARK)
        if await mending.withdraw(self, self._told(line), line.words):
            self._corrected(_("The mark is withdrawn; 5 takes that back."))

    async def do_words(self) -> None:
        line = self._said(PageKind.MARK)
        assert self._page is not None
        (before,) = (mark.note or "" for mark in self._page.marks if mark.event_id == line.event_id)
        if kept := await mending.type_words(self, self._told(line), before):
            self._corrected(kept)

    def do_together(self) -> None:
        self.navigator.open_together(self._session_id)

    async def do_minute(self) -> None:
        if self._page is not None and self._page.entered_afterwards:
            await self._retell()
            return
        if self._page is not None and "unbegun" in self._page.states:
            await self._tell_start()
            return
        line = self._said(PageKind.MARK, PageKind.INFUSION)
        if self._may_have_stopped(line):
            choices = [(_("It began at another minute"), ""), (_("It was stopped, which nobody logged"), "")]
            at = await self.ask(ChoiceDialog(self._asking(_("{code}: what of the infusion?")), choices))
            if at is None:
                return
            if at:
                if await mending.stopped(self, self._told(line)):
                    self._corrected(_("The infusion's stop is told; 5 takes that back."))
                return
        if await mending.correct_minute(self, self._told(line), session_words.minute(line)):
            self._corrected(_("The minute is corrected; 5 takes that back."))

    def _may_have_stopped(self, line: "PageLine") -> bool:
        """Whether this is the start of an infusion of a closed session in which no stop stands."""
        if self._page is None or not self._page.closed:
            return False
        stands = {act.name: act.event_id for act in self._page.acts if not act.taken_back}
        return stands.get("infusion-start") == line.event_id and "infusion-stop" not in stands

    async def _tell_start(self) -> None:
        from setsetting.desk import starts

        began = await mending.began(self, self._clinic, self._code, self._session_id)
        if began is None:
            return
        tell = partial(starts.tell, self._clinic, self._session_id, began)
        if await self._why(_("{code}: why was its start not logged?"), tell) is not None:
            self._corrected(_("The infusion's start is told; 5 takes that back."))

    async def _retell(self) -> None:
        from setsetting.desk import closing, minutes

        def check(typed: str) -> object:
            return closing.began_ms(self._clinic, typed)

        stays, hint = _("empty: as it is told"), _("a day and a time, like 2026-11-24 10:30")
        question = self._asking(_("{code}: when did the infusion begin?"))
        started = await self.ask_time(
            question, self._clinic.settings.zone, self._code, hint=hint, empty=stays, check=check
        )
        if started is None:
            return
        question = self._asking(_("{code}: how many minutes did it run?"))
        length = await self.ask(TextDialog(question, empty=stays, check=infusion_minutes_typed))
        if length is None or not (started or length):
            return
        ran = infusion_minutes_typed(length) if length else None

        def retell(reason: str) -> object:
            return minutes.retell(self._clinic, self._session_id, reason, started=started or None, minutes=ran)

        if await self._why(_("{code}: why is it corrected?"), retell) is not None:
            self._corrected(_("The session's times are corrected; 5 takes that back."))

    def _said(self, *kinds: PageKind) -> "PageLine":
        """The line under the cursor, where it is one of these and stands."""
        line: PageLine | None = self.table.row
        if line is None or line.kind not in kinds or line.event_id is None:
            only = (
                _("Go to a mark first.") if kinds == (PageKind.MARK,) else _("Go to a mark or an act of the infusion.")
            )
            raise UsageError(only)
        if line.undone:
            raise UsageError(_("It is taken back already; where it was withdrawn afterwards, 5 takes that back."))
        return line

    def do_refuse(self) -> None:
        from setsetting.tui.screens.refusing import refuse

        line: PageLine | None = self.table.row
        if self._page is not None and line is not None and line.kind is PageKind.MUSIC:
            for each in self._page.played:
                if each.from_ms == line.at_ms and each.track_id is not None and line.words.startswith(each.title):
                    refuse(self, self._clinic, self._page.code, each.track_id)
                    return
        raise UsageError(_("Go to a line of music with a track first; then 6 refuses it."))

    async def do_setting(self) -> None:
        if await mending.correct_setting(self, self._clinic, self._code, self._session_id):
            self._corrected(_("The setting is corrected; 5 takes that back."))

    async def do_void(self) -> None:
        from setsetting.desk import corrections

        if self._page is not None and self._page.void:
            raise UsageError(_("This session is void already; 5 takes that back."))
        void = partial(corrections.void, self._clinic, self._session_id)
        if await self._why(_("{code}: why is this session void? It will count nowhere"), void) is not None:
            self._corrected(_("The session is void; 5 takes that back."))

    async def do_move(self) -> None:
        from setsetting.desk import corrections

        question = self._asking(_("{code}: with which patient was it held?"))
        code = await patient_asked(self, self._clinic, question, but=self._code)
        if code is None:
            return
        move = partial(corrections.move, self._clinic, self._session_id, code)
        if await self._why(_("{code}: why is it moved to {other}?").replace("{other}", code), move) is not None:
            self._corrected(_("The session is {code}'s now; 5 takes that back.").format(code=code))

    async def do_take_back(self) -> None:
        from setsetting.desk import undoing

        standing = () if self._page is None else self._page.corrections[::-1]  # the newest is looked for
        if not standing:
            raise UsageError(_("No correction of this session stands."))
        zone = self._clinic.settings.zone
        choices = [(session_words.what_corrected(each, zone), each.reason) for each in standing]
        at = await self.ask(ChoiceDialog(self._asking(_("{code}: take which correction back?")), choices))
        if at is None:
            return
        what, why = choices[at]
        asked = _('{code}: why is "{what}: {why}" taken back?')
        undo = partial(undoing.undo, self._clinic, standing[at].event_id)
        if await self._why(asked, undo, what=what, why=cut(why, 40)) is not None:
            self._corrected(correction.TAKEN_BACK)

    async def _why(self, question: str, act: Callable[[str], object], **names: str) -> str | None:
        return await mending.why(self, self._asking(question, **names), act)

    def _told(self, line: "PageLine") -> mending.Told:
        return mending.Told(self._clinic, self._code, self._session_id, line.event_id or "")

    def _asking(self, question: str, **names: str) -> str:
        return question.format(code=self._code, **names)

    @property
    def _code(self) -> str:
        return "" if self._page is None else self._page.code

    def _corrected(self, words: str) -> None:
        self._load()
        self.say(words)
