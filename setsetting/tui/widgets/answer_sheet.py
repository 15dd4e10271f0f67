"""The parts of the PCL-5 entry: the current item in full, the sheet of twenty, and the totals."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message

from setsetting.clinical import pcl5
from setsetting.clinical.form import Item, NoAnswer, Recall
from setsetting.tui.line import Line, paragraph, row, wrap_within
from setsetting.tui.painting import WIDE_FROM, Painting, PaintingOf
from setsetting.tui.theme import ACCENT, CHOSEN, DIM, LOUD, MONTH, STRONG, TEXT, WEEK, TextStyle
from setsetting.words.translate import _

ITEM_ROWS = 4
"""The longest item, the ninth, needs four lines at 80 columns; with three its end would be cut."""
COLUMN_ROWS = 10

CUES = (
    _("unwanted memories"),
    _("disturbing dreams"),
    _("reliving it"),
    _("upset by reminders"),
    _("physical reactions"),
    _("avoiding memories"),
    _("avoiding reminders"),
    _("trouble remembering"),
    _("negative beliefs"),
    _("blame"),
    _("negative feelings"),
    _("loss of interest"),
    _("distant, cut off"),
    _("positive feelings"),
    _("irritable, angry"),
    _("risks, harm"),
    _("on guard"),
    _("jumpy, startled"),
    _("concentrating"),
    _("sleep"),
)
"""Reminders of an item's place, in this project's words; they never stand for the item."""
ANSWERS: tuple[tuple[str, Item], ...] = (
    *((str(value), value) for value in range(5)),
    ("-", NoAnswer.MISSING),
    ("9", NoAnswer.DECLINED),
)
"""Each by its key: a letter that acts on the sound in a session does nothing here."""
CUE_COLUMN, ANSWER_COLUMN, HALF = 6, 26, 39


@dataclass
class AnswerClicked(Message):
    """An answer of the sheet, or only an item (`answer` is None), was clicked."""

    index: int
    answer: Item | None


class CurrentItem(Painting):
    """The stem with its recall, the five anchors, and the item whole."""

    DEFAULT_CSS = "CurrentItem { height: auto; }"

    def __init__(self) -> None:
        super().__init__()
        self._index = 0
        self._recall = Recall.WEEK

    def show(self, index: int, recall: Recall) -> None:
        self._index, self._recall = index, recall
        self.redraw()

    def rows_wanted(self, width: int) -> int:
        return 2 + ITEM_ROWS

    def paint(self, width: int, height: int) -> list[Line]:
        stem = Line(width)
        recall_style = WEEK if self._recall is Recall.WEEK else MONTH
        before, word, after = pcl5.STEMS[self._recall].partition(f"past {self._recall.value}")
        stem.run(1, (before, TEXT), (word, recall_style), (after, TEXT))
        anchors = Line(width)
        x = 1
        for value, words in enumerate(pcl5.ANCHORS):
            x = anchors.run(x, (str(value), STRONG), (f" {words}", TEXT)) + 3
        item = paragraph(f"{self._index + 1}  {pcl5.ITEMS[self._index]}", width, STRONG, "panel", (2, 2))
        item += [Line(width, "panel") for _row in range(ITEM_ROWS - len(item))]
        for line in item:
            line.put(0, "▌", ACCENT)
        return [stem, anchors, *item]


class AnswerSheet(Painting):
    """All twenty items: two columns of ten at 80 columns, one of twenty with the anchors' words beside."""

    DEFAULT_CSS = "AnswerSheet { height: 1fr; min-height: 10; }"

    def __init__(self) -> None:
        super().__init__()
        self._items: list[Item | None] = [None] * pcl5.ITEM_COUNT
        self._at = 0

    def show(self, items: Sequence[Item | None], at: int) -> None:
        self._items, self._at = list(items), at
        self.redraw()

    @property
    def column_step(self) -> int:
        """How many items the other column is away; 0 when there is one column."""
        return 0 if self._one_column else COLUMN_ROWS

    @property
    def _one_column(self) -> bool:
        return self.size.width >= WIDE_FROM and self.size.height >= pcl5.ITEM_COUNT

    def paint(self, width: int, height: int) -> list[Line]:
        if self._one_column:
            lines = []
            for index in range(pcl5.ITEM_COUNT):
                line = Line(width)
                self._item(line, 1, index)
                words = _words(self._items[index])
                line.put(ANSWER_COLUMN + 17, words, TEXT if index == self._at else DIM)
                lines.append(line)
            return lines
        if width < 2 * HALF:  # before a small window's own words take its place
            return []
        lines = [Line(width) for _row in range(COLUMN_ROWS)]
        for index in range(pcl5.ITEM_COUNT):
            self._item(lines[index % COLUMN_ROWS], (index // COLUMN_ROWS) * (HALF + 1), index)
        return lines

    def _item(self, line: Line, x: int, index: int) -> None:
        here = index == self._at
        cluster = next(name for name, numbers in pcl5.CLUSTERS.items() if index + 1 in numbers)
        line.put(x, "▶" if here else " ", LOUD)
        line.put(x + 1, cluster, DIM)
        line.right(x + 5, str(index + 1), TEXT)
        line.put(x + CUE_COLUMN, CUES[index], STRONG if here else TEXT if self._items[index] is not None else DIM)
        for place, (sign, answer) in enumerate(ANSWERS):
            chosen = self._items[index] is not None and self._items[index] == answer
            line.put(x + ANSWER_COLUMN + place * 2, sign, CHOSEN if chosen else DIM)

    def on_click(self, event: events.Click) -> None:
        column = 0 if self._one_column else min(1, event.x // (HALF + 1))
        x = event.x - (1 if self._one_column else column * (HALF + 1))
        index = event.y + column * COLUMN_ROWS
        if event.y >= (pcl5.ITEM_COUNT if self._one_column else COLUMN_ROWS):
            return
        place, rest = divmod(x - ANSWER_COLUMN, 2)
        hit = rest == 0 and 0 <= place < len(ANSWERS)
        self.post_message(AnswerClicked(index, ANSWERS[place][1] if hit else None))


def _words(answer: Item | None) -> str:
    match answer:
        case None:
            return ""
        case NoAnswer():
            return pcl5.unanswered_words(answer)
        case _:
            return pcl5.ANCHORS[answer]


class Totals(PaintingOf[Sequence[Item | None]]):
    """How many are answered, the clusters, the total when all twenty are; below, what is known beside the form."""

    DEFAULT_CSS = "Totals { height: 3; }"

    beside = ""

    def paint_of(self, shown: Sequence[Item | None], width: int, height: int) -> list[Line]:
        scored = pcl5.score([NoAnswer.MISSING if item is None else item for item in shown])
        pieces: list[tuple[str, TextStyle]] = [
            (_("{n} of {all}").format(n=scored.answered, all=pcl5.ITEM_COUNT), STRONG),
        ]
        if scored.total is None:
            pieces.append(("  " + _("no total until all are answered"), DIM))
        else:
            pieces.append(("  " + _("total {total}").format(total=scored.total), LOUD))
        for name, numbers in pcl5.CLUSTERS.items():
            value = scored.clusters[name]
            if value is None:
                answered = sum(isinstance(shown[number - 1], int) for number in numbers)
                pieces.append((f"  {name} {answered}/{len(numbers)}", DIM))
            else:
                pieces += [(f"  {name} ", DIM), (str(value), STRONG)]
        room, rows = width - 2, height - 1
        beside = wrap_within(self.beside, room, rows, _("? all"))
        beside += [""] * (rows - len(beside))
        return [row(width, pieces, "panel"), *(row(width, [(words, DIM)], "panel") for words in beside)]
