"""A session to look at together with the patient: titles and their own words, minute by minute, heard again from any."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from setsetting.review.session_words import number
from setsetting.review.shared import shared
from setsetting.review.words import internal_review
from setsetting.tui.command import Command
from setsetting.tui.list_screen import MOVES
from setsetting.tui.screens.hearing import HEAR, TITLES, HearingScreen
from setsetting.tui.task_screen import BACK, HELP
from setsetting.tui.theme import DIM, STRONG, TEXT
from setsetting.tui.widgets.detail_pane import DetailPane
from setsetting.tui.widgets.header import Header
from setsetting.tui.widgets.paragraph import Disclaimer
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Cells, Column, Table
from setsetting.views.shared import line_words
from setsetting.words.numbers import minute_of
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.review.shared import SharedLine


class TogetherScreen(HearingScreen):
    """Titles, words, minutes; no estimate, no level, no note of the clinic's."""

    TITLE_WORDS = _("a session to look at together")
    NO_ROW = _("Nothing was heard or said that was kept.")
    CSS = "TogetherScreen DetailPane { height: 4; }"
    ACTS: ClassVar[tuple[Command, ...]] = (
        HEAR,
        TITLES,
        *MOVES,
        BACK,
        HELP,
    )

    def __init__(self, clinic: "Clinic", session_id: str) -> None:
        super().__init__(clinic, session_id)
        self._code = ""

    def body(self) -> ComposeResult:
        yield Header(_("TOGETHER"))
        columns = (Column(_("minute"), 6, right=True), Column(_("heard, and said"), 40, flex=True))
        yield Table["SharedLine"](columns, self._cells, empty=self.NO_ROW)
        yield DetailPane()
        yield StatusRow(_("0 plays it from the row under the cursor"))
        yield Disclaimer(internal_review())

    def on_mount(self) -> None:
        from setsetting.desk import session_page

        page = session_page.session_page(self._clinic, self._session_id)
        self._code = page.code
        self.query_one(Header).show(
            (f"  {number(page)}", STRONG), (f"  {page.date}", TEXT), right=" · ".join(page.states)
        )
        self.table.show(shared(page))

    def on_table_moved(self, message: Table.Moved) -> None:
        message.stop()
        line: SharedLine | None = self.table.row
        if line is not None:
            self.query_one(DetailPane).show(_("minute {n}").format(n=minute_of(line.at_ms)), line_words(line))

    def _cells(self, line: "SharedLine") -> Cells:
        return ((minute_of(line.at_ms), DIM), (line_words(line), STRONG if line.said else TEXT))
