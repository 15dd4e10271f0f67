"""The head of a screen: what it is, for whom, and one thing at the right."""

from collections.abc import Sequence

from setsetting.tui.ink import LOUD, STRONG, Ink
from setsetting.tui.line import Line, row
from setsetting.tui.painting import Painting


class Head(Painting):
    """One line; pieces that do not fit are left out from the end, whole."""

    DEFAULT_CSS = "Head { height: 1; dock: top; }"

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._pieces: tuple[tuple[str, Ink], ...] = ()
        self._right = ""
        self._right_ink = LOUD

    def show(self, *pieces: tuple[str, Ink], right: str = "", ink: Ink = LOUD) -> None:
        self._pieces, self._right, self._right_ink = pieces, right, ink
        self.redraw()

    def paint(self, width: int, height: int) -> list[Line]:
        pieces: Sequence[tuple[str, Ink]] = ((self._title, STRONG), *self._pieces)
        return [row(width, pieces, "panel", self._right, self._right_ink)]
