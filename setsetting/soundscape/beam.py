"""The search: partial plans extended item by item, guided by the relaxed programme's cost to go.

A label is a partial plan with what it has used. Labels of as many items compete; the best `width`
go on, one per (stage, second, class, used set). A label whose bound reaches the best plan known is
dropped for good, so a search that never had to drop one for want of width has proven its answer.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from setsetting.arrays import Floats
from setsetting.soundscape.instance import PlanItem
from setsetting.soundscape.relaxation import INF, Multipliers, Stages, zero_multipliers
from setsetting.soundscape.ways import (
    EVERY_WAY,
    Cutoff,
    Extension,
    Front,
    Label,
    Landing,
    Taken,
    TrackGrid,
    Ways,
    extension_of,
    joined,
    ways_of,
)
from setsetting.units import Seconds

SAME = 1e-9
"""Costs nearer than this are equal when labels are pruned; never when a cost is told."""


@dataclass(frozen=True, slots=True)
class Incumbent:
    cost: float
    items: tuple[PlanItem, ...]


class Search:
    """A guided search at one set of multipliers, at first all zero."""

    def __init__(self, stages: Stages, multipliers: Multipliers | None = None) -> None:
        self.stages, self.problem, self.energy_costs = stages, stages.problem, stages.energy_costs
        self.multipliers = multipliers = multipliers or zero_multipliers(self.problem)
        self.tables = stages.relax(multipliers)
        per_track = multipliers.per_track(self.problem)
        self.priced = [candidates.cost + per_track[candidates.tracks] for candidates in self.problem.candidates]
        self.limit = self.problem.instance.protocol.artist_max_per_session
        number_of, played = self.problem.columns.number_of, self.problem.instance.before.track_ids
        self.played = frozenset(number_of[track_id] for track_id in played if track_id in number_of)
        counts = np.zeros(len(self.problem.artist_names), dtype=np.int64)
        for track in sorted(self.played):
            counts[self.problem.credited[track]] += 1
        self.counts = counts
        self.credit = multipliers.credit(np.stack([counts, np.maximum(0, self.limit - counts)]))
        self.dropped = False

    def roots(self) -> list[Label]:
        stages, none = self.stages, self.energy_costs.none
        artists = tuple((int(artist), int(self.counts[artist])) for artist in np.flatnonzero(self.counts))
        lo, hi = stages.window(stages.order[0].phase)
        seconds = range(lo, hi + 1) if stages.only is not None else range(lo, lo + 1)
        kind = self.energy_costs.bed if self.problem.instance.before.bed else none
        return [Label(0.0, 0.0, 0, second, kind, self.played, artists, (), True) for second in seconds]

    def root_value(self) -> float:
        """The relaxed, priced cost of the whole; less `credit` it is a lower bound."""
        return float(self._ways_on(self.roots(), EVERY_WAY, exclude=False)["value"].min(initial=INF))

    def run(self, width: int, best: Incumbent | None, go_on: Callable[[], None] = lambda: None) -> Incumbent | None:
        """Search with a beam; return the best plan found that beats `best`, else `best`. `go_on` stops it by raising."""
        labels = self.roots()
        self.dropped = False
        while labels:
            go_on()
            arcs, best = self._selected(labels, width, best)
            labels = [self._extended(arc) for arc in arcs]
        return best

    def relaxed_path(self) -> list[int]:
        """The tracks of the relaxed programme's own plan, repeats and all."""
        labels, tracks = self.roots(), list[int]()
        while True:
            ways = self._ways_on(labels, EVERY_WAY, exclude=False)
            if not len(ways):
                return tracks
            arc = extension_of(labels, ways[int(np.argmin(ways["value"]))])
            if arc.track >= 0:
                tracks.append(arc.track)
            if arc.ends:
                return tracks
            nothing: frozenset[int] = frozenset()
            labels = [Label(0.0, 0.0, arc.stage, arc.second, arc.kind, nothing, (), (), False)]

    def _selected(
        self, labels: list[Label], width: int, best: Incumbent | None
    ) -> tuple[list[Extension], Incumbent | None]:
        cutoff = INF if best is None else best.cost + self.credit - SAME
        keep = 4 * width
        ways = self._ways_on(labels, Cutoff(cutoff, keep), exclude=True)
        value = ways["value"]
        open_ = np.arange(len(value))
        if len(value) > keep:
            threshold = np.partition(value, keep)[keep]
            open_ = np.flatnonzero(value <= threshold + SAME)
            self.dropped = True
        open_ = open_[np.argsort(np.round(value[open_], 9), kind="stable")]
        chosen: list[Extension] = []
        seen: set[tuple[int, int, int, frozenset[int]]] = set()
        for position in open_.tolist():
            arc = extension_of(labels, ways[position])
            if arc.ends:
                if best is None or arc.cost < best.cost - SAME:
                    best = Incumbent(arc.cost, (*arc.label.items, self._item(arc)))
                continue
            used = arc.label.used | {arc.track} if arc.track >= 0 else arc.label.used
            key = (arc.stage, arc.second, arc.kind, used)
            if key in seen:
                continue
            seen.add(key)
            if len(chosen) == width:
                self.dropped = True
                break
            chosen.append(arc)
        return chosen, best

    def _extended(self, arc: Extension) -> Label:
        label, used, artists = arc.label, arc.label.used, arc.label.artists
        if arc.track >= 0:
            used = used | {arc.track}
            counts = dict(artists)
            for artist in self.problem.credited[arc.track]:
                counts[artist] = counts.get(artist, 0) + 1
            artists = tuple(sorted(counts.items()))
        items = (*label.items, self._item(arc))
        return Label(arc.cost, arc.priced, arc.stage, arc.second, arc.kind, used, artists, items, False)

    def _item(self, arc: Extension) -> PlanItem:
        start_s = Seconds(arc.label.second + self.problem.start_s)
        phase = self.problem.windows[self.stages.order[arc.label.stage].phase].name
        if arc.track >= 0:
            return PlanItem("track", phase, start_s, track_id=self.problem.ids[arc.track])
        return PlanItem("bed", phase, start_s, bed_s=arc.bed_s) if arc.bed_s else PlanItem("silence", phase, start_s)

    def _ways_on(self, labels: list[Label], wanted: Cutoff, exclude: bool) -> Ways:
        """Ways on from these labels worth less than a cutoff, at least the cheapest so many, in a fixed order."""
        parts: list[Ways] = []
        for stage in sorted({label.stage for label in labels}):
            owners = [number for number, label in enumerate(labels) if label.stage == stage]
            here = [labels[owner] for owner in owners]
            front = Front(
                stage=stage,
                owner=np.array(owners),
                second=np.array([label.second for label in here]),
                kind=np.array([label.kind for label in here]),
                cost=np.array([label.cost for label in here]),
                priced=np.array([label.priced for label in here]),
                entered=here[0].entered,
            )
            parts += self.ways_from(front, self._taken(stage, here) if exclude else None, wanted)
        return joined(parts)

    def ways_from(self, front: Front, taken: Taken | None, wanted: Cutoff) -> Iterator[Ways]:
        """Ways on from labels of one stage; over every track of its phase where nothing is `taken`."""
        window = self.problem.windows[self.stages.order[front.stage].phase]
        if window.kind == "silence":
            yield from self._out_of_silence(front, wanted.below)
            return
        yield from self._over_tracks(front, taken, wanted)
        if window.bed_allowed:
            yield from self._over_beds(front.of(front.kind != self.energy_costs.bed), wanted.below)

    def _steps(self, front: Front) -> Floats:
        before = self.problem.instance.before
        if front.entered and before.energy is not None:
            return np.tile(self.energy_costs.step_from(self.problem, before.energy), (len(front.owner), 1))
        return np.asarray(self.energy_costs.step[front.kind])

    def _over_tracks(self, front: Front, taken: Taken | None, wanted: Cutoff) -> Iterator[Ways]:
        stage, costs = self.stages.order[front.stage], self.energy_costs
        candidates, kinds = self.problem.candidates[stage.phase], self.stages.kinds[stage.phase]
        window = self.problem.windows[stage.phase]
        here = costs.owed[:, np.minimum(front.second, costs.horizon)].T
        moved = (self._steps(front) - here)[:, kinds]
        cost = candidates.cost + moved + front.cost[:, None]
        priced = self.priced[stage.phase] + moved + front.priced[:, None]
        barred = np.isinf(moved)
        if taken is not None:
            cost += taken.cost
            priced += taken.priced
            barred |= taken.barred
        cost[barred] = priced[barred] = INF
        for pinned in (False, True):
            chosen = np.flatnonzero(candidates.pinned == pinned)
            if (pinned and stage.complete) or not len(chosen):
                continue
            if len(chosen) == len(candidates.tracks):
                chosen = slice(None)  # type: ignore[assignment]  # no copy in the usual case
            grid = TrackGrid(
                owner=front.owner,
                second=front.second,
                tracks=candidates.tracks[chosen],
                kind=kinds[chosen],
                length_s=candidates.length_s[chosen],
                cost=cost[:, chosen],
                priced=priced[:, chosen],
            )
            yield from self._landings(grid, front.stage + pinned, window.crossfade_s, wanted)

    def _taken(self, stage: int, labels: list[Label]) -> Taken:
        """What these labels have used, per track of their phase: what its artist costs again, and whether it is barred."""
        candidates = self.problem.candidates[self.stages.order[stage].phase]
        seen = np.zeros((len(labels), len(self.counts)), dtype=np.bool_)
        full = np.zeros(seen.shape, dtype=np.bool_)
        used = np.zeros((len(labels), len(self.problem.rows)), dtype=np.bool_)
        spent = self.problem.columns.spent
        for row, label in enumerate(labels):
            seen[row, [artist for artist, _ in label.artists]] = True
            full[row, [artist for artist, count in label.artists if count >= self.limit]] = True
            used[row, [other for track in label.used for other in spent[track]]] = True
        again: Floats = np.asarray(self.problem.weights.artist_repeat * candidates.credits.any_of(seen))
        first = self.problem.artist[candidates.tracks]
        return Taken(
            cost=again,
            priced=again - (seen * self.multipliers.again)[:, first],
            barred=candidates.credits.any_of(full) | used[:, candidates.tracks],
        )

    def _landings(self, grid: TrackGrid, after: int, fade_s: int, wanted: Cutoff) -> Iterator[Ways]:
        """Where these tracks can lead: on in the phase, into the next, to the end."""
        stages = self.stages
        ends = grid.second[:, None] + grid.length_s[None, :]
        here = self.tables[after]
        yield self._through(grid, Landing(after, ends - fade_s, here, here.value), wanted)
        if not stages.order[after].complete:
            return
        beyond = stages.beyond(stages.order[after], self.tables)
        if beyond is None:
            yield self._through(grid, Landing(-1, ends), wanted)
            return
        table, fade_s = beyond
        phase = stages.order[after].phase + 1
        onward = stages.first_stage.get(phase, -1)
        yield self._through(grid, Landing(onward, ends - fade_s, table, table.entry, phase), wanted)

    def _through(self, grid: TrackGrid, landing: Landing, wanted: Cutoff) -> Ways:
        """The ways over these tracks that land in one stage, or end."""
        costs, table, to_go = self.energy_costs, landing.table, landing.to_go
        if table is None:
            row, column = np.nonzero(landing.seconds >= costs.horizon)
        else:
            row, column = np.nonzero((landing.seconds >= table.lo) & (landing.seconds <= table.hi))
        if not len(row):
            return joined([])
        landed, kind = landing.seconds[row, column], grid.kind[column]
        there = costs.owed_at(kind, landed)
        priced = grid.priced[row, column] + there
        value = priced if table is None or to_go is None else priced + to_go[kind, landed - table.lo]
        good = np.flatnonzero(value < wanted.below)
        if len(good) > wanted.least:
            threshold = np.partition(value[good], wanted.least)[wanted.least]
            good = good[value[good] <= threshold + SAME]
            self.dropped = True
        row, column, landed = row[good], column[good], landed[good]
        toll = 0.0 if landing.enters is None else self.stages.boundary(landing.enters, landed)
        return ways_of(
            value=value[good],
            owner=grid.owner[row],
            track=grid.tracks[column],
            stage=landing.stage,
            second=landed,
            kind=grid.kind[column],
            cost=grid.cost[row, column] + there[good] + toll,
            priced=priced[good] + toll,
        )

    def _over_beds(self, front: Front, cutoff: float) -> Iterator[Ways]:
        if not len(front.owner):
            return
        stages, number, bed = self.stages, front.stage, self.energy_costs.bed
        stage, lands = stages.order[number], front.second[:, None] + stages.beds_s
        cost, priced = front.cost[:, None] + stages.bed_price, front.priced[:, None] + stages.bed_price
        doors = [(number, self.tables[number].at(bed, lands))]
        beyond = stages.beyond(stage, self.tables) if stage.complete else None
        if beyond is not None and ((lands >= beyond[0].lo) & (lands <= beyond[0].hi)).any():
            doors.append((stages.first_stage.get(stage.phase + 1, -1), beyond[0].entered(bed, lands)))
        for onward, to_go in doors:
            value = priced + to_go
            row, column = np.nonzero(value < cutoff)
            landed = lands[row, column]
            toll = 0.0 if onward == number else stages.boundary(stage.phase + 1, landed)
            yield ways_of(
                value=value[row, column],
                owner=front.owner[row],
                bed_s=stages.beds_s[column],
                stage=onward,
                second=landed,
                kind=bed,
                cost=cost[row, column] + toll,
                priced=priced[row, column] + toll,
            )

    def _out_of_silence(self, front: Front, cutoff: float) -> Iterator[Ways]:
        stages = self.stages
        phase = stages.order[front.stage].phase + 1
        beyond = stages.beyond(stages.order[front.stage], self.tables)
        lands = self.problem.windows[phase].from_s - self.problem.start_s
        if beyond is None:
            return
        front = front.of(front.second < lands)
        value = front.priced + float(beyond[0].entered(self.energy_costs.none, lands))
        ways = ways_of(
            value=value,
            owner=front.owner,
            stage=stages.first_stage.get(phase, -1),
            second=lands,
            kind=self.energy_costs.none,
            cost=front.cost,
            priced=front.priced,
        )
        yield ways[value < cutoff]


def bound_below(value: float) -> float:
    """Round a bound down to four places, with room for the last digits of the sums behind it."""
    return float(np.floor((value - 1e-6) * 1e4) / 1e4)
