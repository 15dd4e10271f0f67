"""A soundscape judged before it is shown, saved, rendered or played, and after every re-timing.

It judges cues (times, gains, fades, phases, kinds) from playlist, infusion, tracks and wishes, and
shares nothing with the planner but the table of rules and the types of files. A cover (rescue, silence)
and a plan timed anew keep what has sounded as it was; the limits that a re-timing waived are given up
only where they are named. What a patient refuses, what was heard, lyrics, startle and the other rules
of a track are never waived.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise, takewhile, zip_longest

import msgspec

from setsetting.audio.mix import BED_LUFS, BED_PEAK_DBTP
from setsetting.clinical.infusion import Infusion
from setsetting.errors import Refused
from setsetting.library.prompt import NO_PROMPTS, Prompt
from setsetting.library.track import Track
from setsetting.soundscape.check import called, check, forbidden, refused, repeats, sounds_of
from setsetting.soundscape.check_instance import ended_before, own_instance, own_length_s
from setsetting.soundscape.check_prompts import check_prompts
from setsetting.soundscape.instance import Before, Instance, PhaseWindow, PlanItem
from setsetting.soundscape.playlist import Playlist, PlaylistPhase
from setsetting.soundscape.rules import ALLOW, BARE_END, EVERYTHING, LOOSENABLE
from setsetting.soundscape.soundscape import Cue, CueKind, Soundscape
from setsetting.soundscape.wishes import Wishes
from setsetting.units import Dbtp, Decibels, Energy, Milliseconds, db_from_lu, db_from_mdb, ms_from_s, whole_s
from setsetting.words.numbers import clock
from setsetting.words.translate import _

EARLY_S = 240
"""A rest may begin in a phase that is so near, where what plays ends there."""
CLICK_MS = Milliseconds(20)
"""The shortest fade without a click; where a crossfade is asked for, it is none."""
FULL_SCALE_DBTP = Dbtp(0.0)
"""What meets a cue that sounds already, whose gain is not touched, may reach this."""
_ROUNDED, _ROUNDED_DB = 1e-9, Decibels(2e-3)
_MEETING_DB, _MEETING_PLAYING_DB = Decibels(3.02), Decibels(6.03)
"""As far below the ceiling may a peak be turned down for its neighbour; further for one that sounded already."""


@dataclass(frozen=True, slots=True)
class Retiming:
    """A plan timed anew, or covered, at `now_ms`: what sounded `before`, until when it must last, what was waived.

    `waived` names the limits given up: energy_step_max (of the first step), flex_s and beds, or everything,
    where what was promised plays on and a bed holds. The infusion's minute 0 is at `zero_ms` of its clock. Music that is
    held keeps to the phases `held_in`, wherever they are on the clock, and to `most` of energy at first; it never climbs.
    """

    now_ms: Milliseconds
    before: Soundscape
    until_ms: Milliseconds | None = None
    waived: Sequence[str] = ()
    zero_ms: Milliseconds = Milliseconds(0)
    held_in: Sequence[str] = ()
    most: Energy | None = None


def check_soundscape(
    soundscape: Soundscape,
    tracks: Iterable[Track],
    playlist: Playlist,
    infusion: Infusion,
    wishes: Wishes,
    *,
    retiming: Retiming | None = None,
    unchanged: bool = True,
    prompts: Mapping[str, Prompt] = NO_PROMPTS,
) -> tuple[str, ...]:
    """Judge anyone's soundscape against tonight's playlist, library and wishes; return what is broken.

    A playlist that is a loop covers the plan; what was heard before is welcome in it. `unchanged` says that these
    are what the soundscape was made from, so that its cost is theirs. `prompts` are the clinic's by file; those of a plan
    timed anew, whose cues are judged here, are judged by `against`.
    """
    if not soundscape.cues:
        return (_("The plan is empty."),)
    judge = _Judge(soundscape, playlist, {track.id: track for track in tracks}, retiming)
    past, broken = judge.past()
    cues, broken = soundscape.cues[past:], [*broken, *judge.loosened(), *judge.times(past)]
    if broken:
        return tuple(broken)
    if playlist.loop:
        wishes = replace(wishes, heard_tracks=frozenset(), heard_recordings=frozenset(), pins=())
    if retiming is not None:
        infusion = infusion.later(retiming.zero_ms)
    try:
        instance = own_instance(playlist, infusion, judge.used(), wishes, soundscape.loosened)
        broken += judge.reaches(instance)
        if broken or not cues:
            return tuple(broken)
        if (own := judge.unplanned()) is not None:
            rules, strict = own
            return (*judge.each(past, instance), *rules(past), *judge.sound(past, strict=strict))
        bare = judge.bare(past, instance.protocol.phases)
        planned = soundscape.cues[: len(soundscape.cues) - bare]
        rest = replace(judge, soundscape=replace(soundscape, cues=planned)).rest(past, ended_before(instance, bare))
        verdict = check(rest, items_of(planned[past:], cues[0].start_ms % 1000), judge.names)
    except Refused as refusal:
        return (*broken, str(refusal))
    broken += [*verdict.broken, *judge.sound(past, strict=not bare)]
    if retiming is None:
        broken += check_prompts(soundscape.prompts, playlist, infusion, instance, prompts)
    if retiming is None and unchanged and not broken and abs(verdict.cost - soundscape.cost) > 1e-3:
        stated = _("The stated cost is {stated:g}, recomputed {cost:g}.")
        broken.append(stated.format(stated=soundscape.cost, cost=verdict.cost))
    return tuple(broken)


def kept_from(track: Track, wishes: Wishes) -> Iterator[str]:
    """Why a track is kept from a patient's ears, each as a sentence: it is none of those a session may turn to."""
    for rule in forbidden(track.id, track, wishes):
        yield _("{track}: {rule}.").format(track=track.title or track.id, rule=rule)


def refuse(broken: Sequence[str]) -> None:
    """Raise Refused with every rule that is broken and its cue, and how to go on."""
    if broken:
        advice = _("Nothing that breaks a rule is used; scan the library if files changed, and build it again.")
        raise Refused(" ".join((*broken, advice)))


def items_of(cues: Sequence[Cue], shift_ms: Milliseconds = Milliseconds(0)) -> tuple[PlanItem, ...]:
    """Cues as items on whole seconds, `shift_ms` taken off first."""
    items: list[PlanItem] = []
    for cue, following in zip(cues, [*cues[1:], None], strict=True):
        end_ms = cue.end_ms if following is None else following.start_ms
        bed_s = whole_s(end_ms - cue.start_ms) if cue.kind is CueKind.BED else None
        start_s = whole_s(cue.start_ms - shift_ms)
        items.append(PlanItem(str(cue.kind), cue.phase, start_s, track_id=cue.track_id, bed_s=bed_s))
    return tuple(items)


@dataclass(frozen=True)
class _Judge:
    """A soundscape beside its playlist and tracks; each rule answers with sentences, none where it is kept."""

    soundscape: Soundscape
    playlist: Playlist
    tracks: Mapping[str, Track]
    retiming: Retiming | None

    def used(self) -> list[Track]:
        """The tracks it names that are in the library."""
        ids = dict.fromkeys(cue.track_id or "" for cue in self.soundscape.cues)
        return [self.tracks[track_id] for track_id in ids if track_id in self.tracks]

    @cached_property
    def names(self) -> dict[str, str]:
        """What people call each of them, by id."""
        return {track.id: " - ".join(filter(None, (track.title or track.id, track.artist))) for track in self.used()}

    @cached_property
    def phases(self) -> dict[str, PlaylistPhase]:
        return {phase.name: phase for phase in self.playlist.phases}

    def where(self, cue: Cue) -> str:
        return called(cue.start_ms, cue.phase, self.names.get(cue.track_id or "", cue.track_id or cue.kind))

    def loosened(self) -> Iterator[str]:
        """Only what the table of rules lets a person loosen, and only as far."""
        for name, value in self.soundscape.loosened:
            limit = LOOSENABLE[name][1] if name in LOOSENABLE else None
            number = float(value) if value.isascii() and value.replace(".", "", 1).isdecimal() else -1.0
            switch = limit is not None and limit.kind == "switch"
            if limit is None or not (value == ALLOW if switch else limit.lowest <= number <= limit.highest):
                yield _("{rule}={value} is never loosened.").format(rule=name, value=value)

    def times(self, past: int) -> Iterator[str]:
        """No new cue off the second, in no phase, before its turn, or with a fade longer than itself."""
        least_ms = self.soundscape.start_ms if self.retiming is None else self.retiming.now_ms
        for cue in self.soundscape.cues[past:]:
            fades_ms = cue.fade_in_ms, cue.fade_out_ms
            rules = {
                _("does not start on a whole second"): self.retiming is None and cue.start_ms % 1000 > 0,
                _("there is no such phase"): cue.phase not in self.phases,
                _("a fade is longer than the sound"): not 0 <= min(fades_ms) <= max(fades_ms) <= cue.length_ms > 0,
                _("starts before its turn"): cue.start_ms < least_ms,
            }
            yield from (f"{self.where(cue)}: {words}." for words, stands in rules.items() if stands)
            least_ms = cue.start_ms

    def past(self) -> tuple[int, list[str]]:
        """How many cues had begun when it was made, and which of them are not as they were.

        One that still sounds may end otherwise, a track no later, and sooner only in a fade that begins now or later;
        what begins at this very moment may be replaced.
        """
        if self.retiming is None:
            return 0, []
        now_ms = self.retiming.now_ms
        begun = [cue for cue in self.retiming.before.cues if cue.start_ms <= now_ms]
        kept = self.soundscape.cues[: len(begun)]
        if begun and begun[-1].start_ms == now_ms and [*map(_identity, kept)] != [*map(_identity, begun)]:
            begun.pop()
        words = (_otherwise(was, cue, now_ms) for was, cue in zip_longest(begun, kept[: len(begun)]))
        return len(begun), [said.format(where=self.where(was)) for was, said in zip(begun, words, strict=True) if said]

    def reaches(self, instance: Instance) -> Iterator[str]:
        """Whether it lasts to the end of the spare tail, or as long as what it covers; a silence that is held does."""
        if self.retiming is not None and self.retiming.held_in and self.soundscape.cues[-1].kind is CueKind.SILENCE:
            return
        until_ms = ms_from_s(instance.protocol.end_s + instance.protocol.spare_s)
        if self.retiming is not None and self.retiming.until_ms is not None:
            until_ms = self.retiming.until_ms
        end_ms = max((one.end_ms for one in self.soundscape.cues if one.kind is not CueKind.SILENCE), default=until_ms)
        if end_ms < until_ms:
            yield _("Music ends at {end}; it must reach to {until}.").format(end=clock(end_ms), until=clock(until_ms))

    def bare(self, past: int, windows: Sequence[PhaseWindow]) -> int:
        """How many of the last phases are a noise bed each, where a session left those to them."""
        if self.retiming is None or BARE_END not in self.retiming.waived:
            return 0
        ends = zip(self.soundscape.cues[:past:-1], windows[::-1], strict=False)
        return sum(takewhile(bool, (cue.kind is CueKind.BED and cue.phase == window.name for cue, window in ends)))

    def rest(self, past: int, instance: Instance) -> Instance:
        """What is left of an instance from the first new cue on; raises Refused where that cue has no place."""
        if self.retiming is None:
            return instance
        cues, waived, at = self.soundscape.cues, self.retiming.waived, self._begins(past, instance.protocol.phases)
        windows = instance.protocol.phases[at:]
        if "flex_s" in waived:
            windows = tuple(msgspec.structs.replace(one, flex_s=2 * one.flex_s + 60) for one in windows)
        if "beds" in waived:
            windows = tuple(msgspec.structs.replace(one, bed_allowed=one.kind != "silence") for one in windows)
        played = tuple(cue.track_id for cue in cues[:past] if cue.track_id is not None)
        last = cues[past - 1] if past else None
        playing = self.tracks.get(last.track_id or "") if last is not None and not waived else None
        left = {window.name for window in windows}
        pins = [pin for pin in instance.patient.pinned if pin.phase in left and pin.track_id not in played]
        return msgspec.structs.replace(
            instance,
            protocol=msgspec.structs.replace(instance.protocol, start_s=whole_s(cues[past].start_ms), phases=windows),
            patient=msgspec.structs.replace(instance.patient, pinned=tuple(pins)),
            before=Before(
                None if playing is None else playing.energy, played, bed=last is not None and last.kind is CueKind.BED
            ),
        )

    def _begins(self, past: int, windows: Sequence[PhaseWindow]) -> int:
        """The number of the phase in which the rest begins: the one of that minute, or the next when it is near."""
        first, second = self.soundscape.cues[past], whole_s(self.soundscape.cues[past].start_ms)
        at = next((number for number, window in enumerate(windows) if window.name == first.phase), None)
        if at is not None and len({cue.start_ms % 1000 for cue in self.soundscape.cues[past:]}) == 1:
            ends = [following.from_s + following.flex_s for following in windows[at + 1 : at + 2]]
            early_s = windows[at].from_s - second
            if (early_s <= EARLY_S and second <= min(ends, default=second)) if past else at == early_s == 0:
                return at
        raise Refused(_("{where}: this phase is not to begin then.").format(where=self.where(first)))

    def each(self, past: int, instance: Instance) -> Iterator[str]:
        """The rules of each new cue alone, in a phase that is not over, and that no track sounds twice but in a loop."""
        rows, windows = {row.track_id: row for row in instance.library}, instance.protocol.phases
        places = {window.name: number for number, window in enumerate(windows)}
        sounded = set[str]()
        for cue in self.soundscape.cues[:past]:
            sounded |= sounds_of(rows.get(cue.track_id or ""), cue.track_id or "")
        for cue in self.soundscape.cues[past:]:
            where, row = self.where(cue), rows.get(cue.track_id or "")
            at = places.get(cue.phase, len(windows))
            ends = [following.from_s + following.flex_s for following in windows[at + 1 : at + 2]]
            over = any(cue.start_ms > ms_from_s(end_s) for end_s in ends) and not (
                self.retiming and self.retiming.held_in
            )
            if at == len(windows) or over:
                yield _("{where}: this phase is not to begin then.").format(where=where)
            elif cue.kind is CueKind.TRACK and row is not None:
                yield from (f"{where}: {rule}." for rule in refused(row, at, instance))
                if (again := repeats(row, sounded)) and not self.playlist.loop:
                    yield f"{where}: {again}."
                sounded |= sounds_of(row)
            elif not self._holds(cue):
                yield _("{where}: not in the library; scan its folder, or build again.").format(where=where)

    def _holds(self, cue: Cue) -> bool:
        """Whether it is a noise bed, or silence in a phase of it."""
        silent = cue.kind is CueKind.SILENCE and self.phases[cue.phase].kind == "silence"
        return silent or cue.kind is CueKind.BED

    def unplanned(self) -> tuple[Callable[[int], Iterator[str]], bool] | None:
        """The rules of what no planner made, and whether its fades are strict; None of a plan."""
        if self.retiming is not None and self.retiming.held_in:
            return self.held, True
        if self.playlist.loop or (self.retiming is not None and EVERYTHING in self.retiming.waived):
            return self.promised, self.playlist.loop
        return None

    def promised(self, past: int) -> Iterator[str]:
        """What was promised, in its phases and its order; between, a bed may hold, or silence in a phase of silence."""
        if self.retiming is None or self.playlist.loop:
            return
        left = iter([_place(cue) for cue in self.retiming.before.cues if cue.start_ms >= self.retiming.now_ms])
        for cue in self.soundscape.cues[past:]:
            if not (self._holds(cue) and cue.track_id is None) and _place(cue) not in left:
                yield _("{where}: was not promised there.").format(where=self.where(cue))

    def held(self, past: int) -> Iterator[str]:
        """Held music stays in its phases and never climbs; a planned silence goes on as one."""
        assert self.retiming is not None
        most = self.retiming.most
        for cue in self.soundscape.cues[past:]:
            if cue.phase not in self.retiming.held_in:
                yield _("{where}: the music is held in {phases}.").format(
                    where=self.where(cue), phases=", ".join(self.retiming.held_in)
                )
            track = self.tracks.get(cue.track_id or "")
            if track is not None and most is not None:
                if track.energy > most + _ROUNDED:
                    yield _("{where}: climbs above energy {most:g}.").format(where=self.where(cue), most=most)
                most = min(most, track.energy)

    def sound(self, past: int, *, strict: bool = True) -> Iterator[str]:
        """Levels, gaps and fades of the new cues, and how the first of them follows what sounds already.

        Fades belong to the phase being entered; where that is not `strict`, any that leaves no gap will do.
        """
        ceiling = self.playlist.weights.true_peak_ceiling_dbtp
        pairs = [*pairwise(self.soundscape.cues), (self.soundscape.cues[-1], None)]
        for number, (cue, following) in list(enumerate(pairs))[max(0, past - 1) :]:
            where, playing = self.where(cue), number < past
            if not playing:
                yield from self._levels(cue, where, ceiling)
            if following is None:
                return
            overlap_ms = cue.end_ms - following.start_ms
            if overlap_ms < 0 and not (playing and self.retiming and following.start_ms <= self.retiming.now_ms):
                yield _("{where}: nothing sounds between it and the next.").format(where=where)
            most = FULL_SCALE_DBTP if playing else ceiling
            together = sum(10 ** (self._peak_dbtp(one) / 10) for one in (cue, following))
            if overlap_ms > 0 and together > 1.001 * 10 ** (most / 10):
                yield _("{where}: meets the next above {most:g} dBTP.").format(where=where, most=most)
            if strict and not self._crosses(cue, following, playing=playing):
                yield _("{where}: the fade into the next is not that of the phase it enters.").format(where=where)

    def _crosses(self, cue: Cue, following: Cue, *, playing: bool) -> bool:
        """Whether two cues cross over as long as the phase being entered says, and before and after silence not."""
        phase = self.phases[following.phase]
        if following.kind is CueKind.SILENCE:
            return playing or cue.end_ms == following.start_ms
        same = cue.phase == following.phase and cue.kind is not CueKind.SILENCE
        into_ms = ms_from_s(phase.crossfade_s if same else phase.crossfade_in_s)
        under_ms = 0 if cue.kind is CueKind.SILENCE else into_ms
        overlap_ms = cue.end_ms - following.start_ms
        if abs(following.fade_in_ms - min(into_ms, following.length_ms)) > CLICK_MS:
            return False
        if playing and self.retiming:
            was = next(one for one in self.retiming.before.cues if _identity(one) == _identity(cue))
            return overlap_ms <= max(under_ms, CLICK_MS) and (overlap_ms >= under_ms or cue.end_ms >= was.end_ms)
        return overlap_ms == under_ms and (not overlap_ms or cue.fade_out_ms == overlap_ms)

    def _levels(self, cue: Cue, where: str, ceiling: Dbtp) -> Iterator[str]:
        phase = self.phases[cue.phase]
        track = self.tracks.get(cue.track_id or "")
        lufs = BED_LUFS if cue.kind is CueKind.BED else track.lufs if track is not None else None
        if lufs is None:
            return
        above_db = self._peak_dbtp(cue) - ceiling
        louder_db = db_from_lu(lufs - phase.lufs) + db_from_mdb(cue.gain_mdb)
        quiet_db = max(louder_db, above_db + (_MEETING_DB if self.retiming is None else _MEETING_PLAYING_DB))
        rules = {
            _("begins or ends with a click"): min(cue.fade_in_ms, cue.fade_out_ms) < min(CLICK_MS, cue.length_ms),
            _("longer than its track"): track is not None and cue.length_ms > ms_from_s(own_length_s(track)),
            _("its peak would stand above {ceiling:g} dBTP"): above_db > _ROUNDED_DB,
            _("louder than the {lufs:g} LUFS of its phase"): louder_db > _ROUNDED_DB,
            _("quieter than the {lufs:g} LUFS of its phase"): quiet_db < -_ROUNDED_DB,
        }
        numbers = {"ceiling": ceiling, "lufs": phase.lufs}
        yield from (f"{where}: {words.format(**numbers)}." for words, stands in rules.items() if stands)

    def _peak_dbtp(self, cue: Cue) -> Dbtp:
        """The highest true peak of a cue as it sounds; far below everything where nothing does."""
        track = self.tracks.get(cue.track_id or "")
        peak = BED_PEAK_DBTP if cue.kind is CueKind.BED else None if track is None else track.true_peak_dbtp
        return Dbtp(-200.0) if peak is None else peak + db_from_mdb(cue.gain_mdb)


def _otherwise(was: Cue, cue: Cue | None, now_ms: Milliseconds) -> str:
    """What is wrong with the new end of a cue that had begun by now; nothing where it may end so."""
    if cue is None or _identity(was) != _identity(cue):
        return _("{where}: is not what has sounded.")
    if cue.kind is CueKind.TRACK and cue.end_ms > was.end_ms:
        return _("{where}: lasts longer than it was to.")
    if cue == was or cue.kind is CueKind.SILENCE:
        return ""
    fades = cue.end_ms >= was.end_ms or cue.end_ms - cue.fade_out_ms >= now_ms - CLICK_MS
    clicks = cue.fade_out_ms < min(CLICK_MS, cue.length_ms)
    return _("{where}: is cut and not faded.") if clicks or not fades else ""


def _place(cue: Cue) -> tuple[object, ...]:
    return cue.kind, cue.phase, cue.track_id


def _identity(cue: Cue) -> tuple[object, ...]:
    return *_place(cue), cue.start_ms, cue.gain_mdb
