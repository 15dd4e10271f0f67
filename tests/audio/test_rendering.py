"""Rendering: whole or not at all, the same bytes every time, and a part equal to that part of the whole."""

import errno
import shutil
import subprocess
import sys
import threading
import wave
from pathlib import Path

import numpy as np
import pytest
from sound_files import RATE_HZ, music, sha256, steps, write

from setsetting.audio import beds, encode, render
from setsetting.audio.decode import AudioDecoder
from setsetting.audio.dither import to_int16
from setsetting.audio.encode import FlacWriter, WavWriter
from setsetting.audio.mix import Mix, Sound
from setsetting.audio.mixer import Mixer
from setsetting.errors import AlreadyExists, NotFound, Refused, Stopped, UsageError
from setsetting.progress import Step

SECOND = RATE_HZ


@pytest.fixture(scope="module")
def mix(tmp_path_factory: pytest.TempPathFactory) -> Mix:
    """Twelve seconds: two tracks crossfaded, a gap, a bed."""
    folder = tmp_path_factory.mktemp("tracks")
    one, two = write(folder / "one.flac", music(6.0)), write(folder / "two.wav", music(6.0, seed=2))
    return Mix(
        RATE_HZ,
        12 * SECOND + 17,
        (
            Sound(str(one), "", 0, 0, 5 * SECOND, 100, SECOND, -3.0),
            Sound(str(two), "", 0, 4 * SECOND, 4 * SECOND, SECOND, 5000, -5.0),
            Sound("bed:brown", "", 0, 9 * SECOND, 3 * SECOND, SECOND, SECOND, -8.0),
        ),
    )


def samples(path: Path) -> np.ndarray:
    with AudioDecoder(path) as file:
        return steps(np.concatenate(list(file.blocks())))


def test_a_file_holds_what_the_mixer_gives_dithered(mix: Mix, tmp_path: Path) -> None:
    out = np.empty((mix.frames, 2), np.float32)
    with Mixer(mix) as mixer:
        mixer.read(out)
    for name in ("a.flac", "a.wav"):
        rendered = render.render(mix, tmp_path / name, replace=False)
        assert (rendered.frames, rendered.guarded, rendered.troubles) == (mix.frames, 0, ())
        assert rendered.peak_dbfs == pytest.approx(20 * np.log10(np.abs(out).max()))
        assert np.array_equal(samples(tmp_path / name), to_int16(out, 0))


def test_one_thread_two_threads_and_another_time_give_the_same_bytes(mix: Mix, tmp_path: Path) -> None:
    digests = set()
    for name, threads in (("a.flac", 1), ("b.flac", 2), ("c.flac", 2)):
        render.render(mix, tmp_path / name, replace=False, threads=threads)
        digests.add(sha256(tmp_path / name))
    assert len(digests) == 1


def test_a_part_equals_that_part_of_the_whole(mix: Mix, tmp_path: Path) -> None:
    render.render(mix, tmp_path / "whole.flac", replace=False)
    part = render.render(mix, tmp_path / "part.wav", replace=False, from_frame=200_001, to_frame=399_999)
    assert part.frames == 199_998
    assert np.array_equal(samples(tmp_path / "part.wav"), samples(tmp_path / "whole.flac")[200_001:399_999])


def test_the_md5_in_a_flac_is_true(mix: Mix, tmp_path: Path) -> None:
    import hashlib

    render.render(mix, tmp_path / "a.flac", replace=False)
    head = (tmp_path / "a.flac").read_bytes()[:42]
    assert head[26:42] == hashlib.md5(samples(tmp_path / "a.flac").astype("<i2").tobytes()).digest()
    assert int.from_bytes(head[21:26], "big") & ((1 << 36) - 1) == mix.frames


@pytest.mark.needs_tool("flac")
@pytest.mark.skipif(shutil.which("flac") is None, reason="flac is not installed")
def test_the_reference_decoder_accepts_it(mix: Mix, tmp_path: Path) -> None:
    render.render(mix, tmp_path / "a.flac", replace=False)
    subprocess.run(["flac", "-t", "-s", str(tmp_path / "a.flac")], check=True)


def test_a_wav_is_what_the_standard_library_reads(mix: Mix, tmp_path: Path) -> None:
    render.render(mix, tmp_path / "a.wav", replace=False)
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert file.getparams()[:4] == (2, 2, RATE_HZ, mix.frames)


@pytest.mark.parametrize("size", [1, 999, 4608, 5000, 100_000])
def test_writers_do_not_mind_how_blocks_are_cut(size: int, tmp_path: Path) -> None:
    block = steps(music(0.4))
    for writer, name in ((FlacWriter, "a.flac"), (WavWriter, "a.wav")):
        with writer(tmp_path / name, RATE_HZ) as cut, writer(tmp_path / f"whole{name}", RATE_HZ) as whole:
            whole.write(block)
            for at in range(0, len(block), size):
                cut.write(block[at : at + size])
        assert sha256(tmp_path / name) == sha256(tmp_path / f"whole{name}")
        assert np.array_equal(samples(tmp_path / name), block)


def test_only_the_owner_can_read_it(mix: Mix, tmp_path: Path) -> None:
    for name in ("a.flac", "a.wav"):
        render.render(mix, tmp_path / name, replace=False, to_frame=1000)
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_progress_is_told_in_seconds(mix: Mix, tmp_path: Path) -> None:
    told: list[Step] = []
    render.render(mix, tmp_path / "a.flac", replace=False, report=told.append)
    assert [step.done for step in told] == sorted(step.done for step in told)
    assert (told[-1].done, told[-1].total, told[-1].name) == (12, 13, "a.flac")


@pytest.mark.parametrize("threads", [1, 2])
def test_stopped_it_leaves_nothing(threads: int, mix: Mix, tmp_path: Path) -> None:
    stop = threading.Event()
    with pytest.raises(Stopped):
        render.render(
            mix, tmp_path / "a.flac", replace=False, stop=stop, report=lambda step: stop.set(), threads=threads
        )
    assert list(tmp_path.iterdir()) == []
    assert not [thread for thread in threading.enumerate() if thread.name == "mix"]


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), Stopped("enough"), RuntimeError("a broken face")])
def test_whatever_its_listener_raises_nothing_is_left_or_hangs(
    failure: BaseException, mix: Mix, tmp_path: Path
) -> None:
    def report(step: Step) -> None:
        raise failure

    with pytest.raises(type(failure)):
        render.render(mix, tmp_path / "a.flac", replace=False, report=report)
    assert list(tmp_path.iterdir()) == []
    assert not [thread for thread in threading.enumerate() if thread.name == "mix"]


def test_what_breaks_in_the_mixing_thread_reaches_the_caller(
    mix: Mix, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError("no dither")

    monkeypatch.setattr(render, "to_int16", broken)
    with pytest.raises(RuntimeError, match="no dither"):
        render.render(mix, tmp_path / "a.flac", replace=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a.flac", "a.wav"])
def test_a_full_disk_is_a_sentence_and_leaves_nothing(
    name: str, mix: Mix, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(encode.os, "fsync", full)
    with pytest.raises(Refused, match="No space left"):
        render.render(mix, tmp_path / name, replace=False)
    assert list(tmp_path.iterdir()) == []


def test_too_little_space_is_known_before(mix: Mix, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9, 10**6))
    with pytest.raises(Refused, match="may need 4 MB and the disk has 1 MB"):
        render.render(mix, tmp_path / "a.flac", replace=False)


def test_an_existing_file_is_kept_unless_replacing_is_asked(mix: Mix, tmp_path: Path) -> None:
    out = tmp_path / "a.wav"
    out.write_bytes(b"mine")
    with pytest.raises(AlreadyExists):
        render.render(mix, out, replace=False)
    assert out.read_bytes() == b"mine"
    with pytest.raises(Stopped):
        render.render(mix, out, replace=True, report=lambda step: (_ for _ in ()).throw(Stopped("")))
    assert out.read_bytes() == b"mine"
    render.render(mix, out, replace=True, to_frame=99)
    assert len(samples(out)) == 99
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize(
    ("name", "part", "error"),
    [
        ("a.mp3", (0, 10), UsageError),
        ("a", (0, 10), UsageError),
        ("a.flac", (10, 10), UsageError),
        ("a.flac", (-1, 10), UsageError),
        ("a.flac", (0, 10**9), UsageError),
        ("none/a.flac", (0, 10), NotFound),
        ("folder.flac", (0, 10), Refused),
    ],
)
def test_a_wrong_wish_is_a_sentence(name: str, part: tuple[int, int], error: type, mix: Mix, tmp_path: Path) -> None:
    (tmp_path / "folder.flac").mkdir()
    with pytest.raises(error):
        render.render(mix, tmp_path / name, replace=True, from_frame=part[0], to_frame=part[1])


def test_a_wav_cannot_be_longer_than_its_header_counts(tmp_path: Path) -> None:
    long = Mix(RATE_HZ, 7 * 3600 * RATE_HZ, ())
    with pytest.raises(Refused, match=r"6\.8 hours"):
        render.render(long, tmp_path / "a.wav", replace=False)
    writer = WavWriter(tmp_path / "b.wav", RATE_HZ)
    writer.frames = encode.WAV_MOST_FRAMES - 5
    with pytest.raises(Refused):
        writer.write(np.zeros((6, 2), np.int16))
    writer.frames = 0
    writer.close()


def test_troubles_are_told_with_the_file(mix: Mix, tmp_path: Path) -> None:
    gone = Mix(RATE_HZ, SECOND, (Sound(str(tmp_path / "gone.flac"), "", 0, 0, SECOND, 0, 0, 0.0),))
    rendered = render.render(gone, tmp_path / "a.flac", replace=False)
    assert rendered.peak_dbfs is None
    assert [index for index, _sentence in rendered.troubles] == [0]


@pytest.mark.needs_tool("sox")
@pytest.mark.skipif(shutil.which("sox") is None, reason="sox is not installed")
def test_another_engine_mixes_the_same_plan_within_a_step(tmp_path: Path) -> None:
    """sox pads, gains and adds two files; dither aside, ours may differ by its noise and one rounding."""
    one, two = write(tmp_path / "one.wav", music(2.0)), write(tmp_path / "two.wav", music(2.0, seed=2))
    mix = Mix(
        RATE_HZ,
        3 * SECOND,
        (
            Sound(str(one), "", 0, 0, 2 * SECOND, 0, 0, -6.0),
            Sound(str(two), "", 0, SECOND, 2 * SECOND, 0, 0, -9.0),
        ),
    )
    render.render(mix, tmp_path / "ours.wav", replace=False)
    parts = []
    for path, pad, gain in ((one, f"0@0 {SECOND}s", -6), (two, f"{SECOND}s 0", -9)):
        parts.append(tmp_path / f"part{gain}.wav")
        padding = ["pad", f"{SECOND}s", "0"] if pad.startswith(f"{SECOND}") else ["pad", "0", f"{SECOND}s"]
        floats = ["-e", "floating-point", "-b", "32"]
        subprocess.run(["sox", "-D", str(path), *floats, str(parts[-1]), "gain", str(gain), *padding], check=True)
    both = [part for path in parts for part in ("-v", "1", str(path))]
    subprocess.run(["sox", "-D", "-m", *both, "-b", "16", "-e", "signed", str(tmp_path / "sox.wav")], check=True)
    difference = samples(tmp_path / "ours.wav").astype(int) - samples(tmp_path / "sox.wav")
    assert np.abs(difference).max() <= 2
    assert abs(difference.mean()) < 0.05


def test_the_mixer_is_light_to_import() -> None:
    code = (
        "import sys, setsetting.audio.mixer, setsetting.audio.dither, setsetting.audio.encode, setsetting.audio.render;"
        "print(sorted({'scipy', 'pydub', 'textual', 'click', 'soxr', 'sqlite_utils'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_noise_is_made_before_the_mixing_thread_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What making it needs for a moment, some 20 MB, would stay taken in another thread's heap."""
    asked: list[str] = []

    def bed_frames(colour: str, rate_hz: int, position: int, count: int) -> beds.Block:
        asked.append(threading.current_thread().name)
        return beds.bed_frames(colour, rate_hz, position, count)

    monkeypatch.setattr("setsetting.audio.sources.bed_frames", bed_frames)
    sound = Sound("bed:brown", "", 0, 0, RATE_HZ, 0, 0, 0.0)
    render.render(Mix(RATE_HZ, RATE_HZ, (sound,)), tmp_path / "bed.wav", replace=False)
    assert asked[0] == threading.current_thread().name
    assert asked[-1] == "mix"
