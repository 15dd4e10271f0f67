"""Files written whole or not at all, readable by their owner only."""

import glob
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO, TypeAlias

from setsetting.errors import AlreadyExists, NotFound, Refused
from setsetting.words.translate import _

OWNER_ONLY = 0o600
OWNER_ONLY_DIR = 0o700
Stamp: TypeAlias = tuple[int, int, int]
"""By what a file is known without being read: its bytes, and when its content and its entry changed, in ns."""


def private_dir(path: Path) -> Path:
    """Make a folder (and its parents) that only its owner may read."""
    try:
        for missing in [parent for parent in reversed(path.parents) if not parent.exists()]:
            missing.mkdir(mode=OWNER_ONLY_DIR, exist_ok=True)  # `parents` of mkdir would leave them open to all
        path.mkdir(mode=OWNER_ONLY_DIR, exist_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from error
    return path


def write_whole(path: Path, content: bytes, *, replace: bool, synced: bool = True) -> None:
    """Write `content` under a temporary name, sync it, and give it its name.

    With `replace=False` an existing file is kept and `AlreadyExists` is raised, without a gap in
    which another writer could slip in. What is not `synced` outlives a kill, and a loss of power once `sync` was asked.
    """
    with written_whole(path, replace=replace, synced=synced) as part:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
        part.write_bytes(content)


@contextmanager
def written_whole(path: Path, *, replace: bool, synced: bool = True) -> Iterator[Path]:
    """Give a temporary name beside `path`; what is there after the block becomes `path`, after a failure nothing.

    See `write_whole` for `replace` and `synced`.
    """
    if not path.name:
        raise Refused(_("{path} is a folder; name a file in it.").format(path=path))
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield part
        if synced:
            _sync(part)
        _name(part, path, replace=replace)
        if synced:
            sync_folder(path.parent)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        part.unlink(missing_ok=True)


def _name(part: Path, path: Path, *, replace: bool) -> None:
    if replace:
        os.replace(part, path)
    else:
        try:
            os.link(part, path)
        except FileExistsError as error:
            raise exists(path) from error
        except OSError:  # a file system without hard links
            if path.exists():
                raise exists(path) from None
            os.replace(part, path)
        part.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Bring a file that was written and its name to the disk; one that is gone is left alone."""
    try:
        _sync(path)
    except OSError:
        return
    sync_folder(path.parent)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def next_numbered(folder: Path, stem: str, suffix: str) -> Path:
    """The name STEM-NNN.SUFFIX after the last that is taken."""
    taken = [path.stem.removeprefix(f"{stem}-") for path in folder.glob(f"{glob.escape(stem)}-*{suffix}")]
    last = max((int(number) for number in taken if number.isdecimal()), default=0)
    return folder / f"{stem}-{last + 1:03d}{suffix}"


def sync_folder(folder: Path) -> None:
    """Make a rename durable; a system that cannot sync a folder is left alone."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        return
    finally:
        os.close(handle)


def stamp(path: Path) -> tuple[int, int] | None:
    """When a file was last written and how long it is, so that a change is seen; None where it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def exists(path: Path) -> AlreadyExists:
    return AlreadyExists(
        _("{path} exists already; add --force to replace it, or choose another name.").format(path=path)
    )


def read_text(path: Path) -> str:
    """Read a UTF-8 file; a missing or unreadable one is a sentence."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise NotFound(_("{path} does not exist.").format(path=path)) from error
    except UnicodeDecodeError as error:
        raise Refused(_("{path} is not UTF-8 text; save it as UTF-8.").format(path=path)) from error
    except OSError as error:
        raise Refused(_("{path} cannot be read: {why}.").format(path=path, why=error.strerror)) from error


@contextmanager
def lines_of(path: Path, encoding: str = "utf-8-sig") -> Iterator[TextIO]:
    """Open a text file to be read line by line, as a CSV reader wants it; a missing or unreadable one is a sentence.

    Raises UnicodeDecodeError where it is written in another encoding.
    """
    try:
        with path.open(encoding=encoding, newline="") as file:
            yield file
    except FileNotFoundError as error:
        raise NotFound(_("{path} does not exist.").format(path=path)) from error
    except OSError as error:
        raise Refused(_("{path} cannot be read: {why}.").format(path=path, why=error.strerror)) from error


def stamp_of(path: str) -> Stamp | None:
    """The stamp of a file as it is now; None where it cannot be looked at."""
    try:
        about = os.stat(path)  # noqa: PTH116 - half the time of a Path
    except OSError:
        return None
    return about.st_size, about.st_mtime_ns, about.st_ctime_ns


def cannot_write(path: Path, error: OSError) -> Refused:
    return Refused(_("{path} cannot be written: {why}.").format(path=path, why=error.strerror or error))
