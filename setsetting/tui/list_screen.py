"""A screen that is one good table: moving in it is the same everywhere."""

from typing import Any

from setsetting.errors import UsageError
from setsetting.tui.command import Command
from setsetting.tui.task_screen import TaskScreen
from setsetting.tui.widgets.table import Table
from setsetting.words.translate import _

MOVES = (
    Command("up", "up", _("Up"), _("Goes one row up."), in_bar=False),
    Command("down", "down", _("Down"), _("Goes one row down."), in_bar=False),
    Command("page-up", "pageup", _("Page up"), _("Goes one window up."), in_bar=False, shown_key="pgup"),
    Command("page-down", "pagedown", _("Page down"), _("Goes one window down."), in_bar=False, shown_key="pgdn"),
    Command("first", "home", _("First"), _("Goes to the first row."), in_bar=False),
    Command("last", "end", _("Last"), _("Goes to the last row."), in_bar=False),
)
ALL_ROWS = 1_000_000


def no_act(key: str) -> UsageError:
    """What is said to a digit beside which no act stands."""
    return UsageError(_("{key} stands beside no act here.").format(key=key))


class ListScreen(TaskScreen):
    """Subclasses put a `Table` into their body and MOVES into their ACTS; `open` opens a row."""

    @property
    def table(self) -> Table[Any]:
        """The table of the screen."""
        return self.query_one(Table)

    def do_up(self) -> None:
        self.table.move(-1)

    def do_down(self) -> None:
        self.table.move(1)

    def do_page_up(self) -> None:
        self.table.move(-self.table.in_view)

    def do_page_down(self) -> None:
        self.table.move(self.table.in_view)

    def do_first(self) -> None:
        self.table.move(-ALL_ROWS)

    def do_last(self) -> None:
        self.table.move(ALL_ROWS)

    async def on_table_opened(self, message: Table.Opened) -> None:
        message.stop()
        await self.action_do("open")
