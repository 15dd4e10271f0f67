"""The search: partial plans extended item by item, guided by the relaxed programme's cost to go.

A label is a partial plan with what it has used. Labels of as many items compete; the best `width`
go on, one per (stage, second, class, used set). A label whose bound reaches the best plan known is
dropped for good, so a search that never had to drop one for want of width has proven its answer.

On a scarce library the cheapest labels all spend early what the end needs, and none arrives. A search
can be spread instead: one label per (stage, tracks used of those fit for the last phase).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from setsetting.arrays import Floats
from setsetting.soundscape.columns import Ints, Mask
from setsetting.soundscape.instance import PlanItem
from setsetting.soundscape.problem import BED_LENGTHS_S
from setsetting.soundscape.relaxation import INF, CostToGo, Multipliers, Stages
from setsetting.units import Seconds

_SPREAD_OVER = 64
"""How many ways on a spread search looks at for each label it keeps."""
SAME = 1e-9
"""Costs nearer than this are equal when labels are pruned; never when a cost is told."""


@dataclass(frozen=True, slots=True)
class Label:
    """A partial plan; `priced` is its cost with multipliers, `cost` without, `kind` the class of its last item."""

    cost: float
    priced: float
    stage: int
    second: int
    kind: int
    used: frozenset[int]
    artists: tuple[tuple[int, int], ...]
    items: tuple[PlanItem, ...]
    entered: bool


@dataclass(frozen=True, slots=True)
class Incumbent:
    cost: float
    items: tuple[PlanItem, ...]


@dataclass(frozen=True, slots=True)
class _Arc:
    """One way on from a label."""

    label: Label
    track: int
    bed_s: Seconds
    stage: int
    second: int
    kind: int
    cost: float
    priced: float
    ends: bool


class Search:
    """A guided search at one set of multipliers."""

    def __init__(self, stages: Stages, multipliers: Multipliers, tables: list[CostToGo]) -> None:
        self.stages, self.problem, self.energy_costs = stages, stages.problem, stages.energy_costs
        self.tables = tables
        self.multipliers = multipliers
        per_track = multipliers.per_track(self.problem)
        self.priced = [candidates.cost + per_track[candidates.tracks] for candidates in self.problem.candidates]
        self.limit = self.problem.instance.protocol.artist_max_per_session
        before = self.problem.instance.before
        known = {track_id: number for number, track_id in enumerate(self.problem.ids)}
        self.played = frozenset(known[track_id] for track_id in before.track_ids if track_id in known)
        counts = np.zeros(len(self.problem.artist_names), dtype=np.int64)
        for track in sorted(self.played):
            counts[self.problem.artist[track]] += 1
        self.counts = counts
        self.credit = multipliers.credit(np.stack([counts, np.maximum(0, self.limit - counts)]))
        self.dropped = False

    def roots(self) -> list[Label]:
        stages, none = self.stages, self.energy_costs.none
        artists = tuple((int(artist), int(self.counts[artist])) for artist in np.flatnonzero(self.counts))
        lo, hi = stages.window(stages.order[0].phase)
        seconds = range(lo, hi + 1, 15) if stages.only is not None else range(lo, lo + 1)
        kind = self.energy_costs.bed if self.problem.instance.before.bed else none
        return [Label(0.0, 0.0, 0, second, kind, self.played, artists, (), True) for second in seconds]

    def root_value(self) -> float:
        """The relaxed, priced cost of the whole; less `credit` it is a lower bound."""
        value, _ = self._arcs(self.roots(), _EVERY, exclude=False)
        return float(value.min(initial=INF))

    def run(self, width: int, best: Incumbent | None, *, spread: bool = False) -> Incumbent | None:
        """Search with a beam; return the best plan found that beats `best`, else `best`."""
        labels = self.roots()
        self.dropped = False
        scarce = frozenset(self.problem.candidates[self.stages.order[-1].phase].tracks.tolist()) if spread else None
        while labels:
            arcs, best = self._selected(labels, width, best, scarce)
            labels = [self._extended(arc) for arc in arcs]
        return best

    def relaxed_path(self) -> list[int]:
        """The tracks of the relaxed programme's own plan, repeats and all."""
        labels, tracks = self.roots(), list[int]()
        while True:
            value, ways = self._arcs(labels, _EVERY, exclude=False)
            if not len(value):
                return tracks
            arc = self._arc(labels, ways[:, int(np.argmin(value))])
            if arc.track >= 0:
                tracks.append(arc.track)
            if arc.ends:
                return tracks
            nothing: frozenset[int] = frozenset()
            labels = [Label(0.0, 0.0, arc.stage, arc.second, arc.kind, nothing, (), (), False)]

    def _selected(
        self, labels: list[Label], width: int, best: Incumbent | None, scarce: frozenset[int] | None
    ) -> tuple[list[_Arc], Incumbent | None]:
        cutoff = INF if best is None else best.cost + self.credit - SAME
        keep = 4 * width if scarce is None else _SPREAD_OVER * width
        value, ways = self._arcs(labels, (cutoff, keep), exclude=True)
        open_ = np.arange(len(value))
        if len(value) > keep:
            threshold = np.partition(value, keep)[keep]
            open_ = np.flatnonzero(value <= threshold + SAME)
            self.dropped = True
        open_ = open_[np.argsort(np.round(value[open_], 9), kind="stable")]
        chosen: list[_Arc] = []
        seen: set[tuple[int, int, int, frozenset[int]]] = set()
        spent: set[tuple[int, frozenset[int]]] = set()
        for position in open_.tolist():
            arc = self._arc(labels, ways[:, position])
            if arc.ends:
                if best is None or arc.cost < best.cost - SAME:
                    best = Incumbent(arc.cost, (*arc.label.items, self._item(arc)))
                continue
            used = arc.label.used | {arc.track} if arc.track >= 0 else arc.label.used
            key = (arc.stage, arc.second, arc.kind, used)
            if key in seen:
                continue
            seen.add(key)
            if scarce is not None:
                if (arc.stage, used & scarce) in spent:
                    self.dropped = True
                    continue
                spent.add((arc.stage, used & scarce))
            if len(chosen) == width:
                self.dropped = True
                break
            chosen.append(arc)
        return chosen, best

    def _extended(self, arc: _Arc) -> Label:
        label, used, artists = arc.label, arc.label.used, arc.label.artists
        if arc.track >= 0:
            used = used | {arc.track}
            counts = dict(artists)
            artist = int(self.problem.artist[arc.track])
            counts[artist] = counts.get(artist, 0) + 1
            artists = tuple(sorted(counts.items()))
        items = (*label.items, self._item(arc))
        return Label(arc.cost, arc.priced, arc.stage, arc.second, arc.kind, used, artists, items, False)

    def _item(self, arc: _Arc) -> PlanItem:
        start_s = Seconds(arc.label.second + self.problem.start_s)
        phase = self.problem.windows[self.stages.order[arc.label.stage].phase].name
        if arc.track >= 0:
            return PlanItem("track", phase, start_s, track_id=self.problem.ids[arc.track])
        return PlanItem("bed", phase, start_s, bed_s=arc.bed_s) if arc.bed_s else PlanItem("silence", phase, start_s)

    # Until it is chosen an arc is a column of (label, track, bed, stage, second, kind, cost, priced, ends).

    def _arcs(self, labels: list[Label], kept: "_Kept", exclude: bool) -> tuple[Floats, Floats]:
        """Ways on from these labels of a value below a cutoff, at least the cheapest so many, in a fixed order."""
        parts: list[tuple[Floats, Floats]] = []
        for stage in sorted({label.stage for label in labels}):
            owners = [number for number, label in enumerate(labels) if label.stage == stage]
            window = self.problem.windows[self.stages.order[stage].phase]
            if window.kind == "silence":
                parts += [part for owner in owners for part in self._out_of_silence(labels, owner, kept[0])]
                continue
            parts += self._over_tracks(labels, owners, kept, exclude)
            if window.bed_allowed:
                parts += self._over_beds(
                    labels, [one for one in owners if labels[one].kind != self.energy_costs.bed], kept[0]
                )
        if not parts:
            return np.zeros(0), np.empty((9, 0))
        return np.concatenate([value for value, _ in parts]), np.concatenate([ways for _, ways in parts], axis=1)

    def _step(self, label: Label) -> Floats:
        before = self.problem.instance.before
        if label.entered and before.energy is not None:
            return self.energy_costs.step_from(self.problem, before.energy)
        return np.asarray(self.energy_costs.step[label.kind])

    def _over_tracks(
        self, labels: list[Label], owners: list[int], kept: "_Kept", exclude: bool
    ) -> Iterator[tuple[Floats, Floats]]:
        number = labels[owners[0]].stage
        stage, costs = self.stages.order[number], self.energy_costs
        candidates, kinds = self.problem.candidates[stage.phase], self.stages.kinds[stage.phase]
        window = self.problem.windows[stage.phase]
        second = np.array([labels[owner].second for owner in owners])
        here = costs.owed[:, np.minimum(second, costs.horizon)].T
        moved = (np.stack([self._step(labels[owner]) for owner in owners]) - here)[:, kinds]
        so_far = np.array([(labels[owner].cost, labels[owner].priced) for owner in owners])
        cost = candidates.cost + moved + so_far[:, :1]
        priced = self.priced[stage.phase] + moved + so_far[:, 1:]
        barred = np.isinf(moved)
        if exclude:
            again, saved, taken = self._taken([labels[owner] for owner in owners])
            cost += again[:, candidates.artist]
            priced += (again - saved)[:, candidates.artist]
            barred |= taken[0][:, candidates.artist] | taken[1][:, candidates.tracks]
        cost[barred] = priced[barred] = INF
        owner = np.array(owners)
        for pinned in (False, True):
            chosen = np.flatnonzero(candidates.pinned == pinned)
            if (pinned and stage.complete) or not len(chosen):
                continue
            if len(chosen) == len(candidates.tracks):
                chosen = slice(None)  # type: ignore[assignment]  # no copy in the usual case
            lot = _Lot(owner, second, candidates.tracks[chosen], kinds[chosen], candidates.length_s[chosen])
            after = number + pinned
            yield from self._landings(lot, after, window.crossfade_s, (cost[:, chosen], priced[:, chosen]), kept)

    def _taken(self, labels: list[Label]) -> tuple[Floats, Floats, tuple[Mask, Mask]]:
        """Per label: what a further track by an artist costs, the price it saves, who and what is barred."""
        again = np.zeros((len(labels), len(self.counts)))
        full = np.zeros(again.shape, dtype=np.bool_)
        used = np.zeros((len(labels), len(self.problem.rows)), dtype=np.bool_)
        for row, label in enumerate(labels):
            again[row, [artist for artist, _ in label.artists]] = 1.0
            full[row, [artist for artist, count in label.artists if count >= self.limit]] = True
            used[row, list(label.used)] = True
        return again * self.problem.weights.artist_repeat, again * self.multipliers.again, (full, used)

    def _landings(
        self, lot: "_Lot", after: int, fade_s: int, paid: tuple[Floats, Floats], kept: "_Kept"
    ) -> Iterator[tuple[Floats, Floats]]:
        """Where these tracks can lead: on in the phase, into the next, to the end."""
        stages = self.stages
        ends = lot.second[:, None] + lot.length_s[None, :]
        here = self.tables[after]
        yield self._ways(lot, paid, (after, ends - fade_s, here.value, here), kept)
        if not stages.order[after].complete:
            return
        beyond = stages.beyond(stages.order[after], self.tables)
        if beyond is None:
            yield self._ways(lot, paid, (-1, ends, None, None), kept)
            return
        table, fade_s = beyond
        phase = stages.order[after].phase + 1
        onward = stages.first_stage.get(phase, -1)
        yield self._ways(lot, paid, (onward, ends - fade_s, table.entry, table), kept, enters=phase)

    def _ways(
        self,
        lot: "_Lot",
        paid: tuple[Floats, Floats],
        door: tuple[int, Ints, Floats | None, CostToGo | None],
        kept: "_Kept",
        *,
        enters: int | None = None,
    ) -> tuple[Floats, Floats]:
        """The arcs through one door: (stage behind it, seconds of landing, its values, their table)."""
        cost, priced = paid
        stage, lands, value, table = door
        cutoff, most = kept
        costs = self.energy_costs
        if value is None or table is None:
            row, column = np.nonzero(lands >= costs.horizon)
        else:
            row, column = np.nonzero((lands >= table.lo) & (lands <= table.hi))
        landed, kind = lands[row, column], lot.kind[column]
        there = costs.owed_at(kind, landed)
        onward = priced[row, column] + there
        total = onward if value is None or table is None else onward + value[kind, landed - table.lo]
        good = np.flatnonzero(total < cutoff)
        if len(good) > most:
            threshold = np.partition(total[good], most)[most]
            good = good[total[good] <= threshold + SAME]
            self.dropped = True
        row, column, landed = row[good], column[good], landed[good]
        toll = 0.0 if enters is None else self.stages.boundary(enters, landed)
        ways = np.empty((9, len(good)))
        ways[0], ways[1], ways[2], ways[3] = lot.owner[row], lot.tracks[column], 0, stage
        ways[4], ways[5] = landed, lot.kind[column]
        ways[6] = cost[row, column] + there[good] + toll
        ways[7] = onward[good] + toll
        ways[8] = stage < 0
        return total[good], ways

    def _over_beds(self, labels: list[Label], owners: list[int], cutoff: float) -> Iterator[tuple[Floats, Floats]]:
        if not owners:
            return
        stages, weights, number = self.stages, self.problem.weights, labels[owners[0]].stage
        stage = stages.order[number]
        owner = np.repeat(owners, len(BED_LENGTHS_S))
        length = np.tile(BED_LENGTHS_S, len(owners))
        lands = np.array([labels[one].second for one in owner]) + length
        so_far = np.array([(labels[one].cost, labels[one].priced) for one in owner])
        price = weights.bed_fixed + weights.bed_per_min * length / 60
        doors = [(number, self.tables[number].at(self.energy_costs.bed, lands), np.zeros(len(lands)))]
        if stage.complete and (beyond := stages.beyond(stage, self.tables)) is not None:
            onward = stages.first_stage.get(stage.phase + 1, -1)
            doors.append(
                (onward, beyond[0].entered(self.energy_costs.bed, lands), stages.boundary(stage.phase + 1, lands))
            )
        for onward, to_go, door in doors:
            total = so_far[:, 1] + price + to_go
            good = np.flatnonzero(total < cutoff)
            ways = np.empty((9, len(good)))
            ways[0], ways[1], ways[2], ways[3], ways[4] = owner[good], -1, length[good], onward, lands[good]
            ways[5], ways[6] = self.energy_costs.bed, (so_far[:, 0] + price + door)[good]
            ways[7], ways[8] = (so_far[:, 1] + price + door)[good], onward < 0
            yield total[good], ways

    def _out_of_silence(self, labels: list[Label], owner: int, cutoff: float) -> Iterator[tuple[Floats, Floats]]:
        stages, label = self.stages, labels[owner]
        phase = stages.order[label.stage].phase + 1
        beyond = stages.beyond(stages.order[label.stage], self.tables)
        lands = self.problem.windows[phase].from_s - self.problem.start_s
        if beyond is None or lands <= label.second:
            return
        to_go = float(beyond[0].entered(self.energy_costs.none, lands))
        onward = stages.first_stage.get(phase, -1)
        yield self._single(label, (owner, 0, onward, lands, self.energy_costs.none), 0.0, to_go, cutoff)

    def _single(
        self, label: Label, way: tuple[int, int, int, int, int], price: float, to_go: float, cutoff: float
    ) -> tuple[Floats, Floats]:
        owner, bed_s, stage, lands, kind = way
        total = label.priced + price + to_go
        if not total < cutoff:
            return np.zeros(0), np.empty((9, 0))
        column = [owner, -1, bed_s, stage, lands, kind, label.cost + price, label.priced + price, stage < 0]
        return np.array([total]), np.array(column, dtype=np.float64)[:, None]

    def _arc(self, labels: list[Label], way: Floats) -> _Arc:
        owner, track, bed_s, stage, second, kind, cost, priced, ends = way.tolist()
        label = labels[int(owner)]
        return _Arc(
            label, int(track), Seconds(int(bed_s)), int(stage), int(second), int(kind), cost, priced, bool(ends)
        )


_Kept: TypeAlias = tuple[float, int]
"""What values are of interest: below so much, and how many of the cheapest at least."""
_EVERY: _Kept = (INF, 10**9)


@dataclass(frozen=True, slots=True)
class _Lot:
    """Labels of one stage (rows) against its tracks (columns)."""

    owner: Ints
    second: Ints
    tracks: Ints
    kind: Ints
    length_s: Ints


def bound_below(value: float) -> float:
    """Round a bound down to four places, with room for the last digits of the sums behind it."""
    return float(np.floor((value - 1e-6) * 1e4) / 1e4)
