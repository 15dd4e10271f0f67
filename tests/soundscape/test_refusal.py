"""When nothing fits: the phase, the rule to look at first, and openly loosened rules that help."""

import random

import msgspec
import pytest
from planning_cases import case, library, shipped

from setsetting.clinical.infusion import steady
from setsetting.errors import Stopped
from setsetting.library.track import Lyrics, Track
from setsetting.progress import Step
from setsetting.soundscape.compose import Composed, compose
from setsetting.soundscape.instance import Instance, Pin
from setsetting.soundscape.loosening import NOTHING, Loosening, loosen
from setsetting.soundscape.planner import plan
from setsetting.soundscape.problem import Problem
from setsetting.soundscape.refusal import Infeasible
from setsetting.soundscape.wishes import NO_WISHES, Wishes

replace = msgspec.structs.replace


def changed(**changes: object) -> tuple[Track, ...]:
    from dataclasses import replace as replaced

    return tuple(replaced(track, **changes) for track in library("01-montreal-40-lib200"))  # type: ignore[arg-type]


def built(tracks: tuple[Track, ...], loosening: Loosening = NOTHING, wishes: Wishes = NO_WISHES) -> Composed:
    return compose(shipped("montreal-40"), steady(40), tracks, wishes, library_digest="x", loosening=loosening)


def test_a_library_without_noted_lyrics_is_refused_for_that_and_loosened_openly() -> None:
    tracks = changed(lyrics=Lyrics.UNKNOWN)
    with pytest.raises(Infeasible) as refused:
        built(tracks)
    assert refused.value.rules[0] == "lyrics_unknown"
    assert refused.value.relaxation == {"lyrics_unknown": "allow"}
    composed = built(tracks, loosen({"lyrics_unknown": "allow"}))
    assert composed.soundscape.loosened == (("lyrics_unknown", "allow"),)


def test_too_few_artists_are_named_when_each_phase_alone_would_be_possible() -> None:
    tracks = changed(artist="One Band")
    with pytest.raises(Infeasible) as refused:
        built(tracks)
    assert refused.value.rules == ("artist_max_per_session",)
    assert built(tracks, loosen({"artist_max_per_session": "20"})).soundscape.cues


def test_a_tempo_nobody_knows_counts_only_where_a_phase_limits_tempo() -> None:
    tracks = changed(bpm=None, beatless=False)
    with pytest.raises(Infeasible) as refused:
        built(tracks)
    assert "bpm_unknown" in refused.value.rules
    funnel = {(row.phase, row.rule): row.left for row in refused.value.funnel}
    assert funnel["arrive", "bpm_unknown"] == 0
    assert funnel["build", "bpm_unknown"] == funnel["build", "bpm"] > 0
    assert built(tracks, loosen({"bpm_unknown": "allow"})).soundscape.cues


def test_tracks_with_unknown_lyrics_are_counted_when_left_out() -> None:
    from dataclasses import replace as replaced

    tracks = library("01-montreal-40-lib200")
    composed = built((*tracks, replaced(tracks[0], id="new", lyrics=Lyrics.UNKNOWN)))
    assert any("1 track" in words for words in composed.words)


def test_an_empty_library_is_a_sentence() -> None:
    with pytest.raises(Infeasible) as refused:
        built(())
    assert refused.value.phase == "arrive"
    assert "0 of 0 tracks" in refused.value.sentence


def test_silent_tracks_are_never_chosen() -> None:
    with pytest.raises(Infeasible):
        built(changed(lufs=None, true_peak_dbtp=None))


def test_a_pin_is_honoured_and_a_lost_one_named() -> None:
    instance = case("01-montreal-40-lib200")
    problem = Problem(instance)
    track = problem.ids[int(problem.candidates[3].tracks[3])]
    pinned = replace(instance, patient=replace(instance.patient, pinned=(Pin(track, "peak"),)))
    assert (track, "peak") in {(item.track_id, item.phase) for item in plan(Problem(pinned)).items}
    for pins, words in [
        ((Pin("nobody", "peak"),), "not in the library"),
        ((Pin(track, "peak"), Pin(track, "build")), "it can sound once"),
    ]:
        lost = replace(instance, patient=replace(instance.patient, pinned=pins))
        with pytest.raises(Infeasible, match=words):
            plan(Problem(lost))
    loud = max(instance.library, key=lambda row: row.startle_lu).track_id
    lost = replace(instance, patient=replace(instance.patient, pinned=(Pin(loud, "calm"),)))
    with pytest.raises(Infeasible, match="startle"):
        plan(Problem(lost))


def test_a_pin_to_a_phase_that_is_not_there_names_the_nearest() -> None:
    from setsetting.errors import NotFound

    with pytest.raises(NotFound, match="calm"):
        built(library("01-montreal-40-lib200"), wishes=Wishes(pins=(Pin("t00001", "clam"),)))


def test_an_energy_step_that_binds_is_named() -> None:
    instance = case("01-montreal-40-lib200")
    rows = tuple(row for row in instance.library if row.energy in {2.0, 4.5, 6.0, 3.0})
    tight = replace(instance, library=rows, protocol=replace(instance.protocol, energy_step_max=0.5))
    with pytest.raises(Infeasible) as refused:
        plan(Problem(tight))
    assert refused.value.rules == ("energy_step_max",)
    assert refused.value.proven


def test_two_limits_that_forbid_a_plan_only_together_are_both_named() -> None:
    whole = case("01-montreal-40-lib200")
    rows = tuple(replace(row, artist="One Band") for row in random.Random(0).sample(list(whole.library), 30))
    scarce = replace(whole, library=rows, patient=replace(whole.patient, pinned=()))
    with pytest.raises(Infeasible) as refused:
        plan(Problem(scarce))
    assert refused.value.rules == ("artist_max_per_session", "beds")
    assert set(refused.value.relaxation or {}) == {"artist_max_per_session", "beds"}
    for offer in refused.value.offers:
        most = offer.as_arguments["artist_max_per_session"]
        assert f"{most} tracks by One Band" in offer.holds, "no looser than the plan found needs"
    phases = tuple(replace(phase, bed_allowed=True) for phase in scarce.protocol.phases)
    plan(Problem(replace(scarce, protocol=replace(scarce.protocol, phases=phases, artist_max_per_session=30))))


def test_a_phase_that_only_noise_beds_fill_is_named_where_not_all_can_be_filled_together() -> None:
    whole = case("01-montreal-40-lib200")
    rows = tuple(replace(row, artist="One Band") for row in whole.library)
    phases = tuple(
        replace(phase, bed_allowed=True, energy_min=0.0, energy_max=0.5) if phase.name == "build" else phase
        for phase in whole.protocol.phases
    )
    protocol = replace(whole.protocol, phases=phases, artist_max_per_session=1)
    with pytest.raises(Infeasible, match=r"filled alone \(build by noise beds only\), not all together: too little"):
        plan(Problem(replace(whole, library=rows, patient=replace(whole.patient, pinned=()), protocol=protocol)))


def test_every_offer_was_tried_and_gives_a_plan() -> None:
    instance = tight(startle_max_lu=3.0)
    with pytest.raises(Infeasible) as refused:
        plan(Problem(instance))
    assert refused.value.offers
    for offer in refused.value.offers:
        loosened = loosen({name: f"{value}" for name, value in offer.as_arguments.items()})
        assert loosened.written == offer.loosened
        assert plan(Problem(loosened.of(instance))).items


def test_a_refusal_is_told_at_once_and_its_offers_one_by_one_where_they_stay() -> None:
    heard: list[Infeasible] = []
    with pytest.raises(Infeasible) as refused:
        plan(Problem(tight(startle_max_lu=3.6)), meanwhile=heard.append)
    found = refused.value.offers
    assert len(found) > 1
    assert [so_far.offers for so_far in heard] == [found[:n] for n in range(len(found) + 1)]
    assert all(so_far.searching and so_far.table == refused.value.table for so_far in heard)
    assert not refused.value.searching


def test_the_search_for_what_helps_is_stopped_by_its_report_and_what_was_told_stands() -> None:
    heard: list[Infeasible] = []

    def stop(_step: Step) -> None:
        if heard and heard[-1].offers:
            raise Stopped("enough")

    with pytest.raises(Stopped):
        plan(Problem(tight(startle_max_lu=3.6)), stop, heard.append)
    assert 0 < len(heard[-1].offers) < 3, "one more may be known without a trial"


def test_the_startle_limit_is_offered_at_the_smallest_value_that_gives_a_plan() -> None:
    instance = tight(startle_max_lu=3.0)
    with pytest.raises(Infeasible) as refused:
        plan(Problem(instance))
    offered = next(
        dict(one.loosened) for one in refused.value.offers if len(one.loosened) == 1 and "sudden" in one.words
    )
    smallest = float(offered["startle_max_lu"])
    assert smallest in {row.startle_lu for row in instance.library}
    below = max(row.startle_lu for row in instance.library if row.startle_lu < smallest)
    with pytest.raises(Infeasible):
        plan(Problem(loosen({"startle_max_lu": f"{below:g}"}).of(instance)))


def test_startle_and_lyrics_stand_last_among_the_offers() -> None:
    with pytest.raises(Infeasible) as refused:
        plan(Problem(tight(startle_max_lu=3.0)))
    late = [bool({"startle_max_lu", "lyrics_unknown"} & set(dict(one.loosened))) for one in refused.value.offers]
    assert late == sorted(late)


def test_what_the_rules_take_adds_up_to_what_is_left() -> None:
    with pytest.raises(Infeasible) as refused:
        plan(Problem(case("11-first-gentle-lib60-infeasible")))
    for row in refused.value.table:
        assert row.library - sum(n for _head, n in row.taken) == row.left
        assert row.left == [step.left for step in refused.value.funnel if step.phase == row.phase][-1]
    build = next(row for row in refused.value.table if row.phase == "build")
    assert (build.left, build.needed) == (2, 1)
    startle = next(said for said in refused.value.said if said.rule == "startle")
    assert startle.words == "sudden rises at most 4.5 LU"
    assert startle.of - startle.taken >= build.left


def tight(startle_max_lu: float) -> Instance:
    whole = case("01-montreal-40-lib200")
    phases = tuple(replace(phase, startle_max_lu=startle_max_lu) for phase in whole.protocol.phases)
    rows = whole.library[:60]
    patient = replace(whole.patient, pinned=())
    return replace(whole, library=rows, patient=patient, protocol=replace(whole.protocol, phases=phases))


def test_tracks_too_short_for_the_crossfade_are_named_as_that() -> None:
    with pytest.raises(Infeasible) as refused:
        built(changed(frames=40 * 44_100))
    assert refused.value.rules[0] == "too_short_for_crossfade"


def test_a_library_all_of_one_energy_is_told_which_phase_it_cannot_fill() -> None:
    with pytest.raises(Infeasible) as refused:
        built(changed(energy=3.0))
    assert (refused.value.phase, refused.value.rules) == ("peak", ("energy_range",))
