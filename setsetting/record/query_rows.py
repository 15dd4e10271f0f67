"""The questions on stored forms that stand, each with what closed it; one that was taken back is none."""

from collections import defaultdict
from dataclasses import dataclass

from setsetting.record.corrections import Correction, standing
from setsetting.record.form_kinds import FormQueried, QueryAnswered
from setsetting.record.log import Record
from setsetting.units import Milliseconds


@dataclass(frozen=True, slots=True)
class QueryRow:
    """A question on a form: who asked it when, a random id, and its answer; None while it is open."""

    event_id: str
    at_utc_ms: Milliseconds
    actor: str
    question: str
    answer: Correction | None = None


def by_form(record: Record) -> dict[str, tuple[QueryRow, ...]]:
    """The questions on each form, oldest first, by the form's id."""
    asked: dict[str, list[Correction]] = defaultdict(list)
    answers: dict[str, Correction] = {}
    for each in standing(record, (FormQueried, QueryAnswered)):
        match each.payload:
            case FormQueried(form_id=form_id):
                asked[form_id].append(each)
            case QueryAnswered():
                answers[each.corrects] = each
    return {
        form_id: tuple(
            QueryRow(each.event_id, each.at_utc_ms, each.actor, each.reason, answers.get(each.event_id))
            for each in found
        )
        for form_id, found in asked.items()
    }
