"""The chosen patient's next visit: what was otherwise last time, their words, the plan, and the next acts by digit."""

from collections.abc import Sequence
from dataclasses import dataclass

from setsetting.tui.line import Line, fit, row, wrap_within
from setsetting.tui.painting import WIDE_FROM, PaintingOf
from setsetting.tui.theme import ACCENT, DIM, KEY, STRONG, TEXT, TextStyle
from setsetting.words.translate import _

LABEL, WIDE_LABEL = 11, 22
STEP = 9


@dataclass(frozen=True, slots=True)
class ShownVisit:
    """A visit in words: `facts` are labels with what stands beside them, `steps` acts with why, in order."""

    code: str
    visit: str
    last: str
    facts: tuple[tuple[str, str, TextStyle], ...]
    steps: tuple[tuple[str, str], ...]


class VisitPane(PaintingOf[ShownVisit]):
    """A title, facts, and at the foot the next acts with their digits, which are never pushed out."""

    DEFAULT_CSS = "VisitPane { height: 8; }"

    def paint_of(self, shown: ShownVisit, width: int, height: int) -> list[Line]:
        pieces = ((shown.code, STRONG), (f"  {shown.visit}", TEXT))
        lines = [row(width, pieces, "panel", shown.last, DIM)]
        room = height - 1 - len(shown.steps)
        facts = self._facts(shown.facts[:room], room, width)
        lines += facts
        lines += [Line(width)] * (len(facts) < room)
        return lines + [self._step(number, step, width) for number, step in enumerate(shown.steps, 1)]

    def _facts(self, facts: Sequence[tuple[str, str, TextStyle]], room: int, width: int) -> list[Line]:
        """Each fact on a row at least, the first ones on as many as their words need; where it is cut it says so."""
        x = self._left(width)
        lines: list[Line] = []
        for after, (label, words, style) in enumerate(facts, 1 - len(facts)):
            texts = wrap_within(words, width - x - 1, room - len(lines) + after, _("y says all"))
            for number, text in enumerate(texts):
                line = Line(width)
                line.put(1, "" if number else fit(label, x - 2), DIM)
                line.put(x, text, style)
                lines.append(line)
        return lines

    @property
    def words(self) -> str:
        """All that is known, whole."""
        if self._shown is None:
            return ""
        facts = (f"{label}: {words}" for label, words, _style in self._shown.facts)
        return " · ".join((f"{self._shown.code} {self._shown.visit}", self._shown.last, *facts))

    def _step(self, number: int, step: tuple[str, str], width: int) -> Line:
        line = Line(width)
        x = self._left(width)
        if number == 1:
            line.put(1, _("next"), DIM)
        line.put(x - 1, f" {number} ", KEY)
        line.put(x + 3, fit(step[0], STEP - 1), ACCENT if number == 1 else STRONG)
        line.put(x + 3 + STEP, fit(step[1], width - x - STEP - 4), DIM)
        return line

    @staticmethod
    def _left(width: int) -> int:
        return WIDE_LABEL if width >= WIDE_FROM else LABEL
