"""A session to look at together with the patient: titles and their own words, minute by minute, heard again from any."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult

from setsetting.errors import UsageError
from setsetting.review.session_words import number
from setsetting.review.shared import shared
from setsetting.review.words import internal_review
from setsetting.tui.command import Command
from setsetting.tui.list_screen import MOVES, ListScreen
from setsetting.tui.screens import hearing
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


class TogetherScreen(ListScreen):
    """Titles, words, minutes; no estimate, no level, no note of the clinic's."""

    TITLE_WORDS = _("a session to look at together")
    CSS = "TogetherScreen DetailPane { height: 4; }"
    ACTS: ClassVar[tuple[Command, ...]] = (
        Command(
            "hear",
            "0",
            _("Hear again"),
            _(
                "Plays the session from the row under the cursor as it was heard, on an output that is asked; 0 ends it."
            ),
        ),
        Command(
            "titles", "9", _("Take home"), _("Writes the titles that were heard as a list; no audio, nobody's code.")
        ),
        *MOVES,
        BACK,
        HELP,
    )

    def __init__(self, clinic: "Clinic", session_id: str) -> None:
        super().__init__()
        self._clinic, self._session_id = clinic, session_id
        self._code = ""
        self._hearing: threading.Event | None = None

    def body(self) -> ComposeResult:
        yield Header(_("TOGETHER"))
        columns = (Column(_("minute"), 6, right=True), Column(_("heard, and said"), 40, flex=True))
        yield Table["SharedLine"](columns, self._cells, empty=_("Nothing was heard or said that was kept."))
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

    async def do_titles(self) -> None:
        await hearing.write_titles(self, self._clinic, self._session_id)

    async def do_hear(self) -> None:
        line: SharedLine | None = self.table.row
        if line is None:
            raise UsageError(_("Nothing was heard or said that was kept."))
        self._hearing = threading.Event()
        try:
            await hearing.hear_again(self, self._clinic, self._session_id, line.at_ms, self._hearing)
        finally:
            self._hearing = None

    def method_of(self, name: str) -> Callable[..., Any]:
        return self._end_hearing if name == "hear" and self._hearing is not None else super().method_of(name)

    def _end_hearing(self) -> None:
        if self._hearing is not None:
            self._hearing.set()

    def let_go(self) -> str:
        self._end_hearing()
        return super().let_go()
