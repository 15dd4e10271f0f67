"""Clips: pydub where it is right, without ffmpeg and without a word on the terminal."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sound_files import RATE_HZ, music, steps, write

from setsetting.audio import clips
from setsetting.errors import AlreadyExists, BrokenFile, Refused, UsageError


def test_a_bell_rings_and_dies_away() -> None:
    block = clips.to_block(clips.bell(strike_hz=440, length_ms=3000, level_dbfs=-20))
    assert len(block) == 3 * RATE_HZ
    assert 20 * np.log10(np.abs(block).max()) == pytest.approx(-20, abs=0.1)
    levels = [np.sqrt(np.mean(block[at : at + RATE_HZ // 2] ** 2)) for at in range(0, len(block), RATE_HZ // 2)]
    assert levels == sorted(levels, reverse=True)
    spectrum = np.abs(np.fft.rfft(block[:RATE_HZ, 0]))
    assert spectrum[435:446].max() > 20 * np.median(spectrum)


@pytest.mark.parametrize(
    ("side", "sounding"), [("left", [True, False]), ("right", [False, True]), ("both", [True, True])]
)
def test_a_test_tone_sounds_on_its_side(side: str, sounding: list[bool]) -> None:
    block = clips.to_block(clips.test_tone(hz=1000, length_ms=500, level_dbfs=-20, side=side))
    assert block.any(axis=0).tolist() == sounding
    assert np.abs(block).max() == pytest.approx(0.1, rel=0.01)
    assert np.abs(np.diff(block, axis=0)).max() < 0.1 * 2 * np.pi * 1000 / RATE_HZ * 1.1  # edges do not click


def test_trimming_leaves_the_sound_and_a_little_air(tmp_path: Path) -> None:
    quiet = np.zeros((RATE_HZ, 2), np.float32)
    clip = clips.from_block(np.concatenate([quiet, music(1.0), quiet, quiet]), RATE_HZ)
    assert len(clips.trim_edges(clip, keep_ms=50)) == pytest.approx(1100, abs=20)
    silent = clips.from_block(quiet, RATE_HZ)
    assert len(clips.trim_edges(silent)) == 1000


def test_a_clip_comes_back_from_pydub_to_the_bit() -> None:
    block = steps(music(0.5)) / np.float32(32768)
    assert np.array_equal(clips.to_block(clips.from_block(block, RATE_HZ)), block)


def test_a_single_channel_is_heard_in_both() -> None:
    mono = clips.test_tone(length_ms=100).set_channels(1)
    block = clips.to_block(mono)
    assert np.array_equal(block[:, 0], block[:, 1])


@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_a_clip_is_written_whole_and_read_again(suffix: str, tmp_path: Path) -> None:
    clip, path = clips.bell(length_ms=500), tmp_path / f"bell.{suffix}"
    clips.export_clip(clip, path)
    assert clips.load_clip(path).raw_data == clip.raw_data
    with pytest.raises(AlreadyExists):
        clips.export_clip(clip, path)
    assert list(tmp_path.iterdir()) == [path]


def test_a_recording_of_any_format_becomes_a_clip(tmp_path: Path) -> None:
    clip = clips.load_clip(write(tmp_path / "voice.mp3", music(1.0, channels=1)))
    assert (len(clip), clip.channels) == (1000, 2)


def test_what_is_no_clip_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="two minutes"):
        clips.bell(length_ms=120_001)
    with pytest.raises(Refused, match="two minutes"):
        clips.load_clip(write(tmp_path / "long.wav", np.zeros((8000 * 121, 1), np.float32), rate_hz=8000))
    with pytest.raises(UsageError, match="left, right or both"):
        clips.test_tone(side="up")
    with pytest.raises(UsageError, match="must end in"):
        clips.export_clip(clips.test_tone(length_ms=100), tmp_path / "a.mp3")
    (tmp_path / "text.wav").write_text("hello" * 99)
    with pytest.raises(BrokenFile):
        clips.load_clip(tmp_path / "text.wav")


def test_without_ffmpeg_nothing_fails_and_nothing_is_said(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from setsetting.audio import clips; assert 'pydub' not in sys.modules;"
        f"clips.export_clip(clips.bell(length_ms=300), Path({str(tmp_path / 'bell.flac')!r}));"
        f"clips.trim_edges(clips.load_clip(Path({str(tmp_path / 'bell.flac')!r})))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/nowhere"},
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
