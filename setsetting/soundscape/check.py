"""The independent check: every rule and every cost recomputed from the instance alone.

It shares no code with the planner, not even what makes a track eligible, and trusts nothing of a
plan but the order of its items, their phase and the length of beds. Plain Python, one second at a
time; it is slow on purpose.
"""

import itertools
import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from setsetting.soundscape.instance import Instance, InstancePatient, PhaseWindow, PlanItem, TrackRow
from setsetting.soundscape.wishes import Wishes
from setsetting.units import Milliseconds, Seconds, db_from_lu, ms_from_s
from setsetting.words.numbers import clock
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is broken (nothing: the plan is legal) and what the plan costs, 0 where it could not be followed."""

    broken: tuple[str, ...]
    cost: float = 0.0


@dataclass(slots=True)
class _Walk:
    """What is known at one item while walking through a plan."""

    instance: Instance
    names: Mapping[str, str]
    now: Seconds
    previous: float | None
    broken: list[str] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    artists: Counter[str] = field(default_factory=Counter)


def check(instance: Instance, items: Sequence[PlanItem], names: Mapping[str, str] | None = None) -> Verdict:
    """Walk through a plan and recompute all of it; `names` say what people call a track, by id."""
    phases = instance.protocol.phases
    place = {phase.name: number for number, phase in enumerate(phases)}
    if not items:
        return Verdict((_("The plan is empty."),))
    strange = [item.phase for item in items if item.phase not in place]
    if strange:
        return Verdict((_("There is no phase {name!r}.").format(name=strange[0]),))
    rows = {row.track_id: row for row in instance.library}
    walk = _Walk(instance, names or {}, instance.protocol.start_s, instance.before.energy)
    walk.used.update(instance.before.track_ids)
    walk.artists.update(rows[track_id].artist for track_id in walk.used if track_id in rows)
    _phases_in_order([place[item.phase] for item in items], len(phases), walk)
    for number, item in enumerate(items):
        following = items[number + 1] if number + 1 < len(items) else None
        earlier = items[number - 1] if number else None
        at = place[item.phase]
        if not _one_item(walk, (earlier, item, following), at, rows):
            return Verdict(tuple(walk.broken))
    _whole(walk, items)
    return Verdict(tuple(walk.broken), round(math.fsum(walk.costs), 6))


def _phases_in_order(order: list[int], phases: int, walk: _Walk) -> None:
    steps = [later - earlier for earlier, later in itertools.pairwise(order)]
    if order[0] != 0 or order[-1] != phases - 1 or any(step not in {0, 1} for step in steps):
        walk.broken.append(_("The phases are not each there once and in order."))


def _one_item(
    walk: _Walk, neighbours: tuple[PlanItem | None, PlanItem, PlanItem | None], at: int, rows: dict[str, TrackRow]
) -> bool:
    """Check one item and move the clock past it; False where nothing after it could be judged."""
    phases = walk.instance.protocol.phases
    phase = phases[at]
    earlier, item, following = neighbours
    where = called(ms_from_s(walk.now), item.phase, walk.names.get(item.track_id or "", item.track_id or item.kind))
    if item.start_s is not None and item.start_s != walk.now:
        walk.broken.append(_("{where}: starts at {start} s by the plan.").format(where=where, start=item.start_s))
    if earlier is not None and earlier.phase != item.phase:
        _entry(walk, phase, where)
    if phase.kind == "silence" and item.kind != "silence":
        walk.broken.append(_("{where}: only silence belongs here.").format(where=where))
    match item.kind:
        case "silence":
            return _silence(walk, item, earlier, at, where)
        case "bed":
            return _bed(walk, neighbours, phase, where)
        case "track":
            row = rows.get(item.track_id or "")
            if row is None:
                walk.broken.append(_("{where}: not in the library.").format(where=where))
                return False
            return _track(walk, row, following, at, where)
    walk.broken.append(_("{where}: {kind!r} is no kind of item.").format(where=where, kind=item.kind))
    return False


def _entry(walk: _Walk, phase: PhaseWindow, where: str) -> None:
    late = walk.now - phase.from_s
    if abs(late) > phase.flex_s:
        walk.broken.append(
            _("{where}: entered {late:+d} s from its minute, {flex} s are allowed.").format(
                where=where, late=late, flex=phase.flex_s
            )
        )
    walk.costs.append(walk.instance.weights.boundary_per_min * abs(late) / 60)


def _silence(walk: _Walk, item: PlanItem, earlier: PlanItem | None, at: int, where: str) -> bool:
    phases = walk.instance.protocol.phases
    if phases[at].kind != "silence":
        walk.broken.append(_("{where}: silence in a phase of music.").format(where=where))
    if earlier is not None and earlier.phase == item.phase:
        walk.broken.append(_("{where}: a second item in a phase of silence.").format(where=where))
    if at + 1 >= len(phases):
        walk.broken.append(_("{where}: silence that nothing ends.").format(where=where))
        return False
    if phases[at + 1].from_s <= walk.now:
        walk.broken.append(_("{where}: silence shorter than nothing.").format(where=where))
    walk.now, walk.previous = phases[at + 1].from_s, None
    return True


def _bed(
    walk: _Walk, neighbours: tuple[PlanItem | None, PlanItem, PlanItem | None], phase: PhaseWindow, where: str
) -> bool:
    earlier, item, following = neighbours
    length = item.bed_s or Seconds(0)
    if not phase.bed_allowed:
        walk.broken.append(_("{where}: no bed is allowed here.").format(where=where))
    if not 60 <= length <= 300 or length % 15:
        walk.broken.append(_("{where}: a bed of {n} s; 60 to 300 in steps of 15.").format(where=where, n=length))
        return False
    if (earlier is not None and earlier.kind == "bed") or (earlier is None and walk.instance.before.bed):
        walk.broken.append(_("{where}: two beds in a row.").format(where=where))
    if following is None:
        walk.broken.append(_("{where}: the plan ends on a bed.").format(where=where))
    walk.costs.append(walk.instance.weights.bed_fixed + walk.instance.weights.bed_per_min * length / 60)
    walk.now, walk.previous = walk.now + length, None
    return True


def _track(walk: _Walk, row: TrackRow, following: PlanItem | None, at: int, where: str) -> bool:
    instance, phases = walk.instance, walk.instance.protocol.phases
    phase, weights = phases[at], walk.instance.weights
    walk.broken += [f"{where}: {rule}." for rule in refused(row, at, instance)]
    if row.track_id in walk.used:
        walk.broken.append(_("{where}: sounds a second time.").format(where=where))
    walk.used.add(row.track_id)
    walk.artists[row.artist] += 1
    if walk.artists[row.artist] > 1:
        walk.costs.append(weights.artist_repeat)
    if walk.artists[row.artist] > (limit := instance.protocol.artist_max_per_session):
        walk.broken.append(
            _("{where}: {n} tracks by {artist}, {limit} are allowed.").format(
                where=where, artist=row.artist, n=walk.artists[row.artist], limit=limit
            )
        )
    fade = Seconds(0)
    if following is not None:
        after = next((one for one in phases if one.name == following.phase), phase)
        if after.kind != "silence":
            fade = after.crossfade_s if following.phase == phase.name else after.crossfade_in_s
    end = walk.now + row.duration_s - fade
    for second in range(walk.now, min(end, _horizon_s(instance))):
        target, over, weight = _wanted(instance, Seconds(second))
        off = row.energy - target
        walk.costs.append(weight * (over * off if off > 0 else -off) / 60)
    walk.costs.append(_worth(row, phase, instance))
    if walk.previous is not None:
        step = abs(row.energy - walk.previous)
        if step > instance.protocol.energy_step_max:
            walk.broken.append(_("{where}: a step of {step:g} levels of energy.").format(where=where, step=step))
        walk.costs.append(weights.step_per_level_over_1 * max(0.0, step - 1))
    walk.now, walk.previous = end, row.energy
    return True


def _whole(walk: _Walk, items: Sequence[PlanItem]) -> None:
    instance = walk.instance
    if walk.now < _horizon_s(instance):
        walk.broken.append(
            _("Music ends at {now} s; the spare tail reaches to {until} s.").format(
                now=walk.now, until=_horizon_s(instance)
            )
        )
    placed = {(item.track_id, item.phase) for item in items}
    for pin in instance.patient.pinned:
        if (pin.track_id, pin.phase) not in placed:
            walk.broken.append(
                _("The pinned track {track} is missing in {phase}.").format(track=pin.track_id, phase=pin.phase)
            )


def called(start_ms: Milliseconds, phase: str, what: str) -> str:
    """How a person finds a cue: its time, its phase and what sounds."""
    return f"{clock(start_ms)} {phase}, {what}"


def refused(row: TrackRow, at: int, instance: Instance) -> Iterator[str]:
    """The rules a track breaks in a phase, in words."""
    phases = instance.protocol.phases
    phase, tags = phases[at], set(row.tags)
    longest = max(phase.crossfade_s, phase.crossfade_in_s)
    if at + 1 < len(phases) and phases[at + 1].kind != "silence":
        longest = max(longest, phases[at + 1].crossfade_in_s)
    tempo_matters = phase.bpm_min > 0 or phase.bpm_max < 200
    rules = {
        _("digital silence"): row.silent,
        _("its energy is out of range"): not phase.energy_min <= row.energy <= phase.energy_max,
        _("its lyrics are not allowed"): row.lyrics not in phase.lyrics_allowed,
        _("its tempo is out of range"): row.bpm is not None and not phase.bpm_min <= row.bpm <= phase.bpm_max,
        _("nobody knows its tempo"): row.tempo_unknown and tempo_matters and not phase.bpm_unknown_allowed,
        _("it is too bright"): row.brightness > phase.brightness_max,
        _("it startles"): row.startle_lu > phase.startle_max_lu,
        _("a tag is not wanted here"): bool(tags & set(phase.tags_not)),
        _("none of the wanted tags"): bool(phase.tags_any) and not tags & set(phase.tags_any),
        _("too short for the crossfade"): row.duration_s < 4 * longest or row.duration_s < 1,
        _("too long"): row.duration_s > phase.track_max_s,
    }
    yield from forbidden(row.track_id, row.artist, row.tags, instance.patient)
    yield from (words for words, broken in rules.items() if broken)


def forbidden(track_id: str, artist: str, tags: Iterable[str], wishes: InstancePatient | Wishes) -> Iterator[str]:
    """What stands against a track whatever the phase: what a patient refuses, and what was heard."""
    rules = {
        _("the track is vetoed"): track_id in wishes.veto_tracks,
        _("the artist is vetoed"): bool(_spelled([artist]) & _spelled(wishes.veto_artists)),
        _("a tag is vetoed"): bool(_spelled(tags) & _spelled(wishes.veto_tags)),
        _("heard before in this course"): track_id in wishes.heard_tracks and track_id not in wishes.anchor_tracks,
    }
    return (words for words, stands in rules.items() if stands)


def _spelled(names: Iterable[str]) -> set[str]:
    """Names as one person says them: capitals, blanks at the ends and the way an accent is coded mean nothing."""
    return {unicodedata.normalize("NFC", unicodedata.normalize("NFC", name.strip()).casefold()) for name in names} - {
        ""
    }


def _horizon_s(instance: Instance) -> Seconds:
    return instance.protocol.end_s + instance.protocol.spare_s


def _wanted(instance: Instance, second: Seconds) -> tuple[float, float, float]:
    phases, moment = instance.protocol.phases, second + 0.5
    number = 0
    while number + 1 < len(phases) and moment >= phases[number + 1].from_s:
        number += 1
    phase = phases[number]
    until = phases[number + 1].from_s if number + 1 < len(phases) else _horizon_s(instance)
    share = (moment - phase.from_s) / max(1, until - phase.from_s)
    return phase.energy_from + share * (phase.energy_to - phase.energy_from), phase.over_weight, phase.weight


def _worth(row: TrackRow, phase: PhaseWindow, instance: Instance) -> float:
    weights, patient = instance.weights, instance.patient
    cost = weights.per_item
    if row.startle_lu > weights.startle_free_lu:
        cost += weights.startle_per_lu * (row.startle_lu - weights.startle_free_lu)
    wanted_gain = db_from_lu(phase.lufs - row.loudness_lufs)
    possible_gain = weights.true_peak_ceiling_dbtp - row.true_peak_dbtp
    if wanted_gain > possible_gain:
        cost += weights.loudness_shortfall_per_lu * (wanted_gain - possible_gain)
    cost += weights.disliked_tag * len(set(row.tags).intersection(patient.disliked_tags))
    if row.artist in patient.heard_artists:
        cost += weights.artist_heard_in_course
    return cost
