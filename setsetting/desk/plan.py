"""The plan of a patient's next visit as it stands: what the acts on it answer, and no act itself."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from setsetting.record.plan_rows import PlanRow


class PlanState(StrEnum):
    READY = "ready"
    STALE = "stale"
    NONE = "none"


class PlanChange(StrEnum):
    """What is otherwise than when a plan was accepted."""

    GONE = "gone"
    FILE = "file"
    PLAYLIST = "playlist"
    LIBRARY = "library"
    WISHES = "wishes"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PatientPlan:
    """The plan of a patient's next visit as it stands; `accepted` is None where there is none.

    `changes` says what is otherwise now, `reasons` the same in sentences. `code` is the patient's as it is kept, where
    one patient was asked for.
    """

    accepted: "PlanRow | None" = None
    changes: tuple[PlanChange, ...] = ()
    reasons: tuple[str, ...] = ()
    code: str = ""

    @property
    def state(self) -> PlanState:
        if self.accepted is None:
            return PlanState.NONE
        return PlanState.STALE if self.changes else PlanState.READY


NO_PLAN = PatientPlan()
