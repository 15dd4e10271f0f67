"""Whose turn it is to act on a session: one controller at a time, over all that there are.

A lock dies with its holder. One that was stopped in the middle of an act would keep it for ever, so it is let go on:
what it had begun is done and kept, once, and then it is the next one's turn.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from setsetting.machine import locks
from setsetting.session.folder import BATON_LOCK
from setsetting.words.translate import _

_SOON_S = 0.3
"""Who acts is done within so long, but for a machine without breath and a player that is being started."""


@contextmanager
def taken(folder: Path, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the lock of a session's acts for the block; raise `Busy` when it can't be had in time."""
    path, until = folder / BATON_LOCK, time.monotonic() + wait_s
    with ExitStack() as turn:
        while True:
            try:
                left_s = max(0.0, until - time.monotonic())
                turn.enter_context(locks.held(path, wait_s=min(left_s, _SOON_S), signed=True))
                break
            except locks.Busy as error:
                holder = locks.holder(path)
                if holder is not None:
                    holder.go_on()
                if time.monotonic() >= until:
                    words = _("Another program acts on the session and has not come to an end yet; do it again.")
                    raise locks.Busy(words) from error
        yield
