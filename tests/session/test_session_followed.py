"""A session that is followed: to its end, and to its close where that is begun."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

import pytest

from setsetting.session import walk
from setsetting.session.live import LiveSession
from setsetting.session.status import SessionGone, SessionState

PLAYING, ENDED, CLOSED = SessionState.PLAYING, SessionState.ENDED, SessionState.CLOSED


class Followed:
    """A session that is found in these states one after another, and then gone; `over` says that its close was begun."""

    def __init__(self, *states: SessionState, over: bool) -> None:
        self._states: Iterator[SessionState] = iter(states)
        self.conductor = SimpleNamespace(gone=False)
        self.link = SimpleNamespace(is_over=over)

    def status(self) -> SimpleNamespace:
        state = next(self._states, None)
        if state is None:
            raise SessionGone("closed")
        return SimpleNamespace(state=state, plays=state is PLAYING)


@pytest.mark.parametrize(
    ("states", "over", "seen"),
    [
        ((PLAYING, ENDED, ENDED), False, [PLAYING, ENDED]),
        ((PLAYING, ENDED, ENDED), True, [PLAYING, ENDED, ENDED]),
        ((PLAYING, ENDED, CLOSED, CLOSED), True, [PLAYING, ENDED, CLOSED]),
        ((PLAYING,), False, [PLAYING]),
    ],
)
def test_looks_go_on_to_the_end_and_while_it_is_being_closed_until_it_is(
    monkeypatch: pytest.MonkeyPatch, states: tuple[SessionState, ...], over: bool, seen: list[SessionState]
) -> None:
    monkeypatch.setattr(walk, "POLL_S", 0.0)
    live = cast("LiveSession", Followed(*states, over=over))
    assert [each.state for each in walk.looks(live)] == seen
