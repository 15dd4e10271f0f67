"""Two screens act on a session, each by its number; a third looks until one of them is left."""

from pathlib import Path

from session_room import Room

from setsetting.record.kinds import SessionMarked
from setsetting.session.seats import Seat


def test_two_seats_and_what_is_left_is_free(tmp_path: Path) -> None:
    first, second = Seat.taken(tmp_path), Seat.taken(tmp_path)
    assert first is not None and second is not None
    assert (first.number, second.number, Seat.taken(tmp_path)) == (1, 2, None)
    first.close()
    again = Seat.taken(tmp_path)
    assert again is not None and again.number == 1


def test_an_act_and_a_mark_carry_the_number_of_their_screen(tmp_path: Path) -> None:
    room = Room(tmp_path).at(10)
    other = room.another()
    room.conductor.screen, other.screen = 1, 2
    room.do("duck")
    other.mark("voice")
    marked = [event.screen for event in room.book.events.values() if isinstance(event, SessionMarked)]
    assert [acted.screen for acted in room.acted] == [1]
    assert marked == [2]
