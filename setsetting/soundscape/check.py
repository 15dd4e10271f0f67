"""The independent check: every rule and every cost recomputed from the instance alone.

It shares no code with the planner, not even what makes a track eligible, and trusts nothing of a
plan but the order of its items, their phase and the length of beds. Plain Python, one second at a
time.
"""

import itertools
import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from setsetting.soundscape.check_names import holds, holds_person, is_one_of, one_spelling, spelled, tags_met
from setsetting.soundscape.instance import Instance, InstancePatient, PhaseWindow, PlanItem, TrackRow
from setsetting.soundscape.wishes import Wishes
from setsetting.units import Milliseconds, Seconds, db_from_lu, ms_from_s
from setsetting.words.numbers import clock
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.library.track import Track, TrackNames

PART = "part of "
"""Stands before a recording of which a part has sounded, or that holds what has."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is broken (nothing: the plan is legal) and what the plan costs, 0 where it could not be followed."""

    broken: tuple[str, ...]
    cost: float = 0.0


@dataclass(slots=True)
class _Walk:
    """What is known at one item, between its neighbours, while walking through a plan."""

    instance: Instance
    names: Mapping[str, str]
    now: Seconds
    previous: float | None
    broken: list[str] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    artists: Counter[str] = field(default_factory=Counter)
    where: str = ""
    earlier: PlanItem | None = None
    following: PlanItem | None = None

    def say(self, words: str, **values: object) -> None:
        self.broken.append(words.format(where=self.where, **values))


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
    for track_id in instance.before.track_ids:
        walk.used.update(sounds_of(rows.get(track_id), track_id))
    for track_id in rows.keys() & set(instance.before.track_ids):
        walk.artists.update(spelled((rows[track_id].artist, *rows[track_id].artists)))
    if [name for name, _items in itertools.groupby(items, lambda item: item.phase)] != list(place):
        walk.say(_("The phases are not each there once and in order."))
    for walk.earlier, item, walk.following in zip([None, *items], items, [*items[1:], None], strict=False):
        if not _one_item(walk, item, place[item.phase], rows):
            return Verdict(tuple(walk.broken))
    _whole(walk, items)
    return Verdict(tuple(walk.broken), round(math.fsum(walk.costs), 6))


def _one_item(walk: _Walk, item: PlanItem, at: int, rows: dict[str, TrackRow]) -> bool:
    """Check one item and move the clock past it; False where nothing after it could be judged."""
    phase = walk.instance.protocol.phases[at]
    name = walk.names.get(item.track_id or "", item.track_id or item.kind)
    walk.where = called(ms_from_s(walk.now), item.phase, name)
    if item.start_s is not None and item.start_s != walk.now:
        walk.say(_("{where}: starts at {start} s by the plan."), start=item.start_s)
    if walk.earlier is not None and walk.earlier.phase != item.phase:
        _entry(walk, phase)
    if phase.kind == "silence" and item.kind != "silence":
        walk.say(_("{where}: only silence belongs here."))
    match item.kind:
        case "silence":
            return _silence(walk, item, at)
        case "bed":
            return _bed(walk, item, phase)
        case "track":
            row = rows.get(item.track_id or "")
            if row is None:
                walk.say(_("{where}: not in the library; scan its folder, or build again."))
                return False
            return _track(walk, row, at)
    walk.say(_("{where}: {kind!r} is no kind of item."), kind=item.kind)
    return False


def _entry(walk: _Walk, phase: PhaseWindow) -> None:
    late = walk.now - phase.from_s
    if abs(late) > phase.flex_s:
        walk.say(_("{where}: entered {late:+d} s from its minute, {flex} s are allowed."), late=late, flex=phase.flex_s)
    walk.costs.append(walk.instance.weights.boundary_per_min * abs(late) / 60)


def _silence(walk: _Walk, item: PlanItem, at: int) -> bool:
    phases = walk.instance.protocol.phases
    if phases[at].kind != "silence":
        walk.say(_("{where}: silence in a phase of music."))
    if walk.earlier is not None and walk.earlier.phase == item.phase:
        walk.say(_("{where}: a second item in a phase of silence."))
    if at + 1 >= len(phases):
        walk.say(_("{where}: silence that nothing ends."))
        return False
    if phases[at + 1].from_s <= walk.now:
        walk.say(_("{where}: silence shorter than nothing."))
    walk.now, walk.previous = phases[at + 1].from_s, None
    return True


def _bed(walk: _Walk, item: PlanItem, phase: PhaseWindow) -> bool:
    length = item.bed_s or Seconds(0)
    if not phase.bed_allowed:
        walk.say(_("{where}: no bed is allowed here."))
    if not 60 <= length <= 300 or length % 15:
        walk.say(_("{where}: a bed of {n} s; 60 to 300 in steps of 15."), n=length)
        return False
    if walk.instance.before.bed if walk.earlier is None else walk.earlier.kind == "bed":
        walk.say(_("{where}: two beds in a row."))
    if walk.following is None:
        walk.say(_("{where}: the plan ends on a bed."))
    walk.costs.append(walk.instance.weights.bed_fixed + walk.instance.weights.bed_per_min * length / 60)
    walk.now, walk.previous = walk.now + length, None
    return True


def _track(walk: _Walk, row: TrackRow, at: int) -> bool:
    instance, phases = walk.instance, walk.instance.protocol.phases
    phase, weights = phases[at], walk.instance.weights
    walk.broken += [f"{walk.where}: {rule}." for rule in refused(row, at, instance)]
    if again := repeats(row, walk.used):
        walk.say("{where}: " + again + ".")
    walk.used |= sounds_of(row)
    limit, shown = instance.protocol.artist_max_per_session, (row.artist, *row.artists)
    credited = {name: artist for artist in reversed(shown) for name in spelled([artist])}
    walk.artists.update(credited.keys())
    if any(walk.artists[name] > 1 for name in credited):
        walk.costs.append(weights.artist_repeat)
    if crowded := [(walk.artists[name], artist) for name, artist in credited.items() if walk.artists[name] > limit]:
        n, artist = max(crowded, key=lambda one: (one[0], one[1] == row.artist))
        walk.say(_("{where}: {n} tracks by {artist}, at most {limit} allowed."), artist=artist, n=n, limit=limit)
    fade = Seconds(0)
    if walk.following is not None:
        after = next(one for one in phases if one.name == walk.following.phase)
        if after.kind != "silence":
            fade = after.crossfade_s if after is phase else after.crossfade_in_s
    end = walk.now + row.duration_s - fade
    walk.costs += _owed(instance, row.energy, walk.now, min(end, _horizon_s(instance)))
    walk.costs.append(_worth(row, phase, instance))
    if walk.previous is not None:
        step = abs(row.energy - walk.previous)
        if step > instance.protocol.energy_step_max:
            walk.say(_("{where}: a step of {step:g} levels of energy."), step=step)
        walk.costs.append(weights.step_per_level_over_1 * max(0.0, step - 1))
    walk.now, walk.previous = end, row.energy
    return True


def _whole(walk: _Walk, items: Sequence[PlanItem]) -> None:
    instance, until = walk.instance, _horizon_s(walk.instance)
    if walk.now < until:
        walk.say(_("Music ends at {now} s; the spare tail reaches to {until} s."), now=walk.now, until=until)
    placed = {(item.track_id, one_spelling(item.phase)) for item in items}
    for pin in instance.patient.pinned:
        if (pin.track_id, one_spelling(pin.phase)) not in placed:
            walk.say(_("The pinned track {track} is missing in {phase}."), track=pin.track_id, phase=pin.phase)


def called(start_ms: Milliseconds, phase: str, what: str) -> str:
    """How a person finds a cue: its time, its phase and what sounds."""
    return f"{clock(start_ms)} {phase}, {what}"


def refused(row: TrackRow, at: int, instance: Instance) -> Iterator[str]:
    """The rules a track breaks in a phase, in words."""
    phases = instance.protocol.phases
    phase, tags = phases[at], spelled(row.tags)
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
        _("a tag is not wanted here"): bool(tags & spelled(phase.tags_not)),
        _("none of the wanted tags"): bool(phase.tags_any) and not tags & spelled(phase.tags_any),
        _("too short for the crossfade"): row.duration_s < 4 * longest or row.duration_s < 1,
        _("too long"): row.duration_s > phase.track_max_s,
    }
    yield from forbidden(row.track_id, row, instance.patient)
    yield from (words for words, broken in rules.items() if broken)


def sounds_of(row: TrackRow | None, otherwise: str = "") -> set[str]:
    """What has sounded with a track: its recording, or itself where that is not known, and parts of others."""
    if row is None:
        return {otherwise}
    own = row.recording_id or row.track_id
    return {own, *(PART + one for one in row.shares)}


def repeats(row: TrackRow, sounded: Collection[str]) -> str:
    """Whether it sounds a second time, whole or in part, in words; nothing where it is new."""
    own = row.recording_id or row.track_id
    if own in sounded:
        return _("sounds a second time")
    if PART + own in sounded or any(one in sounded for one in row.shares):
        return _("sounds a second time, in an excerpt or whole")
    return ""


def forbidden(
    track_id: str,
    track: "TrackRow | Track | TrackNames",
    wishes: InstancePatient | Wishes,
    also: Collection[str] = (),
) -> Iterator[str]:
    """What stands against a track whatever the phase: what a patient refuses, and what was heard; `also` are names beside
    its own by which it is refused."""
    artists = spelled(wishes.veto_artists) if wishes.veto_artists else set()
    credited = spelled((track.artist, *track.artists))
    inside = track.hints
    said = [text for texts in inside[3:] for text in texts.split("/")]
    tagged = tags_met(track.tags, wishes.veto_tags)
    ids = [track_id] if track.recording_id is None else [track_id, track.recording_id]
    heard = any(one in wishes.heard_tracks or one in wishes.heard_recordings for one in ids)
    anchor = any(one in wishes.anchor_tracks or one in wishes.anchor_recordings for one in ids)
    rules = {
        _("the track is vetoed"): any(
            one in wishes.veto_tracks or one in wishes.veto_recordings for one in (*ids, *also)
        ),
        _("the artist is vetoed"): bool(credited & artists) or any(is_one_of(credited, name) for name in artists),
        _("a vetoed artist stands in its file name"): any(holds_person(inside[:1], name) for name in artists),
        _("a vetoed artist stands in its title"): any(holds_person(inside[1:2], name) for name in artists),
        _("a vetoed artist stands in its notes"): any(holds_person(inside[2:3], name) for name in artists),
        _("a vetoed artist stands in what its file says"): any(holds(said, name, sure=True) for name in artists),
        _("a tag is vetoed: {tags}").format(tags=", ".join(tagged)): bool(tagged),
        _("what it was called before is vetoed"): _was_refused(track, artists, wishes.veto_tags),
        _("heard before in this course"): heard and not anchor,
    }
    return (words for words, stands in rules.items() if stands)


def _was_refused(track: "TrackRow | Track | TrackNames", artists: Collection[str], tags: Collection[str]) -> bool:
    """Whether a refused artist or tag is one of before its file was tagged anew."""
    former = spelled(track.former)
    named = bool(former & set(artists)) or any(is_one_of(former, name) for name in artists)
    return named or bool(tags_met(track.former_tags, tags))


def _horizon_s(instance: Instance) -> Seconds:
    return instance.protocol.end_s + instance.protocol.spare_s


def _owed(instance: Instance, energy: float, first: Seconds, until: Seconds) -> list[float]:
    """What a track of this energy owes in each of these seconds."""
    owed, phases = list[float](), instance.protocol.phases
    for number, phase in enumerate(phases):
        begins = first if number == 0 else max(first, phase.from_s)
        ends = phases[number + 1].from_s if number + 1 < len(phases) else _horizon_s(instance)
        for second in range(begins, until if number + 1 == len(phases) else min(until, ends)):
            share = (second + 0.5 - phase.from_s) / max(1, ends - phase.from_s)
            off = energy - (phase.energy_from + share * (phase.energy_to - phase.energy_from))
            owed.append(phase.weight * (phase.over_weight * off if off > 0 else -off) / 60)
    return owed


def _worth(row: TrackRow, phase: PhaseWindow, instance: Instance) -> float:
    weights, patient = instance.weights, instance.patient
    cost = weights.per_item
    if row.startle_lu > weights.startle_free_lu:
        cost += weights.startle_per_lu * (row.startle_lu - weights.startle_free_lu)
    wanted_gain = db_from_lu(phase.lufs - row.loudness_lufs)
    possible_gain = weights.true_peak_ceiling_dbtp - row.true_peak_dbtp
    if wanted_gain > possible_gain:
        cost += weights.loudness_shortfall_per_lu * (wanted_gain - possible_gain)
    cost += weights.disliked_tag * len(spelled(row.tags) & spelled(patient.disliked_tags))
    if spelled((row.artist, *row.artists)) & spelled(patient.heard_artists):
        cost += weights.artist_heard_in_course
    return cost
