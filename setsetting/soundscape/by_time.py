"""The search by time: many partial plans that have come equally far, the used tracks of each as bits.

A beam compares plans of equally many items, so on a scarce library those with the longest tracks win and spend early
what the end needs. Here plans compete that fill the same seconds: what differs is only what they have spent. Of plans
that used the same tracks, stand in the same second and ended with the same energy the cheapest goes on. A search that
never had to drop one for want of room has looked at everything: what it did not find does not exist.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from setsetting.soundscape.beam import Incumbent, Search
from setsetting.soundscape.columns import Ints
from setsetting.soundscape.instance import PlanItem
from setsetting.soundscape.problem import Problem
from setsetting.soundscape.relaxation import INF, Stages
from setsetting.soundscape.ways import WAY, Cutoff, Front, Taken, Ways, joined
from setsetting.units import Seconds

_Bits = npt.NDArray[np.uint64]
_STEP_S = 30
"""Plans that end within so many seconds of each other compete, where no track is so short that one could follow the
other."""
_END = 10**6
"""The time of whatever ends the plan: after all else."""
_LOOKED_AT = 8
"""How many ways on are looked at for each that may go on; of many only the used tracks differ."""
_CELLS = 4_000_000
"""Labels x tracks looked at in one step: on large libraries fewer labels go on."""
FIRST_WIDTH = 16
"""The beam that looks first."""
FIRST_BY_TIME, SECOND_BY_TIME = 300, 1_000
"""Labels of one time that go on where that beam finds nothing, and where so many find nothing."""
ALONE = 500
"""Labels of one time that go on where a phase is filled by itself."""


def by_time(
    search: Search, width: int, tell: Callable[[int], None] = lambda _second: None, *, step_s: int | None = None
) -> Incumbent | None:
    """The cheapest plan that a search by time meets, guided by a search's tables and multipliers.

    At most `width` labels of one time go on, which is `step_s` or so short that none can follow another; `search.dropped` says whether any had to be left. `tell` hears which
    second has been reached, and stops the search by raising.
    """
    most = max(1, *(len(candidates.tracks) for candidates in search.problem.candidates))
    return _ByTime(search, step_s).run(min(width, max(1, _CELLS // most)), tell)


def filled_alone(problem: Problem, number: int, width: int = ALONE) -> bool | None:
    """Whether one phase can be filled by itself, entered and left anywhere in its windows; None where nobody knows."""
    if problem.windows[number].kind == "silence":
        return True
    search = Search(Stages(problem, only=number))
    if search.root_value() == INF:
        return False
    if _ByTime(search).run(width, lambda _second: None, any_end=True) is not None:
        return True
    return None if search.dropped else False


@dataclass(frozen=True, slots=True)
class _Kept:
    """Labels of one time: the ways they came by, the tracks used so far; the first of them has the number `first`."""

    first: int
    ways: Ways
    used: _Bits


class _ByTime:
    """A search by time at the multipliers of a guided search."""

    def __init__(self, search: Search, step_s: int | None = None) -> None:
        self.search, self.problem, self.stages = search, search.problem, search.stages
        candidates = [self.problem.candidates[stage.phase].tracks for stage in self.stages.order]
        tracks = np.unique(np.concatenate(candidates))
        self.words = max(1, -(-len(tracks) // 64))
        self.bits: _Bits = np.zeros((len(self.problem.rows), self.words), dtype=np.uint64)
        place = np.arange(len(tracks))
        self.bits[tracks, place // 64] = np.uint64(1) << (place % 64).astype(np.uint64)
        self.barring: _Bits = self.bits.copy()
        for track in tracks.tolist():
            for other in self.problem.columns.spent[track] - {track}:
                self.barring[track] |= self.bits[other]
        self.crowds = self._crowds(tracks)
        self.matters = self._matters()
        self.step_s = self._step_s() if step_s is None else step_s
        self._least = 0
        self._kept: list[_Kept] = []
        self._waiting: dict[int, list[tuple[int, Ways]]] = {}

    def _crowds(self, tracks: Ints) -> list[tuple[_Bits, int]]:
        """The artists who have more tracks than may sound: their tracks as bits, how many may."""
        theirs: dict[int, list[int]] = defaultdict(list)
        for track in tracks.tolist():
            for artist in self.problem.credited[track]:
                theirs[artist].append(track)
        left = self.search.limit - self.search.counts
        return [
            (np.bitwise_or.reduce(self.bits[several], axis=0), int(left[artist]))
            for artist, several in theirs.items()
            if len(several) > left[artist]
        ]

    def _matters(self) -> _Bits:
        """Per stage the tracks of which it matters whether they were used: they, or crowded artists of theirs, come on."""
        matters = np.zeros((len(self.stages.order), self.words), dtype=np.uint64)
        for number in range(len(self.stages.order) - 1, -1, -1):
            tracks = self.problem.candidates[self.stages.order[number].phase].tracks
            still = np.bitwise_or.reduce(self.barring[tracks], axis=0, initial=np.uint64(0))
            for mask, _room in self.crowds:
                if (mask & still).any():
                    still = still | mask
            matters[number] = still if number + 1 == len(matters) else still | matters[number + 1]
        return matters

    def _step_s(self) -> int:
        """A time in which nothing can both begin and end."""
        shortest = [_STEP_S]
        for number, window in enumerate(self.problem.windows):
            into = [following.crossfade_in_s for following in self.problem.windows[number + 1 : number + 2]]
            lengths = self.problem.candidates[number].length_s
            if len(lengths):
                shortest.append(int(lengths.min()) - max(window.crossfade_s, *into, 0))
        return max(1, min(shortest))

    def run(self, width: int, tell: Callable[[int], None], *, any_end: bool = False) -> Incumbent | None:
        """The cheapest plan met, or with `any_end` the first; `width` labels of one time go on.

        `tell` hears which second has been reached.
        """
        self.search.dropped, self._least = False, _LOOKED_AT * width
        self._kept, self._waiting = [], defaultdict(list)
        roots = self.search.roots()
        ways = np.zeros(len(roots), dtype=WAY)
        ways["owner"], ways["track"] = -1, -1
        for name in ("stage", "second", "kind"):
            ways[name] = [getattr(root, name) for root in roots]
        self._expand(_Kept(0, ways, np.zeros((len(roots), self.words), dtype=np.uint64)))
        while self._waiting:
            slot = _END if any_end and _END in self._waiting else min(self._waiting)
            parts = self._waiting.pop(slot)
            if slot == _END:
                return self._ended(joined([part for _number, part in parts]))
            tell(slot * self.step_s)
            self._expand(self._selected(parts, width))
        return None

    def _expand(self, now: _Kept) -> None:
        self._kept.append(now)
        parts: list[Ways] = []
        for stage in sorted(set(now.ways["stage"].tolist())):
            rows = np.flatnonzero(now.ways["stage"] == stage)
            ways = now.ways[rows]
            front = Front(
                stage, now.first + rows, ways["second"], ways["kind"], ways["cost"], ways["priced"], now.first == 0
            )
            parts += self.search.ways_from(front, self._taken(stage, now.used[rows]), Cutoff(INF, self._least))
        if not any(map(len, parts)):
            return
        ways = joined(parts)
        slots = np.where(ways["stage"] < 0, _END, ways["second"] // self.step_s)
        order = np.argsort(slots, kind="stable")
        ways, slots = ways[order], slots[order]
        starts = [0, *(np.flatnonzero(slots[1:] != slots[:-1]) + 1).tolist(), len(slots)]
        for start, stop in pairwise(starts):
            self._waiting[int(slots[start])].append((len(self._kept) - 1, ways[start:stop]))

    def _taken(self, stage: int, used: _Bits) -> Taken:
        """Which tracks are barred; what an artist's further track costs is told when a plan is found."""
        candidates = self.problem.candidates[self.stages.order[stage].phase]
        bits, barring = self.bits[candidates.tracks], self.barring[candidates.tracks]
        barred = np.zeros((len(used), len(candidates.tracks)), dtype=np.bool_)
        for word in range(self.words):
            barred |= (used[:, word, None] & barring[None, :, word]) != 0
        for mask, room in self.crowds:
            theirs = (bits & mask).any(axis=1)
            if theirs.any():
                barred |= (np.bitwise_count(used & mask).sum(axis=1) >= room)[:, None] & theirs
        nothing = np.zeros((1, len(candidates.tracks)))
        return Taken(nothing, nothing, barred)

    def _selected(self, parts: list[tuple[int, Ways]], width: int) -> _Kept:
        """Of the ways that land at one time the best, each once."""
        ways = joined([part for _number, part in parts])
        used = np.concatenate(
            [self._kept[number].used[part["owner"] - self._kept[number].first] for number, part in parts]
        )
        order = np.argsort(np.round(ways["value"], 9), kind="stable")
        if len(order) > _LOOKED_AT * width:
            order, self.search.dropped = order[: _LOOKED_AT * width], True
        ways, used = ways[order], used[order]
        sounds = ways["track"] >= 0
        used[sounds] |= self.bits[ways["track"][sounds]]
        fresh = self._fresh(ways, used)
        if len(fresh) > width:
            fresh, self.search.dropped = fresh[:width], True
        last = self._kept[-1]
        return _Kept(last.first + len(last.ways), ways[fresh], used[fresh])

    def _fresh(self, ways: Ways, used: _Bits) -> Ints:
        """The first of each (stage, second, class, used tracks that matter)."""
        keys = (ways["stage"], ways["second"], ways["kind"], *(used & self.matters[ways["stage"]]).T)
        order = np.lexsort(keys)
        same = np.ones(len(order), dtype=np.bool_)
        same[:1] = False
        for key in keys:
            same[1:] &= key[order[1:]] == key[order[:-1]]
        return np.sort(order[~same])

    def _ended(self, ends: Ways) -> Incumbent:
        """The cheapest of these plans, from its last item back."""
        found = [self._plan(way) for way in ends[np.argsort(ends["cost"], kind="stable")[:_LOOKED_AT]]]
        return min(found, key=lambda one: one.cost)

    def _plan(self, way: np.void) -> Incumbent:
        items, tracks, now = list[PlanItem](), list[int](), way
        while now["owner"] >= 0:
            kept = self._kept[bisect_right(self._kept, now["owner"], key=lambda one: one.first) - 1]
            before = kept.ways[now["owner"] - kept.first]
            phase = self.problem.windows[self.stages.order[before["stage"]].phase].name
            start_s = Seconds(int(before["second"]) + self.problem.start_s)
            if now["track"] >= 0:
                items.append(PlanItem("track", phase, start_s, track_id=self.problem.ids[now["track"]]))
                tracks.append(int(now["track"]))
            elif now["bed_s"]:
                items.append(PlanItem("bed", phase, start_s, bed_s=Seconds(int(now["bed_s"]))))
            else:
                items.append(PlanItem("silence", phase, start_s))
            now = before
        return Incumbent(float(way["cost"]) + self._again(tracks[::-1]), tuple(reversed(items)))

    def _again(self, tracks: list[int]) -> float:
        """What artists cost who sound again, in the order in which these tracks sound: who credits two repeats once."""
        artists, times = self.search.counts.copy(), 0
        for track in tracks:
            by = self.problem.credited[track]
            times += bool(artists[by].any())
            artists[by] += 1
        return self.problem.weights.artist_repeat * times
