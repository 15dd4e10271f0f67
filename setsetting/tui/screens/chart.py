"""A chart of the clinic's own: one measure over time as bars, what the clinic changed between them, and what may be read off."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from setsetting.clinical.free_text import line_given
from setsetting.errors import UsageError
from setsetting.review.measures import WORDS, Measure, Per
from setsetting.review.words import internal_review
from setsetting.tui.command import Command
from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.tui.list_screen import MOVES, ListScreen
from setsetting.tui.task_screen import BACK, HELP, small_print
from setsetting.tui.theme import ACCENT, DIM, STRONG, TEXT
from setsetting.tui.widgets.header import Header
from setsetting.tui.widgets.paragraph import Disclaimer, Paragraph
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Cells, Column, Table
from setsetting.views import chart as views
from setsetting.views.change import sealed_in_words, told_words
from setsetting.views.correction import made_words
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.views.chart import ChartRow


class ChartScreen(ListScreen):
    """Every look is noted: who looks often finds something without a change."""

    TITLE_WORDS = _("charts of the clinic")
    ACTS: ClassVar[tuple[Command, ...]] = (
        Command("measure", "1", _("Measure"), _("Charts another measure.")),
        Command("per", "2", _("By month"), _("Changes between a point for each session and one for each month.")),
        Command("change", "3", _("A change"), _("Says what changes for everybody on a day: a flag on every chart.")),
        Command("withdraw", "4", _("Unsay"), _("Takes back the change under the cursor; asks why.")),
        Command(
            "seal", "5", _("Seal"), _("Fixes a change to come: what this chart shows of it until a day, printed then.")
        ),
        Command("sealed", "6", _("Sealed"), _("Shows a sealed change, and once it is over what it came to.")),
        *MOVES,
        BACK,
        HELP,
    )

    def __init__(self, clinic: "Clinic", measure: Measure = Measure.DISTRESS) -> None:
        super().__init__()
        self._clinic = clinic
        self._measure, self._per = measure, Per.SESSION
        self._complete, self._read_off = Paragraph(most=2), Paragraph()

    def body(self) -> ComposeResult:
        yield Header(_("CHART"))
        yield self._complete
        columns = (Column(_("when"), 10), Column(_("value"), 9, right=True), Column("", 40, flex=True))
        yield Table["ChartRow"](columns, self._cells, empty=_("Nothing to chart yet."))
        yield self._read_off
        yield StatusRow()
        yield Disclaimer(internal_review(), short=small_print())

    def on_mount(self) -> None:
        self._look()

    def _look(self) -> None:
        from setsetting.desk import charts

        viewed = charts.of_clinic(self._clinic, self._measure, self._per)
        self.query_one(Header).show((f"  {views.title(viewed.chart)}", STRONG))
        self.table.show(views.rows_of(viewed.chart))
        self._complete.show(" · ".join(views.above(viewed)))
        self._read_off.show(" · ".join(line.strip() for line in views.read_off(viewed) if line))

    def _cells(self, row: "ChartRow") -> Cells:
        told = row.change_id is not None
        return ((row.label, DIM), (row.value, TEXT), (row.bar, ACCENT if told else TEXT))

    async def do_measure(self) -> None:
        at = await self.ask(ChoiceDialog(_("Chart what?"), [(WORDS[each], "") for each in Measure]))
        if at is not None:
            self._measure = list(Measure)[at]
            self._per = Per.MONTH if self._measure is Measure.COURSES else self._per
            self._look()

    def do_per(self) -> None:
        if self._measure is Measure.COURSES:
            raise UsageError(_("Courses are finished in months, not in sessions."))
        self._per = Per.SESSION if self._per is Per.MONTH else Per.MONTH
        self._look()

    async def do_change(self) -> None:
        from setsetting.desk import changes

        question = _("What changes for everybody? Nothing of one patient belongs here")
        words = await self.ask_and_do(question, line_given)
        if not words:
            return
        told = await self.ask_and_do(
            _("On which day?"), lambda day: changes.add(self._clinic, words, day), hint="2026-05-01"
        )
        if told is not None:
            self._look()
            self.say(told_words(told))

    async def do_seal(self) -> None:
        from setsetting.desk import seals

        question = _("What will change for everybody? It cannot be taken back that this was said")
        words = await self.ask_and_do(question, line_given)
        if not words:
            return
        day = await self.ask_and_do(
            _("On which day to come?"), lambda typed: seals.day_to_come(self._clinic, typed), hint="2027-01-11"
        )
        if day is None:
            return

        def seal(until: str) -> seals.SealView:
            asked = seals.Sealing(words, day.isoformat(), until, self._measure, self._per)
            return seals.seal(self._clinic, asked)

        told = await self.ask_and_do(_("Until which day is it measured?"), seal, hint="2027-06-30")
        if told is not None:
            self._look()
            await self.ask(ChoiceDialog(" ".join(sealed_in_words(told)), ()))

    async def do_sealed(self) -> None:
        from setsetting.desk import seals

        known = seals.listed(self._clinic)
        if not known:
            raise UsageError(_("No change was sealed."))
        told = [(each.row.sealed.words, f"{each.row.sealed.day} \N{EN DASH} {each.row.sealed.until}") for each in known]
        at = await self.ask(ChoiceDialog(_("Which sealed change?"), told))
        if at is not None:
            shown = seals.show(self._clinic, known[at].row.event_id)
            await self.ask(ChoiceDialog(" ".join(sealed_in_words(shown)), ()))

    async def do_withdraw(self) -> None:
        from setsetting.desk import changes

        row: ChartRow | None = self.table.row
        if row is None or row.change_id is None:
            raise UsageError(_("The cursor stands on no change."))
        reason = await self.ask(TextDialog(_("Why is this change taken back? The reason stays in the record")))
        if reason:
            done = changes.withdraw(self._clinic, row.change_id, reason)
            self._look()
            self.say(made_words(_("Withdrawn."), done.event_id))
