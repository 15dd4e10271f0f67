"""The plan of a patient's next visit, as data and in words."""

from typing import TYPE_CHECKING, Any

from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.plans import PatientPlan


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
    file = "" if plan.accepted is None else plan.accepted.file
    return _("Accepted for the next visit of {code}: {file}.").format(code=plan.code, file=file)
