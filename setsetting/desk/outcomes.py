"""What the clinic's courses came to: every patient who began one, gathered from the record as it stands."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from setsetting.clinical.setting import TAPS
from setsetting.clinical.thresholds import OwnRule
from setsetting.desk import completeness, counted, mindset
from setsetting.desk.clinic import Clinic
from setsetting.desk.counted import Counted, CountedRows
from setsetting.desk.records import refuse_unsound
from setsetting.record import statement_rows
from setsetting.record.log import Record
from setsetting.record.rows import SessionRow
from setsetting.record.statement_rows import GoalScoreRow
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
        told = counted.read(clinic, record)
        found, _begun = gathered(clinic, record, told)
        return ClinicOutcomesView(found, completeness.of_rows(clinic, told).total, told.whom)


def gathered(clinic: Clinic, record: Record, told: CountedRows) -> tuple[ClinicOutcomes, list[CourseBegun]]:
    """The course table, and the courses that it is made of by code, of what was read from a record that was verified."""
    begun = _courses(clinic, record, told)
    logged = [row.setting.taps for row in told.sessions if row.setting is not None]
    found = clinic_outcomes(
        begun,
        told.rules,
        list(_goals(clinic, record, told.sessions)),
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


def _courses(clinic: Clinic, record: Record, told: CountedRows) -> list[CourseBegun]:
    forms, sessions = defaultdict[str, list[ScorePoint]](list), defaultdict[str, list[SessionPoint]](list)
    for score in told.scores:
        forms[score.patient].append(score)
    for point in sorted(told.points, key=lambda point: point.at_ms):
        sessions[point.patient].append(point)
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
        for patient, code in told.whom.codes.items()
        if sessions[patient]
    ]


def _goals(clinic: Clinic, record: Record, held: Sequence[SessionRow]) -> Iterator[tuple[int, int]]:
    """The last score of a patient's own goal before the first infusion, and the last after it, of the same goal."""
    began: dict[str, SessionRow] = {}
    for row in held:
        first = began.setdefault(row.patient_id, row)
        if row.started_utc_ms < first.started_utc_ms:
            began[row.patient_id] = row
    scored = defaultdict[str, list[GoalScoreRow]](list)
    for score in statement_rows.goal_scores(record):
        scored[score.patient_id].append(score)
    for patient, session in began.items():
        every = mindset.newest_a_day(scored[patient], clinic.settings.zone)
        before = [row for row in every if row.taken_ms <= session.started_utc_ms]
        after = [
            row for row in every if row.taken_ms > session.over_ms and before and row.goal_id == before[-1].goal_id
        ]
        if after:
            yield before[-1].score, after[-1].score
