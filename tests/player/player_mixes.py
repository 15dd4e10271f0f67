"""Mixes for the player's tests, and what a capture holds."""

import time
import wave
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from setsetting.audio.dither import to_int16
from setsetting.audio.mix import Mix, Sound
from setsetting.audio.mixer import Mixer
from setsetting.player.job import PlayerJob

RATE_HZ = 44_100
T = TypeVar("T")
Samples = npt.NDArray[np.int16]


def sound(path: Path, start: int, frames: int, *, fade: int = 0, gain_db: float = 0.0, sha256: str = "") -> Sound:
    return Sound(str(path), sha256 or path.stem, 0, start, frames, fade, fade, gain_db)


def mix_of(frames: int, *sounds: Sound) -> Mix:
    return Mix(RATE_HZ, frames, sounds)


def captured(path: Path) -> Samples:
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (RATE_HZ, 2, 2)
        raw = file.readframes(file.getnframes())
    return np.frombuffer(raw, "<i2").reshape(-1, 2)


def mixed(mix: Mix) -> npt.NDArray[np.float32]:
    """The whole Mix, read at once by the mixer that renders it."""
    out = np.empty((mix.frames, 2), np.float32)
    with Mixer(mix) as mixer:
        assert mixer.read(out) == mix.frames
    return out


def rendered(mix: Mix) -> Samples:
    return to_int16(mixed(mix), 0)


def fast(mix: Mix, capture: Path, barriers: tuple[int, ...] = ()) -> PlayerJob:
    return PlayerJob(session="s1", mix=mix, output="fast", capture=str(capture), barriers=barriers)


def soon(found: Callable[[], T], within_s: float = 5.0) -> T:
    """What comes true within a few seconds, or the last thing that did not."""
    deadline = time.monotonic() + within_s
    while not (value := found()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return value
