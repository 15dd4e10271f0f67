"""Help: every command of a screen with its key and its sentence, made from the commands themselves."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from setsetting.tui.command import Command
from setsetting.tui.line import Line, paragraph
from setsetting.tui.painting import Painting
from setsetting.tui.theme import DIM, KEY, STRONG, TEXT
from setsetting.words.abbreviations import meanings
from setsetting.words.translate import _

KEY_COLUMN = 12
ON_SCREENS = ("PCL-5", "dB", "LU", "LUFS", "bpm")
"""The abbreviations that screens use."""


class Keys(Painting):
    """The list itself."""

    DEFAULT_CSS = "Keys { height: auto; }"

    def __init__(self, title: str, commands: Sequence[Command], small_print: str) -> None:
        super().__init__()
        self._title = title
        self._commands = commands
        self._small_print = small_print

    def rows_wanted(self, width: int) -> int:
        return len(self.paint(width, 0))

    def paint(self, width: int, height: int) -> list[Line]:
        header = Line(width, "panel")
        header.run(1, (_("HELP"), STRONG), (f"  {self._title}", TEXT))
        lines = [header, Line(width)]
        section = ""
        for command in self._commands:
            if command.section != section:
                section = command.section
                lines += [*([Line(width)] if len(lines) > 2 else []), *paragraph(section, width, STRONG)]
            does = paragraph(command.does, width, margins=(KEY_COLUMN, 2))
            does[0].put(1, f" {command.keys_shown} ", KEY)
            lines += does
        closing = _("A click on a key does the same. Escape closes this page.")
        spelled_out = " · ".join(f"{name}: {meaning}" for name, meaning in meanings(ON_SCREENS))
        small_print = [Line(width), *paragraph(self._small_print, width, DIM)] if self._small_print else []
        return [
            *lines,
            Line(width),
            *paragraph(closing, width, DIM),
            *paragraph(spelled_out, width, DIM),
            *small_print,
        ]


class HelpScreen(ModalScreen[None]):
    """Any of its keys closes it."""

    DEFAULT_CSS = """
    HelpScreen { align: center middle; background: $theme-ground; }
    HelpScreen VerticalScroll { width: 78; max-width: 100%; height: 100%; background: $theme-ground; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,question_mark,f1,q,Q", "app.pop_screen", _("Close"))]

    def __init__(self, title: str, commands: Sequence[Command], small_print: str = "") -> None:
        super().__init__()
        self._keys = Keys(title, commands, small_print)

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield self._keys
