"""A soundscape as a Mix: cues become sounds on a grid of frames; silence is where nothing sounds.

Frame 0 is the start of the first cue. Every edge is rounded on its own, so that cue times stay exact
to the frame however long the soundscape.
"""

from collections.abc import Mapping

from setsetting.audio.mix import ROOM_BED, Mix, Sound
from setsetting.errors import NotFound
from setsetting.library.track import Track
from setsetting.soundscape.soundscape import Cue, CueKind, Soundscape
from setsetting.units import Frames, Hertz, Milliseconds, db_from_mdb, frames_from_ms
from setsetting.words.translate import _


def to_mix(soundscape: Soundscape, tracks: Mapping[str, Track], rate_hz: Hertz) -> Mix:
    """Place every sounding cue; raises NotFound that names a track the library has not."""
    zero = soundscape.start_ms

    def frame(ms: Milliseconds) -> Frames:
        return frames_from_ms(ms - zero, rate_hz)

    sounds: list[Sound] = []
    for cue in soundscape.cues:
        if cue.kind is CueKind.SILENCE:
            continue
        start, end = frame(cue.start_ms), frame(cue.end_ms)
        fade_in = min(frame(cue.start_ms + cue.fade_in_ms) - start, end - start)
        fade_out = min(end - frame(cue.end_ms - cue.fade_out_ms), end - start - fade_in)
        source, sha256, in_frame = _source(cue, tracks)
        sounds.append(Sound(source, sha256, in_frame, start, end - start, fade_in, fade_out, db_from_mdb(cue.gain_mdb)))
    return Mix(rate_hz, frame(soundscape.end_ms), tuple(sounds))


def _source(cue: Cue, tracks: Mapping[str, Track]) -> tuple[str, str, Frames]:
    """What is read and from which of its own frames: a track begins where its leading silence ends."""
    if cue.kind is CueKind.BED:
        return ROOM_BED, "", Frames(0)
    track = tracks.get(cue.track_id or "")
    if track is None:
        raise NotFound(
            _(
                "The track {track_id!r}, which should sound in {phase}, is not in the library; scan it or build again."
            ).format(track_id=cue.track_id, phase=cue.phase)
        )
    return track.path, track.id, frames_from_ms(track.lead_ms, track.rate_hz)
