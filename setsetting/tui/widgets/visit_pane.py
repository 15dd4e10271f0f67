"""The chosen patient's next visit: what was otherwise last time, their words, the plan, and the next acts by digit."""

from dataclasses import dataclass

from setsetting.tui.line import Line, fit, row, wrap
from setsetting.tui.painting import PaintingOf
from setsetting.tui.theme import ACCENT, DIM, KEY, STRONG, TEXT, TextStyle
from setsetting.words.translate import _

WIDE_FROM = 110
LABEL, WIDE_LABEL = 11, 22
STEP = 12


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
        facts = [line for fact in shown.facts for line in self._fact(fact, width)]
        if len(facts) > room:
            facts = [self._fact(fact, width)[0] for fact in shown.facts][:room]
        lines += facts
        lines += [Line(width)] * (len(facts) < room)
        return lines + [self._step(number, step, width) for number, step in enumerate(shown.steps, 1)]

    def _fact(self, fact: tuple[str, str, TextStyle], width: int) -> list[Line]:
        """A fact over as many rows as its words need."""
        label, words, style = fact
        x = self._left(width)
        lines = []
        for number, text in enumerate(wrap(words, width - x - 1)):
            line = Line(width)
            if not number:
                line.put(1, fit(label, x - 2), DIM)
            line.put(x, text, style)
            lines.append(line)
        return lines

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
