"""A patient's next visit in words: its plan, what is due, what was otherwise last time, and what comes next."""

from typing import TYPE_CHECKING

from setsetting.clinical.form import Recall
from setsetting.views.plan import state_words
from setsetting.views.today import ago_words, unclosed_words
from setsetting.words.numbers import minute_of, minutes_text
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.plans import PatientPlan
    from setsetting.desk.today import TodayRow
    from setsetting.desk.visits import NextVisit, VisitStep


def form_words(row: "TodayRow") -> str:
    """Which form is due, in a few letters."""
    recalls = {Recall.WEEK: _("week"), Recall.MONTH: _("month")}
    due = _("+").join(recalls[form.recall] for form in row.due)
    return _("{forms} due").format(forms=due) if due else _("none due")


def plan_words(plan: "PatientPlan | None") -> str:
    """The state of a plan in one word; nothing while it is not known."""
    return "" if plan is None else state_words(plan)


def why_words(plan: "PatientPlan | None") -> str:
    """What a plan is, or what is otherwise with it, as short as a list needs it; nothing where there is none."""
    if plan is None or plan.accepted is None:
        return ""
    changes = {
        "gone": _("its file is gone"),
        "file": _("its file changed"),
        "playlist": _("playlist changed"),
        "library": _("library changed"),
        "wishes": _("refusals or heard"),
        "refused": _("a rule refuses it"),
    }
    if plan.changes:
        return ", ".join(changes[change] for change in reversed(plan.changes))
    minutes = minutes_text(plan.accepted.infusion_ms)
    return _("{playlist}, {minutes}").format(playlist=plan.accepted.playlist, minutes=minutes)


def step_words(step: "VisitStep", row: "TodayRow", plan: "PatientPlan | None") -> tuple[str, str]:
    """An act that is to be done next, and why."""
    if step == "join":
        return _("join"), _("the session runs; music that plays goes on")
    if step == "close":
        return _("close"), unclosed_words(row)
    if step == "form":
        return _("PCL-5"), row.due[0].because if row.due else _("no form is due")
    if step == "start":
        changed = plan is not None and plan.changes
        return _("start"), why_words(plan) if changed else _("nothing the plan rests on has changed")
    if plan is None or plan.accepted is None:
        return _("build"), _("no soundscape is accepted for this visit")
    return _("build"), _("the plan is stale: {why}").format(why=why_words(plan))


def differed_words(visit: "NextVisit", row: "TodayRow") -> str:
    """What was not as usual in the last session."""
    if row.last is None:
        return _("no infusion yet")
    pieces = [
        _("{what} {now}, not {usual}").format(what=each.field.label.lower(), now=each.now, usual=each.usual)
        for each in visit.differed
    ]
    return " · ".join(pieces) or _("nothing is noted as different")


def patient_words(visit: "NextVisit") -> str:
    """What the patient said in the last session, each with its minute."""
    told = [
        (_("minute {n}: ").format(n=minute_of(mark.infusion_ms)) if mark.infusion_ms is not None else "")
        + f"'{mark.note}'"
        for mark in visit.words
    ]
    return " · ".join(told)


def last_held_words(row: "TodayRow") -> str:
    """When the last session was and how long it ran of what was planned."""
    if row.last is None:
        return ""
    ran = minutes_text((row.last.actual or row.last.planned).end_ms)
    planned = minutes_text(row.last.planned.end_ms)
    ago = ago_words(row)
    if ran == planned:
        return _("last session {ago}, {ran}").format(ago=ago, ran=ran)
    return _("last session {ago}, {ran} of {planned}").format(ago=ago, ran=ran, planned=planned)
