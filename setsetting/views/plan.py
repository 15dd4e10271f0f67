"""The plan of a patient's next visit, as data and in words."""

from typing import TYPE_CHECKING, Any

from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.plan import PatientPlan


def as_data(plan: "PatientPlan") -> dict[str, Any]:
    return {
        "file": None if plan.accepted is None else plan.accepted.file,
        "state": plan.state.value,
        "reasons": list(plan.reasons),
    }


def state_words(plan: "PatientPlan") -> str:
    """The state of a plan in one word."""
    return {"ready": _("ready"), "stale": _("stale"), "none": _("none")}[plan.state]


def in_words(plan: "PatientPlan") -> list[str]:
    """The state with its file, then each reason."""
    if plan.accepted is None:
        return [state_words(plan)]
    return [f"{state_words(plan)}: {plan.accepted.file}", *plan.reasons]


def accepted_words(plan: "PatientPlan") -> str:
    """Which plan was accepted for whom, and how that is taken back."""
    file = "" if plan.accepted is None else plan.accepted.file
    said = _("Accepted for the next visit of {code}: {file}.") + " " + _("{undo} takes it back.")
    undo = f"`setsetting soundscape unaccept --patient {plan.code} --reason TEXT`"
    return said.format(code=plan.code, file=file, undo=undo)


def unaccepted_words(plan: "PatientPlan") -> str:
    """What a patient has once a plan was taken back."""
    if plan.accepted is None:
        return _("Taken back: no soundscape is accepted for the next visit of {code} now.").format(code=plan.code)
    said = _("Taken back: {file}, accepted before, is the plan of {code} again.")
    return said.format(file=plan.accepted.file, code=plan.code)
