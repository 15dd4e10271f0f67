"""Before a session: everything a start would refuse, and what may disturb it later, line by line on one screen.

What blocks stands on top with the act that mends it. Acts are digits: what blocks first, then what is to be looked at,
then what is offered. The session starts from here, and what was to be looked at is written into it.
"""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.message import Message

from setsetting.errors import SetSettingError, UsageError
from setsetting.machine.clock import local
from setsetting.review.words import internal_review
from setsetting.tui.command import Command, by_screen
from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.tui.list_screen import MOVES, ListScreen, no_act
from setsetting.tui.screens.drawn import show_draw
from setsetting.tui.screens.output import output_asked
from setsetting.tui.screens.report import free_name, write_named
from setsetting.tui.task_screen import BACK, HELP, small_print
from setsetting.tui.theme import ACCENT, DIM, GOOD, STRONG, TEXT, URGENT, TextStyle
from setsetting.tui.widgets.blocking import BlockingPane, ShownBlocking
from setsetting.tui.widgets.detail_pane import DetailPane
from setsetting.tui.widgets.header import Header
from setsetting.tui.widgets.paragraph import Disclaimer
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Cells, Column, Table
from setsetting.views import preflight as views
from setsetting.words.numbers import number_typed
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.preflight import Preflight
    from setsetting.desk.sessions import SessionRequest
    from setsetting.session.preflight_line import PreflightLine

STYLES: dict[str, TextStyle] = {"ready": GOOD, "look": ACCENT, "mend": URGENT}
SIDES = (
    (_("both"), _("left on the left, right on the right"), (True, True)),
    (_("left only"), _("nothing on the right, or both on the left"), (True, False)),
    (_("right only"), _("nothing on the left, or both on the right"), (False, True)),
    (_("neither"), _("nothing, or each on the other side"), (False, False)),
)
MOST_ACTS = 8
"""9 prints and 0 looks again."""
Look = Callable[["Clinic", "SessionRequest"], "Preflight"]


@dataclass
class PreflightRead(Message):
    """A look that was asked for is over."""

    asked: "SessionRequest"
    found: "Preflight"


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line as the table shows it: its group where that begins."""

    line: "PreflightLine"
    group: str


class PreflightScreen(ListScreen):
    """What was looked at under a verdict; `look` finds them, in a thread."""

    TITLE_WORDS = _("preflight")
    CSS = """
    PreflightScreen DetailPane { height: 2; }
    """
    ACTS: ClassVar[tuple[Command, ...]] = (
        Command("start", "j", _("Start"), _("Starts the session; refused while something is to be mended.")),
        Command(
            "mend",
            "1,2,3,4,5,6,7,8",
            _("Act beside"),
            _("Does what stands beside the digit."),
            shown_key="1–8",
            takes_key=True,
        ),
        Command("open", "enter", _("Whole line"), _("Says the whole of the line under the cursor."), short=_("Line")),
        Command("print", "9", _("Print"), _("Writes what was found to a text file, to be printed.")),
        Command("again", "0", _("Look again"), _("Looks at everything again."), short=_("Again")),
        *MOVES,
        BACK,
        HELP,
    )

    def __init__(self, clinic: "Clinic", asked: "SessionRequest", look: Look | None = None) -> None:
        super().__init__()
        self._clinic, self._asked, self._look = clinic, asked, look
        self._code, self._file = asked.code, asked.file
        self._found: Preflight | None = None
        self._acts: dict[str, str] = {}

    def body(self) -> ComposeResult:
        yield Header(_("PREFLIGHT"))
        yield BlockingPane()
        columns = (
            Column("", 7),
            Column("", 7),
            Column("", 11),
            Column(_("what was found"), 26, flex=True),
            Column("", 18),
        )
        empty = _("Looking at sound, music, patient, record and machine.")
        yield Table["LineRow"](columns, self._cells, empty=empty, key=lambda row: row.line.name)
        yield DetailPane(_("enter says all"))
        yield StatusRow()
        yield Disclaimer(views.boundary_words(), internal_review(), self._clinic.banner, short=small_print())

    def on_screen_resume(self) -> None:
        if self._found is None:
            self._forget()
        self.do_again()

    def _forget(self) -> None:
        """Nothing is found yet of what is asked now; what was found of something else is not shown for it."""
        self._found, self._acts = None, {}
        self.query_one(Header).show((f"  {self._code}", STRONG), (f"  {' + '.join(self._asked.outputs)}", DIM))
        self.query_one(BlockingPane).clear()
        self.query_one(DetailPane).show("", "")
        self.table.show(())
        self.say("")

    def _look_again(self) -> None:
        if self._found is not None:
            self._show_header(self._found, looks=True)
        self._look_at(self._asked)

    @work(thread=True, exclusive=True, group="look")
    def _look_at(self, asked: "SessionRequest") -> None:
        from setsetting.desk import preflight

        try:
            self.post_message(PreflightRead(asked, (self._look or preflight.look)(self._clinic, asked)))
        except SetSettingError as error:
            self.say_from_thread(str(error))

    def on_preflight_read(self, message: PreflightRead) -> None:
        if message.asked != self._asked:  # another output was chosen meanwhile
            return
        first = self._found is None
        found = self._found = message.found
        self._acts = {}
        for state in ("mend", "look", "ready"):
            for line in found.lines:
                if line.light == state and line.mending is not None and line.mending not in self._acts:
                    if len(self._acts) == MOST_ACTS:
                        break
                    self._acts[line.mending] = str(len(self._acts) + 1)
        self._show_header(found)
        blocking = tuple((by_screen(views.blocking_words(line)), self._act_words(line)) for line in found.blocks)
        self.query_one(BlockingPane).show(ShownBlocking(blocking, views.sum_words(found)))
        rows = [self._row(line, found.lines[at - 1] if at else None) for at, line in enumerate(found.lines)]
        worst = [at for state in ("mend", "look") for at, row in enumerate(rows) if row.line.light == state]
        self.table.show(rows, at=worst[0] if first and worst else None)
        if first and not found.blocks:
            self.say(_("Nothing is left to mend: j starts; what is to be looked at is written into the session."))
        elif first:
            self.say(_("j starts when nothing is left to mend."))

    def _show_header(self, found: "Preflight", *, looks: bool = False) -> None:
        at = local(found.at_utc_ms, self._clinic.settings.zone)
        self.query_one(Header).show(
            (f"  {found.visit.code}", STRONG),
            (f"  {views.which(found)}", TEXT),
            (f"  {self._asked.room or ''}", TEXT),
            (f"  {' + '.join(self._asked.outputs)}", DIM),
            (_("  simulated") if found.visit.simulated else "", DIM),
            right=_("looking again") if looks else f"{at:%H:%M}",
            style=STRONG,
        )

    def _row(self, line: "PreflightLine", before: "PreflightLine | None") -> LineRow:
        group = views.group_of(line.name)
        begins = before is None or views.group_of(before.name) != group
        return LineRow(line, group if begins else "")

    def _act_words(self, line: "PreflightLine") -> str:
        if line.mending is None or line.mending not in self._acts:
            return ""
        return f"{self._acts[line.mending]} {views.MENDING_WORDS[line.mending]}"

    def _cells(self, row: LineRow) -> Cells:
        line, style = row.line, STYLES[row.line.light]
        found = DIM if line.light == "ready" else TEXT
        return (
            (row.group, STRONG),
            (f"{views.SIGNS[line.light]} {views.LIGHT_WORDS[line.light]}", style),
            (views.LABELS[line.name], TEXT if line.light == "ready" else STRONG),
            (by_screen(line.words), found),
            (self._act_words(line), TEXT),
        )

    def on_table_moved(self, message: Table.Moved) -> None:
        message.stop()
        row: LineRow | None = self.table.row
        if row is not None:
            self.query_one(DetailPane).show(f"{views.LABELS[row.line.name]}:", by_screen(row.line.words))

    def why_not(self, name: str) -> str:
        if name != "start":
            return ""
        if self._found is None:
            return _("Everything is still being looked at; j starts after that.")
        return views.refused_words(self._found) if self._found.blocks else ""

    async def do_start(self) -> None:
        """Start the session and open its live screen in the place of this one."""
        from setsetting.desk import sessions

        assert self._found is not None
        asked = replace(self._asked, seen=views.seen(self._found))
        self.say(_("The session is starting."))

        def begin() -> str:
            started = sessions.start(self._clinic, asked, say=self.say_from_thread)
            started.live.detach()  # the live screen takes it over in its own thread
            return started.session_id

        session_id = await asyncio.to_thread(begin)
        navigator = self.navigator
        if self.app.screen is self:
            self.leave()
        navigator.attach(session_id)

    def do_again(self) -> None:
        self._look_again()

    async def do_print(self) -> None:
        from setsetting.desk import preflight

        found = self._found
        if found is None:
            raise UsageError(_("Everything is still being looked at; 9 prints it after that."))

        def write(out: Path, *, replace: bool) -> None:
            preflight.write(self._clinic, views.as_text(found, self._clinic.settings.zone), out, replace=replace)
            self.say(_("Written to {path}; it has the patient's code in it.").format(path=out))

        question = _("{code}: write the preflight to which file, to be printed?").format(code=self._code)
        await write_named(self, self._code, question, free_name(self._clinic, "preflight", ".txt"), write)

    async def do_open(self) -> None:
        row: LineRow | None = self.table.row
        if row is not None:
            await self.ask(ChoiceDialog(f"{views.LABELS[row.line.name]}: {by_screen(row.line.words)}", ()))

    async def do_mend(self, key: str) -> None:
        acts = {digit: mending for mending, digit in self._acts.items()}
        if key not in acts:
            raise no_act(key)
        await {
            "output": self._choose_output,
            "tone": self._try_tone,
            "level": self._measure,
            "build": self._build,
            "form": self._fill_form,
            "close": self._close_session,
            "draw": self._show_draw,
            "agree": self._agree,
            "backup": self._back_up,
        }[acts[key]]()

    async def _choose_output(self) -> None:
        chosen = await output_asked(self, self._clinic, self._code, self._asked.room or "")
        if chosen is not None:
            self._asked = chosen.asked_of(self._asked, self._file)
            self._forget()
            self._look_again()

    async def _which_output(self) -> str | None:
        """The device that is tried, asked for where there are two outputs."""
        from setsetting.desk import outputs

        asked, at = self._asked.outputs, 0
        if len(asked) > 1:
            question = _("{code}: which output is tried?").format(code=self._code)
            chosen = await self.ask(ChoiceDialog(question, [(name, "") for name in asked]))
            if chosen is None:
                return None
            at = chosen
        return await asyncio.to_thread(outputs.device, self._clinic, asked[at], self._asked.room)

    async def _try_tone(self) -> None:
        from setsetting.desk import outputs

        output = await self._which_output()
        if output is None:
            return
        await asyncio.to_thread(outputs.sound_sides, self._clinic, output, self.say_from_thread)
        question = _("{output}: a tone on the left, then one on the right. What was heard on its own side?")
        choices = [(name, words) for name, words, _sides in SIDES]
        at = await self.ask(ChoiceDialog(question.format(output=output), choices))
        if at is not None:
            left, right = SIDES[at][2]
            outputs.keep_heard(self._clinic, output, left=left, right=right)
            self._look_again()

    async def _measure(self) -> None:
        from setsetting.desk import outputs

        output = await self._which_output()
        if output is None:
            return
        self.say(_("The reference noise sounds for 20 s: read the meter where the patient's head will be."))
        await asyncio.to_thread(outputs.sound_noise, self._clinic, output)
        question = _("{output}: the meter's reading in dB(A)").format(output=output)
        typed = await self.ask(TextDialog(question, check=lambda text: outputs.level_read(_level(text))))
        if typed is None:
            return
        outputs.keep_level(self._clinic, output, _level(typed))
        self._look_again()

    async def _build(self) -> None:
        self.navigator.open_build(self._code)

    async def _fill_form(self) -> None:
        self.navigator.open_form(self._code)

    async def _close_session(self) -> None:
        from setsetting.tui.screens.unclosed import close_left_open, which_unclosed

        assert self._found is not None
        session_id = await which_unclosed(self, self._clinic, self._found.visit)
        if session_id is not None:
            await close_left_open(self, self._clinic, session_id)
            self._look_again()

    async def _agree(self) -> None:
        self.navigator.open_visit(self._code)

    async def _back_up(self) -> None:
        from setsetting.desk import backups
        from setsetting.views import record

        self.say(_("The copy is being made."))
        self.say(record.copied_words(await asyncio.to_thread(backups.make, self._clinic)))
        self._look_again()

    async def _show_draw(self) -> None:
        await show_draw(self, self._clinic, self._code)
        self._look_again()


def _level(typed: str) -> float:
    if math.isnan(dba := number_typed(typed)):
        raise UsageError(_("{text!r} is no level in dB(A).").format(text=typed))
    return dba
