"""Held music: it goes on as it stands, and never climbs, until somebody lets it go on with the plan.

What is planned before minute 0 rolls forward until the infusion begins; in a pause the level stands, and after a
while it sinks; a hold that was asked for keeps to its like. Tracks keep the rules of the phase whose name they carry,
none sounds twice, those that the plan has promised come last, and where none is left a noise bed holds. The library is
looked through once, when this is made; a hold is then a matter of milliseconds, so that no key waits for it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import msgspec
import numpy as np

from setsetting.clinical.infusion import Infusion
from setsetting.library.track import Track
from setsetting.soundscape.build_instance import instance_of
from setsetting.soundscape.cues import cues_of, fade_s
from setsetting.soundscape.hold import Hold
from setsetting.soundscape.instance import PlanItem
from setsetting.soundscape.loosening import Loosening
from setsetting.soundscape.playlist import Playlist
from setsetting.soundscape.prepared_tracks import PreparedTracks
from setsetting.soundscape.problem import Problem
from setsetting.soundscape.prompts import before_minute_0
from setsetting.soundscape.soundscape import Cue, CueKind, Soundscape
from setsetting.soundscape.windows import resolve
from setsetting.soundscape.wishes import Wishes
from setsetting.units import Energy, Milliseconds, Seconds, ms_from_s, whole_s
from setsetting.words.spelling import spelled
from setsetting.words.translate import _

_SHORTEST_BED_S = Seconds(60)
_SPENT = 100.0
"""Puts what the plan has promised behind everything else, the soonest last, so that little of it is used up."""
_UNLIKE = 0.5
"""How much another brightness than that of what plays weighs beside a level of energy (a proposal)."""
_OTHER_PHASE = 1e-3
_NO_ENERGY = 0.0
"""No track has so little, so that a bed holds."""
_ROUNDED = 1e-9


class HeldMusic:
    """What can be held to: tonight's tracks, looked through by the rules of each phase."""

    def __init__(
        self, playlist: Playlist, infusion: Infusion, prepared: PreparedTracks, wishes: Wishes, plan: Soundscape
    ) -> None:
        """Look the tracks through."""
        loosening = Loosening(plan.loosened)
        timing = resolve(playlist, infusion, loosening)
        self.tracks: Mapping[str, Track] = prepared.known
        self.instance = instance_of(playlist, timing, prepared.library, replace(wishes, pins=()), loosening)
        self.problem = Problem(self.instance, plan.seed, columns=prepared.columns)
        self.windows = {window.name: window for window in timing.windows}
        fits = zip(timing.windows, self.problem.candidates, strict=True)
        self.fit = {window.name: candidates.tracks for window, candidates in fits}

    @property
    def before_minute_0(self) -> tuple[str, ...]:
        """The phases that the playlist plans before the infusion begins, the last of them first."""
        found = [name for name, window in self.windows.items() if window.from_s < 0 and window.kind != "silence"]
        return tuple(reversed(found))

    @property
    def calmest(self) -> Energy:
        """The lowest energy that the playlist plans anywhere."""
        music = [window for window in self.windows.values() if window.kind != "silence"]
        return min(min(window.energy_from, window.energy_to) for window in music)

    def calmer_than(self, phase: str) -> tuple[str, ...]:
        """The phases after this one whose tracks may have no more energy than its own, the last of them first."""
        names = list(self.windows)
        later = [self.windows[name] for name in names[names.index(phase) + 1 :]]
        most = self.windows[phase].energy_max
        found = [window.name for window in later if window.kind != "silence" and window.energy_max <= most]
        return tuple(reversed(found))

    def before_start(self, plan: Soundscape, until_ms: Milliseconds, wishes: Wishes) -> Soundscape:
        """A plan as it is heard until the infusion begins: what stands before minute 0, then its like.

        Where the playlist plans nothing before minute 0, a noise bed holds.
        """
        phases = self.before_minute_0
        if phases:
            hold = Hold(plan.start_ms, until_ms, phases, wanted=self.windows[phases[0]].energy_to)
        else:
            hold = Hold(plan.start_ms, until_ms, (plan.cues[0].phase,), most=_NO_ENERGY)
        kept = tuple(cue for cue in plan.cues if cue.phase in phases)
        choice = _Choice(self, [cue for cue in plan.cues if cue not in kept], wishes)
        return replace(self._onward(plan, kept, hold, choice), prompts=before_minute_0(plan.prompts))

    def held(self, heard: Soundscape, hold: Hold, promised: Sequence[Cue], wishes: Wishes) -> Soundscape:
        """What was heard up to now, what plays, and then what holds; `promised` is what the plan still has to come.

        A silence that was planned goes on as one.
        """
        kept = tuple(cue for cue in heard.cues if cue.start_ms <= hold.at_ms)
        if kept and kept[-1].kind is CueKind.SILENCE and not hold.leaves:
            lasting = max(kept[-1].length_ms, hold.until_ms - kept[-1].start_ms)
            return replace(heard, cues=(*kept[:-1], replace(kept[-1], length_ms=lasting)), bound=None)
        return self._onward(heard, kept, hold, _Choice(self, promised, wishes))

    def led_up(
        self, heard: Soundscape, at_ms: Milliseconds, to: Cue, most: Energy, wishes: Wishes, *, leaves: bool = False
    ) -> Soundscape | None:
        """What was heard, and after it one track of at most so much energy that leads up to a cue; None where none fits.

        It keeps the rules of that cue's phase or of one before it. A noise bed is left at once, with `leaves` a track too.
        """
        kept = tuple(cue for cue in heard.cues if cue.start_ms <= at_ms)
        leaves = leaves or (bool(kept) and kept[-1].kind is CueKind.BED)
        ends_ms = at_ms if leaves or not kept else max(at_ms, kept[-1].end_ms)
        hold = Hold(at_ms, Milliseconds(ends_ms + 1000), self.up_to(to.phase), most=most, leaves=leaves)
        led = self._onward(heard, kept, hold, _Choice(self, [to], wishes))
        return led if led.cues[-1].kind is CueKind.TRACK and led.cues[-1] not in kept else None

    def up_to(self, phase: str) -> tuple[str, ...]:
        """A phase and those before it, that one first."""
        names = [name for name, window in self.windows.items() if window.kind == "music"]
        last = names.index(phase) + 1 if phase in names else len(names)
        return tuple(reversed(names[:last]))

    def _onward(self, heard: Soundscape, kept: tuple[Cue, ...], hold: Hold, choice: "_Choice") -> Soundscape:
        playing = kept[-1] if kept else None
        for cue in kept:
            choice.sounded(cue.track_id)
        end_ms = hold.at_ms if playing is None or hold.leaves else max(playing.end_ms, hold.at_ms)
        items = _Walk(self, hold, choice).items(playing, end_ms)
        if not items:
            return replace(heard, cues=kept, bound=None)
        ids = {item.track_id for item in items}
        rows = tuple(row for row in self.problem.rows if row.track_id in ids)
        instance = msgspec.structs.replace(self.instance, library=rows)
        cues = cues_of(instance, items, self.tracks, shift_ms=end_ms % 1000, sounding=playing, of_a_patient=False)
        was = len(kept[-1:])
        fresh = (replace(cue, reason=self._why(cue)) for cue in cues[was:])
        return replace(heard, cues=(*kept[:-1], *cues[:was], *fresh), bound=None)

    def _why(self, cue: Cue) -> str:
        if cue.track_id is None:
            return _("held: a noise bed, for want of a track that fits")
        return _("held: energy {energy:g}").format(energy=self.tracks[cue.track_id].energy)


class _Choice:
    """Chooses track after track: none twice, no artist too often, nothing that is refused by now."""

    def __init__(self, music: HeldMusic, promised: Sequence[Cue], wishes: Wishes) -> None:
        self._music = music
        self._wishes = wishes
        columns = music.problem.columns
        self._brightness = columns["brightness"]
        self._spent = np.zeros(len(columns.rows))
        for number, cue in enumerate(promised):
            if (at := columns.number_of.get(cue.track_id or "")) is not None:
                self._spent[at] = max(self._spent[at], _SPENT - number)
        self._used: set[str] = set()
        self._artists: Counter[str] = Counter()
        self._like = 0.5

    def sounded(self, track_id: str | None) -> None:
        """Count a track that has sounded, or is to; what follows is to be like it."""
        track = self._music.tracks.get(track_id or "")
        if track is not None:
            self._used |= track.names
            self._artists.update({spelled(name) for name in track.credits} - {""})
            self._like = track.brightness

    def next(
        self, phases: Sequence[str], most: Energy | None, wanted: Energy, before: Energy | None
    ) -> tuple[str, Track] | None:
        """The phase and the track that come nearest to what is wanted and plays; None where no track fits."""
        fit = {name: self._music.fit[name] for name in phases if name in self._music.fit}
        if not fit:
            return None
        numbers = np.concatenate([*fit.values()])
        away = np.concatenate([np.full(len(found), at * _OTHER_PHASE) for at, found in enumerate(fit.values())])
        energy, step = self._music.problem.energy[numbers], self._music.instance.protocol.energy_step_max
        may = np.ones(len(numbers), dtype=np.bool_) if most is None else energy <= most + _ROUNDED
        if before is not None:
            may &= np.abs(energy - before) <= step + _ROUNDED
        unlike = _UNLIKE * np.abs(self._brightness[numbers] - self._like)
        cost = np.abs(energy - wanted) + unlike + away + self._spent[numbers]
        names = [name for name, found in fit.items() for _number in range(len(found))]
        for at in np.argsort(cost, kind="stable").tolist():
            track = self._music.tracks[self._music.problem.ids[int(numbers[at])]]
            if may[at] and self._is_free(track):
                self.sounded(track.id)
                return names[at], track
        return None

    def _is_free(self, track: Track) -> bool:
        limit = self._music.instance.protocol.artist_max_per_session
        crowded = any(self._artists[spelled(name)] >= limit for name in track.credits if spelled(name))
        return self._used.isdisjoint(track.names) and not crowded and not self._wishes.forbids(track)


class _Walk:
    """From the end of what plays to the end of the hold, item by item."""

    def __init__(self, music: HeldMusic, hold: Hold, choice: _Choice) -> None:
        self._music = music
        self._hold = hold
        self._choice = choice
        self._most = hold.most
        self._items: list[PlanItem] = []

    def items(self, playing: Cue | None, end_ms: Milliseconds) -> list[PlanItem]:
        """What holds from `end_ms` on, where what plays ends or is left; on whole seconds, what is over them is left off."""
        hold = self._hold
        at_s, until_s = whole_s(end_ms), -whole_s(-hold.until_ms)
        left_s = Seconds(0) if playing is None or hold.leaves else whole_s(playing.end_ms - hold.at_ms)
        phase = None if playing is None or playing.kind is CueKind.SILENCE else playing.phase
        before = self._energy_of(playing)
        while at_s < until_s:
            calm = hold.calmer_ms is not None and ms_from_s(at_s) >= hold.calmer_ms
            phases = (*hold.phases, *hold.calm_phases) if calm else hold.phases
            chosen = self._choice.next(phases, self._most, self._wanted(before, calm=calm), before)
            name, track = chosen if chosen is not None else (hold.phases[0], None)
            start_s = at_s - min(max(Seconds(0), left_s), fade_s(self._music.windows[name], same_phase=name == phase))
            phase = name
            if track is None:
                at_s = self._bed(start_s, until_s, calm=calm)
                left_s, before = Seconds(0), None
            else:
                self._items.append(PlanItem("track", name, start_s, track_id=track.id))
                left_s, before = track.length_s, track.energy
                at_s = start_s + track.length_s
                self._most = None if self._most is None else min(self._most, track.energy)
        return self._items

    def _wanted(self, before: Energy | None, *, calm: bool) -> Energy:
        hold = self._hold
        if calm:
            return hold.calmest
        return next(one for one in (hold.wanted, self._most, before, hold.calmest) if one is not None)

    def _bed(self, start_s: Seconds, until_s: Seconds, *, calm: bool) -> Seconds:
        """Hold a bed until the next track may fit; return its end. One that goes on is one."""
        calmer_ms = self._hold.calmer_ms
        end_s = until_s if calm or calmer_ms is None else min(until_s, -whole_s(-calmer_ms))
        end_s = max(end_s, start_s + _SHORTEST_BED_S)
        if self._items and self._items[-1].kind == "bed":
            begun_s = self._items.pop().start_s
            assert begun_s is not None  # every item made here has its second
            start_s = begun_s
        self._items.append(PlanItem("bed", self._hold.phases[0], start_s, bed_s=end_s - start_s))
        return end_s

    def _energy_of(self, playing: Cue | None) -> Energy | None:
        track = None if playing is None else self._music.tracks.get(playing.track_id or "")
        return None if track is None else track.energy
