"""Why nothing fits: the phase, the rule to look at first, and how many tracks each rule leaves.

The funnel counts, phase by phase, what is left after each rule. The blocked phase is the first that cannot be filled
by itself; where each could, a limit that binds them together is to blame. The rule to look at first is the one whose
loosening leaves most tracks; vetoes, what was heard in the course and lyrics in a known language are never among the
offers while anything else would help.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from msgspec.structs import replace

from setsetting.errors import Refused
from setsetting.soundscape.beam import Search
from setsetting.soundscape.by_time import by_time, filled_alone
from setsetting.soundscape.columns import Mask
from setsetting.soundscape.instance import PhaseWindow
from setsetting.soundscape.problem import Problem
from setsetting.soundscape.relaxation import INF, Stages
from setsetting.soundscape.rules import ALLOW, BY_NAME, RULES, lifted
from setsetting.words.translate import _

_WIDTH = 16
_TOGETHER = 500


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """After this rule of this phase (and those before it) so many tracks are left."""

    phase: str
    rule: str
    left: int


class Infeasible(Refused):
    """No plan: proven impossible, or none found (`proven` says which). `relaxation` is not offered yet."""

    def __init__(
        self, phase: str, rules: tuple[str, ...], funnel: tuple[FunnelStep, ...], sentence: str, *, proven: bool
    ) -> None:
        super().__init__(sentence)
        self.phase = phase
        self.rules = rules
        self.funnel = funnel
        self.relaxation: None = None
        self.sentence = sentence
        self.proven = proven


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


def infeasible(problem: Problem, *, proven: bool) -> Infeasible:
    """Find the phase and the rules to name, and word them."""
    table = funnel(problem)
    if (lost := lost_pin(problem)) is not None:
        phase, sentence, rules = lost
        return Infeasible(phase, rules, table, sentence, proven=True)
    head = _("No soundscape is possible.") if proven else _("No soundscape was found.")
    for number, window in enumerate(problem.windows):
        if not _filled_alone(problem, number):
            rules = _rules_for(problem, number)
            return Infeasible(
                window.name, rules, table, f"{head} {_phase_words(problem, number, rules)}", proven=proven
            )
    phase, rules = _bound_together(problem)
    words = _together_words(problem, phase, rules)
    return Infeasible(phase, rules, table, f"{head} {words}", proven=proven)


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
    return Problem(replace(instance, protocol=protocol), problem.seed)


def _bound_together(problem: Problem) -> tuple[str, tuple[str, ...]]:
    """Each phase alone is possible: name the limit that forbids them together, and the phase it stops at.

    Where no limit alone is to blame, two of them together may be.
    """
    protocol = problem.instance.protocol
    trials = [rule.name for rule in RULES if rule.of_session and lifted(protocol, (rule.name,)) != protocol]
    phase = _first_stuck(problem)
    for size in (1, 2):
        for rules in combinations(trials, size):
            if _possible(_lifted(problem, rules)):
                return problem.windows[phase].name, rules
    return problem.windows[phase].name, _rules_for(problem, phase)


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
        if not _possible(Problem(replace(instance, patient=patient, protocol=protocol), problem.seed)):
            return last
    return len(problem.windows) - 1


def _phase_words(problem: Problem, number: int, rules: tuple[str, ...]) -> str:
    window, total = problem.windows[number], len(problem.rows)
    left = len(problem.candidates[number].tracks)
    words = [
        _("Phase {phase}: {n} of {total} tracks pass its rules, too few to fill it.").format(
            phase=window.name, n=left, total=total
        )
    ]
    for position, rule in enumerate(rules):
        mask = problem.fails[number].get(rule)
        if mask is None:
            continue
        lead = (
            _("Look first at {rule}: it refuses {n}, {alone} of them alone{offer}.")
            if position == 0
            else _("Then {rule}: it refuses {n}, {alone} of them alone{offer}.")
        )
        alone = mask & ~np.any([other for name, other in problem.fails[number].items() if name != rule], axis=0)
        words.append(
            lead.format(rule=rule, n=int(mask.sum()), alone=int(alone.sum()), offer=_offer(problem, window, rule))
        )
    return " ".join(words)


def _together_words(problem: Problem, phase: str, rules: tuple[str, ...]) -> str:
    protocol = problem.instance.protocol
    window = next(window for window in problem.windows if window.name == phase)
    offers = [rule + _offer(problem, window, rule) for rule in rules]
    binding = [rule for rule in RULES if rule.name in rules and rule.binds]
    if not binding:
        return _("Each phase could be filled alone, but too few tracks are left for {phase}. {look}").format(
            phase=phase, look=_("Look first at {rule}, or add tracks.").format(rule=offers[0])
        )
    return _(
        "Each phase could be filled alone, not all together: too little is left for {phase}, because of {limit}. {look}"
    ).format(
        limit=_(" and ").join(rule.binds.format(n=rule.now(protocol, window)) for rule in binding),
        phase=phase,
        look=_("Look first at {rules}.").format(rules=_(" together with ").join(offers)),
    )


def _offer(problem: Problem, window: PhaseWindow, name: str) -> str:
    """What loosens a rule, with the limit of tonight that is to be passed."""
    rule = BY_NAME.get(name)
    if rule is None or rule.limit is None:
        return ""
    now = rule.now(problem.instance.protocol, window)
    if now is None:
        return _(" (can be loosened: {name})").format(name=f"{rule.limit.name}={ALLOW}")
    return _(" ({now:g} now; can be loosened: {name})").format(now=now, name=rule.limit.name)
