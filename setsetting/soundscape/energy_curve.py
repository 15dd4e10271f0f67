"""The energy curve: what a protocol wants at every second, and how much a wrong one weighs.

Inside a phase's nominal minutes the wish runs straight from `energy_from` to `energy_to`, whatever
phase the track that sounds was chosen for.
"""

import numpy as np

from setsetting.arrays import Floats
from setsetting.soundscape.columns import Ints
from setsetting.soundscape.instance import InstanceProtocol


def energy_curve(protocol: InstanceProtocol, seconds: Ints) -> tuple[Floats, Floats, Floats]:
    """Wanted energy, weight and weight of too much, for whole seconds of the protocol's clock."""
    phases = protocol.phases
    starts = np.array([phase.from_s for phase in phases], dtype=np.int64)
    lengths = np.maximum(1, np.append(starts[1:], protocol.end_s + protocol.spare_s) - starts)
    phase = np.maximum(0, np.searchsorted(starts, seconds, side="right") - 1)
    begin, end, weight, over = (
        np.array([getattr(one, name) for one in phases], dtype=np.float64)[phase]
        for name in ("energy_from", "energy_to", "weight", "over_weight")
    )
    along = (seconds - starts[phase] + 0.5) / lengths[phase]
    return begin + along * (end - begin), weight, over


def owed_per_min(protocol: InstanceProtocol, seconds: Ints, energy: Floats | np.float64) -> Floats:
    """What an energy, or each of a column of them, costs at every second, as if it sounded for a minute."""
    target, weight, over = energy_curve(protocol, seconds)
    off = energy - target
    return np.asarray(weight * np.where(off > 0, over * off, -off))
