"""What the player's tests play on: small synthesised recordings, and players that end with their test."""

import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from player_mixes import RATE_HZ

from setsetting.player import client, launch
from setsetting.player.client import Player
from setsetting.player.job import PlayerJob


@pytest.fixture
def recording(tmp_path: Path) -> Callable[..., Path]:
    """Make a WAV of seeded noise, of a tone, or of single-frame marks."""

    def make(name: str, seconds: float, *, seed: int = 1, marks: tuple[int, ...] | None = None) -> Path:
        frames = round(seconds * RATE_HZ)
        if marks is None:
            samples = np.random.default_rng(seed).normal(0, 2500, (frames, 2)).astype("<i2")
        else:
            samples = np.zeros((frames, 2), "<i2")
            samples[list(marks)] = 20_000
        path = tmp_path / f"{name}.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes(samples.tobytes())
        return path

    return make


@pytest.fixture
def played(tmp_path: Path) -> Iterator[Callable[..., Player]]:
    """Start players that are gone when the test is over."""
    started: list[Player] = []
    folders: list[Path] = []

    def play(job: PlayerJob, name: str = "run") -> Player:
        folder = tmp_path / name
        folders.append(folder)
        player = launch.start(folder, job)
        started.append(player)
        return player

    yield play
    for folder in folders:
        if folder.exists():
            (folder / "abandon").touch()
    for player in started:
        for _entry in _rest(player):
            pass
        player.close()


def _rest(player: Player) -> Iterator[object]:
    try:
        yield from player.follow()
    except client.PlayerGone:
        return
