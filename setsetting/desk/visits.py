"""The next visit of one patient: its plan with every rule asked, what was otherwise last time, what comes next."""

from dataclasses import dataclass
from enum import StrEnum

from setsetting.clinical.setting import Difference, Setting, differences
from setsetting.desk import plans
from setsetting.desk.clinic import Clinic
from setsetting.desk.plans import PatientPlan, PlanState
from setsetting.desk.today import TodayRow
from setsetting.record import live_rows
from setsetting.record.live_rows import MarkRow

SHOWN_STEPS = 3


class VisitStep(StrEnum):
    """What there is to do for a patient's visit."""

    JOIN = "join"
    CLOSE = "close"
    FORM = "form"
    BUILD = "build"
    START = "start"


@dataclass(frozen=True, slots=True)
class NextVisit:
    """`differed` is what was not as usual in the last session, `words` the marks of it that stand and carry a note."""

    plan: PatientPlan
    differed: tuple[Difference, ...]
    words: tuple[MarkRow, ...]


def show(clinic: Clinic, row: TodayRow) -> NextVisit:
    """What is known for a patient's next visit; reads the plan's files."""
    return NextVisit(plans.show(clinic, row.code), _differed(row), _words(clinic, row))


def steps(row: TodayRow, plan: PatientPlan | None) -> tuple[VisitStep, ...]:
    """What is to be done next, in order, three acts at most; a plan that is not known yet is no reason to build one."""
    if row.unclosed is not None:
        return (VisitStep.JOIN,) if row.runs else (VisitStep.CLOSE, VisitStep.FORM)
    found = [VisitStep.FORM] if row.due else []
    if plan is not None and plan.state is not PlanState.READY:
        found.append(VisitStep.BUILD)
    if plan is not None and plan.state is not PlanState.NONE:
        found.append(VisitStep.START)
    return tuple(found)[:SHOWN_STEPS]


def _differed(row: TodayRow) -> tuple[Difference, ...]:
    """What of the last session's setting was otherwise than was usual in its room; what nobody called usual is not."""
    if row.last is None or row.last.setting is None:
        return ()
    found = differences(Setting(row.last.setting.fields), Setting(row.last.setting.usual))
    return tuple(each for each in found if each.usual is not None)


def _words(clinic: Clinic, row: TodayRow) -> tuple[MarkRow, ...]:
    if row.last is None:
        return ()
    with clinic.record() as record:
        marks = live_rows.marks(record, row.last.session_id)
    return tuple(mark for mark in marks if mark.note and not mark.undone)
