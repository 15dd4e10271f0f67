"""The rule of `linking` for whole columns at once: many sessions whose scores are known by their day alone.

A score on the day of a session counts as before it. Every score has the same recall and is complete; what is mixed or missing
must not be here. Columns in, columns out; `linking.link` says the same of each session.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from setsetting.arrays import Floats
from setsetting.clinical.course import POST_WINDOW_DAYS, PRE_WINDOW_DAYS
from setsetting.review.linking import UnlinkedReason

Whole = npt.NDArray[np.int32]
"""Whole numbers: a patient's, a day, a session's number."""


@dataclass(frozen=True, slots=True)
class SessionColumns:
    """Sessions by patient and day; an exposure is how much of a setting there was, NaN where nobody knows."""

    patient: Whole
    number: Whole
    day: Whole
    exposures: Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class ScoreColumns:
    """Scores by patient and day, no two of a patient on one day."""

    patient: Whole
    day: Whole
    total: Whole


@dataclass(frozen=True, slots=True)
class LinkedColumns:
    """The linked sessions: which they are among all, the scores around each, and the patient's first score."""

    sessions: SessionColumns
    at: npt.NDArray[np.intp]
    pre: Floats
    post: Floats
    baseline: Floats
    unlinked: Mapping[UnlinkedReason, int]
    same_day: int
    """Linked sessions whose score before them is of their own day."""


def sessions_in_order(sessions: SessionColumns) -> SessionColumns:
    """The same sessions by patient, day and number."""
    order = np.lexsort((sessions.number, sessions.day, sessions.patient))
    exposures = {name: exposure[order] for name, exposure in sessions.exposures.items()}
    return SessionColumns(sessions.patient[order], sessions.number[order], sessions.day[order], exposures)


def scores_in_order(scores: ScoreColumns) -> ScoreColumns:
    """The same scores by patient and day."""
    order = np.lexsort((scores.day, scores.patient))
    return ScoreColumns(scores.patient[order], scores.day[order], scores.total[order])


def link_columns(sessions: SessionColumns, scores: ScoreColumns) -> LinkedColumns:
    """Link every session or count it under its reason; both come in order."""
    patient, day = sessions.patient, sessions.day
    if not len(scores.patient):  # a row that belongs to nobody spares every question whether there is one
        nobody = np.full(1, -1, dtype=np.int32)
        scores = ScoreColumns(nobody, nobody, nobody)
    low = int(min(day.min(initial=0), scores.day.min()))
    span = int(max(day.max(initial=0), scores.day.max())) - low + 2

    def moment(patients: Whole, days: Whole) -> npt.NDArray[np.int64]:
        return patients.astype(np.int64) * span + (days - low)

    after = np.searchsorted(moment(scores.patient, scores.day), moment(patient, day), side="right")
    before, after_there = np.maximum(after - 1, 0), np.minimum(after, len(scores.day) - 1)
    has_pre = (after > 0) & (scores.patient[before] == patient)
    has_post = (after < len(scores.day)) & (scores.patient[after_there] == patient)
    pre_day, post_day = scores.day[before], scores.day[after_there]
    shared = np.zeros(len(day), dtype=bool)
    neighbours = patient[1:] == patient[:-1]
    shared[1:] |= neighbours & (day[:-1] >= pre_day[1:])
    shared[:-1] |= neighbours & (day[1:] < post_day[:-1])
    wrong = {
        UnlinkedReason.NO_PRE: ~has_pre,
        UnlinkedReason.NO_POST: ~has_post,
        UnlinkedReason.SHARED: shared,
        UnlinkedReason.PRE_TOO_OLD: day - pre_day > PRE_WINDOW_DAYS,
        UnlinkedReason.POST_TOO_LATE: post_day - day > POST_WINDOW_DAYS,
    }
    free, unlinked = np.ones(len(day), dtype=bool), {}
    for reason, holds in wrong.items():
        if count := int((free & holds).sum()):
            unlinked[reason] = count
        free &= ~holds
    at = np.flatnonzero(free)
    first = np.searchsorted(scores.patient, patient[at])
    totals = scores.total.astype(float)
    return LinkedColumns(
        sessions,
        at,
        totals[before[at]],
        totals[after_there[at]],
        totals[np.minimum(first, len(totals) - 1)],
        unlinked,
        int((pre_day[at] == day[at]).sum()),
    )


def earlier_exposure(sessions: SessionColumns, name: str) -> tuple[Floats, Floats]:
    """For each session, in order: the exposure of the patient's earlier sessions together, and of the last of them."""
    exposure, patient = sessions.exposures[name], sessions.patient
    if not len(patient):
        return exposure, exposure
    first = np.r_[True, patient[1:] != patient[:-1]]
    last = np.where(first, 0.0, np.r_[0.0, exposure[:-1]])
    starts = np.flatnonzero(first)
    sizes = np.diff(np.r_[starts, len(patient)])
    known = np.nan_to_num(exposure)
    sums = np.cumsum(known) - known
    earlier = sums - np.repeat(sums[starts], sizes)
    unknown = np.cumsum(np.isnan(last))
    lost = unknown - np.repeat(unknown[starts], sizes) > 0
    earlier[lost] = np.nan
    return earlier, last
