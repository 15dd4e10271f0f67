"""What is said with a patient before an infusion: a line each, kept at once as it is typed, never lost by leaving."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from setsetting.clinical.agreements import ASKS, LABELS, Agreement, agreed_words, short_line
from setsetting.review.words import internal_review
from setsetting.tui.command import Command
from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.tui.list_screen import MOVES, ListScreen
from setsetting.tui.task_screen import BACK, HELP
from setsetting.tui.theme import DIM, STRONG, TEXT
from setsetting.tui.widgets.detail_pane import DetailPane
from setsetting.tui.widgets.header import Header
from setsetting.tui.widgets.paragraph import Disclaimer
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Cells, Column, Table
from setsetting.views import statement as views
from setsetting.words.numbers import local_text
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.agreements import AgreementsView
    from setsetting.desk.clinic import Clinic


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A thing that is asked, and what was said of it; None was not asked."""

    name: Agreement
    words: str | None

    @property
    def label(self) -> str:
        return LABELS[self.name]


class VisitScreen(ListScreen):
    """The preparation with a patient: what is agreed."""

    TITLE_WORDS = _("what was said before the infusion")
    CSS = "VisitScreen DetailPane { height: 3; }"
    ACTS: ClassVar[tuple[Command, ...]] = (
        Command("open", "enter", _("Type"), _("Types what was said, or mends it; it is kept at once.")),
        Command(
            "skip", "minus", _("Not asked"), _("Says that it was not asked; what was said before stays in the trail.")
        ),
        Command(
            "before", "1", _("Said before"), _("Shows what was agreed before, and takes back what was not said so.")
        ),
        *MOVES,
        BACK,
        HELP,
    )

    def __init__(self, clinic: "Clinic", code: str) -> None:
        super().__init__()
        self._clinic, self._code = clinic, code
        self._view: AgreementsView | None = None

    def body(self) -> ComposeResult:
        yield Header(_("BEFORE"))
        columns = (Column(_("agreed"), 14), Column(_("in words"), 40, flex=True))
        yield Table[AskedLine](columns, self._cells, key=lambda row: row.name)
        yield DetailPane()
        yield StatusRow(_("enter types, - says it was not asked; each is kept at once"))
        yield Disclaimer(internal_review(), self._clinic.banner)

    def on_screen_resume(self) -> None:
        self._load()

    def _load(self) -> None:
        from setsetting.desk import agreements

        view = self._view = agreements.show(self._clinic, self._code)
        self._code = view.code
        self.table.show([AskedLine(name, words) for name, words in view.now.said.items()])
        since = (
            _(" · agreed {when}").format(when=local_text(view.told[-1].at_utc_ms, self._clinic.settings.zone))
            if view.told
            else _(" · nothing asked yet")
        )
        self.query_one(Header).show((f"  {view.code}", STRONG), (since, TEXT))

    def on_table_moved(self, message: Table.Moved) -> None:
        message.stop()
        row: AskedLine | None = self.table.row
        if row is not None:
            said = row.words or _("not asked; nobody asked is not no")
            self.query_one(DetailPane).show(row.label, f"{ASKS[row.name]} {said}")

    def _cells(self, row: AskedLine) -> Cells:
        said = (views.NOT_ASKED, DIM) if row.words is None else (row.words, STRONG)
        return ((row.label, TEXT), said)

    async def do_open(self) -> None:
        row: AskedLine | None = self.table.row
        if row is None:
            return
        text = await self.ask(TextDialog(f"{self._code}. {ASKS[row.name]}", row.words or ""))
        if text is not None:
            self._keep(row.name, agreed_words(text))
            self.table.move(1)

    def do_skip(self) -> None:
        row: AskedLine | None = self.table.row
        if row is not None:
            self._keep(row.name, None)
            self.table.move(1)

    def _keep(self, name: Agreement, words: str | None) -> None:
        from setsetting.desk import agreements

        agreements.agree(self._clinic, self._code, {name: words})
        self._load()

    async def do_before(self) -> None:
        """All that was agreed, the newest first; the one that is chosen is taken back, with a reason."""
        from setsetting.desk import statements

        told = list(reversed(self._view.told)) if self._view else []
        choices = [(local_text(row.at_utc_ms, self._clinic.settings.zone), short_line(row.agreements)) for row in told]
        if not choices:
            self.say(_("nothing was agreed yet"))
            return
        at = await self.ask(ChoiceDialog(_("{code}: which was not said so?").format(code=self._code), choices))
        if at is None:
            return
        question = _("{code}: why is it taken back? The reason stays in the record").format(code=self._code)
        reason = await self.ask(TextDialog(question))
        if reason is not None:
            statements.withdraw(self._clinic, told[at].event_id, reason)
            self._load()
            self.say(_("Taken back; what was agreed before it stands again."))
