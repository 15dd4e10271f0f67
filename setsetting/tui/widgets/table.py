"""A table that draws only the rows in view: ten thousand tracks cost as much as thirty.

Columns that have no room are left out whole, from the last; those that flex take what is left, none more than its longest
text needs while another is cut. A text runs on over the empty cells beside it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Generic, TypeVar

from textual import events
from textual.message import Message

from setsetting.tui.line import Line, fit, paragraph
from setsetting.tui.painting import WIDE_FROM, Painting, scroll_bar
from setsetting.tui.theme import ACCENT, DIM, STRONG, TEXT, TextStyle
from setsetting.words import plain

RowType = TypeVar("RowType")
MARGIN = 1
GAP = 2
MEASURED_ROWS = 500
"""With more rows than these nobody waits until the longest texts are found, and columns that flex are equally wide."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `width` is in cells, and of a flexing one the least. The last one `gives_way` where a text that flexes is cut."""

    title: str
    width: int
    right: bool = False
    flex: bool = False
    gives_way: bool = False


Cells = Sequence[tuple[str, TextStyle]]


class Table(Painting, Generic[RowType]):
    """Rows with a cursor; `cells` gives a row's texts, `below` an optional second line of it.

    Where the window is narrow, only the row under the cursor has its second line.
    With a `key` the cursor stays on the row of the same key when rows are sorted anew: an act must
    never fall on another patient or track than the one that was chosen. A `steady` one, whose rows are answered, moves no
    column for a longer answer.
    """

    DEFAULT_CSS = "Table { height: 1fr; }"

    class Moved(Message):
        """The cursor is on another row."""

    class Opened(Message):
        """A row was clicked a second time, or twice."""

    def __init__(
        self,
        columns: Sequence[Column],
        cells: Callable[[RowType], Cells],
        below: Callable[[RowType], tuple[str, TextStyle]] | None = None,
        *,
        empty: str = "",
        key: Callable[[RowType], object] | None = None,
        steady: bool = False,
    ) -> None:
        super().__init__()
        self._columns = columns
        self._cells = cells
        self._below = below
        self._empty = empty
        self._key = key
        self._steady = steady
        self._rows: Sequence[RowType] = ()
        self._longest: list[int] | None = None
        self._top = 0
        self.at = 0

    def show(self, rows: Sequence[RowType], *, at: int | None = None) -> None:
        """Show other rows; the cursor stays on its row, else where it was as far as there are rows."""
        if at is None and self._key is not None and self.row is not None:
            here = self._key(self.row)
            at = next((at for at, row in enumerate(rows) if self._key(row) == here), None)
        self._rows, self._longest = rows, None
        self.at = max(0, min(self.at if at is None else at, len(rows) - 1))
        self.redraw()
        self.post_message(self.Moved())

    def show_as(
        self, columns: Sequence[Column], cells: Callable[[RowType], Cells], rows: Sequence[RowType], at: int | None = 0
    ) -> None:
        """Show rows of another kind under other columns; with `at` None the cursor stays on its row."""
        self._columns, self._cells = columns, cells
        self.show(rows, at=at)

    def go_to(self, key: object) -> None:
        """Put the cursor on the row of a key, if there is one."""
        for at, row in enumerate(self._rows):
            if self._key is not None and self._key(row) == key:
                self.move(at - self.at)

    def show_empty(self, words: str) -> None:
        """Say something else where there are no rows."""
        self._empty = words

    @property
    def rows(self) -> Sequence[RowType]:
        """All rows that are shown."""
        return self._rows

    @property
    def row(self) -> RowType | None:
        """The row under the cursor."""
        return self._rows[self.at] if self._rows else None

    @property
    def in_view(self) -> int:
        """How many rows the window holds."""
        return max(1, (self.size.height - 1 - self._under_cursor) // self._per_row)

    @property
    def has_room_for_all(self) -> bool:
        """Whether no column is left out."""
        return len(self._shown(self.size.width)) == len(self._columns)

    @property
    def _per_row(self) -> int:
        """How many lines every row has."""
        return 2 if self._below is not None and self.size.width >= WIDE_FROM else 1

    @property
    def _under_cursor(self) -> int:
        """How many lines more the row under the cursor has."""
        return int(self._below is not None) if self._per_row == 1 else 0

    def move(self, by: int) -> None:
        """Move the cursor, as far as there are rows."""
        at = max(0, min(self.at + by, len(self._rows) - 1))
        if at != self.at:
            self.at = at
            self.redraw()
            self.post_message(self.Moved())

    def paint(self, width: int, height: int) -> list[Line]:
        shown = self._shown(width)
        self._top = max(0, min(self._top, self.at, len(self._rows) - self.in_view))
        self._top = max(self._top, self.at - self.in_view + 1)
        header = Line(width, "raised")
        for index, x, room in shown:
            self._put(header, index, x, room, (self._columns[index].title, TEXT))
        lines = [header]
        if not self._rows and self._empty:
            return [*lines, Line(width), *paragraph(self._empty, width, DIM)]
        for index, row in enumerate(self._rows[self._top : self._top + self.in_view], self._top):
            lines.extend(self._row_lines(row, width, shown, here=index == self.at))
        scroll_bar(lines[1:height], self._top, self.in_view, len(self._rows))
        return lines

    def _row_lines(self, row: RowType, width: int, shown: Sequence[tuple[int, int, int]], *, here: bool) -> list[Line]:
        bg = "cursor" if here else "ground"
        line = Line(width, bg)
        cells = self._cells(row)
        for at, (index, x, room) in enumerate(shown):
            text, style = cells[index]
            if here and style in {TEXT, DIM}:
                style = STRONG if style == TEXT else TEXT
            empty = (
                () if self._columns[index].right else takewhile(lambda place: not cells[place[0]][0], shown[at + 1 :])
            )
            runs_on = max([room, *(next_x + more - x for _index, next_x, more in empty)])
            self._put(line, index, x, runs_on, (text, style))
        lines = [line]
        if self._below is not None and (here or self._per_row > 1):
            second = Line(width, bg)
            text, style = self._below(row)
            x = MARGIN + GAP
            second.put(x, fit(text, width - x - MARGIN), TEXT if here and style == DIM else style)
            lines.append(second)
        if here:
            for each in lines:
                each.put(0, "▌", ACCENT)
        return lines

    def _put(self, line: Line, index: int, x: int, room: int, cell: tuple[str, TextStyle]) -> None:
        """Write a text into a column, at the side where the column has its own."""
        words = fit(cell[0], room)
        line.put(x + room - plain.width(words) if self._columns[index].right else x, words, cell[1])

    def _shown(self, width: int) -> list[tuple[int, int, int]]:
        """Index, first cell and room of the columns that fit."""
        count = len(self._columns)
        while count > 1 and self._need(count) > width - 2 * MARGIN:
            count -= 1
        while self._columns[count - 1].gives_way and self._is_cut(count, width - 2 * MARGIN):
            count -= 1
        spare = max(0, width - 2 * MARGIN - self._need(count))
        flexing = [index for index, column in enumerate(self._columns[:count]) if column.flex]
        more = dict(zip(flexing, self._shares(spare, flexing), strict=True))
        places = []
        x = MARGIN
        for index, column in enumerate(self._columns[:count]):
            room = column.width + more.get(index, 0)
            places.append((index, x, room))
            x += room + GAP
        return places

    def _shares(self, spare: int, flexing: Sequence[int]) -> list[int]:
        """How many of the cells that are to spare each of the columns gets."""
        wants = [spare] * len(flexing)
        if len(flexing) > 1 and len(self._rows) <= MEASURED_ROWS and not self._steady:
            longest = self._longest_texts()
            wants = [max(0, longest[index] - self._columns[index].width) for index in flexing]
        given = [0] * len(flexing)
        by_want = sorted(range(len(flexing)), key=wants.__getitem__)
        for most in (wants, [spare] * len(flexing)):  # what each needs, and then what is left of it
            for waiting, at in zip(range(len(flexing), 0, -1), by_want, strict=True):
                share = min(most[at], spare // waiting)
                given[at] += share
                spare -= share
        return given

    def _longest_texts(self) -> list[int]:
        """How wide the longest text of each column is, its title among them."""
        if self._longest is None:
            rows = [self._cells(row) for row in self._rows]
            titles = [plain.width(column.title) for column in self._columns]
            self._longest = [
                max((title, *(plain.width(cells[index][0]) for cells in rows))) for index, title in enumerate(titles)
            ]
        return self._longest

    def _is_cut(self, count: int, room: int) -> bool:
        """Whether a text is cut where so many columns stand in so much room; with many rows one is taken to be."""
        if len(self._rows) > MEASURED_ROWS:
            return True
        longest = self._longest_texts()
        flexing = [index for index in range(count) if self._columns[index].flex]
        return self._need(count) + sum(max(0, longest[index] - self._columns[index].width) for index in flexing) > room

    def _need(self, count: int) -> int:
        return sum(column.width for column in self._columns[:count]) + GAP * (count - 1)

    def on_click(self, event: events.Click) -> None:
        below = event.y - 1 > self.at - self._top
        index = self._top + (event.y - 1 - self._under_cursor * below) // self._per_row
        if event.y < 1 or index >= len(self._rows):
            return
        if index == self.at and event.chain > 1:
            self.post_message(self.Opened())
        self.move(index - self.at)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.move(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.move(-3)
