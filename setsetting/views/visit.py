"""A patient's next visit in words: its plan, what is due, what was otherwise last time, and what comes next."""

from typing import TYPE_CHECKING, Any

from setsetting.clinical.form import Recall
from setsetting.clinical.marks import TOUCHES, Mark, mark_words
from setsetting.clinical.visits import VisitKind
from setsetting.review import words
from setsetting.views.plan import state_words
from setsetting.views.session import rounded_minutes
from setsetting.views.today import ago_words, appointment_words, last_words, over_words, unclosed_words, visit_words
from setsetting.words.numbers import minute_of, minutes_text, utc_text
from setsetting.words.plain import one_line
from setsetting.words.translate import _

NOTEWORTHY = frozenset({Mark.DISTRESS, Mark.INTERRUPTION, *TOUCHES})
"""Marks that tell of something otherwise, whatever was noted with them."""

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from setsetting.desk.plan import PatientPlan
    from setsetting.desk.today import TodayRow, VisitStep
    from setsetting.desk.visits import NextVisit
    from setsetting.record.live_rows import MarkRow


def form_words(row: "TodayRow") -> str:
    """Which form is due, in a few letters; else whether a question on one is open, or its second keying differs."""
    recalls = {Recall.WEEK: _("week"), Recall.MONTH: _("month")}
    due = _("+").join(recalls[recall] for recall in dict.fromkeys(form.recall for form in row.due))
    if due:
        return _("{forms} due").format(forms=due)
    if row.open_queries:
        return _("query open")
    return _("keying open") if row.open_keyings else _("none due")


def forms_words(row: "TodayRow") -> str:
    """Which forms are due and why, which never came, and what on forms is open."""
    return " · ".join((*(form.because for form in row.due), *beside_words(row)))


def beside_words(row: "TodayRow") -> tuple[str, ...]:
    """What is to be known of a patient's forms besides which is due."""
    return (*row.missing, *words.left_open(row.open_queries, row.open_keyings))


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
    joins = _("the session runs; music that plays goes on")
    if row.silent:
        joins = _("its player is gone: the music goes on at the infusion's minute")
    known = {
        "join": (_("join"), joins),
        "close": (_("close"), unclosed_words(row)),
        "form": (_("PCL-5"), row.due[0].because if row.due else _("no form is due")),
        "prepare": (_("prepare"), _("what is agreed, meant and brought is kept on the page before an infusion")),
        "integrate": (
            _("go over"),
            _("what was heard and said last time is gone through; the course keeps the visit"),
        ),
    }
    if step in known:
        return known[step]
    if step == "start":
        changed = plan is not None and plan.changes
        return _("start"), why_words(plan) if changed else _("nothing the plan rests on has changed")
    if plan is None or plan.accepted is None:
        return _("build"), _("no soundscape is accepted for this visit")
    return _("build"), _("the plan is stale: {why}").format(why=why_words(plan))


def differed_words(visit: "NextVisit", row: "TodayRow") -> str:
    """What was not as usual in the last session, rules that did not hold, an early stop, and what was marked."""
    if row.last is None:
        return _("no infusion yet")
    pieces = [
        _("{what} {now}, not {usual}").format(what=each.field.label.lower(), now=each.now, usual=each.usual)
        for each in visit.differed
    ]
    if visit.stopped:
        pieces.append(_("infusion stopped early"))
    pieces += [_marked(mark) for mark in visit.marks if mark.mark in NOTEWORTHY]
    if visit.loosened:
        pieces.append(_("loosened: {rules}").format(rules="; ".join(rule.words for rule in visit.loosened)))
    if visit.given_up:
        given_up = "; ".join(rule.words for rule in visit.given_up)
        pieces.append(_("given up when timed anew: {rules}").format(rules=given_up))
    return " · ".join(pieces) or _("nothing is noted as different")


def _marked(mark: "MarkRow") -> str:
    """A mark with its minute."""
    said = mark_words(mark.mark)
    return (
        said if mark.infusion_ms is None else _("{said} at minute {n}").format(said=said, n=minute_of(mark.infusion_ms))
    )


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
    ran = words.ran_of(row.last.planned, row.last.actual)
    return _("last session {ago}, {ran}").format(ago=ago_words(row), ran=ran)


def as_data(row: "TodayRow", plan: "PatientPlan | None", visit: "NextVisit | None") -> dict[str, Any]:
    """A patient's line of today; `last` is told for one patient who is asked for, null else."""
    kind = VisitKind.INFUSION if row.planned is None or row.runs else row.planned.kind
    return {
        "patient": row.code,
        "simulated": row.simulated,
        "visit": str(kind),
        "number": row.next_visit if kind is VisitKind.INFUSION else None,
        "of": row.of,
        "planned": None if row.planned is None else utc_text(row.planned.at_ms),
        "comes_today": row.comes_today,
        "ended": None if row.ended is None else {"finished": row.ended.finished, "reason": row.ended.reason},
        "due": [str(recall) for recall in dict.fromkeys(form.recall for form in row.due)],
        "reminders": [form.because for form in row.due],
        "missing": list(row.missing),
        "open_queries": row.open_queries,
        "open_keyings": row.open_keyings,
        "plan": "none" if plan is None else str(plan.state),
        "unclosed": None if row.unclosed is None else row.unclosed.session_id,
        "runs": row.runs,
        "days_ago": None if row.last is None else row.days_ago,
        "last": None if visit is None or row.last is None else _last_as_data(visit, row.last.session_id),
    }


def _last_as_data(visit: "NextVisit", session_id: str) -> dict[str, Any]:
    return {
        "session_id": session_id,
        "differed": [{"field": each.field.name, "usual": each.usual, "now": each.now} for each in visit.differed],
        "loosened": {each.rule: each.value for each in visit.loosened},
        "waived": [each.rule for each in visit.given_up],
        "stopped_early": visit.stopped,
        "marks": [{"name": mark.mark, "infusion_min": rounded_minutes(mark.infusion_ms)} for mark in visit.marks],
    }


def in_words(row: "TodayRow", plan: "PatientPlan | None", visit: "NextVisit | None", zone: "ZoneInfo") -> list[str]:
    """A patient's line, and of one who is asked for what was otherwise last time, said and agreed."""
    left_open = words.left_open(row.open_queries, row.open_keyings)
    parts = (
        row.code,
        visit_words(row),
        appointment_words(row, zone),
        unclosed_words(row) or form_words(row),
        *(left_open if row.due or row.unclosed is not None else left_open[1:]),
        _("plan {state}").format(state=plan_words(plan) or _("none")),
        over_words(row, zone) or last_words(row),
    )
    lines = [" · ".join(part for part in parts if part)]
    if visit is not None:
        said = (
            (_("forms"), forms_words(row)),
            (_("last time"), differed_words(visit, row)),
            (_("said"), patient_words(visit)),
            (_("agreed"), visit.agreed),
        )
        lines += [f"  {name}: {one_line(words)}" for name, words in said if words]
    return lines
