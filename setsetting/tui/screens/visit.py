"""What is said with a patient before an infusion: a line each, kept at once as it is typed, never lost by leaving."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from setsetting.clinical.mindset import mindset_note
from setsetting.clinical.preferences import Wish
from setsetting.errors import UsageError
from setsetting.review.words import internal_review
from setsetting.tui.asked_line import AskedLine, agreed, brought, wished
from setsetting.tui.command import Command
from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.tui.list_screen import MOVES, ListScreen
from setsetting.tui.screens.wishing import wish
from setsetting.tui.task_screen import BACK, HELP, small_print
from setsetting.tui.theme import DIM, LOUD, STRONG, TEXT
from setsetting.tui.widgets.detail_pane import DetailPane
from setsetting.tui.widgets.header import Header
from setsetting.tui.widgets.paragraph import Disclaimer
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Cells, Column, Table
from setsetting.words.numbers import local_text
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic

DIGITS = "0,1,2,3,4,5,6,7,8,9"
TEN = "plus"


class VisitScreen(ListScreen):
    """The preparation with a patient: what is agreed, meant and brought; each answer is kept at once."""

    TITLE_WORDS = _("what was said before the infusion")
    CSS = "VisitScreen DetailPane { height: 4; }"
    ACTS: ClassVar[tuple[Command, ...]] = (
        Command("open", "enter", _("Type"), _("Types what was said, or mends it; it is kept at once.")),
        Command(
            "rate",
            f"{DIGITS},{TEN}",
            _("Rate"),
            _("Rates the row from 0 (not at all) to 10 (+, entirely)."),
            shown_key="0–9 +",
            takes_key=True,
        ),
        Command(
            "skip", "minus", _("Not asked"), _("Goes on; what was said of the row is taken back: it was not asked.")
        ),
        Command(
            "before",
            "h",
            _("Said before"),
            _("Shows all that was said of the row, and takes back what was not said so."),
        ),
        *MOVES,
        BACK,
        HELP,
    )

    def __init__(self, clinic: "Clinic", code: str) -> None:
        super().__init__()
        self._clinic, self._code = clinic, code

    def body(self) -> ComposeResult:
        yield Header(_("BEFORE"))
        columns = (Column(_("asked"), 12), Column(_("said"), 40, flex=True), Column("", 20))
        yield Table[AskedLine](columns, self._cells, key=lambda row: row.name)
        yield DetailPane()
        yield StatusRow(_("enter types, a digit rates, - is not asked; each is kept at once"))
        yield Disclaimer(mindset_note(), internal_review(), self._clinic.banner, short=small_print())

    def on_screen_resume(self) -> None:
        self._load()

    def _load(self) -> None:
        from setsetting.desk import patients

        view = patients.show(self._clinic, self._code)
        self._code = view.code
        self.table.show(
            [*agreed(self._clinic, view.code), *wished(self._clinic, view.code), *brought(self._clinic, view.code)]
        )
        held = count("  {n} session", "  {n} sessions", sum(row.counts for row in view.sessions))
        right = _("simulated") if view.simulated else ""
        self.query_one(Header).show((f"  {view.code}", STRONG), (held, TEXT), right=right)

    def on_table_moved(self, message: Table.Moved) -> None:
        message.stop()
        row: AskedLine | None = self.table.row
        if row is not None:
            said = row.words or _("Not asked; not asked is no answer.")
            self.query_one(DetailPane).show(row.label, f"{row.asks} {said}")

    def _cells(self, row: AskedLine) -> Cells:
        style = DIM if row.words is None else LOUD if row.rated else STRONG
        return ((row.label, TEXT), (row.shown, style), (row.beside, DIM))

    @property
    def _row(self) -> AskedLine:
        row: AskedLine | None = self.table.row
        assert row is not None, "the rows are always there"
        return row

    async def do_open(self) -> None:
        row = self._row
        if row.name in list(Wish):
            await wish(self, self._clinic, self._code, Wish(row.name))
            self._load()
            return
        first = row.words if row.words is not None and not row.rated else ""
        if await self.ask_and_do(f"{self._code}. {row.asks}", lambda text: (row.keep(text),), first):
            self._went_on()

    def do_rate(self, key: str) -> None:
        if not self._row.rated:
            self.say(_("{label} is said in words; enter types").format(label=self._row.label), wrong=True)
            return
        self._row.keep("10" if key == TEN else key)
        self._went_on()

    def do_skip(self) -> None:
        row = self._row
        if row.words is not None and row.skip is None:
            raise UsageError(_("h shows what was said of it, and takes back what was not said so."))
        if row.words is not None and row.skip is not None:
            row.skip()
        self._went_on()

    def _went_on(self) -> None:
        self._load()
        self.table.move(1)

    async def do_before(self) -> None:
        """All that was said of the row, the newest first; the one that is chosen is taken back, with a reason."""
        from setsetting.desk import statements

        row, zone = self._row, self._clinic.settings.zone
        if not row.told:
            self.say(_("nothing was said of it yet"))
            return
        told = list(reversed(row.told))
        choices = [(local_text(at_ms, zone), words) for _event, at_ms, words in told]
        question = _("{code}: {label}. Which was not said so?").format(code=self._code, label=row.label)
        at = await self.ask(ChoiceDialog(question, choices))
        if at is None:
            return
        question = _("{code}: why is it taken back? The reason stays in the record").format(code=self._code)
        reason = await self.ask(TextDialog(question))
        if reason is not None:
            statements.withdraw(self._clinic, told[at][0], reason)
            self._load()
            said = _("Withdrawn; what was said before it stands again. 5 on the patient's page takes that back.")
            self.say(said)
