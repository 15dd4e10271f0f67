"""Who is who, mended from a patient's page: two codes that are one person, a patient who is none; each taken back.

So is that something was not said: the statement that was withdrawn stands again.
"""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from setsetting.errors import UsageError
from setsetting.tui.dialogs import ChoiceDialog
from setsetting.tui.screens import mending
from setsetting.tui.screens.which_patient import patient_asked
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.patients import PatientView
    from setsetting.record.corrections import Correction
    from setsetting.tui.task_screen import TaskScreen


def holds(view: "PatientView") -> str:
    """What stands under a code."""
    return ", ".join(
        (
            count("{n} session", "{n} sessions", sum(row.counts for row in view.sessions)),
            count("{n} form", "{n} forms", view.forms),
            count("{n} refusal", "{n} refusals", len(view.vetoes)),
        )
    )


async def merge(screen: "TaskScreen", clinic: "Clinic", code: str) -> str | None:
    """Say that a patient and another are one, and under which code; that code, None where nothing is said."""
    from setsetting.desk import corrections, patients

    question = _("{code} is the same person as which other patient?").format(code=code)
    second = await patient_asked(screen, clinic, question, but=code)
    if second is None:
        return None
    view, other = patients.show(clinic, code), patients.show(clinic, second)
    ways = ((view, other), (other, view))
    choices = [
        (into.code, _("{one}'s {what} become {other}'s").format(one=one.code, what=holds(one), other=into.code))
        for one, into in ways
    ]
    both = {"one": view.code, "other": other.code}
    question = _("{one} and {other} are one person: under which code do they go on?").format(**both)
    at = await screen.ask(ChoiceDialog(question, choices))
    if at is None:
        return None
    one, into = ways[at]
    why = _(
        "{one} becomes {into}: numbers, reports and lists follow, and what either refuses is refused for both; "
        "5 on {into}'s page takes it back. Why are they one person?"
    ).format(one=one.code, into=into.code)
    reason = await mending.why(screen, why, lambda reason: corrections.merge(clinic, one.code, into.code, reason))
    return None if reason is None else into.code


async def withdraw(screen: "TaskScreen", clinic: "Clinic", code: str) -> bool:
    """Leave a patient out of every list and review; whether that was said."""
    from setsetting.desk import corrections, patients

    view = patients.show(clinic, code)
    why = _(
        "{code} ({what}) is left out of every list, count and review; the record keeps all of it, and 5 takes it back. "
        "Why is {code} withdrawn?"
    ).format(code=view.code, what=holds(view))
    return await mending.why(screen, why, lambda reason: corrections.withdraw(clinic, code, reason)) is not None


async def take_back(screen: "TaskScreen", clinic: "Clinic", code: str) -> str | None:
    """Take a withdrawal, of the patient or of a statement, or a merge back; what came of it, None where nothing was."""
    from setsetting.desk import patients, undoing

    view = patients.show(clinic, code)
    made = _taken_back(view)
    if not made:
        raise UsageError(
            _("Nothing of {code} was withdrawn, and it was not made one with another.").format(code=view.code)
        )
    at: int | None = 0
    if len(made) > 1:
        choices = [(each.name, each.correction.reason) for each in made]
        at = await screen.ask(ChoiceDialog(_("{code}: take which back?").format(code=view.code), choices))
    if at is None:
        return None
    meant = made[at]
    undo = partial(undoing.undo, clinic, meant.correction.event_id)
    return None if await mending.why(screen, meant.question, undo) is None else meant.done


@dataclass(frozen=True, slots=True)
class _Made:
    """A correction that may be taken back: what it is called, what is asked then, and what is said when it is done."""

    name: str
    correction: "Correction"
    question: str
    done: str


def _taken_back(view: "PatientView") -> list[_Made]:
    """All that can be taken back, the newest first."""
    from setsetting.views.statement import CALLED

    one, made = view.code, []
    asked = _("{one} and {other} become two patients again; what was refused meanwhile holds for both. Why?")
    for other, merge in zip(view.others, view.merged, strict=True):
        name, done = _("one person with {other}"), _("{one} and {other} are two patients again.")
        both = {"one": one, "other": other}
        made.append(_Made(name.format(**both), merge, asked.format(**both), done.format(**both)))
    if view.withdrawn is not None:
        again = _("{one} stands again. Why?"), _("{one} stands in the lists again.")
        made.append(_Made(_("withdrawn"), view.withdrawn, *(words.format(one=one) for words in again)))
    for kind, withdrawal in () if view.withdrawn is not None else view.unsaid:
        what = CALLED.get(kind, kind)
        again = _("{one}: why does {what} stand again?"), _("{one}: {what} stands again.")
        made.append(_Made(what, withdrawal, *(words.format(one=one, what=what) for words in again)))
    return sorted(made, key=lambda each: each.correction.at_utc_ms, reverse=True)
