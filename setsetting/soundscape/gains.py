"""Gains: every cue at its phase's loudness, no peak above the ceiling, crossfades included.

A track's gain is what brings its integrated loudness to the phase's, less whatever its true peak
would stand above the ceiling. In an equal-power fade two peaks can meet at sqrt(p1^2 + p2^2); where
that would pass the ceiling both are lowered to 3.01 dB below it. A cue that sounds already keeps
its gain.
"""

import math

from setsetting.audio.mix import BED_LUFS, BED_PEAK_DBTP
from setsetting.library.prompt import Prompt
from setsetting.library.track import Track
from setsetting.units import Dbtp, Decibels, Lu, Lufs, Millidecibels, db_from_lu, db_from_mdb

PROMPT_LOWERS_DB = Decibels(-12.0)
"""How far the music is lowered under a prompt: as far as by `duck`."""
MEETING_DB = Decibels(10 * math.log10(2))


def gain_mdb(track: Track, lufs: Lufs, ceiling_dbtp: Dbtp) -> Millidecibels:
    """The gain of a track alone, in thousandths of a decibel, rounded down."""
    if track.lufs is None or track.true_peak_dbtp is None:
        return Millidecibels(0)
    return _mdb_below(min(db_from_lu(lufs - track.lufs), ceiling_dbtp - track.true_peak_dbtp), 1e-6)


def bed_gain_mdb(lufs: Lufs, ceiling_dbtp: Dbtp) -> Millidecibels:
    return _mdb_below(min(db_from_lu(lufs - BED_LUFS), ceiling_dbtp - BED_PEAK_DBTP), 1e-6)


def prompt_gain_mdb(
    prompt: Prompt, lufs: Lufs, startle_max: Lu, ceiling_dbtp: Dbtp, lowers_db: Decibels = PROMPT_LOWERS_DB
) -> Millidecibels:
    """The gain of a prompt over lowered music: its loudest stands no further above that than the phase lets music rise.

    The lowered music's peaks and the prompt's stay together under the ceiling.
    """
    over_lowered = db_from_lu(lufs - prompt.loudest_lufs) + lowers_db + db_from_lu(startle_max)
    beside_lowered_db = Decibels(20 * math.log10(1 - 10 ** (lowers_db / 20)))
    return _mdb_below(min(over_lowered, ceiling_dbtp + beside_lowered_db - prompt.true_peak_dbtp))


def lowered(
    gains: list[Millidecibels], peaks: list[Dbtp | None], meets: list[bool], ceiling_dbtp: Dbtp, *, fixed: int = 0
) -> list[Millidecibels]:
    """Lower the gains of cues that meet the one after them (`meets`) above the ceiling.

    `peaks` are true peaks at a gain of 0 dB, None for what does not sound. The first `fixed` gains
    sound already and stay; their partner alone gives way, by no more than keeps full scale clean.
    """
    gains = list(gains)
    for number in range(len(gains) - 1):
        first, second = peaks[number], peaks[number + 1]
        if not meets[number] or first is None or second is None or number + 1 < fixed:
            continue
        one, two = first + db_from_mdb(gains[number]), second + db_from_mdb(gains[number + 1])
        if _power(one) + _power(two) <= _power(ceiling_dbtp) * (1 + 1e-9):
            continue
        if number < fixed:
            left = max(_power(ceiling_dbtp) - _power(one), _power(ceiling_dbtp) / 4)
            most = Dbtp(10 * math.log10(left))
            most = min(most, ceiling_dbtp - MEETING_DB) if one <= ceiling_dbtp - MEETING_DB else most
            gains[number + 1] = min(gains[number + 1], _mdb_below(most - second))
            continue
        for at, peak in ((number, first), (number + 1, second)):
            gains[at] = min(gains[at], _mdb_below(ceiling_dbtp - MEETING_DB - peak))
    return gains


def _mdb_below(db: Decibels, slack: float = 0.0) -> Millidecibels:
    return Millidecibels(math.floor(1000 * db + slack))


def _power(db: float) -> float:
    return float(10 ** (db / 10))
