"""What would help tonight: the mildest loosenings that were tried and give a plan.

Every offer was planned with, by the search that a build begins with, so that taking it leads to a plan. A limit is
offered at the smallest of the values that make a difference in this library, found by bisection; a limit of its own
scale has its own steps. Where no single loosening helps, the fewest together are looked for by leaving out one after
the other. Vetoes, words in a language the patient knows and what was heard are never among them; sudden rises and
unnoted lyrics come last.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from setsetting.progress import Report, Step, silent
from setsetting.soundscape.beam import Incumbent, Search
from setsetting.soundscape.by_time import FIRST_BY_TIME, FIRST_WIDTH, SECOND_BY_TIME, by_time, filled_alone
from setsetting.soundscape.check import check
from setsetting.soundscape.loosening import Loosening, loosen
from setsetting.soundscape.offer_words import beyond, held_words, offered_words
from setsetting.soundscape.problem import Problem
from setsetting.soundscape.relaxation import INF, Stages
from setsetting.soundscape.rules import ALLOW, LOOSENABLE, Limit
from setsetting.words.translate import _

_ALONE = 50
"""Labels of one time with which a trial asks whether a phase can be filled by itself."""
_WIDER = 3_000
"""Labels of one time with which it is asked at last whether everything loosened together is enough."""
_HALVINGS = 2
"""How often the value of one of several rules is halved between nothing and what the plan found needs; a rule alone is
made as small as it goes."""
MOST = 5
"""Offers a person is shown."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A loosening that gives a plan: the rules and values beside what is loosened already, in words, and the tracks
    and moments of the plan it gave that need it."""

    loosened: tuple[tuple[str, str], ...]
    words: str
    holds: str

    @property
    def as_arguments(self) -> dict[str, float | str]:
        """The same as data: numbers as numbers."""
        return {name: value if value == ALLOW else _number(value) for name, value in self.loosened}


def _number(value: str) -> float:
    return int(value) if value.isdecimal() else float(value)


@dataclass(frozen=True, slots=True)
class Offers:
    """The offers, mildest first, and the rules whose loosening alone was tried and is not enough."""

    found: tuple[Offer, ...]
    not_enough: tuple[str, ...]


NOTHING_TRIED = Offers((), ())


def offers(
    problem: Problem, report: Report = silent, meanwhile: Callable[[Offers], None] = lambda _so_far: None
) -> Offers:
    """Try what may be loosened; whatever a report raises stops it. `meanwhile` hears of them as they are found.

    What was heard of stays where it is: what comes last among the offers is tried last.
    """
    trials = _Trials(problem, report)
    names = tuple(trials.scales)
    if not names or not trials.possible_at_last(names):  # then no fewer can be enough
        return Offers((), names)
    alone = [name for name in names if trials.possible((name,))]
    tried = Offers((), tuple(name for name in names if name not in alone))
    for chosen in _groups(trials, alone):
        smallest = {trials.tightened(trials.smallest(names)) for names in chosen}
        for written in sorted(smallest, key=trials.severity):
            known = {offer.loosened for offer in tried.found}
            if written not in known and len(known) < MOST and (offer := trials.offer(written)) is not None:
                tried = replace(tried, found=(*tried.found, offer))
                meanwhile(tried)
    return tried


def _groups(trials: "_Trials", alone: Sequence[str]) -> Iterator[list[tuple[str, ...]]]:
    """Sets of rules to loosen: each alone that is enough, those that come equally late together; else several at once."""
    for _each, names in groupby(sorted(alone, key=_late), key=_late):
        yield [(name,) for name in names]
    if not alone:
        yield from ([trials.fewest(order)] for order in _orders(tuple(trials.scales)))


def _late(name: str) -> int:
    return LOOSENABLE[name][0].late


def _orders(names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """In which orders it is tried to do without: what comes last among the offers first, or last."""
    late = tuple(sorted(names, key=lambda name: -_late(name)))
    yield late
    yield late[::-1]


class _Trials:
    """Plans tried with rules loosened; each once."""

    def __init__(self, problem: Problem, report: Report) -> None:
        self.problem, self.report = problem, report
        scales = {name: tuple(_scale(problem, limit)) for name, (_rule, limit) in LOOSENABLE.items()}
        self.scales = {name: scale for name, scale in scales.items() if scale}
        self.tried: dict[tuple[tuple[str, str], ...], Incumbent | None] = {}
        self.width = FIRST_BY_TIME
        self.blocked = [number for number in range(len(problem.windows)) if filled_alone(problem, number) is False]

    def plan(self, wanted: dict[str, str]) -> Incumbent | None:
        """A plan with these loosened; None where the search found none. Where a search takes its time, one that was met
        before will do."""
        written = loosen(wanted).written
        if written not in self.tried:
            instance, met = Loosening(written).of(self.problem.instance), None
            if self.width > FIRST_BY_TIME:
                met = next((one for one in self.tried.values() if one and not check(instance, one.items).broken), None)
            self.tried[written] = met or self.searched(written)
        return self.tried[written]

    def searched(self, written: tuple[tuple[str, str], ...], width: int = 0) -> Incumbent | None:
        """The first plan that the search finds with these loosened, as wide as every trial where it is not said how."""
        self.report(Step(len(self.tried), None, _("changes tried")))
        instance = Loosening(written).of(self.problem.instance)
        return self._planned(Problem(instance, self.problem.seed, columns=self.problem.columns), width or self.width)

    def _planned(self, problem: Problem, width: int) -> Incumbent | None:
        search = Search(Stages(problem))
        if search.root_value() == INF:
            return None
        answer = search.run(FIRST_WIDTH, None)
        if answer is not None or not search.dropped:
            return answer
        if any(filled_alone(problem, number, _ALONE) is False for number in self.blocked):
            return None
        return by_time(search, width, lambda second: self.report(Step(second, None, _("seconds of a tight plan"))))

    def possible(self, names: tuple[str, ...]) -> bool:
        """Whether a plan is found with these rules loosened as far as they go."""
        return self.plan({name: self.scales[name][-1] for name in names}) is not None

    def possible_at_last(self, names: tuple[str, ...]) -> bool:
        """The same, with a wider search where the first finds none: a trial is then as wide."""
        wanted = {name: self.scales[name][-1] for name in names}
        if self.plan(wanted) is None:
            self.width = _WIDER
            self.tried.clear()
        return self.plan(wanted) is not None

    def fewest(self, order: tuple[str, ...]) -> tuple[str, ...]:
        """Rules none of which can be done without, found by leaving out one after the other in this order."""
        kept = tuple(self.scales)
        for name in order:
            kept = self._without_idle(kept)
            rest = tuple(one for one in kept if one != name)
            if name in kept and rest and self.possible(rest):
                kept = rest
        return kept

    def _without_idle(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """These rules without those that the plan found with them does not need."""
        found = self.plan({name: self.scales[name][-1] for name in names})
        assert found is not None
        needed = tuple(name for name in names if any(beyond(self.problem, LOOSENABLE[name][0].name, found.items)))
        return needed if needed and self.possible(needed) else names

    def smallest(self, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """The smallest values with which these rules together still give a plan; what is offered last is made small first."""
        wanted = {name: self.scales[name][-1] for name in names}
        for name in sorted(names, key=lambda name: -_late(name)):
            scale = self.scales[name]
            low, high = 0, self._needed(name, wanted)
            halvings = _HALVINGS if len(names) > 1 else len(scale)
            while low < high and halvings:
                halvings -= 1
                middle = (low + high) // 2
                if self.plan({**wanted, name: scale[middle]}) is not None:
                    high = middle
                else:
                    low = middle + 1
            wanted[name] = scale[high]
        return loosen(wanted).written

    def tightened(self, written: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        """The same, with no more tracks by one artist than the plan found holds, where a build finds one there too.

        A first search may miss with eleven what it met with twenty; a build goes on to a wider one.
        """
        while (milder := self._milder(written)) is not None:
            written = milder
        return written

    def _milder(self, written: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...] | None:
        for name, value in written if self.width == FIRST_BY_TIME else ():
            scale, at = self.scales[name], self._enough(name, dict(written))
            if LOOSENABLE[name][1].kind == "whole" and at < scale.index(value):
                milder = loosen({**dict(written), name: scale[at]}).written
                found = self.tried.get(milder) or self.searched(milder, SECOND_BY_TIME)
                if found is not None:
                    self.tried[milder] = found
                    return milder
        return None

    def _needed(self, name: str, wanted: dict[str, str]) -> int:
        """Where on its scale a rule allows all that the plan found so far holds, if a plan is found there too."""
        scale, enough = self.scales[name], self._enough(name, wanted)
        return enough if self.plan({**wanted, name: scale[enough]}) is not None else len(scale) - 1

    def _enough(self, name: str, wanted: dict[str, str]) -> int:
        """Where on its scale a rule allows all that the plan found so far holds."""
        found, scale = self.plan(wanted), self.scales[name]
        assert found is not None
        if len(scale) == 1:
            return 0
        places = beyond(self.problem, LOOSENABLE[name][0].name, found.items)
        most = max((abs(place.amount) for place in places), default=0.0)
        return next((at for at, value in enumerate(scale) if float(value) >= most - 1e-9), len(scale) - 1)

    def severity(self, written: tuple[tuple[str, str], ...]) -> tuple[float, ...]:
        """How hard a loosening is: rules that come last, then steps, each on its own scale."""
        late = sum(_late(name) for name, _value in written)
        return late, sum(self.scales[name].index(value) + 1 for name, value in written)

    def offer(self, written: tuple[tuple[str, str], ...]) -> Offer | None:
        """The loosening as it is offered; None where a search that has met no plan before finds none."""
        found = self.plan(dict(written)) if self.width == FIRST_BY_TIME else self.searched(written)
        if found is None:
            return None
        held = [(name, value, held_words(self.problem, name, found.items)) for name, value in written]
        words = [offered_words(self.problem.instance, name, value, held.phases) for name, value, held in held]
        return Offer(written, _(", and ").join(words), ", ".join(held.words for _name, _value, held in held))


def _scale(problem: Problem, limit: Limit) -> Iterator[str]:
    """The values of a limit, looser and looser, that change anything tonight."""
    protocol = problem.instance.protocol
    for value in _values(problem, limit):
        if Loosening(((limit.name, value),)).of(problem.instance).protocol != protocol:
            yield value


def _values(problem: Problem, limit: Limit) -> list[str]:
    if limit.kind == "switch":
        return [ALLOW]
    if limit.column:
        occurring = np.unique(np.ceil(problem.columns[limit.column] / limit.step - 1e-6)) * limit.step
        return [f"{value:g}" for value in occurring if limit.lowest <= value <= limit.highest]
    rule, protocol = LOOSENABLE[limit.name][0], problem.instance.protocol
    now = min(value for window in problem.windows if (value := rule.now(protocol, window)) is not None)
    return [f"{value:g}" for value in np.arange(now + limit.step, limit.farthest + limit.step / 2, limit.step)]
