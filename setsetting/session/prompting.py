"""A prompt in a session: at what level it is legal over what is heard, and as a sound of a Mix."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from setsetting.audio.mix import Mix, Sound
from setsetting.library.prompt import Prompt
from setsetting.record.kinds import StoredPrompt
from setsetting.session.folder import SessionHeader
from setsetting.session.holds import playing
from setsetting.session.timekeeping import frame_at
from setsetting.soundscape.gains import PROMPT_LOWERS_DB, prompt_gain_mdb
from setsetting.soundscape.playlist import Playlist
from setsetting.soundscape.soundscape import Soundscape
from setsetting.units import Frames, Millidecibels, Milliseconds, db_from_mdb, frames_from_ms

FADE_MS = Milliseconds(50)
"""A prompt that is cut off at its own end does not click."""


def placed(
    prompt: Prompt, heard: Soundscape, start_ms: Milliseconds, playlist: Playlist, rescue: Playlist
) -> StoredPrompt:
    """A prompt as it is played over what is heard then, at the level that the phase allows."""
    now = playing(heard, start_ms)
    phases = {phase.name: phase for each in (rescue, playlist) for phase in each.phases}
    phase = phases.get("" if now is None else now.phase, playlist.phases[0])
    ceiling = playlist.weights.true_peak_ceiling_dbtp
    gain = prompt_gain_mdb(prompt.loudest_lufs, prompt.true_peak_dbtp, phase.lufs, phase.startle_max_lu, ceiling)
    return StoredPrompt(prompt.name, prompt.id, start_ms, prompt.length_ms, gain)


def spoken_over(mix: Mix, spoken: Iterable[StoredPrompt], known: Mapping[str, Prompt], header: SessionHeader) -> Mix:
    """A Mix with prompts over it; one whose file is not known any more is left out."""
    paths = {prompt.id: prompt.path for prompt in known.values()}
    over = []
    for each in spoken:
        if each.sha256 in paths:
            start, frames = frame_at(header, each.start_ms), frames_from_ms(each.length_ms, mix.rate_hz)
            fade = min(frames_from_ms(FADE_MS, mix.rate_hz), frames // 2)
            source, gain = (paths[each.sha256], each.sha256, Frames(0)), db_from_mdb(Millidecibels(each.gain_mdb))
            over.append(Sound(*source, start, frames, Frames(0), fade, gain, PROMPT_LOWERS_DB))
    ends = max([mix.frames, *(sound.start_frame + sound.frames for sound in over)])
    return replace(mix, frames=ends, sounds=(*mix.sounds, *over))
