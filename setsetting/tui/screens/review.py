"""One patient's review: the PCL-5 course with each session's setting beside it, and the windows between forms.

It describes and never ranks: what is shown is the rows the report has, the words are the review's own.
"""

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult

from setsetting.clinical.form import Recall
from setsetting.review.words import do_not_change, internal_review, simulated
from setsetting.tui.command import Command
from setsetting.tui.dialogs import ChoiceDialog
from setsetting.tui.line import Line, paragraph
from setsetting.tui.list_screen import MOVES, ListScreen
from setsetting.tui.painting import HIGH_FROM, PaintingOf
from setsetting.tui.screens.report import write_export, write_review
from setsetting.tui.task_screen import BACK, HELP, small_print
from setsetting.tui.theme import DIM, MONTH, STRONG, TEXT, URGENT, WEEK, TextStyle
from setsetting.tui.widgets.header import Header
from setsetting.tui.widgets.paragraph import Disclaimer, Paragraph
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Cells, Column, Table
from setsetting.tui.widgets.trajectory import Trajectory
from setsetting.words import plain
from setsetting.words.numbers import signed, times
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.review.view import PatientReview, WindowLine

SAYS = 66
"""The widest that a change is called; where there is no room for it the line under the row says it, whole."""
FACT_ROWS, FACT_ROWS_LOW = 4, 2


class Completeness(PaintingOf["PatientReview"]):
    """What a gate holds back, then how complete the record is, first of all."""

    DEFAULT_CSS = "Completeness { height: auto; dock: top; margin-top: 1; }"

    def rows_wanted(self, width: int) -> int:
        return len(self.paint(width, 0))

    def paint_of(self, shown: "PatientReview", width: int, height: int) -> list[Line]:
        """Facts whole, as many as there is room for; the report has all of them."""
        most = FACT_ROWS if self.screen.size.height >= HIGH_FROM else FACT_ROWS_LOW
        facts = [*((shown.gate,) if shown.gate else ()), *shown.completeness]
        kept = list(facts)
        while True:
            tail = [] if len(kept) == len(facts) else [_("more in the report")]
            lines = paragraph(" · ".join((*kept, *tail)), width)
            if len(lines) <= most or not kept:
                return lines
            kept.pop()


class ReviewScreen(ListScreen):
    """Trajectory above, windows below."""

    TITLE_WORDS = _("patient review")
    CSS = """
    ReviewScreen Table { height: 6; }
    ReviewScreen.-high Table { height: 11; }
    """
    ACTS: ClassVar[tuple[Command, ...]] = (
        Command("open", "enter", _("Whole row"), _("Says the whole of the window under the cursor.")),
        Command("report", "o", _("Report"), _("Writes this review as one page for the care team.")),
        Command("export", "e", _("Export"), _("Writes forms and sessions into a folder, as CSV for other programs.")),
        *MOVES,
        BACK,
        HELP,
    )

    def __init__(self, clinic: "Clinic", code: str) -> None:
        super().__init__()
        self._clinic, self._code = clinic, code
        self._whole = Paragraph(bg="panel", most=4)

    def body(self) -> ComposeResult:
        yield Header(_("REVIEW"))
        yield Completeness()
        yield Trajectory()
        columns = (
            Column(_("recall"), 6),
            Column(_("from"), 10),
            Column(_("to"), 10),
            Column(_("days"), 4, right=True),
            Column(_("PCL-5"), 8, right=True),
            Column(_("change"), 6, right=True),
            Column(_("infusions"), 9, right=True),
            Column(_("what that is called"), SAYS, flex=True),
        )
        yield Table["WindowLine"](
            columns, self._cells, self._beneath, empty=_("No two complete forms of one recall yet.")
        )
        yield self._whole
        yield StatusRow()
        yield Disclaimer(internal_review(), do_not_change(), short=small_print())

    def on_mount(self) -> None:
        from setsetting.desk import review

        shown = review.patient_review(self._clinic, self._code)
        self.query_one(Header).show(
            (f"  {shown.code}", STRONG),
            (f"  {shown.period}", TEXT),
            right=simulated() if shown.simulated else _("thresholds {label}").format(label=shown.thresholds.label),
            style=URGENT if shown.simulated else DIM,
        )
        self.query_one(Completeness).show(shown)
        self.query_one(Trajectory).show(shown)
        self.table.show(shown.windows)
        if shown.forms or shown.visits:
            self.query_one(StatusRow).rest(_legend(shown))
        else:
            self.say(
                _(
                    "Nothing to review yet: esc goes back, f enters the first PCL-5, m there builds the first soundscape."
                )
            )

    def _cells(self, window: "WindowLine") -> Cells:
        week = window.recall is Recall.WEEK
        return (
            (str(window.recall), WEEK if week else MONTH),
            (window.first, TEXT),
            (window.last, TEXT),
            (str(window.days), TEXT),
            (f"{window.before} → {window.after}", TEXT),
            (signed(window.change), STRONG),
            (times(window.infusions), TEXT),
            (window.says, DIM),
        )

    def on_table_moved(self, message: Table.Moved) -> None:
        """Say whole what its row has no room for."""
        message.stop()
        self._show_whole()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self._show_whole()

    def _show_whole(self) -> None:
        window: WindowLine | None = self.table.row
        words = "" if window is None else self._beneath(window)[0]
        cut = plain.width(words) > self.size.width - 6
        self._whole.display = cut
        self._whole.show(words if cut else "")

    def _beneath(self, window: "WindowLine") -> tuple[str, TextStyle]:
        """The setting in the window, after what the change is called where no column has room for that."""
        says = "" if self.table.has_room_for_all else window.says
        return " · ".join(part for part in (says, window.setting) if part), DIM

    async def do_open(self) -> None:
        window: WindowLine | None = self.table.row
        if window is not None:
            infusions = count("{n} infusion", "{n} infusions", window.infusions)
            words = " · ".join(part for part in (window.says, infusions, window.setting) if part)
            await self.ask(ChoiceDialog(f"{window.first} → {window.last}: {words}", ()))

    async def do_report(self) -> None:
        await write_review(self, self._clinic, self._code)

    async def do_export(self) -> None:
        await write_export(self, self._clinic, self._code)


def _legend(shown: "PatientReview") -> str:
    """What the signs mean that are drawn."""
    cells = [cell for lane in shown.lanes for cell in lane.cells]
    said = [_("● past week, ◆ past month, never joined")]
    said += [_("○ ◇ amid a session")] if any(form.amid for form in shown.forms) else []
    said += [_("shaded: not as usual")] if any(cell.differs for cell in cells) else []
    said += [_("° by the program")] if any(cell.by_program for cell in cells) else []
    return "; ".join(said)
