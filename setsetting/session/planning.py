"""The rest of tonight, planned from what the session's folder keeps: playlist, tracks, rescue list.

Each track kept there was judged before the session began: this patient may hear it, or in the rescue only.
So a library that vanishes changes nothing, and another track is refused by the check and by `mix`. What the
patient refuses and has heard is asked of the record anew each time; while it cannot be read, what it said last
binds, and at first what it said before the session. What was heard is kept from the plan alone, what is refused
from the rescue too. The rescue and silence need no planner and cannot fail. Times are on the soundscape's
clock as the music follows it. A plan that comes back keeps what has sounded and what sounds now, unless it
says that it must fade early.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from setsetting.audio.mix import Mix
from setsetting.clinical.infusion import Infusion
from setsetting.errors import NotFound, Refused, SetSettingError
from setsetting.library.track import Track
from setsetting.session import acts, folder
from setsetting.session.folder import SessionHeader
from setsetting.soundscape.check_soundscape import EVERYTHING, Retiming, check_soundscape
from setsetting.soundscape.fallback import rescue, rescue_list, silenced
from setsetting.soundscape.loosening import Loosening
from setsetting.soundscape.playlist import Playlist, parse
from setsetting.soundscape.retime import retime
from setsetting.soundscape.soundscape import Cue, Soundscape
from setsetting.soundscape.to_mix import to_mix
from setsetting.soundscape.wishes import NO_WISHES, Wishes
from setsetting.units import Milliseconds
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class Replan:
    """A soundscape that holds from now on, its fades in itself, what changed in words, and the rules it gave up."""

    soundscape: Soundscape
    words: str
    waived: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionPosition:
    """Where a session stands: the music at `at_ms`, the infusion with its minute 0 at `zero_ms`.

    `may_fade` lets what plays be faded early where that serves the new times better.
    """

    at_ms: Milliseconds
    zero_ms: Milliseconds
    infusion: Infusion
    may_fade: bool = False


@dataclass(frozen=True, slots=True)
class RefusedCues:
    """What of a soundscape is refused by now: what sounds, and what is still to come."""

    now: tuple[Cue, ...] = ()
    coming: tuple[Cue, ...] = ()


Replanning: TypeAlias = Callable[[Soundscape, Soundscape, SessionPosition], Replan]
"""From what is heard (the plan itself, or what covers it), the plan and the position to what holds from now on."""


def grounding(playlist: Playlist, tracks: Iterable[Track], wishes: Wishes, soundscape: Soundscape) -> tuple[Track, ...]:
    """The rescue's tracks, chosen beforehand; none when no track of the library fits."""
    try:
        return rescue_list(playlist, tracks, wishes, Loosening(soundscape.loosened))
    except NotFound:
        return ()


class Replanner:
    """Plans the rest; raises a sentence when nothing fits, and the plan then stands. Reads the folder when first asked.

    Its ways are what an act's row may name: each makes what is heard from now on.
    """

    def __init__(self, where: Path, asked: Callable[[], Wishes | None]) -> None:
        """`asked` reads what the record asks of the music now; None while it cannot be read."""
        self._where = where
        self._asked = asked
        self._known: Wishes | None = None

    @cached_property
    def _header(self) -> SessionHeader:
        return folder.read(self._where)

    @cached_property
    def _tracks(self) -> dict[str, Track]:
        return folder.read_tracks(self._where)

    @property
    def _wishes(self) -> Wishes:
        """What binds now; the tracks kept say themselves what bound at the start, but for those only the rescue takes."""
        self._known = self._asked() or self._known
        said, header = self._known or NO_WISHES, self._header
        heard, anchors = said.heard_tracks.union(header.heard), said.anchor_tracks.union(header.anchors)
        return replace(said, heard_tracks=heard, anchor_tracks=anchors)

    def refused(self, soundscape: Soundscape, at_ms: Milliseconds) -> RefusedCues:
        """What this patient refuses by now of what sounds and is still to come."""
        wishes, left = self._wishes, [cue for cue in soundscape.cues if cue.end_ms > at_ms]
        known = [(cue, self._tracks[cue.track_id]) for cue in left if cue.track_id in self._tracks]
        refused = [cue for cue, track in known if wishes.forbids(track)]
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

    def retimed(self, plan: Soundscape, position: SessionPosition) -> Replan:
        """The plan with its phases moved to what the infusion is now, and without what is refused by now."""
        try:
            return self._planned(plan, position)
        except SetSettingError as error:
            if not self.refused(plan, position.at_ms).coming:
                raise
            return self._held(plan, position, error, skip=False)

    def onward(self, heard: Soundscape, plan: Soundscape, position: SessionPosition) -> Replan:
        """What has sounded, then the plan with its next cue beginning now; a cover is always left for sound."""
        before, said = _joined(heard, plan, position.at_ms), _("Back to the plan.")
        if heard == plan or position.at_ms >= before.end_ms:
            new, said = self._planned(before, position, skip=True), _("The next cue begins.")
        else:
            new = self._back(before, position)
        return replace(new, words=f"{said} {new.words}".rstrip())

    def rescue(self, heard: Soundscape, plan: Soundscape, position: SessionPosition) -> Replan:
        """What has sounded, and then the rescue's tracks until the plan's end and beyond, or a noise bed."""
        chosen = self._rescuers(plan)
        words = _("Grounding music.") if chosen else _("A noise bed: no track fits the rescue list.")
        covered, broken = self._covered(heard, chosen, position, plan.end_ms)
        if chosen and broken:
            words = _("A noise bed: the check refused the rescue. {first}").format(first=broken[0])
            covered, broken = self._covered(heard, (), position, plan.end_ms)
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
        """What has sounded, and then silence until the plan's end."""
        # silence breaks no rule of music, so no check stands before it
        quiet = silenced(heard, now_ms=position.at_ms, fade_ms=acts.SILENCE_FADE_MS)
        return Replan(quiet, _("Silence."))

    def _back(self, before: Soundscape, position: SessionPosition) -> Replan:
        """The plan after a cover; else why not, and what was promised plays on, or at least a noise bed holds."""
        try:
            return self._planned(before, position, skip=True)
        except SetSettingError as error:
            return self._held(before, position, error, skip=True)

    def _held(self, before: Soundscape, position: SessionPosition, why: SetSettingError, *, skip: bool) -> Replan:
        """What was promised and is not refused, or at least a noise bed."""
        try:
            held = self._planned(before, position, skip=skip, hold=True)
        except SetSettingError:
            bed, broken = self._covered(before, (), position, before.end_ms)
            held = Replan(bed, " ".join((_("A noise bed holds."), *broken)), (EVERYTHING,))
        return replace(held, words=f"{why} {held.words}")

    def _planned(
        self, before: Soundscape, position: SessionPosition, *, skip: bool = False, hold: bool = False
    ) -> Replan:
        """The rest planned anew, once the check has nothing against it; raises Refused where it has."""
        new = retime(
            before,
            now_ms=position.at_ms,
            playlist=self._playlist,
            infusion=position.infusion,
            tracks=self._tracks.values(),
            wishes=self._wishes,
            zero_ms=position.zero_ms,
            may_fade=position.may_fade,
            skip=skip,
            hold=hold,
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

    def mix(self, soundscape: Soundscape) -> Mix:
        """The sounds of a soundscape."""
        return to_mix(soundscape, self._tracks, self._header.rate_hz)


def _joined(heard: Soundscape, plan: Soundscape, at_ms: Milliseconds) -> Soundscape:
    """What really sounded up to now, and what the plan promised from now on."""
    past = [cue for cue in heard.cues if cue.start_ms <= at_ms]
    promised = [cue for cue in plan.cues if cue.start_ms > at_ms]
    return replace(plan, cues=(*past, *promised))
