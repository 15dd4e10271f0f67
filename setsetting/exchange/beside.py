"""What stands beside the answers of a form as it is handed on and taken in: who entered it, a second keying, questions on it.

In a cell the second keying is twenty answers with blanks between, and the questions are JSON; ValueError for what is neither.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from setsetting.clinical import pcl5
from setsetting.clinical.form import Item
from setsetting.clinical.free_text import reason_given
from setsetting.errors import UsageError
from setsetting.words.translate import _


class AskedQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question on a form, and what closed it; None while it is open."""

    question: str
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class BesideForm:
    """`second` is None where a form was keyed once; `upheld` says why the first keying stands where the two differ."""

    by_patient: bool = False
    second: tuple[Item, ...] | None = None
    upheld: str | None = None
    questions: tuple[AskedQuestion, ...] = ()

    @property
    def open_queries(self) -> int:
        return sum(each.answer is None for each in self.questions)


NOTHING_BESIDE = BesideForm()


def as_answers(items: Sequence[Item] | None) -> str:
    return "" if items is None else " ".join(map(str, items))


def answers(cell: str) -> tuple[Item, ...] | None:
    """Twenty answers as `as_answers` writes them; None for an empty cell."""
    if not cell:
        return None
    try:
        return pcl5.parse_items(cell.split())
    except UsageError as error:
        raise ValueError(_("twenty answers, 0 to 4, - or d, with blanks between expected")) from error


def as_questions(told: Sequence[AskedQuestion]) -> str:
    return msgspec.json.encode(told).decode() if told else ""


def questions(cell: str) -> tuple[AskedQuestion, ...]:
    """Questions as `as_questions` writes them; none for an empty cell."""
    try:
        return checked(msgspec.json.decode(cell, type=tuple[AskedQuestion, ...]) if cell else ())
    except msgspec.MsgspecError as error:
        raise ValueError(_('questions as JSON expected: [{"question": "...", "answer": null}]')) from error


def checked(told: Sequence[AskedQuestion]) -> tuple[AskedQuestion, ...]:
    """The questions as a person could have typed them."""
    try:
        return tuple(
            AskedQuestion(reason_given(each.question), None if each.answer is None else reason_given(each.answer))
            for each in told
        )
    except UsageError as error:
        raise ValueError(_("a question or an answer on one that is no text")) from error
