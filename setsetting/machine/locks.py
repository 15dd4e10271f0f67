"""A lock that lives as long as its holder's process: no stale lock survives a kill."""

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from setsetting.errors import Refused
from setsetting.machine.files import OWNER_ONLY
from setsetting.machine.processes import Process
from setsetting.words.translate import _


class Busy(Refused):
    """Another process holds the lock."""


@contextmanager
def held(path: Path, *, wait_s: float = 0.0, signed: bool = False) -> Iterator[None]:
    """Hold an exclusive lock on `path` for the block; raise `Busy` when it can't be had in time.

    One that is `signed` says in its file who holds it.
    """
    try:
        handle = _opened(path, os.O_CREAT)
    except OSError as error:
        raise Refused(_("{path} cannot be opened: {why}.").format(path=path, why=error.strerror)) from error
    try:
        deadline = time.monotonic() + wait_s
        while not _lock(handle):
            if time.monotonic() >= deadline:
                raise Busy(_("{path} is held by another process; try again when it has ended.").format(path=path))
            time.sleep(0.01)
        with _signed(handle) if signed else nullcontext():
            yield
    finally:
        os.close(handle)


@contextmanager
def _signed(handle: int) -> Iterator[None]:
    _write(handle, str(Process.this()))
    try:
        yield
    finally:
        _write(handle, "")


def holder(path: Path) -> Process | None:
    """Who signed the lock on `path` and still runs; None where nobody did."""
    try:
        found = Process.told(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if found is not None and found.runs else None


def _write(handle: int, words: str) -> None:
    with suppress(OSError):  # a full disk: it is held all the same
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, words.encode())


def is_held(path: Path) -> bool:
    """Tell whether another process holds the lock on `path`; where there is no file nobody does."""
    try:
        handle = _opened(path)
    except OSError:
        return False
    try:
        return not _lock(handle, shared=True)
    finally:
        os.close(handle)


def _opened(path: Path, more: int = 0) -> int:
    """Open the file of a lock; one whose disk can only be read by now can be held all the same."""
    try:
        return os.open(path, os.O_RDWR | more, OWNER_ONLY)
    except OSError as error:
        if error.errno != errno.EROFS:
            raise
        return os.open(path, os.O_RDONLY)


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
