"""A patient's PCL-5 course on a day axis, with the infusions as ticks and setting lanes under it.

Past-week forms are joined by a line, but for one filled amid a session; past-month forms are points of their own and
never joined with them. The axis is broken where follow-up is long: treatment wide, follow-up narrow. A value that is
otherwise than usual is shaded; that says different, not bad.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from setsetting.clinical.form import Recall
from setsetting.tui.line import Line, fit
from setsetting.tui.painting import WIDE_FROM, PaintingOf
from setsetting.tui.theme import ACCENT, DIM, LOUD, MONTH, STRONG, TEXT, WEEK, TextStyle
from setsetting.tui.widgets.chart import BRAILLE, DOTS
from setsetting.words.numbers import MINUS
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.review.lanes import Lane
    from setsetting.review.view import FormLine, PatientReview

GUTTER, WIDE_GUTTER = 18, 20
LEAST_CHART_ROWS = 6
CHART_SHARE = 0.55
BREAK_FROM_DAYS = 45
TREATMENT_SHARE = 0.72
AFTER_TREATMENT_DAYS = 7
HIGHEST_SCORE = 80
TICK_EVERY_COLUMNS = 12
BY_PROGRAM = "°"
"""Stands behind a value that nobody said: the program knew it."""


@dataclass(frozen=True, slots=True)
class DayAxis:
    """Days from the first infusion over columns, with one break at most."""

    first: float
    broken_at: float | None
    last: float
    left: int
    width: int

    @classmethod
    def over(cls, days: Sequence[int], visits: Sequence[int], left: int, width: int) -> "DayAxis":
        first, last = min(days, default=0) - 1.0, max(days, default=0) + 2.0
        treated = max(visits, default=0) + AFTER_TREATMENT_DAYS
        broken = float(treated) if last - first > BREAK_FROM_DAYS and last - treated > AFTER_TREATMENT_DAYS else None
        return cls(first, broken, last, left, width)

    def column(self, day: float) -> int:
        """The column of a day."""
        if self.broken_at is None:
            return self.left + int((day - self.first) / (self.last - self.first) * (self.width - 1))
        wide = int(self.width * TREATMENT_SHARE)
        if day <= self.broken_at:
            return self.left + int((day - self.first) / (self.broken_at - self.first) * (wide - 1))
        return self.left + wide + int((day - self.broken_at) / (self.last - self.broken_at) * (self.width - wide - 1))


class Trajectory(PaintingOf["PatientReview"]):
    """Shows a `PatientReview`; lanes that do not fit are left to the report, those that vary come first."""

    DEFAULT_CSS = "Trajectory { height: 1fr; }"

    def paint_of(self, shown: "PatientReview", width: int, height: int) -> list[Line]:
        if not (shown.forms or shown.visits):
            return []
        gutter = WIDE_GUTTER if width >= WIDE_FROM else GUTTER
        chart_rows = max(LEAST_CHART_ROWS, int(height * CHART_SHARE))
        lanes = sorted(shown.lanes, key=lambda lane: not lane.varies)[: max(0, height - chart_rows - 2)]
        rows = height - 2 - len(lanes)
        days = [*(form.day for form in shown.forms), *(visit.day for visit in shown.visits)]
        axis = DayAxis.over(days, [visit.day for visit in shown.visits], gutter, width - gutter - 1)
        lines = _chart(shown, axis, rows, width)
        numbers = Line(width)
        numbers.right(gutter - 1, _("infusion"), DIM)
        columns = [axis.column(visit.day) for visit in shown.visits]
        rooms = [after - here - 1 for here, after in itertools.pairwise((*columns, width))]
        for visit, column, room in zip(shown.visits, columns, rooms, strict=True):
            if len(str(visit.number)) <= room:
                numbers.put(column, str(visit.number), LOUD)
        lines.append(numbers)
        lines.extend(_lane(lane, axis, columns, rooms) for lane in lanes)
        lines.append(_days(axis, width))
        return lines


def _chart(review: "PatientReview", axis: DayAxis, rows: int, width: int) -> list[Line]:
    lines = [Line(width) for _row in range(rows)]
    totals = [form.total for form in review.forms if form.total is not None]
    low = max(0, (min(totals, default=20) - 5) // 10 * 10)
    high = max(low + 10, min(HIGHEST_SCORE, -(-(max(totals, default=50) + 1) // 10) * 10))

    def dot(score: float) -> int:
        return round((high - score) / (high - low) * (rows * 4 - 1))

    cuts = (review.thresholds.cut_high, review.thresholds.cut_low)
    if low < cuts[1] and cuts[0] < high:
        _cut_lines(axis, [dot(cut) for cut in cuts], lines)
    for visit in review.visits:
        for line in lines:
            line.put(axis.column(visit.day), "┊", TextStyle("rule"))
    _joined([form for form in review.forms if form.recall is Recall.WEEK and not form.amid], axis, dot, lines)
    points: dict[tuple[int, int], list[FormLine]] = {}
    for form in review.forms:
        if form.total is not None:
            points.setdefault((axis.column(form.day), dot(form.total) // 4), []).append(form)
    for (x, row), there in points.items():
        _points(there, x, lines[row])
    taken: set[int] = set()
    for score, words in ((cuts[0], f"{cuts[1]}–{cuts[0]}"), (high, str(high)), (low, str(low))):
        y = dot(score) // 4
        if low <= score <= high and not taken & {y}:
            taken.add(y)
            lines[y].right(axis.left - 1, words, DIM)
    lines[min(1, rows - 1)].put(1, "PCL-5", DIM)
    return lines


def _cut_lines(axis: DayAxis, heights: Sequence[int], lines: list[Line]) -> None:
    """Two thin lines at the ends of the published range of cut-points, true to a quarter of a row."""
    cells: dict[int, int] = {}
    for y in heights:
        cells[y // 4] = cells.get(y // 4, 0) | DOTS[0][y % 4]
    for row, bits in cells.items():
        lines[row].fill(axis.left, axis.left + axis.width, chr(BRAILLE + bits), TextStyle("dim"))


def _joined(forms: "Sequence[FormLine]", axis: DayAxis, dot: Callable[[float], int], lines: list[Line]) -> None:
    """A dotted line through the complete past-week forms, in order of time."""
    cells: dict[tuple[int, int], int] = {}
    complete = [(axis.column(form.day), dot(form.total)) for form in forms if form.total is not None]
    for (x0, y0), (x1, y1) in itertools.pairwise(complete):
        span = max(1, (x1 - x0) * 2)
        for step in range(2, span - 1):
            sub = x0 * 2 + step
            y = round(y0 + (y1 - y0) * step / span)
            place = (sub // 2, y // 4)
            cells[place] = cells.get(place, 0) | DOTS[sub % 2][y % 4]
    for (x, y), bits in cells.items():
        lines[y].put(x, chr(BRAILLE + bits), TextStyle("week"))


def _points(forms: "Sequence[FormLine]", x: int, line: Line) -> None:
    """The points of one place with their totals, none over another; a hollow one was filled amid a session, and is
    neither before nor after it."""
    forms = sorted(forms, key=lambda form: form.recall is Recall.MONTH)
    pieces = []
    for form, after in itertools.zip_longest(forms, forms[1:]):
        week = form.recall is Recall.WEEK
        sign = ("○" if form.amid else "●") if week else "◇" if form.amid else "◆"
        total = "" if after is not None and after.total == form.total else str(form.total)
        pieces.append((sign, total, DIM if form.amid else WEEK if week else MONTH))
    if x + sum(len(sign + total) for sign, total, _style in pieces) > line.width:
        x -= sum(len(sign + total) for sign, total, _style in pieces) - 1
        pieces = [(total, sign, style) for sign, total, style in pieces]
    line.run(x, *((first + second, style) for first, second, style in pieces))


def _lane(lane: "Lane", axis: DayAxis, columns: Sequence[int], rooms: Sequence[int]) -> Line:
    line = Line(axis.left + axis.width + 1)
    line.right(axis.left - 1, fit(lane.label.lower(), axis.left - 2), DIM)
    for cell, column, room in zip(lane.cells, columns, rooms, strict=True):
        if room < 1:
            continue
        words = "·" if cell.text is None else fit(cell.text, room - cell.by_program) + BY_PROGRAM * cell.by_program
        line.put(column, words, STRONG.on("raised") if cell.differs else TEXT if cell.text is not None else DIM)
    return line


def _days(axis: DayAxis, width: int) -> Line:
    line = Line(width)
    line.right(axis.left - 1, _("day"), DIM)
    end = axis.left
    step = next(
        step
        for step in (1, 2, 7, 14, 28, 56, 112, 364, 3640)
        if axis.column(axis.first + step) - axis.left >= TICK_EVERY_COLUMNS or step == 3640
    )
    ticks = [day for day in range(int(axis.first), int(axis.last) + 1) if day % step == 0]
    if axis.broken_at is not None:
        x = axis.column(axis.broken_at) + 1
        line.put(x, "//", ACCENT)
        late = [day for day in range(int(axis.broken_at) + 1, int(axis.last) + 1) if day % 28 == 0]
        ticks = [day for day in ticks if day < axis.broken_at] + late
    for day in ticks:
        x, words = axis.column(day), f"╵{MINUS if day < 0 else ''}{abs(day)}"
        free = all(cell.char == " " for cell in line.cells[x : x + len(words)])
        if x >= end and free and x + len(words) < width:
            end = line.put(x, words, DIM) + 2
    return line
