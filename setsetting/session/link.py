"""The way to a session's player: found, spoken to, started again when it died.

A player that ended said so in its journal; one that is gone without a word was killed, and is started
again where it was, with a fade-in, as long as the session still lasts.
"""

import contextlib
import os
import time
import uuid
from pathlib import Path

from setsetting.errors import Refused
from setsetting.machine import locks
from setsetting.machine.closable import Closable
from setsetting.player import client, journal, launch
from setsetting.player.client import Player, PlayerGone
from setsetting.player.journal import JournalEntry
from setsetting.player.status import PlaybackState, PlayerState
from setsetting.session.folder import BATON_LOCK
from setsetting.units import Frames, nearest_ms
from setsetting.words.translate import _

_SLACK_S = 5.0
_LOOK_EVERY_S = 0.05


class NotRunning(Refused):
    """There is no player to act on the sound."""


class PlayerLink(Closable):
    """One connection, kept open between questions; whoever holds it may vanish, the music goes on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._player: Player | None = None

    def close(self) -> None:
        if self._player is not None:
            self._player.close()
            self._player = None

    def state(self) -> PlayerState | None:
        """What the player does now; None when none answers."""
        for _again in range(2):  # a connection to a player that was restarted meanwhile is a dead one
            try:
                if self._player is None:
                    self._player = client.connect(self.folder)
                if self._player is None:
                    return None
                return self._player.state()
            except PlayerGone:
                self.close()
        return None

    def player(self) -> Player:
        """The player, with its baton taken; raises Refused (NotRunning when it was killed) when there is none."""
        state = self.state()
        if state is None or state.state is PlaybackState.ENDED or self._player is None:
            if self.ended is not None:
                raise Refused(_("The music has ended."))
            raise NotRunning(_("The player is not running; `setsetting session attach` restarts it."))
        self._player.take_baton(f"controller {os.getpid()}")
        return self._player

    def at_barrier(self, barrier: Frames) -> bool:
        """Wait until a fast player waits at this barrier; False when it ended without coming there."""
        return self.state() is not None and self._player is not None and self._player.at_barrier(barrier)

    def revive(self) -> bool:
        """Start a player that died again; True when one was started."""
        try:
            with locks.held(self.folder / BATON_LOCK):  # another controller may be starting it just now
                if self.ended is not None or self.state() is not None:
                    return False
                self._player = launch.restart(self.folder)
                return True
        except locks.Busy:
            return False

    @property
    def ended(self) -> JournalEntry | None:
        """How the player ended, by its journal; None while it runs or when it was killed."""
        return journal.ended(self.journal())

    def journal(self) -> list[JournalEntry]:
        return journal.read(self.folder)

    def last_frame(self) -> Frames:
        """The last frame known to have been sent, from whoever knows it best."""
        state = self.state()
        if state is not None:
            return state.frame
        return journal.last_frame(self.journal(), journal.read_position(self.folder))


def fade_out(folder: Path, over_s: float) -> None:
    """End what plays in a folder from which nothing else can be read; nothing when no player answers."""
    with PlayerLink(folder) as link:
        if link.state() is None:
            return
        with contextlib.suppress(Refused, PlayerGone):  # it has just ended
            link.player().fade_out(str(uuid.uuid4()), nearest_ms(over_s))
            until = time.monotonic() + over_s + _SLACK_S
            while link.state() is not None and time.monotonic() < until:
                time.sleep(_LOOK_EVERY_S)


def is_running(folder: Path) -> bool:
    """Whether a player plays in this folder now."""
    with PlayerLink(folder) as link:
        state = link.state()
        return state is not None and state.state is not PlaybackState.ENDED
