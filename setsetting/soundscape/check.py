"""The independent check: every rule and every cost recomputed from the instance alone.

It shares no code with the planner, not even what makes a track eligible, and trusts nothing of a
plan but the order of its items, their phase and the length of beds. Plain Python, one second at a
time.
"""

import itertools
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from setsetting.soundscape.instance import Instance, InstancePatient, PhaseWindow, PlanItem, TrackRow
from setsetting.soundscape.wishes import Wishes
from setsetting.units import Milliseconds, Seconds, db_from_lu, ms_from_s
from setsetting.words.numbers import clock
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.library.track import Track

PART = "part of "
"""Stands before a recording of which a part has sounded, or that holds what has."""

_PLAIN = {
    **dict.fromkeys("\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{PRIME}", "'"),
    "\N{MODIFIER LETTER APOSTROPHE}": "'",
    "\N{MINUS SIGN}": "-",
    **dict.fromkeys("\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}", "-"),
}
"""Signs that keyboards lack, and what is typed for them."""
_BARE = {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"}
_SEEN_AS = str.maketrans(
    "авеһіјкԁмнорԛсѕтухԝαβεζηικμνορτυχᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ",
    "abehijkdmhopqcstyxwabezhikmnoptyxabcdefghijklmnoprstuvwyz",
)
"""Letters of other scripts, and small capitals, as an eye takes them."""
_LONGEST_NAME = 5


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
        walk.artists.update(_spelled((rows[track_id].artist, *rows[track_id].artists)))
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
                walk.say(_("{where}: not in the library."))
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
    credited = {name: artist for artist in reversed(shown) for name in _spelled([artist])}
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
    placed = {(item.track_id, _one_spelling(item.phase)) for item in items}
    for pin in instance.patient.pinned:
        if (pin.track_id, _one_spelling(pin.phase)) not in placed:
            walk.say(_("The pinned track {track} is missing in {phase}."), track=pin.track_id, phase=pin.phase)


def called(start_ms: Milliseconds, phase: str, what: str) -> str:
    """How a person finds a cue: its time, its phase and what sounds."""
    return f"{clock(start_ms)} {phase}, {what}"


def refused(row: TrackRow, at: int, instance: Instance) -> Iterator[str]:
    """The rules a track breaks in a phase, in words."""
    phases = instance.protocol.phases
    phase, tags = phases[at], _spelled(row.tags)
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
        _("a tag is not wanted here"): bool(tags & _spelled(phase.tags_not)),
        _("none of the wanted tags"): bool(phase.tags_any) and not tags & _spelled(phase.tags_any),
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


def forbidden(track_id: str, track: "TrackRow | Track", wishes: InstancePatient | Wishes) -> Iterator[str]:
    """What stands against a track whatever the phase: what a patient refuses, and what was heard."""
    artists = _spelled(wishes.veto_artists) if wishes.veto_artists else set()
    credited = _spelled((track.artist, *track.artists))
    inside = track.hints
    tagged = [tag for tag in track.tags if any(_tag_means(tag, refused) for refused in wishes.veto_tags)]
    ids = [track_id] if track.recording_id is None else [track_id, track.recording_id]
    heard = any(one in wishes.heard_tracks or one in wishes.heard_recordings for one in ids)
    anchor = any(one in wishes.anchor_tracks or one in wishes.anchor_recordings for one in ids)
    rules = {
        _("the track is vetoed"): any(one in wishes.veto_tracks or one in wishes.veto_recordings for one in ids),
        _("the artist is vetoed"): bool(credited & artists) or any(_is_one_of(credited, name) for name in artists),
        _("a vetoed artist stands in its file name"): any(_holds_person(inside[:1], name) for name in artists),
        _("a vetoed artist stands in its title"): any(_holds_person(inside[1:2], name) for name in artists),
        _("a vetoed artist stands in its notes"): any(_holds_person(inside[2:3], name) for name in artists),
        _("a vetoed artist stands in what its file says"): any(
            len(_worded(name)) > 1 and _holds(inside[3:], name) for name in artists
        ),
        _("a tag is vetoed: {tags}").format(tags=", ".join(tagged)): bool(tagged),
        _("heard before in this course"): heard and not anchor,
    }
    return (words for words, stands in rules.items() if stands)


@lru_cache(maxsize=1 << 14)
def _tag_means(tag: str, refused: str) -> bool:
    """Whether a tag is one that is refused, or has its words among others, however they are parted and of what number."""
    if _one_spelling(tag) == _one_spelling(refused) != "":
        return True
    said, wanted = _singular(tag), _singular(refused)
    if not wanted:
        return False
    turns = [wanted[at:] + wanted[:at] for at in range(len(wanted))] if len(wanted) in (2, 3) else [wanted]
    letters = {"".join(turn) for turn in turns}
    return any("".join(part) in letters for n in range(len(said)) for part in itertools.accumulate(said[n:]))


def _singular(tag: str) -> list[str]:
    return [re.sub("(?<=...)s$", "", word) for word in _worded(_one_spelling(tag))]


def _spelled(names: Iterable[str]) -> set[str]:
    """Names as one person says them.

    Capitals, blanks, what has no width, curled apostrophes, long dashes and the way an accent is coded mean nothing.
    """
    return {one for name in names for one in [_one_spelling(name)] if one}


@lru_cache(maxsize=1 << 15)
def _one_spelling(name: str) -> str:
    letters = []
    for letter in unicodedata.normalize("NFC", name).casefold():
        kind = unicodedata.category(letter)
        if letter.isspace() or kind == "Cc":
            letters.append(" ")
        elif kind != "Cf" and letter != "\u034f" and not "\ufe00" <= letter <= "\ufe0f":
            letters.append(_PLAIN.get(letter, letter))
    return unicodedata.normalize("NFC", re.sub(" +", " ", "".join(letters)).strip())


def _is_one_of(credited: Iterable[str], refused: str) -> bool:
    """Whether a refused name, but for its article, is credited, or of several words stands within a credited name, or is
    written there with initials or other middle names."""
    wanted, credited = _without_article(refused), [*credited]
    if len(wanted) > 1 and _holds(credited, " ".join(wanted)):
        return True
    if any(_same_person(wanted, _without_article(one)) for one in credited):
        return True
    return bool(wanted) and any("".join(_without_article(one)) == "".join(wanted) for one in credited)


def _without_article(name: str) -> list[str]:
    words = _worded(name)
    return words[1:] if words[:1] == ["the"] and words[1:] else words


def _worded(text: str) -> list[str]:
    """The words of a text, each letter without its accent and of usual width."""
    text = text.replace("™", " ").replace("℠", " ")
    plain = "".join(
        _BARE.get(one, one) for one in unicodedata.normalize("NFKD", text) if not "\u0300" <= one <= "\u036f"
    )
    letters = unicodedata.normalize("NFC", plain).casefold().translate(_SEEN_AS)
    return [word for word in re.split(r"[\W_]+", letters) if word]


def _same_person(one: list[str], other: list[str]) -> bool:
    """Whether two names differ by nothing but initials for first names, or middle names that one of them lacks."""
    fewer, more = (one, other) if len(one) <= len(other) else (other, one)
    if not 2 <= len(fewer) <= len(more) <= _LONGEST_NAME or fewer[-1] != more[-1] or len(more[-1]) == 1:
        return False
    (*given, _family), (*whole, _family) = fewer, more
    if given == ["".join(name[0] for name in whole)]:
        return True
    at = 0
    for number, name in enumerate(given):
        fits = [n for n in range(at, len(whole)) if name in (whole[n], whole[n][0]) or whole[n] == name[0]]
        if not fits or (number == 0 and fits[0] != 0):
            return False
        at = fits[0] + 1
    return True


def _holds_person(texts: Sequence[str], name: str) -> bool:
    """Whether a name stands in one of these texts, as it is or as people write it shorter or longer."""
    words = _without_article(name)
    if _holds(texts, name) or len(words) < 2:
        return _holds(texts, name)
    least = len(words) if len(words) > 3 else 2
    there = [_worded(_one_spelling(text)) for text in texts]
    return any(
        _same_person(words, said[end - many : end])
        for said in there
        for end in range(2, len(said) + 1)
        for many in range(least, min(end, _LONGEST_NAME) + 1)
    )


def _holds(texts: Sequence[str], name: str) -> bool:
    """Whether the words of a name stand one after the other in one of these texts, of two or three in any turn; its
    signs, where it has no words."""
    words = _worded(name)
    turned = [words[at:] + words[:at] for at in range(len(words))] if len(words) in (2, 3) else [words]
    for text in map(_one_spelling, texts):
        there = _worded(text)
        found = any(there[at : at + len(words)] in turned for at in range(len(there))) or "".join(words) in there
        if found if words else name in text:
            return True
    return False


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
    cost += weights.disliked_tag * len(_spelled(row.tags) & _spelled(patient.disliked_tags))
    if _spelled((row.artist, *row.artists)) & _spelled(patient.heard_artists):
        cost += weights.artist_heard_in_course
    return cost
