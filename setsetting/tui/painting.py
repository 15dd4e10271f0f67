"""A widget that is painted as lines and repaints only the cells that changed.

Bytes written are the hidden cost of a live screen (ssh, a dim old laptop): two ticks a second of
whole widgets write 25 KB/s and more, the changed cells alone about 1 KB/s.
"""

from collections.abc import Sequence
from typing import Generic, TypeVar

from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from setsetting.tui.line import Line, changed
from setsetting.tui.theme import DIM, FIRST_THEME, PALETTES

Shown = TypeVar("Shown")
WIDE_FROM, HIGH_FROM = 110, 34
"""From so many columns there is room for whole words beside each other, from so many rows for all of the small print."""


def scroll_bar(lines: Sequence[Line], top: int, seen: int, of: int) -> None:
    """Say at the right edge of lines where the `seen` rows from `top` on are among all; nothing where all are seen."""
    if of <= seen or not lines:
        return
    length = max(1, len(lines) * seen // of)
    start = (len(lines) - length) * top // (of - seen)
    for line in lines[start : start + length]:
        line.put(line.width - 1, "▐", DIM)


class Painting(Widget):
    """Subclasses answer `paint(width, height)`; whoever changes what it shows calls `redraw`."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: list[Line] = []
        self._painted_for = Size(0, 0)

    def paint(self, width: int, height: int) -> list[Line]:
        """The lines from the top; fewer than `height` leave the rest empty."""
        raise NotImplementedError

    def rows_wanted(self, width: int) -> int:
        """How high the painting wants to be when its height is `auto`."""
        return 1

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self.rows_wanted(width)

    def redraw(self) -> None:
        """Paint again and refresh the cells that differ."""
        size = self.size
        if not self.is_mounted or not size:
            self._painted_for = Size(0, 0)  # hidden: painted anew once it is shown, maybe as large as before
            return
        if size != self._painted_for or len(self._lines) != size.height:
            self._paint_all(size)
            self.refresh()
            return
        old = self._lines
        self._lines = self._painted(size)
        regions = [
            Region(span[0], y, span[1] - span[0], 1)
            for y, (before, after) in enumerate(zip(old, self._lines, strict=True))
            if (span := changed(before, after)) is not None
        ]
        if regions:
            self.refresh(*regions)

    def relayout(self) -> None:
        """Paint again after the wanted height may have changed."""
        self._painted_for = Size(0, 0)
        self.refresh(layout=True)

    def redraw_or_relayout(self, rows_before: int) -> None:
        """Paint again; the layout moves only when the number of wanted rows does."""
        if self.rows_wanted(self.size.width) == rows_before:
            self.redraw()
        else:
            self.relayout()

    def render_line(self, y: int) -> Strip:
        if self.size != self._painted_for:
            self._paint_all(self.size)
        if y >= len(self._lines):
            return Strip.blank(self.size.width)
        return self._lines[y].strip(self.palette)

    @property
    def palette(self) -> str:
        return self.app.theme if self.app.theme in PALETTES else FIRST_THEME

    def _paint_all(self, size: Size) -> None:
        self._lines = self._painted(size)
        self._painted_for = size

    def _painted(self, size: Size) -> list[Line]:
        lines = self.paint(size.width, size.height)[: size.height]
        lines.extend(Line(size.width) for _ in range(size.height - len(lines)))
        return lines


class PaintingOf(Painting, Generic[Shown]):
    """Paints one value, and nothing before it is shown one; subclasses answer `paint_of`."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Shown | None = None

    def show(self, shown: Shown) -> None:
        """Paint another value; cells that stay the same are not written again."""
        rows = self.rows_wanted(self.size.width)
        self._shown = shown
        self.redraw_or_relayout(rows)

    def clear(self) -> None:
        """Paint nothing, as before the first value."""
        rows = self.rows_wanted(self.size.width)
        self._shown = None
        self.redraw_or_relayout(rows)

    def paint(self, width: int, height: int) -> list[Line]:
        return [] if self._shown is None else self.paint_of(self._shown, width, height)

    def paint_of(self, shown: Shown, width: int, height: int) -> list[Line]:
        """The lines of a value, from the top."""
        raise NotImplementedError
