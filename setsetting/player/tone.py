"""Sounds that try an output: a soft tone on one side, and the noise that its level is measured by.

They go to that output and no other, and never to one that a session plays on.
"""

import time
from enum import StrEnum

import numpy as np

from setsetting.arrays import Block
from setsetting.audio.beds import bed_frames
from setsetting.player.occupancy import refuse_occupied
from setsetting.player.outputs import BUFFER_MS, OpenOutput, open_output, resolve
from setsetting.units import Frames, Hertz, Milliseconds, frames_from_ms, s_from_ms

TONE_HZ, TONE_DBFS = 440.0, -30.0
"""Soft: it may be in somebody's ears."""
TONE_MS = Milliseconds(1_200)
NOISE_MS = Milliseconds(20_000)
FADE_MS = Milliseconds(100)


class Trial(StrEnum):
    """What is sounded to try an output."""

    LEFT = "left"
    RIGHT = "right"
    NOISE = "noise"
    """Pink noise at -23 LUFS (`BED_LUFS`), the loudness that tracks are brought to before the plan's gains."""


def sound(output: str, rate_hz: Hertz, trial: Trial, clinic: str = "", *, open_it: OpenOutput = open_output) -> str:
    """Sound it and wait for its end; return the device's name. Raises Refused where a session plays there."""
    name = resolve(output)
    refuse_occupied(output, name, clinic)
    block = trial_block(trial, rate_hz)
    at = 0

    def pull(out: Block) -> int:
        nonlocal at
        piece = block[at : at + len(out)]
        out[: len(piece)], out[len(piece) :] = piece, 0.0
        at += len(piece)
        return len(piece)

    opened = open_it(name, rate_hz, pull)
    try:
        time.sleep(s_from_ms(Milliseconds((NOISE_MS if trial is Trial.NOISE else TONE_MS) + BUFFER_MS)))
    finally:
        opened.close()
    return name


def trial_block(trial: Trial, rate_hz: Hertz) -> Block:
    """The sound as (frames, 2) float32, full scale 1.0; it rises and falls, so that nothing clicks."""
    fade = frames_from_ms(FADE_MS, rate_hz)
    if trial is Trial.NOISE:
        block = bed_frames("pink", rate_hz, Frames(0), frames_from_ms(NOISE_MS, rate_hz))
    else:
        frames = frames_from_ms(TONE_MS, rate_hz)
        tone = 10 ** (TONE_DBFS / 20) * np.sin(2 * np.pi * TONE_HZ / rate_hz * np.arange(frames))
        block = np.zeros((frames, 2), np.float32)
        block[:, int(trial is Trial.RIGHT)] = tone
    ramp = np.linspace(0, 1, fade, dtype=np.float32)[:, None]
    block[:fade] *= ramp
    block[-fade:] *= ramp[::-1]
    return block
