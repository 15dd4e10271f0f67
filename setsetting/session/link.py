"""The way to a session's player: found, spoken to, started again when it died, and ended with the session.

A player that ended said so in its journal; one that is gone without a word was killed, and is started
again where it was, with a fade-in, as long as the session still lasts. One that lives and does not answer
stalls: nothing is started beside it. Once a session is over nothing is started in its folder.
"""

import contextlib
import os
from pathlib import Path

from setsetting.audio.mix import Mix
from setsetting.errors import Refused, SetSettingError
from setsetting.machine import locks
from setsetting.machine.closable import Closable
from setsetting.player import client, journal, launch, presence
from setsetting.player.client import Player, PlayerGone, Unanswered
from setsetting.player.journal import JournalEntry
from setsetting.player.status import PlaybackState, PlayerState
from setsetting.progress import Say, unheard
from setsetting.session import folder, turn
from setsetting.session.status import Presence
from setsetting.units import Frames
from setsetting.words.translate import _

_STARTS_WITHIN_S = 25.0
"""Who holds the lock of the acts may be starting the player."""
_ENDS_WITHIN_S = 8.0
"""How long a player whose session is over may take to fade out, and one that stalls to answer, before it is ended."""
_DYING_S = 1.0
"""A killed player's socket is gone a moment before its lock; on a busy machine a long one."""
_PATIENT_S, _IMPATIENT_S = 2.0, 0.3
"""How long a look waits for a player, and for one that stalled at the last look: a screen must not stand still."""
_ACT_PATIENT_S = 6.0
"""How long an act waits for a player that runs: on a machine without breath it is late, and not refused."""


class NotRunning(Refused):
    """There is no player to act on the sound."""


class Stalled(NotRunning):
    """There is a player, and it does not answer."""


class PlayerLink(Closable):
    """One connection, kept open between questions; whoever holds it may vanish, the music goes on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._player: Player | None = None
        self._stalls = False

    def close(self) -> None:
        if self._player is not None:
            self._player.close()
            self._player = None

    def state(self, patience_s: float = _PATIENT_S) -> PlayerState | None:
        """What the player does now; None when none answers in time."""
        if (self._player is None or self._stalls) and presence.is_stopped(self.folder):
            self.close()
            self._stalls = True
            return None
        within_s = _IMPATIENT_S if self._stalls and patience_s == _PATIENT_S else patience_s
        for _again in range(2):  # a connection to a player that was restarted meanwhile is a dead one
            try:
                if self._player is None:
                    self._player = client.Player(self.folder)
                state = self._player.state(within_s)
            except Unanswered:
                self.close()
                self._stalls = True
                return None
            except PlayerGone:
                self.close()
            else:
                self._stalls = False
                return state
        self._stalls = False
        return None

    def presence(self, state: PlayerState | None) -> Presence:
        """Whether there is a player, of whom was just asked what it does."""
        if state is not None:
            return Presence.ALIVE
        if presence.is_starting(self.folder):
            return Presence.NONE
        is_there = not presence.is_gone_within(self.folder, 0.0 if self._stalls else _DYING_S)
        return Presence.STALLED if is_there else Presence.NONE

    def player(self) -> Player:
        """The player, with its baton taken; raises Refused (NotRunning when it was killed) when there is none."""
        state = self.state(_ACT_PATIENT_S)
        if state is None or state.state is PlaybackState.ENDED or self._player is None:
            if self.ended is not None:
                raise Refused(_("The music has ended."))
            if self.presence(state) is Presence.STALLED:
                raise Stalled(_("That was not done: the player stalled and did not answer."))
            raise NotRunning(_("The player is not running; `setsetting session attach` restarts it."))
        self._player.take_baton(f"controller {os.getpid()}")
        return self._player

    def at_barrier(self, barrier: Frames) -> bool:
        """Wait until a fast player waits at this barrier; False when it ended without coming there."""
        return self.state() is not None and self._player is not None and self._player.at_barrier(barrier)

    def revive(self) -> bool:
        """Start a player that died again; True when one was started."""
        try:
            with turn.taken(self.folder):  # another controller may be starting it just now
                if self.is_over or self.ended is not None or self.state() is not None:
                    return False
                self._player = launch.restart(self.folder)
                return True
        except locks.Busy:
            return False

    def go_on(self, mix: Mix) -> None:
        """Have music that has ended go on with a Mix that is longer; raises a sentence where no player can start."""
        self.close()
        self._player = launch.go_on(self.folder, mix)

    @property
    def is_over(self) -> bool:
        """Whether the session is over, so that nothing plays for it any more and nothing is started."""
        return presence.is_over(self.folder)

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


def end(folder: Path, say: Say = unheard) -> None:
    """End what plays in a folder, whatever state it is in: no player is left, and none is started there any more.

    It fades by itself; one that does not answer is made to end, and that is said. Raises Refused when it cannot be.
    """
    with contextlib.suppress(Refused), turn.taken(folder, _STARTS_WITHIN_S):
        presence.set_over(folder)  # with the lock held nobody is in the middle of starting one
    presence.set_over(folder)
    if presence.end(folder, _ENDS_WITHIN_S):
        say(_("The player did not answer and was ended."))


def is_running(where: Path) -> bool:
    """Whether a player lives in a session's folder, answering or not, whose music has not ended.

    A session whose music comes from elsewhere runs until it is over.
    """
    with contextlib.suppress(SetSettingError):  # a header that cannot be read hides no player
        if folder.read(where).is_external:
            return not presence.is_over(where)
    with PlayerLink(where) as link:
        state = link.state()
        return link.presence(state) is not Presence.NONE and (state is None or state.state is not PlaybackState.ENDED)
