"""Sentences that stand on a screen whole, on as many rows as they need."""

from setsetting.tui.line import Line, paragraph
from setsetting.tui.painting import Painting
from setsetting.tui.theme import DIM, TEXT, TextStyle


class Paragraph(Painting):
    """Words in one style on one ground, with a margin; of more than `most` rows the rest is cut."""

    DEFAULT_CSS = "Paragraph { height: auto; }"

    def __init__(
        self, words: str = "", style: TextStyle = TEXT, bg: str = "ground", *, margin: int = 1, most: int | None = None
    ) -> None:
        super().__init__()
        self._words, self._style, self._bg, self._margin, self._most = words, style, bg, margin, most

    def show(self, words: str) -> None:
        """Show other words."""
        self._words = words
        self.relayout()

    def rows_wanted(self, width: int) -> int:
        return len(self.paint(width, 0))

    def paint(self, width: int, height: int) -> list[Line]:
        return paragraph(self._words, width, self._style, self._bg, (self._margin, self._margin))[: self._most]


class Disclaimer(Paragraph):
    """The sentences that must stand on a screen: what it is not, and what the record relies on."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentence for sentence in sentences if sentence), DIM)
