"""Lagrange multipliers on repeated tracks and crowded artists: a higher bound and a better guide.

The relaxed programme likes to use its best track twice. The multiplier of every track used more than once, and of
every artist above the limit, is raised round by round (a dual ascent by Polyak's subgradient step) until its own plan
hardly repeats anything. The number of rounds follows from the size of the problem, never from the clock, so that the
same seed gives the same answer on any machine.
"""

from dataclasses import dataclass

import numpy as np

from setsetting.soundscape.beam import Incumbent, Search
from setsetting.soundscape.relaxation import Multipliers, Stages

_WORK = 12_000_000
"""Table cells (seconds x arcs) all rounds together may fill; about 0.1-0.2 s."""
_PER_ROUND = 1_000_000
"""What a round costs beyond its cells: the calls themselves."""
_FEWEST, _MOST = 4, 12


@dataclass(frozen=True, slots=True)
class DualBound:
    """The highest bound proven, and the search whose multipliers prove it."""

    bound: float
    search: Search


def rounds_for(stages: Stages) -> int:
    return int(np.clip(_WORK // (stages.work + _PER_ROUND), _FEWEST, _MOST))


class DualAscent:
    """Rounds of raising and lowering multipliers; each returns a search at those of that round."""

    def __init__(self, stages: Stages, search: Search) -> None:
        self.stages = stages
        self.search = search
        self.best = DualBound(search.root_value() - search.credit, search)
        self._eagerness = 1.0

    def round(self, known: Incumbent | None) -> Search:
        """Move the multipliers once along the relaxed plan's own excess."""
        value = self.search.root_value() - self.search.credit
        goal = known.cost if known is not None else 1.2 * self.best.bound + 1.0
        self.search = Search(self.stages, self._moved(max(goal - value, 0.02 * abs(goal))))
        value = self.search.root_value() - self.search.credit
        if value > self.best.bound:
            self.best = DualBound(value, self.search)
        else:
            self._eagerness *= 0.8
        return self.search

    def _moved(self, missing: float) -> Multipliers:
        problem, now = self.stages.problem, self.search.multipliers
        path = self.search.relaxed_path()
        if not path:
            return now
        uses = np.bincount(path, minlength=len(problem.rows)).astype(np.float64)
        by_artist = np.bincount(problem.artist[path], minlength=len(problem.artist_names))
        total = by_artist + self.search.counts
        track = np.where((uses > 1) | ((now.track > 0) & (uses < 1)), uses - 1, 0.0)
        fresh = self.search.counts == 0
        again = np.where(
            fresh & ((by_artist > 1) | ((now.again > 0) & (by_artist < 1))),
            by_artist - 1,
            np.where(fresh, 0.0, by_artist),
        )
        limit = self.search.limit
        over = np.where((total > limit) | ((now.over_limit > 0) & (total < limit)), total - limit, 0.0)
        steepness = float((track**2).sum() + (again**2).sum() + (over**2).sum())
        if steepness == 0:
            return now
        step = self._eagerness * missing / steepness
        return Multipliers(
            np.maximum(0.0, now.track + step * track),
            np.maximum(0.0, now.over_limit + step * over),
            np.clip(now.again + step * again, 0.0, problem.weights.artist_repeat),
        )
