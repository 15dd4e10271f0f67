"""The rest of tonight, planned from what the session's folder keeps: playlist, tracks, rescue list.

The tracks kept there are those this patient may hear, so that no veto needs to be known here and a
library that vanishes changes nothing. The rescue and silence need no planner and cannot fail. Times are
on the soundscape's clock as the music follows it. A plan that comes back keeps what has sounded and
what sounds now, unless it says that it must fade early.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from setsetting.audio.mix import Mix
from setsetting.clinical.infusion import Infusion
from setsetting.errors import NotFound, Refused
from setsetting.library.track import Track
from setsetting.session import acts, folder
from setsetting.session.folder import SessionHeader
from setsetting.soundscape.check_soundscape import Retiming, check_soundscape
from setsetting.soundscape.fallback import faded_at, rescue, rescue_list, silenced
from setsetting.soundscape.gains import bed_gain_mdb
from setsetting.soundscape.loosening import Loosening
from setsetting.soundscape.playlist import Playlist, parse
from setsetting.soundscape.retime import retime
from setsetting.soundscape.soundscape import Cue, CueKind, Soundscape
from setsetting.soundscape.to_mix import to_mix
from setsetting.soundscape.wishes import NO_WISHES, Wishes
from setsetting.units import Milliseconds, ms_from_s
from setsetting.words.translate import _

BED_RESCUE_MS = Milliseconds(60 * 60_000)
"""A noise bed stands in for a rescue list that no track fits; it lasts at least so long."""


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

    def __init__(self, where: Path) -> None:
        self._where = where

    @cached_property
    def _header(self) -> SessionHeader:
        return folder.read(self._where)

    @cached_property
    def _tracks(self) -> dict[str, Track]:
        return folder.read_tracks(self._where)

    @property
    def _wishes(self) -> Wishes:
        """What the tracks kept do not say themselves: some of the rescue's were heard before, and no plan takes them."""
        return replace(NO_WISHES, heard_tracks=frozenset(self._header.heard))

    @cached_property
    def _playlist(self) -> Playlist:
        return parse(self._header.playlist, self._where)

    @cached_property
    def _rescue_playlist(self) -> Playlist:
        return parse(self._header.rescue_playlist, self._where)

    def retimed(self, plan: Soundscape, position: SessionPosition) -> Replan:
        """The plan with its phases moved to what the infusion is now."""
        return self._planned(plan, position)

    def onward(self, heard: Soundscape, plan: Soundscape, position: SessionPosition) -> Replan:
        """What has sounded, then the plan with its next cue beginning now."""
        new = self._planned(_joined(heard, plan, position.at_ms), position, skip=True)
        said = _("The next cue begins.") if heard == plan else _("Back to the plan.")
        return replace(new, words=f"{said} {new.words}".rstrip())

    def rescue(self, heard: Soundscape, plan: Soundscape, position: SessionPosition) -> Replan:
        """What has sounded, and then the rescue's tracks until the plan's end and beyond, or a noise bed."""
        now_ms, until_ms, playlist = position.at_ms, plan.end_ms, self._rescue_playlist
        chosen = [self._tracks[track_id] for track_id in self._header.rescue if track_id in self._tracks]
        if chosen:
            covered = rescue(heard, chosen, playlist, now_ms=now_ms, until_ms=until_ms, sounding=self._tracks)
            if not self._broken(covered, playlist, position, Retiming(now_ms, heard, until_ms)):
                return Replan(covered, _("Grounding music."))
        return Replan(self._bed(heard, now_ms, until_ms), _("A noise bed: no track fits the rescue list."))

    def silence(self, heard: Soundscape, plan: Soundscape, position: SessionPosition) -> Replan:
        """What has sounded, and then silence until the plan's end."""
        # silence breaks no rule of music, so no check stands before it
        quiet = silenced(heard, now_ms=position.at_ms, fade_ms=acts.SILENCE_FADE_MS)
        return Replan(quiet, _("Silence."))

    def _planned(self, before: Soundscape, position: SessionPosition, *, skip: bool = False) -> Replan:
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

    def _bed(self, sounding: Soundscape, at_ms: Milliseconds, until_ms: Milliseconds) -> Soundscape:
        phase = self._rescue_playlist.phases[0]
        fade_ms = ms_from_s(phase.crossfade_in_s)
        bed = Cue(
            CueKind.BED,
            phase.name,
            at_ms,
            max(until_ms - at_ms, BED_RESCUE_MS),
            None,
            bed_gain_mdb(phase.lufs),
            fade_ms,
            fade_ms,
            _("rescue: a noise bed, for want of a track that fits"),
        )
        return replace(sounding, cues=(*faded_at(sounding.cues, at_ms, fade_ms), bed), bound=None)


def _joined(heard: Soundscape, plan: Soundscape, at_ms: Milliseconds) -> Soundscape:
    """What really sounded up to now, and what the plan promised from now on."""
    past = [cue for cue in heard.cues if cue.start_ms <= at_ms]
    promised = [cue for cue in plan.cues if cue.start_ms > at_ms]
    return replace(plan, cues=(*past, *promised))
