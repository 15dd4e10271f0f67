"""Tracks and prompts whose file is lost in the middle of a session: left out before they sound, and said.

Looked at by whoever attends. A track that is lost and still to come is replaced as what is refused is, one that has
fallen silent gives way to what was promised next. A prompt has no other in its place, and no music is lowered for it.
"""

import contextlib
from collections.abc import Mapping, Sequence

from setsetting.errors import SetSettingError
from setsetting.library.track import Track
from setsetting.player.journal import JournalKind
from setsetting.player.mixes import read_mix
from setsetting.player.status import PlayerState
from setsetting.session.conductor import Conductor
from setsetting.session.holds import playing
from setsetting.session.soundness import Soundness
from setsetting.session.state import LOST
from setsetting.session.takeover import id_of
from setsetting.soundscape.soundscape import Cue, CueKind, VoiceCue
from setsetting.units import Milliseconds
from setsetting.words.translate import _

SOON_MS = Milliseconds(60_000)
"""So long before it sounds a file is looked at."""
_WORTH_LEAVING_MS = Milliseconds(3_000)
"""A track of which no more than this is left is not gone on from."""


class Losses:
    """What is lost of one conductor's session; `tracks` are tonight's by id."""

    def __init__(self, conductor: Conductor, tracks: Mapping[str, Track], soundness: Soundness) -> None:
        self._conductor = conductor
        self._tracks = tracks
        self._soundness = soundness
        self._read_n = 0

    def look(self, at_ms: Milliseconds, wait_s: float) -> None:
        """Look at the files of what sounds soon, and say which of them are lost; heeding replaces them."""
        sounding = self._conductor.state.sounding
        cues = [cue for each in (sounding.heard, sounding.plan) for cue in (*each.cues, *each.prompts)]
        soon = [cue for cue in cues if cue.track_id and at_ms < cue.start_ms <= at_ms + SOON_MS]
        lost = self._soundness.look((*(cue.track_id or "" for cue in soon), *self._conductor.header.rescue))
        self._say([cue for cue in soon if cue.track_id in lost and not sounding.leaves_out(cue)], wait_s)

    def hear(self, player: PlayerState, at_ms: Milliseconds, wait_s: float) -> None:
        """Take for lost what the player could not read, and go on from it where it should sound by now."""
        heard = self._conductor.state.sounding.heard
        if player.last_n != self._read_n:
            silent = self._learn(player)
            self._say([cue for cue in heard.prompts if cue.track_id in silent and cue.end_ms > at_ms], wait_s)
        now = playing(heard, at_ms)
        if (
            now is None
            or now.kind is not CueKind.TRACK
            or now.track_id is None
            or now.end_ms < at_ms + _WORTH_LEAVING_MS
        ):
            return
        if now.track_id in self._soundness.failed and now.track_id not in player.sounding:
            self._conductor.leave_lost(wait_s)
            self._say([now], wait_s)

    def _learn(self, player: PlayerState) -> frozenset[str]:
        """Take for lost what the player has journalled troubles of since the last look; which of it was not known."""
        journal, known = self._conductor.link.journal(), self._soundness.lost
        for entry in journal:
            if entry.n > self._read_n and entry.what is JournalKind.TROUBLE and entry.mix and entry.index is not None:
                with contextlib.suppress(SetSettingError):
                    self._soundness.fail(read_mix(self._conductor.folder, entry.mix).sounds[entry.index].sha256)
        self._read_n = player.last_n
        return self._soundness.lost - known

    def _say(self, cues: Sequence[Cue], wait_s: float) -> None:
        tracks = [track for cue in cues if (track := self._tracks.get(cue.track_id or "")) is not None]
        titles = ", ".join(dict.fromkeys(track.title_or_file for track in tracks))
        prompts = ", ".join(dict.fromkeys(cue.prompt for cue in cues if isinstance(cue, VoiceCue)))
        for names, words in (
            (titles, _("Lost: the file of {name} is missing, has changed or cannot be read; something else plays.")),
            (prompts, _("Lost: the file of the prompt {name}; it is left out, and the music is not lowered for it.")),
        ):
            if names:
                said = id_of(self._conductor.header.session_id, f"{LOST} {names} {[cue.start_ms for cue in cues]}")
                self._conductor.note(LOST, words.format(name=names), wait_s, said)
