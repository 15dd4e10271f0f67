"""The rest planned again in mid-session, and what needs no planner: holding, rescue, silence."""

from dataclasses import replace
from itertools import pairwise

import pytest
from planning_cases import library, shipped

from setsetting.clinical.infusion import Infusion, Segment, steady
from setsetting.errors import Refused, Stopped
from setsetting.library.track import Track
from setsetting.soundscape.compose import compose
from setsetting.soundscape.fallback import rescue, rescue_list, silenced
from setsetting.soundscape.loosening import NOTHING
from setsetting.soundscape.prepared_tracks import PreparedTracks
from setsetting.soundscape.retime import Retimed, retime
from setsetting.soundscape.soundscape import Cue, CueKind, Soundscape
from setsetting.soundscape.windows import resolve
from setsetting.soundscape.wishes import Wishes

MINUTE = 60_000
WISHES = Wishes(veto_tags=frozenset({"religious"}), disliked_tags=frozenset({"dark"}))
PAUSED = Infusion((Segment(0, 10 * MINUTE), Segment(20 * MINUTE, 50 * MINUTE)))


@pytest.fixture(scope="module")
def tracks() -> tuple[Track, ...]:
    return library("01-montreal-40-lib200")


@pytest.fixture(scope="module")
def tonight(tracks: tuple[Track, ...]) -> Soundscape:
    return compose(shipped("montreal-40"), steady(40), tracks, WISHES, library_digest="x").soundscape


def again(
    tonight: Soundscape, tracks: tuple[Track, ...] | PreparedTracks, minute: float, infusion: Infusion, **asked: bool
) -> Retimed:
    return retime(
        tonight,
        now_ms=round(minute * MINUTE),
        playlist=shipped("montreal-40"),
        infusion=infusion,
        tracks=tracks,
        wishes=WISHES,
        **asked,
    )


def begins(soundscape: Soundscape, phase: str) -> float:
    return next(cue.start_ms for cue in soundscape.cues if cue.phase == phase) / MINUTE


def kept(retimed: Retimed, before: Soundscape, minute: float) -> int:
    """How many of the tracks that were to come still come."""
    coming = [
        {cue.track_id for cue in each.cues if cue.start_ms > minute * MINUTE} for each in (before, retimed.soundscape)
    ]
    return len(set.intersection(*coming) - {None})


def playing(soundscape: Soundscape, minute: float) -> Cue:
    return [cue for cue in soundscape.cues if cue.start_ms < minute * MINUTE][-1]


def assert_whole(retimed: Retimed, before: Soundscape, minute: float) -> None:
    """What has sounded stays, nothing repeats, nothing falls silent."""
    cues = retimed.soundscape.cues
    past = [cue for cue in before.cues if cue.end_ms <= minute * MINUTE]
    assert list(cues[: len(past)]) == past
    playing = len([cue for cue in before.cues if cue.start_ms <= minute * MINUTE]) - 1
    assert cues[playing].track_id == before.cues[playing].track_id
    assert cues[playing].gain_mdb == before.cues[playing].gain_mdb
    ids = [cue.track_id for cue in cues if cue.track_id is not None]
    assert len(set(ids)) == len(ids)
    for earlier, later in pairwise(cues):
        assert earlier.end_ms >= later.start_ms > earlier.start_ms


def test_nothing_changed_keeps_every_promise(tonight: Soundscape, tracks: tuple[Track, ...]) -> None:
    retimed = again(tonight, tracks, 9, steady(40))
    assert_whole(retimed, tonight, 9)
    assert retimed.words == ("11 of 11 promised tracks are kept, 0 new ones.",)
    assert [cue.track_id for cue in retimed.soundscape.cues] == [cue.track_id for cue in tonight.cues]


def test_a_pause_delays_the_rest_and_keeps_most_promises(tonight: Soundscape, tracks: tuple[Track, ...]) -> None:
    retimed = again(tonight, tracks, 10, PAUSED)
    assert_whole(retimed, tonight, 10)
    assert begins(retimed.soundscape, "build") == pytest.approx(22, abs=2.01)
    assert begins(retimed.soundscape, "calm") == pytest.approx(45, abs=2.01)
    assert kept(retimed, tonight, 10) >= 8
    assert any(words.startswith("build moves from") for words in retimed.words)


def test_tracks_prepared_once_serve_every_time(tonight: Soundscape, tracks: tuple[Track, ...]) -> None:
    prepared = PreparedTracks(tracks, tonight)
    for minute, infusion in ((10, PAUSED), (26, Infusion((Segment(0, 26 * MINUTE),)))):
        assert again(tonight, prepared, minute, infusion) == again(tonight, tracks, minute, infusion)


def test_a_search_that_nobody_waits_for_is_stopped(tonight: Soundscape, tracks: tuple[Track, ...]) -> None:
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 5

    with pytest.raises(Stopped):
        retime(
            tonight,
            now_ms=10 * MINUTE,
            playlist=shipped("montreal-40"),
            infusion=PAUSED,
            tracks=tracks,
            wishes=WISHES,
            stop=stop,
        )
    assert len(asked) == 6, "it is asked within the search, and ends it at once"


def test_what_sounded_in_another_encoding_sounds_no_more(tonight: Soundscape, tracks: tuple[Track, ...]) -> None:
    kept_id, heard_id = tonight.cues[-1].track_id or "", "other encoding"
    known = {track.id: track for track in tracks}
    own = replace(known[kept_id], recording_id="r1")
    other = replace(own, id=heard_id, rate_hz=own.rate_hz)
    heard = replace(tonight, cues=(replace(tonight.cues[0], track_id=heard_id), *tonight.cues[1:]))
    prepared = PreparedTracks([*(known | {kept_id: own}).values(), other], tonight)
    assert heard_id not in {row.track_id for row in prepared.library}
    rest = again(heard, prepared, 10, steady(40))
    assert kept_id not in [cue.track_id for cue in rest.soundscape.cues]


def test_stopping_the_infusion_early_brings_the_calm_forward(tonight: Soundscape, tracks: tuple[Track, ...]) -> None:
    retimed = again(tonight, tracks, 26, Infusion((Segment(0, 26 * MINUTE),)))
    assert_whole(retimed, tonight, 26)
    assert begins(retimed.soundscape, "calm") < 30 < begins(tonight, "calm")
    assert retimed.soundscape.end_ms >= 51 * MINUTE


def test_after_an_early_stop_what_plays_may_be_faded_for_the_calm(
    tonight: Soundscape, tracks: tuple[Track, ...]
) -> None:
    stopped = Infusion((Segment(0, 21 * MINUTE),))
    patient, faded = again(tonight, tracks, 21, stopped), again(tonight, tracks, 21, stopped, may_fade=True)
    assert playing(patient.soundscape, 21).end_ms == playing(tonight, 21).end_ms
    assert (playing(faded.soundscape, 21).end_ms, playing(faded.soundscape, 21).fade_out_ms) == (21.25 * MINUTE, 15_000)
    assert begins(faded.soundscape, "calm") == 21
    assert begins(patient.soundscape, "calm") > 23
    assert_whole(faded, tonight, 21)


def test_an_extension_goes_on_to_the_new_end(tonight: Soundscape, tracks: tuple[Track, ...]) -> None:
    retimed = again(tonight, tracks, 30, steady(60))
    assert_whole(retimed, tonight, 30)
    assert begins(retimed.soundscape, "calm") == pytest.approx(55, abs=2.01)
    assert retimed.soundscape.end_ms >= 85 * MINUTE


def test_an_infusion_that_starts_late_moves_the_phases_but_not_the_clock(
    tonight: Soundscape, tracks: tuple[Track, ...]
) -> None:
    retimed = retime(
        tonight,
        now_ms=5 * MINUTE,
        playlist=shipped("montreal-40"),
        infusion=steady(40),
        tracks=tracks,
        wishes=WISHES,
        zero_ms=5 * MINUTE,
    )
    assert_whole(retimed, tonight, 5)
    assert begins(retimed.soundscape, "peak") == pytest.approx(25, abs=2.01)
    assert "peak moves from 15:00 to 20:00." in retimed.words, "the words count from the infusion's beginning"


def test_a_phase_that_begins_some_seconds_from_its_time_is_not_said_to_move(
    tonight: Soundscape, tracks: tuple[Track, ...]
) -> None:
    late = begins(tonight, "soothe")
    retimed = retime(
        tonight,
        now_ms=round((late - 1) * MINUTE),
        playlist=shipped("montreal-40"),
        infusion=steady(40),
        tracks=tracks,
        wishes=WISHES,
        zero_ms=round((late - 4) * MINUTE),
    )
    assert not any(words.startswith("soothe moves") for words in retimed.words)


def test_before_the_first_cue_everything_may_change(tonight: Soundscape, tracks: tuple[Track, ...]) -> None:
    assert begins(again(tonight, tracks, -11, steady(60)).soundscape, "calm") == pytest.approx(55, abs=2.01)


def test_a_step_that_makes_everything_impossible_is_waived_and_said(
    tonight: Soundscape, tracks: tuple[Track, ...]
) -> None:
    calm_only = tuple(track for track in tracks if track.energy <= 2.5 or track.id in _sounded(tonight, 26))
    retimed = again(tonight, calm_only, 26, Infusion((Segment(0, 26 * MINUTE),)))
    assert_whole(retimed, tonight, 26)
    assert retimed.waived[:1] == ("energy_step_max",)
    assert any("waived" in words for words in retimed.words)


def _sounded(soundscape: Soundscape, minute: float) -> set[str | None]:
    return {cue.track_id for cue in soundscape.cues if cue.start_ms <= minute * MINUTE}


def test_a_library_too_small_is_held_by_a_bed_never_by_silence(tonight: Soundscape, tracks: tuple[Track, ...]) -> None:
    only = tuple(track for track in tracks if track.id in {cue.track_id for cue in tonight.cues})
    retimed = again(tonight, only, 30, steady(120))
    assert_whole(retimed, tonight, 30)
    assert CueKind.BED in {cue.kind for cue in retimed.soundscape.cues}
    assert retimed.soundscape.end_ms >= (120 + 15 + 10) * MINUTE
    assert any("noise bed holds" in words for words in retimed.words)


def test_without_calm_music_an_early_stop_is_held_by_a_bed_and_no_peak_plays_on(
    tonight: Soundscape, tracks: tuple[Track, ...]
) -> None:
    loud = {cue.track_id for cue in tonight.cues if cue.phase in {"arrive", "soothe", "build", "peak"}}
    retimed = again(
        tonight, tuple(track for track in tracks if track.id in loud), 22, Infusion((Segment(0, 22 * MINUTE),))
    )
    assert_whole(retimed, tonight, 22)
    assert retimed.waived == ("everything",)
    later = [cue for cue in retimed.soundscape.cues if cue.start_ms > 22 * MINUTE]
    assert all(cue.kind is CueKind.BED or cue.start_ms <= 24 * MINUTE for cue in later)


def test_held_on_a_promised_bed_keeps_its_end_and_what_follows_its_time(
    tonight: Soundscape, tracks: tuple[Track, ...]
) -> None:
    at = next(number for number, cue in enumerate(tonight.cues) if cue.phase == "peak")
    bridged = tonight.cues[at]
    bed = replace(bridged, kind=CueKind.BED, track_id=None, gain_mdb=0)
    planned = replace(tonight, cues=(*tonight.cues[:at], bed, *tonight.cues[at + 1 :]))
    only = tuple(track for track in tracks if track.id in {cue.track_id for cue in planned.cues})
    retimed = promised(planned, only, 15)
    assert [(cue.kind, cue.start_ms) for cue in retimed.soundscape.cues[: len(planned.cues)]] == [
        (cue.kind, cue.start_ms) for cue in planned.cues
    ]


def test_what_was_promised_comes_in_its_phase_where_the_infusion_begins_sooner_or_music_was_skipped(
    tonight: Soundscape, tracks: tuple[Track, ...]
) -> None:
    """Ten minutes of a bed before minute 0 end with the infusion's beginning; after `next` no phase comes early."""
    arriving = replace(tonight.cues[0], kind=CueKind.BED, track_id=None, gain_mdb=0)
    sooner = promised(replace(tonight, cues=(arriving, *tonight.cues[1:])), tracks, -8, zero=-8)
    assert begins(sooner.soundscape, "soothe") == pytest.approx(-8, abs=2.5)
    skipped = tonight
    for minute in (1, 2, 3):
        skipped = promised(skipped, tracks, minute, skip=True).soundscape
    assert begins(skipped, "build") >= 10 - 4
    assert_whole(promised(skipped, tracks, 3.5), skipped, 3.5)


def promised(
    soundscape: Soundscape, tracks: tuple[Track, ...], minute: float, *, zero: float = 0, skip: bool = False
) -> Retimed:
    """What was promised plays on, as where nothing fits."""
    retimed = retime(
        soundscape,
        now_ms=round(minute * MINUTE),
        playlist=shipped("montreal-40"),
        infusion=steady(40),
        tracks=tracks,
        wishes=WISHES,
        zero_ms=round(zero * MINUTE),
        skip=skip,
        hold=True,
    )
    assert retimed.waived == ("everything",)
    return retimed


def test_next_begins_now_under_a_crossfade(tonight: Soundscape, tracks: tuple[Track, ...]) -> None:
    now = 23 * MINUTE + 345
    retimed = retime(
        tonight,
        now_ms=now,
        playlist=shipped("montreal-40"),
        infusion=steady(40),
        tracks=tracks,
        wishes=WISHES,
        skip=True,
    )
    playing = next(cue for cue in tonight.cues if cue.start_ms <= now < cue.end_ms and cue.phase == "peak")
    following = next(cue for cue in retimed.soundscape.cues if cue.start_ms >= now)
    assert following.start_ms == now
    assert following.fade_in_ms == 20_000
    left = next(cue for cue in retimed.soundscape.cues if cue.track_id == playing.track_id)
    assert (left.end_ms, left.fade_out_ms) == (now + 20_000, 20_000)
    assert_whole(retimed, tonight, 23)
    assert kept(retimed, tonight, 23.006) >= 5


def test_a_silence_ends_with_the_new_time_of_the_next_island() -> None:
    tracks = library("04-silence-forward-lib60")
    playlist = shipped("silence-forward")
    tonight = compose(playlist, steady(40), tracks, WISHES, library_digest="x").soundscape
    retimed = retime(
        tonight, now_ms=6 * MINUTE, playlist=playlist, infusion=Infusion((Segment(0, 5 * MINUTE), Segment(9 * MINUTE, 44 * MINUTE))),
        tracks=tracks, wishes=WISHES,
    )  # fmt: skip
    assert begins(retimed.soundscape, "island2") == 22
    assert_whole(retimed, tonight, 6)


def test_nothing_begins_in_the_past_when_a_phase_with_a_longer_fade_is_entered_at_once(
    tonight: Soundscape, tracks: tuple[Track, ...]
) -> None:
    """Twelve seconds before the end of what plays, a fade of fifteen would have had to begin already."""
    playing, following = next(
        (cue, following) for cue, following in pairwise(tonight.cues) if cue.phase == following.phase == "calm"
    )
    now = playing.end_ms - 12_000
    retimed = again(tonight, tracks, now / MINUTE, Infusion((Segment(0, now - 15 * MINUTE),)))
    fresh = retimed.soundscape.cues[len([cue for cue in tonight.cues if cue.start_ms <= now])]
    left = retimed.soundscape.cues[len([cue for cue in tonight.cues if cue.start_ms <= now]) - 1]
    assert following.start_ms > now
    assert fresh.start_ms >= now
    assert left.end_ms - left.fade_out_ms >= now, "what plays does not jump into a fade that began before"


def test_out_of_a_silence_no_phase_begins_that_is_over_by_then() -> None:
    """After an early stop the phases that were still to come lie behind; what the spare tail has is what is left."""
    tracks, playlist = library("04-silence-forward-lib60"), shipped("silence-forward")
    tonight = compose(playlist, steady(40), tracks, WISHES, library_digest="x").soundscape
    silence = next(cue for cue in reversed(tonight.cues) if cue.kind is CueKind.SILENCE)
    now, stopped = silence.start_ms + MINUTE, Infusion((Segment(0, 25 * MINUTE),))
    retimed = retime(tonight, now_ms=now, playlist=playlist, infusion=stopped, tracks=tracks, wishes=WISHES)
    windows = resolve(playlist, stopped, NOTHING).windows
    begins = next(cue for cue in retimed.soundscape.cues if cue.start_ms >= now)
    following = [window.from_s for window in windows][[window.name for window in windows].index(begins.phase) + 1 :]
    assert all(1000 * from_s > begins.start_ms for from_s in following)


def test_a_bed_holds_from_now_on_where_what_plays_has_less_left_than_its_fade(
    tonight: Soundscape, tracks: tuple[Track, ...]
) -> None:
    now = tonight.end_ms - 5_000
    used = {cue.track_id for cue in tonight.cues}
    retimed = again(tonight, tuple(track for track in tracks if track.id in used), now / MINUTE, steady(120))
    assert retimed.waived == ("everything",)
    assert next(cue.start_ms for cue in retimed.soundscape.cues if cue.kind is CueKind.BED) == now
    assert retimed.soundscape.cues[len(tonight.cues) - 1].fade_out_ms == 5_000


def test_over_is_over(tonight: Soundscape, tracks: tuple[Track, ...]) -> None:
    with pytest.raises(Refused, match="over"):
        again(tonight, tracks, 200, steady(40))


def test_the_rescue_goes_round_until_the_planned_end(tonight: Soundscape, tracks: tuple[Track, ...]) -> None:
    grounding = shipped("rescue-grounding")
    chosen = rescue_list(grounding, tracks, WISHES)
    assert all(track.energy <= 2.5 and track.startle_lu <= 10 and "religious" not in track.tags for track in chosen)
    assert sum(track.length_s for track in chosen) >= 15 * 60
    now = 25 * MINUTE + 7
    rescued = rescue(tonight, chosen, grounding, now_ms=now, sounding={track.id: track for track in tracks})
    fresh = [cue for cue in rescued.cues if cue.start_ms >= now]
    assert fresh[0].start_ms == now
    assert fresh[0].fade_in_ms == 15_000
    assert rescued.end_ms >= tonight.end_ms
    assert len(fresh) > len(chosen)
    for earlier, later in pairwise(rescued.cues):
        assert earlier.end_ms >= later.start_ms
    assert max(cue.end_ms for cue in rescued.cues if cue.start_ms < now) == now + 15_000


def test_silence_fades_what_sounds_and_lasts_to_the_planned_end(tonight: Soundscape) -> None:
    quiet = silenced(tonight, now_ms=25 * MINUTE, fade_ms=5000)
    assert quiet.cues[-1].kind is CueKind.SILENCE
    assert quiet.end_ms == tonight.end_ms
    assert quiet.cues[-2].end_ms == 25 * MINUTE + 5000


def test_the_rest_can_be_planned_again_out_of_a_rescue(tonight: Soundscape, tracks: tuple[Track, ...]) -> None:
    chosen = rescue_list(shipped("rescue-grounding"), tracks, WISHES)
    rescued = rescue(tonight, chosen, shipped("rescue-grounding"), now_ms=25 * MINUTE)
    retimed = retime(
        rescued,
        now_ms=33 * MINUTE,
        playlist=shipped("montreal-40"),
        infusion=steady(40),
        tracks=tracks,
        wishes=WISHES,
        skip=True,
    )
    assert retimed.soundscape.end_ms >= 65 * MINUTE
    for earlier, later in pairwise(retimed.soundscape.cues):
        assert earlier.end_ms >= later.start_ms
