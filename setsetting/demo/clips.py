"""The demo's short sounds, made with pydub: bells, and one piece that startles, so that a rule can be seen at work."""

from pathlib import Path

import numpy as np

from setsetting.audio import clips
from setsetting.units import Hertz, Milliseconds

STARTLING_S = 100
_RATE_HZ = Hertz(44_100)


def make_bells(folder: Path) -> Path:
    """A few bells with room between them."""
    path = folder / "Temple Room - Three Bells.flac"
    sound = clips.bell(strike_hz=220.0, length_ms=Milliseconds(60_000), level_dbfs=-16.0, rate_hz=_RATE_HZ)
    for strike_hz, at_ms in ((277.0, 15_000), (330.0, 32_000)):
        sound = sound.overlay(
            clips.bell(strike_hz=strike_hz, length_ms=Milliseconds(25_000), level_dbfs=-18.0), position=at_ms
        )
    clips.export_clip(sound, path)
    return path


def make_startling(folder: Path) -> Path:
    """A quiet tone into which a gong breaks far above any playlist's limit."""
    path = folder / "Temple Room - The Gong at Noon.flac"
    random = np.random.default_rng(12)
    hush = (0.004 * random.standard_normal((STARTLING_S * _RATE_HZ, 2))).astype(np.float32)
    sound = clips.from_block(hush, _RATE_HZ)
    gong = clips.bell(strike_hz=98.0, length_ms=Milliseconds(20_000), level_dbfs=-3.0, rate_hz=_RATE_HZ)
    clips.export_clip(sound.overlay(gong, position=45_000), path)
    return path
