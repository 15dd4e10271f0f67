"""Clips that fit in memory: bells, and pydub's AudioSegment as our blocks and back.

This is what pydub is good at, and all it is used for: nothing longer than two minutes passes through
it, because it copies a whole sound at every step and works to the millisecond. It never decodes or
encodes a file here, so it needs no ffmpeg; what it says about a missing one is kept off the terminal.
"""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from setsetting.arrays import Block, Pcm16
from setsetting.audio.encode import writer_for, written_whole
from setsetting.errors import Refused, UsageError
from setsetting.units import Frames, Hertz, Milliseconds, ms_from_frames
from setsetting.words.translate import _

if TYPE_CHECKING:
    from pydub import AudioSegment

LONGEST_MS = Milliseconds(120_000)

_BELL_PARTIALS = (  # frequency relative to the strike note, level in dB, share of the ringing time
    (0.5, -10.0, 1.0),
    (1.0, 0.0, 0.8),
    (1.2, -8.0, 0.6),
    (1.5, -12.0, 0.5),
    (2.0, -4.0, 0.4),
    (2.67, -16.0, 0.25),
    (4.0, -18.0, 0.15),
)
"""Hum, prime, minor third, fifth, nominal and two above: the tuning that bell founders aim at."""
_HEADROOM_DB = 18.0
"""pydub adds in integers and clips; seven partials so much lower can't reach full scale together."""


def bell(
    *,
    strike_hz: float = 440.0,
    length_ms: Milliseconds = Milliseconds(6000),
    level_dbfs: float = -20.0,
    rate_hz: Hertz = Hertz(44_100),
) -> "AudioSegment":
    """Synthesise a struck bell whose partials die away one after the other; its peak is at `level_dbfs`."""
    _refuse_long(length_ms)
    sound = _segment_class().silent(length_ms, frame_rate=rate_hz)
    from pydub.generators import Sine

    for ratio, level_db, share in _BELL_PARTIALS:
        ringing_ms = max(1, round(length_ms * share))
        sine = Sine(strike_hz * ratio, sample_rate=rate_hz)
        partial = sine.to_audio_segment(ringing_ms, volume=level_db - _HEADROOM_DB)
        partial = partial.fade(to_gain=-60, start=0, end=ringing_ms).fade_out(min(200, ringing_ms))
        sound = sound.overlay(partial)
    struck = sound.set_channels(2).fade_in(3)
    return struck.apply_gain(level_dbfs - struck.max_dBFS)


def to_block(clip: "AudioSegment") -> Block:
    """Return a clip's samples as (frames, 2) float32, full scale 1.0."""
    if clip.channels not in (1, 2):
        raise UsageError(_("A clip has one channel or two, not {count}.").format(count=clip.channels))
    both = clip.set_channels(2)
    integers = np.array(both.get_array_of_samples()).reshape(-1, 2)
    return (integers / float(1 << (8 * both.sample_width - 1))).astype(np.float32)


def from_block(block: Block, rate_hz: Hertz) -> "AudioSegment":
    """Return (frames, 2) float32 as a 16-bit clip, rounded to the nearest step and clipped at full scale."""
    _refuse_long(ms_from_frames(Frames(len(block)), rate_hz))
    steps = _steps(block).astype("<i2")
    return _segment_class()(data=steps.tobytes(), sample_width=2, frame_rate=rate_hz, channels=block.shape[1])


def export_clip(clip: "AudioSegment", path: Path, *, replace: bool = False) -> None:
    """Write a clip to a .wav or .flac file, 16 bit stereo."""
    _refuse_long(Milliseconds(len(clip)), path)
    make = writer_for(path)
    steps = _steps(to_block(clip))
    with written_whole(path, replace=replace) as part, make(part, clip.frame_rate) as writer:
        writer.write(steps)


def _segment_class() -> "type[AudioSegment]":
    """Import pydub, silently: it warns of a missing ffmpeg and of its own old string escapes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pydub.generators  # noqa: F401  for `bell`
        from pydub import AudioSegment
    return AudioSegment  # type: ignore[no-any-return]


def _steps(block: Block) -> Pcm16:
    steps: Pcm16 = np.clip(np.rint(block * 32768.0), -32768, 32767).astype(np.int16)
    return steps


def _refuse_long(length_ms: Milliseconds, path: Path | None = None) -> None:
    if length_ms > LONGEST_MS:
        name = _("A clip") if path is None else str(path)
        raise Refused(_("{name} is longer than two minutes; that is a track, not a clip.").format(name=name))
