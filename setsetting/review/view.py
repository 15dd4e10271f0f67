"""One patient's review as rows and sentences: the report and the terminal show these and nothing else."""

from dataclasses import dataclass

from setsetting.clinical.form import Recall
from setsetting.clinical.thresholds import ThresholdSet
from setsetting.review.course import Origin
from setsetting.review.lanes import Lane
from setsetting.review.linking import UnlinkedReason
from setsetting.units import Milliseconds


@dataclass(frozen=True, slots=True)
class FormLine:
    """A form; `day` counts from the first infusion, and `total` is None when incomplete.

    `amid` says that it was filled during a session or later on its day: neither before nor after it, and joined to none.
    """

    form_id: str
    taken_ms: Milliseconds
    day: int
    taken: str
    recall: Recall
    answered: int
    blank: int
    declined: int
    total: int | None
    clusters: str
    provisional: str
    where: str
    days_since_infusion: int | None
    infusions_in_recall: int
    amid: bool
    remarks: str


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A session; `reason` is None when it is linked."""

    session_id: str
    started_ms: Milliseconds
    number: int
    day: int
    date: str
    minutes: str
    room: str
    music: str
    score_before: str
    reason: UnlinkedReason | None
    link: str
    mindset: str
    setting: str
    taps: str
    output: str
    loosened: tuple[str, ...]
    given_up: tuple[str, ...]
    acts: tuple[str, ...]
    played: tuple[str, ...]
    marks: tuple[str, ...]
    note: str
    remarks: str


@dataclass(frozen=True, slots=True)
class NoteLine:
    """What somebody wrote in a session; `at` is its minute in words, nothing for the note of the close."""

    session_id: str
    number: int
    date: str
    at: str
    text: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What changed between two forms of one recall, and the setting beside it. No more is claimed."""

    recall: Recall
    first: str
    last: str
    days: int
    before: int
    after: int
    change: int
    says: str
    setting: str


@dataclass(frozen=True, slots=True)
class WindowLine(ChangeLine):
    """Two neighbouring forms, and how many infusions lay between."""

    infusions: int


@dataclass(frozen=True, slots=True)
class BesideLine(ChangeLine):
    """A linked session by its number, and the change that followed."""

    number: int


@dataclass(frozen=True, slots=True)
class PatientReview:
    """Everything a patient's review shows, in the order it shows it."""

    code: str
    simulated: bool
    period: str
    zone: str
    completeness: tuple[str, ...]
    courses: tuple[str, ...]
    forms: tuple[FormLine, ...]
    visits: tuple[VisitLine, ...]
    notes: tuple[NoteLine, ...]
    goals: tuple[str, ...]
    scales: tuple[str, ...]
    lanes: tuple[Lane, ...]
    sessions: int
    linked: int
    unlinked: tuple[tuple[UnlinkedReason, int], ...]
    windows: tuple[WindowLine, ...]
    beside: tuple[BesideLine, ...]
    gate: str | None
    respct: tuple[int, ...]
    thresholds: ThresholdSet
    origin: Origin
