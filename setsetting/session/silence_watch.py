"""A track should sound and nothing leaves: said while it lasts, and noted once. Nothing else is watched for."""

from setsetting.player.status import PlaybackState, PlayerState
from setsetting.session.sounding import SoundState
from setsetting.session.status import Cover
from setsetting.session.timekeeping import Moment
from setsetting.soundscape.soundscape import Cue, CueKind
from setsetting.units import Milliseconds, frames_from_ms
from setsetting.words.translate import _

SILENT = "silent"
"""A track should have sounded and nothing left, as it is noted in the record."""
SILENT_MS = Milliseconds(10_000)


def is_silent(sounding: SoundState, playing: Cue | None, moment: Moment, player: PlayerState | None) -> bool:
    """Whether a track has played for ten seconds and nothing was sent for as long."""
    if player is None or player.state is not PlaybackState.PLAYING:
        return False
    if playing is None or playing.kind is not CueKind.TRACK or moment.mix_ms - playing.start_ms < SILENT_MS:
        return False
    if sounding.cover is Cover.SILENCE or sounding.fading_out:
        return False
    return player.frame - player.heard_frame >= frames_from_ms(SILENT_MS, player.rate_hz)


def silent_words(title: str) -> str:
    """What is said of it."""
    return _("Nothing has left for 10 s, and {title} should sound. `next` goes on.").format(title=title)
