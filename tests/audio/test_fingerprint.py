"""A fingerprint: the same for a recording at another level and rate, and none for what is too even to have one."""

import numpy as np
import pytest
from sound_files import RATE_HZ

from setsetting.audio.fingerprint import Fingerprint
from setsetting.audio.measure import Meter


def melody(seconds: float, *, seed: int = 1, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Notes that change a few times a second, as music does; (frames, 2)."""
    random = np.random.default_rng(seed)
    clock = np.arange(round(seconds * rate_hz)) / rate_hz
    wave = np.zeros(len(clock))
    for begin in np.arange(0, seconds, 0.25):
        since = clock - begin
        for hertz in 220 * 2 ** (random.integers(0, 40, 3) / 12):
            held = (since >= 0) & (since < 1.5)
            for harmonic in (1, 2, 3):
                part = np.exp(-2 * since[held]) * np.sin(2 * np.pi * harmonic * hertz * since[held])
                wave[held] += 0.05 / harmonic * part
    return np.stack([wave, wave], axis=1).astype(np.float32)


def fingerprint(sound: np.ndarray, rate_hz: int = RATE_HZ) -> Fingerprint | None:
    meter = Meter(rate_hz, ("FL", "FR"))
    meter.add(sound)
    words = meter.finish(digest="", codec="", lost_packets=0).words
    return Fingerprint.from_bytes(words) if words else None


def differs(one: Fingerprint | None, other: Fingerprint | None) -> float:
    assert one is not None
    assert other is not None
    words = min(len(one.fine), len(other.fine))
    return float(np.bitwise_count(one.fine[:words] ^ other.fine[:words]).mean() / 32)


def test_level_and_rate_hardly_change_a_fingerprint_and_another_tune_does() -> None:
    sound = melody(12)
    own = fingerprint(sound)
    assert differs(own, fingerprint(sound * np.float32(0.1))) < 0.01
    assert differs(own, fingerprint(melody(12, rate_hz=48_000), 48_000)) < 0.15
    assert differs(own, fingerprint(melody(12, seed=2))) > 0.4


def test_a_code_has_five_words_a_second_and_begins_with_the_first_sound() -> None:
    sound = melody(12)
    own, late = fingerprint(sound), fingerprint(np.concatenate([np.zeros((RATE_HZ, 2), np.float32), sound]))
    assert own is not None
    assert len(own.code) == pytest.approx(5 * 12, abs=3)
    assert len(own.fine) == pytest.approx(50 * 12, abs=30)
    assert own.fine[0]
    assert differs(own, late) < 0.2


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros((12 * RATE_HZ, 2), np.float32),
        np.sin(2 * np.pi * 440 * np.arange(24 * RATE_HZ) / RATE_HZ).astype(np.float32).reshape(-1, 2) / 9,
        melody(8),
    ],
    ids=["silence", "a steady tone", "eight seconds"],
)
def test_what_is_too_even_or_too_short_has_none(sound: np.ndarray) -> None:
    assert fingerprint(sound) is None


def test_ten_seconds_have_one_that_survives_being_stored() -> None:
    own = fingerprint(melody(10))
    assert own is not None
    assert np.array_equal(Fingerprint.from_bytes(own.to_bytes()).fine, own.fine)
