"""One setting beside the next scores: the estimates, what forbids to read them, and what a reader must see beside them.

Nothing here is advice, and no two settings are compared. A gate never blanks a figure for a program; words put
"too little data to say" in its place.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from setsetting.arrays import Floats
from setsetting.errors import Refused
from setsetting.review.cluster_robust import NO_CONTRAST, Clusters, Contrast, contrast, distinct, sums_of
from setsetting.review.column_linkage import LinkedColumns, Whole, earlier_exposure
from setsetting.review.g_estimation import NO_ESTIMATE, Estimate, LinkedRows, Model
from setsetting.review.multiplicity import false_discovery_rates
from setsetting.words.translate import _

FEWEST_PATIENTS = 10
FEWEST_SESSIONS = 10
FEWEST_DF = 8.0
WIDEST = 10.0
"""Points that an interval may reach to either side, as a half of its width."""
APART = 3.0
"""Points by which two estimators may differ before the pattern of choice is said to dominate."""
MOST_LEFT_OUT = 2_000
"""Patients up to whom each is left out once; of more, one moves nothing."""


_MOST_SUMS = 20_000_000
"""Numbers that are held at once, eight bytes each."""


class FactorGate(StrEnum):
    """Why there is too little to say about a setting."""

    NO_CONTRAST = "no contrast"
    FEW_PATIENTS = "few patients"
    FEW_SESSIONS = "few sessions"
    FEW_DF = "few degrees of freedom"
    UNBOUNDED = "unbounded interval"
    WIDE = "wide interval"


@dataclass(frozen=True, slots=True)
class NumberedExposure:
    """Linked sessions of one number within a course, and how many of them had the setting."""

    session_no: int
    sessions: int
    exposed: int


@dataclass(frozen=True, slots=True)
class ChoicePattern:
    """How the setting was chosen, and how much the estimate leans on it; NaN for what can't be had.

    A session is exposed when it had more of the setting than the least there is, or any where all had the same. `left_out` are the lowest and highest estimate without
    any one patient, None of very many; `placebo` is whether the setting "predicts" the change before it.
    """

    patients: int
    contributing: int
    exposed: int
    unexposed: int
    unknown: int
    by_number: tuple[NumberedExposure, ...]
    pre_exposed: float
    pre_unexposed: float
    left_out: tuple[float, float] | None
    placebo: Contrast
    disagree: bool


@dataclass(frozen=True, slots=True)
class Association:
    """One declared setting: the estimate if its effect persists and if it fades, the test, two other estimators."""

    factor: str
    g_estimate: Estimate
    g_estimate_fading: Estimate
    test_at_zero: Contrast
    ancova: Contrast
    change: Contrast
    gates: tuple[FactorGate, ...]
    pattern: ChoicePattern


def associate(linked: LinkedColumns, factor: str, beside: Sequence[str] = ()) -> Association:
    """Estimate one setting, adjusted for columns `beside` it too; Refused when no memory would hold it.

    What is asked of several settings is asked of each alone.
    """
    rows, number, unknown = linked_rows(linked, factor, beside)
    if not len(rows.clusters):
        return _nothing(factor, unknown)
    if len(distinct(rows.clusters)) * (rows.carried.shape[1] + 5) ** 2 > _MOST_SUMS:
        raise Refused(_("The sessions have too many numbers to adjust for: {n}.").format(n=len(distinct(number))))
    model = Model(rows)
    test, change, without_patients = model.test(), model.change(), ancova(rows)
    persisting, fading = model.estimates()
    left_out = None
    if math.isfinite(persisting.points) and model.sums.each.shape[-1] <= MOST_LEFT_OUT:
        left_out = model.without_each(persisting.points, fades=False)
    pattern = _pattern(rows, number, unknown, left_out, _disagree(persisting, without_patients, change))
    gates = _gates(test, persisting, pattern)
    return Association(factor, persisting, fading, test, without_patients, change, gates, pattern)


def linked_rows(linked: LinkedColumns, factor: str, beside: Sequence[str] = ()) -> tuple[LinkedRows, Whole, int]:
    """The linked sessions with nothing unknown that is used, their numbers, and how many more there are."""
    sessions, at = linked.sessions, linked.at
    earlier, last = earlier_exposure(sessions, factor)
    exposure = sessions.exposures[factor][at]
    also = np.column_stack([sessions.exposures[name][at] for name in beside]) if beside else np.zeros((len(at), 0))
    known = np.isfinite(exposure) & np.isfinite(earlier[at]) & np.isfinite(also).all(axis=1)
    kept = at[known]
    number = sessions.number[kept]
    order = (number[:, None] == distinct(number)[1:]).astype(float)
    rows = LinkedRows(
        sessions.patient[kept].astype(np.intp),
        exposure[known],
        linked.pre[known],
        linked.post[known],
        linked.baseline[known],
        np.c_[order, also[known]],
        earlier[kept],
        last[kept],
    )
    return rows, number, int((~known).sum())


def ancova(rows: LinkedRows) -> Contrast:
    """The score after on the setting, the score before, the first score and the session's number, patients together."""
    ones = np.ones(len(rows.pre))
    columns = np.c_[rows.exposure, rows.pre, rows.baseline, rows.carried, ones, rows.post]
    unit = np.eye(columns.shape[1])
    return contrast(sums_of(columns, rows.clusters, within=False), unit[:, :-1], unit[:, -1])


def _placebo(rows: LinkedRows, number: Whole) -> Contrast:
    """The change before the session on the setting, where the session before it is linked too and ends where it begins."""
    follows = np.r_[False, (rows.clusters[1:] == rows.clusters[:-1]) & (number[1:] == number[:-1] + 1)]
    follows[1:] &= rows.pre[1:] == rows.post[:-1]
    at = np.flatnonzero(follows)
    if not len(at):
        return NO_CONTRAST
    columns = np.c_[rows.exposure[at], rows.carried[at], rows.pre[at] - rows.pre[at - 1]]
    unit = np.eye(columns.shape[1])
    return contrast(sums_of(columns, rows.clusters[at], within=True), unit[:, :-1], unit[:, -1])


def _pattern(
    rows: LinkedRows, number: Whole, unknown: int, left_out: tuple[float, float] | None, disagree: bool
) -> ChoicePattern:
    least = rows.exposure.min()
    exposed = rows.exposure > (least if rows.exposure.max() > least else 0)
    by_number = tuple(
        NumberedExposure(int(each), int((number == each).sum()), int(exposed[number == each].sum()))
        for each in distinct(number)
    )
    return ChoicePattern(
        patients=len(distinct(rows.clusters)),
        contributing=_both(rows.clusters, exposed),
        exposed=int(exposed.sum()),
        unexposed=int((~exposed).sum()),
        unknown=unknown,
        by_number=by_number,
        pre_exposed=_mean(rows.pre[exposed]),
        pre_unexposed=_mean(rows.pre[~exposed]),
        left_out=left_out,
        placebo=_placebo(rows, number),
        disagree=disagree,
    )


def _both(clusters: Clusters, exposed: npt.NDArray[np.bool_]) -> int:
    """Patients who have linked sessions with the setting and without it."""
    return len(np.intersect1d(distinct(clusters[exposed]), distinct(clusters[~exposed]), assume_unique=True))


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else math.nan


def _disagree(estimate: Estimate, *others: Contrast) -> bool:
    """Whether the estimators are more than 3 points apart or differ in sign."""
    points = [each for each in (estimate.points, *(other.coefficient for other in others)) if math.isfinite(each)]
    return bool(points) and (max(points) - min(points) > APART or min(points) < 0 < max(points))


def _gates(test: Contrast, estimate: Estimate, pattern: ChoicePattern) -> tuple[FactorGate, ...]:
    unbounded = not (math.isfinite(estimate.ci_low) and math.isfinite(estimate.ci_high))
    holds = {
        FactorGate.NO_CONTRAST: not (math.isfinite(test.p) and math.isfinite(estimate.points)),
        FactorGate.FEW_PATIENTS: pattern.contributing < FEWEST_PATIENTS,
        FactorGate.FEW_SESSIONS: min(pattern.exposed, pattern.unexposed) < FEWEST_SESSIONS,
        FactorGate.FEW_DF: not test.df >= FEWEST_DF,
        FactorGate.UNBOUNDED: unbounded,
        FactorGate.WIDE: not unbounded and estimate.ci_high - estimate.ci_low > 2 * WIDEST,
    }
    return tuple(gate for gate, held in holds.items() if held)


def _nothing(factor: str, unknown: int) -> Association:
    """No linked session tells about this setting."""
    pattern = ChoicePattern(0, 0, 0, 0, unknown, (), math.nan, math.nan, None, NO_CONTRAST, disagree=False)
    gates = _gates(NO_CONTRAST, NO_ESTIMATE, pattern)
    return Association(factor, NO_ESTIMATE, NO_ESTIMATE, NO_CONTRAST, NO_CONTRAST, NO_CONTRAST, gates, pattern)


@dataclass(frozen=True, slots=True)
class LinkReview:
    """Declared settings in the order in which they were declared, never by size; `q_values` as many.

    `beside` are the columns that every estimate is adjusted for, besides score before, session number and patient;
    `examined` is how many settings the q-values take into account.
    """

    linked: LinkedColumns
    beside: tuple[str, ...]
    associations: tuple[Association, ...]
    q_values: tuple[float | None, ...]
    examined: int

    def only(self, called: Mapping[str, str]) -> "LinkReview":
        """The same with these settings alone, in the order given and as they are called; as many as before were examined."""
        found = {each.factor: (each, q) for each, q in zip(self.associations, self.q_values, strict=True)}
        return replace(
            self,
            associations=tuple(replace(found[name][0], factor=words) for name, words in called.items()),
            q_values=tuple(found[name][1] for name in called),
        )


def review_links(linked: LinkedColumns, factors: Sequence[str], beside: Sequence[str] = ()) -> LinkReview:
    """Estimate every declared setting and take into account how many were looked at."""
    found = tuple(associate(linked, factor, beside) for factor in factors)
    q_values = false_discovery_rates([each.test_at_zero.p for each in found])
    return LinkReview(linked, tuple(beside), found, q_values, len(found))
