"""A digest of samples: the same for the same, however they are handed over, and another for any others."""

import numpy as np

from setsetting.audio.samples import SampleDigest

RANDOM = np.random.default_rng(1)
STEREO = RANDOM.normal(0, 0.1, (300_000, 2)).astype(np.float32)


def digest(samples, step):
    made = SampleDigest()
    for begin in range(0, len(samples), step):
        made.add(samples[begin : begin + step])
    return made.whole()


def test_it_is_the_same_whatever_the_blocks_and_the_channels():
    assert digest(STEREO, 128) == digest(STEREO, 128 * 441) == digest(STEREO, len(STEREO))
    assert digest(STEREO.reshape(-1, 1), 1024) == digest(STEREO, 1024)


def test_another_sound_length_level_or_order_is_another():
    one = digest(STEREO, 1024)
    assert digest(STEREO[:-1], 1024) != one
    assert digest(STEREO * np.float32(0.5), 1024) != one
    assert digest(np.roll(STEREO, 65_536, axis=0), 1024) != one
    assert digest(np.concatenate([STEREO, np.zeros((1, 2), np.float32)]), 1024) != one
    assert len({digest(np.zeros((length, 1), np.float32), 128) for length in (0, 1, 128, 129)}) == 4
