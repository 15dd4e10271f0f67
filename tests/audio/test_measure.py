"""What else is measured of a recording: edges, brightness, onsets, tempo, and what is refused."""

import threading
import wave

import numpy as np
import pytest

from setsetting.audio.brightness import brightness
from setsetting.audio.measure import Meter, measure
from setsetting.errors import BrokenFile, NotFound, Stopped

RATE = 22_050


def of(sound, rate=RATE):
    sound = np.asarray(sound, np.float32)
    sound = sound if sound.ndim == 2 else sound[:, None]
    meter = Meter(rate, ("FL", "FR")[: sound.shape[1]])
    meter.add(sound)
    return meter.finish(digest="", codec="", lost_packets=0)


def noise(seconds, seed=0, rate=RATE):
    return 0.1 * np.random.default_rng(seed).standard_normal(round(seconds * rate))


def pulses(bpm, seconds, rate=RATE):
    """A soft pluck at every beat over a quiet drone."""
    time = np.arange(round(seconds * rate)) / rate
    since_beat = time % (60 / bpm)
    pluck = np.exp(-since_beat * 8) * np.sin(2 * np.pi * 330 * since_beat)
    return 0.4 * pluck + 0.02 * np.sin(2 * np.pi * 110 * time)


def write_wav(path, sound, rate=RATE):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path


@pytest.mark.parametrize("bpm", [50, 60, 72, 90, 120, 140])
def test_pulses_have_their_tempo(bpm):
    measured = of(pulses(bpm, 60))
    assert measured.bpm == pytest.approx(bpm, rel=0.01)
    assert not measured.beatless
    assert measured.pulse_clarity > 0.5


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_noise_has_no_tempo_and_no_beat(seed):
    measured = of(noise(60, seed))
    assert measured.bpm is None
    assert measured.beatless
    assert measured.onsets_per_s < 0.3


def test_a_swelling_drone_is_beatless():
    time = np.arange(60 * RATE) / RATE
    swell = 0.3 + 0.2 * np.sin(2 * np.pi * time / 13.7)
    measured = of(swell * (np.sin(2 * np.pi * 110 * time) + np.sin(2 * np.pi * 165.3 * time)) / 2)
    assert measured.bpm is None
    assert measured.beatless


def test_one_pulse_too_few_to_tell_leaves_the_tempo_unknown_and_not_beatless():
    measured = of(pulses(60, 2.5))
    assert measured.bpm is None
    assert not measured.beatless


def test_onsets_are_counted():
    assert of(pulses(120, 30)).onsets_per_s == pytest.approx(2.0, abs=0.1)


def test_level_changes_loudness_and_true_peak_and_nothing_else():
    sound = pulses(90, 40) + noise(40) * 0.1
    soft, loud = of(sound * 0.5), of(sound)
    assert loud.lufs - soft.lufs == pytest.approx(6.02, abs=0.011)
    assert loud.true_peak_dbtp - soft.true_peak_dbtp == pytest.approx(6.02, abs=0.011)
    for name in ("startle_lu", "lra_lu", "brightness", "onsets_per_s", "bpm", "pulse_clarity", "beatless"):
        assert getattr(loud, name) == pytest.approx(getattr(soft, name), abs=0.02), name


def test_silent_edges_are_exact_to_the_sample():
    sound = np.zeros(10 * RATE)
    sound[RATE // 2 : 9 * RATE] = 0.004  # -48 dBFS
    sound[: RATE // 4] = 0.003  # -50.5 dBFS is silence
    measured = of(sound)
    assert (measured.lead_ms, measured.tail_ms, measured.frames) == (500, 1000, 10 * RATE)


def test_a_recording_below_the_threshold_is_all_lead():
    measured = of(np.full(RATE, 0.001))
    assert (measured.lead_ms, measured.tail_ms) == (1000, 0)


def test_brightness_is_a_fixed_scale_of_octaves():
    hertz = np.arange(513) * (44_100 / 1024)
    at = [brightness(np.exp(-(((hertz - centre) / 30) ** 2)), 44_100 / 1024) for centre in (500, 1000, 2000)]
    assert at[1] - at[0] == pytest.approx(1 / 6, abs=0.005)
    assert at[2] - at[1] == pytest.approx(1 / 6, abs=0.005)
    assert brightness(np.exp(-(((hertz - 1000) / 30) ** 2)), 44_100 / 1024) == pytest.approx(0.5, abs=0.005)


def test_brightness_orders_sounds_and_hardly_depends_on_the_sampling_rate():
    def hum(hertz, rate):
        time = np.arange(8 * rate) / rate
        return sum(0.3 / k * np.sin(2 * np.pi * hertz * k * time) for k in range(1, 6))

    low, high = of(hum(110, 44_100), 44_100), of(hum(880, 44_100), 44_100)
    assert low.brightness + 0.2 < high.brightness
    assert of(hum(880, 48_000), 48_000).brightness == pytest.approx(high.brightness, abs=0.02)


def test_channels_that_cancel_each_other_are_still_heard():
    left = pulses(72, 40)
    measured = of(np.stack([left, -left], axis=1))
    assert measured.bpm == pytest.approx(72, rel=0.01)


def test_digital_silence_measures_as_nothing():
    measured = of(np.zeros((5 * RATE, 2)))
    assert measured.lufs is None
    assert measured.true_peak_dbtp is None
    assert measured.beatless
    assert (measured.bpm, measured.brightness, measured.startle_lu, measured.lra_lu) == (None, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("frames", [1, 7, 440, 441, 5000])
def test_the_shortest_sounds_are_measured(frames):
    assert of(np.full(frames, 0.5)).frames == frames


def test_a_file_is_measured_with_its_digest(tmp_path):
    path = write_wav(tmp_path / "pulse.wav", pulses(60, 20))
    measured = measure(path)
    assert measured.frames == 20 * RATE
    assert len(measured.digest) == 32
    assert measured == measure(path)


def test_a_truncated_file_is_refused_with_both_lengths(tmp_path):
    path = write_wav(tmp_path / "cut.wav", noise(20))
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    with pytest.raises(BrokenFile, match=r"cut off|shorter") as refusal:
        measure(path)
    assert str(path) in str(refusal.value)


@pytest.mark.parametrize("content", [b"", b"\x93not audio" * 200])
def test_what_is_no_audio_is_one_sentence(tmp_path, content):
    path = tmp_path / "broken.mp3"
    path.write_bytes(content)
    with pytest.raises(BrokenFile, match=r"broken\.mp3"):
        measure(path)


def test_a_missing_file_is_not_found(tmp_path):
    with pytest.raises(NotFound):
        measure(tmp_path / "none.wav")


def test_samples_that_are_not_numbers_are_refused():
    sound = noise(1)
    sound[1000] = np.nan
    with pytest.raises(BrokenFile, match="not numbers"):
        of(sound)


def test_measuring_can_be_stopped(tmp_path):
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        measure(write_wav(tmp_path / "long.wav", noise(5)), stop=stop)
