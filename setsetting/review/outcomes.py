"""What a course's scores came to, as figures for a table: means, change, effect sizes, shares with Wilson intervals.

A change is later minus earlier, so that a fall is negative. Every effect size names what it is divided by, and those that need the same people
twice are computed from both scores of each, never from published means: those lack how the two hang together. "Response"
and "remission" stand here only where the clinic has said what it means by them.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import correlation, fmean, stdev

from setsetting.clinical.thresholds import PUBLISHED, OwnRule, ThresholdSet, reduced
from setsetting.review.student_t import quantile_95, two_sided
from setsetting.words.translate import _

_NORMAL_95 = 1.959963984540054


class CourseState(StrEnum):
    """How far a course came: all its infusions, or said to be finished; still going on; ended before, with a reason known or none."""

    COMPLETED = "completed"
    GOING_ON = "going on"
    LEFT = "left"
    LEFT_UNSAID = "left, no reason known"


@dataclass(frozen=True, slots=True)
class CourseScores:
    """One patient who began: the first and the last comparable score, None where there is none.

    `after_all` says that the last was filled after every infusion held; only such a one is a completer's last score.
    """

    first: int | None
    last: int | None
    state: CourseState
    after_all: bool = True


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with Wilson's 95 % interval; None where there is nobody."""

    count: int
    of: int
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class PairedScores:
    """The same people's scores before and after; None for what so few cannot tell.

    `d_z` is the mean change over the changes' own SD, `d_av` over the root mean square of both scores' SDs, `d_before` over
    the first scores' SD; all three are negative for a fall.
    """

    n: int
    mean_before: float | None
    sd_before: float | None
    mean_after: float | None
    sd_after: float | None
    change: float | None
    ci_low: float | None
    ci_high: float | None
    t: float | None
    p: float | None
    d_z: float | None
    d_av: float | None
    d_before: float | None
    correlation: float | None


@dataclass(frozen=True, slots=True)
class OutcomeGroup:
    """Completers, or all who began: how many have both scores, what these came to, and who is missing."""

    began: int
    without_scores: int
    scores: PairedScores
    improved: tuple[tuple[str, Share], ...]
    below: tuple[tuple[str, Share], ...]


@dataclass(frozen=True, slots=True)
class OutcomeTable:
    """Completers and all starters side by side, so that those who left and those still in their course are seen."""

    completers: OutcomeGroup
    starters: OutcomeGroup
    going_on: int
    left: int
    left_unsaid: int


def outcome_table(
    courses: Sequence[CourseScores], used: ThresholdSet = PUBLISHED, own: Sequence[OwnRule] = ()
) -> OutcomeTable:
    """The table of a clinic's courses; someone without both scores is counted and takes part in nothing else."""
    states = [course.state for course in courses]
    completers = [
        course if course.after_all else replace(course, last=None)
        for course in courses
        if course.state is CourseState.COMPLETED
    ]
    return OutcomeTable(
        _group(completers, used, own),
        _group(courses, used, own),
        states.count(CourseState.GOING_ON),
        states.count(CourseState.LEFT) + states.count(CourseState.LEFT_UNSAID),
        states.count(CourseState.LEFT_UNSAID),
    )


def _group(courses: Sequence[CourseScores], used: ThresholdSet, own: Sequence[OwnRule]) -> OutcomeGroup:
    pairs = [(each.first, each.last) for each in courses if each.first is not None and each.last is not None]
    before, after = [first for first, _last in pairs], [last for _first, last in pairs]

    def share(holds: Callable[[int, int], bool]) -> Share:
        return wilson(sum(holds(first, last) for first, last in pairs), len(pairs))

    def falls(points: int) -> tuple[str, Share]:
        return _("fall of {n} or more").format(n=points), share(lambda first, last: first - last >= points)

    def ends_below(cut: int) -> tuple[str, Share]:
        return _("below {n}").format(n=cut), share(lambda _first, last: last < cut)

    improved = (
        falls(used.minimal_change),
        falls(used.reliable_one),
        falls(used.reliable_both),
        (
            _("fall of {n} % of the first score or more").format(n=used.reduction_percent),
            share(lambda first, last: reduced(first, last, used)),
        ),
        (
            _("fall of {n} or more that ends at {end} or below").format(n=used.reliable_both, end=used.end_state),
            share(lambda first, last: first - last >= used.reliable_both and last <= used.end_state),
        ),
        *((rule.words, share(rule.holds)) for rule in own),
    )
    below = (
        (_("{n} or less").format(n=used.end_state), share(lambda _first, last: last <= used.end_state)),
        *(ends_below(cut) for cut in range(used.cut_low, used.cut_high + 1)),
    )
    return OutcomeGroup(len(courses), len(courses) - len(pairs), paired_scores(before, after), improved, below)


def paired_scores(before: Sequence[float], after: Sequence[float]) -> PairedScores:
    """What the same people's scores came to, in the order of the people."""
    n = len(before)
    changes = [later - earlier for earlier, later in zip(before, after, strict=True)]
    sd_before, sd_after, sd = (stdev(each) if n > 1 else None for each in (before, after, changes))
    change = fmean(changes) if n else None
    error = sd / math.sqrt(n) if sd else None
    t = change / error if change is not None and error else None
    half = quantile_95(n - 1) * error if error else None
    both_vary = bool(sd_before and sd_after)
    return PairedScores(
        n=n,
        mean_before=fmean(before) if n else None,
        sd_before=sd_before,
        mean_after=fmean(after) if n else None,
        sd_after=sd_after,
        change=change,
        ci_low=change - half if change is not None and half is not None else None,
        ci_high=change + half if change is not None and half is not None else None,
        t=t,
        p=None if t is None else two_sided(t, n - 1),
        d_z=_over(change, sd),
        d_av=_over(change, _root_mean_square(sd_before, sd_after)),
        d_before=_over(change, sd_before),
        correlation=correlation(before, after) if both_vary else None,
    )


def d_av_of_summary(mean_before: float, sd_before: float, mean_after: float, sd_after: float) -> float | None:
    """The one effect size that published means and SDs allow; `d_z` and the change's interval need the people themselves."""
    return _over(mean_after - mean_before, _root_mean_square(sd_before, sd_after))


def wilson(count: int, of: int) -> Share:
    """A share with Wilson's 95 % interval, which stays within 0 and 1."""
    if of == 0:
        return Share(count, of, None, None)
    square = _NORMAL_95**2
    middle = (count + square / 2) / (of + square)
    half = _NORMAL_95 / (of + square) * math.sqrt(count * (of - count) / of + square / 4)
    return Share(count, of, middle - half if count else 0.0, middle + half if count < of else 1.0)


def reliable_change_index(sd: float, reliability: float) -> float:
    """Jacobson and Truax: points beyond which a change is unlikely to be the measure's own error (95 %)."""
    return _NORMAL_95 * sd * math.sqrt(2 * (1 - reliability))


def signed_rank_p(changes: Sequence[float]) -> float | None:
    """Wilcoxon's signed-rank test, exact: every pattern of signs counted, ties at their middle rank, no change left out."""
    moved = sorted((change for change in changes if change), key=abs)
    if not moved:
        return None
    sizes = [abs(change) for change in moved]
    twice = [sizes.index(size) * 2 + sizes.count(size) + 1 for size in sizes]  # middle ranks, doubled to be whole
    ways: dict[int, int] = {0: 1}
    for rank in twice:
        for total, count in list(ways.items()):
            ways[total + rank] = ways.get(total + rank, 0) + count
    seen = sum(rank for rank, change in zip(twice, moved, strict=True) if change > 0)
    far = min(seen, sum(twice) - seen)
    fewer = sum(count for total, count in ways.items() if total <= far)
    return min(1.0, 2 * fewer / float(1 << len(twice)))


def _root_mean_square(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else math.sqrt((one**2 + other**2) / 2)


def _over(change: float | None, sd: float | None) -> float | None:
    return change / sd if change is not None and sd else None


@dataclass(frozen=True, slots=True)
class RuleAndCut:
    """Complete forms by the provisional rule and by a cut: they disagree both ways, so both are shown."""

    both: int
    rule_only: int
    cut_only: int
    neither: int

    @property
    def forms(self) -> int:
        return self.both + self.rule_only + self.cut_only + self.neither

    @property
    def disagree(self) -> int:
        return self.rule_only + self.cut_only


def rule_and_cut(forms: Sequence[tuple[bool, int]], cut: int) -> RuleAndCut:
    """Count forms, each with its provisional rule and its total; a total of the cut or more is above it."""
    found = [(provisional, total >= cut) for provisional, total in forms]
    return RuleAndCut(
        found.count((True, True)), found.count((True, False)), found.count((False, True)), found.count((False, False))
    )


def rule_and_cut_words(counted: RuleAndCut, cut: int) -> str:
    """How often the two disagree here, beside how often they do in public forms."""
    if not counted.forms:
        return _(
            "No complete form is here that the provisional rule and the cut at {cut} could disagree in; in 221 public past-month "
            "forms the rule and 33 disagree in 29."
        ).format(cut=cut)
    return _(
        "The provisional rule and the cut at {cut} disagree in {n} of {forms} forms here ({rule} by the rule only, {total} by the cut "
        "only); in 221 public past-month forms the rule and 33 disagree in 29."
    ).format(cut=cut, n=counted.disagree, forms=counted.forms, rule=counted.rule_only, total=counted.cut_only)
