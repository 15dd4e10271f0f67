"""One filled PCL-5 questionnaire as a value: what was answered, over which recall, when."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from setsetting.units import Milliseconds


class Recall(StrEnum):
    """The time a form asks about; the two are never mixed."""

    WEEK = "week"
    MONTH = "month"


class NoAnswer(StrEnum):
    """Blank and declined are kept apart, and neither is 0."""

    MISSING = "-"
    DECLINED = "d"


_UNANSWERED = frozenset(NoAnswer)
Item: TypeAlias = int | NoAnswer


@dataclass(frozen=True, slots=True)
class Form:
    """Twenty items in order (0-4, missing or declined), the recall, and when it was taken.

    `taken_ms` is UTC; a form dated without a time carries the first instant of that day in the
    clinic's zone, so that it counts as before that day's session.
    """

    items: tuple[Item, ...]
    recall: Recall
    taken_ms: Milliseconds

    @property
    def complete(self) -> bool:
        """Whether every item is answered; only then is there a total."""
        return _UNANSWERED.isdisjoint(self.items)


@dataclass(frozen=True, slots=True)
class SecondKeying:
    """A form keyed twice: the items that differ, each with the first and the second answer; `upheld` says why the first stands."""

    differing: tuple[tuple[int, Item, Item], ...]
    upheld: str | None = None

    @property
    def open(self) -> bool:
        """Whether they differ and nobody has said that the first stands."""
        return bool(self.differing) and self.upheld is None


def differing(first: Sequence[Item], second: Sequence[Item]) -> tuple[tuple[int, Item, Item], ...]:
    """The items whose answers are not the same in both, by number."""
    both = enumerate(zip(first, second, strict=True), 1)
    return tuple((number, one, other) for number, (one, other) in both if one != other)
