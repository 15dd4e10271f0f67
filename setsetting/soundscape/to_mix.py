"""A soundscape as a Mix: cues become sounds on a grid of frames; silence is where nothing sounds.

Frame 0 is the start of the first cue. Every edge is rounded on its own, so that cue times stay exact
to the frame however long the soundscape.
"""

from collections.abc import Mapping

from setsetting.audio.mix import ROOM_BED, Mix, Sound
from setsetting.errors import NotFound
from setsetting.library.prompt import NO_PROMPTS, Prompt
from setsetting.library.track import Track
from setsetting.soundscape.soundscape import Cue, CueKind, Soundscape, VoiceCue
from setsetting.units import Frames, Hertz, Milliseconds, db_from_mdb, frames_from_ms
from setsetting.words.translate import _


def to_mix(
    soundscape: Soundscape, tracks: Mapping[str, Track], rate_hz: Hertz, prompts: Mapping[str, Prompt] = NO_PROMPTS
) -> Mix:
    """Place every sounding cue, and the prompts over them; raises NotFound that names what the clinic has not.

    `prompts` are the clinic's by file.
    """
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
    paths = {prompt.id: prompt.path for prompt in prompts.values()}
    over = [voice_sound(cue, paths, zero, rate_hz) for cue in soundscape.prompts]
    ends = max([frame(soundscape.end_ms), *(sound.start_frame + sound.frames for sound in over)])
    return Mix(rate_hz, ends, (*sounds, *over))


def voice_sound(cue: VoiceCue, paths: Mapping[str, str], zero_ms: Milliseconds, rate_hz: Hertz) -> Sound:
    """A prompt in a Mix whose frame 0 is `zero_ms`; raises NotFound where nobody knows the `paths` of its sound."""
    if (path := paths.get(cue.track_id or "")) is None:
        raise NotFound(
            _("The recording of the prompt {name} is not in the clinic's folder `voice` any more.").format(
                name=cue.prompt
            )
        )
    start, end = frames_from_ms(cue.start_ms - zero_ms, rate_hz), frames_from_ms(cue.end_ms - zero_ms, rate_hz)
    fade_out = end - frames_from_ms(cue.end_ms - cue.fade_out_ms - zero_ms, rate_hz)
    return Sound(
        source=path,
        sha256=cue.track_id or "",
        in_frame=Frames(0),
        start_frame=start,
        frames=end - start,
        fade_in_frames=Frames(0),
        fade_out_frames=fade_out,
        gain_db=db_from_mdb(cue.gain_mdb),
        lowers_db=db_from_mdb(cue.lowers_mdb),
    )


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
