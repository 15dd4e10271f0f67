"""Encodings of one recording in a soundscape: refused together, heard together, and never sounding twice."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as replace_row
from planning_cases import case, library, shipped

from setsetting.clinical.infusion import steady
from setsetting.library.recordings import Kin, Kinship, recordings
from setsetting.library.track import Track
from setsetting.soundscape.beam import Search
from setsetting.soundscape.by_time import by_time
from setsetting.soundscape.check import check
from setsetting.soundscape.check_soundscape import Retiming, check_soundscape
from setsetting.soundscape.compose import compose
from setsetting.soundscape.problem import Problem
from setsetting.soundscape.relaxation import Stages
from setsetting.soundscape.retime import retime
from setsetting.soundscape.soundscape import Soundscape
from setsetting.soundscape.staleness import digest_of_wishes
from setsetting.soundscape.wishes import NO_WISHES, Wishes

PLAYLIST, INFUSION = shipped("montreal-40"), steady(40)


@pytest.fixture(scope="module")
def tracks() -> dict[str, Track]:
    return {track.id: track for track in library("01-montreal-40-lib200")}


def planned(tracks: dict[str, Track], wishes: Wishes = NO_WISHES) -> Soundscape:
    return compose(PLAYLIST, INFUSION, tracks.values(), wishes, library_digest="lib", seed=7).soundscape


def broken(soundscape: Soundscape, tracks: dict[str, Track], wishes: Wishes = NO_WISHES) -> str:
    return " ".join(check_soundscape(soundscape, tracks.values(), PLAYLIST, INFUSION, wishes, unchanged=False))


def ids(soundscape: Soundscape) -> list[str]:
    return [cue.track_id or "" for cue in soundscape.cues if cue.track_id]


def test_two_encodings_of_a_recording_sound_but_once(tracks: dict[str, Track]) -> None:
    plan = planned(tracks)
    first, second = ids(plan)[:2]
    both = {first, second}
    encodings = tracks | {one: replace(tracks[one], recording_id="r1") for one in both}
    assert "sounds a second time" in broken(plan, encodings)
    assert "sounds a second time" not in broken(plan, tracks)
    assert not both <= set(ids(planned(encodings)))


@pytest.mark.parametrize("excerpt", [0, 1])
def test_an_excerpt_does_not_sound_beside_what_it_is_of(tracks: dict[str, Track], excerpt: int) -> None:
    plan = planned(tracks)
    both = ids(plan)[:2]
    part, whole = both[excerpt], both[1 - excerpt]
    known = tracks | {
        part: replace(tracks[part], recording_id="rpart", shares=("rwhole",)),
        whole: replace(tracks[whole], recording_id="rwhole"),
    }
    assert "sounds a second time, in an excerpt or whole" in broken(plan, known)
    assert len({part, whole} & set(ids(planned(known)))) == 1, "one of the two is still good"


def test_the_search_by_time_puts_no_excerpt_beside_what_it_is_of() -> None:
    instance = case("03-first-gentle-lib200")
    search = Search(Stages(Problem(instance)))
    found = by_time(search, 100)
    assert found is not None
    both = [item.track_id for item in found.items if item.track_id is not None][:2]
    rows = tuple(replace_row(row, shares=(both[1],) if row.track_id == both[0] else ()) for row in instance.library)
    shared = replace_row(instance, library=rows)
    assert check(shared, found.items).broken
    other = by_time(Search(Stages(Problem(shared))), 100)
    assert other is not None and not check(shared, other.items).broken


def test_what_sounded_keeps_its_excerpts_from_the_rest_of_a_session(tracks: dict[str, Track]) -> None:
    plan = planned(tracks)
    first, last = ids(plan)[0], ids(plan)[-1]
    known = tracks | {
        first: replace(tracks[first], recording_id="rwhole"),
        last: replace(tracks[last], recording_id="rpart", shares=("rwhole",)),
    }
    now_ms = plan.cues[0].start_ms + 60_000
    rest = retime(plan, now_ms=now_ms, playlist=PLAYLIST, infusion=INFUSION, tracks=known.values(), wishes=NO_WISHES)
    assert last not in ids(rest.soundscape)
    retiming = Retiming(now_ms, plan, waived=rest.waived)
    assert not check_soundscape(rest.soundscape, known.values(), PLAYLIST, INFUSION, NO_WISHES, retiming=retiming)


def test_a_refusal_of_one_encoding_keeps_the_others_from_planner_and_check(tracks: dict[str, Track]) -> None:
    plan = planned(tracks)
    first = ids(plan)[0]
    known = tracks | {first: replace(tracks[first], recording_id="rmin")}
    wishes = Wishes(veto_tracks=frozenset({"min"})).over(
        recordings(["min", first], [Kin(first, "min", Kinship.SAME, 0.1)], {}), known.values()
    )
    known[first] = replace(tracks[first], recording_id=min(wishes.veto_recordings & {"r" + min("min", first)}))
    assert "vetoed" in broken(plan, known, wishes)
    assert first not in ids(planned(known, wishes))
    assert [refusal.rule for refusal in wishes.forbids(known[first])] == ["veto_track"]


def test_what_was_heard_in_one_encoding_is_not_new_in_another_unless_it_is_an_anchor(tracks: dict[str, Track]) -> None:
    plan = planned(tracks)
    first = ids(plan)[0]
    known = tracks | {first: replace(tracks[first], recording_id="r1")}
    heard = Wishes(heard_tracks=frozenset({"flac"}), heard_recordings=frozenset({"flac", "r1"}))
    assert heard.has_heard(known[first])
    assert "heard before" in broken(plan, known, heard)
    assert first not in ids(planned(known, heard))
    anchored = replace(heard, anchor_tracks=frozenset({"mp3"}), anchor_recordings=frozenset({"mp3", "r1"}))
    assert not anchored.has_heard(known[first])
    assert "heard before" not in broken(plan, known, anchored)


def test_a_copy_without_its_tags_is_refused_with_the_one_that_names_its_artist(tracks: dict[str, Track]) -> None:
    named = next(track for track in tracks.values() if track.artist)
    bare = replace(named, id="bare", artist="", artists=(), title="", path="/x.wav", recording_id="r1")
    both = [replace(named, recording_id="r1"), bare]
    found = recordings([named.id, "bare"], [Kin("bare", named.id, Kinship.SAME, 0.1)], {})
    both = [replace(track, recording_id=found.of[track.id]) for track in both]
    wishes = Wishes(veto_artists=frozenset({named.artist}))
    assert not wishes.forbids(both[1])
    assert wishes.over(found, both).forbids(both[1])


def test_a_new_encoding_of_what_is_refused_changes_no_wish() -> None:
    wishes = Wishes(veto_tracks=frozenset({"a"}))
    over = wishes.over(recordings("ab", [Kin("a", "b", Kinship.SAME, 0.1)], {}), ())
    assert over != wishes
    assert digest_of_wishes(over) == digest_of_wishes(wishes)
