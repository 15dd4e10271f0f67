"""G-estimation of one setting's effect on the next score, each patient as own control.

For a candidate effect its share is taken from the scores before and after each session, and the score after is regressed on
the setting, the score before, the session's number and the patient. The estimate is the candidate at which the setting's coefficient
is zero; the interval is every candidate that is not rejected. Why this and nothing simpler: docs/decisions/g-estimation.md.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from setsetting.arrays import Floats
from setsetting.review.cluster_robust import Clusters, ClusterSums, Contrast, contrast, slope_of, sums_of
from setsetting.review.student_t import quantile_95

FARTHEST = 1_000.0
"""Points; an effect that is looked for no farther out is unbounded. The scale itself has 80."""
_EXACT = 1e-11
_NO_SLOPE = 1e-6
_STEPS = 200


@dataclass(frozen=True, slots=True)
class Estimate:
    """Points by which the next score differs; a bound that is not found is infinite, an estimate that is not, NaN."""

    points: float
    ci_low: float
    ci_high: float


NO_ESTIMATE = Estimate(math.nan, -math.inf, math.inf)


@dataclass(frozen=True, slots=True)
class LinkedRows:
    """Linked sessions with a known exposure, rows of a patient together; `carried` has a column for each session number
    but one and for what else is adjusted for, `earlier` and `last` are the exposure before the session, in all and in the last one."""

    clusters: Clusters
    exposure: Floats
    pre: Floats
    post: Floats
    baseline: Floats
    carried: Floats
    earlier: Floats
    last: Floats


class Model:
    """Sums of the linked sessions within patients, and the regressions that are made of them."""

    def __init__(self, rows: LinkedRows) -> None:
        columns = np.c_[rows.exposure, rows.pre, rows.earlier, rows.last, rows.post, rows.carried]
        self.sums: ClusterSums = sums_of(columns, rows.clusters, within=True)
        self._unit: Floats = np.eye(columns.shape[1])
        self._carried: Floats = self._unit[:, 5:]

    def design(self, points: float, *, fades: bool) -> tuple[Floats, Floats]:
        """Regressors and outcome once a candidate effect is taken away; one that fades is gone after one score."""
        exposure, pre, earlier, last, post = self._unit[:5]
        if fades:
            before, after = pre - points * last, post - points * exposure
        else:
            before, after = pre - points * earlier, post - points * (exposure + earlier)
        return np.column_stack([exposure, before, self._carried]), after

    def test(self, points: float = 0.0, *, fades: bool = False) -> Contrast:
        """Whether a candidate is rejected; at zero persisting and fading effects are one."""
        return contrast(self.sums, *self.design(points, fades=fades))

    def change(self) -> Contrast:
        """The setting's coefficient for the change itself; right only where the last score moved nobody's choice."""
        exposure, pre, _earlier, _last, post = self._unit[:5]
        return contrast(self.sums, np.column_stack([exposure, self._carried]), post - pre)

    def estimate(self, *, fades: bool) -> Estimate:
        """The effect and its interval, by a root search."""

        def slope(points: float) -> float:
            return slope_of(self.sums.total, *self.design(points, fades=fades))

        def beyond(points: float) -> float:
            tested = self.test(points, fades=fades)
            return abs(tested.t) - quantile_95(tested.df)

        points = _zero_near(slope)
        if math.isnan(points):
            return NO_ESTIMATE
        fall = (slope(points - 0.5) - slope(points + 0.5)) or 1.0
        tested = self.test(points, fades=fades)
        critical = quantile_95(tested.df)
        step = critical * tested.se / abs(fall)
        if not math.isfinite(step) or step <= 0:
            return Estimate(points, -math.inf, math.inf)
        low, high = (_bound(beyond, points, -critical, way * step) for way in (-1, 1))
        return Estimate(points, low, high)

    def without_each(self, points: float, *, fades: bool) -> tuple[float, float]:
        """The lowest and highest estimate when any one patient is left out."""
        others = self.sums.total - self.sums.each

        def slopes(candidates: Floats) -> Floats:
            zero, one = self.design(0.0, fades=fades), self.design(1.0, fades=fades)
            regressors = zero[0] + candidates[:, None, None] * (one[0] - zero[0])
            outcome = zero[1] + candidates[:, None] * (one[1] - zero[1])
            turned = regressors.transpose(0, 2, 1) @ others
            inverse = np.linalg.pinv(turned @ regressors, rcond=1e-12, hermitian=True)
            found: Floats = np.einsum("gi,gi->g", inverse[:, 0], np.einsum("gij,gj->gi", turned, outcome))
            return found

        here, there = np.full(len(others), points), np.full(len(others), points + 0.5)
        at_here, at_there = slopes(here), slopes(there)
        for _step in range(8):
            fall = at_there - at_here
            safe = np.where(np.abs(fall) > 1e-14, fall, np.inf)
            here, there, at_here = there, there - at_there * (there - here) / safe, at_there
            at_there = slopes(there)
            if np.abs(there - here).max() < 1e-9:
                break
        return float(there.min()), float(there.max())


def _zero_near(slope: Callable[[float], float]) -> float:
    """The candidate nearest to zero without a slope, first sought where the slope at zero points."""
    at_zero = slope(0.0)
    if math.isnan(at_zero) or at_zero == 0:
        return at_zero
    for way in (math.copysign(1.0, at_zero), -math.copysign(1.0, at_zero)):
        near, at_near, far = 0.0, at_zero, way
        while abs(far) <= FARTHEST:
            at_far = slope(far)
            if math.isnan(at_far):
                break
            if at_near * at_far <= 0:
                found = _root(slope, near, at_near, far, at_far)
                if abs(slope(found)) < _NO_SLOPE:  # else it changes its sign by way of infinity
                    return found
            near, at_near, far = far, at_far, far * 2
    return math.nan


def _bound(beyond: Callable[[float], float], points: float, at_points: float, step: float) -> float:
    """The outermost candidate that is not rejected, from the estimate in the direction of `step`."""
    near, at_near, far = points, at_points, points + step
    for _step in range(_STEPS):
        at_far = beyond(far)
        if math.isnan(at_far) or abs(far - points) > FARTHEST:
            break
        if at_far <= 0:
            onward = (
                (far - near) * max(0.02, min(-at_far / (at_far - at_near), 2.0) * 1.1) if at_far > at_near else step
            )
            near, at_near, far = far, at_far, far + onward
            continue
        again = far + 3 * step
        at_again = beyond(again)
        if at_again > 0:
            return _root(beyond, near, at_near, far, at_far)
        near, at_near, far = again, at_again, again + step
    return math.copysign(math.inf, step)


def _root(function: Callable[[float], float], a: float, at_a: float, b: float, at_b: float) -> float:
    """Where a function changes its sign between a and b (Chandrupatla's method: inverse parabola, else halves)."""
    share, c, at_c = at_b / (at_b - at_a), a, at_a
    for _step in range(_STEPS):
        middle = b + share * (a - b)
        at_middle = function(middle)
        if (at_middle > 0) == (at_b > 0):
            c, at_c = b, at_b
        else:
            a, at_a, c, at_c = b, at_b, a, at_a
        b, at_b = middle, at_middle
        if abs(at_b) <= _EXACT or abs(a - b) <= _EXACT * max(1.0, abs(b)):
            break
        share = _inverse_parabola(a, at_a, b, at_b, c, at_c)
    return b


def _inverse_parabola(a: float, at_a: float, b: float, at_b: float, c: float, at_c: float) -> float:  # noqa: PLR0917
    """How far from b towards a the root is guessed to be; half where a parabola through the three would mislead."""
    xi, phi = (b - a) / (c - a), (at_b - at_a) / (at_c - at_a)
    if not (1 - (1 - xi) ** 0.5 < phi < xi**0.5) or at_c in {at_a, at_b}:
        return 0.5
    there = at_b / (at_a - at_b) * at_c / (at_a - at_c)
    return there + (c - b) / (a - b) * at_b / (at_c - at_b) * at_a / (at_c - at_a)
