"""Why nothing fits, whole: all phases by all rules as minus numbers, the blocked phase's rules, the changes that work.

The numbers of a row add up: what the library holds, less what each rule takes, is what is left. Nothing is cut: a
table that is too wide goes on below itself, and what does not fit the window is scrolled to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from setsetting.tui.line import Line, paragraph, wrap
from setsetting.tui.painting import WIDE_FROM, PaintingOf, scroll_bar
from setsetting.tui.theme import ACCENT, DIM, GOOD, KEY, LOUD, STRONG, TEXT, TextStyle
from setsetting.words import plain
from setsetting.words.numbers import MINUS
from setsetting.words.translate import _

GAP = 2
BAR = "━"
LONGEST_BAR = 12
LOW = 28


@dataclass(frozen=True, slots=True)
class RefusedPhase:
    """A phase: the library's tracks, what each head takes of them, what is left, and how many it needs at least."""

    name: str
    minutes: str
    library: int
    taken: tuple[int, ...]
    left: int
    needed: int
    blocked: bool


@dataclass(frozen=True, slots=True)
class ShownRefusal:
    """A refusal in words: `heads` name the columns of the phases' `taken`, `loud_head` the rule to look at first.

    While it is `searching`, more offers may come after those that stand there.
    """

    sentence: str
    heads: tuple[str, ...]
    loud_head: str
    phases: tuple[RefusedPhase, ...]
    said: tuple[tuple[str, bool], ...]
    offers: tuple[tuple[str, str], ...]
    notes: tuple[tuple[str, str], ...]
    searching: bool = False


class RefusalPage(PaintingOf[ShownRefusal]):
    """The page of a refusal, from its `top` row on."""

    DEFAULT_CSS = "RefusalPage { height: 1fr; display: none; }"

    def __init__(self) -> None:
        super().__init__()
        self._top = 0

    def show(self, shown: ShownRefusal) -> None:
        if self._shown is None or self._shown.sentence != shown.sentence:
            self._top = 0
        super().show(shown)

    def move(self, by: int) -> None:
        """Scroll, as far as there is something."""
        self._top = max(0, self._top + by)
        self.redraw()

    def paint_of(self, shown: ShownRefusal, width: int, height: int) -> list[Line]:
        page = [line for part in _parts(shown, width - 1, low=height < LOW) for line in (*part, Line(width - 1))][:-1]
        self._top = max(0, min(self._top, len(page) - height))
        lines = [_widened(line) for line in page[self._top : self._top + height]]
        scroll_bar(lines, self._top, height, len(page))
        return lines


def _parts(shown: ShownRefusal, width: int, *, low: bool) -> Iterator[list[Line]]:
    """The page in its parts, a row free between them; in a low window the changes come before the rules in words."""
    head = paragraph(shown.sentence, width, STRONG, "panel", (2, 1))
    for line in head:
        line.put(0, "▌", ACCENT)
    yield head
    yield from _tables(shown, width)
    rules, changes = _rules(shown, width), _offers(shown.offers, width, searching=shown.searching)
    yield from (part for part in ((changes, rules) if low else (rules, changes)) if part)
    if shown.notes:
        yield [line for label, words in shown.notes for line in _beside(label, [(words, DIM)], width)]


def _rules(shown: ShownRefusal, width: int) -> list[Line]:
    """The rules of the blocked phase, in words."""
    blocked = next((phase.name for phase in shown.phases if phase.blocked), "")
    label = _("the rules in {phase}").format(phase=blocked)
    return _beside(label, [(words, LOUD if loud else TEXT) for words, loud in shown.said], width) if shown.said else []


def _tables(shown: ShownRefusal, width: int) -> Iterator[list[Line]]:
    """The phases by the rules that take something; too wide, the rules go on in a further table."""
    if not shown.phases:
        return
    told = [at for at in range(len(shown.heads)) if any(phase.taken[at] for phase in shown.phases)]
    names = 2 + max(plain.width(_("phase")), *(plain.width(phase.name) for phase in shown.phases)) + GAP
    told_minutes = [phase.minutes for phase in shown.phases if phase.minutes] if width >= WIDE_FROM else []
    minutes = max(map(plain.width, (_("minutes"), *told_minutes))) + GAP if told_minutes else 0
    last = _Column(_("left"), tuple(str(phase.left) for phase in shown.phases))
    columns = [
        _Column(_("library"), tuple(str(phase.library) for phase in shown.phases)),
        *(_taking(shown, at) for at in told),
        last,
        _Column(_("needed"), tuple(str(phase.needed) for phase in shown.phases)),
    ]
    while columns:
        x, fitting = names + minutes, 0
        while fitting < len(columns) and x + columns[fitting].width <= width - 1:
            x += columns[fitting].width + GAP
            fitting += 1
        fitting = max(1, fitting)
        yield _table(shown, columns[:fitting], names, minutes, width, spare=width - x)
        columns = columns[fitting:]


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of numbers under a head of one word or two."""

    head: str
    cells: tuple[str, ...]
    loud: bool = False

    @property
    def heads(self) -> list[str]:
        """The head over one row or two."""
        return self.head.split(" ", 1)

    @property
    def width(self) -> int:
        return max(*map(plain.width, self.heads), *map(plain.width, self.cells))


def _taking(shown: ShownRefusal, at: int) -> _Column:
    cells = tuple(f"{MINUS}{phase.taken[at]}" if phase.taken[at] else "–" for phase in shown.phases)
    return _Column(shown.heads[at], cells, loud=shown.heads[at] == shown.loud_head)


def _table(
    shown: ShownRefusal, columns: Sequence[_Column], names: int, minutes: int, width: int, *, spare: int
) -> list[Line]:
    two = any(len(column.heads) > 1 for column in columns)
    lines = [Line(width, "raised") for _row in range(1 + two)]
    lines[-1].put(2, _("phase"))
    if minutes:
        lines[-1].put(names, _("minutes"))
    rows = [Line(width, "cursor" if phase.blocked else "ground") for phase in shown.phases]
    for phase, line in zip(shown.phases, rows, strict=True):
        line.put(2, phase.name, STRONG if phase.blocked else TEXT)
        if phase.blocked:
            line.put(0, "▌", ACCENT)
        if minutes:
            line.put(names, phase.minutes, TEXT if phase.blocked else DIM)
    x = names + minutes
    for column in columns:
        end = x + column.width
        for line, head in zip(reversed(lines), reversed(column.heads), strict=False):
            line.right(end, head)
        for phase, line, cell in zip(shown.phases, rows, column.cells, strict=True):
            line.right(end, cell, _style(column, phase))
        x = end + GAP
    if columns[-1].head == _("needed") and spare > LONGEST_BAR + GAP:
        _bars(shown, rows, x)
    return lines + rows


def _style(column: _Column, phase: RefusedPhase) -> TextStyle:
    """The blocked phase stands out, and in it the rule to look at first; elsewhere what is left."""
    if phase.blocked:
        return LOUD if column.loud or column.head == _("left") else TEXT
    return TEXT if column.head in {_("library"), _("left")} else DIM


def _bars(shown: ShownRefusal, rows: Sequence[Line], x: int) -> None:
    """What is left as a bar, where the window has room for it."""
    most = max(*(phase.left for phase in shown.phases), 1)
    for phase, line in zip(shown.phases, rows, strict=True):
        length = round(LONGEST_BAR * phase.left / most) or (1 if phase.left else 0)
        line.put(x, BAR * length, ACCENT if phase.blocked else GOOD)


def _offers(offers: Sequence[tuple[str, str]], width: int, *, searching: bool) -> list[Line]:
    """The changes that were tried and work, each with its digit and what the plan would hold."""
    more = paragraph(_("Changes are being tried; each that gives a plan stands here once it is found."), width, DIM)
    if not offers and searching:
        return more
    if not offers:
        return paragraph(_("No change is known that gives a plan; another playlist or other minutes may."), width, LOUD)
    head = Line(width)
    head.run(1, (_("TONIGHT ONLY"), STRONG), (_("  each was tried and gives a plan; mildest first"), DIM))
    lines = [head]
    right = width * 5 // 8 if width >= WIDE_FROM else width
    for number, (words, holds) in enumerate(offers, 1):
        beside = [] if right == width or not holds else wrap(holds, width - right - 1)
        texts = wrap(words, right - 7)
        for row in range(max(len(texts), len(beside))):
            line = Line(width)
            if not row:
                line.put(1, f" {number} ", KEY)
            if row < len(texts):
                line.put(5, texts[row], STRONG if number == 1 else TEXT)
            if row < len(beside):
                line.put(right, beside[row], DIM)
            lines.append(line)
        if right == width and holds:
            lines += paragraph(holds, width, DIM, margins=(5, 1))
    return lines + (more if searching else [])


def _beside(label: str, sentences: Sequence[tuple[str, TextStyle]], width: int) -> list[Line]:
    """Sentences under each other, beside their label where there is room, else under it."""
    wide = width >= WIDE_FROM
    x = 22 if wide else 5
    lines = [] if wide else paragraph(label, width, DIM)
    for words, style in sentences:
        lines += paragraph(words, width, style, margins=(x, 1))
    if wide and lines:
        lines[0].put(1, label, DIM) if plain.width(label) < x - 1 else lines.insert(0, paragraph(label, width, DIM)[0])
    return lines


def _widened(line: Line) -> Line:
    """A line with a column more at its end, for the bar that tells where the window is."""
    wider = Line(line.width + 1, line.bg)
    wider.cells[: line.width] = line.cells
    return wider
