"""One patient's course as plain values: what a review is made from, filled by the desk from record rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from setsetting.clinical.form import Form, SecondKeying
from setsetting.clinical.infusion import Infusion
from setsetting.clinical.setting import Setting
from setsetting.units import Milliseconds


@dataclass(frozen=True, slots=True)
class CourseForm:
    """A form as it now stands; `dated_only` says that its day was known and not its time."""

    form_id: str
    form: Form
    dated_only: bool = False
    corrections: int = 0
    changes: tuple["FormBefore", ...] = ()
    queries: int = 0
    """Questions on it that are open; their words stay with the form."""
    second: SecondKeying | None = None


@dataclass(frozen=True, slots=True)
class FormBefore:
    """Why a form was corrected, and what it was before; `other_patient` says that it was told of another."""

    reason: str
    form: Form
    dated_only: bool = False
    other_patient: bool = False


@dataclass(frozen=True, slots=True)
class CourseMark:
    """A one-key observation; `infusion_ms` counts from the start of the infusion, None before it."""

    mark: str
    infusion_ms: Milliseconds | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class CourseAct:
    """A live act that stands, as it is called; `infusion_ms` counts from the start of the infusion, None before it."""

    words: str
    infusion_ms: Milliseconds | None


@dataclass(frozen=True, slots=True)
class RuleTold:
    """A rule that did not hold, by its name and in words; `value` is what it was loosened to."""

    rule: str
    words: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened with a session's music: nothing of it in one entered afterwards from paper.

    `loosened` are rules loosened for that day, `given_up` those given up when the rest was timed anew, `acts` those that
    stand, `played` the tracks that sounded, all in words. `external` says that it came from elsewhere,
    `stopped` that the infusion was stopped by hand.
    """

    output: str = ""
    silent: bool = False
    external: bool = False
    loosened: tuple[RuleTold, ...] = ()
    given_up: tuple[RuleTold, ...] = ()
    acts: tuple[CourseAct, ...] = ()
    stopped: bool = False
    played: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CourseSession:
    """One infusion session.

    `usual` is what was said to be usual in the room by then. `setting` is None when none was logged, `by_program`
    names what of it nobody said; a field that is absent is not known, a tap was not asked. `music_acts` counts live
    changes of the music; None where none could be logged, as in a session entered afterwards from paper. `corrected`
    are its corrections that stand.
    """

    session_id: str
    visit_no: int
    started_ms: Milliseconds
    planned: Infusion
    actual: Infusion | None
    room: str
    usual: Setting = field(default_factory=Setting)
    setting: Setting | None = None
    by_program: tuple[str, ...] = ()
    taps: Mapping[str, int] = field(default_factory=dict)
    note: str | None = None
    playlist: str | None = None
    marks: tuple[CourseMark, ...] = ()
    music_acts: int | None = None
    entered_afterwards: bool = False
    closed: bool = True
    corrected: tuple["SessionBefore", ...] = ()
    happened: Happened = Happened()
    mindset: Mapping[str, int] | None = None
    """What the patient said before it, 0 to 10 by the scale's name; None where nobody was asked."""
    ended_ms: Milliseconds | None = None
    """When the session ended; None stands for the end of what was planned."""

    @property
    def over_ms(self) -> Milliseconds:
        return self.started_ms + self.planned.end_ms if self.ended_ms is None else self.ended_ms


@dataclass(frozen=True, slots=True)
class SessionBefore:
    """Why a session was corrected, and what stood until then: whose it was, when it began and what ran, as far as that
    was retold, a mark or act by name, what it is called and its minute, or of its setting, taps and note by name what is otherwise since, None for
    what was not said. `other_patient` says that it was not whose it is now."""

    reason: str
    patient: str | None = None
    other_patient: bool = False
    started_ms: Milliseconds | None = None
    planned: Infusion | None = None
    said: str = ""
    called: str = ""
    said_ms: Milliseconds | None = None
    setting: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SetAside:
    """A session that is no infusion of the course, why by the name of its state, and the reasons of its corrections."""

    started_ms: Milliseconds
    why: str
    corrected: tuple[SessionBefore, ...] = ()


@dataclass(frozen=True, slots=True)
class CourseGoal:
    """A score of the patient's own goal, 0 to 10, and the goal's words; None where they were withdrawn or erased."""

    taken_ms: Milliseconds
    dated_only: bool
    score: int
    words: str | None


@dataclass(frozen=True, slots=True)
class CourseScale:
    """A total of another scale, with its range."""

    scale: str
    total: int
    lowest: int
    highest: int
    taken_ms: Milliseconds
    dated_only: bool


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the values come from: the record's head hash and number of events, and the program that read it."""

    head: str
    events: int
    program: str


@dataclass(frozen=True, slots=True)
class PatientCourse:
    """A patient's forms and sessions that count, in any order, what does not count, and the time zone whose days they are counted in."""

    code: str
    simulated: bool
    zone: str
    forms: tuple[CourseForm, ...]
    sessions: tuple[CourseSession, ...]
    origin: Origin
    set_aside: tuple[SetAside, ...] = ()
    merged: tuple[str, ...] = ()
    withdrawn: tuple[tuple[CourseForm, str], ...] = ()
    """Forms that are none, each with why."""
    moved_away: tuple[tuple[Milliseconds, str], ...] = ()
    """When sessions began that are another patient's, each with why; `forms_moved_away` the same of forms."""
    forms_moved_away: tuple[tuple[Milliseconds, str], ...] = ()
    goals: tuple[CourseGoal, ...] = ()
    scales: tuple[CourseScale, ...] = ()
