"""Gates of the fast output: frames at which it waits, so that a script's acts land exactly there."""

import threading
from collections.abc import Iterable

from setsetting.errors import Refused
from setsetting.units import Frames
from setsetting.words.translate import _


class Gates:
    """Waited at by the sender, released by a client; a gate released ahead is not waited at."""

    def __init__(self, gates: Iterable[Frames]) -> None:
        self._changed = threading.Condition()
        self._known = set(gates)
        self._shut = set(self._known)
        self.waiting_at: Frames | None = None

    def next(self, frame: Frames) -> Frames | None:
        """The first gate still shut at or after a frame."""
        with self._changed:
            return min((gate for gate in self._shut if gate >= frame), default=None)

    def arrive(self, gate: Frames) -> None:
        with self._changed:
            self.waiting_at = gate

    def wait(self, gate: Frames, timeout_s: float) -> bool:
        """Wait until the gate opens; False when it did not in time."""
        with self._changed:
            if self._changed.wait_for(lambda: gate not in self._shut, timeout_s):
                self.waiting_at = None
                return True
            return False

    def release(self, gate: Frames) -> None:
        with self._changed:
            if gate not in self._known:
                raise Refused(_("There is no gate at frame {gate}.").format(gate=gate))
            self._shut.discard(gate)
            self._changed.notify_all()

    def open_all(self) -> None:
        with self._changed:
            self._shut.clear()
            self._changed.notify_all()
