"""Clips: pydub where it is right, without ffmpeg and without a word on the terminal."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sound_files import RATE_HZ, music, steps

from setsetting.audio import clips
from setsetting.audio.decode import AudioDecoder
from setsetting.errors import AlreadyExists, Refused, UsageError


def test_a_bell_rings_and_dies_away() -> None:
    block = clips.to_block(clips.bell(strike_hz=440, length_ms=3000, level_dbfs=-20))
    assert len(block) == 3 * RATE_HZ
    assert 20 * np.log10(np.abs(block).max()) == pytest.approx(-20, abs=0.1)
    levels = [np.sqrt(np.mean(block[at : at + RATE_HZ // 2] ** 2)) for at in range(0, len(block), RATE_HZ // 2)]
    assert levels == sorted(levels, reverse=True)
    spectrum = np.abs(np.fft.rfft(block[:RATE_HZ, 0]))
    assert spectrum[435:446].max() > 20 * np.median(spectrum)


def test_a_clip_comes_back_from_pydub_to_the_bit() -> None:
    block = steps(music(0.5)) / np.float32(32768)
    assert np.array_equal(clips.to_block(clips.from_block(block, RATE_HZ)), block)


def test_a_single_channel_is_heard_in_both() -> None:
    block = clips.to_block(clips.from_block(music(0.1, channels=1), RATE_HZ))
    assert block.any()
    assert np.array_equal(block[:, 0], block[:, 1])


@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_a_clip_is_written_whole_and_read_again(suffix: str, tmp_path: Path) -> None:
    clip, path = clips.bell(length_ms=500), tmp_path / f"bell.{suffix}"
    clips.export_clip(clip, path)
    with AudioDecoder(path) as file:
        assert np.array_equal(np.concatenate(list(file.blocks())), clips.to_block(clip))
    with pytest.raises(AlreadyExists):
        clips.export_clip(clip, path)
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_no_clip_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="two minutes"):
        clips.bell(length_ms=120_001)
    with pytest.raises(Refused, match="two minutes"):
        clips.from_block(np.zeros((8000 * 121, 1), np.float32), 8000)
    with pytest.raises(UsageError, match="must end in"):
        clips.export_clip(clips.bell(length_ms=100), tmp_path / "a.mp3")


def test_without_ffmpeg_nothing_fails_and_nothing_is_said(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from setsetting.audio import clips; assert 'pydub' not in sys.modules;"
        f"clips.export_clip(clips.bell(length_ms=300), Path({str(tmp_path / 'bell.flac')!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/nowhere"},
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
