"""JSON read strictly into a shape: a trouble names the file, the field and what was expected of it."""

from pathlib import Path
from typing import TypeVar

import msgspec

from setsetting.errors import BrokenFile, broken
from setsetting.words.translate import _

T = TypeVar("T")
NOT_READ = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What reading raises: another shape, no JSON, no text, or nested without end."""


def parse(data: bytes | str, path: Path, shape: type[T], what: str) -> T:
    """Read a whole file; BrokenFile says that it is not `what`, and why."""
    try:
        return msgspec.json.decode(data, type=shape)
    except NOT_READ as error:
        raise not_a(what, path, str(error).rstrip(".") or _("nested too deep")) from error


def line(data: bytes, shape: type[T]) -> T | None:
    """Read one line of a journal; None for one that was torn by a kill, or is empty."""
    try:
        return msgspec.json.decode(data, type=shape)
    except NOT_READ:
        return None


def not_a(what: str, path: Path, why: str) -> BrokenFile:
    """Build "FILE: not WHAT: WHY."."""
    return broken(path, None, _("not {what}: {why}.").format(what=what, why=why))
