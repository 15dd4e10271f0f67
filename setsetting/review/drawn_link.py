"""The sessions whose setting a schedule drew, beside their scores: the estimate that only a draw allows.

What was drawn is asked, not what was done. A session without a draw is in none of it, and neither is one that cannot be
linked; patients without and with the setting are gated as for what staff chose.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from setsetting.review.association import FEWEST_DF, FEWEST_PATIENTS, FEWEST_SESSIONS, WIDEST, FactorGate
from setsetting.review.clinic_link import ExposedSession, clinic_link
from setsetting.review.cluster_robust import NO_CONTRAST, Contrast
from setsetting.review.linking import ScorePoint, UnlinkedReason
from setsetting.review.planned_alternation import AlternationEstimate, DrawnRows, estimate_drawn
from setsetting.review.student_t import quantile_95

_NOTHING = AlternationEstimate(NO_CONTRAST, NO_CONTRAST)


@dataclass(frozen=True, slots=True)
class DrawnSession:
    """A session, what was drawn for it, and the stored probability of having the setting."""

    session_id: str
    drawn: bool
    probability: float


@dataclass(frozen=True, slots=True)
class DrawnLink:
    """The estimate by the stored probabilities with ANCOVA beside it; sessions that were drawn and linked, with the setting
    and without, of how many patients."""

    sessions: int
    linked: int
    having: int
    patients: int
    unlinked: tuple[tuple[UnlinkedReason, int], ...]
    estimate: AlternationEstimate
    gates: tuple[FactorGate, ...]

    @property
    def interval(self) -> tuple[float, float]:
        found = self.estimate.weighted
        half = quantile_95(found.df) * found.se
        return found.coefficient - half, found.coefficient + half


def drawn_link(
    scores: Sequence[ScorePoint], sessions: Sequence[ExposedSession], drawn: Sequence[DrawnSession]
) -> DrawnLink:
    """Estimate from the drawn sessions that are linked, every session taken into account for the linking."""
    by_id = {each.session_id: each for each in drawn}
    found = clinic_link(scores, sessions, (), ())
    columns = found.review.linked
    ids = [each.point.session_id for each in found.sessions]
    kept = np.array([place for place, at in enumerate(columns.at) if ids[at] in by_id], dtype=np.intp)
    reasons = [found.reasons[each] for each in by_id if each in found.reasons]
    unlinked = tuple((reason, reasons.count(reason)) for reason in UnlinkedReason if reason in reasons)
    used = [by_id[ids[columns.at[place]]] for place in kept]
    having = sum(each.drawn for each in used)
    clusters = columns.sessions.patient[columns.at[kept]].astype(np.intp)
    estimate = _NOTHING
    if used:
        estimate = estimate_drawn(
            DrawnRows(
                clusters,
                columns.sessions.number[columns.at[kept]].astype(float),
                np.array([float(each.drawn) for each in used]),
                np.array([each.probability for each in used]),
                columns.pre[kept],
                columns.post[kept],
                columns.baseline[kept],
            )
        )
    patients = len(set(clusters.tolist()))
    gates = _gates(estimate.weighted, patients, having, len(used) - having)
    return DrawnLink(len(drawn), len(used), having, patients, unlinked, estimate, gates)


def _gates(found: Contrast, patients: int, having: int, lacking: int) -> tuple[FactorGate, ...]:
    known = math.isfinite(found.p)
    holds = {
        FactorGate.NO_CONTRAST: not known,
        FactorGate.FEW_PATIENTS: patients < FEWEST_PATIENTS,
        FactorGate.FEW_SESSIONS: min(having, lacking) < FEWEST_SESSIONS,
        FactorGate.FEW_DF: not found.df >= FEWEST_DF,
        FactorGate.WIDE: known and quantile_95(found.df) * found.se > WIDEST,
    }
    return tuple(gate for gate, held in holds.items() if held)
