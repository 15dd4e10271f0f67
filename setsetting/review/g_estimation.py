"""G-estimation of one setting's effect on the next score, each patient as own control.

For a candidate effect its share is taken from the scores before and after each session, and the score after is regressed on
the setting, the score before, the session's number and the patient. The estimate is the candidate at which the setting's coefficient
is zero; the interval is every candidate that is not rejected. Why this and nothing simpler: docs/decisions/g-estimation.md.
"""

import math
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

import numpy as np

from setsetting.arrays import Floats
from setsetting.review.cluster_robust import Clusters, ClusterSums, Contrast, contrast, contrasts, sums_of
from setsetting.review.student_t import quantile_95

FARTHEST = 1_000.0
"""Points; an effect that is looked for no farther out is unbounded. The scale itself has 80."""
_EXACT = 1e-11
_NO_SLOPE = 1e-6
_RANK = 1e-10
"""A column with a smaller share of its squares left, once others are taken away, is made up of them."""
_SCORED = 5
"""Columns of a model that a candidate effect joins; what is carried stands behind them."""
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


@dataclass(frozen=True, slots=True)
class ScoredSums:
    """Sums of products of exposure, scores and earlier exposure, (..., 5, 5): their own, and what is left of them beside what is carried."""

    own: Floats
    left: Floats


class Model:
    """Sums of the linked sessions within patients, and the regressions that are made of them."""

    def __init__(self, rows: LinkedRows) -> None:
        columns = np.c_[rows.exposure, rows.pre, rows.earlier, rows.last, rows.post, rows.carried]
        self.sums: ClusterSums = sums_of(columns, rows.clusters, within=True)
        self._unit: Floats = np.eye(columns.shape[1])
        self._carried: Floats = self._unit[:, _SCORED:]

    def regressed(self, points: Floats, *, fades: bool) -> tuple[Floats, Floats]:
        """Score before and score after once candidate effects, (...), are taken away; one that fades is gone after one score."""
        exposure, pre, earlier, last, post = self._unit[:_SCORED]
        taken = points[..., None]
        if fades:
            return pre - taken * last, post - taken * exposure
        return pre - taken * earlier, post - taken * (exposure + earlier)

    def test(self, points: float = 0.0, *, fades: bool = False) -> Contrast:
        """Whether a candidate is rejected; at zero persisting and fading effects are one."""
        return self.tests([(points, fades)])[0]

    def tests(self, candidates: Sequence[tuple[float, bool]]) -> list[Contrast]:
        """The same of several candidates, each with whether it fades."""
        taken = [self.regressed(np.asarray(points), fades=fades) for points, fades in candidates]
        beside = [np.column_stack([self._unit[0], before, self._carried]) for before, _after in taken]
        return contrasts(self.sums, np.array(beside), np.array([after for _before, after in taken]))

    def change(self) -> Contrast:
        """The setting's coefficient for the change itself; right only where the last score moved nobody's choice."""
        exposure, pre, _earlier, _last, post = self._unit[:5]
        return contrast(self.sums, np.column_stack([exposure, self._carried]), post - pre)

    def estimate(self, *, fades: bool) -> Estimate:
        """The effect and its interval, by a root search."""
        return self.estimates((fades,))[0]

    def estimates(self, fading: Sequence[bool] = (False, True)) -> tuple[Estimate, ...]:
        """The same for an effect that persists and for one that fades, their bounds sought side by side."""
        sums = self._without_carried(self.sums.total)

        def slopes(asked: Sequence[tuple[int, float]]) -> list[float]:
            return [float(self._slopes(sums, np.asarray(points), fades=fading[n])) for n, points in asked]

        found = _together([_zero_near() for _fades in fading], slopes)
        at = [n for n, points in enumerate(found) if math.isfinite(points)]
        tested = dict(zip(at, self.tests([(found[n], fading[n]) for n in at]), strict=True)) if at else {}
        searches, whose = [], []
        for n, there in tested.items():
            above, below = slopes([(n, found[n] - 0.5), (n, found[n] + 0.5)])
            step = quantile_95(there.df) * there.se / abs((above - below) or 1.0)
            if math.isfinite(step) and step > 0:
                searches += [_bound(found[n], -quantile_95(there.df), way * step) for way in (-1, 1)]
                whose += [n, n]

        def beyond(asked: Sequence[tuple[int, float]]) -> list[float]:
            tests = self.tests([(points, fading[whose[each]]) for each, points in asked])
            return [abs(each.t) - quantile_95(each.df) for each in tests]

        bounds: dict[int, list[float]] = {n: [] for n in whose}
        for n, bound in zip(whose, _together(searches, beyond), strict=True):
            bounds[n].append(bound)
        ends = (bounds.get(n, [-math.inf, math.inf]) for n in range(len(found)))
        return tuple(Estimate(points, *end) for points, end in zip(found, ends, strict=True))

    def without_each(self, points: float, *, fades: bool) -> tuple[float, float]:
        """The lowest and highest estimate when any one patient is left out, of those without whom there is one."""
        others = self.sums.total - self.sums.each.transpose(2, 0, 1)
        sums = self._without_carried(others)
        here, there = np.full(len(others), points), np.full(len(others), points + 0.5)
        at_here, at_there = (self._slopes(sums, each, fades=fades) for each in (here, there))
        for _step in range(8):
            fall = at_there - at_here
            safe = np.where(np.abs(fall) > 1e-14, fall, np.inf)
            here, there, at_here = there, there - at_there * (there - here) / safe, at_there
            at_there = self._slopes(sums, there, fades=fades)
            if not (np.abs(there - here) >= 1e-9).any():
                break
        return float(np.fmin.reduce(there)), float(np.fmax.reduce(there))

    def _without_carried(self, total: Floats) -> ScoredSums:
        """Sums of products (..., q, q) of what a candidate effect joins, and of what is left of it beside what is carried."""
        scale = np.sqrt(np.diag(self.sums.total))[_SCORED:]
        carried = np.divide(self._carried, scale, out=np.zeros_like(self._carried), where=scale > 0)
        shared = total[..., :_SCORED, :] @ carried
        inverse = np.linalg.pinv(carried.T @ total @ carried, rcond=_RANK, hermitian=True)
        own = total[..., :_SCORED, :_SCORED]
        return ScoredSums(own, own - shared @ inverse @ np.swapaxes(shared, -1, -2))

    def _slopes(self, sums: ScoredSums, points: Floats, *, fades: bool) -> Floats:
        """The setting's coefficient at candidates (...), NaN where it has none of its own."""
        before, after = (each[..., :_SCORED] for each in self.regressed(points, fades=fades))
        exposed = sums.left[..., 0, 0]
        turned = np.matmul(sums.left, before[..., None])[..., 0]
        crossed, squares = turned[..., 0], (before * turned).sum(axis=-1)
        outcome, moved = (sums.left[..., 0, :] * after).sum(axis=-1), (after * turned).sum(axis=-1)
        has_before = squares > _RANK * (before * np.matmul(sums.own, before[..., None])[..., 0]).sum(axis=-1)
        spread = np.where(has_before, exposed * squares - crossed**2, exposed)
        known = (exposed > _RANK * sums.own[..., 0, 0]) & (~has_before | (spread > _RANK * exposed * squares))
        found: Floats = np.where(has_before, outcome * squares - crossed * moved, outcome)
        return np.divide(found, spread, out=np.full_like(found, np.nan), where=known)


RootSearch = Generator[float, float, float]
"""A root search: it asks for a function's value at a place, is sent it, and returns what it found."""


def _together(
    searches: Sequence[RootSearch], values: Callable[[Sequence[tuple[int, float]]], Sequence[float]]
) -> list[float]:
    """What each search finds, all of them asking at once: `values` gets the search's number and the place."""
    found = [math.nan] * len(searches)
    asked = [(n, next(each)) for n, each in enumerate(searches)]
    while asked:
        again = []
        for (n, _place), value in zip(asked, values(asked), strict=True):
            try:
                again.append((n, searches[n].send(value)))
            except StopIteration as end:
                found[n] = end.value
        asked = again
    return found


def _zero_near() -> RootSearch:
    """The candidate nearest to zero without a slope, first sought where the slope at zero points."""
    at_zero = yield 0.0
    if math.isnan(at_zero) or at_zero == 0:
        return at_zero
    for way in (math.copysign(1.0, at_zero), -math.copysign(1.0, at_zero)):
        near, at_near, far = 0.0, at_zero, way
        while abs(far) <= FARTHEST:
            at_far = yield far
            if math.isnan(at_far):
                break
            if at_near * at_far <= 0:
                found = yield from _root(near, at_near, far, at_far)
                at_found = yield found
                if abs(at_found) < _NO_SLOPE:  # else it changes its sign by way of infinity
                    return found
            near, at_near, far = far, at_far, far * 2
    return math.nan


def _bound(points: float, at_points: float, step: float) -> RootSearch:
    """The outermost candidate that is not rejected, from the estimate in the direction of `step`."""
    near, at_near, far = points, at_points, points + step
    for _step in range(_STEPS):
        at_far = yield far
        if math.isnan(at_far) or abs(far - points) > FARTHEST:
            break
        if at_far <= 0:
            onward = (
                (far - near) * max(0.02, min(-at_far / (at_far - at_near), 2.0) * 1.1) if at_far > at_near else step
            )
            near, at_near, far = far, at_far, far + onward
            continue
        again = far + 3 * step
        at_again = yield again
        if at_again > 0:
            return (yield from _root(near, at_near, far, at_far))
        near, at_near, far = again, at_again, again + step
    return math.copysign(math.inf, step)


def _root(a: float, at_a: float, b: float, at_b: float) -> RootSearch:
    """Where a function changes its sign between a and b (Chandrupatla's method: inverse parabola, else halves)."""
    share, c, at_c = at_b / (at_b - at_a), a, at_a
    for _step in range(_STEPS):
        middle = b + share * (a - b)
        at_middle = yield middle
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
