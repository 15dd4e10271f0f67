"""One named, versioned set of PCL-5 thresholds, each with its source, and the words made from it.

A change is later minus earlier, so that a fall is negative; the words are the same for a rise of the
same size. The labels are this project's proposal, the numbers are the published ones. "Remission"
and "response" are not words of this set: a clinic that uses them has to name its own rule.
"""

from dataclasses import dataclass

from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class Threshold:
    """A rule as published: its value in points, what it says, where it stands."""

    name: str
    points: str
    says: str
    source: str


@dataclass(frozen=True, slots=True)
class ThresholdSet:
    """The numbers the words are made from; a changed number is a new version."""

    name: str
    version: int
    unreliable_change: int
    minimal_change: int
    reliable_one: int
    reliable_both: int
    end_state: int
    cut_low: int
    cut_high: int
    reduction_percent: int
    sources: tuple[Threshold, ...]

    @property
    def label(self) -> str:
        return f"{self.name} v{self.version}"


@dataclass(frozen=True, slots=True)
class OwnRule:
    """A word of the clinic's own, as "response": what it means by it, every condition that is given being met.

    `fall` is in points, `fall_percent` of the first score, `at_most` the last score; None where it asks nothing.
    """

    word: str
    fall: int | None = None
    fall_percent: int | None = None
    at_most: int | None = None

    def holds(self, first: int, last: int) -> bool:
        return (
            (self.fall is None or first - last >= self.fall)
            and (self.fall_percent is None or (first > 0 and (first - last) * 100 >= self.fall_percent * first))
            and (self.at_most is None or last <= self.at_most)
        )

    @property
    def words(self) -> str:
        """The word with its rule, never without it."""
        asked = (
            (_("a fall of {n} or more"), self.fall),
            (_("a fall of {n} % of the first score or more"), self.fall_percent),
            (_("a last score of {n} or less"), self.at_most),
        )
        rule = _(" and ").join(said.format(n=n) for said, n in asked if n is not None)
        return _("{word} as this clinic defines it: {rule}").format(word=self.word, rule=rule)


PUBLISHED = ThresholdSet(
    name="published",
    version=3,
    unreliable_change=5,
    minimal_change=9,
    reliable_one=15,
    reliable_both=18,
    end_state=28,
    cut_low=31,
    cut_high=33,
    reduction_percent=30,
    sources=(
        Threshold(
            "minimal important difference",
            "9\N{EN DASH}12; 9 used here",
            "changes of 9 to 12 likely reflect real change; 5 or less likely are not reliable",
            "Blanchard et al. 2023, J Trauma Stress 36:1102, PMID 37845820 (civilian primary care, n = 971)",
        ),
        Threshold(
            "reliable change, sample 1",
            "15 or more",
            "reliable change index",
            "Marx et al. 2022, Psychol Assess 34:197-203, sample 1 (male veterans, n = 198)",
        ),
        Threshold(
            "reliable change, both samples",
            "18 or more",
            "reliable change index of sample 2, so reliable by both",
            "Marx et al. 2022, Psychol Assess 34:197-203, sample 2 (male veterans, n = 102)",
        ),
        Threshold(
            "end state",
            "28 or less",
            "more likely a score of the population without PTSD; clinically significant change = reliable and 28 or less",
            "Marx et al. 2022, Psychol Assess 34:197-203, both samples",
        ),
        Threshold(
            "cut-point",
            "31\N{EN DASH}33",
            "indicative of probable PTSD; population and purpose may warrant other values",
            "National Center for PTSD; Forkus et al. 2023, review of 64 studies, PMC10292741",
        ),
        Threshold(
            "30 % reduction",
            "30 % of the first score or more",
            "a share of the first score, so that score stands beside it; used by a large registry for the PCL-5 and by a "
            "trial of repeated infusions (Mount Sinai)",
            "osmind.org pages",
        ),
    ),
)


def change_words(change: int, used: ThresholdSet = PUBLISHED) -> str:
    """The size of a change in words, alike for a fall and a rise."""
    size = abs(change)
    if size >= used.reliable_both:
        return _("reliable (both Marx samples)")
    if size >= used.reliable_one:
        return _("reliable (Marx sample 1)")
    if size >= used.minimal_change:
        return _("at least minimal important difference (Blanchard)")
    if size > used.unreliable_change:
        return _("less than minimal important difference (Blanchard)")
    return _("{points} or less, likely not reliable (Blanchard)").format(points=used.unreliable_change)


def reduced(first: int, last: int, used: ThresholdSet = PUBLISHED) -> bool:
    """Whether a total fell by the named share of the first one; of a first total of 0 nothing can fall."""
    return first > 0 and (first - last) * 100 >= used.reduction_percent * first


def reduction_words(first: int, last: int, used: ThresholdSet = PUBLISHED) -> str:
    """The share rule for one change, with the first score it is a share of."""
    words = (
        _("{n} % reduction of the first score {first}: met")
        if reduced(first, last, used)
        else _("{n} % reduction of the first score {first}: not met")
    )
    return words.format(n=used.reduction_percent, first=first)


def end_words(total: int, used: ThresholdSet = PUBLISHED) -> str:
    """Where a total stands to the end-state and the cut-points; shown beside the provisional rule, never merged."""
    if total <= used.end_state:
        return _("{points} or less (Marx end state)").format(points=used.end_state)
    if total < used.cut_low:
        return _("below the cut-points {low}\N{EN DASH}{high}").format(low=used.cut_low, high=used.cut_high)
    if total <= used.cut_high:
        return _("within the cut-points {low}\N{EN DASH}{high}").format(low=used.cut_low, high=used.cut_high)
    return _("above the cut-points {low}\N{EN DASH}{high}").format(low=used.cut_low, high=used.cut_high)


def clinically_significant(change: int, later_total: int, used: ThresholdSet = PUBLISHED) -> bool:
    """Marx 2022: a reliable fall (both samples' size) that ends at the end-state or below."""
    return change <= -used.reliable_both and later_total <= used.end_state
