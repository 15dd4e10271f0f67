"""The search: partial plans extended item by item, guided by the relaxed programme's cost to go.

A label is a partial plan with what it has used. Labels of as many items compete; the best `width`
go on, one per (stage, second, class, used set). A label whose bound reaches the best plan known is
dropped for good, so a search that never had to drop one for want of width has proven its answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from setsetting.soundscape.instance import Item
from setsetting.soundscape.problem import BED_LENGTHS_S, Floats, Ints, Problem
from setsetting.soundscape.relaxation import INF, Course, Prices, Table

SAME = 1e-9
"""Costs nearer than this are equal when labels are pruned; never when a cost is told."""


@dataclass(frozen=True, slots=True)
class Label:
    """A partial plan; `priced` is its cost with prices, `cost` without, `kind` the class of its last item."""

    cost: float
    priced: float
    stage: int
    second: int
    kind: int
    used: frozenset[int]
    artists: tuple[tuple[int, int], ...]
    items: tuple[Item, ...]
    entered: bool


@dataclass(frozen=True, slots=True)
class Answer:
    cost: float
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class _Arc:
    """One way on from a label."""

    label: Label
    track: int
    bed_s: int
    stage: int
    second: int
    kind: int
    cost: float
    priced: float
    ends: bool


class Search:
    """A guided search at one set of prices."""

    def __init__(self, course: Course, prices: Prices, tables: list[Table]) -> None:
        self.course, self.problem, self.clock = course, course.problem, course.clock
        self.tables = tables
        self.prices = prices
        per_track = prices.per_track(self.problem)
        self.priced = [layer.cost + per_track[layer.tracks] for layer in self.problem.layers]
        self.limit = self.problem.instance.protocol.artist_max_per_session
        before = self.problem.instance.before
        known = {track_id: number for number, track_id in enumerate(self.problem.ids)}
        self.played = frozenset(known[track_id] for track_id in before.track_ids if track_id in known)
        counts = np.zeros(len(self.problem.artist_names), dtype=np.int64)
        for track in sorted(self.played):
            counts[self.problem.artist[track]] += 1
        self.counts = counts
        self.credit = prices.credit(np.stack([counts, np.maximum(0, self.limit - counts)]))
        self.dropped = False

    def roots(self) -> list[Label]:
        course, none = self.course, self.clock.none
        artists = tuple((int(artist), int(self.counts[artist])) for artist in np.flatnonzero(self.counts))
        lo, hi = course.window(course.stages[0].phase)
        seconds = range(lo, hi + 1, 15) if course.only is not None else range(lo, lo + 1)
        kind = self.clock.bed if self.problem.instance.before.bed else none
        return [Label(0.0, 0.0, 0, second, kind, self.played, artists, (), True) for second in seconds]

    def root_value(self) -> float:
        """The relaxed, priced cost of the whole; less `credit` it is a lower bound."""
        return min((arc_value for root in self.roots() for arc_value in self._values(root)), default=INF)

    def _values(self, label: Label) -> Iterator[float]:
        for value, _ in self._arcs(label, exclude=False):
            if len(value):
                yield float(value.min())

    def run(self, width: int, best: Answer | None) -> Answer | None:
        """Search with a beam; return the best plan found that beats `best`, else `best`."""
        labels = self.roots()
        self.dropped = False
        while labels:
            arcs, best = self._selected(labels, width, best)
            labels = [self._extended(arc) for arc in arcs]
        return best

    def relaxed_path(self) -> list[int]:
        """The tracks of the relaxed programme's own plan, repeats and all."""
        roots = self.roots()
        label, tracks = min(roots, key=lambda root: min(self._values(root), default=INF)), list[int]()
        while True:
            value, ways = _joined(self._arcs(label, exclude=False))
            if not len(value) or not np.isfinite(value.min()):
                return tracks
            arc = self._arc(label, int(np.argmin(value)), ways)
            if arc.track >= 0:
                tracks.append(arc.track)
            if arc.ends:
                return tracks
            label = Label(0.0, 0.0, arc.stage, arc.second, arc.kind, label.used, label.artists, (), False)

    def _selected(self, labels: list[Label], width: int, best: Answer | None) -> tuple[list[_Arc], Answer | None]:
        found = [_joined(self._arcs(label, exclude=True)) for label in labels]
        value = np.concatenate([values for values, _ in found])
        owner = np.repeat(np.arange(len(labels)), [len(values) for values, _ in found])
        offset = np.cumsum([0, *(len(values) for values, _ in found)])
        cutoff = INF if best is None else best.cost + self.credit - SAME
        open_ = np.flatnonzero(value < cutoff)
        keep = 4 * width
        if len(open_) > keep:
            threshold = np.partition(value[open_], keep)[keep]
            open_ = open_[value[open_] <= threshold + SAME]
            self.dropped = True
        open_ = open_[np.argsort(np.round(value[open_], 9), kind="stable")]
        chosen: list[_Arc] = []
        seen: set[tuple[int, int, int, frozenset[int]]] = set()
        for position in open_.tolist():
            label = labels[owner[position]]
            arc = self._arc(label, position - int(offset[owner[position]]), found[owner[position]][1])
            if arc.ends:
                if best is None or arc.cost < best.cost - SAME:
                    best = Answer(arc.cost, (*label.items, self._item(arc)))
                continue
            used = label.used | {arc.track} if arc.track >= 0 else label.used
            key = (arc.stage, arc.second, arc.kind, used)
            if key in seen:
                continue
            seen.add(key)
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

    def _item(self, arc: _Arc) -> Item:
        start_s = arc.label.second + self.problem.start_s
        phase = self.problem.windows[self.course.stages[arc.label.stage].phase].name
        if arc.track >= 0:
            return Item("track", phase, start_s, track_id=self.problem.ids[arc.track])
        return Item("bed", phase, start_s, bed_s=arc.bed_s) if arc.bed_s else Item("silence", phase, start_s)

    # An arc is held as columns until it is chosen: (value, (track, bed, stage, second, kind, cost, priced, ends)).

    def _arcs(self, label: Label, exclude: bool) -> Iterator[tuple[Floats, Floats]]:
        stage = self.course.stages[label.stage]
        window = self.problem.windows[stage.phase]
        if window.kind == "silence":
            yield from self._out_of_silence(label)
            return
        yield from self._over_tracks(label, exclude)
        if window.bed_allowed and label.kind != self.clock.bed:
            yield from self._over_beds(label)

    def _step(self, label: Label) -> Floats:
        before = self.problem.instance.before
        if label.entered and before.energy is not None:
            return self.clock.step_from(self.problem, before.energy)
        return self.clock.step[label.kind]

    def _over_tracks(self, label: Label, exclude: bool) -> Iterator[tuple[Floats, Floats]]:
        course, stage = self.course, self.course.stages[label.stage]
        layer, kinds = self.problem.layers[stage.phase], course.kinds[stage.phase]
        if not len(layer.tracks):
            return
        weights, window = self.problem.weights, self.problem.windows[stage.phase]
        here = self.clock.owed[:, min(label.second, self.clock.horizon)]
        moved = self._step(label)[kinds] - here[kinds]
        cost, priced = layer.cost + moved, self.priced[stage.phase] + moved
        barred = np.isinf(cost)
        if exclude and label.artists:
            artists = [artist for artist, _ in label.artists]
            repeat = np.zeros(len(self.counts))
            repeat[artists] = weights.artist_repeat
            full = np.zeros(len(self.counts), dtype=np.bool_)
            full[[artist for artist, count in label.artists if count >= self.limit]] = True
            used = np.zeros(len(self.problem.rows), dtype=np.bool_)
            used[list(label.used)] = True
            again = repeat - np.where(repeat > 0, self.prices.again, 0.0)
            cost += repeat[layer.artist]
            priced += again[layer.artist]
            barred |= full[layer.artist] | used[layer.tracks]
        for pinned in (False, True):
            if pinned and stage.complete:
                continue
            chosen = np.flatnonzero(~barred & (layer.pinned == pinned))
            if not len(chosen):
                continue
            tracks = (layer.tracks[chosen], kinds[chosen], layer.length_s[chosen])
            yield from self._landings(
                label, label.stage + pinned, window.crossfade_s, tracks, cost[chosen], priced[chosen]
            )

    def _landings(
        self, label: Label, after: int, fade_s: int, tracks: tuple[Ints, Ints, Ints], cost: Floats, priced: Floats
    ) -> Iterator[tuple[Floats, Floats]]:
        """Where these tracks can lead: on in the phase, into the next, to the end."""
        course, clock = self.course, self.clock
        number, kind, length = tracks
        lands = label.second + length - fade_s
        yield self._columns(label, number, kind, after, lands, cost, priced, self.tables[after].at(kind, lands))
        if not course.stages[after].complete:
            return
        beyond = course.beyond(course.stages[after], self.tables)
        if beyond is None:
            lands = label.second + length
            to_go = np.where(lands >= clock.horizon, 0.0, INF)
            yield self._columns(label, number, kind, -1, lands, cost, priced, to_go)
            return
        table, fade_s = beyond
        phase = course.stages[after].phase + 1
        lands = label.second + length - fade_s
        to_go = table.entered(kind, lands)
        door = np.where(np.isfinite(to_go), course.boundary(phase, lands), 0.0)
        onward = course.first_stage.get(phase, -1)
        yield self._columns(label, number, kind, onward, lands, cost + door, priced + door, to_go - door)

    def _columns(
        self, label: Label, number: Ints, kind: Ints, stage: int, lands: Ints, cost: Floats, priced: Floats, to_go: Floats
    ) -> tuple[Floats, Floats]:
        there = self.clock.owed_at(kind, lands)
        priced = label.priced + priced + there
        value = priced + to_go
        good = np.flatnonzero(np.isfinite(value))
        columns = np.empty((8, len(good)))
        columns[0], columns[1], columns[2], columns[3] = number[good], 0, stage, lands[good]
        columns[4], columns[5], columns[6] = kind[good], (label.cost + cost + there)[good], priced[good]
        columns[7] = stage < 0
        return value[good], columns

    def _over_beds(self, label: Label) -> Iterator[tuple[Floats, Floats]]:
        course, weights, bed = self.course, self.problem.weights, self.clock.bed
        stage = course.stages[label.stage]
        for length in BED_LENGTHS_S:
            price = weights.bed_fixed + weights.bed_per_min * length / 60
            lands = label.second + length
            yield self._single(label, length, label.stage, lands, bed, price, self.tables[label.stage].at(bed, lands))
            beyond = course.beyond(stage, self.tables) if stage.complete else None
            if beyond is not None:
                to_go = beyond[0].entered(bed, lands)
                if not np.isfinite(to_go):
                    continue
                door = float(course.boundary(stage.phase + 1, np.array([lands]))[0])
                onward = course.first_stage.get(stage.phase + 1, -1)
                yield self._single(label, length, onward, lands, bed, price + door, to_go - door)

    def _out_of_silence(self, label: Label) -> Iterator[tuple[Floats, Floats]]:
        course = self.course
        phase = course.stages[label.stage].phase + 1
        beyond = course.beyond(course.stages[label.stage], self.tables)
        lands = self.problem.windows[phase].from_s - self.problem.start_s
        if beyond is None or lands <= label.second:
            return
        to_go = beyond[0].entered(self.clock.none, lands)
        onward = course.first_stage.get(phase, -1)
        yield self._single(label, 0, onward, lands, self.clock.none, 0.0, to_go)

    def _single(
        self, label: Label, bed_s: int, stage: int, lands: int, kind: int, price: float, to_go: Floats
    ) -> tuple[Floats, Floats]:
        priced = label.priced + price
        value = np.array([priced + float(to_go)])
        if not np.isfinite(value[0]):
            return value[:0], np.empty((8, 0))
        column = [-1, bed_s, stage, lands, kind, label.cost + price, priced, stage < 0]
        return value, np.array(column, dtype=np.float64)[:, None]

    def _arc(self, label: Label, position: int, columns: Floats) -> _Arc:
        track, bed_s, stage, second, kind, cost, priced, ends = columns[:, position].tolist()
        return _Arc(label, int(track), int(bed_s), int(stage), int(second), int(kind), cost, priced, bool(ends))


def _joined(parts: Iterator[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    listed = list(parts)
    if not listed:
        return np.zeros(0), np.empty((8, 0))
    return np.concatenate([value for value, _ in listed]), np.concatenate([columns for _, columns in listed], axis=1)


def bound_below(value: float) -> float:
    """Round a bound down to four places, with room for the last digits of the sums behind it."""
    return float(np.floor((value - 1e-6) * 1e4) / 1e4)

