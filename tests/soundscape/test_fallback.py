"""What needs no planner: a track that gives way does so without a jolt."""

import pytest

from setsetting.soundscape.fallback import faded_at
from setsetting.soundscape.soundscape import Cue, CueKind
from setsetting.units import Millidecibels, Milliseconds

PLAYS = Cue(
    CueKind.TRACK,
    "peak",
    Milliseconds(0),
    Milliseconds(60_000),
    "sea",
    Millidecibels(0),
    Milliseconds(3_000),
    Milliseconds(15_000),
    "",
)


@pytest.mark.parametrize("now_ms", [45_000, 52_500, 59_990])
def test_a_track_that_is_fading_out_goes_on_fading(now_ms: int) -> None:
    assert faded_at([PLAYS], Milliseconds(now_ms), Milliseconds(15_000)) == (PLAYS,)


def test_a_track_that_plays_fades_out_from_now() -> None:
    (left,) = faded_at([PLAYS], Milliseconds(20_000), Milliseconds(3_000))
    assert (left.end_ms, left.fade_out_ms) == (23_000, 3_000)


def test_a_long_fade_is_over_as_soon_as_is_asked() -> None:
    (left,) = faded_at([PLAYS], Milliseconds(46_000), Milliseconds(3_000))
    assert left.end_ms == 49_000
