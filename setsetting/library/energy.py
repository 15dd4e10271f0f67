"""A suggested energy from 1 to 10, computed from one recording's own measurements.

A weighted mean of four features, each on a fixed scale: how often something begins, how loud it was
mastered, how bright it is, how clear its pulse is. The mixer evens the loudness out; it counts because
calm music is mastered softly more often than not. The scales are constants and the formula has a
version: scanning other files never changes what a track was given.

It is a suggestion for tracks whose tags say nothing, marked as measured, and outranked by a tag and
by a person. Research on arousal in music finds rhythm, timbre and loudness features useful and such
simple ones of limited success; this formula's weights are a choice of this project and were not
tested against listeners.
"""

from dataclasses import dataclass

from setsetting.audio.measurements import Measurements
from setsetting.units import Energy

ENERGY_VERSION = 1
LOWEST, HIGHEST = 1.0, 10.0


@dataclass(frozen=True, slots=True)
class Feature:
    """A measurement's share of the energy: 0 at `calm`, 1 at `driving`, straight between and clipped."""

    name: str
    calm: float
    driving: float
    weight: float

    def share(self, value: float) -> float:
        return min(1.0, max(0.0, (value - self.calm) / (self.driving - self.calm)))


ONSETS = Feature("onsets per second", 0.8, 4.5, 0.35)
LOUDNESS = Feature("integrated loudness, LUFS", -21.0, -8.0, 0.30)
BRIGHTNESS = Feature("brightness", 0.40, 0.75, 0.20)
PULSE = Feature("pulse clarity", 0.10, 0.70, 0.15)


def suggested_energy(measured: Measurements) -> Energy:
    """Suggest an energy in steps of 0.5; silence is 1."""
    if measured.lufs is None:
        return LOWEST
    shares = (
        (ONSETS, measured.onsets_per_s),
        (LOUDNESS, measured.lufs),
        (BRIGHTNESS, measured.brightness),
        (PULSE, measured.pulse_clarity),
    )
    total = sum(feature.weight * feature.share(value) for feature, value in shares)
    return half_steps(LOWEST + (HIGHEST - LOWEST) * total)


def half_steps(energy: float) -> Energy:
    """The nearest half level, halves of a half going up."""
    return int(2 * energy + 0.5) / 2
