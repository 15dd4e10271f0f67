"""What is refused while the music is held or grounding plays gives way, and the rest is planned after."""

from pathlib import Path

import pytest
from held_room import HeldRoom

from setsetting.session.status import HoldReason
from setsetting.soundscape.soundscape import CueKind
from setsetting.soundscape.wishes import refusing


@pytest.fixture
def room(tmp_path: Path) -> HeldRoom:
    return HeldRoom(tmp_path)


@pytest.fixture
def paused(room: HeldRoom) -> HeldRoom:
    """An infusion that began on its minute and is paused at 25, in the peak."""
    room.at(0).do("infusion-start")
    room.at(25).do("infusion-pause")
    return room


def test_a_track_refused_in_a_hold_is_replaced_before_it_sounds(paused: HeldRoom) -> None:
    coming = next(cue for cue in paused.conductor.state.sounding.heard.cues if cue.start_ms > 26 * 60_000)
    paused.asked = refusing([("track", coming.track_id or "")])
    paused.at(25.5).conductor.heed_refusals()
    heard = paused.conductor.state.sounding.heard
    assert coming.track_id not in {cue.track_id for cue in heard.cues}
    assert paused.conductor.state.held is HoldReason.PAUSED


def test_a_track_refused_in_the_plan_gives_way_at_once_and_the_rest_is_planned_after(
    room: HeldRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.at(0).do("infusion-start")
    coming = next(cue for cue in room.conductor.state.sounding.heard.cues if cue.start_ms > 12 * 60_000)
    room.asked = refusing([("track", coming.track_id or "")])
    with monkeypatch.context() as planner:
        planner.setattr(room.replanner, "_planned", None)  # it would be called in vain
        room.at(12).conductor.heed_refusals()
    room.listen()
    assert coming.track_id not in {cue.track_id for cue in room.conductor.state.sounding.heard.cues}
    assert room.conductor.state.sounding.promised and room.silent_gaps(12, 64) == pytest.approx(0)
    assert "promised tracks are kept" in room.conductor.plan_what_is_due()
    assert not room.conductor.state.sounding.promised


def test_a_track_refused_in_a_plan_that_waits_is_planned_out_of_it_and_the_hold_sounds_on(paused: HeldRoom) -> None:
    held, coming = paused.conductor.state.sounding.hold, paused.conductor.state.sounding.plan.cues[-1]
    paused.asked = refusing([("track", coming.track_id or "")])
    paused.at(30).conductor.heed_refusals()
    paused.conductor.plan_what_is_due()
    sounding = paused.conductor.state.sounding
    assert coming.track_id not in {cue.track_id for cue in sounding.plan.cues} and sounding.hold == held


def test_a_track_refused_under_grounding_gives_way_to_other_grounding_music(room: HeldRoom) -> None:
    room.at(0).do("infusion-start")
    room.at(5).do("rescue")
    refused = room.replanner._header.rescue[1]
    room.asked = refusing([("track", refused)])
    room.at(5.5).conductor.heed_refusals()
    heard = room.conductor.state.sounding.heard
    grounding = [cue for cue in heard.cues if cue.phase == "grounding"]
    assert len(grounding) > 2 and {cue.kind for cue in grounding} == {CueKind.TRACK}
    assert refused not in {cue.track_id for cue in heard.cues}
