"""A composed soundscape: no gap, no peak above the ceiling, a reason for each cue, its file and its mix."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from planning_cases import library, shipped

from setsetting.clinical.infusion import steady
from setsetting.errors import BrokenFile, NotFound
from setsetting.library.track import Track
from setsetting.soundscape.check_soundscape import check_soundscape
from setsetting.soundscape.compose import Composed, compose
from setsetting.soundscape.file import from_json, to_json
from setsetting.soundscape.gains import lowered
from setsetting.soundscape.loosening import loosen
from setsetting.soundscape.soundscape import Cue, CueKind, Digests
from setsetting.soundscape.staleness import digest_of_wishes, stale
from setsetting.soundscape.to_mix import to_mix
from setsetting.soundscape.wishes import Wishes

WISHES = Wishes(veto_tags=frozenset({"religious"}), disliked_tags=frozenset({"dark"}))


@pytest.fixture(scope="module")
def tracks() -> dict[str, Track]:
    return {track.id: track for track in library("01-montreal-40-lib200")}


@pytest.fixture(scope="module")
def made(tracks: dict[str, Track]) -> Composed:
    return compose(shipped("montreal-40"), steady(40), tracks.values(), WISHES, library_digest="lib", seed=7)


@pytest.fixture(scope="module")
def quiet() -> Composed:
    return compose(
        shipped("silence-forward"), steady(40), library("04-silence-forward-lib60"), WISHES, library_digest="x"
    )


def test_a_veto_holds_however_it_is_spelled(made: Composed, tracks: dict[str, Track]) -> None:
    first = tracks[made.soundscape.cues[0].track_id or ""]
    refused = replace(
        WISHES,
        veto_artists=frozenset({first.artist.upper()}),
        veto_tags=frozenset({"RELIGIOUS", *map(str.upper, first.tags)}),
    )
    again = compose(shipped("montreal-40"), steady(40), tracks.values(), refused, library_digest="lib", seed=7)
    chosen = [tracks[cue.track_id or ""] for cue in again.soundscape.cues]
    assert first.artist not in {track.artist for track in chosen}
    assert not {"religious", *first.tags} & {tag for track in chosen for tag in track.tags}


def test_music_runs_from_arrival_to_the_end_of_the_spare_tail_without_a_gap(made: Composed) -> None:
    cues = made.soundscape.cues
    assert cues[0].start_ms == -600_000
    assert cues[-1].end_ms >= 3_900_000
    for earlier, later in pairwise(cues):
        assert earlier.end_ms - later.start_ms == later.fade_in_ms == earlier.fade_out_ms
        assert later.fade_in_ms in {8000, 15_000, 20_000}


def test_every_cue_has_its_reason_in_words(made: Composed) -> None:
    reasons = [cue.reason for cue in made.soundscape.cues]
    assert all("energy" in reason and "startle" in reason for reason in reasons)
    assert "opens the soundscape" in reasons[0]
    assert sum("opens " in reason for reason in reasons) == 6
    assert all("brightness" in cue.reason for cue in made.soundscape.cues if cue.phase == "peak")


def test_no_gain_lifts_a_peak_above_the_ceiling_even_where_two_tracks_meet(
    made: Composed, tracks: dict[str, Track]
) -> None:
    loud = [(tracks[cue.track_id or ""].true_peak_dbtp or 0) + cue.gain_mdb / 1000 for cue in made.soundscape.cues]
    assert max(loud) <= -1.0 + 1e-9
    for one, two in pairwise(loud):
        assert 10 ** (one / 10) + 10 ** (two / 10) <= 10 ** (-0.1) * 1.001


def test_a_meeting_above_the_ceiling_lowers_both_and_never_what_sounds_already() -> None:
    assert lowered([0, 0], [-1.0, -1.0], [True, False], -1.0) == [-3011, -3011]
    assert lowered([0, 0], [-1.0, -1.0], [False, False], -1.0) == [0, 0]
    assert lowered([0, 0], [-5.0, -5.0], [True, False], -1.0) == [0, 0]
    fixed = lowered([0, 0], [-2.0, -1.0], [True, False], -1.0, fixed=1)
    assert fixed[0] == 0
    assert -8000 < fixed[1] < -3011


def test_a_track_before_silence_fades_out_inside_its_own_length(quiet: Composed) -> None:
    for cue, following in pairwise(quiet.soundscape.cues):
        if following.kind is CueKind.SILENCE:
            assert cue.end_ms == following.start_ms
            assert cue.fade_out_ms > 0
        if cue.kind is CueKind.SILENCE:
            assert cue.end_ms == following.start_ms
            assert following.fade_in_ms == 15_000


def test_the_file_comes_back_equal_and_the_same_content_gives_the_same_bytes(made: Composed) -> None:
    body = to_json(made.soundscape)
    assert from_json(body, Path("x")) == made.soundscape
    assert to_json(from_json(body, Path("x"))) == body
    data = json.loads(body)
    assert data["format"] == "soundscape/1"
    assert list(data["cues"][0]) == [
        "kind", "phase", "start_ms", "length_ms", "track_id", "gain_db", "fade_in_ms", "fade_out_ms", "reason",
    ]  # fmt: skip
    assert data["digests"]["library"] == "lib"


def test_what_was_loosened_stands_in_the_file(tracks: dict[str, Track]) -> None:
    loosening = loosen({"startle_max_lu": "14", "beds": "allow"})
    made = compose(shipped("montreal-40"), steady(40), tracks.values(), WISHES, library_digest="", loosening=loosening)
    body = to_json(made.soundscape)
    assert json.loads(body)["loosened"] == {"startle_max_lu": 14, "beds": "allow"}
    assert from_json(body, Path("x")).loosened == loosening.written


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"soundscape/1"', '"soundscape/9"', "reads 'soundscape/1'"),
        ('"seed": 7', '"seed": "7"', "$.seed"),
        ('"seed": 7', '"seed": 7, "speed": 1', "speed"),
        ('"kind": "track"', '"kind": "tune"', "$.cues"),
        ('"start_ms": -600000', '"start_ms": 9000000', "starts before"),
        ('"fade_in_ms": 4000', '"fade_in_ms": -1', "hold its fades"),
        ('"loosened": {}', '"loosened": {"flex_s": "far"}', "loosened"),
        ('"bound"', '"bound', "not a soundscape"),
    ],
)
def test_a_broken_file_is_one_sentence_with_its_field(made: Composed, old: str, new: str, expected: str) -> None:
    text = to_json(made.soundscape).decode()
    assert old in text
    with pytest.raises(BrokenFile) as broken:
        from_json(text.replace(old, new, 1).encode(), Path("plan.json"))
    assert str(broken.value).startswith("plan.json: ")
    assert expected in str(broken.value)


def test_the_check_finds_what_was_changed_by_hand(made: Composed, tracks: dict[str, Track]) -> None:
    soundscape = made.soundscape

    def broken(**changes: object) -> str:
        cues = (replace(soundscape.cues[0], **changes), *soundscape.cues[1:])  # type: ignore[arg-type]
        other = replace(soundscape, cues=cues)
        return " ".join(check_soundscape(other, tracks.values(), shipped("montreal-40"), steady(40), WISHES))

    assert broken() == ""
    assert "peak would stand above" in broken(gain_mdb=6000)
    assert "nothing sounds between" in broken(length_ms=500_000)
    assert "longer than its track" in broken(length_ms=900_000)
    assert "second time" in broken(track_id=soundscape.cues[1].track_id)
    assert "whole second" in broken(start_ms=-599_999)
    vetoed = replace(WISHES, veto_tracks=frozenset({soundscape.cues[3].track_id or ""}))
    said = check_soundscape(soundscape, tracks.values(), shipped("montreal-40"), steady(40), vetoed)
    assert any("vetoed" in words for words in said)
    cheap = replace(soundscape, cost=1.0)
    assert any(
        "stated cost" in one
        for one in check_soundscape(cheap, tracks.values(), shipped("montreal-40"), steady(40), WISHES)
    )


def test_a_soundscape_knows_what_changed_under_it(made: Composed) -> None:
    now = made.soundscape.digests
    assert stale(made.soundscape, now) == ()
    assert "playlist montreal-40" in stale(made.soundscape, replace(now, playlist="other"))[0]
    assert "library" in stale(made.soundscape, replace(now, library="other"))[0]
    later = digest_of_wishes(replace(WISHES, veto_artists=frozenset({"someone"})))
    assert "Vetoes" in stale(made.soundscape, replace(now, wishes=later))[0]
    assert len(stale(made.soundscape, Digests("", "", ""))) == 3


def test_the_mix_starts_with_the_first_cue_and_sounds_to_the_last_frame(
    made: Composed, tracks: dict[str, Track]
) -> None:
    for rate in (44_100, 48_000):
        mix = to_mix(made.soundscape, tracks, rate)
        assert mix.sounds[0].start_frame == 0
        assert mix.frames == (made.soundscape.end_ms - made.soundscape.start_ms) * rate // 1000
        for cue, sound in zip(made.soundscape.cues, mix.sounds, strict=True):
            assert sound.start_frame == (cue.start_ms + 600_000) * rate // 1000
            assert sound.frames == cue.length_ms * rate // 1000
            assert sound.sha256 == cue.track_id
            assert sound.in_frame == 250 * 44_100 // 1000
            assert sound.fade_in_frames + sound.fade_out_frames <= sound.frames
            track = tracks[cue.track_id or ""]
            assert sound.in_frame + cue.length_ms * track.rate_hz // 1000 <= track.frames


def test_silence_is_where_nothing_sounds(quiet: Composed) -> None:
    known = {track.id: track for track in library("04-silence-forward-lib60")}
    mix = to_mix(quiet.soundscape, known, 44_100)
    assert len(mix.sounds) == sum(cue.kind is CueKind.TRACK for cue in quiet.soundscape.cues)


def test_a_track_that_left_the_library_is_named_before_anything_sounds(
    made: Composed, tracks: dict[str, Track]
) -> None:
    gone = made.soundscape.cues[4].track_id or ""
    with pytest.raises(NotFound, match=gone):
        to_mix(made.soundscape, {name: track for name, track in tracks.items() if name != gone}, 44_100)


def test_the_same_seed_library_and_playlist_give_the_same_bytes(made: Composed, tracks: dict[str, Track]) -> None:
    again = compose(
        shipped("montreal-40"), steady(40), reversed(list(tracks.values())), WISHES, library_digest="lib", seed=7
    )
    assert to_json(again.soundscape) == to_json(made.soundscape)


def test_the_check_answers_with_a_sentence_whatever_a_file_holds(made: Composed, tracks: dict[str, Track]) -> None:
    def broken(*cues: Cue, minutes: float = 40) -> str:
        other = replace(made.soundscape, cues=cues)
        return " ".join(check_soundscape(other, tracks.values(), shipped("montreal-40"), steady(minutes), WISHES))

    first, second, *others = made.soundscape.cues
    assert broken() == "The plan is empty."
    assert "no such phase" in broken(first, replace(second, kind=CueKind.SILENCE, phase="encore"), *others)
    assert "no kind of item" in broken(first, replace(second, kind=CueKind.VOICE), *others)
    assert "not in the library" in broken(first, replace(second, track_id=None), *others)
    assert "no bed is allowed" in broken(first, replace(second, kind=CueKind.BED, track_id=None), *others)
    assert "There is no phase 'build'" in broken(*made.soundscape.cues, minutes=20)
