"""What needs no planner: a track that gives way does so without a jolt."""

from dataclasses import replace

import pytest
from planning_cases import library, shipped

from setsetting.clinical.infusion import steady
from setsetting.errors import NotFound
from setsetting.soundscape.compose import compose
from setsetting.soundscape.fallback import faded_at, rescue_list
from setsetting.soundscape.retime import retime
from setsetting.soundscape.soundscape import Cue, CueKind
from setsetting.soundscape.wishes import NO_WISHES
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


def test_a_library_without_grounding_music_says_so() -> None:
    tracks = library("01-montreal-40-lib200")
    with pytest.raises(NotFound, match="rescue-grounding"):
        rescue_list(shipped("rescue-grounding"), [replace(track, energy=7.0) for track in tracks], NO_WISHES)


def test_what_is_left_for_a_silence_fades_from_then_on() -> None:
    islands = library("04-silence-forward-lib60")
    before = compose(shipped("silence-forward"), steady(40), islands, NO_WISHES, library_digest="x").soundscape
    quiet = next(cue for cue in before.cues if cue.kind is CueKind.SILENCE)
    now = quiet.start_ms - 20_000
    new = retime(
        before,
        now_ms=now,
        playlist=shipped("silence-forward"),
        infusion=steady(40),
        tracks=islands,
        wishes=NO_WISHES,
        skip=True,
    )
    left, silence = new.soundscape.cues[:2]
    assert (silence.kind, silence.start_ms) == (CueKind.SILENCE, now)
    assert left.end_ms - left.fade_out_ms == now, "a fade that had to begin before would be a jump"
    assert left.fade_out_ms >= 2_000
