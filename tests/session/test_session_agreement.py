"""After a kill between a sound and its line the player and the state say the same again, and it is said."""

from pathlib import Path
from typing import Any

import pytest
from session_room import Room

from setsetting.record.kinds import PlayerNoted
from setsetting.session.conductor import Conductor
from setsetting.session.orders import order
from setsetting.session.status import Cover

ACT = "0f0e0d0c-0b0a-4900-8807-060504030299"


class Killed(BaseException):
    """The process is gone here."""


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path).at(10)


def noted(room: Room) -> list[str]:
    return [payload.what for payload in room.book.events.values() if isinstance(payload, PlayerNoted)]


def killed_before_it_is_kept(room: Room, monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    def die(*_: Any) -> bool:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(room.conductor, "_keep", die)
        with pytest.raises(Killed):
            room.conductor.act(order(*words), ACT)


def look(conductor: Conductor, room: Room) -> None:
    player: Any = room.player
    conductor.agree(player, 0.0)


@pytest.mark.parametrize("words", [("duck",), ("volume", "-60"), ("rescue",), ("next",), ("fade-out", "8")])
def test_an_act_that_was_heard_and_not_kept_is_adopted_once_by_whoever_takes_over(
    room: Room, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    killed_before_it_is_kept(room, monkeypatch, *words)
    asked = list(room.player.asked)
    for _again in range(2):
        later = room.another()
        look(later, room)
    assert room.player.asked == asked
    assert [acted.act for acted in room.acted] == [words[0]]
    assert noted(room) == ["adopted"]
    assert later.state.acts == 1
    assert later.act(order(*words), ACT).words == "Done already."


def test_a_rescue_that_was_heard_and_not_kept_is_shown_as_one(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    killed_before_it_is_kept(room, monkeypatch, "rescue")
    later = room.another()
    look(later, room)
    assert (later.state.sounding.cover, later.state.sounding.heard.playlist) == (Cover.RESCUE, "grounding")
    later.act(order("undo"))
    assert room.player.asked[-1][1] == ["bed:waiting"]


def test_an_act_that_was_adopted_counts_once_whatever_the_same_program_does_after_it(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_before_it_is_kept(room, monkeypatch, "duck")
    later = room.another()
    for mark in ("onset", "peak", "return"):
        later.mark(mark)
    assert (later.state.sounding.ducked, later.state.acts) == (True, 1)


def test_an_act_that_the_player_was_never_told_counts_for_nothing(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    killed_before_it_is_kept(room, monkeypatch, "duck")
    room.player.done.clear()
    later = room.another()
    look(later, room)
    assert (room.acted, noted(room), later.state.sounding.ducked) == ([], [], False)


def test_a_player_that_plays_anything_else_than_what_the_state_says_is_told_again_once(room: Room) -> None:
    room.do("volume", "-6")
    room.player.mix_digest = "another"
    room.player.gain("unknown", "volume", -60.0, 0)  # type: ignore[arg-type]
    later = room.another()
    look(later, room)
    assert [each[:2] for each in room.player.asked[-2:]] == [("replace", ["bed:waiting"]), ("volume", -6.0)]
    asked = len(room.player.asked)
    look(later, room)
    assert len(room.player.asked) == asked
    assert noted(room) == ["told again"]


def test_what_two_screens_see_at_once_is_noted_once(room: Room) -> None:
    for conductor in (room.conductor, room.another()):
        conductor.note("silent", "Nothing has left for 10 s.", 1.0, ACT)
    assert noted(room) == ["silent"]


def test_an_output_of_its_own_level_that_was_heard_otherwise_is_told_again_and_no_other_level_moves(room: Room) -> None:
    room.do("output-volume", "Headphones -9")
    room.player.gain("unknown", "volume", -40.0, 0, "Headphones")  # type: ignore[arg-type]
    room.player.gain("unknown", "volume", -40.0, 0, "Room")  # type: ignore[arg-type]
    asked = len(room.player.asked)
    later = room.another()
    look(later, room)
    assert [each[:2] for each in room.player.asked[asked:]] == [("Headphones", -9.0), ("Room", 0.0)]
    look(later, room)
    assert len(room.player.asked) == asked + 2
    assert noted(room) == ["told again"]


def test_an_own_level_that_was_heard_and_not_kept_is_adopted(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    killed_before_it_is_kept(room, monkeypatch, "output-volume", "Headphones -9")
    asked = list(room.player.asked)
    later = room.another()
    look(later, room)
    assert (room.player.asked, noted(room)) == (asked, ["adopted"])
    assert dict(later.state.sounding.output_db) == {"Headphones": -9.0}
