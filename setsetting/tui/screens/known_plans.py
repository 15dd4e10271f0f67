"""What the day's list knows of the plans beside its rows: asked in a thread, and never older than what is shown."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from setsetting.desk.plan import PatientPlan
    from setsetting.desk.visits import NextVisit


@dataclass
class PlansRead(Message):
    """The plans of all patients, by code, as far as digests and stamps tell; `none` is of who has none.

    `asked` is the number of the question, `trouble` why nobody can tell.
    """

    asked: int
    plans: "Mapping[str, PatientPlan] | None" = None
    none: "PatientPlan | None" = None
    trouble: str = ""


@dataclass
class VisitRead(Message):
    """What is known for one patient's next visit, every rule of its plan asked, and what is never played, by name.

    Where that cannot be read, `visit` is None.
    """

    asked: int
    code: str
    visit: "NextVisit | None" = None
    never: tuple[str, ...] = ()


class SessionsLookedAt(Message):
    """What had ended while nobody attended is kept."""


class KnownPlans:
    """What was answered to the newest question; an answer to one before it is dropped."""

    def __init__(self) -> None:
        self.asked = 0
        self._plans = PlansRead(0)
        self._visit: VisitRead | None = None

    def ask_anew(self, *, changed: bool) -> None:
        """Number the next question; where what was told rests on has `changed`, it stands no longer."""
        self.asked += 1
        self._visit = None
        if changed:
            self._plans = PlansRead(0)

    def hear(self, answer: PlansRead | VisitRead) -> bool:
        """Take an answer; tell whether it is one to the newest question."""
        if answer.asked != self.asked:
            return False
        if isinstance(answer, PlansRead):
            self._plans = answer
        else:
            self._visit = answer
        return True

    @property
    def waits_for_plans(self) -> bool:
        """Whether the plans have still to be told."""
        return self._plans.asked != self.asked

    @property
    def trouble(self) -> str:
        """Why nobody can tell whether the plans hold; nothing where somebody can."""
        return self._plans.trouble

    def visit_of(self, code: str) -> VisitRead | None:
        """All that was told of this patient's visit; None by now, or of another."""
        return self._visit if self._visit is not None and self._visit.code == code else None

    def plan_of(self, code: str) -> "PatientPlan | None":
        """A patient's plan: with every rule asked where the visit was told, else by digests; None by now."""
        told = self.visit_of(code)
        if told is not None and told.visit is not None:
            return told.visit.plan
        return None if self._plans.plans is None else self._plans.plans.get(code, self._plans.none)
