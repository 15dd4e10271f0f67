"""Barriers of the fast output: frames at which it waits, so that a script's acts land exactly there."""

import threading
from collections.abc import Iterable

from setsetting.errors import Refused
from setsetting.units import Frames
from setsetting.words.translate import _


class Barriers:
    """The sender waits at them and a client releases them; one released in advance is passed."""

    def __init__(self, barriers: Iterable[Frames]) -> None:
        self._changed = threading.Condition()
        self._known = set(barriers)
        self._shut = set(self._known)
        self.waiting_at: Frames | None = None

    def next(self, frame: Frames) -> Frames | None:
        """The first barrier still shut at or after a frame."""
        with self._changed:
            return min((barrier for barrier in self._shut if barrier >= frame), default=None)

    def arrive(self, barrier: Frames) -> None:
        with self._changed:
            self.waiting_at = barrier

    def wait(self, barrier: Frames, timeout_s: float) -> bool:
        """Wait until the barrier opens; False when it did not in time."""
        with self._changed:
            if self._changed.wait_for(lambda: barrier not in self._shut, timeout_s):
                self.waiting_at = None
                return True
            return False

    def release(self, barrier: Frames) -> None:
        with self._changed:
            if barrier not in self._known:
                raise Refused(_("There is no barrier at frame {barrier}.").format(barrier=barrier))
            self._shut.discard(barrier)
            self._changed.notify_all()

    def open_all(self) -> None:
        with self._changed:
            self._shut.clear()
            self._changed.notify_all()
