"""Anhøj's two rules for a run chart: one run that is unusually long, or unusually few crossings of the centre.

A signal says that the values don't vary as chance alone would have them; it names no cause. Rules and limits are those of
qicharts2 0.8.1 (`runs.analysis`): Schilling's limit for the longest run, Chen's for the crossings, both strict.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

FEWEST_USEFUL = 10
"""Below so many useful points the rules find next to nothing, and a page says "too few points"."""


@dataclass(frozen=True, slots=True)
class RunRules:
    """Longest run and crossings against their limits; all None, and no signal, without a useful point."""

    n_useful: int
    longest_run: int | None
    longest_run_limit: int | None
    crossings: int | None
    crossings_limit: int | None
    signal: bool


def run_rules(values: Sequence[float | None], centre: float | None) -> RunRules:
    """Judge points in their order; what is missing or exactly on the centre is left out, and its neighbours join."""
    sides = [value > centre for value in values if value is not None and value != centre] if centre is not None else []
    if not sides:
        return RunRules(0, None, None, None, None, signal=False)
    runs = [len(list(run)) for _side, run in groupby(sides)]
    longest, most = max(runs), longest_run_limit(len(sides))
    crossings, fewest = len(runs) - 1, crossings_limit(len(sides))
    return RunRules(len(sides), longest, most, crossings, fewest, signal=longest > most or crossings < fewest)


def longest_run_limit(n_useful: int) -> int:
    """The longest run that is not yet a signal."""
    return round(math.log2(n_useful)) + 3


def crossings_limit(n_useful: int) -> int:
    """The fewest crossings that are not yet a signal: the 5 % point of a fair binomial, in whole numbers."""
    chances = n_useful - 1
    fewest, term = 0, 1
    reached = term
    while reached * 20 < 1 << chances:
        term = term * (chances - fewest) // (fewest + 1)
        fewest += 1
        reached += term
    return fewest
