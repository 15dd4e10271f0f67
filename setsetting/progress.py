"""The progress of work that takes long, told without knowing who listens.

A room calls `report(Step(...))`; a face draws it. A face that wants to stop the work raises
`Stopped` from its report, or sets a `threading.Event` the room was handed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Step:
    """One report: `done` of `total` things of kind `what`, the newest being `name`."""

    done: int
    total: int | None
    what: str
    name: str = ""


Report: TypeAlias = Callable[[Step], None]
Say: TypeAlias = Callable[[str], None]
"""How an act that takes its time says a sentence meanwhile, to whoever listens."""


def unheard(sentence: str) -> None:
    """Say it to nobody: nothing hears it."""


def once(say: Say) -> Say:
    """Say each sentence a single time, however often it is said here."""
    said = set[str]()

    def first_time(sentence: str) -> None:
        if sentence not in said:
            said.add(sentence)
            say(sentence)

    return first_time


def silent(step: Step) -> None:
    """Listen to nothing."""
