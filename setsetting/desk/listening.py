"""Hearing a track beforehand, on an output that a person named: the room's own output is not touched."""

import threading

from setsetting.audio.mix import Mix, Sound
from setsetting.desk import library
from setsetting.desk.clinic import Clinic
from setsetting.errors import UsageError
from setsetting.library.track import Track
from setsetting.player import aloud
from setsetting.player.again import HeardAgain
from setsetting.player.heard import HeardMix, HeardSound
from setsetting.session.start import name_of
from setsetting.soundscape.gains import gain_mdb
from setsetting.units import Dbtp, Frames, Lufs, Seconds, db_from_mdb, frames_from_ms, frames_from_s
from setsetting.words.translate import _

LISTEN_S = Seconds(30)
_LUFS, _CEILING = Lufs(-23.0), Dbtp(-1.0)
"""As most phases have it, and never above the ceiling."""
_FADE_S = Seconds(1)
_MOST_S = Seconds(3600)


def listen(clinic: Clinic, track_id: str, output: str, stop: threading.Event, seconds: Seconds = LISTEN_S) -> Track:
    """Play the beginning of a track until `stop` is set; refuses an output on which a session plays, or that is gone."""
    if not 1 <= seconds <= _MOST_S:
        raise UsageError(_("A track is heard for 1 to {most:g} seconds.").format(most=_MOST_S))
    track, rate_hz = library.show(clinic, track_id), clinic.settings.rate_hz
    frames = frames_from_s(Seconds(min(seconds, track.length_s)), rate_hz)
    lead, fade = frames_from_ms(track.lead_ms, track.rate_hz), min(frames_from_s(_FADE_S, rate_hz), frames // 2)
    gain = db_from_mdb(gain_mdb(track, _LUFS, _CEILING))
    sound = Sound(track.path, track.id, lead, Frames(0), frames, Frames(fade), Frames(fade), gain)
    heard = HeardSound(rate_hz, frames, (HeardMix(Frames(0), Mix(rate_hz, frames, (sound,))),))
    again = HeardAgain(heard)
    if again.silent:
        again.close()
        raise UsageError(
            _("{path} is missing or has another sound by now; scan its folder again.").format(path=track.path)
        )
    aloud.play(again, output, name_of(clinic.folder), stop)
    return track
