"""Effect phases: the modelled curve cut at fixed shares of its own peak.

The type only; the curve and the search for its crossings are in `effect`. Thresholds are
proposals of this project (see docs/phases.md), not measurements.
"""

from dataclasses import dataclass
from enum import StrEnum

from setsetting.units import Minutes


class EffectPhase(StrEnum):
    SETTLING = "settling"
    ONSET = "onset"
    PEAK = "peak"
    DESCENT = "descent"
    RETURN = "return"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class Boundary:
    """A crossing in minutes from infusion start, with the extremes over the half-lives' interval."""

    minute: Minutes
    low: Minutes
    high: Minutes


@dataclass(frozen=True, slots=True)
class EffectPhases:
    """The peak and six crossings; None is a share of the peak that is never crossed.

    Shares: onset .25, half_up .50, peak_start .80 rising (first crossing); peak_end .80,
    half_down .50, return_ .35 falling (last crossing).
    """

    peak_min: Minutes
    onset: Boundary | None
    half_up: Boundary | None
    peak_start: Boundary | None
    peak_end: Boundary | None
    half_down: Boundary | None
    return_: Boundary | None

    def at(self, minute: Minutes) -> EffectPhase:
        """The effect phase a minute falls in."""
        for edge, phase in (
            (self.return_, EffectPhase.RECOVERY),
            (self.half_down, EffectPhase.RETURN),
            (self.peak_end, EffectPhase.DESCENT),
            (self.peak_start, EffectPhase.PEAK),
            (self.onset, EffectPhase.ONSET),
        ):
            if edge is not None and minute >= edge.minute:
                return phase
        return EffectPhase.SETTLING
