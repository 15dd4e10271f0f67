"""The minute axis that every row of a timeline shares."""

import math
from dataclasses import dataclass

from setsetting.units import Minutes
from setsetting.words.numbers import MINUS

STEPS = (1, 2, 5, 10, 20, 30, 60, 120)
LEAST_TICK_COLUMNS = 11


@dataclass(frozen=True, slots=True)
class MinuteAxis:
    """Minutes from infusion start over `width` columns that begin at column `left`."""

    from_min: Minutes
    to_min: Minutes
    left: int
    width: int

    @property
    def end(self) -> int:
        """The column after the last."""
        return self.left + self.width

    def column(self, minute: Minutes) -> int:
        """The column a minute falls in; may lie outside the axis."""
        return self.left + int((minute - self.from_min) / (self.to_min - self.from_min) * self.width // 1)

    def minute(self, column: float) -> Minutes:
        """The minute at a column, fractions of columns allowed."""
        return self.from_min + (column - self.left) / self.width * (self.to_min - self.from_min)

    def inside(self, column: int) -> bool:
        return self.left <= column < self.end

    def clamped(self, minute: Minutes) -> int:
        """The column of a minute, held between the axis's first column and the one after its last."""
        return min(self.end, max(self.left, self.column(minute)))

    def ticks(self) -> list[Minutes]:
        """Round minutes far enough apart to be read."""
        per_column = (self.to_min - self.from_min) / self.width
        step = next((step for step in STEPS if step / per_column >= LEAST_TICK_COLUMNS), STEPS[-1])
        first = math.ceil(self.from_min / step) * step
        return [Minutes(minute) for minute in range(first, int(self.to_min) + 1, step)]


def minute_words(minute: float) -> str:
    """A minute as an axis writes it, with a real minus sign."""
    return f"{MINUS}{-minute}" if minute < 0 else str(minute)
