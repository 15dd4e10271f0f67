"""What the clinic's courses came to: every patient who began one, gathered from the record as it stands."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from setsetting.clinical import pcl5
from setsetting.clinical.setting import TAPS
from setsetting.clinical.thresholds import OwnRule
from setsetting.desk import completeness, counted, mindset
from setsetting.desk.clinic import Clinic
from setsetting.desk.counted import Counted
from setsetting.desk.own_linkage import link_points
from setsetting.desk.records import refuse_unsound
from setsetting.record import form_rows, rows, statement_rows
from setsetting.record.log import Record
from setsetting.record.rows import SessionRow
from setsetting.review.clinic_completeness import StageCounts
from setsetting.review.clinic_outcomes import ClinicOutcomes, CourseBegun, clinic_outcomes
from setsetting.review.linking import ScorePoint, SessionPoint
from setsetting.review.outcomes import CourseState


@dataclass(frozen=True, slots=True)
class ClinicOutcomesView:
    """The course table, how complete the record is it was made from, and who is counted."""

    outcomes: ClinicOutcomes
    completeness: StageCounts
    counted: Counted


def of_clinic(clinic: Clinic) -> ClinicOutcomesView:
    """The course table of every patient counted, from one verified state of the record."""
    with clinic.record() as record, record.whole():
        refuse_unsound(clinic)
        return ClinicOutcomesView(
            gathered(clinic, record), completeness.counted(clinic, record).total, counted.patients(record)
        )


def gathered(clinic: Clinic, record: Record) -> ClinicOutcomes:
    """The same from a record that is open, and was verified."""
    return gathered_with_courses(clinic, record)[0]


def gathered_with_courses(clinic: Clinic, record: Record) -> tuple[ClinicOutcomes, list[CourseBegun]]:
    """The course table, and the courses that it is made of by code."""
    whom = counted.patients(record).codes
    held = [row for row in rows.sessions(record) if row.patient_id in whom and row.counts]
    begun = _begun(clinic, record, whom)
    scored = [pcl5.score(row.form.items) for row in form_rows.forms(record) if row.patient_id in whom]
    logged = [row.setting.taps for row in held if row.setting is not None]
    found = clinic_outcomes(
        begun,
        [(bool(each.provisional), each.total) for each in scored if each.total is not None],
        list(_goals(clinic, record, held)),
        {tap.label: [taps[tap.name] for taps in logged if tap.name in taps] for tap in TAPS},
        own=own_rules(clinic),
    )
    return found, begun


def own_rules(clinic: Clinic) -> tuple[OwnRule, ...]:
    """What this clinic means by response and remission, as clinic.toml says; nothing where it does not."""
    said = clinic.settings.outcomes
    return tuple(
        OwnRule(word, rule.fall, rule.fall_percent, rule.at_most)
        for word, rule in (("response", said.response), ("remission", said.remission))
        if rule is not None
    )


def _begun(clinic: Clinic, record: Record, whom: Mapping[str, str]) -> list[CourseBegun]:
    scores, held = link_points(clinic, record, whom)
    forms, sessions = defaultdict[str, list[ScorePoint]](list), defaultdict[str, list[SessionPoint]](list)
    for score in scores:
        forms[score.patient].append(score)
    for each in sorted(held, key=lambda each: each.point.at_ms):
        sessions[each.point.patient].append(each.point)
    ends = {row.patient_id: row for row in statement_rows.ends(record)}

    def state(patient: str) -> CourseState:
        end = ends.get(patient)
        if end is None:
            whole = len(sessions[patient]) >= clinic.settings.course.infusions
            return CourseState.COMPLETED if whole else CourseState.GOING_ON
        if end.finished:
            return CourseState.COMPLETED
        return CourseState.LEFT if end.reason else CourseState.LEFT_UNSAID

    return [
        CourseBegun(code, tuple(sessions[patient]), tuple(forms[patient]), state(patient))
        for patient, code in whom.items()
        if sessions[patient]
    ]


def _goals(clinic: Clinic, record: Record, held: Sequence[SessionRow]) -> Iterator[tuple[int, int]]:
    """The last score of a patient's own goal before the first infusion, and the last after it, of the same goal."""
    began: dict[str, SessionRow] = {}
    for row in held:
        first = began.setdefault(row.patient_id, row)
        if row.started_utc_ms < first.started_utc_ms:
            began[row.patient_id] = row
    for patient, session in began.items():
        every = mindset.newest_a_day(statement_rows.goal_scores(record, patient), clinic.settings.zone)
        before = [row for row in every if row.taken_ms <= session.started_utc_ms]
        after = [
            row for row in every if row.taken_ms > session.over_ms and before and row.goal_id == before[-1].goal_id
        ]
        if after:
            yield before[-1].score, after[-1].score
