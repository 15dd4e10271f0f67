"""Local sockets between processes of one user: the one seam for their paths, rights and peers.

They are Unix stream sockets, readable by their owner only, and every peer's user is asked of the
kernel where it tells. A system without them is refused with a sentence; nothing listens on a network.
"""

import os
import socket
import stat
import struct
import sys
import warnings
from pathlib import Path

import platformdirs

from setsetting.errors import Refused
from setsetting.machine.files import OWNER_ONLY, OWNER_ONLY_DIR, private_dir
from setsetting.words.translate import _

LONGEST_PATH = 100
"""Bytes; `sun_path` holds 104 on macOS and BSD, 108 on Linux, the closing zero included."""

MOST_WAITING = 128
"""Who connects where more wait to be let in is told that nobody listens."""


def runtime_dir() -> Path:
    """The user's own folder for sockets and locks that need not outlive a start of the machine.

    A folder that is a link, or somebody else's, is refused: the name may lie in a shared place.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs says on stderr that it falls back to a place in /tmp
        folder = private_dir(Path(platformdirs.user_runtime_dir("setsetting", appauthor=False)))
    for place in (folder.parent, folder):
        about = place.lstat()
        ours = not hasattr(os, "getuid") or about.st_uid in ((0, os.getuid()) if place != folder else (os.getuid(),))
        if not stat.S_ISDIR(about.st_mode) or not ours:
            raise Refused(_("{folder} is not a folder of yours; remove it.").format(folder=place))
    if os.name == "posix":
        folder.chmod(OWNER_ONLY_DIR)
    return folder


def fits(path: Path) -> bool:
    """Tell whether a socket can have this path on every system."""
    return len(os.fsencode(path)) <= LONGEST_PATH


def listen(path: Path) -> socket.socket:
    """Listen at `path`; what lies there from a dead process is replaced."""
    endpoint = _unix_socket()
    try:
        path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            endpoint.bind(os.fspath(path))
        finally:
            os.umask(before)
        path.chmod(OWNER_ONLY)
        endpoint.listen(MOST_WAITING)
    except OSError as error:
        endpoint.close()
        raise Refused(
            _("No socket can be made at {path}: {why}.").format(path=path, why=error.strerror or error)
        ) from error
    return endpoint


def connect(path: Path, timeout_s: float) -> socket.socket | None:
    """Connect to whoever listens at `path`; None when nobody does."""
    endpoint = _unix_socket()
    endpoint.settimeout(timeout_s)
    try:
        endpoint.connect(os.fspath(path))
    except OSError:  # no file, nobody behind it, or not a socket: all mean that nobody listens
        endpoint.close()
        return None
    if not is_ours(endpoint):
        endpoint.close()
        return None
    return endpoint


def is_ours(endpoint: socket.socket) -> bool:
    """Tell whether the other end runs as this user; root is trusted, as it could read us anyway."""
    uid = _peer_uid(endpoint)
    return uid is None or uid in (0, os.getuid())


def _peer_uid(endpoint: socket.socket) -> int | None:
    if hasattr(socket, "SO_PEERCRED"):
        told = endpoint.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return int(struct.unpack("3i", told)[1])
    if sys.platform == "darwin":  # LOCAL_PEERCRED of SOL_LOCAL gives a struct xucred: version, uid, groups
        told = endpoint.getsockopt(0, 1, 76)
        return int(struct.unpack("2I", told[:8])[1])
    return None  # the path's rights are the guard


def _unix_socket() -> socket.socket:
    if not hasattr(socket, "AF_UNIX"):
        raise Refused(_("This system has no Unix sockets, which a session's player is spoken to through."))
    return socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
