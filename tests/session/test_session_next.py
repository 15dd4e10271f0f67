"""On to the next cue, where its phase is still far: something holds until then, and what was promised comes all the same."""

from pathlib import Path

import pytest
from held_room import MIN, HeldRoom

from setsetting.errors import Refused
from setsetting.session.build_status import StatusInputs, build_status
from setsetting.soundscape.soundscape import CueKind
from setsetting.soundscape.wishes import refusing
from setsetting.views.session import status_in_words


def test_next_to_a_phase_that_is_still_far_costs_nothing_of_what_was_promised(tmp_path: Path) -> None:
    room = HeldRoom(tmp_path, tracks=20)
    room.at(0).do("infusion-start")
    for minute in (1, 2, 3):
        room.at(minute).do("next")
    promised = {cue.track_id for cue in room.conductor.state.sounding.plan.cues if cue.phase != "soothe"}
    room.at(4).do("next")
    bed, *coming = (cue for cue in room.conductor.state.sounding.plan.cues if cue.start_ms >= 4 * MIN)
    assert (bed.kind, bed.phase, coming[0].phase) == (CueKind.BED, "soothe", "build")
    assert coming[0].start_ms == pytest.approx(12 * MIN, abs=1_000) and bed.end_ms <= 13 * MIN
    assert {cue.track_id for cue in coming if cue.track_id is not None} <= promised
    assert max(cue.end_ms for cue in coming) < 70 * MIN and len(coming) == 11


def test_next_in_a_planned_silence_is_a_track_like_those_before_and_no_noise_bed(tmp_path: Path) -> None:
    room = HeldRoom(tmp_path, playlist="silence-forward", tracks=200)
    room.at(0).do("infusion-start")
    done = room.at(6).do("next")
    assert done.words.startswith("A track like those before; then the planned silence goes on.")
    assert [(each.kind, each.phase) for each in room.sounded(6, 18)] == [
        (CueKind.TRACK, "island1"),
        (CueKind.SILENCE, "silence1"),
    ]
    room.asked = refusing([("artist", track.artist) for track in room.tracks.values()])
    with pytest.raises(Refused, match="Silence is planned, and no track like those before is left"):
        room.at(17).do("next")
    assert room.sounded(17, 17.5)[-1].kind is CueKind.SILENCE


@pytest.mark.parametrize(
    ("name", "follows"), [("silence", "back to the plan, with `next`"), ("fade-out", "nothing: everything fades out")]
)
def test_where_no_cue_comes_the_command_says_what_does_as_the_screen_does(
    tmp_path: Path, name: str, follows: str
) -> None:
    room = HeldRoom(tmp_path)
    room.at(0).do("infusion-start")
    room.at(13).do(name)
    inputs = StatusInputs(room.conductor.header, None, (), room.tracks)
    assert f"next: {follows}" in status_in_words(build_status(room.conductor.state, room.conductor.moment(), inputs))
