"""How many settings were looked at, taken into account: Benjamini and Hochberg's q-values."""

import math
from collections.abc import Sequence


def false_discovery_rates(p_values: Sequence[float | None]) -> tuple[float | None, ...]:
    """The q-value of each p, in the order given; one that can't be had stays so, and counts as looked at."""
    known = sorted((p, at) for at, p in enumerate(p_values) if p is not None and not math.isnan(p))
    found: list[float | None] = [None] * len(p_values)
    least = 1.0
    for rank in range(len(known), 0, -1):
        p, at = known[rank - 1]
        least = min(least, p * len(p_values) / rank)
        found[at] = least
    return tuple(found)
