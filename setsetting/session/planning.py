"""The rest of tonight, planned from what the session's folder keeps: playlist, tracks, rescue list.

Each track kept there was judged before the session began: this patient may hear it, or in the rescue only.
So a library that vanishes changes nothing, and another track is refused by the check and by `mix`. What the
patient refuses and has heard is asked of the record anew each time; while it cannot be read, what it said last
binds, and at first what it said before the session. What was heard is kept from the plan alone, what is refused
from the rescue too. The rescue, silence, a hold and the next cue that was promised need no planner: they are heard
first, and planned after. Times are on the soundscape's clock as the music follows it. A plan that comes back keeps
what has sounded and what sounds now, unless it says that it must fade early.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import msgspec

from setsetting.audio.mix import Mix
from setsetting.clinical import infusion
from setsetting.errors import Refused, SetSettingError, Stopped
from setsetting.library.prompt import NO_PROMPTS
from setsetting.library.track import Track
from setsetting.session import acts, folder, holds, prompting
from setsetting.session.folder import SessionHeader
from setsetting.session.holds import SessionPosition, begun, hold_at, joined, later, level_at, playing, to_come, until
from setsetting.session.prompting import SessionPrompts
from setsetting.session.replan import RefusedCues, Replan
from setsetting.session.sounding import SoundState
from setsetting.session.soundness import Soundness
from setsetting.soundscape.check_soundscape import Retiming, check_soundscape
from setsetting.soundscape.fallback import grounding, near_s, promised_then_bed, rescue, silenced
from setsetting.soundscape.holding import HeldMusic
from setsetting.soundscape.instance import Instance, PhaseWindow
from setsetting.soundscape.loosening import Loosening
from setsetting.soundscape.playlist import Playlist, parse
from setsetting.soundscape.prepared_tracks import PreparedTracks
from setsetting.soundscape.retime import retime
from setsetting.soundscape.rules import EVERYTHING
from setsetting.soundscape.soundscape import Cue, CueKind, Soundscape
from setsetting.soundscape.to_mix import to_mix
from setsetting.soundscape.windows import resolve
from setsetting.soundscape.wishes import NO_WISHES, Wishes
from setsetting.units import Milliseconds, ms_from_s
from setsetting.words.translate import _


def _never() -> bool:
    return False


_MOST_STEPS = 3
"""So many tracks lead from the calmest to the peak of any playlist."""


class Replanner:
    """Plans the rest; raises a sentence when nothing fits, and the plan then stands. Reads the folder when first asked.

    Its ways are what an act's row may name: each makes what is heard from now on.
    """

    def __init__(self, where: Path, asked: Callable[[], Wishes | None]) -> None:
        """`asked` reads what the record asks of the music now; None while it cannot be read."""
        self._where = where
        self._asked = asked
        self._known: Wishes | None = None
        self._music: HeldMusic | None = None
        self._prepared: PreparedTracks | None = None
        self._making = threading.Lock()

    @cached_property
    def _header(self) -> SessionHeader:
        return folder.read(self._where)

    @cached_property
    def _tracks(self) -> dict[str, Track]:
        return folder.read_tracks(self._where)

    @cached_property
    def soundness(self) -> Soundness:
        """What of tonight is lost by now; what is lost is planned as little as what is refused."""
        prompts = {prompt.id: prompt for prompt in folder.read_prompts(self._where).values()}
        return Soundness({**prompts, **self._tracks}, folder.read_stamps(self._where))

    @property
    def _wishes(self) -> Wishes:
        """What binds now; the tracks kept say themselves what bound at the start, but for those only the rescue takes."""
        self._known = self._asked() or self._known
        said, header = self._known or NO_WISHES, self._header
        heard, anchors = said.heard_tracks.union(header.heard), said.anchor_tracks.union(header.anchors)
        vetoed = said.veto_tracks.union(self.soundness.lost)
        return replace(said, veto_tracks=vetoed, heard_tracks=heard, anchor_tracks=anchors)

    def refused(self, soundscape: Soundscape, at_ms: Milliseconds) -> RefusedCues:
        """What this patient refuses by now of what sounds and is still to come."""
        left = [cue for cue in soundscape.cues if cue.end_ms > at_ms]
        known = (self._tracks[cue.track_id] for cue in left if cue.track_id in self._tracks)
        met = {track.id for track, _refusal in self._wishes.met_in(known)}
        refused = [cue for cue in left if cue.track_id in met]
        return RefusedCues(
            tuple(cue for cue in refused if cue.start_ms <= at_ms),
            tuple(cue for cue in refused if cue.start_ms > at_ms),
        )

    @cached_property
    def _playlist(self) -> Playlist:
        return parse(self._header.playlist, self._where)

    @cached_property
    def _rescue_playlist(self) -> Playlist:
        return parse(self._header.rescue_playlist, self._where)

    def prepare(self, plan: Soundscape) -> HeldMusic:
        """Look the tracks through for what can be held to; once, so that no key waits for it."""
        with self._making:
            if self._music is None or self._prepared is None:
                planned = infusion.steady(plan.minutes)
                self._prepared = PreparedTracks(self._tracks.values(), plan)
                self._music = HeldMusic(self._playlist, planned, self._prepared, self._wishes, plan)
            return self._music

    def retimed(
        self, heard: Soundscape, plan: Soundscape, position: SessionPosition, stop: Callable[[], bool] = _never
    ) -> Replan:
        """The plan with its phases moved to what the infusion is now, and without what is refused by now.

        A noise bed that holds is left at once, where the plan goes on. Raises Stopped once `stop` says yes.
        """
        before, now = joined(heard, plan, position), playing(heard, position.at_ms)
        leaves = position.waits and now is not None and now.kind is CueKind.BED
        try:
            new = self._planned(before, position, skip=leaves, stop=stop)
        except Stopped:
            raise
        except SetSettingError as error:
            if not self.refused(before, position.at_ms).coming:
                raise
            new = self._as_promised(before, position, error)
        else:
            new = self._climbing(before, plan, position, new, stop)
        return self._with_prompts(new, heard, plan, position)

    def _with_prompts(self, new: Replan, heard: Soundscape, plan: Soundscape, position: SessionPosition) -> Replan:
        """A plan that is followed, with the prompts that have begun in what was heard, and those to come in their places."""
        if not self._playlist.prompts:
            return new
        prompts, said = self.prompts.of_plan(heard, plan, position)
        words = " ".join(filter(None, (new.words, *said)))
        return replace(new, soundscape=replace(new.soundscape, prompts=prompts), words=words)

    def _climbing(
        self, before: Soundscape, plan: Soundscape, position: SessionPosition, new: Replan, stop: Callable[[], bool]
    ) -> Replan:
        """A plan that goes on far above where the music has come to: tracks in between lead up to it, step by step."""
        for _track in range(_MOST_STEPS):
            coming = (cue for cue in new.soundscape.cues if cue.start_ms > position.at_ms and cue.track_id)
            led = self._led_up(before, plan, position, next(coming, None))
            if led is None:
                return new
            position = replace(position, at_ms=led.cues[-1].start_ms, may_fade=False)
            before = joined(led, plan, position)
            try:
                new = self._planned(before, position, stop=stop)
            except Refused:
                return new
        return new

    def onward(self, heard: Soundscape, plan: Soundscape, position: SessionPosition, *, leaves: bool = True) -> Replan:
        """What has sounded, then the next cue that was promised and is not refused, and the rest waits to be planned.

        It begins now, or, where what plays is not left, after that. A cue whose phase is still far gives way to one
        like what plays, in a planned silence to one like what played, else it raises Refused; to one far above what covered or held
        the plan, tracks in between lead up.
        """
        before = joined(heard, plan, position)
        said = "" if heard == plan else _("Back to the plan.")
        if heard != plan and leaves:
            coming = (cue for cue in self._coming(before, position) if cue.track_id)
            led = self._led_up(before, plan, position, next(coming, None), leaves=True)
            if led is not None:
                position = replace(position, at_ms=led.cues[-1].start_ms)
                before, leaves = joined(led, plan, position), False
                said += " " + _("A track in between leads up to it.")
        far = False
        try:
            if far := self._is_far(before, position, leaves=leaves):
                new = self._until_it_comes(before, self.held(before, plan, position, leaves=leaves), position)
            else:
                new = self._promise(before, position, leaves=leaves)
        except SetSettingError as error:
            bed, broken = self._covered(before, (), position, before.end_ms)
            new = Replan(bed, " ".join((str(error), _("A noise bed holds."), *broken)), (EVERYTHING,))
        else:
            in_silence = far and leaves and holds.is_silent(heard, position.at_ms)
            words = holds.words_in_silence if in_silence else holds.next_words
            said = said or words(new.soundscape, position.at_ms)
        new = replace(new, words=f"{said} {new.words}".strip(), promised=True)
        return self._with_prompts(new, heard, plan, position)

    def _led_up(
        self, before: Soundscape, plan: Soundscape, position: SessionPosition, to: Cue | None, *, leaves: bool = False
    ) -> Soundscape | None:
        """What has sounded, and a track that leads up to a cue; None where that is no step too high, or none fits."""
        music = self.prepare(plan)
        most = level_at(music, before, position.at_ms) + music.instance.protocol.energy_step_max
        if to is None or self._tracks[to.track_id or ""].energy <= most:
            return None
        led = music.led_up(before, position.at_ms, to, most, self._wishes, leaves=leaves)
        if led is None:
            return None
        judged = Retiming(position.at_ms, before, led.end_ms, held_in=music.up_to(to.phase), most=most)
        return None if self._broken(led, self._playlist, position, judged) else led

    def held(
        self,
        heard: Soundscape,
        plan: Soundscape,
        position: SessionPosition,
        *,
        leaves: bool = False,
        calmer: bool = False,
        stood: Soundscape | None = None,
    ) -> Replan:
        """What has sounded, then what plays and its like; with `leaves` another at once, with `calmer` a level down.

        What is held to is what `stood` while something covered it, else what is heard.
        """
        music = self.prepare(plan)
        hold = hold_at(music, stood or heard, self._playlist, position, leaves=leaves, calmer=calmer)
        new = music.held(heard, hold, to_come(heard, plan, position), self._wishes)
        new = replace(new, prompts=self.prompts.held(heard, plan, position))
        judged = Retiming(
            position.at_ms, heard, hold.until_ms, held_in=(*hold.phases, *hold.calm_phases), most=hold.most
        )
        if broken := self._broken(new, self._playlist, position, judged):
            bed, _against = self._covered(heard, (), position, hold.until_ms)
            return Replan(bed, _("A noise bed: the check refused what would hold. {first}").format(first=broken[0]))
        follows = playing(new, position.at_ms)
        if calmer:
            down = follows is not None and follows.kind is CueKind.TRACK
            return Replan(new, _("A level calmer.") if down else _("A noise bed: no calmer track fits."))
        return Replan(new, holds.next_words(new, position.at_ms) if leaves else _("The music stays where it is."))

    def rescue(self, heard: Soundscape, plan: Soundscape, position: SessionPosition) -> Replan:
        """What has sounded, and then the rescue's tracks until the plan's end and beyond, or a noise bed."""
        chosen = self._rescuers(plan)
        words = _("Grounding music.") if chosen else _("A noise bed: no track fits the rescue list.")
        until_ms = position.at_least_until(plan.end_ms)
        covered, broken = self._covered(heard, chosen, position, until_ms)
        if chosen and broken:
            words = _("A noise bed: the check refused the rescue. {first}").format(first=broken[0])
            covered, broken = self._covered(heard, (), position, until_ms)
        # nothing is left to turn to, so a bed that the check refuses plays all the same, and it is said
        return Replan(covered, " ".join((words, *broken)))

    def rescued_on(self, heard: Soundscape, plan: Soundscape, position: SessionPosition) -> Replan:
        """A rescue whose tracks are refused from some cue on: up to there as it was, then others."""
        first = self.refused(heard, position.at_ms).coming[0]
        return self.rescue(heard, plan, replace(position, at_ms=first.start_ms))

    def _rescuers(self, plan: Soundscape) -> Sequence[Track]:
        """The rescue's tracks that are not refused; where none is left, what else of the tracks kept fits its rules."""
        wishes = self._wishes
        kept = [self._tracks[track_id] for track_id in self._header.rescue if track_id in self._tracks]
        left = [track for track in kept if not wishes.forbids(track)]
        if kept and not left:
            return grounding(self._rescue_playlist, self._tracks.values(), wishes, plan)
        return left

    def _covered(
        self, heard: Soundscape, chosen: Sequence[Track], position: SessionPosition, until_ms: Milliseconds
    ) -> tuple[Soundscape, tuple[str, ...]]:
        """The rescue with these tracks, or a noise bed where there are none, and what the check has against it."""
        now_ms, playlist = position.at_ms, self._rescue_playlist
        new = rescue(heard, chosen, playlist, now_ms=now_ms, until_ms=until_ms, sounding=self._tracks)
        return new, self._broken(new, playlist, position, Retiming(now_ms, heard, until_ms))

    def silence(self, heard: Soundscape, plan: Soundscape, position: SessionPosition) -> Replan:
        """What has sounded, and then silence until the plan's end; while the infusion is open, the music's end waits."""
        # silence breaks no rule of music, so no check stands before it
        quiet = silenced(heard, now_ms=position.at_ms, fade_ms=acts.SILENCE_FADE_MS)
        until_ms = position.at_least_until(quiet.end_ms)
        last = replace(quiet.cues[-1], length_ms=until_ms - quiet.cues[-1].start_ms)
        return Replan(replace(quiet, cues=(*quiet.cues[:-1], last)), _("Silence."))

    def _timed(self, plan: Soundscape, position: SessionPosition) -> Instance:
        """Tonight's phases where they are by now, for what needs no planner."""
        timing = resolve(self._playlist, position.infusion.later(position.zero_ms), Loosening(plan.loosened))
        whole = self.prepare(plan).instance
        at = {"start_s": timing.windows[0].from_s, "end_s": timing.end_s, "phases": timing.windows}
        return msgspec.structs.replace(whole, protocol=msgspec.structs.replace(whole.protocol, **at))

    def _coming(self, before: Soundscape, position: SessionPosition) -> list[Cue]:
        """What was promised, is not refused by now, and has not sounded meanwhile in what covered it."""
        wishes, known = self._wishes, self._tracks
        past = [known.get(cue.track_id or "") for cue in before.cues if cue.start_ms <= position.at_ms]
        sounded = frozenset[str]().union(*(track.names for track in past if track is not None))

        def may_sound(cue: Cue) -> bool:
            track = known.get(cue.track_id or "")
            return track is None or not (wishes.forbids(track) or sounded & track.names)

        return [cue for cue in before.cues if cue.start_ms > position.at_ms and may_sound(cue)]

    def _is_far(self, before: Soundscape, position: SessionPosition, *, leaves: bool) -> bool:
        """Whether the phase of the next cue is to begin much later than now, or than what plays ends."""
        coming, now = self._coming(before, position), playing(before, position.at_ms)
        window = None if not coming else self._windows(before, position).get(coming[0].phase)
        at_ms = position.at_ms if leaves or now is None else max(position.at_ms, now.end_ms)
        return window is not None and ms_from_s(window.from_s) > at_ms + ms_from_s(near_s(window))

    def _windows(self, before: Soundscape, position: SessionPosition) -> dict[str, PhaseWindow]:
        """The phases where they are by now, by name."""
        return {one.name: one for one in self._timed(before, position).protocol.phases}

    def _until_it_comes(self, before: Soundscape, held: Replan, position: SessionPosition) -> Replan:
        """What holds until the next phase begins, and then what was promised."""
        coming = self._coming(before, position)
        begins_ms = max(coming[0].start_ms, ms_from_s(self._windows(before, position)[coming[0].phase].from_s))
        past = until(held.soundscape.cues, begins_ms, coming[0].fade_in_ms)
        shift = Milliseconds(max(0, past[-1].start_ms + 1 - coming[0].start_ms))
        both = replace(before, cues=(*past, *later(coming, shift)))
        try:
            return self._promise(both, replace(position, at_ms=past[-1].start_ms), leaves=False)
        except Refused:
            return replace(held, words="")

    def _promise(self, before: Soundscape, position: SessionPosition, *, leaves: bool) -> Replan:
        """What was promised; at last a noise bed holds. Raises Refused where that breaks a rule."""
        past = begun(before.cues, position.at_ms)
        coming = self._coming(before, position)
        whole = self._timed(before, position)
        cues = promised_then_bed(past, coming, whole, self._tracks, position.at_ms, skip=leaves)
        new = replace(before, cues=cues, bound=None)
        judged = Retiming(position.at_ms, before, waived=(EVERYTHING,), zero_ms=position.zero_ms)
        if broken := self._broken(new, self._playlist, position, judged):
            raise Refused(_("The check refused the next cue. {first}").format(first=broken[0]))
        return Replan(new, "")

    def _as_promised(self, before: Soundscape, position: SessionPosition, why: SetSettingError) -> Replan:
        """What was promised and is not refused, or at least a noise bed."""
        try:
            held = self._planned(before, position, hold=True)
        except SetSettingError:
            bed, broken = self._covered(before, (), position, before.end_ms)
            held = Replan(bed, " ".join((_("A noise bed holds."), *broken)), (EVERYTHING,))
        return replace(held, words=f"{why} {held.words}")

    def _planned(
        self,
        before: Soundscape,
        position: SessionPosition,
        *,
        skip: bool = False,
        hold: bool = False,
        stop: Callable[[], bool] = _never,
    ) -> Replan:
        """The rest planned anew, once the check has nothing against it; raises Refused where it has."""
        self.prepare(before)
        new = retime(
            before,
            now_ms=position.at_ms,
            playlist=self._playlist,
            infusion=position.infusion,
            tracks=self._prepared or self._tracks.values(),
            wishes=self._wishes,
            zero_ms=position.zero_ms,
            may_fade=position.may_fade,
            moves=position.moves,
            skip=skip,
            hold=hold,
            stop=stop,
        )
        retiming = Retiming(position.at_ms, before, waived=new.waived, zero_ms=position.zero_ms)
        if broken := self._broken(new.soundscape, self._playlist, position, retiming):
            raise Refused(_("The check refused the new plan. {first}").format(first=broken[0]))
        return Replan(new.soundscape, " ".join(new.words), new.waived)

    def _broken(
        self, new: Soundscape, playlist: Playlist, position: SessionPosition, retiming: Retiming
    ) -> tuple[str, ...]:
        return check_soundscape(
            new, self._tracks.values(), playlist, position.infusion, self._wishes, retiming=retiming
        )

    @cached_property
    def prompts(self) -> SessionPrompts:
        """Tonight's prompts."""
        known = folder.read_prompts(self._where)
        return SessionPrompts(known, self._playlist, self._rescue_playlist, self.soundness, lambda: self._wishes)

    def mix(self, soundscape: Soundscape, sounding: SoundState | None = None) -> Mix:
        """The sounds of a soundscape, and the prompts over it as this state of the sound has them."""
        skipped, spoken = (sounding.skipped, sounding.spoken) if sounding is not None else ((), ())
        left = tuple(cue for cue in soundscape.prompts if cue.prompt not in skipped)
        known = self.prompts.known if left or spoken else NO_PROMPTS
        mix = to_mix(replace(soundscape, prompts=left), self._tracks, self._header.rate_hz, known)
        return prompting.over(mix, spoken, known, self._header)
