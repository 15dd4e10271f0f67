"""The declared factors: what is declared, and, once looked at, each estimate as a range or a gate's words in its place.

Nothing is looked at before somebody asks; that it was is noted. The order is that of declaration, never of size, and no colour
tells a sign.
"""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from setsetting.errors import UsageError
from setsetting.review.words import do_not_change, internal_review
from setsetting.tui.command import Command
from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.tui.list_screen import MOVES, ListScreen
from setsetting.tui.screens.drawn import show_draw
from setsetting.tui.screens.which_patient import patient_asked
from setsetting.tui.task_screen import BACK, HELP, small_print
from setsetting.tui.theme import DIM, STRONG, TEXT, TextStyle
from setsetting.tui.widgets.header import Header
from setsetting.tui.widgets.paragraph import Disclaimer, Paragraph
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Cells, Column, Table
from setsetting.views.correction import made_words
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.own_linkage import ClinicLinkView
    from setsetting.views.clinic_link import ForestRow


class FactorsScreen(ListScreen):
    """First what is declared and how much a clinic of this size would miss; then, asked for, the forest."""

    TITLE_WORDS = _("factors of the clinic")
    ACTS: ClassVar[tuple[Command, ...]] = (
        Command("open", "enter", _("Sessions"), _("Lists every session with how much it had of the chosen factor.")),
        Command("declare", "1", _("Declare"), _("Declares a factor before it is looked at.")),
        Command("look", "2", _("Look"), _("Sets the declared factors beside the next scores; the look is noted.")),
        Command("whole", "3", _("Whole"), _("Says all that is told of the chosen factor.")),
        Command("withdraw", "4", _("Unsay"), _("Takes back the factor under the cursor; asks why.")),
        Command("draw", "5", _("Draw"), _("Shows what is drawn by lot for a patient's infusion, on its day.")),
        *MOVES,
        BACK,
        HELP,
    )

    def __init__(self, clinic: "Clinic") -> None:
        super().__init__()
        self._clinic = clinic
        self._viewed: ClinicLinkView | None = None
        self._complete, self._said = Paragraph(most=2), Paragraph()

    def body(self) -> ComposeResult:
        from setsetting.views import clinic_link as views

        yield Header(_("FACTORS"))
        yield self._complete
        columns = (
            Column(_("factor"), 26),
            Column(_("with"), 5, right=True),
            Column(_("without"), 7, right=True),
            Column(views.AXIS, views.FOREST_WIDTH, flex=True),
        )
        yield Table["ForestRow"](
            columns, self._cells, self._beneath, empty=_("No factor is declared yet: 1 declares one."), key=_name
        )
        yield self._said
        yield StatusRow()
        yield Disclaimer(internal_review(), do_not_change(), short=small_print())

    def on_mount(self) -> None:
        self._list()

    def _list(self) -> None:
        """What is declared, without a look."""
        from setsetting.desk import completeness, factors
        from setsetting.views import clinic_link as views
        from setsetting.views import completeness as counts

        self._viewed = None
        self._complete.show(counts.line(completeness.of_clinic(self._clinic).total))
        rows = factors.listed(self._clinic)
        self.query_one(Header).show((_("  declared, not looked at"), STRONG))
        self.table.show(views.unseen_rows(rows, self._clinic.settings.zone))
        self._said.show(views.before_looking())

    def do_look(self) -> None:
        from setsetting.desk import own_linkage
        from setsetting.views import clinic_link as views

        self._viewed = viewed = own_linkage.of_clinic(self._clinic)
        self.query_one(Header).show((f"  {views.linked_line(viewed)}", STRONG))
        self.table.show(views.forest_rows(viewed))
        self._said.show(" ".join(views.beside_forest(viewed)))

    def _cells(self, row: "ForestRow") -> Cells:
        return ((row.name, TEXT), (row.having, TEXT), (row.lacking, TEXT), (row.mark, DIM if row.gated else TEXT))

    def _beneath(self, row: "ForestRow") -> tuple[str, TextStyle]:
        return row.says, DIM

    async def do_whole(self) -> None:
        from setsetting.views import clinic_link as views

        row, viewed = self._under_cursor(), self._looked()
        await self.ask(ChoiceDialog("\n".join(views.factor_lines(viewed, row.name)), ()))

    def do_open(self) -> None:
        row, viewed = self._under_cursor(), self._looked()
        self.navigator.open_exposures(viewed, row.name)

    async def do_declare(self) -> None:
        from setsetting.desk import factors

        row = await self.ask_and_do(
            _("Which setting will be looked at?"),
            lambda text: factors.declare(self._clinic, text),
            hint=_("eye_shades, or people_present=companion"),
        )
        if row is not None:
            self._list()
            self.say(_("Declared: {factor}.").format(factor=row.factor.declared))

    async def do_withdraw(self) -> None:
        from setsetting.desk import factors

        row = self._under_cursor()
        reason = await self.ask(TextDialog(_("Why is this factor taken back? The reason stays in the record")))
        if reason:
            done = factors.withdraw(self._clinic, row.name, reason)
            self._list()
            self.say(made_words(_("Withdrawn."), done.event_id))

    async def do_draw(self) -> None:
        code = await patient_asked(self, self._clinic, _("For whose infusion?"))
        if code is not None:
            await show_draw(self, self._clinic, code)

    def _under_cursor(self) -> "ForestRow":
        row: ForestRow | None = self.table.row
        if row is None:
            raise UsageError(_("No factor is declared yet: 1 declares one."))
        return row

    def _looked(self) -> "ClinicLinkView":
        if self._viewed is None:
            raise UsageError(_("Nothing was looked at yet: 2 looks, and that is noted."))
        return self._viewed


def _name(row: "ForestRow") -> str:
    return row.name
