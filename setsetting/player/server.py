"""The player's door: a thread a connection, one line a command, one line a reply.

Only this user's processes are let in. Garbage is answered with a sentence, a line that is too long ends
its connection, and whoever stays away or reads nothing holds up only its own thread, and makes room for others.
"""

import contextlib
import hashlib
import select
import socket
import threading
import time
from pathlib import Path

from setsetting.errors import Refused, SetSettingError
from setsetting.machine import files, sockets
from setsetting.player.control import Caller, Control
from setsetting.player.job import ADDRESS_FILE, SOCKET_FILE
from setsetting.player.journal_writer import JournalWriter
from setsetting.player.protocol import LONGEST_LINE, Follow, Reply, line_of, read_command
from setsetting.words.translate import _

MOST_CONNECTIONS = 32
_LOOKED_AFTER_S = 1.0


class Server:
    """Listens from `open` to `close`."""

    def __init__(self, folder: Path, control: Control, journal: JournalWriter) -> None:
        self._folder = folder
        self._control = control
        self._journal = journal
        path = folder / SOCKET_FILE
        name = hashlib.sha256(str(folder).encode()).hexdigest()[:24]
        self._path = path if sockets.fits(path) else sockets.runtime_dir() / f"{name}.socket"
        self._listener: socket.socket | None = None
        self._made: tuple[int, int] | None = None
        self._followers: list[threading.Thread] = []
        self._heard: dict[socket.socket, tuple[float, Caller]] = {}
        """When each connection last said something; those that only listen are none of them."""
        self._lock = threading.Lock()

    def open(self) -> None:
        listener = sockets.listen(self._path)
        self._listener, self._made = listener, _identity(self._path)
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        if not self._is_told():
            files.write_whole(self._folder / ADDRESS_FILE, str(self._path).encode(), replace=True)

    def ensure_listening(self) -> None:
        """Make the door anew where it was taken away or something else was put into its place.

        A player that nobody can speak to plays on for hours.
        """
        if self._made is not None and _identity(self._path) == self._made and self._is_told():
            return
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts there
            self._listener.close()
        self._listener = self._made = None  # the door that was may come back with its folder, and nobody listens there
        with contextlib.suppress(SetSettingError):  # the folder is gone or full: again at the next look
            self.open()

    def _is_told(self) -> bool:
        try:
            return (self._folder / ADDRESS_FILE).read_bytes() == str(self._path).encode()
        except OSError:
            return False

    def close(self, wait_s: float) -> None:
        """Let the followers hear the last entries, then take the door away."""
        self._path.unlink(missing_ok=True)
        with self._lock:
            followers = list(self._followers)
        for thread in followers:
            thread.join(wait_s)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _address = listener.accept()
            except OSError:
                if listener.fileno() < 0:  # there is a new door
                    return
                time.sleep(0.1)  # out of handles for a moment
                continue
            if not sockets.is_ours(connection):
                connection.close()
            elif self._control.connections >= MOST_CONNECTIONS and not self._is_room_made():
                with connection, contextlib.suppress(OSError):
                    connection.settimeout(0.1)
                    connection.sendall(line_of(Reply(error=_("Too many clients are connected."))))
            else:
                self._control.connected()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _is_room_made(self) -> bool:
        """Let the connection go that has said nothing for longest; one that has the baton stays, and any may come again."""
        with self._lock:
            left = [(at, each) for each, (at, caller) in self._heard.items() if not self._control.has_baton(caller)]
            if not left:
                return False
            longest = min(left, key=lambda each: each[0])[1]
            del self._heard[longest]
            with contextlib.suppress(OSError):
                longest.shutdown(socket.SHUT_RDWR)  # wakes the thread that serves it
        return True

    def _hear(self, connection: socket.socket, caller: Caller) -> None:
        with self._lock:
            self._heard[connection] = time.monotonic(), caller

    def _serve(self, connection: socket.socket) -> None:
        caller = Caller()
        self._hear(connection, caller)
        try:
            with connection, connection.makefile("rb") as lines:
                while line := lines.readline(LONGEST_LINE):
                    self._hear(connection, caller)
                    if not line.endswith(b"\n"):
                        if len(line) == LONGEST_LINE:
                            connection.sendall(line_of(Reply(error=_("That line is too long for a command."))))
                        return
                    if not self._answer(line, connection, caller):
                        return
        except OSError:  # the client vanished; that changes nothing
            return
        finally:
            with self._lock:
                self._heard.pop(connection, None)
            self._control.disconnected(caller)

    def _answer(self, line: bytes, connection: socket.socket, caller: Caller) -> bool:
        """Answer one line; False when the connection has served its purpose."""
        try:
            command = read_command(line)
        except Refused as refused:
            connection.sendall(line_of(Reply(error=str(refused))))
            return True
        if isinstance(command, Follow):
            self._control.spoken_to.set()
            self._follow(connection, command.since_n)
            return False
        try:
            reply = self._control.handle(command, caller)
        except Exception as error:  # noqa: BLE001 - a command that fails must not take the door with it
            reply = Reply(error=_("The player could not do that ({why}).").format(why=type(error).__name__))
        connection.sendall(line_of(reply))
        return True

    def _follow(self, connection: socket.socket, since_n: int) -> None:
        with self._lock:
            self._followers.append(threading.current_thread())
            self._heard.pop(connection, None)
        journal = self._journal
        try:
            while True:
                with journal.changed:
                    if journal.last_n <= since_n and not journal.closed:
                        journal.changed.wait(_LOOKED_AFTER_S)
                    news = [entry for entry in journal.entries if entry.n > since_n]
                    closed = journal.closed
                for entry in news:
                    connection.sendall(line_of(Reply(entry=entry)))
                    since_n = entry.n
                if closed or _has_left(connection):
                    return
        finally:
            with self._lock:
                self._followers.remove(threading.current_thread())


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file lies there, links not followed."""
    try:
        about = path.lstat()
    except OSError:
        return None
    return about.st_dev, about.st_ino


def _has_left(connection: socket.socket) -> bool:
    """A follower says nothing more, so anything to read is its end."""
    return bool(select.select([connection], [], [], 0)[0])
