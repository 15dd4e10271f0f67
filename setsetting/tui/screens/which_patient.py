"""Which patient is meant: a code as it is typed, in any case; digits belong to codes, so that no list is chosen from."""

from typing import TYPE_CHECKING

from setsetting.errors import Refused, UsageError
from setsetting.tui.dialogs import TextDialog
from setsetting.words.translate import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from setsetting.desk.clinic import Clinic
    from setsetting.tui.task_screen import TaskScreen

MOST_NAMED = 6
"""So many of the codes that hold what is typed are named."""


async def patient_asked(screen: "TaskScreen", clinic: "Clinic", question: str, *, but: str | None = None) -> str | None:
    """The code of a patient, as the record writes it; None where nobody is named.

    A code that nobody has, or that of the patient it is asked of, stays to be mended.
    """
    from setsetting.desk import patients

    others = tuple(code for code in patients.codes(clinic) if code != but)
    if not others:
        raise UsageError(_("There is no other patient."))

    def found(typed: str) -> str:
        code = patients.show(clinic, typed).code
        if code == but:
            raise Refused(_("That is {code} itself.").format(code=code))
        return code

    typed = await screen.ask(
        TextDialog(question, hint=_("the code"), tell=lambda text: told(patients.holding(others, text)), check=found)
    )
    return None if typed is None else found(typed)


async def added(screen: "TaskScreen", clinic: "Clinic") -> str | None:
    """The code of a patient who is added, as it is kept; None where nobody is."""
    from setsetting.desk import patients

    question = _("Code of the new patient: letters, digits, dots and dashes; never a name")
    code = await screen.ask(TextDialog(question, check=lambda typed: patients.refuse_code(clinic, typed)))
    return None if code is None else patients.add(clinic, code).code


async def sought(screen: "TaskScreen", clinic: "Clinic", listed: "Sequence[str]") -> str | None:
    """What is typed to find a patient of the list by; one who was withdrawn is opened, to be taken back, and it is None."""
    from setsetting.desk import patients

    text = await screen.ask(
        TextDialog(
            _("Find which patient? Part of the code is enough"),
            tell=lambda typed: told(patients.holding(listed, typed)),
        )
    )
    if text is None or patients.holding(listed, text):
        return text
    if gone := patients.holding((code for code, _why in patients.withdrawn(clinic)), text):
        screen.navigator.open_patient(gone[0])
        return None
    return text


def told(codes: "Sequence[str]") -> str:
    """The codes that hold what is typed, the first of them by name."""
    if not codes:
        return _("No patient's code holds this.")
    more = len(codes) - MOST_NAMED
    return ", ".join(codes[:MOST_NAMED]) + (_(" and {n} more").format(n=more) if more > 0 else "")
