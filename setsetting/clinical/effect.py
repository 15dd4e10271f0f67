"""The modelled relative effect of an infusion, in closed form, and where it crosses shares of its peak.

A planning aid for the timing of music: a population-average model, not a measurement, not for dosing
or monitoring. Plasma: the three-compartment arterial model of Kamp et al. 2020 (Anesthesiology
133:1192) with the parameters as coded in the public package opentiva 1.1.2; effect site: blood-effect
equilibration half-life 8.3 min (95 % CI 5.1-13.0) of Olofsen et al. 2022 (Anesthesiology). The system
is linear, so that the share of the curve's own peak depends on the infusion's duration and shape
only: nothing here asks for a dose or a weight, and nothing here gives a concentration.

Between two changes of rate the curve is a constant plus four decaying exponentials. Zeros of such a
sum are isolated by Rolle's theorem, one term at a time, so none is missed however many peaks the
infusion makes.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from setsetting.clinical.infusion import Infusion
from setsetting.clinical.phases import Boundary, EffectPhases
from setsetting.errors import UsageError
from setsetting.units import Minutes, minutes_from_ms
from setsetting.words.translate import _

HALF_LIFE_MIN = 8.3
HALF_LIVES_MIN = (5.1, HALF_LIFE_MIN, 13.0)
"""Equilibration half-life and the ends of its 95 % interval; the band is drawn between their extremes."""

_DECAY = (0.2440906936242312, 0.02444018088385748, 0.0037722040481745073)
"""Rate constants of the plasma model, per minute."""
_PLASMA = (0.03503882735389701, 0.0033207784397054287, 0.0016403942063975595)
"""Plasma response to a unit impulse, one coefficient for each rate constant."""

_RISING = {"onset": 0.25, "half_up": 0.50, "peak_start": 0.80}
_FALLING = {"peak_end": 0.80, "half_down": 0.50, "return_": 0.35}
_TAIL_MIN = Minutes(24 * 60.0)
"""The slowest part halves every 184 minutes: a day after its end nothing is above any share."""

LABEL = _("Planning aid for music timing. Population-average model. Not a measurement, not for dosing or monitoring.")
"""What stands beside every drawing of the curve."""

EffectTerm = tuple[float, float]
"""A coefficient and a rate constant: c * exp(-l * t)."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """The curve from `start` for `length` minutes, as terms in time since `start`."""

    start: Minutes
    length: Minutes
    terms: tuple[EffectTerm, ...]

    def at(self, minute: Minutes) -> float:
        return _sum(self.terms, minute - self.start)


def effect_terms(half_life_min: float) -> tuple[EffectTerm, ...]:
    """Effect-site response to a unit impulse: E_i = P_i ke0 / (ke0 - l_i), and minus their sum at ke0."""
    ke0 = math.log(2) / half_life_min
    terms = [(p * ke0 / (ke0 - decay), decay) for p, decay in zip(_PLASMA, _DECAY, strict=True)]
    return (*terms, (-math.fsum(c for c, _decay in terms), ke0))


def curve(infusion: Infusion, minutes: Sequence[Minutes], half_life_min: float = HALF_LIFE_MIN) -> list[float]:
    """The effect at each minute as a share, 0 to 1, of the curve's own peak; 0 before the start."""
    pieces = _pieces(infusion, half_life_min)
    _peak_min, peak = _peak(infusion, half_life_min)
    return [_value(pieces, minute) / peak for minute in minutes]


def band(infusion: Infusion, minutes: Sequence[Minutes]) -> list[tuple[float, float]]:
    """Lowest and highest share at each minute over the half-lives' interval."""
    curves = [curve(infusion, minutes, half_life) for half_life in HALF_LIVES_MIN]
    return [(min(shares), max(shares)) for shares in zip(*curves, strict=True)]


@lru_cache(maxsize=64)
def phases_of(infusion: Infusion) -> EffectPhases:
    """Cut the curve at its shares: first crossing rising, last crossing falling, with the band's extremes.

    Raises UsageError for an infusion in which nothing runs.
    """
    found = {half_life: _crossings(infusion, half_life) for half_life in HALF_LIVES_MIN}

    def boundary(name: str) -> Boundary | None:
        minute = found[HALF_LIFE_MIN][name]
        spread = [minutes for crossings in found.values() if (minutes := crossings[name]) is not None]
        return None if minute is None else Boundary(minute, min(spread), max(spread))

    return EffectPhases(
        peak_min=_peak(infusion, HALF_LIFE_MIN)[0], **{name: boundary(name) for name in (*_RISING, *_FALLING)}
    )


def _crossings(infusion: Infusion, half_life_min: float) -> dict[str, Minutes | None]:
    pieces = _pieces(infusion, half_life_min)
    _peak_min, peak = _peak(infusion, half_life_min)

    def crossings(share: float) -> list[Minutes]:
        level = share * peak
        return [piece.start + zero for piece in pieces for zero in _zeros((*piece.terms, (-level, 0.0)), piece.length)]

    found: dict[str, Minutes | None] = {}
    for name, share in _RISING.items():
        found[name] = min(crossings(share), default=None)
    for name, share in _FALLING.items():
        found[name] = max(crossings(share), default=None)
    return found


@lru_cache(maxsize=256)
def _pieces(infusion: Infusion, half_life_min: float) -> tuple[_Piece, ...]:
    """Follow the four modes, y' = -l y + c R, exactly from one change of rate to the next."""
    if not infusion.segments:
        raise UsageError(_("Nothing is infused, so there is no effect to model."))
    terms = effect_terms(half_life_min)
    modes = [0.0] * len(terms)
    pieces: list[_Piece] = []
    for start, end, rate in _stretches(infusion):
        settled = [c * rate / decay for c, decay in terms]
        decaying = [mode - goal for mode, goal in zip(modes, settled, strict=True)]
        own = tuple((c, decay) for c, (_c, decay) in zip(decaying, terms, strict=True))
        pieces.append(_Piece(start, end - start, (*own, (math.fsum(settled), 0.0))))
        modes = [goal + c * math.exp(-decay * (end - start)) for goal, (c, decay) in zip(settled, own, strict=True)]
    return tuple(pieces)


def _stretches(infusion: Infusion) -> list[tuple[Minutes, Minutes, float]]:
    """Every stretch of one rate from minute 0 to a day after the end, gaps included."""
    largest = max(segment.rate_permille for segment in infusion.segments)
    stretches: list[tuple[Minutes, Minutes, float]] = []
    now = Minutes(0.0)
    for segment in infusion.segments:
        start, end = minutes_from_ms(segment.start_ms), minutes_from_ms(segment.end_ms)
        if start > now:
            stretches.append((now, start, 0.0))
        stretches.append((start, end, segment.rate_permille / largest))
        now = end
    return [*stretches, (now, now + _TAIL_MIN, 0.0)]


@lru_cache(maxsize=256)
def _peak(infusion: Infusion, half_life_min: float) -> tuple[Minutes, float]:
    """Minute and height of the highest point; the first of equal ones."""
    best = (Minutes(0.0), 0.0)
    for piece in _pieces(infusion, half_life_min):
        slope = tuple((-c * decay, decay) for c, decay in piece.terms if decay > 0)
        for at in (*_zeros(slope, piece.length), piece.length):
            height = _sum(piece.terms, at)
            if height > best[1]:
                best = (piece.start + at, height)
    return best


def _value(pieces: Sequence[_Piece], minute: Minutes) -> float:
    if minute <= 0.0:
        return 0.0
    for piece in pieces:
        if minute <= piece.start + piece.length:
            return max(0.0, piece.at(minute))
    return max(0.0, pieces[-1].at(minute))


def _sum(terms: Sequence[EffectTerm], t: float) -> float:
    return math.fsum(c * math.exp(-decay * t) for c, decay in terms)


def _zeros(terms: Sequence[EffectTerm], length: Minutes) -> list[Minutes]:
    """Every zero of a sum of exponentials in [0, length], ascending.

    Divided by its first exponential the sum has a derivative of one term less; between the zeros of
    that derivative it is monotone and holds at most one zero.
    """
    live = [(c, decay) for c, decay in terms if c != 0.0]
    if len(live) < 2:
        return []
    (_first, base), *rest = live
    slope = [(c * (base - decay), decay) for c, decay in rest]
    edges = [Minutes(0.0), *_zeros(slope, length), length]
    found: list[Minutes] = []
    for low, high in pairwise(edges):
        zero = _bisected(lambda t: _sum(live, t), low, high)
        if zero is not None and (not found or zero > found[-1]):
            found.append(zero)
    return found


def _bisected(value: Callable[[float], float], low: Minutes, high: Minutes) -> Minutes | None:
    """The zero of a function monotone between `low` and `high`; None when its sign stays."""
    at_low, at_high = value(low), value(high)
    if at_low == 0.0:
        return low
    if at_high == 0.0:
        return high
    if (at_low < 0) == (at_high < 0):
        return None
    while True:
        middle = (low + high) / 2
        if not low < middle < high:
            return middle
        if (value(middle) < 0) == (at_low < 0):
            low = middle
        else:
            high = middle
