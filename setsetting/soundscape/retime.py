"""The rest of a session planned again: the same programme, begun where what plays now ends.

Phases are placed anew round what the infusion really did and is expected to do. What was promised
costs nothing, everything else a little more, so that little changes. What plays is never cut; it may
be faded early where that serves better. When nothing fits, limits are waived one after the other and
named, then the last phases are left to noise beds; last of all the promised tracks play on and a noise
bed holds, so that silence never comes by accident.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product

import msgspec
import numpy as np

from setsetting.clinical.infusion import Infusion
from setsetting.errors import Refused, Stopped
from setsetting.library.track import Track
from setsetting.soundscape.beam import Incumbent, Search
from setsetting.soundscape.build_instance import instance_of
from setsetting.soundscape.by_time import by_time
from setsetting.soundscape.check import check
from setsetting.soundscape.check_soundscape import items_of
from setsetting.soundscape.cues import cues_of, fade_s
from setsetting.soundscape.energy_curve import owed_per_min
from setsetting.soundscape.fallback import gives_way, near_s, promised_then_bed, then_beds
from setsetting.soundscape.instance import Before, Instance, PlanItem
from setsetting.soundscape.loosening import Loosening
from setsetting.soundscape.playlist import Playlist
from setsetting.soundscape.prepared_tracks import PreparedTracks
from setsetting.soundscape.problem import Problem
from setsetting.soundscape.refusal import lost_pin
from setsetting.soundscape.relaxation import INF, Stages
from setsetting.soundscape.rules import BARE_END, WAIVED, waived, waived_words
from setsetting.soundscape.soundscape import Cue, CueKind, Soundscape
from setsetting.soundscape.windows import Timing, resolve
from setsetting.soundscape.wishes import Wishes
from setsetting.units import Milliseconds, Seconds, ms_from_s, per_s_from_per_min, whole_s
from setsetting.words.numbers import clock
from setsetting.words.translate import _, count

PROMISED_PRICE = 0.75
"""What a track that was not promised costs more; nine of nine were kept after a pause of ten minutes."""
EARLY_FADE_PRICE = 1.0
"""What fading a track early costs, on top of what the plan then costs (a proposal)."""
_WIDTH, _BY_TIME, _STEP_S = 8, (16, 32), 60
"""Partial plans that go on: of as many items, and where those lead nowhere of one time, which is so many seconds, then
more of them."""
_LEAST_WIDTH, _CELLS = 4, 16_000
"""Fewer of them on large libraries, where the best are many: partial plans x tracks looked at in one step."""
_FEW, _GUIDE_S = 100, 5
"""Where a phase may choose from more than a few tracks, the tables that guide a search hold so many seconds for one;
where they lead nowhere it goes on with exact ones."""


@dataclass(frozen=True, slots=True)
class Retimed:
    """The soundscape from now on, with all that has sounded; what to say; the rules that were given up."""

    soundscape: Soundscape
    words: tuple[str, ...]
    waived: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Start:
    """A moment at which the rest can begin: the phase it begins in and whether what plays is faded for it."""

    second: Seconds
    shift_ms: Milliseconds
    phase: int
    early: bool
    price: float


@dataclass(frozen=True, slots=True)
class _Rest:
    start: _Start
    instance: Instance
    items: tuple[PlanItem, ...]
    cost: float
    total: float


def retime(
    soundscape: Soundscape,
    *,
    now_ms: Milliseconds,
    playlist: Playlist,
    infusion: Infusion,
    tracks: Iterable[Track] | PreparedTracks,
    wishes: Wishes,
    zero_ms: Milliseconds = Milliseconds(0),
    may_fade: bool = False,
    moves: bool = True,
    skip: bool = False,
    hold: bool = False,
    stop: Callable[[], bool] = lambda: False,
) -> Retimed:
    """Plan the rest again round `infusion`, whose minute 0 is `zero_ms` on the soundscape's clock.

    `infusion` is what really ran so far and what is expected; `may_fade` lets what plays be faded early
    when that serves better; `skip` leaves it, so that the next cue begins at `now_ms`. With `moves` the phases that
    come at another time are named. `hold` searches for nothing and plays on what was promised. `stop` is asked every
    few milliseconds of the search; once it says yes, Stopped is raised. Raises Refused when the soundscape is already over.
    """
    if now_ms >= soundscape.end_ms:
        raise Refused(_("The soundscape is over; nothing is left to plan again."))
    timing = resolve(playlist, infusion.later(zero_ms), loosening := Loosening(soundscape.loosened))
    prepared = tracks if isinstance(tracks, PreparedTracks) else PreparedTracks(tracks, soundscape)
    known, wishes = prepared.known, _without_late_pins(wishes, timing)
    whole = instance_of(playlist, timing, prepared.library, wishes, loosening)
    ask = _Ask(soundscape, whole, prepared, now_ms, zero_ms, may_fade=may_fade and not skip, skip=skip, stop=stop)
    past = ask.past
    last = past[-1] if past else None
    if last and not skip and last.kind is CueKind.TRACK and last.end_ms >= ms_from_s(whole.horizon_s):
        last = replace(last, fade_out_ms=max(last.fade_out_ms, Milliseconds(1)))
        return _retimed(ask, (*past[:-1], last), (_("What plays now lasts to the end."),), ())
    rest, given_up = (None, ()) if hold else _best(ask, moves=moves)
    if rest is None:
        return _as_promised(ask, wishes)
    fresh = cues_of(rest.instance, rest.items, known, shift_ms=rest.start.shift_ms, sounding=last)
    words = (*(_moved(ask, timing) if moves else ()), *waived_words(given_up))
    cues = (*past[:-1], *fresh)
    cues = cues if rest.instance.horizon_s == whole.horizon_s else then_beds(cues, whole, known, now_ms)
    return _retimed(ask, cues, words, given_up, rest.cost)


@dataclass(frozen=True)
class _Ask:
    """What is asked: the soundscape so far and the whole of it anew, the moment, what may become of what plays."""

    soundscape: Soundscape
    whole: Instance
    prepared: PreparedTracks
    now_ms: Milliseconds
    zero_ms: Milliseconds
    may_fade: bool
    skip: bool
    stop: Callable[[], bool]

    def go_on(self) -> None:
        """Raise Stopped once nobody wants an answer any more."""
        if self.stop():
            raise Stopped(_("Something newer is asked of the music."))

    @property
    def past(self) -> tuple[Cue, ...]:
        return tuple(cue for cue in self.soundscape.cues if cue.start_ms <= self.now_ms)

    @property
    def promised(self) -> tuple[Cue, ...]:
        return tuple(cue for cue in self.soundscape.cues if cue.start_ms > self.now_ms)

    @property
    def wanted(self) -> frozenset[str]:
        return frozenset(cue.track_id for cue in self.promised if cue.track_id is not None)


def _retimed(
    ask: _Ask, cues: tuple[Cue, ...], words: tuple[str, ...], waived: tuple[str, ...], cost: float | None = None
) -> Retimed:
    sounds_later = {
        cue.track_id for cue in cues if cue.start_ms > ask.now_ms or (ask.skip and cue.start_ms == ask.now_ms)
    }
    sounds_later.discard(None)
    kept, changed = len(ask.wanted & sounds_later), len(sounds_later - ask.wanted)
    soundscape = replace(ask.soundscape, cues=cues, cost=ask.soundscape.cost if cost is None else cost, bound=None)
    if not (ask.wanted or changed):
        return Retimed(soundscape, words, waived)
    new = count("{n} new one.", "{n} new ones.", changed)
    kept_words = _("{kept} of {promised} promised tracks are kept, {new}")
    said = kept_words.format(kept=kept, promised=len(ask.wanted), new=new)
    return Retimed(soundscape, (*words, said), waived)


def _as_promised(ask: _Ask, wishes: Wishes) -> Retimed:
    """What was promised and may still sound, and a noise bed: at once where what plays is of a phase that is over."""
    past, whole, known = ask.past, ask.whole, ask.prepared.known
    words = _(
        "Nothing in the library fits the new times: what was promised plays on, and a noise bed holds where that is not"
        " enough, until {time}."
    ).format(time=clock(ms_from_s(whole.horizon_s) - ask.zero_ms))
    refused = {track.id for track, _refusal in wishes.met_in(known.values())}
    sounded = frozenset[str]().union(*(known[cue.track_id].names for cue in past if cue.track_id in known))
    spent = refused | {track_id for track_id in ask.wanted if track_id in known and sounded & known[track_id].names}
    allowed = [cue for cue in ask.promised if cue.track_id not in spent]
    skip = ask.skip or (ask.may_fade and gives_way(past, allowed, whole.protocol.phases, ask.now_ms))
    cues = promised_then_bed(past, allowed, whole, known, ask.now_ms, skip=skip)
    return _retimed(replace(ask, skip=skip), cues, (words,), ("everything",))


def _without_late_pins(wishes: Wishes, timing: Timing) -> Wishes:
    """Pins whose phase is not there any more are given up rather than refused in mid-session."""
    phases = {window.name for window in timing.windows}
    return replace(wishes, pins=tuple(pin for pin in wishes.pins if pin.phase in phases))


def _starts(ask: _Ask) -> Iterator[_Start]:
    """Where the rest can begin: in the phase of that minute, or at once in the next when it is near."""
    whole, windows, now_ms = ask.whole, ask.whole.protocol.phases, ask.now_ms
    playing = ask.past[-1] if ask.past else None
    if playing is None:
        yield _Start(whole.protocol.start_s, Milliseconds(0), 0, False, 0.0)
        return
    if ask.skip or now_ms >= playing.end_ms:
        yield from _in_phases(whole, now_ms, [Seconds(0)] * len(windows), early=ask.skip)
        return
    if playing.kind is CueKind.SILENCE:
        yield from _after_silence(whole, playing, now_ms)
        return
    if ask.may_fade and playing.kind is CueKind.TRACK:
        yield from _in_phases(whole, now_ms, [Seconds(0)] * len(windows), early=True)
    left_s = whole_s(playing.end_ms - now_ms)  # a longer fade than that would have had to begin already
    fades = [min(left_s, fade_s(window, same_phase=playing.phase == window.name)) for window in windows]
    yield from _in_phases(whole, playing.end_ms, fades, early=False)


def _in_phases(whole: Instance, end_ms: Milliseconds, fades: list[Seconds], *, early: bool) -> Iterator[_Start]:
    windows, shift = whole.protocol.phases, end_ms % 1000
    for number, window in enumerate(windows):
        second = whole_s(end_ms) - fades[number]
        following = windows[number + 1].from_s if number + 1 < len(windows) else None
        away = window.from_s - second
        if (following is not None and following <= second) or away > near_s(window):
            continue
        price = per_s_from_per_min(whole.weights.boundary_per_min * max(0, away))
        yield _Start(second, shift, number, early, price + (EARLY_FADE_PRICE if early else 0.0))


def _after_silence(whole: Instance, playing: Cue, now_ms: Milliseconds) -> Iterator[_Start]:
    """A silence goes on to the next phase that is not over by now, earlier or later than it was to end."""
    windows, second = whole.protocol.phases, -whole_s(-now_ms)
    first = next((n for n, window in enumerate(windows[:-1], start=1) if window.name == playing.phase), 0)
    number = next(
        number
        for number in range(first, len(windows))
        if all(following.from_s > second for following in windows[number + 1 : number + 2])
    )
    yield _Start(max(second, windows[number].from_s), Milliseconds(0), number, False, 0.0)


def _best(ask: _Ask, *, moves: bool) -> tuple[_Rest | None, tuple[str, ...]]:
    """The cheapest rest over all starts; limits are waived only while nothing at all is possible.

    The last phases are left to noise beds only for new times: at the old ones what was promised is better.
    """
    starts, tried = list(_starts(ask)), list[Instance]()
    unchanged = [rest for start in starts if (rest := _unchanged(ask, start)) is not None]
    standing = min(unchanged, key=lambda rest: rest.total, default=None)
    for given_up in WAIVED:
        posed = [_instance(ask, start, given_up) for start in starts]
        # only where nothing is given up is a second search worth its time
        if posed != tried and (rest := _cheapest(ask, starts, posed, standing, thorough=not given_up)) is not None:
            return rest, given_up
        tried = posed
    return (_with_a_bare_end(ask) if moves else None), (*WAIVED[-1], BARE_END)


def _with_a_bare_end(ask: _Ask) -> _Rest | None:
    """The cheapest rest that leaves as few of the last phases as it must to noise beds, since no track is left for them."""
    protocol = ask.whole.protocol
    for number in range(len(protocol.phases) - 1, 0, -1):
        windows, ends_s = protocol.phases[:number], protocol.phases[number].from_s
        shorter = msgspec.structs.replace(protocol, phases=windows, end_s=ends_s, spare_s=Seconds(0))
        cut = replace(ask, whole=msgspec.structs.replace(ask.whole, protocol=shorter))
        posed = {start: _instance(cut, start, WAIVED[-1]) for start in _starts(cut) if windows[-1].kind != "silence"}
        if (rest := _cheapest(cut, [*posed], [*posed.values()], None, thorough=False)) is not None:
            return rest
    return None


def _cheapest(
    ask: _Ask, starts: Sequence[_Start], posed: Sequence[Instance], standing: _Rest | None, *, thorough: bool
) -> _Rest | None:
    """The cheapest rest that a narrow search meets; what stands is given up only for a clear gain.

    A `thorough` one goes on by time where that meets none.
    """
    seed, columns = ask.soundscape.seed, ask.prepared.columns
    posable = (each for each in zip(starts, posed, strict=True) if each[1].horizon_s > each[0].second)
    priced = partial(Problem, seed=seed, promised=ask.wanted, unpromised=PROMISED_PRICE, columns=columns)
    problems = ((start, priced(instance)) for start, instance in posable)
    left = [(start, problem) for start, problem in problems if lost_pin(problem) is None]
    best, most = standing, max((_most(problem) for _start, problem in left), default=0)
    for guide_s in (_GUIDE_S, 1) if most > _FEW else (1,):
        best, guided = _narrowly(ask, left, best, guide_s)
        for width, (search, start) in product(_BY_TIME, guided) if thorough else ():
            if search.dropped and best is None:
                found = by_time(search, width, lambda _second: ask.go_on(), step_s=_STEP_S)
                best = _met(ask, start, search.problem.instance, found)
        if best is not None:
            break
    return best


def _narrowly(
    ask: _Ask, problems: Sequence[tuple[_Start, Problem]], standing: _Rest | None, guide_s: int
) -> tuple[_Rest | None, list[tuple[Search, _Start]]]:
    """The cheapest rest that a narrow search meets, guided by tables of so many seconds; and the searches."""
    best, guided = standing, list[tuple[Search, _Start]]()
    for start, problem in problems:
        ask.go_on()
        search = Search(Stages(problem, grid_s=guide_s))
        if search.root_value() == INF:
            continue
        guided.append((search, start))
        beaten = None
        if best is not None:
            gain = PROMISED_PRICE if best is standing else 0.0
            beaten = Incumbent(best.total - gain - _beside(ask, start), ())
        width = max(_LEAST_WIDTH, min(_WIDTH, _CELLS // max(1, _most(problem))))
        best = _met(ask, start, problem.instance, search.run(width, beaten, ask.go_on)) or best
    return best, guided


def _most(problem: Problem) -> int:
    """The tracks that one phase may choose from, where these are most."""
    return max(len(candidates.tracks) for candidates in problem.candidates)


def _met(ask: _Ask, start: _Start, instance: Instance, found: Incumbent | None) -> _Rest | None:
    """What a search met as a rest, once the check has nothing against it; nothing where it met none that is cheaper."""
    if found is None or not found.items:
        return None
    verdict = check(instance, found.items)
    return (
        None if verdict.broken else _Rest(start, instance, found.items, verdict.cost, found.cost + _beside(ask, start))
    )


def _unchanged(ask: _Ask, start: _Start) -> _Rest | None:
    """The plan as promised, where it is still legal: it is given up only for a clear gain."""
    promised = ask.promised
    if ask.skip or start.early or not promised or promised[0].phase != ask.whole.protocol.phases[start.phase].name:
        return None
    instance, items = _instance(ask, start, ()), items_of(promised, start.shift_ms)
    verdict = check(instance, items)
    if verdict.broken:
        return None
    return _Rest(start, instance, items, verdict.cost, verdict.cost + _beside(ask, start))


def _instance(ask: _Ask, start: _Start, given_up: tuple[str, ...]) -> Instance:
    """The instance of what is left from a start on."""
    whole, windows = ask.whole, ask.whole.protocol.phases[start.phase :]
    played, left = {cue.track_id for cue in ask.past}, {window.name for window in windows}
    pins = tuple(pin for pin in whole.patient.pinned if pin.phase in left and pin.track_id not in played)
    protocol = msgspec.structs.replace(whole.protocol, start_s=start.second, phases=windows)
    patient = msgspec.structs.replace(whole.patient, pinned=pins)
    rest = msgspec.structs.replace(whole, protocol=protocol, patient=patient, before=_before(ask))
    return waived(rest, given_up)


def _beside(ask: _Ask, start: _Start) -> float:
    """What a start costs beside its rest."""
    return start.price + _overstay(ask, start)


def _before(ask: _Ask) -> Before:
    past, prepared = ask.past, ask.prepared
    last = past[-1] if past else None
    playing = None if last is None else prepared.known.get(last.track_id or "")
    energy = None if playing is None else playing.energy
    played = [cue.track_id for cue in past if cue.track_id is not None]
    return Before(
        energy,
        tuple(prepared.stands_for.get(one, one) for one in played),
        bed=last is not None and last.kind is CueKind.BED,
    )


def _overstay(ask: _Ask, start: _Start) -> float:
    """What the track that plays owes the new energy curve from now until the rest begins."""
    energy, whole = _before(ask).energy, ask.whole
    if energy is None or start.second <= (begins := whole_s(ask.past[-1].start_ms)):
        return 0.0
    seconds = np.arange(begins, min(start.second, whole.horizon_s))
    return per_s_from_per_min(float(owed_per_min(whole.protocol, seconds, np.float64(energy)).sum()))


def _moved(ask: _Ask, timing: Timing) -> tuple[str, ...]:
    """Which coming phases begin elsewhere than they were to, in infusion minutes, and which are left out."""
    windows = {window.name: window for window in timing.windows}
    planned: dict[str, Milliseconds] = {}
    for cue in ask.soundscape.cues:
        planned.setdefault(cue.phase, cue.start_ms)
    words = []
    for phase, was in planned.items():
        window = windows.get(phase)
        if was <= ask.now_ms:
            continue
        if window is None:
            words.append(_("{phase} is left out.").format(phase=phase))
        elif abs(was - (now := max(ms_from_s(window.from_s), ask.now_ms))) > ms_from_s(window.flex_s):
            moves = _("{phase} moves from {was} to {now}.")
            words.append(moves.format(phase=phase, was=clock(was - ask.zero_ms), now=clock(now - ask.zero_ms)))
    return tuple(words)
