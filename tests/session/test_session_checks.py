"""Planned checks: which is next, which was done, and when the music is quieter for one."""

from pathlib import Path
from typing import Any

import pytest
from session_room import Room

from setsetting.session.checks import PlannedCheck, is_quiet, next_check, planned

MIN = 60_000
AT = (15 * MIN, 30 * MIN, 45 * MIN)


@pytest.mark.parametrize(
    ("now", "done", "following"),
    [
        (None, (), 15),
        (10, (), 15),
        (16, (), 15),  # late is no reason to leave it out
        (16, (14,), 30),
        (24, (), 15),
        (25, (), 30),  # the next is near
        (26, (25,), 45),
        (59, (), 45),
        (60, (), None),
        (46, (46,), None),
    ],
)
def test_the_check_that_is_near_or_comes_next(now: float | None, done: tuple[int, ...], following: int | None) -> None:
    checks = planned(AT, [minute * MIN for minute in done])
    found = next_check(checks, None if now is None else round(now * MIN))
    assert (None if found is None else found.at_ms) == (None if following is None else following * MIN)


def test_a_check_that_was_marked_long_before_it_is_another() -> None:
    assert not any(check.done for check in planned(AT, [5 * MIN]))
    assert planned((), [5 * MIN]) == () and next_check((), 5 * MIN) is None
    assert [check.done for check in planned((15 * MIN, 17 * MIN), [16 * MIN])] == [False, True]


def test_the_music_is_quieter_round_a_check_until_it_is_done() -> None:
    checks = planned(AT, ())
    assert not is_quiet(checks, None)
    assert [is_quiet(checks, round(minute * MIN)) for minute in (14, 14.5, 16, 17.9, 18.1)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert not is_quiet((PlannedCheck(15 * MIN, done=True),), 15 * MIN)


def test_two_screens_that_quieten_at_once_ask_the_player_once(tmp_path: Path) -> None:
    room = Room(tmp_path).at(10)
    player: Any = room.player
    for conductor in (room.conductor, room.another()):
        conductor.quieten("quiet 0 -6", -6.0, 1.0)
    assert {(layer, db) for layer, db, _over in player.asked} == {("quiet", -6.0)}
    assert len({entry.event_id for entry in player.done if entry.layer == "quiet"}) == 1
