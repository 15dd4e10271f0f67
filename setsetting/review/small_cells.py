"""Which counts of a table may be told when nobody is to be found in them: the rest is held back, and so is what would give it away.

A count is small when it is 1 to 10, or when 1 to 10 people stand behind it; 0 may be told (CMS cell size policy, resdac.org 2024).
Counts hang together by sums. What a reader could work out from all that is told is asked of a linear programme, not of a rule
about rows and columns: a small count is held back well enough when its range, given everything told, reaches from below its
value to `FEWEST` or more and is at least ten wide.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

FEWEST = 11
_SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class Count:
    """A count and how many people stand behind it; one that is not `shown` is nowhere told, and may still not be worked out."""

    value: int
    people: int
    shown: bool = True

    @property
    def small(self) -> bool:
        return self.value > 0 and (self.value < FEWEST or self.people < FEWEST)


@dataclass(frozen=True, slots=True)
class Sum:
    """That a count is the sum of others, by name."""

    total: str
    parts: tuple[str, ...]


def told(cells: Mapping[str, Count], sums: Sequence[Sum]) -> frozenset[str]:
    """The names of the counts that may be told; each round holds one more back until no small one can be worked out."""
    open_to_all = {name for name, cell in cells.items() if cell.shown and not cell.small}
    waiting = [name for name, cell in cells.items() if cell.small]
    while waiting:
        name = waiting[-1]
        if _is_safe(name, cells, sums, open_to_all):
            waiting.pop()
            continue
        near = _nearest(name, cells, sums, open_to_all)
        open_to_all.discard(near)
        waiting = [each for each, cell in cells.items() if cell.small]
    return frozenset(open_to_all)


def _nearest(name: str, cells: Mapping[str, Count], sums: Sequence[Sum], told_now: set[str]) -> str:
    """The smallest told count above 0 that stands in a sum with this one, parts before totals; else one farther away."""
    reached = {name}
    while True:
        touching = [each for each in sums if reached & {each.total, *each.parts}]
        found = {other for each in touching for other in (each.total, *each.parts)}
        totals = {each.total for each in touching}
        usable = [other for other in found & told_now if cells[other].value]
        if usable:
            return min(usable, key=lambda other: (other in totals, cells[other].value, other))
        if found <= reached:
            return min(found & told_now)
        reached |= found


def _is_safe(name: str, cells: Mapping[str, Count], sums: Sequence[Sum], told_now: set[str]) -> bool:
    low, high = reach(name, {other: cells[other].value for other in told_now}, sums)
    return high >= FEWEST - _SLACK and high - low >= FEWEST - 1 - _SLACK


def reach(name: str, known: Mapping[str, int], sums: Sequence[Sum]) -> tuple[float, float]:
    """The least and the most that a count can be, given the known ones and the sums; without end where nothing bounds it."""
    joined = _joined(name, known, sums)
    unknown = sorted({other for each in joined for other in (each.total, *each.parts) if other not in known} | {name})
    if not joined:
        return 0.0, float("inf")
    from scipy.optimize import linprog

    place = {other: at for at, other in enumerate(unknown)}
    rows, right = [], []
    for each in joined:
        row, rest = [0.0] * len(unknown), 0.0
        for other, sign in ((each.total, 1.0), *((part, -1.0) for part in each.parts)):
            if other in known:
                rest -= sign * known[other]
            else:
                row[place[other]] += sign
        rows.append(row)
        right.append(rest)
    ends = []
    for direction in (1.0, -1.0):
        aim = [0.0] * len(unknown)
        aim[place[name]] = direction
        found = linprog(aim, A_eq=rows, b_eq=right, bounds=(0, None), method="highs")
        ends.append(float("inf") if found.status == 3 else abs(float(found.fun)) if found.status == 0 else 0.0)
    return ends[0], ends[1]


def _joined(name: str, known: Mapping[str, int], sums: Iterable[Sum]) -> list[Sum]:
    """The sums that hang together with a count through counts that are not known."""
    left, reached, found = list(sums), {name}, list[Sum]()
    while True:
        touching = [each for each in left if reached & {each.total, *each.parts}]
        if not touching:
            return found
        found += touching
        left = [each for each in left if each not in touching]
        reached |= {other for each in touching for other in (each.total, *each.parts) if other not in known}
