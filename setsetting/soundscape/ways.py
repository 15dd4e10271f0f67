"""What a search handles: partial plans, the ways on from them as columns, and where those lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from setsetting.arrays import Floats
from setsetting.soundscape.columns import Ints, Mask
from setsetting.soundscape.instance import PlanItem
from setsetting.soundscape.relaxation import INF, CostToGo
from setsetting.units import Seconds

_WHOLE = ("owner", "track", "bed_s", "stage", "second", "kind")
WAY = np.dtype([*((name, np.int64) for name in _WHOLE), *((name, np.float64) for name in ("cost", "priced", "value"))])
"""A way on, until it is chosen: the number of the label it leaves, the fields of `Extension`, and the least that the
whole can cost through it. A `track` of -1 is a bed of `bed_s` or, without one, silence; a `stage` of -1 is the end."""
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

    @property
    def ends(self) -> bool:
        return self.stage < 0


@dataclass(frozen=True, slots=True)
class Cutoff:
    """What ways are of interest: of a value below so much, and how many of the cheapest at least."""

    below: float
    least: int


EVERY_WAY = Cutoff(INF, 10**9)


@dataclass(frozen=True, slots=True)
class Front:
    """Labels of one stage as columns; `owner` are their numbers. Where they have `entered`, nothing is before them."""

    stage: int
    owner: Ints
    second: Ints
    kind: Ints
    cost: Floats
    priced: Floats
    entered: bool

    def of(self, chosen: Mask) -> "Front":
        """Some of these labels."""
        return Front(
            self.stage,
            self.owner[chosen],
            self.second[chosen],
            self.kind[chosen],
            self.cost[chosen],
            self.priced[chosen],
            self.entered,
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """What labels (rows) have used of the tracks of their phase: what each costs more for it, and which are barred."""

    cost: Floats
    priced: Floats
    barred: Mask


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


_BYTES = np.dtype((np.void, WAY.itemsize))


def joined(parts: Sequence[Ways]) -> Ways:
    """Ways one after the other; joined as bytes, since numpy compares the fields of records one by one in Python."""
    if not parts:
        return np.empty(0, dtype=WAY)
    return np.concatenate([part.view(_BYTES) for part in parts]).view(WAY)


def ways_of(*, track: Ints | int = -1, bed_s: Ints | int = 0, **columns: Ints | Floats | float) -> Ways:
    """Ways on; every field of `WAY` is a column or the same for all, `value` always a column."""
    ways = np.empty(np.shape(columns["value"]), dtype=WAY)
    for name, column in {"track": track, "bed_s": bed_s, **columns}.items():
        ways[name] = column
    return ways


def extension_of(labels: list[Label], way: np.void) -> Extension:
    """A way on, once it is chosen."""
    owner, track, bed_s, stage, second, kind, cost, priced, _value = way.item()
    return Extension(labels[owner], track, Seconds(bed_s), stage, second, kind, cost, priced)
