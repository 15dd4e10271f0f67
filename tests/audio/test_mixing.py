"""The mixer: exact to the sample, the same from anywhere, and never an exception in the music."""

import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sound_files import RATE_HZ, music, write

from setsetting.audio.decode import AudioDecoder
from setsetting.audio.mix import Mix, Sound
from setsetting.audio.mixer import CEILING, Mixer

SECOND = RATE_HZ


def sound(source: Path | str, start: int, frames: int, **changes: float) -> Sound:
    fields = {"in_frame": 0, "fade_in_frames": 0, "fade_out_frames": 0, "gain_db": 0.0} | changes
    return Sound(str(source), "", start_frame=start, frames=frames, **fields)  # type: ignore[arg-type]


def heard(mix: Mix, start: int = 0, block: int = 10_000) -> np.ndarray:
    with Mixer(mix, start) as mixer:
        return read_all(mixer, block)


def read_all(mixer: Mixer, block: int = 10_000) -> np.ndarray:
    pieces = []
    while mixer.position < mixer.mix.frames:
        out = np.full((block, 2), 9.0, np.float32)
        got = mixer.read(out)
        assert not out[got:].any()
        pieces.append(out[:got])
    return np.concatenate(pieces)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("files")
    return {
        "one": write(folder / "one.flac", music(6.0)),
        "two": write(folder / "two.wav", music(6.0, seed=2)),
        "lossy": write(folder / "lossy.mp3", music(6.0, seed=3)),
        "other rate": write(folder / "other.opus", music(6.0, rate_hz=48_000, seed=4)),
        "mono": write(folder / "mono.wav", music(3.0, channels=1)),
        "six": write(folder / "six.flac", music(3.0, channels=6) / 4, layout="5.1"),
    }


@pytest.fixture(scope="module")
def busy(files: dict[str, Path]) -> Mix:
    """Every kind of source, overlapping fades, a gap, a stretch of three at once."""
    return Mix(
        RATE_HZ,
        20 * SECOND,
        (
            sound(files["one"], 0, 5 * SECOND, fade_out_frames=SECOND, gain_db=-3.0),
            sound(
                files["other rate"], 4 * SECOND, 5 * SECOND, in_frame=4800, fade_in_frames=SECOND, fade_out_frames=777
            ),
            sound(files["lossy"], 8 * SECOND, 4 * SECOND + 11, in_frame=999, fade_in_frames=5, gain_db=-7.5),
            sound("bed:pink", 8 * SECOND + 5, 6 * SECOND, fade_in_frames=30_000, fade_out_frames=30_000, gain_db=-9.0),
            sound(files["six"], 13 * SECOND, 2 * SECOND, gain_db=-6.0),
            sound(files["two"], 16 * SECOND, 3 * SECOND, fade_in_frames=2 * SECOND, fade_out_frames=2 * SECOND),
        ),
    )


def test_a_cue_begins_and_ends_at_its_sample(files: dict[str, Path]) -> None:
    mix = Mix(RATE_HZ, 4 * SECOND, (sound(files["two"], 12_345, 54_321, in_frame=678, gain_db=-6.0),))
    out = heard(mix)
    with AudioDecoder(files["two"]) as file:
        expected = np.concatenate(list(file.blocks()))[678 : 678 + 54_321] * np.float32(10 ** (-6 / 20))
    assert len(out) == 4 * SECOND
    assert not out[:12_345].any()
    assert np.array_equal(out[12_345 : 12_345 + 54_321], expected)
    assert not out[12_345 + 54_321 :].any()


def test_a_crossfade_of_unlike_music_keeps_its_power() -> None:
    fade = 4 * SECOND
    sounds = (
        sound("bed:white", 0, 8 * SECOND, fade_out_frames=fade),
        sound("bed:white", 4 * SECOND, 8 * SECOND, in_frame=999_999, fade_in_frames=fade),
    )
    out = heard(Mix(RATE_HZ, 12 * SECOND, sounds))
    power = [float(np.mean(out[at : at + SECOND] ** 2)) for at in range(0, 12 * SECOND, SECOND)]
    assert max(power) / min(power) < 10 ** (0.05)  # half a decibel; a linear fade would dip by three


def test_a_fade_lies_inside_its_sound_and_has_the_sines_shape(files: dict[str, Path]) -> None:
    plain = heard(Mix(RATE_HZ, SECOND, (sound(files["two"], 0, SECOND),)))
    faded = heard(Mix(RATE_HZ, SECOND, (sound(files["two"], 0, SECOND, fade_in_frames=1000, fade_out_frames=9000),)))
    rise = np.sin((np.arange(1000) + 0.5) * np.pi / 2000)[:, np.newaxis]
    fall = np.cos((np.arange(9000) + 0.5) * np.pi / 18_000)[:, np.newaxis]
    assert np.allclose(faded[:1000], plain[:1000] * rise, atol=1e-6)
    assert np.array_equal(faded[1000:-9000], plain[1000:-9000])
    assert np.allclose(faded[-9000:], plain[-9000:] * fall, atol=1e-6)


@settings(max_examples=8)
@given(start=st.integers(0, 20 * SECOND - 1), block=st.integers(1500, 100_000))
def test_entered_anywhere_it_gives_the_same_frames(busy: Mix, whole: np.ndarray, start: int, block: int) -> None:
    assert np.array_equal(heard(busy, start, block), whole[start:])


@pytest.fixture(scope="module")
def whole(busy: Mix) -> np.ndarray:
    return heard(busy)


def test_an_independent_mix_agrees(busy: Mix, whole: np.ndarray, files: dict[str, Path]) -> None:
    """The same plan without the mixer, in float64 and all at once."""
    import soxr

    from setsetting.audio.beds import bed_frames

    total = np.zeros((busy.frames, 2))
    for one in busy.sounds:
        if one.source.startswith("bed:"):
            samples = bed_frames("pink", RATE_HZ, one.in_frame, one.frames).astype(float)
        else:
            with AudioDecoder(Path(one.source)) as file:
                samples = np.concatenate(list(file.blocks()))[one.in_frame :].astype(float)
                if file.rate_hz != RATE_HZ:
                    samples = soxr.resample(samples, file.rate_hz, RATE_HZ, quality="HQ")
            if samples.shape[1] == 6:
                front, back, half = samples[:, :2], samples[:, 4:], 0.5**0.5
                samples = front + half * samples[:, 2:3] + half * back
        samples = samples[: one.frames] * 10 ** (one.gain_db / 20)
        gain = np.ones(one.frames)
        if one.fade_in_frames:
            gain[: one.fade_in_frames] *= np.sin((np.arange(one.fade_in_frames) + 0.5) / one.fade_in_frames * np.pi / 2)
        if one.fade_out_frames:
            gain[-one.fade_out_frames :] *= np.cos(
                (np.arange(one.fade_out_frames) + 0.5) / one.fade_out_frames * np.pi / 2
            )
        total[one.start_frame : one.start_frame + len(samples)] += samples * gain[: len(samples), np.newaxis]
    assert np.abs(total - whole).max() < 0.5 / 32768


def test_one_channel_sounds_in_both_as_loud_as_it_was_measured(files: dict[str, Path]) -> None:
    out = heard(Mix(RATE_HZ, SECOND, (sound(files["mono"], 0, SECOND),)))
    with AudioDecoder(files["mono"]) as file:
        samples = np.concatenate(list(file.blocks()))[:SECOND, 0]
    assert np.array_equal(out[:, 0], out[:, 1])
    assert np.mean(out**2) * 2 == pytest.approx(np.mean(samples**2), rel=1e-4)


def test_what_exceeds_the_ceiling_is_clipped_and_counted(files: dict[str, Path]) -> None:
    with Mixer(Mix(RATE_HZ, SECOND, (sound(files["two"], 0, SECOND, gain_db=14.0),))) as mixer:
        out = read_all(mixer)
    assert np.abs(out).max() == CEILING
    assert mixer.guarded == np.count_nonzero(np.abs(out) == CEILING) > 0
    assert mixer.peak > CEILING


def test_a_legal_plan_is_never_guarded(busy: Mix) -> None:
    with Mixer(busy) as mixer:
        read_all(mixer)
    assert (mixer.guarded, mixer.troubles) == (0, [])


def test_a_file_that_ends_early_leaves_silence_and_a_sentence(files: dict[str, Path]) -> None:
    mix = Mix(
        RATE_HZ,
        10 * SECOND,
        (sound(files["two"], 0, 8 * SECOND, fade_out_frames=SECOND), sound(files["one"], 9 * SECOND, SECOND)),
    )
    with Mixer(mix) as mixer:
        out = read_all(mixer)
    assert not out[6 * SECOND : 9 * SECOND].any()
    assert out[9 * SECOND :].any()
    assert [index for index, _sentence in mixer.troubles] == [0]
    assert "2.00 s early" in mixer.troubles[0][1]


def test_a_few_samples_lost_by_rounding_are_no_trouble(files: dict[str, Path]) -> None:
    with Mixer(Mix(RATE_HZ, 7 * SECOND, (sound(files["two"], 0, 6 * SECOND + 40),))) as mixer:
        read_all(mixer)
    assert mixer.troubles == []


@pytest.mark.parametrize(
    ("source", "words"),
    [("none.flac", "does not exist"), ("bed:blue", "no noise bed"), ("noise.mp3", "not audio")],
)
def test_a_sound_that_cannot_be_had_is_silence_and_a_sentence(
    source: str, words: str, files: dict[str, Path], tmp_path: Path
) -> None:
    (tmp_path / "noise.mp3").write_bytes(np.random.default_rng(7).bytes(64))
    where = source if source.startswith("bed:") else str(tmp_path / source)
    mix = Mix(RATE_HZ, 2 * SECOND, (sound(files["two"], 0, SECOND), sound(where, SECOND, SECOND)))
    with Mixer(mix) as mixer:
        out = read_all(mixer)
    assert out[:SECOND].any()
    assert [index for index, _sentence in mixer.troubles] == [1]
    assert words in mixer.troubles[0][1]
    assert "Silence" in mixer.troubles[0][1]


def test_damage_in_the_middle_is_said_and_the_music_goes_on(files: dict[str, Path], tmp_path: Path) -> None:
    content = bytearray(files["one"].read_bytes())
    middle = len(content) * 2 // 5
    content[middle : middle + 60_000] = bytes(60_000)
    (tmp_path / "hurt.flac").write_bytes(content)
    mix = Mix(RATE_HZ, 7 * SECOND, (sound(tmp_path / "hurt.flac", 0, 6 * SECOND), sound("bed:brown", 0, 7 * SECOND)))
    with Mixer(mix) as mixer:
        out = read_all(mixer)
    assert mixer.troubles
    assert {index for index, _sentence in mixer.troubles} == {0}
    assert out[6 * SECOND :].any()


def test_the_source_is_open_before_it_must_sound(files: dict[str, Path], tmp_path: Path) -> None:
    """Gone from the folder a second before its cue, it is heard all the same: it was opened ahead."""
    late = tmp_path / "late.wav"
    late.write_bytes(files["two"].read_bytes())
    with Mixer(Mix(RATE_HZ, 9 * SECOND, (sound(late, 4 * SECOND, 3 * SECOND),))) as mixer:
        mixer.read(np.empty((SECOND, 2), np.float32))
        late.unlink()
        assert read_all(mixer)[3 * SECOND :].any()
        assert mixer.troubles == []


def test_beyond_the_end_there_is_silence(files: dict[str, Path]) -> None:
    with Mixer(Mix(RATE_HZ, 1000, (sound(files["two"], 0, SECOND),))) as mixer:
        out = np.ones((1500, 2), np.float32)
        assert mixer.read(out) == 1000
        assert out[:1000].any()
        assert not out[1000:].any()
        assert mixer.read(out) == 0
        assert mixer.position == 3000


def test_memory_does_not_grow_with_the_length(files: dict[str, Path]) -> None:
    sounds = tuple(sound(files["lossy"], index * 5 * SECOND, 6 * SECOND) for index in range(24))
    out = np.empty((8192, 2), np.float32)
    with Mixer(Mix(RATE_HZ, 121 * SECOND, sounds)) as mixer:
        for _block in range(200):
            mixer.read(out)
        tracemalloc.start()
        while mixer.read(out):
            pass
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 4_000_000


def test_in_a_room_a_quiet_bed_rises_slowly_in_the_place_of_what_cannot_be_read(
    files: dict[str, Path], tmp_path: Path
) -> None:
    lost = sound(tmp_path / "nowhere.wav", SECOND, 8 * SECOND)
    short = sound(files["two"], 9 * SECOND, 9 * SECOND)
    mix = Mix(RATE_HZ, 18 * SECOND, (lost, short))
    out = np.empty((mix.frames, 2), np.float32)
    with Mixer(mix, beds_for_lost=True) as mixer:
        mixer.read(out)
        assert [index for index, _sentence in mixer.troubles] == [0, 1]
        assert all(sentence.endswith("A noise bed took its place.") for _index, sentence in mixer.troubles)
    level = np.sqrt((out.reshape(18, SECOND, 2) ** 2).mean(axis=(1, 2)))
    assert level[0] == 0 and 0 < level[1] < level[2] < level[3]
    assert (level[4:9] > 0.005).all() and (level[-3:] > 0.005).all()
    assert np.abs(np.diff(out[SECOND : 9 * SECOND], axis=0)).max() < 0.05
    with Mixer(mix) as mixer:
        mixer.read(out)
    assert not out[SECOND : 9 * SECOND].any()


@pytest.fixture(scope="module")
def spoken(files: dict[str, Path]) -> Mix:
    """A recording over lowered music, and a second one before the music is back."""
    return Mix(
        RATE_HZ,
        20 * SECOND,
        (
            sound("bed:brown", 0, 20 * SECOND),
            sound(files["one"], 6 * SECOND, 2 * SECOND, lowers_db=-12.0),
            sound(files["two"], 10 * SECOND, 1 * SECOND, lowers_db=-6.0),
        ),
    )


@given(start=st.integers(0, 20 * SECOND - 1), block=st.integers(1_000, 90_000))
@settings(max_examples=15)
def test_a_recording_over_lowered_music_is_the_same_wherever_reading_begins(
    spoken: Mix, start: int, block: int
) -> None:
    with Mixer(spoken) as whole:
        expected = read_all(whole)[start:]
    assert np.array_equal(heard(spoken, start, block), expected)


def test_music_falls_before_a_recording_stays_low_and_comes_back_after_it(spoken: Mix) -> None:
    bed = heard(Mix(RATE_HZ, spoken.frames, spoken.sounds[:1]))
    over = heard(Mix(RATE_HZ, spoken.frames, tuple(each for each in spoken.sounds if each.lowers_db)))
    left = np.abs(heard(spoken) - over).mean(axis=1) / np.abs(bed).mean(axis=1)

    def level_db(second: float) -> float:
        at = round(second * SECOND)
        return float(20 * np.log10(np.median(left[at : at + 200])))

    told = [level_db(second) for second in (2.9, 4.5, 6.5, 7.9, 9.5, 10.5, 12.5, 14.1)]
    assert told == pytest.approx([0, -6, -12, -12, -6, -6, -3, 0], abs=0.1)


def test_no_music_stays_low_for_a_recording_that_cannot_be_read(spoken: Mix, files: dict[str, Path]) -> None:
    bed, first, _second = spoken.sounds
    alone = heard(Mix(RATE_HZ, spoken.frames, (bed,)))
    lost = replace(first, source=str(files["one"].with_name("gone.flac")))
    assert np.array_equal(heard(Mix(RATE_HZ, spoken.frames, (bed, lost))), alone)
    assert np.array_equal(heard(Mix(RATE_HZ, spoken.frames, (bed, lost)), 7 * SECOND), alone[7 * SECOND :])
    cut_short = sound(files["two"], 6 * SECOND, 9 * SECOND, lowers_db=-12.0, in_frame=5 * SECOND)
    over = heard(Mix(RATE_HZ, spoken.frames, (bed, cut_short)))
    back = slice(round(10.3 * SECOND), 15 * SECOND)
    assert np.array_equal(over[back], alone[back])
    assert np.abs(np.diff(over[7 * SECOND :], axis=0)).max() <= np.abs(np.diff(alone, axis=0)).max()
