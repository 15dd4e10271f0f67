"""What needs no planner: a track that gives way does so without a jolt."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from planning_cases import library, shipped

from setsetting.clinical.infusion import steady
from setsetting.errors import NotFound
from setsetting.soundscape.check_soundscape import Retiming, check_soundscape
from setsetting.soundscape.compose import compose
from setsetting.soundscape.fallback import faded_at, rescue_list
from setsetting.soundscape.retime import retime
from setsetting.soundscape.soundscape import Cue, CueKind, Soundscape
from setsetting.soundscape.wishes import NO_WISHES
from setsetting.units import Millidecibels, Milliseconds

MINUTE = 60_000
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


@pytest.fixture(scope="module")
def islands() -> Soundscape:
    """Four islands of music in silence: at 0, 18, 38 and 52 minutes."""
    tracks = library("04-silence-forward-lib60")
    return compose(shipped("silence-forward"), steady(40), tracks, NO_WISHES, library_digest="x").soundscape


def again(
    before: Soundscape, minute: float, *, minutes: int = 40, hold: bool = True, without: str = "", **may: bool
) -> tuple[Cue, ...]:
    """The islands timed anew; with `hold` as where nothing fits. The check has nothing against them."""
    playlist, now = shipped("silence-forward"), Milliseconds(round(minute * MINUTE))
    tracks = [track for track in library("04-silence-forward-lib60") if track.id != without]
    asked: dict[str, Any] = {
        "playlist": playlist,
        "infusion": steady(minutes),
        "tracks": tracks,
        "wishes": NO_WISHES,
        **may,
    }
    new = retime(before, now_ms=now, **asked, hold=hold)
    retiming = Retiming(now, before, waived=new.waived)
    assert check_soundscape(new.soundscape, tracks, playlist, steady(minutes), NO_WISHES, retiming=retiming) == ()
    return new.soundscape.cues


def test_where_nothing_is_promised_none_is_counted(islands: Soundscape) -> None:
    last = replace(islands, cues=islands.cues[-1:])
    at = {"now_ms": last.end_ms - 5_000, "playlist": shipped("silence-forward"), "infusion": steady(60)}
    (only,) = retime(last, **at, tracks=(), wishes=NO_WISHES).words
    assert only.startswith("Nothing in the library fits the new times")


def test_where_nothing_fits_a_promised_silence_stays_one(islands: Soundscape) -> None:
    assert again(islands, 3) == islands.cues
    assert again(islands, 10) == islands.cues


@pytest.mark.parametrize("minutes", [20, 50])
def test_a_silence_lasts_until_the_music_after_it_is_to_begin(islands: Soundscape, minutes: int) -> None:
    cues = again(islands, 10, minutes=minutes)
    assert CueKind.BED not in {cue.kind for cue in cues}
    begins = {cue.phase: cue.start_ms // MINUTE for cue in cues if cue.kind is CueKind.TRACK}
    assert begins["island3"] == max(18, minutes - 2)
    assert begins["island4"] == minutes + 12
    assert all(cue.end_ms >= later.start_ms for cue, later in pairwise(cues))


def test_next_in_a_silence_ends_it_no_sooner_where_nothing_fits(islands: Soundscape) -> None:
    assert [(cue.kind, cue.phase, cue.end_ms) for cue in again(islands, 10, skip=True)[1:3]] == [
        (CueKind.SILENCE, "silence1", 10 * MINUTE),
        (CueKind.SILENCE, "silence1", 18 * MINUTE),
    ]


@pytest.mark.parametrize(("may_fade", "begins_s"), [(True, 39 * 60), (False, 41 * 60 + 20)])
def test_what_plays_is_left_where_nothing_fits_and_its_phase_is_over(
    islands: Soundscape, *, may_fade: bool, begins_s: int
) -> None:
    cues = again(islands, 39, minutes=24, may_fade=may_fade)
    plays = next(cue for cue in cues if cue.phase == "island3")
    follows = next(cue for cue in cues if cue.phase == "island4")
    assert follows.start_ms == pytest.approx(begins_s * 1000, abs=30_000)
    assert follows.start_ms < plays.end_ms and (plays.end_ms < 39.5 * MINUTE) is may_fade


def test_a_promised_bed_lasts_no_longer_than_the_plan_does_by_now(islands: Soundscape) -> None:
    without = replace(islands, cues=tuple(cue for cue in islands.cues if cue.phase != "spare"))
    held = replace(islands, cues=again(without, 39))
    assert (held.cues[-1].kind, held.end_ms) == (CueKind.BED, pytest.approx(65.5 * MINUTE, abs=1_000))
    stopped = again(held, 40, minutes=24)[-1]
    assert (stopped.kind, stopped.end_ms) == (CueKind.BED, pytest.approx(49.5 * MINUTE, abs=1_000))


def test_no_island_is_given_up_for_the_silence_after_it(islands: Soundscape) -> None:
    _left, follows, silence = again(islands, 19, skip=True, hold=False)[2:5]
    assert (follows.kind, follows.phase, follows.start_ms) == (CueKind.TRACK, "island2", 19 * MINUTE)
    assert (silence.kind, silence.start_ms >= 19.5 * MINUTE) == (CueKind.SILENCE, True)
    _left, bed, silence = again(islands, 19, skip=True)[2:5]
    assert (bed.kind, silence.kind, silence.start_ms) == (CueKind.BED, CueKind.SILENCE, 21.5 * MINUTE)


def test_where_an_island_is_lost_a_bed_sounds_between_two_silences(islands: Soundscape) -> None:
    lost = next(cue for cue in islands.cues if cue.phase == "island2")
    cues = again(
        replace(islands, cues=tuple(cue for cue in islands.cues if cue != lost)), 10, without=lost.track_id or ""
    )
    (bed,) = [cue for cue in cues if cue.kind is CueKind.BED]
    assert (bed.phase, bed.start_ms, bed.end_ms) == ("island2", 18 * MINUTE, round(21.5 * MINUTE))
    assert bed.fade_out_ms >= 15_000, "it ends under a fade, not with the silence's beginning"


def test_a_bed_that_begins_just_as_its_phase_is_over_is_kept_and_gives_way(islands: Soundscape) -> None:
    at = next(number for number, cue in enumerate(islands.cues) if cue.phase == "island3")
    bed = replace(islands.cues[at], kind=CueKind.BED, track_id=None, gain_mdb=Millidecibels(0))
    before = replace(islands, cues=(*islands.cues[:at], bed, *islands.cues[at + 1 :]))
    kept = again(before, bed.start_ms / MINUTE, minutes=20)[at]
    assert (kept.kind, kept.start_ms) == (CueKind.BED, bed.start_ms)
    assert kept.end_ms <= bed.start_ms + 16_000


def test_a_promised_bed_whose_end_has_passed_by_the_time_of_its_phase_is_left_out(islands: Soundscape) -> None:
    at = next(number for number, cue in enumerate(islands.cues) if cue.phase == "island3")
    bed = replace(islands.cues[at], kind=CueKind.BED, track_id=None, gain_mdb=Millidecibels(0))
    before = replace(islands, cues=(*islands.cues[: at - 1], bed, *islands.cues[at + 1 :]))
    cues = again(before, islands.cues[at - 2].start_ms / MINUTE, minutes=80)
    assert all(cue.length_ms > 0 for cue in cues)


def test_what_is_left_for_a_silence_fades_from_then_on(islands: Soundscape) -> None:
    quiet = next(cue for cue in islands.cues if cue.kind is CueKind.SILENCE)
    now = quiet.start_ms - 20_000
    left, silence = again(islands, now / MINUTE, skip=True, hold=False)[:2]
    assert (silence.kind, silence.start_ms) == (CueKind.SILENCE, now)
    assert left.end_ms - left.fade_out_ms == now, "a fade that had to begin before would be a jump"
    assert left.fade_out_ms >= 2_000
