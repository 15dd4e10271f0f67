"""What a loosening is, and what of a plan needs it, in words a person can weigh."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from setsetting.soundscape.instance import Instance, PhaseWindow, PlanItem
from setsetting.soundscape.problem import Problem
from setsetting.soundscape.rules import LOOSENABLE
from setsetting.units import Seconds, ms_from_s
from setsetting.words.numbers import clock, minute_of
from setsetting.words.spelling import spelled
from setsetting.words.translate import _, count


@dataclass(frozen=True, slots=True)
class Held:
    """What of a plan goes beyond a rule: in which phases, and in words."""

    phases: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Excess:
    """One thing beyond a rule: its phase, when it begins, by how much in the rule's own unit."""

    phase: str
    start_s: Seconds
    amount: float


def offered_words(instance: Instance, name: str, value: str, phases: Sequence[str]) -> str:
    """A loosening in words: the value, what holds now, and the phases that need it."""
    rule, limit = LOOSENABLE[name]
    concerned = [window for window in instance.protocol.phases if window.name in phases] or instance.protocol.phases
    now = {rule.now(instance.protocol, window) for window in concerned} - {None}
    less = sorted(one for one in now if one is not None and (limit.kind == "switch" or one < float(value)))
    words = rule.offer.format(value=value, now=_(" or ").join(f"{one:g}" for one in less))
    music = [window.name for window in instance.protocol.phases if window.kind != "silence"]
    if not phases or rule.lift is None or len(phases) == len(music):
        return words
    several = _(" and ").join(filter(None, (", ".join(phases[:-1]), phases[-1])))
    return words + _(", in {phases}").format(phases=several)


def held_words(problem: Problem, name: str, items: Sequence[PlanItem]) -> Held:
    """What these items hold beyond tonight's own rule."""
    rule, _limit = LOOSENABLE[name]
    places = list(beyond(problem, rule.name, items))
    phases = tuple(window.name for window in problem.windows if any(place.phase == window.name for place in places))
    if not places:
        return Held((), _("nothing beyond the rule"))
    if rule.name == "artist_max_per_session":
        return Held((), _crowded(problem, items))
    if rule.name == "flex_s":
        return Held(phases, ", ".join(_shifted(place) for place in places))
    most, first = max(place.amount for place in places), minute_of(ms_from_s(places[0].start_s))
    one, many = _HELD[rule.name]
    if rule.name == "beds":
        total = ms_from_s(Seconds(int(sum(place.amount for place in places))))
        return Held(phases, one.format(total=clock(total), minute=first))
    return Held(phases, (one if len(places) == 1 else many).format(n=len(places), most=most, minute=first))


_HELD = {
    "startle": (
        _("one rise of {most:g} LU, at minute {minute}"),
        _("{n} rises of up to {most:g} LU, the first at minute {minute}"),
    ),
    "lyrics_unknown": (
        _("one track with lyrics not noted, at minute {minute}"),
        _("{n} tracks with lyrics not noted, the first at minute {minute}"),
    ),
    "bpm_unknown": (
        _("one track of unknown tempo, at minute {minute}"),
        _("{n} tracks of unknown tempo, the first at minute {minute}"),
    ),
    "energy_step_max": (
        _("one step of {most:g} levels, at minute {minute}"),
        _("{n} steps of up to {most:g} levels, the first at minute {minute}"),
    ),
    "beds": (_("{total} of noise bed, from minute {minute}"), ""),
}


def beyond(problem: Problem, rule: str, items: Sequence[PlanItem]) -> Iterator[Excess]:
    """Where these items go beyond a rule, in order of time."""
    if rule in problem.fails_anywhere:
        yield from _tracks(problem, rule, items)
    elif rule == "artist_max_per_session":
        yield from (Excess("", Seconds(0), n) for _name, n in _crowds(problem, items))
    else:
        windows = {window.name: window for window in problem.windows}
        for before, item in pairwise([None, *items]):
            assert item is not None
            if (amount := _amount(problem, rule, windows[item.phase], before, item)) is not None:
                yield Excess(item.phase, item.start_s or Seconds(0), amount)


def _amount(problem: Problem, rule: str, window: PhaseWindow, before: PlanItem | None, item: PlanItem) -> float | None:
    """By how much an item goes beyond a rule on where it stands, None where it keeps it."""
    if rule == "beds":
        return item.bed_s if item.bed_s is not None and not window.bed_allowed else None
    if before is None:
        return None
    if rule == "flex_s":
        late = (item.start_s or 0) - window.from_s
        return late if before.phase != item.phase and abs(late) > window.flex_s else None
    if before.track_id is None or item.track_id is None:
        return None
    step = abs(_energy(problem, item) - _energy(problem, before))
    return step if step > problem.instance.protocol.energy_step_max else None


def _tracks(problem: Problem, rule: str, items: Sequence[PlanItem]) -> Iterator[Excess]:
    number_of = {window.name: number for number, window in enumerate(problem.windows)}
    for item in items:
        if item.track_id is None:
            continue
        track = problem.columns.number_of[item.track_id]
        if problem.fails[number_of[item.phase]][rule][track]:
            yield Excess(item.phase, item.start_s or Seconds(0), problem.rows[track].startle_lu)


def _energy(problem: Problem, item: PlanItem) -> float:
    return problem.rows[problem.columns.number_of[item.track_id or ""]].energy


def _crowds(problem: Problem, items: Sequence[PlanItem]) -> list[tuple[str, int]]:
    """Who has more tracks among these than tonight's rule allows, as shown, with how many."""
    rows = [problem.rows[problem.columns.number_of[item.track_id]] for item in items if item.track_id is not None]
    shown = {spelled(name): name for row in rows for name in (*row.artists, row.artist)}
    counted = Counter(name for row in rows for name in row.credited)
    most = problem.instance.protocol.artist_max_per_session
    return sorted((shown[name], n) for name, n in counted.items() if n > most)


def _crowded(problem: Problem, items: Sequence[PlanItem]) -> str:
    return ", ".join(
        count("{n} track", "{n} tracks", n) + _(" by {name}").format(name=name) for name, n in _crowds(problem, items)
    )


def _shifted(place: Excess) -> str:
    """How far a phase begins from its time."""
    by = clock(ms_from_s(Seconds(int(abs(place.amount)))))
    words = _("{phase} begins {by} early") if place.amount < 0 else _("{phase} begins {by} late")
    return words.format(phase=place.phase, by=by)
