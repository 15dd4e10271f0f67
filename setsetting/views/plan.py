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


def in_words(plan: "PatientPlan") -> list[str]:
    """The state with its file, then each reason."""
    if plan.accepted is None:
        return [_("none")]
    state = {"ready": _("ready"), "stale": _("stale")}[plan.state]
    return [f"{state}: {plan.accepted.file}", *plan.reasons]


def accepted_words(plan: "PatientPlan", code: str) -> str:
    file = "" if plan.accepted is None else plan.accepted.file
    return _("Accepted for the next visit of {code}: {file}.").format(code=code, file=file)
