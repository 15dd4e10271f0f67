"""What a search handles: partial plans, the ways on from them as columns, and where those lead."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from setsetting.arrays import Floats
from setsetting.soundscape.columns import Ints
from setsetting.soundscape.instance import PlanItem
from setsetting.soundscape.relaxation import INF, CostToGo
from setsetting.units import Seconds

WAY = np.dtype(
    [
        ("value", np.float64),
        ("owner", np.int64),
        ("track", np.int64),
        ("bed_s", np.int64),
        ("stage", np.int64),
        ("second", np.int64),
        ("kind", np.int64),
        ("cost", np.float64),
        ("priced", np.float64),
        ("ends", np.bool_),
    ]
)
"""A way on, until it is chosen: the least the whole can cost through it, the number of the label it leaves, then
the fields of `Extension`. A `track` of -1 is a bed of `bed_s` or, without one, silence."""
Ways: TypeAlias = npt.NDArray[np.void]


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
class Extension:
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


@dataclass(frozen=True, slots=True)
class Cutoff:
    """What ways are of interest: of a value below so much, and how many of the cheapest at least."""

    below: float
    least: int


EVERY_WAY = Cutoff(INF, 10**9)


@dataclass(frozen=True, slots=True)
class TrackGrid:
    """Labels of one stage (rows) against its tracks (columns), with what each pair costs, without and with multipliers."""

    owner: Ints
    second: Ints
    tracks: Ints
    kind: Ints
    length_s: Ints
    cost: Floats
    priced: Floats


@dataclass(frozen=True, slots=True)
class Landing:
    """The stage behind an arc (-1: the end), the second at which each pair of a grid lands there, what is left to pay.

    `enters` is the phase that is entered by landing.
    """

    stage: int
    seconds: Ints
    table: CostToGo | None = None
    to_go: Floats | None = None
    enters: int | None = None


def ways_of(value: Floats, **columns: Ints | Floats | float) -> Ways:
    """Ways of these values; every other field of `WAY` is a column or the same for all."""
    ways = np.empty(len(value), dtype=WAY)
    ways["value"] = value
    for name, column in columns.items():
        ways[name] = column
    return ways


def extension_of(labels: list[Label], way: np.void) -> Extension:
    """A way on, once it is chosen."""
    _value, owner, track, bed_s, stage, second, kind, cost, priced, ends = way.item()
    return Extension(labels[owner], track, Seconds(bed_s), stage, second, kind, cost, priced, bool(ends))
