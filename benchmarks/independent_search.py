"""A second search for a plan that shares no line with the planner: it refutes a refusal, or fails to.

Depth first in random order with restarts, over the raw JSON of an instance. Whether the rest could be reached at all,
were tracks allowed to repeat, is remembered per (phase, second, energy). Nothing here is clever on purpose; what it
finds is judged by the checker that came with the published cases. Pins and beds are not known to it.
"""

import random
import time
from collections import Counter
from functools import cache
from typing import Any, NamedTuple

_Raw = dict[str, Any]


class Move(NamedTuple):
    """A track, or silence where it is None, and where it leads; a phase of -1 is the end."""

    track: _Raw | None
    phase: int
    second: int
    energy: float | None


class IndependentSearch:
    """All a random search needs of one instance, as msgspec or json decode it."""

    def __init__(self, instance: _Raw, seed: int) -> None:
        self.protocol, self.patient = instance["protocol"], instance["patient"]
        self.phases: list[_Raw] = self.protocol["phases"]
        self.ends = self.protocol["end_s"] + self.protocol["spare_s"]
        self.random = random.Random(seed)
        self.fit = [[row for row in instance["library"] if self._fits(row, at)] for at in range(len(self.phases))]
        self.homes = Counter(row["track_id"] for rows in self.fit for row in rows)
        self.moves = cache(self._moves)
        self.arrives = cache(self._arrives)
        self.left, self.noise = 0, 1.0

    def find(self, seconds: float) -> list[_Raw] | None:
        """Items of a legal plan, or None when so many seconds of the processor are over."""
        until, patience = time.process_time() + seconds, 200
        if not self.arrives(0, self.protocol["start_s"], None):
            return None
        while time.process_time() < until:
            self.left, patience = patience, min(10**9, int(patience * 1.05) + 1)
            self.noise = self.random.choice((0.5, 2.0, 10.0))
            items = self._walk(0, self.protocol["start_s"], None, set(), Counter())
            if items is not None or self.left >= 0:  # found, or everything was tried
                return items
        return None

    def _walk(
        self, at: int, now: int, energy: float | None, used: set[str], artists: "Counter[str]"
    ) -> list[_Raw] | None:
        most, phase = self.protocol["artist_max_per_session"], self.phases[at]
        ways = [
            way
            for way in self.moves(at, now, energy)
            if way.track is None or (way.track["track_id"] not in used and artists[way.track["artist"]] < most)
        ]
        for way in sorted(ways, key=self._rank):
            if way.track is None:
                rest = self._walk(way.phase, way.second, None, used, artists)
                item = {"kind": "silence", "phase": phase["name"], "start_s": now}
            else:
                name, artist = way.track["track_id"], way.track["artist"]
                item = {"kind": "track", "phase": phase["name"], "start_s": now, "track_id": name}
                if way.phase < 0:
                    return [item]
                used.add(name)
                artists[artist] += 1
                rest = self._walk(way.phase, way.second, way.energy, used, artists)
                used.remove(name)
                artists[artist] -= 1
            if rest is not None:
                return [item, *rest]
            self.left -= 1
            if self.left < 0:
                return None
        return None

    def _rank(self, way: Move) -> float:
        return self.random.random() * self.noise + (0 if way.track is None else self.homes[way.track["track_id"]])

    def _arrives(self, at: int, now: int, energy: float | None) -> bool:
        return any(True for _way in self.moves(at, now, energy))

    def _moves(self, at: int, now: int, energy: float | None) -> tuple[Move, ...]:
        """Every way on from which the end can be reached while tracks may repeat."""
        phase, last = self.phases[at], at + 1 == len(self.phases)
        if phase["kind"] == "silence":
            ends = self.phases[at + 1]["from_s"]
            ways = [Move(None, at + 1, ends, None)] if ends > now else []
        else:
            ways = []
            for row in self.fit[at]:
                if energy is not None and abs(row["energy"] - energy) > self.protocol["energy_step_max"]:
                    continue
                ends = now + row["duration_s"]
                if last:
                    over = ends >= self.ends
                    ways.append(
                        Move(row, -1 if over else at, ends - (0 if over else phase["crossfade_s"]), row["energy"])
                    )
                    continue
                after = self.phases[at + 1]
                leaves = ends - (0 if after["kind"] == "silence" else after["crossfade_in_s"])
                if abs(leaves - after["from_s"]) <= after["flex_s"]:
                    ways.append(Move(row, at + 1, leaves, row["energy"]))
                stays = ends - phase["crossfade_s"]
                if stays < after["from_s"] + after["flex_s"]:
                    ways.append(Move(row, at, stays, row["energy"]))
        return tuple(way for way in ways if way.phase < 0 or self.arrives(way.phase, way.second, way.energy))

    def _fits(self, row: _Raw, at: int) -> bool:
        phase, patient = self.phases[at], self.patient
        if phase["kind"] == "silence":
            return False
        tags, bpm = set(row["tags"]), row["bpm"]
        fades = [phase["crossfade_s"], phase["crossfade_in_s"]]
        if at + 1 < len(self.phases) and self.phases[at + 1]["kind"] != "silence":
            fades.append(self.phases[at + 1]["crossfade_in_s"])
        return (
            row["track_id"] not in patient["veto_tracks"]
            and row["artist"] not in patient["veto_artists"]
            and not tags & set(patient["veto_tags"])
            and (row["track_id"] not in patient["heard_tracks"] or row["track_id"] in patient["anchor_tracks"])
            and phase["energy_min"] <= row["energy"] <= phase["energy_max"]
            and row["lyrics"] in phase["lyrics_allowed"]
            and (bpm is None or phase["bpm_min"] <= bpm <= phase["bpm_max"])
            and row["brightness"] <= phase["brightness_max"]
            and row["startle_lu"] <= phase["startle_max_lu"]
            and not tags & set(phase["tags_not"])
            and (not phase["tags_any"] or bool(tags & set(phase["tags_any"])))
            and 4 * max(fades) <= row["duration_s"] <= phase["track_max_s"]
        )
