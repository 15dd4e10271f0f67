"""The player's client: finds a player that runs, and asks things of it.

Every command that changes sound carries an event id and is applied once: repeating it answers with the first result
and `already`. Acts on the sound are refused to a client that does not hold the baton; taking it is always allowed. A
client may vanish at any time; the music goes on.
"""

import contextlib
import socket
import threading
from collections.abc import Generator
from pathlib import Path

from setsetting import strict_json
from setsetting.audio.mix import Mix
from setsetting.errors import Refused, SetSettingError
from setsetting.machine import sockets
from setsetting.machine.closable import Closable
from setsetting.player import journal
from setsetting.player.job import ADDRESS_FILE, SOCKET_FILE
from setsetting.player.journal import JournalEntry, JournalKind
from setsetting.player.protocol import (
    LONGEST_LINE,
    FadeOut,
    Follow,
    Gain,
    GetState,
    PlayerCommand,
    Release,
    Replace,
    Reply,
    Stop,
    TakeBaton,
    line_of,
)
from setsetting.player.status import GainLayer, PlayerState
from setsetting.units import Decibels, Frames, Milliseconds
from setsetting.words.translate import _

_ANSWER_S = 15.0
"""A new Mix that begins deep inside a long track takes seconds to open; the music goes on meanwhile."""
_STATE_S = 2.0
"""Its state a player tells at once; a screen must not stand still for one that is stopped."""


class PlayerGone(SetSettingError):
    """The player ended or died while it was spoken to."""


class Unanswered(PlayerGone):
    """A player that took a question has not answered it in time."""


class Player(Closable):
    """A running player, spoken to over its socket; one connection, one command at a time.

    Threads may share it; each waits for its own reply.
    """

    def __init__(self, folder: Path, timeout_s: float = _ANSWER_S) -> None:
        """Connect to the player of `folder`; raise `PlayerGone` when none answers."""
        self._folder = folder
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._connection = _open(folder, timeout_s)
        self._lines = self._connection.makefile("rb")

    def state(self, within_s: float = _STATE_S) -> PlayerState:
        """Ask what it does now; soon after it has ended it is gone, and only its journal tells."""
        state = self._ask(GetState(), within_s).state
        if state is None:
            raise _gone()
        return state

    def take_baton(self, controller: str) -> str | None:
        """Become the one controller (as `controller`, a token); return who was it before, if anyone."""
        return self._ask(TakeBaton(controller)).before

    def replace(self, event_id: str, mix: Mix, fade_frames: Frames) -> Reply:
        """Play `mix` from now on, crossfading; 0 when what sounds now is the same in both."""
        return self._ask(Replace(event_id, mix, fade_frames))

    def gain(
        self, event_id: str, layer: GainLayer, db: Decibels, over_ms: Milliseconds, output: str | None = None
    ) -> Reply:
        """Move a layer to `db` (at most 0) over a time, of all outputs or of one alone."""
        return self._ask(Gain(event_id, layer, db, over_ms, output))

    def fade_out(self, event_id: str, over_ms: Milliseconds) -> Reply:
        """Fade to silence, then end."""
        return self._ask(FadeOut(event_id, over_ms))

    def stop(self, event_id: str) -> Reply:
        """End now, after the shortest fade without a click."""
        return self._ask(Stop(event_id))

    def release(self, event_id: str, barrier: Frames) -> Reply:
        """Let a fast player go on past a barrier; one that is still ahead will not wait."""
        return self._ask(Release(event_id, barrier))

    def at_barrier(self, barrier: Frames) -> bool:
        """Wait until the player waits at this barrier; False when it ended without coming there."""
        with contextlib.closing(self.follow()) as entries:
            for entry in entries:
                if entry.what is JournalKind.BARRIER and entry.barrier == barrier:
                    return True
        return False

    def follow(self) -> Generator[JournalEntry, None, None]:
        """Give the journal's entries, then new ones as they come, until the player is gone.

        It uses a connection of its own. What a player wrote but could no longer tell is read from its journal.
        """
        last_n = 0
        with (
            contextlib.suppress(PlayerGone, OSError),
            _open(self._folder, self._timeout_s) as connection,
            connection.makefile("rb") as lines,
        ):
            connection.sendall(line_of(Follow()))
            connection.settimeout(None)
            while (entry := _read(lines.readline(LONGEST_LINE)).entry) is not None:
                last_n = entry.n
                yield entry
        yield from (entry for entry in journal.read(self._folder) if entry.n > last_n)

    def close(self) -> None:
        """Let go of the connection and the baton; the player plays on."""
        self._lines.close()
        self._connection.close()

    def _ask(self, command: PlayerCommand, within_s: float = _ANSWER_S) -> Reply:
        with self._lock:
            try:
                self._connection.settimeout(min(self._timeout_s, within_s))
                self._connection.sendall(line_of(command))
                reply = _read(self._lines.readline(LONGEST_LINE))
            except TimeoutError as error:
                raise Unanswered(_("The player does not answer.")) from error
            except (OSError, ValueError) as error:  # ValueError: this connection was closed
                raise _gone() from error
        if reply.error is not None:
            raise Refused(reply.error)
        return reply


def connect(folder: Path, within_s: float = _STATE_S) -> Player | None:
    """Find the player of this folder; None when none answers within so long."""
    with contextlib.suppress(PlayerGone), contextlib.ExitStack() as unless_it_answers:
        player = unless_it_answers.enter_context(Player(folder))
        player.state(within_s)
        unless_it_answers.pop_all()
        return player
    return None


def _open(folder: Path, timeout_s: float) -> socket.socket:
    try:
        address = Path((folder / ADDRESS_FILE).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise _gone() from error
    for door in dict.fromkeys((address, folder / SOCKET_FILE)):  # the folder may have been moved since
        if (connection := sockets.connect(door, timeout_s)) is not None:
            return connection
    raise _gone()


def _read(line: bytes) -> Reply:
    reply = strict_json.line(line, Reply) if line.endswith(b"\n") else None
    if reply is None:
        raise _gone()
    return reply


def _gone() -> PlayerGone:
    return PlayerGone(_("The player does not answer; it has ended or was killed."))
