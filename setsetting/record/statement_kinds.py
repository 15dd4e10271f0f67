"""What was said of a patient outside a form and a session: statements, each standing until it is said anew or withdrawn.

The newest that was not withdrawn stands. What has a time has `day`, as `YYYY-MM-DD`, in its place where only the day was
said. Words of a patient's lie in kinds of their own, so that they can be kept apart.
"""

from setsetting.record.kinds import Payload
from setsetting.units import Milliseconds


class Agreed(Payload, frozen=True):
    """What was agreed before an infusion, in words; None was not asked. All three stand anew."""

    patient_id: str
    touch: str | None = None
    voice: str | None = None
    stop: str | None = None


class Intended(Payload, frozen=True):
    """A patient's intention for the infusion, in their own words and nothing else; it is never exported."""

    patient_id: str
    words: str


class Preferred(Payload, frozen=True):
    """What a patient likes, would rather not hear, or knows and wants to hear again: a `wish` about an artist, tag or track.

    A familiar track that was offered and not wanted has neither `what` nor `value`.
    """

    patient_id: str
    wish: str
    what: str = ""
    value: str = ""


class GoalSet(Payload, frozen=True):
    """One goal in the patient's own words; another takes its place, and has scores of its own."""

    patient_id: str
    words: str


class GoalScored(Payload, frozen=True):
    """How far the goal was lived at a time, 0 to 10, said by the patient; `goal_id` is the event that set it."""

    patient_id: str
    goal_id: str
    score: int
    taken_utc_ms: Milliseconds | None
    day: str | None = None


class ScaleNoted(Payload, frozen=True):
    """A total of another scale, with the range that the clinic stated by then; nothing of its items.

    `imported` is the import that brought it; None for none.
    """

    patient_id: str
    scale: str
    total: int
    lowest: int
    highest: int
    taken_utc_ms: Milliseconds | None
    day: str | None = None
    imported: str | None = None


class SetSaid(Payload, frozen=True):
    """What a patient said before an infusion, 0 to 10 by the scale's name (absent: not asked).

    Without a session it is of the next infusion on the day on which it was said.
    """

    patient_id: str
    ratings: dict[str, int]
    session_id: str | None = None


class VisitPlanned(Payload, frozen=True):
    """An appointment: preparation, infusion or integration, at a time or on a day."""

    patient_id: str
    visit: str
    at_utc_ms: Milliseconds | None
    day: str | None = None


class VisitHeld(Payload, frozen=True):
    """A preparation or an integration was held; infusions have their sessions. `psychotherapy` is yes, no or not asked."""

    patient_id: str
    visit_id: str
    visit: str
    at_utc_ms: Milliseconds | None
    day: str | None = None
    minutes: int | None = None
    psychotherapy: str | None = None


class VisitReflected(Payload, frozen=True):
    """What a patient said in a visit, in their own words by the line's name; all lines stand anew."""

    patient_id: str
    visit_id: str
    words: dict[str, str]


class CourseEnded(Payload, frozen=True):
    """A course is over: finished, or left before its end; `reason` is None where none is known."""

    patient_id: str
    finished: bool
    on_utc_ms: Milliseconds | None
    reason: str | None = None
    day: str | None = None


class StatementWithdrawn(Payload, frozen=True):
    """Corrects a statement: it was not said so; the one before it stands again."""

    patient_id: str
    reason: str


STATEMENTS: dict[str, type[Payload]] = {
    "patient.agreed": Agreed,
    "patient.intended": Intended,
    "patient.preferred": Preferred,
    "patient.goal_set": GoalSet,
    "patient.goal_scored": GoalScored,
    "patient.set_said": SetSaid,
    "patient.scale_noted": ScaleNoted,
    "visit.planned": VisitPlanned,
    "visit.held": VisitHeld,
    "visit.reflected": VisitReflected,
    "course.ended": CourseEnded,
}
"""Every kind of statement; each is withdrawn before it is erased, so that none before it comes back unseen."""
