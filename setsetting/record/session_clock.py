"""When the acts and marks of a session were, by what is known now: their minutes follow the infusion's start as it stands.

Times of the soundscape's clock are facts; an infusion's minutes are counted from its start, which may have been
corrected or taken back.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from setsetting.clinical.infusion import Infusion, InfusionAct, InfusionStep, ran
from setsetting.record import schema
from setsetting.record.kinds import MinuteCorrected
from setsetting.record.log import Record
from setsetting.units import Milliseconds

STEPS = {f"infusion-{step}": step for step in InfusionStep}
"""Acts that are steps of the infusion, by their names."""

STEPS_TOLD = f"""
SELECT t.event_id, 'infusion-' || t.step AS act, NULL AS argument, t.clock_ms, t.infusion_ms, NULL AS undoes, 0 AS undone
FROM session_step_told t WHERE t.session_id = ?1 AND NOT {schema.taken_back("t.event_id")}"""
"""SQL for the steps of a session's infusion that nobody logged and somebody told since, each as an act."""


@dataclass(frozen=True, slots=True)
class SessionClock:
    """A session's clock: `steps` that stand by event, where its minute 0 lies, whether a start was ever logged."""

    minutes: Mapping[str, MinuteCorrected]
    steps: Mapping[str, InfusionAct]
    begun: bool

    @property
    def zero_ms(self) -> Milliseconds | None:
        """The infusion's minute 0; None where no start stands."""
        return min((done.at_ms for done in self.steps.values() if done.step is InfusionStep.START), default=None)

    def clock_ms(self, event_id: str, told_ms: Milliseconds) -> Milliseconds:
        """When it was, on the soundscape's clock."""
        corrected = self.minutes.get(event_id)
        return told_ms if corrected is None else corrected.clock_ms

    def infusion_ms(self, clock_ms: Milliseconds, told_ms: Milliseconds | None) -> Milliseconds | None:
        """The infusion's own time; None before its start, and as it was told where none was ever logged."""
        if (zero := self.zero_ms) is None:
            return None if self.begun else told_ms
        return clock_ms - zero if clock_ms >= zero else None


def session_clock(record: Record, session_id: str, minutes: Mapping[str, MinuteCorrected]) -> SessionClock:
    """The clock of one session, with the minutes of it that were corrected."""
    found = record.read(
        f"SELECT a.event_id, a.act, a.clock_ms, {schema.undone('a')} AS undone FROM session_acted a"
        " WHERE a.session_id = ?1 AND a.act LIKE 'infusion-%'"
        f" UNION ALL SELECT event_id, act, clock_ms, undone FROM ({STEPS_TOLD})",
        [session_id],
    )
    steps = {
        row["event_id"]: InfusionAct(
            STEPS[row["act"]],
            minutes[row["event_id"]].clock_ms if row["event_id"] in minutes else row["clock_ms"],
        )
        for row in found
        if row["act"] in STEPS and not row["undone"]
    }
    return SessionClock(minutes, steps, any(STEPS.get(row["act"]) is InfusionStep.START for row in found))


def ran_by(record: Record, session_id: str, planned: Infusion, told: SessionClock, ended_ms: Milliseconds) -> Infusion:
    """What really ran by the steps that stand; `ended_ms` is the end of the session where its clock is the wall's."""
    sounded = record.read(
        "SELECT clock_ms + sounded_ms FROM session_played WHERE session_id = ? ORDER BY 1 DESC LIMIT 1", [session_id]
    )
    steps = tuple(told.steps.values())
    known: list[Milliseconds] = [ended_ms, *(row[0] for row in sounded), *(done.at_ms for done in steps)]
    return ran(planned, steps, max(known))
