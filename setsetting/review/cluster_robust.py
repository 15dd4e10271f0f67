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
    """Each patient's sums of products of q columns, (patients, q, q), and their total."""

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
    return ClusterSums(each, each.sum(axis=0))


def contrast(sums: ClusterSums, regressors: Floats, outcome: Floats) -> Contrast:
    """The first regressor's coefficient: `regressors` (q, p) and `outcome` (q) say how the columns make them up."""
    root = _inverse_root(regressors.T @ sums.total @ regressors)
    if root is None:
        return NO_CONTRAST
    slopes = root @ (root.T @ (regressors.T @ (sums.total @ outcome)))
    left = outcome - regressors @ slopes
    unexplained = float(left @ sums.total @ left)
    if not unexplained > _FITTED * (outcome @ sums.total @ outcome):
        return Contrast(float(slopes[0]), math.nan, math.nan)
    turned = regressors @ root
    adjusted, spread = _adjusted(sums.each, turned, root[0])
    residual = (sums.each @ left) @ turned
    variance = float((np.einsum("gi,gi->g", adjusted, residual) ** 2).sum())
    own = np.einsum("gi,gi->g", adjusted, spread)
    shared = np.einsum("gi,gi->g", spread, spread)
    squares = float((own**2).sum() - 2 * (own * shared).sum() + ((spread.T @ spread) ** 2).sum())
    if variance <= _FITTED**2 * unexplained * (root[0] @ root[0]) or squares <= 0:
        return Contrast(float(slopes[0]), math.nan, math.nan)
    return Contrast(float(slopes[0]), math.sqrt(variance), float((own - shared).sum()) ** 2 / squares)


def slope_of(total: Floats, regressors: Floats, outcome: Floats) -> float:
    """The first regressor's coefficient alone, from the total sums of products; NaN where it has none."""
    root = _inverse_root(regressors.T @ total @ regressors)
    return math.nan if root is None else float(root[0] @ (root.T @ (regressors.T @ (total @ outcome))))


def _adjusted(each: Floats, turned: Floats, first: Floats) -> tuple[Floats, Floats]:
    """(1 - leverage) ** -1/2 times one direction for each patient, (patients, r), and the leverage times that."""
    found, spread = np.tile(first, (len(each), 1)), np.zeros((len(each), len(first)))
    traces = each.reshape(len(each), -1) @ (turned @ turned.T).ravel()
    heavy = traces > _SMALL_LEVERAGE
    if not heavy.all():
        light = each[~heavy] if heavy.any() else each
        found[~heavy], spread[~heavy] = _by_series(light, turned, first, float(traces[~heavy].max()))
    if heavy.any():
        values, vectors = np.linalg.eigh(turned.T @ each[heavy] @ turned)
        left = 1 - values
        scale = np.where(left > _SINGULAR, 1 / np.sqrt(np.where(left > _SINGULAR, left, 1)), 0) * (first @ vectors)
        found[heavy] = np.matmul(vectors, scale[:, :, None])[:, :, 0]
        spread[heavy] = np.matmul(vectors, (values * scale)[:, :, None])[:, :, 0]
    return found, spread


def _by_series(each: Floats, turned: Floats, first: Floats, most: float) -> tuple[Floats, Floats]:
    """The same where no patient's leverage is above `most`; each power of the leverage serves both sums."""
    power = (each @ (turned @ first)) @ turned
    found, spread = np.tile(first, (len(each), 1)), power.copy()
    factor, terms, nothing = 0.5, 1, _NOTHING * np.abs(first).max()
    while True:
        found += factor * power
        if factor * most * np.abs(power).max() < nothing:
            return found, spread
        power = np.matmul(each, (power @ turned.T)[:, :, None])[:, :, 0] @ turned
        spread += factor * power
        terms += 1
        factor *= 1 - 0.5 / terms


def _inverse_root(total: Floats) -> Floats | None:
    """A root of the inverse of X'X, (p, r), of the directions there are; None where the first column has none of its own."""
    scale = np.sqrt(np.diag(total))
    if not np.isfinite(total).all() or scale[0] == 0:
        return None
    scale = np.where(scale > 0, scale, 1)
    values, vectors = np.linalg.eigh(total / np.outer(scale, scale))
    kept = values > _RANK * values[-1]
    if (np.abs(vectors[0, ~kept]) > math.sqrt(_RANK)).any():
        return None
    root: Floats = vectors[:, kept] / np.sqrt(values[kept]) / scale[:, None]
    return root
