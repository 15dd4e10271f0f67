"""The music waits for the infusion: before it begins and while it is paused nothing climbs, and nothing ends.

The small inputs: never begun; begun late; a pause from 25 to 66; a pause of 45 minutes; a library with little in it.
"""

from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from held_room import MIN, HeldRoom, Sounded
from msgspec import structs
from session_room import SESSION

from setsetting.errors import Refused
from setsetting.record.kinds import SessionEnded, StoredSegment
from setsetting.session.build_log import LEFT_WORDS
from setsetting.session.build_status import StatusInputs, build_status
from setsetting.session.event import SessionEvent
from setsetting.session.folder import SessionHeader
from setsetting.session.holds import LONGEST_MS
from setsetting.session.orders import order
from setsetting.session.replanning import position_of
from setsetting.session.status import HoldReason, Status
from setsetting.soundscape.soundscape import CueKind
from setsetting.soundscape.wishes import refusing
from setsetting.units import Hertz, Milliseconds

PACED = SessionHeader("s", "null", Hertz(8_000), Milliseconds(0), playlist="")
STEP = 2.0
"""The playlist's largest step of energy between two tracks."""


@pytest.fixture
def room(tmp_path: Path) -> HeldRoom:
    return HeldRoom(tmp_path)


@pytest.fixture
def paused(room: HeldRoom) -> HeldRoom:
    """An infusion that began on its minute and is paused at 25, in the peak."""
    room.at(0).do("infusion-start")
    room.at(25).do("infusion-pause")
    return room


def energies(sounded: list[Sounded]) -> list[float]:
    return [each.energy for each in sounded if each.energy is not None]


def test_before_the_infusion_begins_nothing_sounds_that_is_planned_from_minute_0_on(room: HeldRoom) -> None:
    heard = room.sounded(-10, 120)
    assert {each.phase for each in heard} == {"arrive"}
    assert room.silent_gaps(-10, 120) == pytest.approx(0)
    assert room.conductor.state.held is HoldReason.NOT_BEGUN
    assert CueKind.BED not in {each.kind for each in heard if each.from_min < 20}, "there are tracks of its like"


def test_with_few_tracks_a_noise_bed_holds_once_they_are_spent(tmp_path: Path) -> None:
    room = HeldRoom(tmp_path, tracks=20)
    heard = room.sounded(-10, 160)
    assert [each.kind for each in heard if each.kind is CueKind.BED] == [CueKind.BED]
    assert heard[-1].kind is CueKind.BED and room.silent_gaps(-10, 160) == pytest.approx(0)


def test_no_track_sounds_twice_while_the_music_is_held(room: HeldRoom) -> None:
    ids = [cue.track_id for cue in room.conductor.state.sounding.heard.cues if cue.track_id is not None]
    assert len(ids) == len(set(ids))


def test_a_playlist_that_plans_nothing_before_minute_0_waits_with_a_noise_bed(tmp_path: Path) -> None:
    room = HeldRoom(tmp_path, playlist="silence-forward", tracks=200)
    assert {each.kind for each in room.sounded(0, 30)} == {CueKind.BED}
    room.at(4).do("infusion-start")
    island = room.sounded(4, 6)[-1]
    assert (island.kind, island.phase) == (CueKind.TRACK, "island1")


def test_begun_on_its_minute_the_plan_is_as_it_was_promised(room: HeldRoom) -> None:
    promised = [(cue.track_id, cue.phase) for cue in room.plan.cues if cue.phase != "arrive"]
    done = room.at(0).do("infusion-start")
    assert "0 new ones" in done.words
    kept = [(cue.track_id, cue.phase) for cue in room.conductor.state.sounding.heard.cues if cue.phase != "arrive"]
    assert set(kept) >= set(promised[1:]) and room.conductor.state.held is None


@pytest.mark.parametrize("late", [3, 20, 55])
def test_begun_late_the_phases_come_at_their_minute_of_the_infusion(room: HeldRoom, late: int) -> None:
    room.at(late).do("infusion-start")
    heard = room.sounded(late, late + 65)
    entered = {each.phase: each.from_min - late for each in reversed(heard)}
    assert entered["peak"] == pytest.approx(20, abs=2.1) and entered["calm"] == pytest.approx(35, abs=2.1)
    assert room.silent_gaps(late, late + 65) == pytest.approx(0)


def test_in_a_pause_the_level_stands_and_then_becomes_calmer(paused: HeldRoom) -> None:
    stood = paused.energy_now
    heard = paused.sounded(25, 66)
    assert stood is not None and energies(heard) == sorted(energies(heard), reverse=True)
    assert max(energies(heard)) <= stood and min(energies(heard)) <= 2.5
    level = [each.energy for each in heard if each.from_min < 35]
    assert all(energy is not None and energy > stood - 1 for energy in level), "for ten minutes it stands"
    assert all(each - after <= STEP for each, after in pairwise(energies(heard)))


def test_after_a_pause_the_music_climbs_again_by_no_more_than_the_step(paused: HeldRoom) -> None:
    paused.at(66).do("infusion-resume")
    heard = energies(paused.sounded(64, 110))
    assert all(abs(after - each) <= STEP + 1e-9 for each, after in pairwise(heard))
    assert max(heard) > 4 and paused.conductor.state.sounding.plan.end_ms >= (81 + 15) * 60_000


def test_a_pause_of_45_minutes_gives_no_step_of_four_levels_and_no_noise_bed(room: HeldRoom) -> None:
    room.at(0).do("infusion-start")
    room.at(20.5).do("infusion-pause")
    room.at(65.5).do("infusion-resume")
    heard = room.sounded(20.5, 110)
    assert {each.kind for each in heard} == {CueKind.TRACK}
    assert all(after - each <= STEP + 1e-9 for each, after in pairwise(energies(heard)))


def test_the_effect_s_phases_shift_by_the_pause(paused: HeldRoom) -> None:
    paused.at(66).do("infusion-resume")
    minutes = [(part.start_ms // 60_000, part.end_ms // 60_000) for part in paused.conductor.state.infusion(0).segments]
    assert minutes == [(0, 25), (66, 81)]


def test_music_lasts_while_the_infusion_is_open_and_not_until_the_morning(paused: HeldRoom) -> None:
    heard = paused.conductor.state.sounding.heard
    assert heard.end_ms >= 240 * 60_000
    position = position_of(paused.conductor.state, paused.conductor.moment(), PACED, Milliseconds(0))
    assert position.at_least_until(heard.cues[0].end_ms) == 25 * 60_000 + LONGEST_MS


def test_stopped_in_a_pause_the_calm_follows_from_then_on(paused: HeldRoom) -> None:
    paused.at(70).do("infusion-stop")
    heard = paused.sounded(70, 95)
    assert paused.silent_gaps(70, 90) == pytest.approx(0)
    assert max(energies(heard)) <= 4.5 and paused.conductor.state.held is None


def test_a_plan_that_cannot_be_timed_anew_leaves_the_hold_as_it_is(paused: HeldRoom) -> None:
    held = paused.conductor.state.sounding.heard
    paused.asked = refusing([("track", track_id) for track_id in paused.tracks])
    done = paused.at(66).do("infusion-resume")
    assert "The infusion goes on." in done.words
    assert paused.silent_gaps(66, 80) == pytest.approx(0)
    assert held.cues[0] == paused.conductor.state.sounding.heard.cues[0]


@pytest.mark.parametrize("name", ["infusion-pause", "infusion-resume", "infusion-stop"])
def test_nothing_but_its_start_can_be_done_to_an_infusion_that_has_not_begun(room: HeldRoom, name: str) -> None:
    with pytest.raises(Refused, match="has not started"):
        room.at(3).do(name)
    assert room.conductor.state.held is HoldReason.NOT_BEGUN


def look(room: HeldRoom) -> Status:
    inputs = StatusInputs(room.conductor.header, None, (), room.tracks)
    return build_status(room.conductor.state, room.conductor.moment(), inputs)


def test_a_hold_is_told_with_its_reason_and_the_end_as_if_the_plan_went_on_now(room: HeldRoom) -> None:
    early = look(room.at(-5))
    assert (early.held, early.infusion_zero_ms, early.ends_ms) == (HoldReason.NOT_BEGUN, 0, room.plan.end_ms)
    late = look(room.at(12))
    assert (late.infusion_zero_ms, late.ends_ms) == (12 * 60_000, room.plan.end_ms + 12 * 60_000)
    assert late.effect_phase == "settling" and late.infusion_ms is None
    soothe = next(cue for cue in late.cues if cue.phase == "soothe")
    assert soothe.start_ms == pytest.approx(12 * 60_000, abs=130_000)
    room.do("infusion-start")
    room.at(30).do("infusion-pause")
    end_ms = look(room).ends_ms
    paused = look(room.at(50))
    assert (paused.held, paused.ends_ms) == (HoldReason.PAUSED, end_ms + 20 * 60_000)


@pytest.mark.parametrize(("begins", "later"), [(-8, -8), (0, 0), (12, 12)])
def test_until_the_plan_is_timed_anew_its_end_is_told_and_not_that_of_the_hold(
    room: HeldRoom, begins: float, later: float
) -> None:
    room.at(begins).conductor.act(order("infusion-start"))
    told = look(room)
    assert (told.held, told.ends_ms) == (None, room.plan.end_ms + later * MIN)
    assert begins < 0 or told.cues[-1].end_ms == told.ends_ms  # what plays already is not moved back
    room.conductor.plan_what_is_due()
    room.at(25).do("infusion-pause")
    end_ms = room.conductor.state.sounding.plan.end_ms
    room.at(45).conductor.act(order("infusion-resume"))
    assert look(room).ends_ms == end_ms + 20 * MIN


def test_under_grounding_the_end_that_is_told_is_the_plan_s(room: HeldRoom) -> None:
    room.at(0).do("infusion-start")
    room.at(5).do("rescue")
    assert look(room).ends_ms == room.conductor.state.sounding.plan.end_ms
    assert room.conductor.state.sounding.heard.end_ms > look(room).ends_ms


def test_a_second_pause_says_which_act_lets_the_infusion_go_on(room: HeldRoom) -> None:
    room.at(0).do("infusion-start")
    room.at(1).do("infusion-pause")
    with pytest.raises(Refused, match="`infusion-resume` lets it go on"):
        room.at(2).do("infusion-pause")


def test_what_was_promised_and_then_planned_stands_once_in_the_log(room: HeldRoom) -> None:
    room.at(0).do("infusion-start")
    room.at(5).do("next")
    assert [line.words for line in look(room).log].count("the rest was timed anew (Next)") == 1
    room.at(7).do("rescue")
    room.at(9).do("next")
    assert "the rest was timed anew (Back to plan)" in [line.words for line in look(room).log]


def ended(room: HeldRoom, minute: float, how: str) -> None:
    """The music is over, and its end is kept."""
    payload = SessionEnded(SESSION, round(minute * 60_000), (StoredSegment(0, 25 * 60_000),), how)
    room.at(minute).conductor.keep(SessionEvent(str(UUID(int=7)), "session.ended", payload, 0, 0))


def test_the_infusion_is_acted_on_after_the_music_has_ended_and_the_record_tells_what_ran(paused: HeldRoom) -> None:
    ended(paused, 60, "left")
    assert paused.conductor.state.held is None
    done = paused.at(66).do("infusion-resume")
    assert "does not play again" in done.words
    paused.at(70).do("infusion-stop")
    last = [each for each in paused.book.events.values() if isinstance(each, SessionEnded)][-1]
    minutes = [(part.start_ms // 60_000, part.end_ms // 60_000) for part in last.infusion]
    assert minutes == [(0, 25), (66, 70)]
    with pytest.raises(Refused, match="has ended"):
        paused.at(71).do("next")


def test_a_session_left_alone_says_that_its_music_ended_by_itself(paused: HeldRoom) -> None:
    ended(paused, 60, "left")
    status = look(paused)
    assert status.notices == (LEFT_WORDS,) and LEFT_WORDS in [line.words for line in status.log]


# hold and calm, asked for


def test_hold_goes_on_with_the_like_of_what_plays_until_hold_again(room: HeldRoom) -> None:
    room.at(0).do("infusion-start")
    room.at(13).do("hold")
    stood = room.energy_now
    assert room.conductor.state.held is HoldReason.ASKED and stood is not None
    assert max(energies(room.sounded(13, 35))) <= stood
    assert "The hold that was asked for is over." in room.at(35).do("hold").words
    assert room.conductor.state.held is None
    assert all(abs(after - each) <= STEP + 1e-9 for each, after in pairwise(energies(room.sounded(33, 60))))


def test_next_ends_a_hold_too(room: HeldRoom) -> None:
    room.at(0).do("infusion-start")
    room.at(13).do("hold")
    done = room.at(20).do("next")
    assert "Back to the plan" in done.words and room.conductor.state.held is None


def test_calm_is_a_level_down_at_once_and_stays(room: HeldRoom) -> None:
    room.at(0).do("infusion-start")
    room.at(22).do("calm")
    before = room.sounded(21, 22)[-1].energy
    now = room.sounded(22.1, 40)
    assert before is not None and before - STEP <= energies(now)[0] <= before - 1
    assert max(energies(now)) == energies(now)[0] and room.conductor.state.held is HoldReason.ASKED
    room.at(24).do("calm")
    assert energies(room.sounded(24.1, 40))[0] <= energies(now)[0] - 1
    room.at(30).do("next")
    assert room.conductor.state.held is None


def test_calm_in_a_pause_lowers_the_level_and_the_infusion_s_hold_stays(paused: HeldRoom) -> None:
    paused.at(27).do("calm")
    assert paused.conductor.state.held is HoldReason.PAUSED
    paused.at(30).do("infusion-resume")
    assert paused.conductor.state.held is None


def test_what_is_as_calm_as_can_be_becomes_a_noise_bed(tmp_path: Path) -> None:
    room = HeldRoom(tmp_path, tracks=54)
    for minute in (-9, -8, -7):
        done = room.at(minute).do("calm")
    assert "no calmer track" in done.words and room.sounded(-7, -6)[-1].kind is CueKind.BED


@pytest.mark.parametrize("name", ["hold", "calm"])
def test_under_grounding_nothing_is_held(room: HeldRoom, name: str) -> None:
    room.at(-5).do("rescue")
    with pytest.raises(Refused, match="`next` returns"):
        room.at(-4).do(name)


@pytest.mark.parametrize("when", ["not begun", "paused"])
def test_what_waits_for_the_infusion_is_not_asked_to_wait(room: HeldRoom, when: str) -> None:
    if when == "paused":
        room.at(0).do("infusion-start")
        room.at(5).do("infusion-pause")
    with pytest.raises(Refused, match="stays where it is already"):
        room.at(6).do("hold")


def test_next_in_a_hold_goes_to_another_of_its_like(paused: HeldRoom) -> None:
    stood = paused.energy_now
    paused.at(27).do("next")
    now = paused.sounded(27.1, 40)
    assert now[0].from_min == pytest.approx(27.1) and paused.conductor.state.held is HoldReason.PAUSED
    assert stood is not None and max(energies(now)) <= stood


def test_out_of_grounding_in_a_pause_the_music_does_not_climb(paused: HeldRoom) -> None:
    stood = paused.energy_now
    paused.at(30).do("rescue")
    paused.at(40).do("next")
    after = energies(paused.sounded(38, 66))
    assert stood is not None and max(after) <= stood
    assert all(later - each <= STEP + 1e-9 for each, later in pairwise(after)) and len(after) > 2


@pytest.mark.parametrize(
    ("acts", "held"),
    [
        (["infusion-start"], HoldReason.NOT_BEGUN),
        (["infusion-start", "infusion-pause"], None),
        (["infusion-start", "infusion-pause", "infusion-resume"], HoldReason.PAUSED),
        (["infusion-start", "infusion-pause", "infusion-stop"], HoldReason.PAUSED),
        (["infusion-start", "hold"], None),
        (["infusion-start", "hold", "hold"], HoldReason.ASKED),
        (["infusion-start", "calm"], None),
        (["infusion-start", "hold", "next"], HoldReason.ASKED),
    ],
    ids=lambda case: " ".join(case) if isinstance(case, list) else str(case),
)
def test_undo_brings_back_how_the_music_was_held(room: HeldRoom, acts: list[str], held: HoldReason | None) -> None:
    for number, name in enumerate(acts[:-1]):
        room.at(3 * number).do(name)
    before = room.conductor.state
    room.at(12).do(acts[-1])
    room.at(13).do("undo")
    state = room.conductor.state
    assert (state.held, state.sounding, state.steps) == (held, before.sounding, before.steps)
    assert room.silent_gaps(0, 60) == pytest.approx(0)


@pytest.mark.parametrize(
    "acts",
    [
        [(16, "next"), (51, "silence"), (76, "infusion-start")],
        [(20, "next"), (60, "rescue"), (62, "infusion-start")],
        [(97, "silence"), (98, "rescue"), (159, "silence"), (174, "infusion-start")],
    ],
)
def test_a_plan_that_waited_under_a_cover_is_timed_anew_when_the_infusion_goes_on(
    tmp_path: Path, acts: list[tuple[float, str]]
) -> None:
    room = HeldRoom(tmp_path, tracks=54)
    for minute, name in acts:
        done = room.at(minute).do(name)
    assert "could not be timed anew" not in done.words and room.conductor.due() is None
    assert room.conductor.state.sounding.plan.end_ms >= (minute + 60) * 60_000


def test_calmer_by_a_level_finds_a_track_of_just_that_energy(room: HeldRoom) -> None:
    for minute, name in ((-4.7, "next"), (24.3, "undo"), (28.3, "calm"), (32.3, "calm"), (73.3, "infusion-start")):
        room.at(minute).do(name)
    assert room.at(77.3).do("calm").words == "A level calmer."


@pytest.mark.parametrize("back", [18, 26])
def test_out_of_grounding_the_music_climbs_step_by_step(room: HeldRoom, back: float) -> None:
    room.at(0).do("infusion-start")
    room.at(back - 6).do("rescue")
    calm = room.at(back).energy_now
    assert calm is not None
    done = room.do("next")
    steps = [calm, *energies([each for each in room.sounded(back, back + 25) if each.from_min >= back])]
    assert "leads up" in done.words and max(steps) > calm + STEP
    assert all(after - before <= STEP for before, after in pairwise(steps))


def test_out_of_grounding_that_had_played_what_was_promised_the_plan_goes_on_without_it(room: HeldRoom) -> None:
    room.at(0).do("infusion-start")
    promised = [cue for cue in room.conductor.state.sounding.plan.cues if cue.start_ms > 20 * 60_000 and cue.track_id]
    header = room.replanner._header
    room.replanner._header = structs.replace(header, rescue=(promised[-1].track_id, promised[-2].track_id))
    room.at(5).do("rescue")
    done = room.at(14).do("next")
    assert done.words.startswith("Back to the plan. ") and "refused" not in done.words
    sounded = [cue.track_id for cue in room.conductor.state.sounding.heard.cues if cue.track_id]
    assert len(sounded) == len(set(sounded)) and CueKind.BED not in {each.kind for each in room.sounded(14, 60)}
