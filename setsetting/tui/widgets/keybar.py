"""The key bar: every key of the screen, wrapped onto as many rows as it needs; a click is a press.

Textual's own footer shows 5 of 12 actions at 80 columns and hides the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message

from setsetting.tui.command import Command
from setsetting.tui.line import Line
from setsetting.tui.painting import WIDE_FROM, Painting
from setsetting.tui.theme import KEY, TEXT, URGENT
from setsetting.words import plain

GAP = 1


class KeyBar(Painting):
    """Commands in columns of equal width."""

    DEFAULT_CSS = "KeyBar { height: auto; dock: bottom; }"

    @dataclass
    class Chosen(Message):
        """A key of the bar was clicked."""

        command: Command

    def __init__(self, commands: Sequence[Command] = ()) -> None:
        super().__init__()
        self._commands = tuple(commands)
        self._places: list[tuple[int, int, int, Command]] = []

    def show(self, commands: Sequence[Command]) -> None:
        commands = tuple(commands)
        if commands != self._commands:
            rows = self.rows_wanted(self.size.width)
            self._commands = commands
            self.redraw_or_relayout(rows)

    def rows_wanted(self, width: int) -> int:
        return max(1, len(self._rows(width)))

    def _rows(self, width: int) -> list[list[tuple[int, Command, str]]]:
        """Commands by row, each with its column and label: in columns, or packed where that saves rows."""
        commands = [command for command in self._commands if command.in_bar]
        if not commands or width <= 0:
            return []
        labels = [(command.short or command.label) if width < WIDE_FROM else command.label for command in commands]
        needs = [
            plain.width(command.keys_shown) + plain.width(label) + 3
            for command, label in zip(commands, labels, strict=True)
        ]
        packed = _flow([need + GAP for need in needs], width, 1)
        best = packed
        for columns in range(max(1, width // 8), 0, -1):
            pitch = (width - 1) // columns
            spans = [max(1, -(-(need + GAP) // pitch)) for need in needs]
            rows = _flow(spans, columns, pitch)
            if len(rows) <= len(packed):
                best = rows
                break
        return [[(x, commands[index], labels[index]) for x, index in row] for row in best]

    def paint(self, width: int, height: int) -> list[Line]:
        self._places = []
        lines = []
        for y, places in enumerate(self._rows(width)):
            line = Line(width)
            for x, command, label in places:
                end = line.put(x, f" {command.keys_shown} ", KEY)
                end = line.put(end + 1, label, URGENT if command.urgent else TEXT)
                self._places.append((y, x, end, command))
            lines.append(line)
        return lines

    def on_click(self, event: events.Click) -> None:
        for y, start, end, command in self._places:
            if event.y == y and start <= event.x < end:
                self.post_message(self.Chosen(command))


def _flow(spans: Sequence[int], columns: int, pitch: int) -> list[list[tuple[int, int]]]:
    """Places (column, index) by row, for things that take so many of the columns each."""
    rows: list[list[tuple[int, int]]] = [[]]
    used = 0
    for index, span in enumerate(spans):
        if used and used + span > columns:
            rows.append([])
            used = 0
        rows[-1].append((1 + used * pitch, index))
        used += span
    return rows
