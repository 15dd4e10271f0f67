"""The planner: the relaxed programme as guide, a beam as search, multipliers to mend what repeats spoil.

It is bounded by work and never looks at a clock: the same instance and seed give the same plan, byte
for byte. What it answers breaks no hard rule; where nothing fits it raises `Infeasible` with the
phase, the rule to look at first and how many tracks each rule leaves.
"""

from dataclasses import dataclass

from setsetting.progress import Report, Step, silent
from setsetting.soundscape.beam import Incumbent, Search, bound_below
from setsetting.soundscape.by_time import FIRST_BY_TIME, FIRST_WIDTH, SECOND_BY_TIME, by_time, filled_alone
from setsetting.soundscape.dual_ascent import DualAscent, rounds_for
from setsetting.soundscape.instance import PlanItem
from setsetting.soundscape.problem import Problem
from setsetting.soundscape.refusal import Meanwhile, infeasible, lost_pin
from setsetting.soundscape.relaxation import INF, Stages
from setsetting.words.translate import _

LAST_WIDTH = 64
WIDEST = 256
BY_TIME = (FIRST_BY_TIME, SECOND_BY_TIME, 2_000, 20_000)
"""The plans of one time that go on where the beam finds none: the first two as they are, then with multipliers."""
UNGUIDED = 2
BY_TIME_QUICK = 500
NEAR = 0.005
"""A proven gap of half a percent is good enough to stop."""
FAIR = 0.05
"""A proven gap above this earns a second, wider pass on a scarce library."""
SCARCE = 1_500_000
"""Seconds x arcs up to which a library counts as scarce; a rich one is near the best at once."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Items in order; `bound` is proven: no plan costs less. `proven` says that this one is the best."""

    cost: float
    bound: float
    items: tuple[PlanItem, ...]
    proven: bool


def plan(problem: Problem, report: Report = silent, meanwhile: Meanwhile = lambda _refused: None) -> Plan:
    """Find a plan near the optimum. Raises Infeasible, of which `meanwhile` hears before all that would help is tried;
    whatever a report raises stops the search."""
    found = search(Stages(problem), report=report)
    if found.answer is None:
        raise infeasible(problem, proven=found.exhausted, report=report, meanwhile=meanwhile)
    cost = round(found.answer.cost, 6)
    bound = bound_below(found.answer.cost if found.exhausted else min(found.bound, found.answer.cost))
    return Plan(cost, max(0.0, bound), found.answer.items, found.exhausted)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search ended with; `exhausted` means that nothing was dropped unseen."""

    answer: Incumbent | None
    bound: float
    exhausted: bool


def search(stages: Stages, *, quick: bool = False, report: Report = silent) -> SearchResult:
    """Search, raise multipliers, search again; `quick` stops at the first answer."""
    first = Search(stages)
    bound = first.root_value() - first.credit
    if bound == INF or lost_pin(stages.problem) is not None:
        return SearchResult(None, INF, True)
    answer = first.run(FIRST_WIDTH, None)
    if not first.dropped:
        return SearchResult(answer, bound, True)
    if quick and answer is None:
        answer = by_time(first, BY_TIME_QUICK)
    if quick or (answer is not None and _near(answer, bound)):
        return SearchResult(answer, bound, False)
    ascent = DualAscent(stages, first)
    if answer is None:
        answer, exhausted = _whatever(ascent, report)
        if answer is None:
            return SearchResult(None, INF if exhausted else bound, exhausted)
    return _improved(stages, ascent, answer)


def _whatever(ascent: DualAscent, report: Report) -> tuple[Incumbent | None, bool]:
    """Any plan at all, where the cheapest beginnings lead nowhere; without one, whether none exists."""
    problem = ascent.stages.problem
    for number, width in enumerate(BY_TIME):
        if number:
            if any(filled_alone(problem, phase) is False for phase in range(len(problem.windows))):
                return None, True
            for _round in range(rounds_for(ascent.stages) if number >= UNGUIDED else 0):
                ascent.round(None)
        guided = ascent.best.search

        def tell(second: int, *, first: bool = not number) -> None:
            report(Step(0 if first else second, ascent.stages.energy_costs.horizon, _("seconds of a tight plan")))

        answer = by_time(guided, width, tell)
        if answer is not None or not guided.dropped:
            return answer, not guided.dropped
    return None, False


def _improved(stages: Stages, ascent: DualAscent, answer: Incumbent | None) -> SearchResult:
    """Rounds of better multipliers, each few with a search, and a wide search at the best of them; twice if need be."""
    for every, between, last in ((6, FIRST_WIDTH, LAST_WIDTH), (3, LAST_WIDTH, WIDEST)):
        for number in range(rounds_for(stages)):
            priced = ascent.round(answer)
            if answer is None or (number + 1) % every == 0:
                answer = priced.run(between, answer)
            if answer is not None and _near(answer, ascent.best.bound):
                return SearchResult(answer, ascent.best.bound, False)
        final = ascent.best.search
        answer = final.run(last, answer)
        if not final.dropped:
            return SearchResult(answer, ascent.best.bound, True)
        if answer is not None and (stages.work > SCARCE or answer.cost - ascent.best.bound <= FAIR * answer.cost):
            break
    return SearchResult(answer, ascent.best.bound, False)


def _near(answer: Incumbent, bound: float) -> bool:
    return answer.cost - bound <= NEAR * max(answer.cost, 1e-9)
