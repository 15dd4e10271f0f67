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
        x = self._left(width)
        room = height - 1
        said = _shared([why for _act, why in shown.steps], width - x - STEP - 4, room - len(shown.facts))
        steps = [line for number, texts in enumerate(said, 1) for line in self._step(number, shown, texts, width)]
        facts: list[Line] = []
        whole = _shared([words for _label, words, _style in shown.facts], width - x - 1, room - len(steps))
        for (label, _words, style), texts in zip(shown.facts, whole, strict=True):
            for number, text in enumerate(texts):
                line = Line(width)
                line.put(1, "" if number else fit(label, x - 2), DIM)
                line.put(x, text, style)
                facts.append(line)
        return [*lines, *facts, *[Line(width)] * (len(facts) + len(steps) < room), *steps]

    @property
    def words(self) -> str:
        """All that is known, whole."""
        if self._shown is None:
            return ""
        facts = (f"{label}: {words}" for label, words, _style in self._shown.facts)
        steps = (f"{number} {act}: {why}" for number, (act, why) in enumerate(self._shown.steps, 1))
        head = (f"{self._shown.code} {self._shown.visit}", self._shown.last)
        return " · ".join(filter(None, (*head, *facts, *steps)))

    def _step(self, number: int, shown: ShownVisit, texts: Sequence[str], width: int) -> list[Line]:
        """An act with its digit, and why it is next over as many rows as there are."""
        x = self._left(width)
        lines = [Line(width) for _text in texts]
        if number == 1:
            lines[0].put(1, _("next"), DIM)
        lines[0].put(x - 1, f" {number} ", KEY)
        lines[0].put(x + 3, fit(shown.steps[number - 1][0], STEP - 1), ACCENT if number == 1 else STRONG)
        for line, text in zip(lines, texts, strict=True):
            line.put(x + 3 + STEP, text, DIM)
        return lines

    @staticmethod
    def _left(width: int) -> int:
        return WIDE_LABEL if width >= WIDE_FROM else LABEL


def _shared(texts: Sequence[str], width: int, room: int) -> list[list[str]]:
    """Texts over so many rows: each on one at least, the first on as many as they need; where one is cut it says so."""
    shared: list[list[str]] = []
    for after, text in enumerate(texts, 1 - len(texts)):
        shared.append(wrap_within(text, width, max(1, room + after), _("7 says all")))
        room -= len(shared[-1])
    return shared
