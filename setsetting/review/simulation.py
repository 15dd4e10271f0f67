"""Simulated clinics, to see how often the estimate finds what is not there and how often its interval holds what is.

The course is that of the n = 117 preprint (first score 52, SD 12; a fall of 23, SD 14, over six sessions, most of it early),
a score's own error has SD 5, and an effect lasts. How strongly staff lean is chosen so that
simpler estimates fail about as often as in docs/decisions/g-estimation.md. Every set of patients has its own seed, so that any of them can be drawn again alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

import numpy as np

from setsetting.arrays import Floats
from setsetting.progress import Report, Step, silent
from setsetting.review.association import FEWEST_DF, FEWEST_PATIENTS, FEWEST_SESSIONS, linked_rows
from setsetting.review.cluster_robust import Contrast
from setsetting.review.column_linkage import LinkedColumns, ScoreColumns, SessionColumns, link_columns
from setsetting.review.g_estimation import LinkedRows, Model
from setsetting.review.planned_alternation import DrawnRows, estimate_drawn
from setsetting.review.schedule import PERMILLE, places

SESSIONS = 6
_SHARES = np.cumsum([0, 0.30, 0.22, 0.17, 0.13, 0.10, 0.08])
"""How much of a patient's fall has come after each session."""
_DAYS_APART = 4
SETTING = "setting"
_LEVEL = 0.05


class Scenario(StrEnum):
    """What staff go by when they choose the setting."""

    RANDOM = "random"
    ORDER = "order"
    SEVERITY = "severity"
    PREFERENCE = "preference"
    ALL = "all"
    BLOCKS = "blocks"
    """Nobody chooses: it is drawn in blocks, as a planned alternation draws it."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """The share of sets in which a true effect was rejected."""

    effect: float
    sets: int
    rejected: float

    @property
    def coverage(self) -> float:
        """The share of sets whose interval holds the true effect: it is every candidate that is not rejected."""
        return 1 - self.rejected


def simulate(
    scenario: Scenario, *, patients: int, sets: int, effect: float, seed: int, report: Report = silent
) -> Simulated:
    """Draw so many sets of patients and test the true effect in each; a set that tells nothing rejects nothing.

    What staff chose is tested by g-estimation, what was drawn in blocks by the stored probabilities.
    """
    rejected = 0
    for number in range(sets):
        linked = simulated_clinic(scenario, patients, effect, np.random.default_rng([seed, number]))
        rows, _number, _unknown = linked_rows(linked, SETTING)
        if len(rows.clusters):
            of_drawn = scenario is Scenario.BLOCKS
            test = without(estimate_drawn(as_drawn(rows)).weighted, effect) if of_drawn else Model(rows).test(effect)
            rejected += test.p < _LEVEL
        report(Step(number + 1, sets, str(scenario)))
    return Simulated(effect, sets, rejected / sets)


def as_drawn(rows: LinkedRows) -> DrawnRows:
    """Linked sessions whose setting a schedule drew, each with the probability that it stores; nothing else is carried."""
    number = 1 + rows.carried @ np.arange(1, rows.carried.shape[1] + 1)
    probability = np.full(len(number), PERMILLE / 1000)
    return DrawnRows(rows.clusters, number, rows.exposure, probability, rows.pre, rows.post, rows.baseline)


def without(found: Contrast, effect: float) -> Contrast:
    """The same coefficient set against a true effect instead of none."""
    return Contrast(found.coefficient - effect, found.se, found.df)


def missed(patients: int, *, effect: float, sets: int, seed: int, report: Report = silent) -> float:
    """The share of simulated clinics of so many patients that would miss a true effect, staff choosing by the last score.

    Missed is one whose test of no effect does not reject at 5 %, or before which a gate on the numbers of patients and sessions
    or on the degrees of freedom closes; an interval's width is left aside, since it costs the whole search.
    """
    found = 0
    for number in range(sets):
        linked = simulated_clinic(Scenario.SEVERITY, patients, effect, np.random.default_rng([seed, number]))
        rows, _number, _unknown = linked_rows(linked, SETTING)
        exposed = rows.exposure > 0
        both = np.intersect1d(rows.clusters[exposed], rows.clusters[~exposed])
        enough = len(both) >= FEWEST_PATIENTS and min(exposed.sum(), (~exposed).sum()) >= FEWEST_SESSIONS
        if enough:
            test = Model(rows).test()
            found += test.df >= FEWEST_DF and test.p < _LEVEL
        report(Step(number + 1, sets, str(Scenario.SEVERITY)))
    return 1 - found / sets


def simulated_clinic(scenario: Scenario, patients: int, effect: float, chance: np.random.Generator) -> LinkedColumns:
    """One set of patients, every session with its choice, its score before and its score after."""
    first, fall = chance.normal(52, 12, patients), chance.normal(23, 14, patients)
    errors = chance.normal(0, 5, (patients, SESSIONS + 1))
    lots = chance.random((patients, SESSIONS))
    blocks = _in_blocks(patients, chance.bytes(16).hex()) if scenario is Scenario.BLOCKS else None
    exposed, scores = np.zeros((patients, SESSIONS)), np.zeros((patients, SESSIONS + 1))
    for number in range(SESSIONS + 1):
        course = first - fall * _SHARES[number] + effect * exposed.sum(axis=1)
        scores[:, number] = np.clip(np.rint(course + errors[:, number]), 0, 80)
        if blocks is not None and number < SESSIONS:
            exposed[:, number] = blocks[:, number]
        elif number < SESSIONS:
            leaning = _LEANING[scenario](number, scores[:, number], fall)
            exposed[:, number] = lots[:, number] < 1 / (1 + np.exp(-leaning))
    who = np.arange(patients, dtype=np.int32)
    day = np.arange(SESSIONS + 1, dtype=np.int32) * _DAYS_APART
    sessions = SessionColumns(
        np.repeat(who, SESSIONS),
        np.tile(np.arange(1, SESSIONS + 1, dtype=np.int32), patients),
        np.tile(day[:-1] + 1, patients),
        {SETTING: exposed.ravel()},
    )
    totals = scores.astype(np.int32).ravel()
    return link_columns(sessions, ScoreColumns(np.repeat(who, SESSIONS + 1), np.tile(day, patients), totals))


def _in_blocks(patients: int, seed: str) -> Floats:
    """What a schedule of this seed draws for patients in the order in which they come, by the infusion's number."""
    drawn = [list(islice(places(seed, number), patients)) for number in range(1, SESSIONS + 1)]
    return np.array(drawn, dtype=float).T


def _by_order(number: int, _last: Floats, fall: Floats) -> Floats:
    """Early sessions more often: nine in ten at first, one in ten at last."""
    return np.full(len(fall), 2.2 - 0.88 * number)


def _by_severity(_number: int, last: Floats, _fall: Floats) -> Floats:
    """The higher the last score, the more often."""
    return (last - 40) / 6


def _by_preference(_number: int, _last: Floats, fall: Floats) -> Floats:
    """Patients who respond well, more often."""
    return (fall - 23) / 12


_LEANING: dict[Scenario, Callable[[int, Floats, Floats], Floats]] = {
    Scenario.RANDOM: lambda _number, _last, fall: np.zeros(len(fall)),
    Scenario.ORDER: _by_order,
    Scenario.SEVERITY: _by_severity,
    Scenario.PREFERENCE: _by_preference,
    Scenario.ALL: lambda *known: 0.75 * (_by_order(*known) + _by_severity(*known)) + _by_preference(*known),
}
"""How staff lean towards the setting, as log odds."""
