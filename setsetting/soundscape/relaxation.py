"""The relaxed programme: the exact cheapest way on from every second, were repeats allowed.

Let a track repeat and forget the artist limit, and the state shrinks to (stage, second, energy of the
item before). A backward dynamic programme over whole seconds then gives the cheapest way to the end
from every state. Its value at the start is a proven lower bound; its table guides the search. With
Lagrange multipliers on tracks and artists both get sharper. A phase with pins is cut into
stages, one per pin already placed; which pin is left open to the relaxation.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from setsetting.arrays import Floats
from setsetting.soundscape.columns import Ints
from setsetting.soundscape.energy_curve import owed_per_min
from setsetting.soundscape.problem import BED_LENGTHS_S, Candidates, Problem
from setsetting.units import per_s_from_per_min

INF = float("inf")
_BLOCK_S, _WALL_S = 128, 512


@dataclass(frozen=True, slots=True)
class Stage:
    """A phase with `placed` of its pins already used; the last stage of a phase may be left."""

    phase: int
    placed: int
    complete: bool


class EnergyCosts:
    """Energy on tonight's clock: what each energy class owes by every second, as running sums.

    Times inside the search count from the start of the plan, so that shifting a plan changes no digit.
    """

    def __init__(self, problem: Problem) -> None:
        self.classes: Floats = np.unique(
            np.concatenate([candidates.energy for candidates in problem.candidates] or [np.zeros(0)])
        )
        self.none, self.bed = len(self.classes), len(self.classes) + 1
        self.horizon = problem.horizon_s - problem.start_s
        seconds = np.arange(problem.start_s, problem.horizon_s)
        per_second = per_s_from_per_min(owed_per_min(problem.instance.protocol, seconds, self.classes[:, None]))
        self.owed: Floats = np.zeros((len(self.classes), self.horizon + 1))
        np.cumsum(per_second, axis=1, out=self.owed[:, 1:])
        self.step: Floats = np.zeros((len(self.classes) + 2, len(self.classes)))
        for row, energy in enumerate(self.classes):
            self.step[row] = self.step_from(problem, float(energy))

    def step_from(self, problem: Problem, energy: float | None) -> Floats:
        """The price of stepping from an energy to each class; infinite where the rule forbids it."""
        if energy is None:
            return np.zeros(len(self.classes))
        step = np.abs(self.classes - energy)
        price = problem.weights.step_per_level_over_1 * np.maximum(0.0, step - 1)
        return np.where(step > problem.instance.protocol.energy_step_max, INF, price)

    def owed_at(self, kinds: Ints, seconds: Ints) -> Floats:
        return np.asarray(self.owed[kinds, np.minimum(seconds, self.horizon)])


@dataclass(frozen=True, slots=True)
class Multipliers:
    """Lagrange multipliers: per track used twice, per artist over the limit, per artist used again."""

    track: Floats
    over_limit: Floats
    again: Floats

    def per_track(self, problem: Problem) -> Floats:
        return self.track + (self.over_limit + self.again)[problem.artist]

    def credit(self, left: Ints) -> float:
        """What the priced value overstates: the bound is the value less this."""
        fresh = self.again[left[0] == 0].sum()
        return float(self.track.sum() + fresh + (self.over_limit * left[1]).sum())


def zero_multipliers(problem: Problem) -> Multipliers:
    artists = len(problem.artist_names)
    return Multipliers(np.zeros(len(problem.rows)), np.zeros(artists), np.zeros(artists))


@dataclass(frozen=True, slots=True)
class Groups:
    """Tracks of a stage that are alike in energy and length, cheapest first at every price."""

    order: Ints
    starts: Ints
    kind: Ints
    length_s: Ints


@dataclass(slots=True)
class CostToGo:
    """Cost to go of a stage: rows are classes (then none, then bed), columns seconds from `lo` to `hi`.

    `entry` is the same with the price of entering the phase there, infinite outside its window.
    """

    lo: int
    hi: int
    value: Floats
    entry: Floats

    def at(self, kinds: Ints | int, seconds: Ints | int) -> Floats:
        return _looked_up(self.value, self.lo, self.hi, kinds, seconds)

    def entered(self, kinds: Ints | int, seconds: Ints | int) -> Floats:
        return _looked_up(self.entry, self.lo, self.hi, kinds, seconds)


def _looked_up(table: Floats, lo: int, hi: int, kinds: Ints | int, seconds: Ints | int) -> Floats:
    seconds = np.asarray(seconds)
    inside = (seconds >= lo) & (seconds <= hi)
    column = np.minimum(np.maximum(seconds - lo, 0), hi - lo)  # clip takes three times as long
    return np.asarray(np.where(inside, table[kinds, column], INF))


class Stages:
    """What stays the same at all multipliers: stages, their seconds, their groups of like tracks."""

    def __init__(self, problem: Problem, only: int | None = None, *, grid_s: int = 1) -> None:
        """`only` looks at one phase alone, entered and left anywhere in its windows.

        With a `grid_s` above 1 the tables hold so many seconds for one: they guide, and bound nothing.
        """
        self.problem = problem
        self.grid_s = grid_s
        self.only = only
        self.energy_costs = EnergyCosts(problem)
        self.beds_s = np.array(BED_LENGTHS_S)
        per_min = problem.weights.bed_per_min * self.beds_s
        self.bed_price: Floats = problem.weights.bed_fixed + per_s_from_per_min(per_min)
        numbers = range(len(problem.windows)) if only is None else (only,)
        self.order = [
            Stage(phase, placed, placed == len(set(problem.pins[phase])))
            for phase in numbers
            for placed in range(len(set(problem.pins[phase])) + 1)
        ]
        self.first_stage = {stage.phase: number for number, stage in reversed(list(enumerate(self.order)))}
        self.kinds = [
            np.searchsorted(self.energy_costs.classes, candidates.energy) for candidates in problem.candidates
        ]
        self.groups = {
            (number, pinned): _grouped(candidates, self.kinds[number], pinned)
            for number, candidates in enumerate(problem.candidates)
            for pinned in (False, True)
        }
        self.spans = [self._span(stage.phase) for stage in self.order]
        self.work = sum(
            (hi - lo + 1) * len(self.groups[stage.phase, False].length_s)
            for stage, (lo, hi) in zip(self.order, self.spans, strict=True)
        )

    def window(self, phase: int) -> tuple[int, int]:
        """The seconds in which a phase may be entered."""
        window = self.problem.windows[phase]
        if phase == 0:
            return 0, 0
        at = window.from_s - self.problem.start_s
        return max(0, at - window.flex_s), max(0, at + window.flex_s)

    def _span(self, phase: int) -> tuple[int, int]:
        lo, latest = self.window(phase)
        if phase + 1 < len(self.problem.windows):
            following = self.problem.windows[phase + 1]
            until = following.from_s - self.problem.start_s
            return lo, max(
                latest, until - 1 if self.problem.windows[phase].kind == "silence" else until + following.flex_s
            )
        beyond = BED_LENGTHS_S[-1]
        pins = self.problem.candidates[phase].length_s
        if self.problem.pins[phase] and len(pins):
            beyond += int(pins.max()) * len(self.problem.pins[phase])
        return lo, max(self.energy_costs.horizon, latest) + beyond

    def boundary(self, phase: int, seconds: Ints) -> Floats:
        """The price of entering a phase at each second; infinite outside its window."""
        lo, hi = self.window(phase)
        if phase == 0:
            return np.where((seconds >= lo) & (seconds <= hi), 0.0, INF)
        at = self.problem.windows[phase].from_s - self.problem.start_s
        price = per_s_from_per_min(self.problem.weights.boundary_per_min * np.abs(seconds - at))
        return np.where((seconds >= lo) & (seconds <= hi), price, INF)

    def fade_into(self, phase: int) -> int:
        window = self.problem.windows[phase]
        return 0 if window.kind == "silence" else window.crossfade_in_s

    def relax(self, multipliers: Multipliers) -> list[CostToGo]:
        """Fill the tables from the last stage back; one per stage."""
        per_track = multipliers.per_track(self.problem)
        tables: list[CostToGo] = [CostToGo(0, 0, np.zeros((0, 0)), np.zeros((0, 0)))] * len(self.order)
        for number in range(len(self.order) - 1, -1, -1):
            stage = self.order[number]
            if self.problem.windows[stage.phase].kind == "silence":
                tables[number] = self._silence(number, tables)
            else:
                tables[number] = self._music(number, tables, per_track)
        return tables

    def _table(self, number: int, value: Floats) -> CostToGo:
        lo, hi = self.spans[number]
        stage = self.order[number]
        if stage.placed:
            return CostToGo(lo, hi, value, value[:, :0])
        return CostToGo(lo, hi, value, value + self.boundary(stage.phase, np.arange(lo, hi + 1)))

    def beyond(self, stage: Stage, tables: list[CostToGo]) -> tuple[CostToGo, int] | None:
        """The table entered when a phase is left, and the fade into it; None after the last phase."""
        following = stage.phase + 1
        if following >= len(self.problem.windows):
            return None
        if self.only is not None:
            lo, hi = self.window(following)
            open_door = np.zeros((self.energy_costs.bed + 1, hi - lo + 1))
            return CostToGo(lo, hi, open_door, open_door), self.fade_into(following)
        return tables[self.first_stage[following]], self.fade_into(following)

    def _silence(self, number: int, tables: list[CostToGo]) -> CostToGo:
        lo, hi = self.spans[number]
        value = np.full((self.energy_costs.bed + 1, hi - lo + 1), INF)
        beyond = self.beyond(self.order[number], tables)
        if beyond is not None and not self.problem.pins[self.order[number].phase]:
            table, _ = beyond
            ends = self.problem.windows[self.order[number].phase + 1].from_s - self.problem.start_s
            value[:, : max(0, min(hi, ends - 1) - lo + 1)] = table.entered(self.energy_costs.none, ends)
        return self._table(number, value)

    def _music(self, number: int, tables: list[CostToGo], per_track: Floats) -> CostToGo:
        stage, costs, problem = self.order[number], self.energy_costs, self.problem
        lo, hi = self.spans[number]
        candidates, window = problem.candidates[stage.phase], problem.windows[stage.phase]
        kinds, width = len(costs.classes), hi - lo + 1
        value = np.full((kinds + 2, width), INF)
        priced = candidates.cost + per_track[candidates.tracks]
        groups = self.groups[stage.phase, False]
        stay = groups.length_s - window.crossfade_s
        stay_cost = _cheapest(groups, priced)
        ahead = np.full((kinds, width + int(stay.max(initial=0)) + 1 + _BLOCK_S), INF)
        leaving = self._leaving(number, tables, priced)
        beds = self._beds_beyond(number, tables) if window.bed_allowed else None
        after = np.full(width + int(self.beds_s[-1]), INF)
        block = self._whole_steps(min(_BLOCK_S, int(stay.min(initial=_BLOCK_S))))
        for first in range(lo + (width - 1) // block * block, lo - 1, -block):
            columns = slice(first - lo, min(first + block, hi + 1) - lo)
            every = np.arange(lo + columns.start, lo + columns.stop)
            best = leaving[:, columns.start // self.grid_s : -(-columns.stop // self.grid_s)]
            if len(stay):
                _swept(best, ahead, (groups.kind, stay, stay_cost), (columns.start, 0, hi - first), self.grid_s)
            best -= costs.owed[:, np.minimum(every[:: self.grid_s], costs.horizon)]
            part = (best[None, :, :] + costs.step[:, :, None]).min(axis=1, initial=INF)
            value[:, columns] = np.repeat(part, self.grid_s, axis=1)[:, : len(every)]
            if beds is not None:  # no bed follows a bed: what follows one that begins here is known by now
                after[columns] = value[costs.bed, columns]
                over = np.minimum(beds[columns], self._over_beds(after, columns.start, len(every)))
                value[: kinds + 1, columns] = np.minimum(value[: kinds + 1, columns], over)
            ahead[:, columns] = value[:kinds, columns] + costs.owed[:, np.minimum(every, costs.horizon)]
        return self._table(number, value)

    def _whole_steps(self, seconds: int) -> int:
        """So many seconds, less what is no whole step of the tables."""
        return max(self.grid_s, seconds // self.grid_s * self.grid_s)

    def _leaving(self, number: int, tables: list[CostToGo], priced: Floats) -> Floats:
        """The cheapest way out of a stage over a track of each class (row) that begins at each step of its seconds."""
        lo, hi = self.spans[number]
        best = np.full((len(self.energy_costs.classes), -(-(hi - lo + 1) // self.grid_s)), INF)
        run = self._whole_steps(_WALL_S)
        for door in self._doors(number, tables, priced):
            for first in range(lo, hi + 1, run):
                last = min(first + run, hi + 1) - 1
                part = best[:, (first - lo) // self.grid_s : -(-(last + 1 - lo) // self.grid_s)]
                frame = (first - door.lo + _WALL_S, door.lo - last, door.hi - first)
                _swept(part, door.ahead, (door.kind, door.shift, door.cost), frame, self.grid_s)
        return best

    def _doors(self, number: int, tables: list[CostToGo], priced: Floats) -> list["_Door"]:
        """The ways from this stage into tables already filled: a pin placed, the phase left, the end."""
        stage = self.order[number]
        window = self.problem.windows[stage.phase]
        ways: list[_Door] = []
        for pinned in (False, True):
            groups = self.groups[stage.phase, pinned]
            if not len(groups.kind):
                continue
            cost = _cheapest(groups, priced)
            if pinned:
                if stage.complete:
                    continue
                after = tables[number + 1]
                ways.append(self._door(groups, window.crossfade_s, cost, after, after.value))
            leaves = stage.complete if not pinned else self.order[number + 1].complete
            if leaves and (beyond := self.beyond(stage, tables)) is not None:
                ways.append(self._door(groups, beyond[1], cost, beyond[0], beyond[0].entry))
            elif leaves:
                ways.append(self._end(number, groups, cost))
        return ways

    def _door(self, groups: Groups, fade_s: int, cost: Floats, table: CostToGo, value: Floats) -> "_Door":
        costs = self.energy_costs
        seconds = np.minimum(np.arange(table.lo, table.hi + 1), costs.horizon)
        ahead = value[: len(costs.classes)] + costs.owed[:, seconds]
        open_at = np.flatnonzero(np.isfinite(ahead).any(axis=0))
        if not len(open_at):
            return _Door(groups.kind[:0], groups.length_s[:0], cost[:0], 0, 0, ahead[:, :0])
        lo, hi = table.lo + int(open_at[0]), table.lo + int(open_at[-1])
        opened = _walled(ahead[:, lo - table.lo : hi - table.lo + 1])
        return _Door(groups.kind, groups.length_s - fade_s, cost, lo, hi, opened)

    def _end(self, number: int, groups: Groups, cost: Floats) -> "_Door":
        lo, hi = (
            self.energy_costs.horizon,
            max(self.energy_costs.horizon, self.spans[number][1]) + int(groups.length_s.max(initial=0)),
        )
        ahead = np.repeat(self.energy_costs.owed[:, -1:], hi - lo + 1, axis=1)
        return _Door(groups.kind, groups.length_s, cost, lo, hi, _walled(ahead))

    def _beds_beyond(self, number: int, tables: list[CostToGo]) -> Floats:
        """The cheapest way out of a stage over a bed that starts at each of its seconds."""
        stage, (lo, hi) = self.order[number], self.spans[number]
        beyond = self.beyond(stage, tables) if stage.complete else None
        least = np.full(hi - lo + 1, INF)
        if beyond is not None:
            seconds = np.arange(lo, hi + 1)
            for length_s, price in zip(self.beds_s, self.bed_price, strict=True):
                np.minimum(least, beyond[0].entered(self.energy_costs.bed, seconds + length_s) + price, out=least)
        return least

    def _over_beds(self, after: Floats, first: int, count: int) -> Floats:
        """The cheapest way on over a bed that starts in so many columns; `after` is what follows one that ends in each."""
        runs = after[first + self.beds_s[:, None] + np.arange(count)]
        runs += self.bed_price[:, None]
        return np.asarray(runs.min(axis=0))


@dataclass(frozen=True, slots=True)
class _Door:
    """Arcs of one stage into a filled table: `ahead` runs from second `lo` to `hi`, with a wall of infinity on each side."""

    kind: Ints
    shift: Ints
    cost: Floats
    lo: int
    hi: int
    ahead: Floats


def _grouped(candidates: Candidates, kinds: Ints, pinned: bool) -> Groups:
    members = np.flatnonzero(candidates.pinned == pinned)
    order = members[np.lexsort((candidates.length_s[members], kinds[members]))]
    kind, length_s = kinds[order], candidates.length_s[order]
    fresh = np.ones(len(order), dtype=np.bool_)
    fresh[1:] = (kind[1:] != kind[:-1]) | (length_s[1:] != length_s[:-1])
    starts = np.flatnonzero(fresh)
    return Groups(order, starts, kind[starts], length_s[starts])


def _walled(table: Floats) -> Floats:
    """A table with a wall of infinity on each side."""
    walled = np.full((len(table), table.shape[1] + 2 * _WALL_S), INF)
    walled[:, _WALL_S:-_WALL_S] = table
    return walled


def _cheapest(groups: Groups, priced: Floats) -> Floats:
    if not len(groups.starts):
        return np.zeros(0)
    return np.asarray(np.minimum.reduceat(priced[groups.order], groups.starts))


def _swept(
    best: Floats, ahead: Floats, arcs: tuple[Ints, Ints, Floats], frame: tuple[int, int, int], grid_s: int
) -> None:
    """Lower `best` (classes x seconds, one of `grid_s`) by every arc (kind, shift, cost) from these seconds into `ahead`.

    `frame` is (column of the first second, shortest and longest shift that can land inside).
    Each arc reads one run of seconds; the table reaches so far beyond what can be landed in, with infinity.
    """
    kind, shift, cost = arcs
    column, shortest, longest = frame
    chosen = np.flatnonzero((shift >= shortest) & (shift <= longest))
    if not len(chosen):
        return
    kinds, count = kind[chosen], best.shape[1] * grid_s
    first = kinds * ahead.shape[1] + column + shift[chosen]
    runs: npt.NDArray[np.float64] = ahead.ravel()[first[:, None] + np.arange(0, count, grid_s)]
    runs += cost[chosen, None]
    starts = np.flatnonzero(np.append(True, kinds[1:] != kinds[:-1]))
    rows = kinds[starts]
    best[rows] = np.minimum(best[rows], np.minimum.reduceat(runs, starts, axis=0))
