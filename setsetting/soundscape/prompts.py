"""The prompts of a playlist on tonight's clock: where each begins, in which phase, how loud, over how much lowered music.

One that begins with a phase moves with it and is left out with it; one at a minute waits for so much running infusion,
or follows its end. None reaches over the end of its phase or into another, and none is louder over the lowered music
than the phase lets music rise.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from setsetting.audio.mix import LOWERED_OVER_S
from setsetting.clinical.infusion import Infusion
from setsetting.errors import guess
from setsetting.library.prompt import Prompt
from setsetting.soundscape.gains import prompt_gain_mdb
from setsetting.soundscape.instance import PhaseWindow
from setsetting.soundscape.playlist import Playlist
from setsetting.soundscape.playlist_prompt import PlaylistPrompt
from setsetting.soundscape.soundscape import CueKind, VoiceCue
from setsetting.soundscape.windows import Timing, second_of
from setsetting.units import Milliseconds, Seconds, mdb_from_db, ms_from_s
from setsetting.words.numbers import clock
from setsetting.words.translate import _

VOICE_FADE_MS = Milliseconds(50)
"""A prompt that is cut off at its own end does not click."""
FALL_MS = ms_from_s(LOWERED_OVER_S)
"""So long before a prompt the music begins to fall."""


@dataclass(frozen=True, slots=True)
class PlacedPrompts:
    """Prompts in the order of their times; what is left out with its phase, and what has no place, a sentence by name."""

    cues: tuple[VoiceCue, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)


def begun(prompts: Iterable[VoiceCue], at_ms: Milliseconds) -> tuple[VoiceCue, ...]:
    """The prompts for which the music has begun to fall by then."""
    return tuple(cue for cue in prompts if cue.start_ms - FALL_MS <= at_ms)


def before_minute_0(prompts: Iterable[VoiceCue]) -> tuple[VoiceCue, ...]:
    """The prompts that are planned before the infusion begins."""
    return tuple(cue for cue in prompts if cue.start_ms < 0)


def placed(playlist: Playlist, infusion: Infusion, timing: Timing, known: Mapping[str, Prompt]) -> PlacedPrompts:
    """Place every prompt of a playlist whose phases stand as `timing` has them; `known` are the clinic's by file."""
    windows = {window.name for window in timing.windows}
    cues, left_out, broken = list[VoiceCue](), dict[str, str](), dict[str, str]()
    for prompt in playlist.prompts:
        name, phase = prompt.called, prompt.at.phase
        if phase is not None and phase not in windows:
            left_out[name] = _("The prompt {name} is left out with its phase, {phase}.").format(name=name, phase=phase)
        elif isinstance(found := _placed(prompt, playlist, infusion, timing, known), VoiceCue):
            cues.append(found)
        else:
            broken[name] = found
    apart: list[VoiceCue] = []
    for cue in sorted(cues, key=lambda each: each.start_ms):
        if apart and cue.start_ms < apart[-1].end_ms:
            words = _("The prompt {name} at {time} would sound into {other}.")
            broken[cue.prompt] = words.format(name=cue.prompt, time=clock(cue.start_ms), other=apart[-1].prompt)
        else:
            apart.append(cue)
    return PlacedPrompts(tuple(apart), left_out, broken)


def not_there(prompt: PlaylistPrompt, known: Mapping[str, Prompt]) -> str:
    """That the clinic has no such file, with what comes near."""
    words = _("The prompt {name}: the clinic's folder `voice` holds no {file!r} that can be played.")
    return words.format(name=prompt.called, file=prompt.file) + guess(prompt.file, known)


def _placed(
    prompt: PlaylistPrompt, playlist: Playlist, infusion: Infusion, timing: Timing, known: Mapping[str, Prompt]
) -> VoiceCue | str:
    """A prompt in its place, or why it has none."""
    if prompt.at.phase is None:
        start_s = second_of(prompt.at, infusion)
    else:
        begins = {window.name: window.from_s for window in timing.windows}
        start_s = begins[prompt.at.phase] + prompt.at.offset_s
    if (file := known.get(prompt.file)) is None:
        return not_there(prompt, known)
    window, until_s = _phase_at(start_s, timing, playlist.spare_s)
    where = _("The prompt {name} at {time}").format(name=prompt.called, time=clock(ms_from_s(start_s)))
    if window is None:
        return _("{where} lies before the first phase.").format(where=where)
    if prompt.at.phase not in {None, window.name} or ms_from_s(start_s) + file.length_ms > ms_from_s(until_s):
        words = _("{where} would sound over the end of {phase}, at {end}.")
        phase = prompt.at.phase or window.name
        ends_s = until_s if phase == window.name else window.from_s
        return words.format(where=where, phase=phase, end=clock(ms_from_s(ends_s)))
    gain = prompt_gain_mdb(
        file, window.lufs, window.startle_max_lu, playlist.weights.true_peak_ceiling_dbtp, prompt.lowers_db
    )
    return VoiceCue(
        kind=CueKind.VOICE,
        phase=window.name,
        start_ms=ms_from_s(start_s),
        length_ms=file.length_ms,
        track_id=file.id,
        gain_mdb=gain,
        fade_in_ms=Milliseconds(0),
        fade_out_ms=min(VOICE_FADE_MS, Milliseconds(file.length_ms // 2)),
        reason=_("prompt of the playlist; the music is {db:g} dB lower").format(db=-prompt.lowers_db),
        prompt=prompt.called,
        lowers_mdb=mdb_from_db(prompt.lowers_db),
    )


def _phase_at(second: Seconds, timing: Timing, spare_s: Seconds) -> tuple[PhaseWindow | None, Seconds]:
    """The phase of a second, and when it ends."""
    ends = (*(window.from_s for window in timing.windows[1:]), timing.end_s + spare_s)
    found = [(window, end) for window, end in zip(timing.windows, ends, strict=True) if window.from_s <= second]
    return found[-1] if found else (None, timing.windows[0].from_s)
