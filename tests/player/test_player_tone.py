"""The sounds that try an output: on the side they say, soft, without a click."""

import numpy as np
import pytest

from setsetting.audio.beds import bed_frames
from setsetting.player.tone import FADE_MS, TONE_DBFS, Trial, trial_block
from setsetting.units import Hertz, frames_from_ms

RATE_HZ = Hertz(44_100)


@pytest.mark.parametrize(("trial", "side"), [(Trial.LEFT, 0), (Trial.RIGHT, 1)])
def test_a_tone_sounds_on_its_side_alone(trial: Trial, side: int) -> None:
    block = trial_block(trial, RATE_HZ)
    assert not block[:, 1 - side].any()
    assert 20 * np.log10(np.abs(block[:, side]).max()) == pytest.approx(TONE_DBFS, abs=0.1)
    assert np.abs(block[[0, -1]]).max() == 0.0


def test_the_noise_is_the_pink_bed_at_its_stated_loudness_but_for_its_ends() -> None:
    block, fade = trial_block(Trial.NOISE, RATE_HZ), frames_from_ms(FADE_MS, RATE_HZ)
    bed = bed_frames("pink", RATE_HZ, 0, len(block))
    assert np.array_equal(block[fade:-fade], bed[fade:-fade])
    assert np.abs(block[[0, -1]]).max() == 0.0
