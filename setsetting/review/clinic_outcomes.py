"""A clinic's courses as scores before and after: whose first and last forms can be compared, by one recall at a time.

The first score is the last complete form at or before the first infusion, young enough to tell of the start of a course; the
last is the last complete form of that recall on a later day than the first infusion ended. A past-month form less than a
month after the first infusion asks about the time before it, and is no last score. Past-week and past-month forms are never
mixed; the table with more pairs stands first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from setsetting.clinical.course import BASELINE_DAYS, RECALL_DAYS
from setsetting.clinical.form import Recall
from setsetting.clinical.thresholds import PUBLISHED, OwnRule, ThresholdSet
from setsetting.review.linking import ScorePoint, SessionPoint, comparable
from setsetting.review.outcomes import (
    CourseScores,
    CourseState,
    OutcomeTable,
    RuleAndCut,
    outcome_table,
    rule_and_cut,
)
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class CourseBegun:
    """A patient, by code, who had an infusion: sessions in the order of time, every form, and how far the course came."""

    patient: str
    sessions: tuple[SessionPoint, ...]
    forms: tuple[ScorePoint, ...]
    state: CourseState


@dataclass(frozen=True, slots=True)
class FirstAndLast:
    """A patient's two scores, the days from one to the other and the infusions held between them."""

    patient: str
    first: int
    last: int
    days: int
    infusions: int
    after_all: bool


@dataclass(frozen=True, slots=True)
class RecallOutcomes:
    """What the scores of one recall came to; `pairs` in the order of the first score, never of the change."""

    recall: Recall
    table: OutcomeTable
    pairs: tuple[FirstAndLast, ...]

    @property
    def days(self) -> tuple[int, float, int] | None:
        """Least, median and most days from first to last form; None without a pair."""
        told = [each.days for each in self.pairs]
        return (min(told), median(told), max(told)) if told else None


@dataclass(frozen=True, slots=True)
class GoalsScored:
    """Patients who scored their own goal (0 to 10) before their first infusion and after it, and the mean of both."""

    patients: int
    mean_first: float
    mean_last: float


@dataclass(frozen=True, slots=True)
class TapsAsked:
    """One of the patients' ratings after sessions, 0 to 10: how many sessions it was given in, and its mean."""

    label: str
    sessions: int
    mean: float


@dataclass(frozen=True, slots=True)
class ClinicOutcomes:
    """`recalls` is past week and past month, the one with more pairs first; `used` are the thresholds; `agreement` the rule
    beside `cut` over all complete forms. Goals and taps stand beside, None and empty where nobody was asked."""

    used: ThresholdSet
    recalls: tuple[RecallOutcomes, ...]
    cut: int
    agreement: RuleAndCut
    goals: GoalsScored | None
    taps: tuple[TapsAsked, ...]

    @property
    def most(self) -> RecallOutcomes:
        return self.recalls[0]


def clinic_outcomes(
    courses: Sequence[CourseBegun],
    forms: Sequence[tuple[bool, int]],
    goals: Sequence[tuple[int, int]] = (),
    taps: Mapping[str, Sequence[int]] | None = None,
    *,
    used: ThresholdSet = PUBLISHED,
    own: Sequence[OwnRule] = (),
) -> ClinicOutcomes:
    """Courses that began; `forms` are complete ones by provisional rule and total, `goals` first and last score of a patient's
    own goal, `taps` ratings by their label."""
    found = [_of_recall(courses, recall, used, own) for recall in (Recall.MONTH, Recall.WEEK)]
    return ClinicOutcomes(
        used,
        tuple(sorted(found, key=lambda each: -len(each.pairs))),
        used.cut_high,
        rule_and_cut(forms, used.cut_high),
        GoalsScored(len(goals), fmean(first for first, _l in goals), fmean(last for _f, last in goals))
        if goals
        else None,
        tuple(TapsAsked(label, len(given), fmean(given)) for label, given in (taps or {}).items() if given),
    )


def _of_recall(
    courses: Iterable[CourseBegun], recall: Recall, used: ThresholdSet, own: Sequence[OwnRule]
) -> RecallOutcomes:
    scores, pairs = list[CourseScores](), list[FirstAndLast]()
    for course in courses:
        first, last = _ends(course, recall)
        after_all = last is not None and all(each.before(last) for each in course.sessions)
        scores.append(
            CourseScores(
                None if first is None else first.points, None if last is None else last.points, course.state, after_all
            )
        )
        if first is not None and last is not None:
            between = sum(first.at_ms <= each.at_ms < last.at_ms for each in course.sessions)
            days = last.day - first.day
            pairs.append(FirstAndLast(course.patient, first.points, last.points, days, between, after_all))
    ordered = sorted(pairs, key=lambda each: (each.first, each.patient))
    return RecallOutcomes(recall, outcome_table(scores, used, own), tuple(ordered))


def _ends(course: CourseBegun, recall: Recall) -> tuple[ScorePoint | None, ScorePoint | None]:
    """The first and the last comparable form of a recall; None for what there is not."""
    began = course.sessions[0]
    own = [form for form in comparable(course.forms, course.sessions) if form.recall is recall]
    before = [form for form in own if form.at_ms <= began.at_ms and began.day - form.day <= BASELINE_DAYS[recall]]
    overlap = RECALL_DAYS[Recall.MONTH] if recall is Recall.MONTH else 0
    after = [form for form in own if began.before(form) and form.day - began.day >= overlap]

    def time(form: ScorePoint) -> tuple[int, str]:
        return form.at_ms, form.form_id

    return max(before, key=time, default=None), max(after, key=time, default=None)


def rule_words() -> str:
    """Which forms are compared, as a page states it."""
    return _(
        "First: the last complete form at or before the first infusion (past-month within {month} days, past-week within {week}). "
        "Last: the last complete form of that recall on a later day; a past-month form only from {month} days after the first "
        "infusion on, since it asks about the month before. The two recalls are never mixed. A course is finished when all its "
        "infusions were held, or when somebody said so."
    ).format(month=BASELINE_DAYS[Recall.MONTH], week=BASELINE_DAYS[Recall.WEEK])


def denominators_words() -> str:
    """What each effect size is divided by."""
    return _(
        "Effect sizes are the mean change over: the root mean square of both standard deviations (d av), the standard deviation of "
        "the first scores (d before), the standard deviation of the changes (d z). No group was compared, so none of them is the effect "
        "of anything."
    )
