"""The row under the cursor in whole sentences, where a table can only show their beginnings."""

from setsetting.tui.line import Line, wrap_within
from setsetting.tui.painting import Painting
from setsetting.tui.theme import DIM, STRONG, TEXT


class DetailPane(Painting):
    """A title and sentences, wrapped; when they do not fit, the last line says so, and `more` where the rest is."""

    DEFAULT_CSS = "DetailPane { height: 2; }"

    def __init__(self, more: str = "") -> None:
        super().__init__()
        self._more = more
        self._title = ""
        self._words = ""

    def show(self, title: str, words: str) -> None:
        """Show sentences about something."""
        self._title, self._words = title, words
        self.redraw()

    def paint(self, width: int, height: int) -> list[Line]:
        head = f"{self._title} " if self._title else ""
        texts = wrap_within(head + self._words, width - 2, height, self._more)
        lines = []
        for y, text in enumerate(texts):
            line = Line(width, "panel")
            bold = min(len(self._title), len(text)) if y == 0 else 0
            line.run(1, (text[:bold], STRONG), (text[bold:], TEXT if y == 0 or not self._title else DIM))
            lines.append(line)
        return lines + [Line(width, "panel") for _row in range(height - len(lines))]
