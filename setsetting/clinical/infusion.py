"""The infusion as segments of relative rate: no dose, no weight, no concentration.

Planned and actual infusions have the same shape. Minute 0 is the start of the infusion; gaps between
segments have rate 0. Scaling every rate by one factor changes nothing that is derived from it.
"""

from dataclasses import dataclass

from setsetting.errors import UsageError
from setsetting.units import Milliseconds, Permille, ms_from_minutes
from setsetting.words.translate import _

SHORTEST_MIN = 5
LONGEST_MIN = 180


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of constant rate; `rate_permille` is relative to the plan's rate (1000)."""

    start_ms: Milliseconds
    end_ms: Milliseconds
    rate_permille: Permille = 1000


@dataclass(frozen=True, slots=True)
class Infusion:
    """Segments in order of time, not overlapping, each longer than nothing."""

    segments: tuple[Segment, ...]

    @property
    def end_ms(self) -> Milliseconds:
        """The end of the last segment: when the infusion stops."""
        return self.segments[-1].end_ms if self.segments else 0


def steady(minutes: float) -> Infusion:
    """One segment of constant rate.

    Raises UsageError outside 5 to 180 minutes (nan and infinities included).
    """
    if not SHORTEST_MIN <= minutes <= LONGEST_MIN:
        raise UsageError(
            _("An infusion lasts {low} to {high} minutes; {minutes:g} is not possible.").format(
                low=SHORTEST_MIN, high=LONGEST_MIN, minutes=minutes
            )
        )
    return Infusion((Segment(0, ms_from_minutes(minutes)),))
