"""A lock that lives as long as its holder's process: no stale lock survives a kill."""

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from setsetting.errors import Refused
from setsetting.machine.files import OWNER_ONLY
from setsetting.words.translate import _


class Busy(Refused):
    """Another process holds the lock."""


@contextmanager
def held(path: Path, *, wait_s: float = 0.0) -> Iterator[None]:
    """Hold an exclusive lock on `path` for the block; raise `Busy` when it can't be had in time."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY)
    except OSError as error:
        raise Refused(_("{path} cannot be opened: {why}.").format(path=path, why=error.strerror)) from error
    try:
        deadline = time.monotonic() + wait_s
        while not _lock(handle):
            if time.monotonic() >= deadline:
                raise Busy(_("{path} is held by another process; try again when it has ended.").format(path=path))
            time.sleep(0.01)
        yield
    finally:
        os.close(handle)


def is_held(path: Path) -> bool:
    """Tell whether another process holds the lock on `path`; where there is no file nobody does."""
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        return not _lock(handle, shared=True)
    finally:
        os.close(handle)


def _lock(handle: int, *, shared: bool = False) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            return False
        raise
    return True
