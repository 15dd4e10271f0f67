"""The status row: news and refusals in words, where no key and no figure is covered."""

import time

from textual.timer import Timer

from setsetting.tui.line import ELLIPSIS, Line, fit, wrap
from setsetting.tui.painting import Painting
from setsetting.tui.theme import ACCENT, DIM, STRONG, TEXT, URGENT, TextStyle
from setsetting.words import plain

INDENT = 3
MOST_ROWS = 3
LEAST_NEWS = 30
"""What is always true gives way where news would have less room."""


STAYS_S = 15.0
WRONG_STAYS_S = 40.0
GOES_ON_STAYS_S = 600.0
"""A sentence is read within so long, a refusal within more, and leaves the screen then: it may be of a patient. What is said of
work that goes on stays until the next word of it."""


class StatusRow(Painting):
    """What was said last, until it is over or something else is said, and beside it what is true meanwhile.

    It grows to as many rows as the words need, at most three; one that `stays_low` grows for a
    refusal only, and leaves out whole sentences of news from the end.
    """

    DEFAULT_CSS = "StatusRow { height: auto; }"

    def __init__(self, first: str = "", *, stays_low: bool = False) -> None:
        super().__init__()
        self._first = self._said = first
        self._standing = ""
        self._next: list[tuple[str, bool]] = []
        self._said_s = 0.0
        self._over: Timer | None = None
        self._style: TextStyle = DIM
        self._stays_low = stays_low

    @property
    def said(self) -> str:
        """The words that stand there."""
        return self._said

    def say(self, words: str, *, wrong: bool = False, goes_on: bool = False) -> None:
        """Show a sentence; a wrong one is marked in words and colour, one of what still goes on stays longest."""
        self._said_s = time.monotonic()
        self._change(words, self._standing, URGENT if wrong else TEXT)
        if self._over is not None:
            self._over.stop()
        stays_s = WRONG_STAYS_S if wrong else GOES_ON_STAYS_S if goes_on else STAYS_S
        self._over = self.set_timer(stays_s, self.be_over) if self.is_mounted else None

    def say_next(self, words: str, *, wrong: bool = False, instead_of: str = "") -> None:
        """Show a sentence once what stands now is over, so that it covers nothing but what it takes the place of."""
        if self._rests or self._said == instead_of:
            self.say(words, wrong=wrong)
        else:
            self._next.append((words, wrong))

    def be_over(self) -> None:
        """What was said leaves the screen."""
        self._change(self._first, self._standing, DIM)
        if self._next:
            words, wrong = self._next.pop(0)
            self.say(words, wrong=wrong)

    def leave_what_was_said_by(self, monotonic_s: float) -> None:
        """What was said before then leaves the screen; what was said since stays."""
        if self._said_s < monotonic_s and not self._rests:
            self.be_over()

    def rest(self, words: str) -> str:
        """What stands there from now on when nothing else is said; returns what did so before."""
        rested, before, self._first = self._rests, self._first, words
        if rested:
            self.be_over()
        return before

    @property
    def _rests(self) -> bool:
        return self._said == self._first

    def stand(self, words: str) -> None:
        """What is true whatever was said last; it stands at the right of the first row."""
        if words != self._standing:
            self._change(self._said, words, self._style)

    def _change(self, said: str, standing: str, style: TextStyle) -> None:
        rows = self.rows_wanted(self.size.width)
        self._said, self._standing, self._style = said, standing, style
        self.redraw_or_relayout(rows)

    def rows_wanted(self, width: int) -> int:
        return len(self._wrapped(width))

    def _wrapped(self, width: int) -> list[str]:
        room = max(1, width - INDENT - 1 - self._reserved(width))
        if self._stays_low and self._said == self._first and plain.width(self._first) > room:
            return [""]  # a hint gives way to what stands
        if self._stays_low and self._style != URGENT:
            return [shortened(self._said, room)]
        lines = wrap(self._said, room)
        return lines if len(lines) <= MOST_ROWS else [*lines[: MOST_ROWS - 1], fit(" ".join(lines[2:]), room)]

    def _reserved(self, width: int) -> int:
        """The columns of what stands, with the gap before it; none where a refusal needs them, or news the most of them."""
        needed = plain.width(self._standing) + 2 if self._standing else 0
        room = width - INDENT - 1 - needed
        return needed if room >= (plain.width(self._said) if self._style == URGENT else LEAST_NEWS) else 0

    def paint(self, width: int, height: int) -> list[Line]:
        mark, style = ("!", STRONG) if self._style == URGENT else ("·", ACCENT)
        lines = []
        for index, text in enumerate(self._wrapped(width)):
            line = Line(width, "panel")
            if text and index == 0:
                line.put(1, mark, style)
            line.put(INDENT, text, self._style)
            lines.append(line)
        if lines and self._reserved(width):
            lines[0].right(width - 1, self._standing, TEXT)
        return lines


def shortened(words: str, width: int) -> str:
    """Words without what stands in brackets at their end, then without whole sentences from the end."""
    if plain.width(words) <= width:
        return words
    if words.endswith(")") and " (" in words:
        words = words[: words.rindex(" (")]
    if plain.width(words) <= width:
        return words
    while ". " in words:
        words = words[: words.rindex(". ") + 1]
        if plain.width(words) + 2 <= width:
            return f"{words} {ELLIPSIS}"
    return fit(words, width)
