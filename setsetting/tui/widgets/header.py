"""The header of a screen: what it is, for whom, and one thing at the right."""

from collections.abc import Sequence

from setsetting.tui.line import Line, row
from setsetting.tui.painting import Painting
from setsetting.tui.theme import LOUD, STRONG, TextStyle


class Header(Painting):
    """One line; pieces that do not fit are left out from the end, whole."""

    DEFAULT_CSS = "Header { height: 1; dock: top; }"

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._pieces: tuple[tuple[str, TextStyle], ...] = ()
        self._right = ""
        self._right_style = LOUD

    def show(self, *pieces: tuple[str, TextStyle], right: str = "", style: TextStyle = LOUD) -> None:
        self._pieces, self._right, self._right_style = pieces, right, style
        self.redraw()

    def paint(self, width: int, height: int) -> list[Line]:
        pieces: Sequence[tuple[str, TextStyle]] = ((self._title, STRONG), *self._pieces)
        return [row(width, pieces, "panel", self._right, self._right_style)]
