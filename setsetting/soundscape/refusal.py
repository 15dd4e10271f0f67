"""Why nothing fits: the phase, the rule to look at first, and how many tracks each rule leaves.

The funnel counts, phase by phase, what is left after each rule. The blocked phase is the first that
cannot be filled by itself; where each could, a limit that binds them together is to blame. The rule
to look at first is the one whose loosening leaves most tracks; vetoes, what was heard in the stages
and lyrics in a known language are never among the offers while anything else would help.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import msgspec
import numpy as np

from setsetting.errors import Refused
from setsetting.soundscape.beam import Search
from setsetting.soundscape.instance import Instance, PhaseWindow
from setsetting.soundscape.problem import VETOES, Problem
from setsetting.soundscape.relaxation import INF, Stages, zero_multipliers
from setsetting.words.translate import _

_NEVER = (*VETOES, "heard_before", "already_played", "silent", "lyrics", "too_short_for_crossfade")
_OFFER = {
    "startle": "startle_max_lu",
    "lyrics_unknown": "lyrics_unknown=allow",
    "bpm_unknown": "bpm_unknown=allow",
    "artist_max_per_session": "artist_max_per_session",
    "energy_step_max": "energy_step_max",
    "flex_s": "flex_s",
    "beds": "beds=allow",
}
_WIDTH = 16
_SPREAD_WIDTH = 128
UNLIMITED = 10**6


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """After this rule of this phase (and those before it) so many tracks are left."""

    phase: str
    rule: str
    left: int


class Infeasible(Refused):
    """No plan: proven impossible, or none found (`proven` says which). `relaxation` is not offered yet."""

    def __init__(
        self, phase: str, rules: tuple[str, ...], funnel: tuple[FunnelRow, ...], sentence: str, *, proven: bool
    ) -> None:
        super().__init__(sentence)
        self.phase = phase
        self.rules = rules
        self.funnel = funnel
        self.relaxation: None = None
        self.sentence = sentence
        self.proven = proven


def funnel(problem: Problem) -> tuple[FunnelRow, ...]:
    """How many tracks each rule leaves, phase by phase, in the order the rules are asked."""
    rows: list[FunnelRow] = []
    for window, fails in zip(problem.windows, problem.fails, strict=True):
        if window.kind == "silence":
            continue
        left = np.ones(len(problem.rows), dtype=np.bool_)
        rows.append(FunnelRow(window.name, "library", len(problem.rows)))
        for rule, broken in fails.items():
            left &= ~broken
            rows.append(FunnelRow(window.name, rule, int(left.sum())))
    return tuple(rows)


def refuse(problem: Problem, *, proven: bool) -> Infeasible:
    """Find the phase and the rules to name, and word them."""
    table = funnel(problem)
    if (lost := _lost_pin(problem)) is not None:
        phase, sentence, rules = lost
        return Infeasible(phase, rules, table, sentence, proven=True)
    head = _("No soundscape is possible.") if proven else _("No soundscape was found.")
    for number, window in enumerate(problem.windows):
        if window.kind != "silence" and not possible_alone(problem, number):
            rules = _rules_for(problem, number)
            return Infeasible(
                window.name, rules, table, f"{head} {_phase_words(problem, number, rules)}", proven=proven
            )
    phase, rules = _bound_together(problem)
    words = _together_words(problem, phase, rules)
    return Infeasible(phase, rules, table, f"{head} {words}", proven=proven)


def possible_alone(problem: Problem, number: int) -> bool:
    """Whether one phase can be filled, whoever the artists, entered and left anywhere in its windows."""
    problem = _changed(problem, artist_max_per_session=UNLIMITED)
    if not _enough(problem, number):
        return False
    stages = Stages(problem, only=number)
    multipliers = zero_multipliers(problem)
    search = Search(stages, multipliers, stages.relax(multipliers))
    return search.root_value() < INF and search.run(_WIDTH, None) is not None


def _enough(problem: Problem, number: int) -> bool:
    """Whether all tracks of a phase together are long enough for it; a bed may make up for more."""
    window = problem.windows[number]
    until, flex = problem.horizon_s, 0
    if number + 1 < len(problem.windows):
        until, flex = problem.windows[number + 1].from_s, problem.windows[number + 1].flex_s
    return (
        window.bed_allowed
        or int(problem.candidates[number].length_s.sum()) >= until - flex - window.from_s - window.flex_s
    )


def _lost_pin(problem: Problem) -> tuple[str, str, tuple[str, ...]] | None:
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


def _rules_for(problem: Problem, number: int) -> tuple[str, ...]:
    """The fewest rules of a phase whose lifting makes it possible, most tracks gained first.

    What can be loosened for a night is tried first, the playlist's own wishes next, and its range of
    energy last: a calm track is no answer to a peak.
    """
    fails = problem.fails[number]
    patterns: dict[frozenset[str], int] = {}
    names = list(fails)
    matrix = (
        np.stack([fails[name] for name in names]) if len(problem.rows) else np.zeros((len(names), 0), dtype=np.bool_)
    )
    for column in np.unique(matrix, axis=1, return_counts=False).T:
        broken = frozenset(name for name, bad in zip(names, column, strict=True) if bad)
        patterns[broken] = int((matrix == column[:, None]).all(axis=0).sum())
    broken_somewhere = [name for name in names if any(name in pattern for pattern in patterns)]
    ranked = [name for name in broken_somewhere if name not in _NEVER]
    best: tuple[str, ...] = ()
    for tier in (
        [name for name in ranked if name in _OFFER],
        [name for name in ranked if name != "energy_range"],
        ranked,
    ):
        for size in (1, 2, 3):
            sets = [(_gain(patterns, chosen), chosen) for chosen in combinations(tier, size)]
            sets = sorted((one for one in sets if one[0] > 0), key=lambda one: (-one[0], names.index(one[1][0])))
            best = best or (sets[0][1] if sets else ())
            for _gained, chosen in sets[:6]:
                if possible_alone(_lifted(problem, number, chosen), number):
                    return _by_gain(chosen, patterns)
    if best:
        return _by_gain(best, patterns)
    return tuple(sorted(broken_somewhere, key=lambda name: -int(fails[name].sum()))[:3]) or ("library",)


def _gain(patterns: dict[frozenset[str], int], lifted: Iterable[str]) -> int:
    allowed = frozenset(lifted)
    return sum(tracks for broken, tracks in patterns.items() if broken and broken <= allowed)


def _by_gain(rules: tuple[str, ...], patterns: dict[frozenset[str], int]) -> tuple[str, ...]:
    touched = {rule: sum(tracks for broken, tracks in patterns.items() if rule in broken) for rule in rules}
    return tuple(sorted(rules, key=lambda rule: (-_gain(patterns, (rule,)), -touched[rule], rule)))


def _lifted(problem: Problem, number: int, rules: tuple[str, ...]) -> Problem:
    window = problem.windows[number]
    changes: dict[str, object] = {}
    for rule in rules:
        lifts: dict[str, dict[str, object]] = {
            "lyrics_unknown": {"lyrics_allowed": (*window.lyrics_allowed, "unknown")},
            "energy_range": {"energy_min": 1.0, "energy_max": 10.0},
            "startle": {"startle_max_lu": 1e9},
            "bpm": {"bpm_min": 0.0, "bpm_max": 1e9},
            "bpm_unknown": {"bpm_unknown_allowed": True},
            "brightness": {"brightness_max": 1e9},
            "tags_not": {"tags_not": ()},
            "tags_any": {"tags_any": ()},
            "too_long": {"track_max_s": 10**9},
        }
        changes |= lifts[rule]
    phases = list(problem.windows)
    phases[number] = msgspec.structs.replace(window, **changes)
    return _changed(problem, phases=tuple(phases))


def _changed(problem: Problem, **changes: object) -> Problem:
    instance = problem.instance
    protocol = msgspec.structs.replace(instance.protocol, **changes)
    other: Instance = msgspec.structs.replace(instance, protocol=protocol)
    return Problem(other, problem.seed)


def _bound_together(problem: Problem) -> tuple[str, tuple[str, ...]]:
    """Each phase alone is possible: name the limit that forbids them together, and the phase it stops at.

    Where no limit alone is to blame, two of them together may be.
    """
    windows = problem.windows
    trials: dict[str, dict[str, object]] = {
        "artist_max_per_session": {"artist_max_per_session": UNLIMITED},
        "energy_step_max": {"energy_step_max": 9.0},
        "flex_s": {"flex_s": True},
        "beds": {"beds": True},
    }
    if all(window.bed_allowed or window.kind == "silence" for window in windows):
        del trials["beds"]
    phase = _first_stuck(problem)
    for size in (1, 2):
        for rules in combinations(trials, size):
            changes = {name: value for rule in rules for name, value in trials[rule].items()}
            if _possible(_freed(problem, changes)):
                return windows[phase].name, rules
    return windows[phase].name, _rules_for(problem, phase)


def _freed(problem: Problem, changes: dict[str, object]) -> Problem:
    """The problem with limits lifted; `flex_s` widens and `beds` allows noise in every phase of music."""
    wider, beds = bool(changes.pop("flex_s", False)), bool(changes.pop("beds", False))
    phases = tuple(
        msgspec.structs.replace(
            window,
            flex_s=2 * window.flex_s + 60 if wider else window.flex_s,
            bed_allowed=window.bed_allowed or (beds and window.kind != "silence"),
        )
        for window in problem.windows
    )
    return _changed(problem, phases=phases, **changes)


def _possible(problem: Problem) -> bool:
    stages = Stages(problem)
    multipliers = zero_multipliers(problem)
    search = Search(stages, multipliers, stages.relax(multipliers))
    if search.root_value() == INF:
        return False
    return (search.run(2 * _WIDTH, None) or search.run(_SPREAD_WIDTH, None, spread=True)) is not None


def _first_stuck(problem: Problem) -> int:
    """The first phase that the phases before it leave too little for."""
    for last in range(1, len(problem.windows)):
        if problem.windows[last].kind == "silence":
            continue
        protocol = problem.instance.protocol
        after = protocol.phases[last + 1].from_s if last + 1 < len(protocol.phases) else None
        if after is None:
            return last
        cut = {"phases": protocol.phases[: last + 1], "end_s": after, "spare_s": 0}
        kept = {phase.name for phase in protocol.phases[: last + 1]}
        pins = tuple(pin for pin in problem.instance.patient.pinned if pin.phase in kept)
        patient = msgspec.structs.replace(problem.instance.patient, pinned=pins)
        trial = msgspec.structs.replace(
            problem.instance, patient=patient, protocol=msgspec.structs.replace(protocol, **cut)
        )
        if not _possible(Problem(trial, problem.seed)):
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
    limit = {
        "artist_max_per_session": _("the limit of {n} tracks by an artist").format(
            n=problem.instance.protocol.artist_max_per_session
        ),
        "energy_step_max": _("the largest step of {n:g} levels of energy").format(
            n=problem.instance.protocol.energy_step_max
        ),
        "flex_s": _("the windows in which a phase must begin"),
        "beds": _("gaps that no noise bed may fill"),
    }
    window = next(window for window in problem.windows if window.name == phase)
    offers = [rule + _offer(problem, window, rule) for rule in rules]
    if rules[0] not in limit:
        return _("Each phase could be filled alone, but too few tracks are left for {phase}. {look}").format(
            phase=phase, look=_("Look first at {rule}, or add tracks.").format(rule=offers[0])
        )
    return _(
        "Each phase could be filled alone, not all together: too little is left for {phase}, because of {limit}. {look}"
    ).format(
        limit=_(" and ").join(limit[rule] for rule in rules),
        phase=phase,
        look=_("Look first at {rules}.").format(rules=_(" together with ").join(offers)),
    )


def _offer(problem: Problem, window: PhaseWindow, rule: str) -> str:
    """What loosens a rule, with the limit of tonight that is to be passed."""
    if rule not in _OFFER:
        return ""
    now = {
        "startle": window.startle_max_lu,
        "artist_max_per_session": problem.instance.protocol.artist_max_per_session,
        "energy_step_max": problem.instance.protocol.energy_step_max,
        "flex_s": window.flex_s,
    }.get(rule)
    if now is None:
        return _(" (can be loosened: {name})").format(name=_OFFER[rule])
    return _(" ({now:g} now; can be loosened: {name})").format(now=now, name=_OFFER[rule])
