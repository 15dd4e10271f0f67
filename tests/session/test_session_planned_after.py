"""An act is heard first and planned after: what is due is found in the state, and what comes too late is dropped."""

import threading
from dataclasses import replace
from typing import Any

import pytest
from session_room import MIN, Room, named

from setsetting.errors import Stopped
from setsetting.session.aside import Aside
from setsetting.session.orders import order
from setsetting.session.replan import Replan
from setsetting.session.replanning import Due, Planned
from setsetting.soundscape.soundscape import CueKind


def due(room: Room) -> Due:
    found = room.conductor.due()
    assert found is not None
    return found


@pytest.fixture
def begun(room: Room) -> Room:
    """An infusion begun late, of which nothing is planned yet."""
    room.at(3).conductor.act(order("infusion-start"))
    return room


def test_an_act_is_answered_before_anything_is_planned(begun: Room) -> None:
    assert begun.player.asked == [] and [acted.act for acted in begun.acted] == ["infusion-start"]
    assert begun.conductor.state.sounding.heard.playlist == "waiting"
    assert due(begun).cause == "infusion-start"
    assert begun.conductor.plan_what_is_due() == "Timed anew."
    assert begun.player.asked[-1][1] == ["bed:plan+40@3"] and begun.conductor.due() is None


def test_who_takes_over_after_a_kill_plans_what_was_due(begun: Room) -> None:
    later = begun.another()
    assert later.plan_what_is_due() == "Timed anew."
    assert begun.conductor.refresh().sounding.plan.playlist == "plan+40@3"
    assert begun.conductor.due() is None


def test_what_was_done_while_no_player_could_start_is_planned_when_one_does(room: Room) -> None:
    room.at(3).player.dead = True
    done = room.do("infusion-start")
    assert "timed anew when it is" in done.words and room.player.asked == []
    room.player.dead = False
    assert room.conductor.plan_what_is_due() == "Timed anew."
    assert room.player.asked[-1][1] == ["bed:plan+40@3"]
    room.at(10).player.dead = True
    room.do("infusion-pause")
    room.player.dead = False
    room.conductor.plan_what_is_due()
    assert room.player.asked[-1][1] == ["bed:plan+40@3=paused"]


def test_two_controllers_plan_the_same_once(begun: Room) -> None:
    other = begun.another()
    found = other.due()
    begun.conductor.plan_what_is_due()
    assert found is not None and other.put(found.planned(begun.replanner)) is None  # type: ignore[arg-type]
    assert len(begun.player.asked) == 1


@pytest.mark.parametrize("newer", ["next", "infusion-pause", "rescue", "calm", "infusion-stop"])
def test_a_plan_of_before_a_newer_act_is_dropped(begun: Room, newer: str) -> None:
    planned = due(begun).planned(begun.replanner)  # type: ignore[arg-type]
    begun.at(4).conductor.act(order(newer))
    asked = len(begun.player.asked)
    assert begun.conductor.put(planned) is None and len(begun.player.asked) == asked


@pytest.mark.parametrize("meanwhile", ["duck", "volume"])
def test_a_level_moved_meanwhile_drops_no_plan_for_good(begun: Room, meanwhile: str) -> None:
    begun.conductor.act(order(meanwhile, "-3" if meanwhile == "volume" else None))
    assert begun.conductor.plan_what_is_due() == "Timed anew."


def test_a_plan_that_cannot_be_made_leaves_what_sounds_and_is_not_tried_again_in_vain(begun: Room) -> None:
    begun.replanner.refuses_to_plan = True
    words = begun.conductor.plan_what_is_due()
    assert "keeps its plan" in words and begun.conductor.unplanned == words
    assert begun.conductor.due() is None and begun.player.asked == []
    begun.replanner.refuses_to_plan = False
    begun.at(5).conductor.act(order("infusion-stop"))
    assert begun.conductor.plan_what_is_due() == "Timed anew." and begun.conductor.unplanned is None


def test_the_promised_cue_is_heard_at_once_and_the_rest_planned_after_it(begun: Room) -> None:
    begun.conductor.plan_what_is_due()
    begun.at(10).conductor.act(order("next"))
    assert begun.player.asked[-1][1] == ["bed:plan+40@3>"] and begun.conductor.state.sounding.promised
    begun.conductor.plan_what_is_due()
    assert not begun.conductor.state.sounding.promised


def test_under_a_cover_the_plan_is_timed_anew_and_the_cover_sounds_on(begun: Room) -> None:
    begun.conductor.act(order("rescue"))
    asked = len(begun.player.asked)
    assert begun.conductor.plan_what_is_due() == "Timed anew."
    assert len(begun.player.asked) == asked and begun.conductor.state.sounding.heard.playlist == "grounding"


def test_a_plan_that_sounds_otherwise_from_a_moment_that_has_passed_comes_too_late(begun: Room) -> None:
    found = due(begun)
    heard = found.state.sounding.heard
    (bed,) = heard.cues
    left = replace(bed, length_ms=20 * MIN, fade_out_ms=MIN)
    after = replace(bed, start_ms=14 * MIN, kind=CueKind.BED, length_ms=60 * MIN)
    new = Replan(replace(heard, cues=(left, after)), "")
    assert Planned(found, new).differs_ms == bed.start_ms + 19 * MIN
    assert Planned(found, Replan(replace(heard, cues=(bed, after)), "")).differs_ms == 14 * MIN
    assert Planned(found, Replan(named("waiting"), "")).differs_ms == bed.end_ms


# --- beside a screen ---


class Slow:
    """A planner that plans until it is told to go on, or to stop."""

    def __init__(self) -> None:
        self.begun, self.may_end = threading.Event(), threading.Event()

    def prepare(self, _plan: object) -> None:
        pass

    def retimed(self, heard: Any, plan: Any, position: Any, stop: Any) -> Replan:
        self.begun.set()
        while not self.may_end.wait(0.001):
            if stop():
                raise Stopped("Something newer is asked of the music.")
        return Replan(named("anew"), "Timed anew.")


def waited(aside: Aside) -> Aside:
    aside.join(10)
    assert not aside.works
    return aside


def test_a_plan_made_aside_is_taken_once(begun: Room) -> None:
    slow = Slow()
    aside = waited(Aside(slow, named("plan")))  # type: ignore[arg-type]
    aside.begin(due(begun))
    assert slow.begun.wait(10) and aside.works and aside.take() is None
    slow.may_end.set()
    planned = waited(aside).take()
    assert planned is not None and begun.conductor.put(planned) == "Timed anew."
    assert aside.take() is None


def test_a_newer_act_stops_the_planning_beside_the_screen(begun: Room) -> None:
    slow = Slow()
    aside = waited(Aside(slow, named("plan")))  # type: ignore[arg-type]
    aside.begin(due(begun))
    assert slow.begun.wait(10)
    aside.drop()
    assert waited(aside).take() is None


def test_the_planning_stands_still_while_the_session_is_acted_on(begun: Room) -> None:
    slow = Slow()
    aside = waited(Aside(slow, named("plan")))  # type: ignore[arg-type]
    with aside.standing():
        aside.begin(due(begun))
        assert slow.begun.wait(10)
        slow.may_end.set()
        answered: list[bool] = []
        asked = threading.Thread(target=lambda: answered.append(aside._is_dropped()))
        asked.start()
        asked.join(0.2)
        assert asked.is_alive() and not answered
    asked.join(10)
    assert answered == [False]
    with aside.standing():
        aside.drop()
        assert aside._is_dropped()
