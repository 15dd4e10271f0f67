"""Planning beside whoever shows a session: on a thread of its own, one plan at a time, so that no key waits for it.

Two threads share one interpreter, and on a machine without breath whoever wants it back waits long. So the planning
stands still while the session is acted on or looked at, and until what came of it can have been drawn.
"""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from setsetting.errors import Stopped
from setsetting.session.planning import Replanner
from setsetting.session.replanning import Due, Planned
from setsetting.session.state import State
from setsetting.soundscape.soundscape import Soundscape

_TURN_S = 0.001
"""How long the planning holds the interpreter at a time: a key asks for it some dozens of times before it is heard."""
_DRAWN_S = 0.05
"""So soon after a look or an act it has been drawn."""
_MOST_S = 1.0
"""No longer does the planning stand still at a time: a disk may keep an act waiting."""


class Aside:
    """Plans what is due on a thread; what came of it waits until it is taken."""

    def __init__(self, replanner: Replanner, plan: Soundscape) -> None:
        """Look tonight's tracks through meanwhile, so that a hold is at hand."""
        sys.setswitchinterval(_TURN_S)
        self._replanner = replanner
        self._due: Due | None = None
        self._planned: Planned | None = None
        self._dropped = False
        self._stands_until_s = 0.0
        self._thread = threading.Thread(target=replanner.prepare, args=(plan,), daemon=True)
        self._thread.start()

    @property
    def works(self) -> bool:
        return self._thread.is_alive()

    def join(self, within_s: float) -> None:
        """Wait until nothing is planned."""
        self._thread.join(within_s)

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Plan no further for the block and a moment after it."""
        self._stands_until_s = time.monotonic() + _MOST_S
        try:
            yield
        finally:
            self._stands_until_s = time.monotonic() + _DRAWN_S

    def begin(self, due: Due) -> None:
        """Plan it; whoever asks meanwhile is not heard."""
        if not self.works:
            self._due, self._planned, self._dropped = due, None, False
            self._thread = threading.Thread(target=self._plan, args=(due,), daemon=True)
            self._thread.start()

    def drop(self) -> None:
        """Plan no further: something newer is asked of the music."""
        self._dropped = True

    def drop_unless_of(self, state: State) -> None:
        """Plan no further where what is planned from is no more."""
        if self._due is not None and not self._due.is_of(state):
            self.drop()

    def take(self) -> Planned | None:
        """What was planned, once; None while it is not."""
        if self.works:
            return None
        planned, self._planned = self._planned, None
        return planned

    def _plan(self, due: Due) -> None:
        with suppress(Stopped):
            self._planned = due.planned(self._replanner, self._is_dropped)

    def _is_dropped(self) -> bool:
        """Whether it is to be planned no further; asked every few milliseconds, it answers once it may go on."""
        while not self._dropped and (left_s := self._stands_until_s - time.monotonic()) > 0:
            time.sleep(min(left_s, _DRAWN_S))
        return self._dropped
