"""Student's t with any degrees of freedom, whole or not: two-sided probability and quantile.

Small enough to stand here, so that an estimate needs not wait for scipy to be loaded; the tests hold it to scipy's.
"""

import math

_NORMAL_95 = 1.9599639845400545
_STEPS = 400
_CLOSE = 1e-6
"""A step of this share is the last: the one after it would be of its square."""
_EXPANSION = tuple(
    sum(factor * _NORMAL_95 ** (2 * at + 1) for at, factor in enumerate(factors)) / of
    for factors, of in (
        ((1,), 1),
        ((1, 1), 4),
        ((3, 16, 5), 96),
        ((-15, 17, 19, 3), 384),
        ((-945, -1920, 1482, 776, 79), 92160),
    )
)
_ENOUGH = 1e-16
_LEAST = 1e-300


def two_sided(t: float, df: float) -> float:
    """How often a t with `df` degrees of freedom is as far from zero as `t` or farther."""
    if math.isnan(t) or math.isnan(df) or df <= 0:
        return math.nan
    return _beta_ratio(df / (df + t * t), df / 2, 0.5) if math.isfinite(t) else 0.0


def quantile_95(df: float) -> float:
    """The t that 95 % lie within, on both sides of zero; infinite where no number holds it.

    Newton's method from Cornish and Fisher's expansion around the normal's quantile; of few degrees of freedom from that
    quantile itself, since the probability falls ever less steeply and no step from below goes too far.
    """
    if math.isnan(df) or df <= 0:
        return math.nan
    log_front = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - math.log(df * math.pi) / 2
    t = sum(term / df**power for power, term in enumerate(_EXPANSION)) if df > 4 else _NORMAL_95
    for _step in range(_STEPS):
        density = math.exp(log_front - (df + 1) / 2 * math.log1p(t * t / df))
        if density == 0:
            return math.inf
        further = t + (two_sided(t, df) - 0.05) / (2 * density)
        if abs(further - t) <= t * _CLOSE or math.isinf(further):
            return further
        t = further
    return t


def _beta_ratio(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (Lentz's method)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta_ratio(1 - x, b, a)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    value, c, d = 1.0, 1.0, 0.0
    for step in range(_STEPS):
        m = step // 2
        if step == 0:
            term = 1.0
        elif step % 2 == 0:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        else:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 + term * d
        d = 1 / (d if abs(d) > _LEAST else _LEAST)
        c = 1 + term / c
        c = c if abs(c) > _LEAST else _LEAST
        value *= c * d
        if abs(1 - c * d) < _ENOUGH:
            break
    return math.exp(log_front) * (value - 1) / a
