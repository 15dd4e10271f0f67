"""Planning beside whoever shows a session: on a thread of its own, one plan at a time, so that no key waits for it."""

import sys
import threading
from contextlib import suppress

from setsetting.errors import Stopped
from setsetting.session.planning import Replanner
from setsetting.session.replanning import Due, Planned
from setsetting.session.state import State
from setsetting.soundscape.soundscape import Soundscape

_TURN_S = 0.001
"""How long the planning holds the interpreter at a time: a key asks for it some dozens of times before it is heard."""


class Aside:
    """Plans what is due on a thread; what came of it waits until it is taken."""

    def __init__(self, replanner: Replanner, plan: Soundscape) -> None:
        """Look tonight's tracks through meanwhile, so that a hold is at hand."""
        sys.setswitchinterval(_TURN_S)
        self._replanner = replanner
        self._due: Due | None = None
        self._planned: Planned | None = None
        self._dropped = False
        self._thread = threading.Thread(target=replanner.prepare, args=(plan,), daemon=True)
        self._thread.start()

    @property
    def works(self) -> bool:
        return self._thread.is_alive()

    def join(self, within_s: float) -> None:
        """Wait until nothing is planned."""
        self._thread.join(within_s)

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
            self._planned = due.planned(self._replanner, lambda: self._dropped)
