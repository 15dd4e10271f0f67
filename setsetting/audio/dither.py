"""Float to 16 bit with triangular dither that depends on nothing but the frame's place in the Mix.

Two generators never run side by side: the noise is a fixed table walked by absolute position, so a
render, a part of a render and a capture of what was played agree to the bit. The dither spans two
steps of the last bit and is triangular, which makes the error's mean and power independent of the
music (Lipshitz, Wannamaker, Vanderkooy, "Quantization and Dither: A Theoretical Survey", JAES 40(5), 1992).
"""

from functools import cache

import numpy as np

from setsetting.arrays import Block, Pcm16
from setsetting.units import Frames

PERIOD = 1 << 17
"""Frames after which the table comes round: 3 s at 44,100 Hz, at the level of the last bit."""

_SEED = 1992
_STEPS = 32768.0
_BLOCK = 8192
"""Frames worked on at once, which stay in the processor's cache."""


@cache
def _table() -> Block:
    """Noise of -1 to 1 steps, already moved to where a cast to uint16 rounds to nearest."""
    raw = np.random.PCG64(_SEED).random_raw(
        PERIOD * 2
    )  # the stream of a bit generator is fixed, that of its methods not
    high = (raw >> np.uint64(32)).astype(np.float64)
    low = (raw & np.uint64(0xFFFFFFFF)).astype(np.float64)
    noise = (high - low) / 2.0**32
    return (noise + (_STEPS + 0.5)).astype(np.float32).reshape(PERIOD, 2)


def to_int16(block: Block, position: Frames, out: Pcm16 | None = None) -> Pcm16:
    """Quantise (frames, 2) whose first frame is frame `position` of the Mix; beyond full scale is clipped."""
    result = np.empty(block.shape, np.int16) if out is None else out
    table = _table()
    done = 0
    scratch = np.empty((min(_BLOCK, len(block)), 2), np.float32)
    while done < len(block):
        place = (position + done) % PERIOD
        count = min(_BLOCK, len(block) - done, PERIOD - place)
        steps = scratch[:count]
        np.multiply(block[done : done + count], np.float32(_STEPS), out=steps)
        steps += table[place : place + count]
        np.clip(steps, 0.0, 65535.0, out=steps)
        whole = result[done : done + count].view(np.uint16)
        np.copyto(whole, steps, casting="unsafe")
        np.bitwise_xor(whole, np.uint16(0x8000), out=whole)
        done += count
    return result
