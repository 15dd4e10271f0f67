"""The next visit of one patient: its plan with every rule asked, what was otherwise last time."""

from dataclasses import dataclass

from setsetting.clinical.agreements import short_line
from setsetting.clinical.infusion import minutes_run
from setsetting.clinical.setting import Difference, Setting, differences
from setsetting.desk import agreements, plans
from setsetting.desk.clinic import Clinic
from setsetting.desk.happened import happened
from setsetting.desk.plan import PatientPlan
from setsetting.desk.today import TodayRow
from setsetting.record import live_rows
from setsetting.record.live_rows import MarkRow
from setsetting.review.course import RuleTold


@dataclass(frozen=True, slots=True)
class NextVisit:
    """What is known of the last session: `differed` was not as usual, `loosened` are rules that a person loosened, `given_up`
    those a re-timing did, `stopped` says that the infusion was stopped early, `marks` are those that stand; `words` those of them that carry a note."""

    plan: PatientPlan
    differed: tuple[Difference, ...]
    words: tuple[MarkRow, ...]
    loosened: tuple[RuleTold, ...] = ()
    stopped: bool = False
    marks: tuple[MarkRow, ...] = ()
    given_up: tuple[RuleTold, ...] = ()
    agreed: str = ""
    """What was agreed with the patient on one line; empty where nobody was asked."""


def show(clinic: Clinic, row: TodayRow) -> NextVisit:
    """What is known for a patient's next visit; reads the plan's files."""
    plan, last, told_before = plans.show(clinic, row.code), row.last, agreements.show(clinic, row.code)
    agreed = short_line(told_before.now) if told_before.told else ""
    if last is None:
        return NextVisit(plan, (), (), agreed=agreed)
    with clinic.record() as record:
        marks = tuple(mark for mark in live_rows.marks(record, last.session_id) if not mark.undone)
        told = happened(record, last, live_rows.acts(record, last.session_id), {})
    words = tuple(mark for mark in marks if mark.note)
    stopped = told.stopped and minutes_run(last.actual or last.planned) < minutes_run(last.planned)
    return NextVisit(plan, _differed(row), words, told.loosened, stopped, marks, told.given_up, agreed)


def _differed(row: TodayRow) -> tuple[Difference, ...]:
    """What of the last session's setting was otherwise than was usual in its room; what nobody called usual is not."""
    if row.last is None or row.last.setting is None:
        return ()
    found = differences(Setting(row.last.setting.fields), Setting(row.last.setting.usual))
    return tuple(each for each in found if each.usual is not None)
