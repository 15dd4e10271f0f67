"""One filled PCL-5 questionnaire as a value: what was answered, over which recall, when."""

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
