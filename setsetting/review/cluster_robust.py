"""Least squares with errors clustered by patient: CR2 and Satterthwaite's degrees of freedom.

Bell and McCaffrey's bias-reduced errors as Pustejovsky and Tipton (2018) give them, with an identity working model; fixed effects
are absorbed by taking each patient's means away. Everything is computed from each patient's sums of products, so that
sessions are gone through once and no matrix of patients by patients is made. Equal to R's clubSandwich.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from setsetting.arrays import Floats
from setsetting.review.student_t import two_sided

Clusters = npt.NDArray[np.intp]
"""Each row's patient, as a number; rows of one patient stand together."""

_RANK = 1e-10
"""A direction with a smaller share of the largest is none: a column that others add up to is left out."""
_FITTED = 1e-10
"""Where no more of the outcome's squares is left, coefficients fit it whole, and no error can be told; nor where the patients
that are left to tell it all fit."""
_SINGULAR = 1e-8
"""A patient whose rows fix a coefficient alone has no residual in that direction, as in clubSandwich."""
_SMALL_LEVERAGE = 0.25
"""Below it (1 - x) ** -1/2 = 1 + x/2 + 3/8 x² + 5/16 x³ + ... is faster than eigenvalues and exact to rounding."""
_NOTHING = 1e-13
_MOST_AT_ONCE = 4_000_000
"""Numbers that several designs may hold at once, eight bytes each; more are computed one after the other."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """One coefficient: points, standard error and degrees of freedom; NaN for what can't be had."""

    coefficient: float
    se: float
    df: float

    @property
    def t(self) -> float:
        return self.coefficient / self.se if self.se > 0 else math.nan

    @property
    def p(self) -> float:
        """How often, without an effect, a coefficient is as far from zero."""
        return two_sided(self.t, self.df)


NO_CONTRAST = Contrast(math.nan, math.nan, math.nan)


@dataclass(frozen=True, slots=True)
class ClusterSums:
    """Each patient's sums of products of q columns, (q, q, patients), and their total."""

    each: Floats
    total: Floats


def distinct(values: npt.NDArray[np.signedinteger[Any]]) -> npt.NDArray[np.intp]:
    """The different whole numbers from 0 on, in order; numpy's own `unique` loads masked arrays first."""
    return np.flatnonzero(np.bincount(values))


def sums_of(columns: Floats, clusters: Clusters, *, within: bool) -> ClusterSums:
    """Sum the products of columns (rows, q) by patient; `within` takes each patient's means away first."""
    starts = np.flatnonzero(np.r_[True, clusters[1:] != clusters[:-1]])
    sizes = np.diff(np.r_[starts, len(clusters)])
    each = np.empty((len(starts), columns.shape[1], columns.shape[1]))
    for size in distinct(sizes):
        at = np.flatnonzero(sizes == size)
        rows = columns[starts[at][:, None] + np.arange(size)]
        if within:
            rows -= rows.mean(axis=1, keepdims=True)
        each[at] = rows.transpose(0, 2, 1) @ rows
    return ClusterSums(np.ascontiguousarray(each.transpose(1, 2, 0)), each.sum(axis=0))


def contrast(sums: ClusterSums, regressors: Floats, outcome: Floats) -> Contrast:
    """The first regressor's coefficient: `regressors` (q, p) and `outcome` (q) say how the columns make them up."""
    return contrasts(sums, regressors[None], outcome[None])[0]


def contrasts(sums: ClusterSums, regressors: Floats, outcome: Floats) -> list[Contrast]:
    """The same of several designs at once, (n, q, p) and (n, q)."""
    at_once = max(1, _MOST_AT_ONCE // sums.each.size)
    if len(outcome) > at_once:
        parts = (slice(at, at + at_once) for at in range(0, len(outcome), at_once))
        return [each for part in parts for each in contrasts(sums, regressors[part], outcome[part])]
    crossed = regressors.transpose(0, 2, 1) @ sums.total
    root, has_own = _inverse_root(crossed @ regressors)
    slopes = _times(root, _times(root.transpose(0, 2, 1), _times(crossed, outcome)))
    left = outcome - _times(regressors, slopes)
    unexplained = (left * (left @ sums.total)).sum(axis=-1)
    told = unexplained > _FITTED * (outcome * (outcome @ sums.total)).sum(axis=-1)
    first, turned = root[:, 0], (regressors @ root).transpose(0, 2, 1)
    columns, patients = sums.each.shape[1:]
    flat = sums.each.reshape(columns, -1)
    leverage = turned[:, None] @ (turned @ flat).reshape(len(turned), -1, columns, patients)
    adjusted = _adjusted(leverage, first)
    spread = _times(leverage, adjusted)
    residual = turned @ (left @ flat).reshape(-1, columns, patients)
    variance = ((adjusted * residual).sum(axis=1) ** 2).sum(axis=-1)
    own, shared = (adjusted * spread).sum(axis=1), (spread * spread).sum(axis=1)
    squares = (own * own - 2 * own * shared).sum(axis=-1) + ((spread @ spread.transpose(0, 2, 1)) ** 2).sum(axis=(1, 2))
    told &= (variance > _FITTED**2 * unexplained * (first * first).sum(axis=-1)) & (squares > 0)
    df = np.divide((own - shared).sum(axis=-1) ** 2, squares, out=np.full(len(squares), np.nan), where=told)
    se = np.sqrt(variance, out=np.full(len(squares), np.nan), where=told)
    return [
        Contrast(*each) if known else NO_CONTRAST
        for known, *each in zip(has_own.tolist(), slopes[:, 0].tolist(), se.tolist(), df.tolist(), strict=True)
    ]


def _times(matrices: Floats, vectors: Floats) -> Floats:
    """Each matrix times its vector; of the last axis, if there is one more, each part alone."""
    times: Floats = (
        np.einsum("nijg,njg->nig", matrices, vectors)
        if matrices.ndim == 4
        else np.matmul(matrices, vectors[:, :, None])[:, :, 0]
    )
    return times


def _adjusted(leverage: Floats, first: Floats) -> Floats:
    """(1 - leverage) ** -1/2 times one direction for each patient, (n, r, patients)."""
    sizes = np.sqrt((leverage * leverage).sum(axis=(1, 2)))
    heavy = sizes > _SMALL_LEVERAGE
    if not heavy.any():
        return _by_series(leverage, first, float(sizes.max()))
    found = np.zeros((*first.shape, leverage.shape[-1]))
    if not heavy.all():
        found = _by_series(np.where(heavy[:, None, None], 0, leverage), first, float(sizes[~heavy].max()))
    values, vectors = np.linalg.eigh(leverage.transpose(0, 3, 1, 2)[heavy])
    left = 1 - values
    scale = np.where(left > _SINGULAR, 1 / np.sqrt(np.where(left > _SINGULAR, left, 1)), 0)
    own = np.broadcast_to(first[:, None], (*heavy.shape, first.shape[-1]))[heavy]
    found.transpose(0, 2, 1)[heavy] = _times(vectors, scale * _times(vectors.transpose(0, 2, 1), own))
    return found


def _by_series(leverage: Floats, first: Floats, most: float) -> Floats:
    """The same where no patient's leverage is above `most`, by as many terms as are not rounded away."""
    start = first[:, :, None]
    found = np.broadcast_to(start, (*first.shape, leverage.shape[-1]))
    terms = math.ceil(math.log(_NOTHING) / math.log(max(most, _NOTHING)))
    for term in range(terms, 0, -1):
        found = _times(leverage, found)
        found *= 1 - 0.5 / term
        found += start
    return found


def _inverse_root(total: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """A root of the inverse of each X'X, (n, p, p), of the directions there are, and whether the first column has one of its own."""
    scale = np.sqrt(np.diagonal(total, axis1=1, axis2=2))
    has_own = np.isfinite(scale).all(axis=-1) & (scale[:, 0] > 0)
    scale = np.where(has_own[:, None] & (scale > 0), scale, 1)
    even = np.where(has_own[:, None, None], total, 0) / (scale[:, :, None] * scale[:, None, :])
    values, vectors = np.linalg.eigh(even)
    kept = values > _RANK * values[:, -1:]
    has_own &= ~((np.abs(vectors[:, 0]) > math.sqrt(_RANK)) & ~kept).any(axis=-1)
    inverse = np.where(kept, 1 / np.sqrt(np.where(kept, values, 1)), 0)
    root: Floats = vectors * inverse[:, None] / scale[:, :, None]
    return root, has_own
