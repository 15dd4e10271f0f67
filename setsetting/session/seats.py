"""Seats of a session: two screens act on it, each by its number; a third looks. Who is killed leaves his seat."""

from contextlib import ExitStack
from pathlib import Path
from typing import Self

from setsetting.machine import locks
from setsetting.machine.closable import Closable

SEATS = 2


class Seat(Closable):
    """One of a session's seats, held until it is closed or its process ends."""

    def __init__(self, number: int, held: ExitStack) -> None:
        self.number = number
        self._held = held

    @classmethod
    def taken(cls, folder: Path) -> Self | None:
        """The first seat that is free; None where both are taken."""
        for number in range(1, SEATS + 1):
            held = ExitStack()
            try:
                held.enter_context(locks.held(folder / f"screen-{number}.lock"))
            except locks.Busy:
                continue
            return cls(number, held)
        return None

    def close(self) -> None:
        self._held.close()
