"""Why nothing fits: all phases and rules at once, the phase to look at, and the changes that were tried and work.

The funnel counts, phase by phase, what is left after each rule; the table says the same as what each rule takes. The
blocked phase is the first that cannot be filled by itself; where each could, a limit that binds them together is to
blame. What is advised was tried (`offers`); nothing else is advised.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import TypeAlias

import numpy as np
from msgspec.structs import replace

from setsetting.errors import Refused
from setsetting.progress import Report, silent
from setsetting.soundscape.beam import Search
from setsetting.soundscape.by_time import by_time, filled_alone
from setsetting.soundscape.columns import Mask
from setsetting.soundscape.offers import NOTHING_TRIED, Offers, offers
from setsetting.soundscape.problem import Problem
from setsetting.soundscape.relaxation import INF, Stages
from setsetting.soundscape.rules import BY_NAME, LOOSENABLE, RULES, lifted, shortest_s
from setsetting.units import Seconds, ms_from_s
from setsetting.words.numbers import clock
from setsetting.words.translate import _

_WIDTH = 16
_TOGETHER = 500


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """After this rule of this phase (and those before it) so many tracks are left."""

    phase: str
    rule: str
    left: int


@dataclass(frozen=True, slots=True)
class PhaseLeft:
    """What is left for a phase: the library, less what each kind of rule takes, in the order the rules are asked.

    `taken` has the same heads in every phase, and what it takes adds up to what is not `left`. `fills_s` is how much of
    its time those could play, `needed` how many tracks it takes at least; from and to count from infusion start.
    """

    phase: str
    from_s: Seconds
    to_s: Seconds
    library: int
    taken: tuple[tuple[str, int], ...]
    left: int
    needed: int
    fills_s: Seconds


@dataclass(frozen=True, slots=True)
class RuleSaid:
    """A rule of the blocked phase with tonight's numbers: it takes so many of those that the rules before it left."""

    rule: str
    words: str
    taken: int
    of: int


class Infeasible(Refused):
    """No plan: proven impossible, or none found (`proven` says which); `searching`: more changes are being tried."""

    def __init__(
        self,
        phase: str,
        rules: tuple[str, ...],
        funnel: tuple[FunnelStep, ...],
        sentence: str,
        *,
        proven: bool,
        table: tuple[PhaseLeft, ...] = (),
        said: tuple[RuleSaid, ...] = (),
        tried: Offers = NOTHING_TRIED,
        searching: bool = False,
    ) -> None:
        super().__init__(sentence)
        self.phase = phase
        self.rules = rules
        self.funnel = funnel
        self.table = table
        self.said = said
        self.sentence = sentence
        self.offers = tried.found
        self.not_enough = tried.not_enough
        self.proven = proven
        self.searching = searching

    @property
    def relaxation(self) -> dict[str, float | str] | None:
        """The mildest change found to work, as it is loosened; None where none was found."""
        return self.offers[0].as_arguments if self.offers else None


Meanwhile: TypeAlias = Callable[[Infeasible], None]
"""Who is told a refusal while changes are still tried."""


def funnel(problem: Problem) -> tuple[FunnelStep, ...]:
    """How many tracks each rule leaves, phase by phase, in the order the rules are asked."""
    rows: list[FunnelStep] = []
    for window, fails in zip(problem.windows, problem.fails, strict=True):
        if window.kind == "silence":
            continue
        left = np.ones(len(problem.rows), dtype=np.bool_)
        rows.append(FunnelStep(window.name, "library", len(problem.rows)))
        for rule, broken in fails.items():
            left &= ~broken
            rows.append(FunnelStep(window.name, rule, int(left.sum())))
    return tuple(rows)


def table(problem: Problem) -> tuple[PhaseLeft, ...]:
    """All phases that want music, with what each kind of rule takes from each."""
    heads = tuple(dict.fromkeys(BY_NAME[rule].head for fails in problem.fails for rule in fails))
    rows = []
    for number, (window, fails) in enumerate(zip(problem.windows, problem.fails, strict=True)):
        if window.kind == "silence":
            continue
        taken: Counter[str] = Counter()
        for rule, n, _of in _takings(len(problem.rows), fails):
            taken[BY_NAME[rule].head] += n
        to_s = problem.horizon_s if number + 1 == len(problem.windows) else problem.windows[number + 1].from_s
        span, lengths = Seconds(to_s - window.from_s), problem.candidates[number].length_s
        rows.append(
            PhaseLeft(
                window.name,
                window.from_s,
                to_s,
                len(problem.rows),
                tuple((head, taken[head]) for head in heads),
                len(lengths),
                _needed(problem, number, span),
                Seconds(min(span, int(lengths.sum()))),
            )
        )
    return tuple(rows)


def _takings(tracks: int, fails: Mapping[str, Mask]) -> list[tuple[str, int, int]]:
    """Per rule how many it takes of how many that the rules before it left."""
    left, found = np.ones(tracks, dtype=np.bool_), []
    for rule, broken in fails.items():
        found.append((rule, int((left & broken).sum()), int(left.sum())))
        left &= ~broken
    return found


def _needed(problem: Problem, number: int, span: Seconds) -> int:
    """How many tracks a phase takes at least: the longest that are left, and for what is missing the library's own."""
    lengths = np.sort(problem.candidates[number].length_s)[::-1]
    fade, flex = problem.windows[number].crossfade_s, problem.windows[number].flex_s
    played = np.cumsum(np.maximum(1, lengths - fade))
    wanted = max(1, span - 2 * flex)
    if len(played) and played[-1] >= wanted:
        return int(np.searchsorted(played, wanted)) + 1
    usual = max(1, int(np.median(problem.length_s)) - fade) if len(problem.length_s) else 1
    return len(lengths) + -(-int(wanted - (played[-1] if len(played) else 0)) // usual)


def _said(problem: Problem, phase: str) -> tuple[RuleSaid, ...]:
    """The rules that take anything from a phase, each with tonight's numbers."""
    number = next(number for number, window in enumerate(problem.windows) if window.name == phase)
    window, shortest = problem.windows[number], shortest_s(problem.windows, number)
    return tuple(
        RuleSaid(name, rule.says(problem.instance, window, shortest), taken, of)
        for name, taken, of in _takings(len(problem.rows), problem.fails[number])
        if taken and (rule := BY_NAME[name]).says is not None
    )


def infeasible(
    problem: Problem, *, proven: bool, report: Report = silent, meanwhile: Meanwhile = lambda _refused: None
) -> Infeasible:
    """Find the phase, the rules to name and what would help, and word it; whatever a report raises stops it.

    `meanwhile` is told the refusal at once, and again with each change that is found to help.
    """
    rows, steps = table(problem), funnel(problem)

    def worded(tried: Offers, *, searching: bool = False) -> Infeasible:
        said = _said(problem, phase)
        return Infeasible(
            phase, rules, steps, sentence, proven=sure, table=rows, said=said, tried=tried, searching=searching
        )

    alone = _alone(problem, proven=proven)
    phase, rules, sentence = alone or _together(problem, NOTHING_TRIED, proven=proven)
    sure = proven or lost_pin(problem) is not None
    meanwhile(worded(NOTHING_TRIED, searching=True))
    tried = offers(problem, report, lambda so_far: meanwhile(worded(so_far, searching=True)))
    if alone is None:
        phase, rules, sentence = _together(problem, tried, proven=proven)
    return worded(tried)


_Why = tuple[str, tuple[str, ...], str]
"""A phase, the rules to look at in it, and both in a sentence."""


def _alone(problem: Problem, *, proven: bool) -> _Why | None:
    """A pin that is lost or a phase that can't be filled by itself; None where each could."""
    if (lost := lost_pin(problem)) is not None:
        phase, sentence, rules = lost
        return phase, rules, sentence
    for number, window in enumerate(problem.windows):
        if not _filled_alone(problem, number):
            rules = _rules_for(problem, number)
            return window.name, rules, f"{_head(proven=proven)} {_phase_words(problem, number, rules)}"
    return None


def _together(problem: Problem, tried: Offers, *, proven: bool) -> _Why:
    number, rules = _bound_together(problem, tried)
    words = _together_words(problem, number, rules)
    return problem.windows[number].name, rules, f"{_head(proven=proven)} {words}"


def _head(*, proven: bool) -> str:
    if proven:
        return _("No soundscape is possible: under these rules there is no plan, whatever the order or the seed.")
    return _("No soundscape was found; that there is none is not proven.")


def lost_pin(problem: Problem) -> tuple[str, str, tuple[str, ...]] | None:
    """A pin that can't be kept: its phase, why in words, and the rules that refuse it; None where each can."""
    seen: dict[int, str] = {}
    for number, (window, pins) in enumerate(zip(problem.windows, problem.pins, strict=True)):
        wanted = [pin.track_id for pin in problem.instance.patient.pinned if pin.phase == window.name]
        for track, name in zip(pins, wanted, strict=True):
            if track < 0:
                return window.name, _("The pinned track {name!r} is not in the library.").format(name=name), ("pinned",)
            if track in seen and seen[track] != window.name:
                sentence = _("The track {name!r} is pinned to {one} and to {two}; it can sound once.")
                return window.name, sentence.format(name=name, one=seen[track], two=window.name), ("pinned",)
            seen[track] = window.name
            if window.kind == "silence":
                sentence = _("The track {name!r} is pinned to {phase}, which is silence.")
                return window.name, sentence.format(name=name, phase=window.name), ("pinned",)
            broken = tuple(rule for rule, mask in problem.fails[number].items() if mask[track])
            if broken:
                sentence = _("The track {name!r}, pinned to {phase}, is refused there by {rules}.")
                return window.name, sentence.format(name=name, phase=window.name, rules=", ".join(broken)), broken
    return None


def _filled_alone(problem: Problem, number: int) -> bool:
    """Whether a phase can be filled by itself, whoever the artists."""
    return bool(filled_alone(_lifted(problem, ("artist_max_per_session",)), number))


def _rules_for(problem: Problem, number: int) -> tuple[str, ...]:
    """The fewest rules of a phase whose lifting makes it possible, most tracks gained first.

    What can be loosened for a night is tried first, the playlist's own wishes next, and its range of
    energy last: a calm track is no answer to a peak.
    """
    fails = problem.fails[number]
    patterns = _patterns(fails)
    broken = [name for name in fails if fails[name].any()]
    liftable = [rule for rule in map(BY_NAME.__getitem__, broken) if not rule.absolute]
    tiers = (
        [rule.name for rule in liftable if rule.limit is not None],
        [rule.name for rule in liftable if not rule.last],
        [rule.name for rule in liftable],
    )
    best: tuple[str, ...] = ()
    for tier, size in product(tiers, (1, 2, 3)):
        for chosen in _most_gained(patterns, combinations(tier, size)):
            best = best or chosen
            if _filled_alone(_lifted(problem, chosen, (number,)), number):
                return _by_gain(chosen, patterns)
    if best:
        return _by_gain(best, patterns)
    return tuple(sorted(broken, key=lambda name: -int(fails[name].sum()))[:3]) or ("library",)


def _patterns(fails: Mapping[str, Mask]) -> dict[frozenset[str], int]:
    """How many tracks break exactly these rules."""
    columns, counts = np.unique(np.stack(list(fails.values())), axis=1, return_counts=True)
    return {
        frozenset(name for name, bad in zip(fails, column, strict=True) if bad): int(count)
        for column, count in zip(columns.T, counts, strict=True)
    }


def _most_gained(patterns: dict[frozenset[str], int], sets: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The few sets of rules whose lifting gains most tracks, the funnel's order among equals."""
    place = {rule.name: number for number, rule in enumerate(RULES)}
    gains = [(-gained, place[chosen[0]], chosen) for chosen in sets if (gained := _gain(patterns, chosen)) > 0]
    return [chosen for _gained, _place, chosen in sorted(gains, key=lambda one: one[:2])[:6]]


def _gain(patterns: dict[frozenset[str], int], rules: Iterable[str]) -> int:
    allowed = frozenset(rules)
    return sum(tracks for broken, tracks in patterns.items() if broken and broken <= allowed)


def _by_gain(rules: tuple[str, ...], patterns: dict[frozenset[str], int]) -> tuple[str, ...]:
    touched = {rule: sum(tracks for broken, tracks in patterns.items() if rule in broken) for rule in rules}
    return tuple(sorted(rules, key=lambda rule: (-_gain(patterns, (rule,)), -touched[rule], rule)))


def _lifted(problem: Problem, rules: Iterable[str], numbers: Iterable[int] | None = None) -> Problem:
    """The problem with rules lifted, in the phases of these numbers or in all."""
    instance = problem.instance
    protocol = lifted(instance.protocol, rules, numbers)
    return Problem(replace(instance, protocol=protocol), problem.seed, columns=problem.columns)


def _bound_together(problem: Problem, tried: Offers) -> tuple[int, tuple[str, ...]]:
    """Each phase alone is possible: the phase it stops at, and the limits whose loosening was found to help."""
    number = _first_stuck(problem)
    for offer in tried.found:
        rules = tuple(LOOSENABLE[name][0].name for name, _value in offer.loosened)
        if all(BY_NAME[rule].of_session for rule in rules):
            return number, rules
    return number, _rules_for(problem, number)


def _possible(problem: Problem) -> bool:
    search = Search(Stages(problem))
    if search.root_value() == INF:
        return False
    return (search.run(_WIDTH, None) or by_time(search, _TOGETHER)) is not None


def _first_stuck(problem: Problem) -> int:
    """The first phase that the phases before it leave too little for."""
    instance, windows = problem.instance, problem.windows
    for last in range(1, len(windows) - 1):
        if windows[last].kind == "silence":
            continue
        phases, end_s = windows[: last + 1], windows[last + 1].from_s
        kept = {phase.name for phase in phases}
        pins = tuple(pin for pin in instance.patient.pinned if pin.phase in kept)
        patient = replace(instance.patient, pinned=pins)
        protocol = replace(instance.protocol, phases=phases, end_s=end_s, spare_s=0)
        instance_so_far = replace(instance, patient=patient, protocol=protocol)
        if not _possible(Problem(instance_so_far, problem.seed, columns=problem.columns)):
            return last
    return len(problem.windows) - 1


def _phase_words(problem: Problem, number: int, rules: tuple[str, ...]) -> str:
    """What is left for a phase, and what the rule to look at takes of it."""
    row = next(row for row in table(problem) if row.phase == problem.windows[number].name)
    left = _("Phase {phase} can't be filled: {n} of {total} tracks are left").format(
        phase=row.phase, n=row.left, total=row.library
    )
    span = Seconds(row.to_s - row.from_s)
    words = [
        _("{left}, they play {fills} of its {span} minutes.").format(
            left=left, fills=clock(ms_from_s(row.fills_s)), span=clock(ms_from_s(span))
        )
        if row.fills_s < span
        else _("{left}, and in no order do they end in its window.").format(left=left)
    ]
    said = {said.rule: said for said in _said(problem, row.phase)}
    taking = _("{words} ({rule}): takes {n} of the {of} that the rules before it leave.")
    words += [
        taking.format(
            words=said[rule].words[:1].upper() + said[rule].words[1:], rule=rule, n=said[rule].taken, of=said[rule].of
        )
        for rule in rules
        if rule in said
    ]
    return " ".join(words)


def _together_words(problem: Problem, number: int, rules: tuple[str, ...]) -> str:
    window = problem.windows[number]
    binding = [BY_NAME[rule] for rule in rules if rule in BY_NAME and BY_NAME[rule].binds]
    if not binding:
        return _("{alone}, but together too few tracks are left for {phase}.").format(
            alone=_alone_words(problem), phase=window.name
        )
    return _("{alone}, not all together: too little is left for {phase}, because of {limit}.").format(
        alone=_alone_words(problem),
        limit=_(" and ").join(rule.binds.format(n=rule.now(problem.instance.protocol, window)) for rule in binding),
        phase=window.name,
    )


def _alone_words(problem: Problem) -> str:
    """That each phase could be filled, and which of them by noise beds only."""
    sounding = {window.name for window in problem.windows if window.kind != "silence"}
    bare = [row.phase for row in table(problem) if not row.left and row.phase in sounding]
    words = _("Each phase could be filled alone ({phases} by noise beds only)").format(phases=", ".join(bare))
    return words if bare else _("Each phase could be filled alone")
