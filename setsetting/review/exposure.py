"""How loud a session was at the patient's place, from the clinic's own measurement of the output: an estimate, no meter.

The level of a noise of -23 LUFS was read there in dB(A); a piece stands as far from it as its loudness does, live
changes of the level included. LUFS weigh frequencies otherwise than dB(A), so a piece's own level may be some dB off.
The week's allowance is that of WHO and ITU-T H.870 (2022) for adults: 80 dB(A) for 40 hours, halved for each 3 dB more.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from setsetting.units import Lufs, Milliseconds

REFERENCE_LUFS = Lufs(-23.0)
ALLOWED_DBA, ALLOWED_H = 80.0, 40.0
_MS_PER_H = 3_600_000


@dataclass(frozen=True, slots=True)
class Exposure:
    """The level on average over what sounded, and its share of a week's allowance; of `uncounted_ms` no loudness is known."""

    leq_dba: float
    counted_ms: Milliseconds
    uncounted_ms: Milliseconds
    week_percent: float


def exposure(parts: Iterable[tuple[Milliseconds, Lufs | None]], reference_dba: float) -> Exposure | None:
    """The exposure to stretches, each with its length and the loudness at which it sounded; None where none is known."""
    power, counted_ms, uncounted_ms = 0.0, Milliseconds(0), Milliseconds(0)
    for length_ms, lufs in parts:
        if lufs is None:
            uncounted_ms += length_ms
        else:
            power += length_ms * 10 ** ((reference_dba + lufs - REFERENCE_LUFS) / 10)
            counted_ms += length_ms
    if counted_ms <= 0 or power <= 0:
        return None
    leq_dba = 10 * math.log10(power / counted_ms)
    week_percent = 100 * (counted_ms / _MS_PER_H / ALLOWED_H) * 10 ** ((leq_dba - ALLOWED_DBA) / 10)
    return Exposure(leq_dba, counted_ms, uncounted_ms, week_percent)
