"""The status row: news and refusals in words, where no key and no figure is covered."""

from setsetting.tui.ink import ACCENT, DIM, STRONG, TEXT, URGENT, Ink
from setsetting.tui.line import Line, fit
from setsetting.tui.painting import Painting


class StatusRow(Painting):
    """One line; what was said last stays until something else is said."""

    DEFAULT_CSS = "StatusRow { height: 1; }"

    def __init__(self, first: str = "") -> None:
        super().__init__()
        self._said = first
        self._ink: Ink = DIM

    @property
    def said(self) -> str:
        """The words that stand there."""
        return self._said

    def say(self, words: str, *, wrong: bool = False) -> None:
        """Show a sentence; a wrong one is marked in words and colour."""
        self._said = words
        self._ink = URGENT if wrong else TEXT
        self.redraw()

    def paint(self, width: int, height: int) -> list[Line]:
        line = Line(width, "panel")
        if self._said:
            mark, ink = ("!", STRONG) if self._ink == URGENT else ("·", ACCENT)
            line.put(1, mark, ink)
            line.put(3, fit(self._said, width - 4), self._ink)
        return [line]
