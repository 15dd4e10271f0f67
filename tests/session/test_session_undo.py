"""Undo is the last act or mark, whatever it was; and what is refused meanwhile comes back by no undo."""

import pytest
from session_room import MIN, RATE, SESSION, Room, late, named

from setsetting.clinical.infusion import Segment
from setsetting.errors import Refused
from setsetting.record.kinds import SessionEnded, SessionRetimed, StoredSegment
from setsetting.session.event import SessionEvent
from setsetting.session.replan import RefusedCues


def test_undo_takes_back_a_stop_and_what_is_left_is_as_if_it_had_never_been(room: Room) -> None:
    room.at(0).do("infusion-start")
    room.at(10).do("next")
    room.at(12).do("infusion-stop")
    assert room.player.asked[-1][1] == ["bed:plan>+12@0"]
    done = room.at(13).do("undo")
    assert done.words == "Undone: Stop infusion, minute 12."
    assert room.player.asked[-1][1] == ["bed:plan>"]
    assert room.conductor.state.infusion(14 * MIN).end_ms == 40 * MIN


def test_undo_takes_back_a_start_pressed_too_early(room: Room) -> None:
    room.at(3).do("infusion-start")
    room.at(5).do("undo")
    assert room.player.asked[-1][1] == ["bed:waiting"]
    assert room.conductor.state.infusion_zero_ms is None
    room.at(8).do("infusion-start")
    assert room.conductor.state.sounding.plan.playlist == "plan+40@8"


def test_undo_of_a_resume_leaves_the_pause_and_undo_of_the_pause_leaves_the_infusion(room: Room) -> None:
    room.at(0).do("infusion-start")
    room.at(10).do("infusion-pause")
    room.at(14).do("infusion-resume")
    assert room.player.asked[-1][1] == ["bed:plan+44@0"]
    room.at(15).do("undo")
    assert room.player.asked[-1][1] == ["bed:plan=paused"]
    room.at(16).do("undo")
    assert room.conductor.state.ran(20 * MIN).segments == (Segment(0, 20 * MIN),)


def test_undo_after_a_wrong_mark_takes_back_the_mark_and_leaves_the_level(room: Room) -> None:
    room.at(1).do("volume", "-6")
    room.at(2).conductor.mark("peak")
    asked = len(room.player.asked)
    done = room.at(3).do("undo")
    assert done.words == "Undone: peak observed, minute 2."
    assert (len(room.player.asked), room.conductor.state.sounding.volume_db) == (asked, -6)
    with pytest.raises(Refused, match="nothing to undo"):
        room.do("undo")
        room.do("undo")


def test_undo_is_the_last_act_of_whoever_did_it(room: Room) -> None:
    room.at(1).do("duck")
    room.another().mark("onset")
    assert "onset observed" in room.at(2).do("undo").words
    assert "Duck" in room.at(3).do("undo").words


def test_undo_of_next_after_music_that_was_held_times_the_old_plan_to_the_infusion(room: Room) -> None:
    room.at(1).do("infusion-start")
    room.at(5).do("next")
    late(room.at(7))
    room.at(8).do("undo")
    assert room.player.asked[-1][1] == ["bed:plan+40@1+40@1"]
    assert room.conductor.state.sounding.plan.playlist == "plan+40@1+40@1"


def test_undo_is_never_refused_because_the_old_plan_cannot_be_timed_anew(room: Room) -> None:
    room.at(1).do("infusion-start")
    room.at(5).do("next")
    late(room.at(7))
    room.replanner.refuses_to_plan = True
    done = room.at(8).do("undo")
    assert "keeps its plan" in done.words and "nothing fits" in done.words
    assert room.player.asked[-1][1] == ["bed:plan+40@1"] and room.conductor.state.sounding.plan.playlist == "plan+40@1"


BED = named("plan").cues[0]
COMING, NOW = RefusedCues(coming=(BED,)), RefusedCues(now=(BED,))


def test_what_is_refused_by_now_is_replaced_before_it_sounds_and_no_key_is_needed(room: Room) -> None:
    room.at(1).do("infusion-start")
    room.replanner.refuses["plan+40@1"] = COMING
    room.at(4).conductor.heed_refusals()
    room.conductor.heed_refusals()
    assert room.player.asked[1:] == [("replace", ["bed:plan+40@1-"], 90 * 60 * RATE, 0)]
    assert room.conductor.plan_what_is_due() == "Timed anew."
    retimed = [payload.cause for payload in room.book.events.values() if isinstance(payload, SessionRetimed)]
    assert retimed == ["held", "infusion-start", "refused", "refused"]


def test_what_sounds_and_is_refused_by_now_is_left_to_the_facilitator(room: Room) -> None:
    room.replanner.refuses["waiting"] = NOW
    room.at(4).conductor.heed_refusals()
    assert room.player.asked == []


def test_a_refusal_under_rescue_changes_the_plan_and_what_of_the_rescue_is_to_come(room: Room) -> None:
    room.at(1).do("infusion-start")
    room.do("rescue")
    room.replanner.refuses |= {"plan+40@1": COMING, "grounding": COMING}
    room.at(2).conductor.heed_refusals()
    assert room.player.asked[-1][1] == ["bed:another grounding"]
    asked = len(room.player.asked)
    room.at(3).conductor.heed_refusals()
    room.conductor.plan_what_is_due()
    assert len(room.player.asked) == asked and room.conductor.state.sounding.plan.playlist == "plan+40@1-+40@1"
    assert room.conductor.state.sounding.heard.playlist == "another grounding"


def test_undo_brings_back_nothing_that_is_refused_by_now(room: Room) -> None:
    room.at(0).do("infusion-start")
    room.at(1).do("next")
    room.replanner.refuses["plan"] = NOW
    asked = len(room.player.asked)
    assert "refused by now" in room.at(2).do("undo").words
    assert len(room.player.asked) == asked and room.conductor.state.sounding.plan.playlist == "plan>"
    room.replanner.refuses["plan"] = COMING
    room.at(3).do("next")
    room.at(4).do("undo")


def test_undo_of_a_rescue_over_what_is_refused_by_now_goes_on_to_the_next_cue(room: Room) -> None:
    room.at(0).do("infusion-start")
    room.at(1).do("rescue")
    room.replanner.refuses["plan"] = NOW
    room.at(2).do("undo")
    assert room.player.asked[-1][1] == ["bed:plan>"]


def test_undo_ends_no_music_that_the_plan_before_would_have_ended(room: Room) -> None:
    room.at(80).do("infusion-start")
    room.at(86).do("undo")
    assert room.player.asked[-1][1] == ["bed:plan=not begun"]
    assert room.conductor.state.infusion_zero_ms is None


def test_without_a_player_marks_and_steps_of_the_infusion_are_taken_back(room: Room) -> None:
    room.at(0).do("infusion-start")
    room.conductor.mark("onset")
    room.gone()
    assert "not running" not in room.at(5).do("undo").words
    assert "timed anew when it is" in room.at(6).do("undo").words
    assert room.conductor.state.infusion_zero_ms is None


def test_a_stop_is_taken_back_after_the_end_and_the_end_tells_what_ran(room: Room) -> None:
    room.at(0).do("infusion-start")
    room.at(12).do("infusion-stop")
    room.at(14).do("fade-out", "1")
    ended = SessionEnded(SESSION, 15 * MIN, (StoredSegment(0, 12 * MIN),), "closed")
    room.conductor.keep(SessionEvent("00000000-0000-4000-8000-00000000000a", "session.ended", ended, 0, 0))
    room.at(15).do("undo")
    ends = [payload for payload in room.book.events.values() if isinstance(payload, SessionEnded)]
    assert [end.infusion for end in ends] == [(StoredSegment(0, 12 * MIN),), (StoredSegment(0, 15 * MIN),)]
    assert {(end.ended_utc_ms, end.how) for end in ends} == {(15 * MIN, "closed")}
