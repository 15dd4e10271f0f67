"""One session minute by minute, as plain values: what the page, the screen and the command show of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from setsetting.clinical.infusion import Infusion
from setsetting.clinical.marks import Mark
from setsetting.clinical.phases import Boundary
from setsetting.review.course import Happened, Origin, SessionBefore
from setsetting.review.exposure import Exposure
from setsetting.units import Decibels, Milliseconds


class PageKind(StrEnum):
    """What a line tells: a piece of music, an act on the infusion or the music, what was seen, what the program did."""

    MUSIC = "music"
    INFUSION = "infusion"
    ACT = "act"
    MARK = "mark"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class PagePlayed:
    """A piece of music that sounded; times are the infusion's, `level_db` is relative to the plan as it began."""

    track_id: str | None
    title: str
    artist: str
    phase: str
    from_ms: Milliseconds
    to_ms: Milliseconds
    level_db: Decibels
    why: str


@dataclass(frozen=True, slots=True)
class PageAct:
    """An act; `infusion_ms` counts from minute 0, as every time of the page, negative before it."""

    event_id: str
    name: str
    argument: str | None
    infusion_ms: Milliseconds
    taken_back: bool
    words: str


@dataclass(frozen=True, slots=True)
class PageMark:
    """A mark, timed as an act is."""

    event_id: str
    name: str
    infusion_ms: Milliseconds
    note: str | None
    taken_back: bool


@dataclass(frozen=True, slots=True)
class PageCorrection:
    """A correction that stands: the event it names, why, and what stood until then."""

    event_id: str
    kind: str
    corrects: str
    at_utc_ms: Milliseconds
    actor: str
    reason: str
    before: SessionBefore


@dataclass(frozen=True, slots=True)
class PageLine:
    """One line; `at_ms` is the infusion's own time, `clock` the clinic's, `beside` stands at the right, `why` is whole.

    `undone` says that it was taken back in the session or withdrawn since.
    """

    at_ms: Milliseconds
    clock: str
    kind: PageKind
    words: str
    beside: str = ""
    why: str = ""
    event_id: str | None = None
    undone: bool = False


@dataclass(frozen=True, slots=True)
class ObservedPhase:
    """When a phase was seen, in infusion time, None where nobody marked it; and where the model has it, None for nowhere."""

    mark: Mark
    seen_ms: Milliseconds | None
    model: Boundary | None


@dataclass(frozen=True, slots=True)
class SessionPage:
    """A session with everything that was played, done, seen, said and corrected.

    `begun` says whether the infusion began: minutes count from its start, else from the planned one; closed without it
    the session has no number.
    `setting`, `taps` and `note` are None where nothing was logged.
    """

    session_id: str
    code: str
    simulated: bool
    rehearsal: bool
    void: bool
    closed: bool
    entered_afterwards: bool
    visit_no: int | None
    of: int
    date: str
    started_utc_ms: Milliseconds
    ended_utc_ms: Milliseconds | None
    zone: str
    room: str
    output: str | None
    playlist: str | None
    planned: Infusion
    actual: Infusion | None
    begun: bool
    happened: Happened
    lines: tuple[PageLine, ...]
    played: tuple[PagePlayed, ...]
    acts: tuple[PageAct, ...]
    marks: tuple[PageMark, ...]
    setting: str | None
    taps: str | None
    note: str | None
    corrections: tuple[PageCorrection, ...]
    origin: Origin
    mindset: Mapping[str, int] | None = None
    """What the patient said before it, 0 to 10 by the scale's name; None where nobody was asked."""
    observed: tuple[ObservedPhase, ...] = ()
    """Onset, peak and return beside the model of what really ran; empty where none was marked."""
    exposure: Exposure | None = None
    """None where the output was not measured before the session's end."""
    patient_withdrawn: str | None = None
    """Why its patient was withdrawn; None for who stands."""

    @property
    def states(self) -> tuple[str, ...]:
        """What a reader must know of it first, by name: each has its words in `review.words`."""
        unbegun = self.visit_no is None and not (self.void or self.rehearsal)
        told = {
            "withdrawn": self.patient_withdrawn is not None,
            "void": self.void,
            "rehearsal": self.rehearsal,
            "unbegun": unbegun,
            "simulated": self.simulated,
        }
        return tuple(name for name, is_so in told.items() if is_so)
