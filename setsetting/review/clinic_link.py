"""A clinic's own sessions beside its own scores: the rule of `linking`, session by session, made into columns.

Past-week and past-month scores are never mixed: the recall that links more sessions is estimated from, and the others are
counted under their reason. Psychotherapy beside the course is always carried where it is known of any linked session, from
what was said at a visit between the two scores; not asked is a level of its own and never a no.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from setsetting.arrays import Floats
from setsetting.clinical.form import Recall
from setsetting.review.association import LinkReview, review_links
from setsetting.review.column_linkage import LinkedColumns, SessionColumns
from setsetting.review.linking import (
    Linkage,
    LinkedSession,
    ScorePoint,
    SessionPoint,
    UnlinkedReason,
    Window,
    link,
    windows,
)
from setsetting.units import Minutes

PSYCHOTHERAPY, NOT_ASKED = "psychotherapy", "psychotherapy not asked"


@dataclass(frozen=True, slots=True)
class ExposedSession:
    """A session that counts: how long its infusion ran, and how much of each factor it had, NaN where nobody knows."""

    point: SessionPoint
    minutes: Minutes
    exposures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class TherapySaid:
    """What a patient said at a visit on a day: whether psychotherapy went on beside the course since the visit before."""

    patient: str
    day: int
    went_on: bool


@dataclass(frozen=True, slots=True)
class FactorTally:
    """Of some sessions: how many had any of a factor, how many had none, of how many nobody knows; and the minutes."""

    having: int
    lacking: int
    unknown: int
    minutes_having: Minutes
    minutes_lacking: Minutes


@dataclass(frozen=True, slots=True)
class FactorWindow:
    """The time between two neighbouring forms, and the factors of the sessions in it, by name."""

    window: Window
    tallies: Mapping[str, FactorTally]


@dataclass(frozen=True, slots=True)
class ClinicLink:
    """What was examined, all of it; `recall` is that of the scores, None where nothing is linked.

    `therapy_known` is of how many linked sessions psychotherapy is known, `reasons` why each other session is not linked.
    """

    review: LinkReview
    recall: Recall | None
    therapy_known: int
    sessions: tuple[ExposedSession, ...]
    reasons: Mapping[str, UnlinkedReason]
    scores: tuple[ScorePoint, ...]
    factors: tuple[str, ...]

    def windows(self) -> list[FactorWindow]:
        """Every time between two neighbouring forms, and what was had in it."""
        return list(_windows(self.scores, self.sessions, self.factors))


def clinic_link(
    scores: Sequence[ScorePoint],
    sessions: Iterable[ExposedSession],
    said: Iterable[TherapySaid],
    factors: Sequence[str],
) -> ClinicLink:
    """Link every session or say why not, and examine all factors; sessions come in any order."""
    held = tuple(sorted(sessions, key=lambda each: (each.point.patient, each.point.at_ms, each.point.number)))
    points = [each.point for each in held]
    linkage = link(scores, points)
    by_recall = Counter(each.pre.recall for each in linkage.linked)
    recall = max(by_recall, key=lambda each: (by_recall[each], each is Recall.WEEK), default=None)
    used = [each for each in linkage.linked if each.pre.recall is recall]
    reasons = _reasons(linkage, recall)
    carried, known = _therapy(used, said)
    columns = _columns(held, used, scores, carried, factors)
    unlinked = Counter(reasons.values())
    in_order = {reason: unlinked[reason] for reason in UnlinkedReason if unlinked[reason]}
    reviewed = review_links(replace(columns, unlinked=in_order), factors, tuple(carried))
    return ClinicLink(reviewed, recall, known, held, reasons, tuple(scores), tuple(factors))


def _reasons(linkage: Linkage, recall: Recall | None) -> dict[str, UnlinkedReason]:
    others = {each.session.session_id for each in linkage.linked if each.pre.recall is not recall}
    found = {each.session.session_id: each.reason for each in linkage.unlinked}
    return found | dict.fromkeys(others, UnlinkedReason.OTHER_RECALL)


def _therapy(linked: Sequence[LinkedSession], said: Iterable[TherapySaid]) -> tuple[dict[str, dict[str, float]], int]:
    """Columns of what was said between the two scores of each linked session; none where that is known of no session."""
    told: dict[str, list[TherapySaid]] = defaultdict(list)
    for each in said:
        told[each.patient].append(each)
    went_on: dict[str, bool] = {}
    for each_linked in linked:
        pre, post = each_linked.pre, each_linked.post
        between = [each.went_on for each in told[pre.patient] if pre.day < each.day <= post.day]
        if between:
            went_on[each_linked.session.session_id] = any(between)
    if not went_on:
        return {}, 0
    ids = [each.session.session_id for each in linked]
    carried = {PSYCHOTHERAPY: {name: float(went_on.get(name, False)) for name in ids}}
    if len(went_on) < len(ids):
        carried[NOT_ASKED] = {name: float(name not in went_on) for name in ids}
    return carried, len(went_on)


def _columns(
    held: Sequence[ExposedSession],
    linked: Sequence[LinkedSession],
    scores: Sequence[ScorePoint],
    carried: Mapping[str, Mapping[str, float]],
    factors: Sequence[str],
) -> LinkedColumns:
    """The linked sessions among all, in the order of patient and time; a baseline is the first score of their recall."""
    ids = [each.point.session_id for each in held]
    place = {name: at for at, name in enumerate(ids)}
    numbers = {patient: n for n, patient in enumerate(dict.fromkeys(each.point.patient for each in held))}
    exposures: dict[str, Floats] = {
        name: np.array([each.exposures[name] for each in held], dtype=float) for name in factors
    }
    exposures |= {name: np.array([values.get(each, 0.0) for each in ids]) for name, values in carried.items()}
    whole = SessionColumns(
        np.array([numbers[each.point.patient] for each in held], dtype=np.int32),
        np.array([each.point.number for each in held], dtype=np.int32),
        np.array([each.point.day for each in held], dtype=np.int32),
        exposures,
    )
    first: dict[tuple[str, Recall], int] = {}
    for score in sorted(scores, key=lambda score: (score.at_ms, score.form_id)):
        if score.total is not None:
            first.setdefault((score.patient, score.recall), score.total)
    return LinkedColumns(
        whole,
        np.array([place[each.session.session_id] for each in linked], dtype=np.intp),
        np.array([each.pre.points for each in linked], dtype=float),
        np.array([each.post.points for each in linked], dtype=float),
        np.array([first[each.pre.patient, each.pre.recall] for each in linked], dtype=float),
        {},
        sum(each.pre.day == each.session.day for each in linked),
    )


def tally(sessions: Iterable[ExposedSession], factor: str) -> FactorTally:
    """How many of these sessions had any of a factor, and for how many infusion minutes."""
    having, lacking, unknown = list[Minutes](), list[Minutes](), 0
    for each in sessions:
        much = each.exposures[factor]
        if math.isnan(much):
            unknown += 1
        else:
            (having if much > 0 else lacking).append(each.minutes)
    return FactorTally(len(having), len(lacking), unknown, Minutes(sum(having)), Minutes(sum(lacking)))


def _windows(
    scores: Iterable[ScorePoint], held: Sequence[ExposedSession], factors: Sequence[str]
) -> Iterator[FactorWindow]:
    forms: dict[str, list[ScorePoint]] = defaultdict(list)
    for score in scores:
        forms[score.patient].append(score)
    own: dict[str, list[ExposedSession]] = defaultdict(list)
    for each in held:
        own[each.point.patient].append(each)
    for patient, sessions in own.items():
        by_id = {each.point.session_id: each for each in sessions}
        for window in windows(forms[patient], [each.point for each in sessions]):
            inside = [by_id[point.session_id] for point in window.sessions]
            yield FactorWindow(window, {name: tally(inside, name) for name in factors})
