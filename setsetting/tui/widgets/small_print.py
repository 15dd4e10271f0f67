"""The sentences that must stand on a screen: what it is not, and what the record relies on."""

from setsetting.tui.ink import DIM
from setsetting.tui.line import Line, wrap
from setsetting.tui.painting import Painting


class SmallPrint(Painting):
    """Sentences, wrapped whole; as many rows as they need."""

    DEFAULT_CSS = "SmallPrint { height: auto; }"

    def __init__(self, *sentences: str) -> None:
        super().__init__()
        self._text = " ".join(sentence for sentence in sentences if sentence)

    def rows_wanted(self, width: int) -> int:
        return len(wrap(self._text, width - 2))

    def paint(self, width: int, height: int) -> list[Line]:
        lines = []
        for text in wrap(self._text, width - 2):
            line = Line(width)
            line.put(1, text, DIM)
            lines.append(line)
        return lines
