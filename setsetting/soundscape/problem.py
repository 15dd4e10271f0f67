"""The planner's problem: an instance as columns, eligibility as masks, costs as vectors.

The order of the columns is that of the tracks' own properties, then a
seeded order on their ids, so that neither the order of the library nor its ids change a cost.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from setsetting.arrays import Floats
from setsetting.soundscape.columns import Columns, Ints, Mask, Ragged
from setsetting.soundscape.instance import Instance, PhaseWindow, TrackRow
from setsetting.soundscape.rules import RULES, shortest_s

BED_LENGTHS_S = tuple(range(60, 301, 15))


@dataclass(frozen=True, slots=True)
class Candidates:
    """The tracks that may sound in one phase, as vectors; `tracks` are positions in the columns."""

    tracks: Ints
    energy: Floats
    length_s: Ints
    cost: Floats
    credits: Ragged
    pinned: Mask


class Problem:
    """An instance ready to be searched. Nothing in it changes after it is made.

    When a session is planned again every track that was not `promised` costs `unpromised` more.
    """

    def __init__(
        self,
        instance: Instance,
        seed: int = 0,
        *,
        promised: Collection[str] = (),
        unpromised: float = 0.0,
        columns: Columns | None = None,
    ) -> None:
        """`columns` are those of the instance's library in this seed's order, where they were made before."""
        self.instance = instance
        self.seed = seed
        self.windows = instance.protocol.phases
        self.weights = instance.weights
        self.start_s = instance.protocol.start_s
        self.horizon_s = instance.horizon_s
        self.columns = columns_of(instance.library, seed) if columns is None else columns
        self.rows, self.ids = self.columns.rows, self.columns.ids
        self.length_s = self.columns["duration_s"].astype(np.int64)
        self._unpromised = unpromised * ~self.columns.among(promised)
        self.energy, self.artist = self.columns["energy"], self.columns.artist
        self.artist_names = self.columns.artist_names
        self.credited = self.columns.credits.rows
        self.pins = [
            [
                self.columns.number_of.get(pin.track_id, -1)
                for pin in instance.patient.pinned
                if pin.phase == window.name
            ]
            for window in self.windows
        ]
        everywhere = {
            rule.name: rule.of_patient(self.columns, instance) for rule in RULES if rule.of_patient is not None
        }
        self.fails = [self._fails(number, everywhere) for number in range(len(self.windows))]
        self.fails_anywhere = frozenset(name for fails in self.fails for name in fails)
        self.candidates = [self._candidates_in(number, window) for number, window in enumerate(self.windows)]

    def _fails(self, number: int, everywhere: dict[str, Mask]) -> dict[str, Mask]:
        """Per rule, in the order of the funnel, the tracks that break it in this phase."""
        if self.windows[number].kind == "silence":
            return {}
        window, shortest = self.windows[number], shortest_s(self.windows, number)
        here = {rule.name: rule.of_phase(self.columns, window, shortest) for rule in RULES if rule.of_phase is not None}
        return everywhere | here

    def _candidates_in(self, number: int, window: PhaseWindow) -> Candidates:
        eligible = np.ones(len(self.rows), dtype=np.bool_)
        for mask in self.fails[number].values():
            eligible &= ~mask
        if window.kind == "silence":
            eligible[:] = False
        pinned_here = np.zeros(len(self.rows), dtype=np.bool_)
        pinned_here[[track for track in self.pins[number] if track >= 0]] = True
        for other, pins in enumerate(self.pins):
            if other != number:
                eligible[[track for track in pins if track >= 0]] = False
        tracks = np.flatnonzero(eligible)
        return Candidates(
            tracks=tracks,
            energy=self.energy[tracks],
            length_s=self.length_s[tracks],
            cost=self._track_cost(window)[tracks],
            credits=self.columns.credits.taken(tracks),
            pinned=pinned_here[tracks],
        )

    def _track_cost(self, window: PhaseWindow) -> Floats:
        """What a track costs in a phase wherever in time it stands."""
        weights, patient, columns = self.weights, self.instance.patient, self.columns
        startle = columns["startle_lu"]
        headroom = weights.true_peak_ceiling_dbtp - columns["true_peak_dbtp"]
        shortfall = np.maximum(0.0, window.lufs - columns["loudness_lufs"] - headroom)
        cost = weights.per_item + weights.startle_per_lu * np.maximum(0.0, startle - weights.startle_free_lu)
        cost = cost + weights.loudness_shortfall_per_lu * shortfall
        for tag in sorted(set(patient.disliked_tags)):
            cost = cost + weights.disliked_tag * columns.tagged((tag,))
        cost = cost + weights.artist_heard_in_course * columns.by(patient.heard_artists)
        return np.asarray(cost + self._unpromised, dtype=np.float64)


def columns_of(rows: Iterable[TrackRow], seed: int) -> Columns:
    """A library in the order of a seed."""
    return Columns(sorted(rows, key=lambda row: _order(row, seed)))


_properties = attrgetter(
    *(name for name in TrackRow.__struct_fields__ if name not in {"track_id", "tags", "recording_id", "shares"})
)


def _order(row: TrackRow, seed: int) -> tuple[object, ...]:
    own = _properties(row)
    if None in own:
        own = tuple(-1.0 if value is None else value for value in own)
    return (*own, tuple(sorted(row.tags)), hashlib.sha256(f"{seed}:{row.track_id}".encode()).digest())
