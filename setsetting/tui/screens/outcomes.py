"""The course table of the clinic: first and last scores of its courses, and from here the clinic's review as a page.

Completeness stands above it. Nothing is a target, no row is coloured by what it says.
"""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from setsetting.review import outcome_words
from setsetting.review.words import do_not_change, internal_review
from setsetting.tui.command import Command
from setsetting.tui.dialogs import ChoiceDialog
from setsetting.tui.list_screen import MOVES, ListScreen
from setsetting.tui.screens.report import free_name, write_named, written_words
from setsetting.tui.task_screen import BACK, HELP, small_print
from setsetting.tui.theme import STRONG, TEXT
from setsetting.tui.widgets.header import Header
from setsetting.tui.widgets.paragraph import Disclaimer, Paragraph
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Cells, Column, Table
from setsetting.views import outcomes as views
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.outcomes import ClinicOutcomesView
    from setsetting.review.outcome_words import OutcomeLine

CELL = 22


class OutcomesScreen(ListScreen):
    """All who began beside those who finished the course, one recall at a time."""

    TITLE_WORDS = _("course table of the clinic")
    ACTS: ClassVar[tuple[Command, ...]] = (
        Command("open", "enter", _("Whole row"), _("Says the whole of the row under the cursor.")),
        Command("recall", "1", _("Recall"), _("Changes between past-week and past-month forms.")),
        Command(
            "notes", "2", _("Notes"), _("Says how the table was made, what stands beside it, and published context.")
        ),
        Command("report", "o", _("Report"), _("Writes the clinic's review as one page for the care team.")),
        Command(
            "deidentified",
            "3",
            _("No names"),
            _("Writes the edition that tells of nobody: counts alone, small ones held back."),
        ),
        Command("respct", "4", _("ReSPCT"), _("Writes what was logged of the setting by ReSPCT item as a CSV table.")),
        *MOVES,
        BACK,
        HELP,
    )

    def __init__(self, clinic: "Clinic") -> None:
        super().__init__()
        self._clinic = clinic
        self._at = 0
        self._viewed: ClinicOutcomesView | None = None
        self._above, self._beneath_table = Paragraph(most=2), Paragraph(most=4)

    def body(self) -> ComposeResult:
        yield Header(_("COURSES"))
        yield self._above
        columns = (
            Column("", 30, flex=True),
            Column(_("all who began"), CELL, right=True),
            Column(_("finished the course"), CELL, right=True),
        )
        yield Table["OutcomeLine"](columns, self._cells, empty=_("No course was begun yet."))
        yield self._beneath_table
        yield StatusRow()
        yield Disclaimer(internal_review(), do_not_change(), short=small_print())

    def on_mount(self) -> None:
        from setsetting.desk import outcomes

        self._viewed = outcomes.of_clinic(self._clinic)
        self._show()

    def _show(self) -> None:
        viewed = self._viewed
        assert viewed is not None
        found = viewed.outcomes.recalls[self._at]
        self.query_one(Header).show((f"  {outcome_words.heading(found)}", STRONG))
        self._above.show(" · ".join(views.above(viewed)))
        self.table.show(outcome_words.lines_of(found) if found.table.starters.began else [])
        self._beneath_table.show(" ".join(views.beneath(found)))

    def _cells(self, row: "OutcomeLine") -> Cells:
        return ((row.label, TEXT), (row.starters, TEXT), (row.completers, TEXT))

    async def do_open(self) -> None:
        row: OutcomeLine | None = self.table.row
        if row is not None:
            said = _("{label}. All who began: {starters}. Finished the course: {completers}.")
            await self.ask(
                ChoiceDialog(said.format(label=row.label, starters=row.starters, completers=row.completers), ())
            )

    def do_recall(self) -> None:
        assert self._viewed is not None
        self._at = (self._at + 1) % len(self._viewed.outcomes.recalls)
        self._show()

    async def do_notes(self) -> None:
        assert self._viewed is not None
        await self.ask(ChoiceDialog("\n".join(views.notes(self._viewed)), ()))

    async def do_report(self) -> None:
        await self._page("clinic-review", deidentified=False)

    async def do_deidentified(self) -> None:
        await self._page("clinic-deidentified", deidentified=True)

    async def _page(self, stem: str, *, deidentified: bool) -> None:
        from setsetting.desk import reports

        def write(out: Path, *, replace: bool) -> None:
            reports.of_clinic(self._clinic, out, replace=replace, deidentified=deidentified)
            self.say(written_words(out))

        question = _("Write the clinic's review to which file?")
        await write_named(self, _("The clinic"), question, free_name(self._clinic, stem, ".html"), write)

    async def do_respct(self) -> None:
        from setsetting.desk import respct

        def write(out: Path, *, replace: bool) -> None:
            respct.table(self._clinic, None, out, replace=replace)
            self.say(_("Written to {path}.").format(path=out))

        question = _("Write the ReSPCT table to which file?")
        await write_named(self, _("The clinic"), question, free_name(self._clinic, "respct", ".csv"), write)
