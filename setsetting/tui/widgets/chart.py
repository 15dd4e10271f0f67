"""The chart of a timeline: the modelled effect as an area with its band, the music's energy as a line.

A cell holds two colours. The area is drawn in eighth blocks, and where several edges meet in one cell
the outermost is drawn true, else the curve is jagged; the line is braille, 2 by 4 dots a cell, with
the area's colour behind it. Below 8 rows the line is one dot thick, else two.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from setsetting.tui.line import Line
from setsetting.tui.theme import DIM, TextStyle
from setsetting.tui.widgets.minute_axis import MinuteAxis
from setsetting.units import Energy, Minutes

EIGHTHS = " ▁▂▃▄▅▆▇"
TEXTURE = "░"
FULL = "█"
BRAILLE = 0x2800
DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""Bits of a braille cell by column and row, from the top."""
THICK_FROM_ROWS = 8
HIGHEST_ENERGY = 10.0
LEAST_ROWS_FOR_MIDDLE = 5

EnergyAt = Callable[[Minutes], Energy | None]


@dataclass(frozen=True, slots=True)
class EffectLine:
    """The modelled effect as shares 0-1, `step_min` apart from `from_min` on: the middle and its band."""

    from_min: Minutes
    step_min: Minutes
    middle: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    def at(self, minute: Minutes) -> tuple[float, float, float]:
        """Low, middle and high at a minute, straight between the samples."""
        place = (minute - self.from_min) / self.step_min
        index = int(place // 1)
        if index < 0 or index + 1 >= len(self.middle):
            return (0.0, 0.0, 0.0)
        part = place - index
        low, middle, high = (
            samples[index] * (1 - part) + samples[index + 1] * part for samples in (self.low, self.middle, self.high)
        )
        return (low, middle, high)


def area(axis: MinuteAxis, rows: int, effect: EffectLine | None, lines: Sequence[Line], *, textured: bool) -> None:
    """Draw the effect and its band into `lines` (the top one first).

    Textured, the band is a texture and only the area below it has a colour: with few colours the
    shades of a band become colours that say something else.
    """
    if effect is None:
        return
    for x in range(axis.left, axis.end):
        low, middle, high = (round(share * rows * 8) for share in effect.at(axis.minute(x + 0.5)))
        for row in range(rows):
            base = row * 8
            line = lines[rows - 1 - row]
            if textured:
                if base < low:
                    line.put(x, EIGHTHS[low - base] if low < base + 8 else FULL, TextStyle("area_low"))
                elif base + 4 < high:
                    line.put(x, TEXTURE, TextStyle("area_low"))
                continue
            edge = next((edge for edge in (high, middle, low) if base < edge < base + 8), None)
            if edge is None:
                line.paint(x, x + 1, _zone(base + 4, low, middle, high))
            else:
                inside, outside = _zone(edge - 0.5, low, middle, high), _zone(edge + 0.5, low, middle, high)
                line.put(x, EIGHTHS[edge - base], TextStyle(inside, outside))


def _zone(height: float, low: int, middle: int, high: int) -> str:
    if height < low:
        return "area_low"
    if height < middle:
        return "area_mid"
    return "area_high" if height < high else "ground"


@dataclass(frozen=True, slots=True)
class EnergyCurve:
    """A line of energy over minutes, and the colour it is drawn in."""

    energy_at: EnergyAt
    colour: str


def curves(axis: MinuteAxis, rows: int, drawn: Sequence[EnergyCurve], lines: Sequence[Line]) -> None:
    """Draw curves in braille, the first being the most important.

    A later curve is left out within two dots of an earlier one: a cell has one foreground, and two
    lines that touch read as one.
    """
    thick = rows >= THICK_FROM_ROWS
    taken: dict[int, set[int]] = {}
    cells: dict[tuple[int, int], tuple[int, str]] = {}
    for curve in drawn:
        own: dict[int, set[int]] = {}
        before: int | None = None
        for sub in range(2 * axis.width):
            level = curve.energy_at(axis.minute(axis.left + (sub + 0.5) / 2))
            if level is None:
                before = None
                continue
            at = round((1 - level / HIGHEST_ENERGY) * (rows * 4 - 1))
            span = range(min(at, at if before is None else before), max(at, at if before is None else before) + 1)
            dots = {*span, *((at + 1,) if thick and at + 1 < rows * 4 else ())}
            if not any(abs(dot - other) <= 2 for dot in dots for other in taken.get(sub, ())):
                own[sub] = dots
            before = at
        for sub, dots in own.items():
            taken.setdefault(sub, set()).update(dots)
            for dot in dots:
                place = (axis.left + sub // 2, dot // 4)
                bits, colour = cells.get(place, (0, curve.colour))
                cells[place] = (bits | DOTS[sub % 2][dot % 4], colour)
    for (x, y), (bits, colour) in cells.items():
        cell = lines[y].cells[x]
        behind = cell.bg if cell.char in f" ▁▂▃{TEXTURE}" else cell.fg
        lines[y].put(x, chr(BRAILLE + bits), TextStyle(colour, behind))


def scale(axis: MinuteAxis, rows: int, lines: Sequence[Line], *, effect: bool) -> None:
    """Write energy and modelled per cent at the left of the first, middle and last row."""
    marks = [(0, "e10", "100%"), (rows // 2, "e5", "50%"), (rows - 1, "e0", "0%")]
    if rows < LEAST_ROWS_FOR_MIDDLE:
        del marks[1]
    for y, energy, percent in marks:
        if effect:
            lines[y].put(1, energy.ljust(4), DIM)
            lines[y].right(axis.left - 1, percent, DIM)
        else:
            lines[y].right(axis.left - 1, energy, DIM)
