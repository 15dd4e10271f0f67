"""The planner's problem: an instance as numpy columns, eligibility as masks, costs as vectors.

Every test of a track is a mask over the whole library: written per track in Python it would take
seconds on large libraries. The order of the columns is that of the tracks' own properties, then a
seeded order on their ids, so that neither the order of the library nor its ids change a cost.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from setsetting.arrays import Floats
from setsetting.soundscape.instance import NO_TEMPO_LIMIT, Instance, PhaseWindow, TrackRow

Ints: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]

BED_LENGTHS_S = tuple(range(60, 301, 15))

VETOES = ("veto_track", "veto_artist", "veto_tag")
"""Rules that no loosening may touch."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The tracks that may sound in one phase, as vectors; `tracks` are positions in the columns."""

    tracks: Ints
    energy: Floats
    length_s: Ints
    cost: Floats
    artist: Ints
    pinned: Mask


class Problem:
    """An instance ready to be searched. Nothing in it changes after it is made."""

    def __init__(self, instance: Instance, seed: int = 0) -> None:
        self.instance = instance
        self.seed = seed
        self.windows = instance.protocol.phases
        self.weights = instance.weights
        self.start_s = instance.protocol.start_s
        self.horizon_s = instance.horizon_s
        self.rows = sorted(instance.library, key=lambda row: _order(row, seed))
        self.ids = [row.track_id for row in self.rows]
        self._number = {track_id: number for number, track_id in enumerate(self.ids)}
        self.length_s = np.array([row.duration_s for row in self.rows], dtype=np.int64)
        self.energy = np.array([row.energy for row in self.rows], dtype=np.float64)
        names = sorted({row.artist for row in self.rows})
        index = {name: number for number, name in enumerate(names)}
        self.artist_names = names
        self.artist = np.array([index[row.artist] for row in self.rows], dtype=np.int64)
        self.pins = [
            [self._number.get(pin.track_id, -1) for pin in instance.patient.pinned if pin.phase == window.name]
            for window in self.windows
        ]
        self.fails = [self._fails(number, window) for number, window in enumerate(self.windows)]
        self.candidates = [self._candidates_in(number, window) for number, window in enumerate(self.windows)]

    @cached_property
    def _tags(self) -> dict[str, Mask]:
        masks: dict[str, Mask] = {}
        for number, row in enumerate(self.rows):
            for tag in row.tags:
                if tag not in masks:
                    masks[tag] = np.zeros(len(self.rows), dtype=np.bool_)
                masks[tag][number] = True
        return masks

    def _tagged(self, tags: tuple[str, ...]) -> Mask:
        found = np.zeros(len(self.rows), dtype=np.bool_)
        for tag in tags:
            if tag in self._tags:
                found |= self._tags[tag]
        return found

    def _among(self, ids: tuple[str, ...]) -> Mask:
        found = np.zeros(len(self.rows), dtype=np.bool_)
        found[[self._number[track_id] for track_id in ids if track_id in self._number]] = True
        return found

    def _by(self, artists: tuple[str, ...]) -> Mask:
        wanted = set(artists)
        return np.array([name in wanted for name in self.artist_names], dtype=np.bool_)[self.artist]

    @cached_property
    def _column(self) -> dict[str, npt.NDArray[np.generic]]:
        rows = self.rows
        return {
            "bpm": np.array([np.nan if row.bpm is None else row.bpm for row in rows], dtype=np.float64),
            "tempo_unknown": np.array([row.tempo_unknown for row in rows], dtype=np.bool_),
            "silent": np.array([row.silent for row in rows], dtype=np.bool_),
            "brightness": np.array([row.brightness for row in rows], dtype=np.float64),
            "startle": np.array([row.startle_lu for row in rows], dtype=np.float64),
            "lufs": np.array([row.loudness_lufs for row in rows], dtype=np.float64),
            "peak": np.array([row.true_peak_dbtp for row in rows], dtype=np.float64),
            "lyrics": np.array([row.lyrics for row in rows], dtype=np.str_),
        }

    @cached_property
    def _same_everywhere(self) -> dict[str, Mask]:
        """The rules that ask the patient and not the phase."""
        patient = self.instance.patient
        return {
            "silent": self._column["silent"].astype(np.bool_),
            "already_played": self._among(self.instance.before.track_ids),
            "veto_track": self._among(patient.veto_tracks),
            "veto_artist": self._by(patient.veto_artists),
            "veto_tag": self._tagged(patient.veto_tags),
            "heard_before": self._among(patient.heard_tracks) & ~self._among(patient.anchor_tracks),
        }

    def longest_fade_s(self, number: int) -> int:
        """The longest crossfade a track of this phase may stand in."""
        window = self.windows[number]
        after = self.windows[number + 1] if number + 1 < len(self.windows) else None
        into = after.crossfade_in_s if after is not None and after.kind != "silence" else 0
        return max(window.crossfade_s, window.crossfade_in_s, into)

    def _fails(self, number: int, window: PhaseWindow) -> dict[str, Mask]:
        """Per rule, in the order of the funnel, the tracks that break it in this phase."""
        if window.kind == "silence":
            return {}
        column = self._column
        lyrics_known = column["lyrics"] != "unknown"
        allowed = np.isin(column["lyrics"], np.array(window.lyrics_allowed, dtype=np.str_))
        bpm, unknown = column["bpm"], column["tempo_unknown"].astype(np.bool_)
        limits_tempo = window.bpm_min > NO_TEMPO_LIMIT[0] or window.bpm_max < NO_TEMPO_LIMIT[1]
        with np.errstate(invalid="ignore"):
            tempo_wrong = ~np.isnan(bpm) & ~((bpm >= window.bpm_min) & (bpm <= window.bpm_max))  # type: ignore[operator]
        shortest_s = max(1, 4 * self.longest_fade_s(number))
        return {
            **self._same_everywhere,
            "lyrics": ~allowed & lyrics_known,
            "lyrics_unknown": ~allowed & ~lyrics_known,
            "energy_range": (self.energy < window.energy_min) | (self.energy > window.energy_max),
            "startle": column["startle"] > window.startle_max_lu,  # type: ignore[operator]
            "bpm": tempo_wrong,
            "bpm_unknown": unknown & (limits_tempo and not window.bpm_unknown_allowed),
            "brightness": column["brightness"] > window.brightness_max,  # type: ignore[operator]
            "tags_not": self._tagged(window.tags_not),
            "tags_any": ~self._tagged(window.tags_any) & bool(window.tags_any),
            "too_short_for_crossfade": self.length_s < shortest_s,
            "too_long": self.length_s > window.track_max_s,
        }

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
            artist=self.artist[tracks],
            pinned=pinned_here[tracks],
        )

    def _track_cost(self, window: PhaseWindow) -> Floats:
        """What a track costs in a phase wherever in time it stands."""
        weights, patient, column = self.weights, self.instance.patient, self._column
        startle = column["startle"].astype(np.float64)
        headroom = weights.true_peak_ceiling_dbtp - column["peak"].astype(np.float64)
        shortfall = np.maximum(0.0, window.lufs - column["lufs"].astype(np.float64) - headroom)
        cost = weights.per_item + weights.startle_per_lu * np.maximum(0.0, startle - weights.startle_free_lu)
        cost = cost + weights.loudness_shortfall_per_lu * shortfall
        for tag in sorted(set(patient.disliked_tags)):
            cost = cost + weights.disliked_tag * self._tagged((tag,))
        cost = cost + weights.artist_heard_in_course * self._by(patient.heard_artists)
        return np.asarray(cost + self._extra, dtype=np.float64)

    @cached_property
    def _extra(self) -> Floats:
        """A price on top of the rules' cost; a plain problem has none."""
        return np.zeros(len(self.rows), dtype=np.float64)


class PromisedProblem(Problem):
    """A problem in which every track that was not promised costs a little more."""

    def __init__(self, instance: Instance, promised: frozenset[str], price: float, seed: int = 0) -> None:
        self._promised = promised
        self._price = price
        super().__init__(instance, seed)

    @cached_property
    def _extra(self) -> Floats:
        return np.array([0.0 if track_id in self._promised else self._price for track_id in self.ids])


def _order(row: TrackRow, seed: int) -> tuple[object, ...]:
    return (
        row.duration_s,
        row.energy,
        row.loudness_lufs,
        row.true_peak_dbtp,
        -1.0 if row.bpm is None else row.bpm,
        row.tempo_unknown,
        row.brightness,
        row.startle_lu,
        row.lyrics,
        tuple(sorted(row.tags)),
        row.artist,
        hashlib.sha256(f"{seed}:{row.track_id}".encode()).digest(),
    )
