"""The rest planned again where no track is left for its last phase: what there is comes in its phase, noise beds after it."""

from itertools import pairwise

import pytest
from planning_cases import library, shipped

from setsetting.clinical.infusion import Infusion, Segment, steady
from setsetting.soundscape.compose import compose
from setsetting.soundscape.retime import retime
from setsetting.soundscape.rules import BARE_END, WAIVED
from setsetting.soundscape.soundscape import CueKind
from setsetting.soundscape.wishes import Wishes

MINUTE = 60_000
STOPPED = Infusion((Segment(0, 26 * MINUTE),))


@pytest.mark.parametrize("calm_tracks", [2, 3])
def test_an_early_stop_brings_the_calm_though_nothing_is_left_for_the_end(calm_tracks: int) -> None:
    playlist, tracks = shipped("montreal-40"), library("01-montreal-40-lib200")
    tonight = compose(playlist, steady(40), tracks, Wishes(), library_digest="x").soundscape
    calm = [cue.track_id for cue in tonight.cues if cue.phase == "calm"][:calm_tracks]
    sounded = [cue.track_id for cue in tonight.cues if cue.start_ms < 26 * MINUTE]
    few = [track for track in tracks if track.id in {*sounded, *calm}]
    found = retime(
        tonight,
        now_ms=26 * MINUTE,
        playlist=playlist,
        infusion=STOPPED,
        tracks=few,
        wishes=Wishes(),
        may_fade=True,
    )
    rest = [cue for cue in found.soundscape.cues if cue.start_ms >= 26 * MINUTE]
    assert {cue.track_id for cue in rest if cue.kind is CueKind.TRACK} == set(calm)
    assert {cue.phase for cue in rest} == {"calm", "spare"}
    assert (rest[-1].kind, rest[-1].phase, rest[-1].end_ms) == (CueKind.BED, "spare", 51 * MINUTE)
    assert all(earlier.end_ms >= later.start_ms for earlier, later in pairwise(found.soundscape.cues))
    assert (
        found.waived == (*WAIVED[-1], BARE_END)
        and "No track is left for the end: noise beds hold there." in found.words
    )
