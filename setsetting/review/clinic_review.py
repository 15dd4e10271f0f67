"""A clinic's review as plain values: what its page is made from, filled by the desk from one state of the record."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from setsetting.clinical.form import Recall
from setsetting.review.association import LinkReview
from setsetting.review.clinic_chart import ClinicChart
from setsetting.review.clinic_completeness import ClinicCompleteness
from setsetting.review.clinic_outcomes import ClinicOutcomes
from setsetting.review.course import Origin
from setsetting.review.outcomes import CourseState
from setsetting.review.respct import RespctRow


@dataclass(frozen=True, slots=True)
class FormOnDay:
    """A form by its day from the first infusion; `total` is None when it is incomplete, `amid` says on a session's own day."""

    day: int
    recall: Recall
    total: int | None
    amid: bool


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A patient who began: infusions and forms by their day from the first infusion, in the order of time; `had` is of each
    factor how much of it each infusion had, NaN where nobody knows."""

    code: str
    state: CourseState
    sessions: tuple[int, ...]
    forms: tuple[FormOnDay, ...]
    had: Mapping[str, tuple[float, ...]]

    def of(self, recall: Recall) -> list[FormOnDay]:
        """The complete forms of a recall that were not filled amid a session."""
        return [form for form in self.forms if form.recall is recall and form.total is not None and not form.amid]


@dataclass(frozen=True, slots=True)
class Done:
    """What was done in so many sessions of those in which it is known; `respct` is the item's number.

    `name` is a word of the clinic's own, as a playlist's, which an edition without names leaves out. `patients` had such a session,
    `without` one where it is known not to have been so, `unknown` one where it is not known.
    """

    words: str
    sessions: int
    of: int
    patients: int
    without: int
    unknown: int
    respct: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class FactorSaid:
    """A declared factor, when and by whom."""

    name: str
    declared: str
    when_and_who: str


@dataclass(frozen=True, slots=True)
class FactorsLooked:
    """What was examined beside the scores, in the order of declaration; `looked` is how often anything was before."""

    declared: tuple[FactorSaid, ...]
    dropped: tuple[str, ...]
    shown: LinkReview
    recall: Recall | None
    therapy_known: int
    looked: int
    behind: Mapping[str, tuple[int, int, int]]
    """By factor: patients with a linked session that had any of it, with one that had none, and with one where nobody knows."""
    patients: tuple[int, int]
    """Patients with a linked session, and with one that is not linked for the sake of its form's recall."""


@dataclass(frozen=True, slots=True)
class HeldCounts:
    """Sessions held: with a setting logged, entered afterwards, not closed; and the forms there are, and those without a total."""

    logged: int
    paper: int
    unclosed: int
    forms: int
    incomplete: int
    rooms: int


@dataclass(frozen=True, slots=True)
class ClinicReview:
    """Everything a clinic's page says, as of the newest entry of the record.

    `simulated` says that no real person is in it, `left_out` how many simulated patients are not. `period` is the first and last
    day a session was held, `years` the same without the day.
    """

    zone: str
    origin: Origin
    as_of: str
    period: tuple[str, str] | None
    years: tuple[str, str] | None
    simulated: bool
    left_out: int
    courses: tuple[CourseLine, ...]
    course_of: int
    completeness: ClinicCompleteness
    counts: HeldCounts
    done: tuple[Done, ...]
    respct: tuple[RespctRow, ...]
    charts: tuple[ClinicChart, ...]
    outcomes: ClinicOutcomes
    factors: FactorsLooked | None

    @property
    def sessions(self) -> int:
        return self.completeness.total.sessions


def exposure_sign(much: float) -> str:
    """How much of a factor an infusion had, as a table writes it."""
    return "?" if math.isnan(much) else f"{much:g}"


def median_by_infusion(courses: Sequence[CourseLine], recall: Recall) -> list[tuple[int, float, int]]:
    """After each infusion's number (0 for before the first): the median of each patient's last form there, and of how many."""
    found: dict[int, list[int]] = {}
    for course in courses:
        newest: dict[int, int] = {}
        for form in course.of(recall):
            assert form.total is not None
            newest[sum(day < form.day for day in course.sessions)] = form.total
        for number, total in newest.items():
            found.setdefault(number, []).append(total)
    return [(number, _middle(sorted(totals)), len(totals)) for number, totals in sorted(found.items())]


def _middle(ordered: Sequence[int]) -> float:
    half = len(ordered) // 2
    return float(ordered[half]) if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
