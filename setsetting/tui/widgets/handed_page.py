"""The one thing that a patient sees of the program: a question at a time, and the way back to the facilitator."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from textual import events
from textual.message import Message

from setsetting.clinical import pcl5
from setsetting.clinical.form import Item, NoAnswer, Recall
from setsetting.tui.line import Line, paragraph
from setsetting.tui.painting import HIGH_FROM, PaintingOf
from setsetting.tui.theme import ACCENT, DIM, LOUD, STRONG, TEXT, TextStyle
from setsetting.words.translate import _, count

WIDEST = 76
ITEM_ROWS = 4
LOW = 20
"""Below so many rows nothing is left empty that need not be."""
CHOICES: tuple[tuple[str, Item, str], ...] = (
    *((str(value), value, words) for value, words in enumerate(pcl5.ANCHORS)),
    ("9", NoAnswer.DECLINED, _("I would rather not answer")),
)
"""Each answer by its key; the last is this project's words, the others are the instrument's."""


class HandedAt(Enum):
    """Where the patient is."""

    BEGIN = "begin"
    ITEM = "item"
    END = "end"
    THANKS = "thanks"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class HandedSheet:
    """What is shown: the item by its index with its answer, the numbers without one, the dots of a word."""

    place: HandedAt
    recall: Recall
    at: int = 0
    answer: Item | None = None
    gaps: tuple[int, ...] = ()
    dots: int = 0
    said: str = ""


@dataclass
class Chosen(Message):
    """An answer was clicked."""

    answer: Item


class HandedPage(PaintingOf[HandedSheet]):
    """Paints the page in the middle of the window, and nothing but it."""

    DEFAULT_CSS = "HandedPage { height: 1fr; width: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[int, Item] = {}
        """The answers by the row they stand in."""

    def paint_of(self, shown: HandedSheet, width: int, height: int) -> list[Line]:
        within = max(1, min(WIDEST, width - 4))
        self._rows = {}
        match shown.place:
            case HandedAt.BEGIN:
                body = self._begin(shown, within)
            case HandedAt.ITEM:
                body = self._item(shown, within, height)
            case HandedAt.END:
                body = self._end(shown, within)
            case HandedAt.THANKS:
                body = [*_text(_("Thank you. Please hand back."), within, STRONG), *_back(shown, within)]
            case HandedAt.BACK:
                words = _("This is for the facilitator. Esc goes back to the questions.")
                body = [*_text(words, within, TEXT), *_back(shown, within)]
        top = (
            max(0, (height - len(body)) // 2)
            if shown.place is not HandedAt.ITEM
            else min(2, max(0, height - len(body)))
        )
        left = max(0, (width - within) // 2)
        self._rows = {row + top: answer for row, answer in self._rows.items()}
        lines = [Line(width) for _row in range(top)]
        for each in body:
            lines.append(Line(width))
            lines[-1].cells[left : left + within] = each.cells
        return lines

    def _begin(self, shown: HandedSheet, width: int) -> list[Line]:
        return [
            *_text(pcl5.INSTRUCTIONS[shown.recall], width, STRONG),
            Line(width),
            *_text(
                _("Here there is one question at a time: press its number, then enter. You can go back at any time."),
                width,
                TEXT,
            ),
            Line(width),
            *_keys(width, (_("enter"), _("begins"))),
        ]

    def _item(self, shown: HandedSheet, width: int, height: int) -> list[Line]:
        head = Line(width)
        head.right(width - 1, _("{n} of {all}").format(n=shown.at + 1, all=pcl5.ITEM_COUNT), DIM)
        lines = [head, *_text(pcl5.STEMS[shown.recall], width, TEXT), Line(width)]
        asked = _text(pcl5.ITEMS[shown.at], width, STRONG)
        room = ITEM_ROWS - len(asked) if height >= LOW else 0
        lines += [*asked, *(Line(width) for _row in range(room + 1))]
        for key, answer, words in CHOICES:
            if (height >= HIGH_FROM and answer != 0) or (isinstance(answer, NoAnswer) and height >= LOW):
                lines.append(Line(width))
            self._rows[len(lines)] = answer
            chosen = shown.answer is not None and shown.answer == answer
            line = Line(width, "cursor" if chosen else "ground")
            line.put(1, "▶" if chosen else " ", LOUD)
            line.put(4, key, LOUD if chosen else ACCENT)
            line.put(8, words, STRONG if chosen else TEXT)
            lines.append(line)
        lines += [Line(width), *_text(shown.said, width, ACCENT)] if shown.said else [Line(width), Line(width)]
        return [*lines, *_keys(width, (_("enter"), _("goes on")), ("←", _("back")), ("→", _("later")))]

    def _end(self, shown: HandedSheet, width: int) -> list[Line]:
        if not shown.gaps:
            said, keys = _("Every question is answered."), ((_("enter"), _("I am finished")), ("←", _("back")))
            return [*_text(said, width, STRONG), Line(width), *_keys(width, *keys)]
        numbers = ", ".join(str(number) for number in shown.gaps)
        said = count("{n} question has no answer:", "{n} questions have no answer:", len(shown.gaps))
        return [
            *_text(f"{said} {numbers}", width, STRONG),
            Line(width),
            *_keys(
                width,
                (_("tab"), _("goes there")),
                (_("enter"), _("leaves it blank: I am finished")),
                ("←", _("back")),
            ),
        ]

    def on_click(self, event: events.Click) -> None:
        answer = self._rows.get(event.y)
        if answer is not None:
            self.post_message(Chosen(answer))


def _text(words: str, width: int, style: TextStyle) -> list[Line]:
    return paragraph(words, width, style)


def _keys(width: int, *keys: tuple[str, str]) -> list[Line]:
    lines, x = [Line(width)], 1
    for key, does in keys:
        if x > 1 and x + len(f"{key} {does}") > width:
            lines.append(Line(width))
            x = 1
        x = lines[-1].run(x, (key, ACCENT), (f" {does}", DIM)) + 4
    return lines


def _back(shown: HandedSheet, width: int) -> Sequence[Line]:
    line = Line(width)
    line.run(1, (_("facilitator: the word, then enter"), DIM), ("  " + "•" * min(shown.dots, 20), TEXT))
    return [Line(width), Line(width), line, *(_text(shown.said, width, DIM) if shown.said else [Line(width)])]
