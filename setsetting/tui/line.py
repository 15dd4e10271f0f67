"""One line of a screen as cells: text is put where it belongs, and never past the line's end.

Text that would pass the end is an error in tests (`Line.strict`) and cut for users: words clipped in
silence were the commonest fault of the sketches. What may be long (a title, a path) is shortened
openly with `fit`.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from textual.strip import Strip

from setsetting.tui.theme import TEXT, TextStyle, rich_style
from setsetting.words import plain

ELLIPSIS = "…"
StyledText = tuple[str, TextStyle]
"""Words in a style, of which a row is made."""


class Clipped(AssertionError):
    """Text did not fit where it was put; raised in tests only."""


class Cell(NamedTuple):
    char: str
    fg: str
    bg: str
    bold: bool


_STYLE = itemgetter(1, 2, 3)
"""What a cell is drawn in: its colours, and whether it is bold."""


class Line:
    """A row of `width` cells on one background."""

    strict: ClassVar[bool] = False
    __slots__ = ("bg", "cells")

    def __init__(self, width: int, bg: str = "ground") -> None:
        self.bg = bg
        self.cells = [Cell(" ", "text", bg, False)] * max(0, width)

    @property
    def width(self) -> int:
        return len(self.cells)

    @property
    def text(self) -> str:
        return "".join(cell.char for cell in self.cells)

    def put(self, x: int, text: str, style: TextStyle = TEXT) -> int:
        """Write from column `x`; return the column after the last."""
        end = x + len(text)
        if plain.takes_a_column_each(text) and x >= 0 and end <= self.width:
            there = self.cells[x:end]
            self.cells[x:end] = [
                Cell(char, style.fg, style.bg or cell.bg, style.bold) for char, cell in zip(text, there, strict=True)
            ]
            return end
        for char in plain.signs(plain.harmless(text)):
            size = plain.width(char)
            if x < 0 or x + size > self.width:
                if Line.strict:
                    raise Clipped(f"{text!r} at {x} does not fit {self.width} columns")
                return x
            if size:
                self.cells[x] = Cell(char, style.fg, style.bg or self.cells[x].bg, style.bold)
                for follower in range(x + 1, x + size):
                    self.cells[follower] = Cell("", style.fg, style.bg or self.cells[x].bg, style.bold)
            x += size
        return x

    def run(self, x: int, *pieces: tuple[str, TextStyle]) -> int:
        """Write pieces one after the other."""
        for text, style in pieces:
            x = self.put(x, text, style)
        return x

    def right(self, end: int, text: str, style: TextStyle = TEXT) -> int:
        """Write so that the text ends before column `end`; return its first column."""
        x = end - plain.width(text)
        self.put(x, text, style)
        return x

    def paint(self, start: int, end: int, bg: str) -> None:
        """Give the cells another background and keep what they say."""
        for x in range(max(0, start), min(end, self.width)):
            char, fg, _bg, bold = self.cells[x]
            self.cells[x] = Cell(char, fg, bg, bold)

    def fill(self, start: int, end: int, char: str, style: TextStyle) -> None:
        """Repeat one character over the cells that exist between the two columns."""
        start = max(0, start)
        self.put(start, char * (min(end, self.width) - start), style)

    def strip(self, palette: str) -> Strip:
        """The cells as Textual draws them."""
        segments = [
            Segment("".join(cell.char for cell in cells), rich_style(palette, *style))
            for style, cells in groupby(self.cells, _STYLE)
        ]
        return Strip(segments, self.width)


def changed(old: Line, new: Line) -> tuple[int, int] | None:
    """First and last-plus-one column that differ, or None; both lines are equally wide."""
    if old.cells == new.cells:
        return None
    differing = [x for x, (a, b) in enumerate(zip(old.cells, new.cells, strict=True)) if a != b]
    return differing[0], differing[-1] + 1


def fit(text: str, width: int) -> str:
    """Shorten openly: the end becomes an ellipsis when the text is wider than `width` cells.

    It is cut between words where that costs at most a third of the room.
    """
    text = text.replace("\n", " ")
    if plain.width(text) <= width:
        return text
    kept = plain.beginning(text, width - 1)
    if text[len(kept)] != " ":
        whole = kept.rpartition(" ")[0].rstrip(" ,;:·-–—")
        if 3 * plain.width(whole) >= 2 * width:
            kept = whole
    return kept.rstrip(" ,;:·-–—") + ELLIPSIS if width > 0 else ""


def wrap(text: str, width: int) -> list[str]:
    """Break a sentence at its spaces into lines of at most `width` cells."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if plain.width(longer) <= width:
            lines[-1] = longer
        elif lines[-1]:
            lines.append(fit(word, width))
        else:
            lines[-1] = fit(word, width)
    return lines


def wrap_within(text: str, width: int, rows: int, more: str = "") -> list[str]:
    """The same on at most so many lines; where they are too few the last says so, and with `more` where the rest is."""
    lines = wrap(text, width)
    if len(lines) <= rows:
        return lines
    tail = f" {ELLIPSIS} {more}".rstrip()
    last = wrap(" ".join(lines[rows - 1 :]), width - plain.width(tail))[0].rstrip(ELLIPSIS)
    return [*lines[: rows - 1], last + tail] if rows > 0 else []


def paragraph(
    text: str, width: int, style: TextStyle = TEXT, bg: str = "ground", margins: tuple[int, int] = (1, 1)
) -> list[Line]:
    """Sentences as lines, wrapped whole between a left and a right margin."""
    lines = []
    for words in wrap(text, width - sum(margins)):
        lines.append(Line(width, bg))
        lines[-1].put(margins[0], words, style)
    return lines


def whole_clauses(text: str, width: int) -> str:
    """As many clauses as fit whole, the first ones; none is cut in its middle."""
    clauses = re.split("(?<=[;,]) ", text)
    while plain.width(said := " ".join(clauses).rstrip(";,")) > width:
        clauses.pop()
    return said


def packed(pieces: Sequence[StyledText], width: int) -> list[StyledText]:
    """As many leading pieces as fit whole: the last ones matter least and go first."""
    kept: list[StyledText] = []
    used = 0
    for text, style in pieces:
        used += plain.width(text)
        if used > width:
            break
        kept.append((text, style))
    return kept


def row(width: int, pieces: Iterable[StyledText], bg: str = "ground", right: str = "", style: TextStyle = TEXT) -> Line:
    """A line of a margin, pieces from the left as far as they fit, and one text at the right."""
    line = Line(width, bg)
    end = width - 1
    if right:
        end = line.right(end, fit(right, width - 2), style) - 1
    line.run(1, *packed(list(pieces), end - 1))
    return line
