"""Sentences that stand on a screen whole, on as many rows as they need."""

from setsetting.tui.line import Line, paragraph, wrap_within
from setsetting.tui.painting import HIGH_FROM, Painting
from setsetting.tui.theme import DIM, TEXT, TextStyle


class Paragraph(Painting):
    """Words in one style on one ground, with a margin; what takes more than `most` rows ends with `more`, where the rest is."""

    DEFAULT_CSS = "Paragraph { height: auto; }"

    def __init__(
        self,
        words: str = "",
        style: TextStyle = TEXT,
        bg: str = "ground",
        *,
        margin: int = 1,
        most: int | None = None,
        more: str = "",
    ) -> None:
        super().__init__()
        self._words, self._style, self._bg, self._margin = words, style, bg, margin
        self._most, self._more = most, more

    def show(self, words: str) -> None:
        """Show other words."""
        self._words = words
        self.relayout()

    def rows_wanted(self, width: int) -> int:
        return len(self.paint(width, 0))

    def paint(self, width: int, height: int) -> list[Line]:
        room = width - 2 * self._margin
        most = len(self._words) + 1 if self._most is None else self._most
        lines = []
        for words in wrap_within(self._words, room, most, self._more):
            lines.append(Line(width, self._bg))
            lines[-1].put(self._margin, words, self._style)
        return lines


class Disclaimer(Paragraph):
    """The sentences that must stand on a screen: what it is not, and what the record relies on.

    On a low screen `short` stands for them in one row where they need more, and help says them whole.
    """

    def __init__(self, *sentences: str, short: str = "") -> None:
        self.whole = " ".join(sentence for sentence in sentences if sentence)
        """All of it, which help says."""
        super().__init__(self.whole, DIM)
        self._short = short

    def paint(self, width: int, height: int) -> list[Line]:
        lines = super().paint(width, height)
        if self._short and len(lines) > 1 and self.app.size.height < HIGH_FROM:
            return paragraph(self._short, width, DIM)
        return lines
