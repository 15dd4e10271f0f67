"""Sums that keep to their units: the type checker takes every line as it stands."""

from collections.abc import Sequence

import numpy as np

from setsetting.units import Frames, Hertz, Milliseconds, frames_from_ms, frames_from_s, ms_from_frames, s_from_frames


def right(frames: Frames, rate_hz: Hertz, ms: Milliseconds, many: Sequence[Frames]) -> None:
    frames = frames + frames - frames
    frames += len(many)
    frames = max(Frames(0), min(frames, -frames)) // 2
    frames = abs(frames) * 2 + frames % frames
    frames = sum(many, Frames(0))
    frames = frames_from_ms(ms, rate_hz) - frames_from_s(0.5, rate_hz)
    ms = ms_from_frames(frames, rate_hz)
    halves: float = frames / 2
    blocks: int = frames // Frames(4_096)
    share: float = frames / frames
    print(f"{s_from_frames(frames, rate_hz):.1f}", halves, blocks, share, frames > 0, frames == many[0])
    np.zeros((frames, 2))[frames:]
