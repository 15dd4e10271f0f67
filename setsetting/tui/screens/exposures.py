"""Every session with how much it had of one factor; enter opens its page. Nothing is estimated here."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from setsetting.review.words import do_not_change, internal_review
from setsetting.tui.command import Command
from setsetting.tui.list_screen import MOVES, ListScreen
from setsetting.tui.task_screen import BACK, HELP, small_print
from setsetting.tui.theme import DIM, STRONG, TEXT
from setsetting.tui.widgets.header import Header
from setsetting.tui.widgets.paragraph import Disclaimer
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Cells, Column, Table
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.own_linkage import ClinicLinkView
    from setsetting.views.clinic_link import ExposureRow


class ExposuresScreen(ListScreen):
    """In the order of patient and time."""

    TITLE_WORDS = _("sessions of a factor")
    ACTS: ClassVar[tuple[Command, ...]] = (
        Command("open", "enter", _("Session"), _("Opens the page of the chosen session.")),
        *MOVES,
        BACK,
        HELP,
    )

    def __init__(self, viewed: "ClinicLinkView", factor: str) -> None:
        super().__init__()
        self._viewed, self._factor = viewed, factor

    def body(self) -> ComposeResult:
        yield Header(_("SESSIONS"))
        columns = (
            Column(_("patient"), 12),
            Column(_("infusion"), 8, right=True),
            Column(_("day"), 10),
            Column(_("minutes"), 7, right=True),
            Column(_("of it"), 9, right=True),
            Column(_("link"), 20, flex=True),
        )
        yield Table["ExposureRow"](columns, self._cells, empty=_("No session was held yet."))
        yield StatusRow()
        yield Disclaimer(internal_review(), do_not_change(), short=small_print())

    def on_mount(self) -> None:
        from setsetting.views import clinic_link as views

        self.query_one(Header).show((f"  {self._factor}", STRONG))
        self.table.show(views.exposure_rows(self._viewed, self._factor))
        self.query_one(StatusRow).rest(views.totals_line(self._viewed, self._factor))

    def _cells(self, row: "ExposureRow") -> Cells:
        return (
            (row.patient, TEXT),
            (row.number, TEXT),
            (row.day, TEXT),
            (row.minutes, TEXT),
            (row.much, STRONG),
            (row.linked, DIM),
        )

    def do_open(self) -> None:
        row: ExposureRow | None = self.table.row
        if row is not None:
            self.navigator.open_session(row.session_id)
