"""What is said of outputs that are lost, while another plays and where the music ends."""

from pathlib import Path

import pytest
from held_room import RATE, HeldRoom

from setsetting.player.status import OutputState, PlaybackState, PlayerState
from setsetting.session.build_status import StatusInputs, build_status
from setsetting.session.status import Presence
from setsetting.units import Decibels, Frames, Hertz


@pytest.mark.parametrize(
    ("held", "state", "said"),
    [
        ((False, True), PlaybackState.PLAYING, True),
        ((True,), PlaybackState.PLAYING, False),
        ((True, True), PlaybackState.ENDED, False),
        ((False, True), PlaybackState.ENDED, False),
    ],
)
def test_an_output_is_said_to_be_lost_alone_only_while_another_plays(
    tmp_path: Path, held: tuple[bool, ...], state: PlaybackState, *, said: bool
) -> None:
    room = HeldRoom(tmp_path).at(7)
    outputs = tuple(OutputState(f"Out {n}", Decibels(0), each) for n, each in enumerate(held))
    player = PlayerState(Frames(0), Frames(9), Hertz(RATE), state, (), {}, None, "", 0, 1, outputs=outputs)
    inputs = StatusInputs(room.conductor.header, player, (), room.tracks, presence=Presence.ALIVE)
    notices = build_status(room.conductor.state, room.conductor.moment(), inputs).notices
    assert ("The output Out 1 is lost and held alone; the music goes on at the others." in notices) is said
    assert said or not any("held alone" in each for each in notices)
