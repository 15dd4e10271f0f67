"""A Mix: sounds on a grid of frames. It knows no infusion, no phase, no patient.

The same Mix is rendered to a file and played in the room; frame 0 is the first cue's start.
"""

from dataclasses import dataclass

from setsetting.units import Dbtp, Decibels, Frames, Hertz, Lufs, Seconds, frames_from_s

LOWERED_OVER_S = Seconds(3)
"""How long before a recording that lowers the others they begin to fall, and how long after it they take to come back."""
BED = "bed:"
"""A source that begins with this is synthesised noise: `bed:brown`, `bed:pink`, `bed:white`."""
ROOM_BED = BED + "brown"
"""The bed that a room is given where there is no music."""
BED_LUFS = Lufs(-23.0)
"""Integrated loudness of every bed at a gain of 0 dB, both channels sounding."""
BED_PEAK_DBTP = Dbtp(BED_LUFS + 17.0)
"""No bed's true peak stands higher at a gain of 0 dB; ten minutes of brown noise measured 16.1 above its loudness."""


@dataclass(frozen=True, slots=True)
class Sound:
    """One sound of a Mix.

    `source` is an audio file's path or a bed; `sha256` is the track id the file must still have
    ("" for a bed). `in_frame` counts the source's own frames; everything else counts frames of the
    Mix. Fades are equal-power and lie inside `frames`. While a sound that `lowers_db` sounds, all that do not are
    lowered by so much.
    """

    source: str
    sha256: str
    in_frame: Frames
    start_frame: Frames
    frames: Frames
    fade_in_frames: Frames
    fade_out_frames: Frames
    gain_db: Decibels
    lowers_db: Decibels = Decibels(0.0)

    def reach(self, rate_hz: Hertz) -> tuple[Frames, Frames]:
        """From which frame of the Mix to which it changes what is heard, the lowering of the others included."""
        beyond = frames_from_s(LOWERED_OVER_S, rate_hz) if self.lowers_db else 0
        return Frames(self.start_frame - beyond), Frames(self.start_frame + self.frames + beyond)


@dataclass(frozen=True, slots=True)
class Mix:
    """Sounds in order of their start; where none sounds there is digital silence before dither."""

    rate_hz: Hertz
    frames: Frames
    sounds: tuple[Sound, ...]
