"""What a look came to, on top: what blocks and the act that mends it, or that nothing does."""

from dataclasses import dataclass

from setsetting.tui.line import Line, wrap_within
from setsetting.tui.painting import PaintingOf
from setsetting.tui.theme import GOOD, KEY, TEXT, URGENT
from setsetting.words.translate import _

MOST_ROWS = 3


@dataclass(frozen=True, slots=True)
class ShownBlocking:
    """`blocking` are sentences, each with the act that mends it by its digit; without any, `fine` stands there."""

    blocking: tuple[tuple[str, str], ...]
    fine: str


class BlockingPane(PaintingOf[ShownBlocking]):
    """At most three rows for what blocks, the first of it whole before the next; one where nothing does."""

    DEFAULT_CSS = "BlockingPane { height: auto; }"

    def rows_wanted(self, width: int) -> int:
        return 1 if self._shown is None else len(self.paint_of(self._shown, width, 0))

    def paint_of(self, shown: ShownBlocking, width: int, height: int) -> list[Line]:
        if not shown.blocking:
            line = Line(width, "panel")
            line.put(2, wrap_within(shown.fine, width - 4, 1)[0], GOOD)
            return [line]
        lines: list[Line] = []
        for number, (words, act) in enumerate(shown.blocking):
            key, _blank, label = act.partition(" ")
            room = width - 4
            left = MOST_ROWS - len(lines) - bool(act)
            if left < 1:
                last = Line(width, "raised")
                last.put(2, _("and {n} more below").format(n=len(shown.blocking) - number), URGENT)
                return [*lines[: MOST_ROWS - 1], last] if len(lines) >= MOST_ROWS else [*lines, last]
            for text in wrap_within(words, room, left, _("enter says all")):
                lines.append(Line(width, "raised"))
                lines[-1].put(0, "▌", URGENT)
                lines[-1].put(2, text, URGENT)
            if act:
                lines.append(Line(width, "raised"))
                lines[-1].put(0, "▌", URGENT)
                end = lines[-1].put(2, f" {key} ", KEY)
                lines[-1].put(end + 1, label, TEXT)
        return lines
