"""Tracks whose file is lost in the middle of a session: left out before they sound, gone on from when they fall silent.

Looked at by whoever attends. What is lost and still to come is replaced as what is refused is; a track that has fallen
silent gives way to what was promised next. Both are noted and said.
"""

import contextlib
from collections.abc import Mapping

from setsetting.errors import SetSettingError
from setsetting.library.track import Track
from setsetting.player.journal import JournalKind
from setsetting.player.mixes import read_mix
from setsetting.player.status import PlayerState
from setsetting.session.conductor import Conductor
from setsetting.session.holds import playing
from setsetting.session.soundness import Soundness
from setsetting.session.state import LOST
from setsetting.soundscape.soundscape import CueKind
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

    def look(self, wait_s: float) -> None:
        """Look at the files of what sounds soon, and say which of them are lost; heeding replaces them."""
        at_ms, sounding = self._conductor.moment().mix_ms, self._conductor.state.sounding
        cues = [cue for each in (sounding.heard, sounding.plan) for cue in each.cues]
        soon = [cue.track_id for cue in cues if cue.track_id and at_ms < cue.start_ms <= at_ms + SOON_MS]
        lost = self._soundness.look((*soon, *self._conductor.header.rescue))
        self._say([track_id for track_id in dict.fromkeys(soon) if track_id in lost], wait_s)

    def hear(self, player: PlayerState, wait_s: float) -> None:
        """Take for lost what the player could not read, and go on from it where it should sound by now."""
        if player.last_n != self._read_n:
            self._learn(player)
        at_ms = self._conductor.moment(player.frame).mix_ms
        now = playing(self._conductor.state.sounding.heard, at_ms)
        if (
            now is None
            or now.kind is not CueKind.TRACK
            or now.track_id is None
            or now.end_ms < at_ms + _WORTH_LEAVING_MS
        ):
            return
        if now.track_id in self._soundness.failed and now.track_id not in player.sounding:
            self._conductor.leave_lost(wait_s)
            self._say([now.track_id], wait_s)

    def _learn(self, player: PlayerState) -> None:
        """Take for lost what the player has journalled troubles of since the last look."""
        journal = self._conductor.link.journal()
        for entry in journal:
            if entry.n > self._read_n and entry.what is JournalKind.TROUBLE and entry.mix and entry.index is not None:
                with contextlib.suppress(SetSettingError):
                    self._soundness.fail(read_mix(self._conductor.folder, entry.mix).sounds[entry.index].sha256)
        self._read_n = player.last_n

    def _say(self, track_ids: list[str], wait_s: float) -> None:
        titles = [self._tracks[each].title or each for each in track_ids if each in self._tracks]
        if titles:
            words = _("Lost: the file of {title} is missing, has changed or cannot be read; something else plays.")
            self._conductor.note(LOST, words.format(title=", ".join(titles)), wait_s)
