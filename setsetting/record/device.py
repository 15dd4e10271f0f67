"""Which writer this is: one random id per user of this machine and clinic folder, and what it wrote last.

It lives outside the clinic folder, in the user's state folder, so that a copied or restored folder
is not the same writer and two chains never share a name. The file's name is a digest of the clinic
folder's resolved path; it holds the id, and the place and hash of this device's newest event: a record
that lacks that event is an older copy, or its end was cut off.
"""

import hashlib
import os
import re
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import platformdirs

from setsetting.errors import AlreadyExists, BrokenFile, Refused, SetSettingError
from setsetting.machine.files import private_dir, read_text, write_whole
from setsetting.machine.locks import held
from setsetting.words.translate import _

STATE = "SETSETTING_STATE"
"""The environment's name for another state folder."""

_WAIT_S = 1.0
"""How long a window that notes its newest event is waited for: it does so within microseconds, or was stopped."""

_KEPT = re.compile(r"([0-9a-f]{32})(?: (\d{16}) ([0-9a-f]{64}))?\n?")


@dataclass(frozen=True, slots=True)
class Device:
    """A writer; `newest` is the (seq, hash) of the last event it is known to have written.

    One without a `path` is kept nowhere, and knows no newest event.
    """

    id: str
    path: Path | None = None
    newest: tuple[int, str] | None = None

    @classmethod
    def of(cls, folder: Path) -> Self:
        """This device for a clinic folder, made at the first call.

        Raises Refused when the state folder can't be written, BrokenFile when the id can't be read.
        """
        path = _path_of(folder)
        if not path.exists():
            with suppress(AlreadyExists):  # another window was faster: its id is ours
                _write_new(path, replace=False)
        return cls.read(path)

    @classmethod
    def known(cls, folder: Path) -> Self | None:
        """This device for a clinic folder, if it ever wrote there; nothing is made."""
        path = _path_of(folder)
        return cls.read(path) if path.exists() else None

    @classmethod
    def read(cls, path: Path) -> Self:
        found = _KEPT.match(read_text(path))
        if found is None:
            raise BrokenFile(
                _("{path} holds no device id. Delete it: this device then goes on as a new writer.").format(path=path)
            )
        newest = None if found[2] is None else (int(found[2]), found[3])
        return cls(found[1], path, newest)

    def now(self) -> Self:
        """This device as every window has left it by now, renewed perhaps. Raises SetSettingError."""
        if self.path is None:
            return self
        with held(self.path.with_suffix(".lock"), wait_s=_WAIT_S):
            return self.read(self.path)

    def keep(self, seq: int, hash_: str) -> None:
        """Note the newest event behind the id, in place: as cheap as can be, and lost by nothing less than the machine's power.

        What another window has renewed or carried further meanwhile is left alone. Raises OSError and SetSettingError.
        """
        if self.path is None:
            return
        with held(self.path.with_suffix(".lock"), wait_s=_WAIT_S):
            kept = self.read(self.path)
            if kept.id == self.id and (kept.newest or (0,))[0] < seq:
                with self.path.open("r+b", buffering=0) as file:
                    file.seek(len(self.id))
                    file.write(f" {seq:016d} {hash_}\n".encode())

    def renewed(self) -> Self:
        """The writer to go on as; another window may have renewed it already. Raises Refused."""
        if self.path is None:
            return self
        if (now := self.read(self.path)).id != self.id:
            return now
        _write_new(self.path, replace=True)
        return self.read(self.path)


def _path_of(folder: Path) -> Path:
    return state_folder() / "devices" / hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:32]


def _write_new(path: Path, *, replace: bool) -> None:
    try:
        private_dir(path.parent)
        write_whole(path, f"{uuid.uuid4().hex}\n".encode(), replace=replace)
    except AlreadyExists:
        raise
    except SetSettingError as error:
        raise Refused(
            _("{path} cannot be written, so this device has no identity. Set {name} to a folder of yours.").format(
                path=path.parent, name=STATE
            )
        ) from error


def state_folder() -> Path:
    """The user's state folder for this program."""
    chosen = os.environ.get(STATE)
    return Path(chosen) if chosen else platformdirs.user_state_path("setsetting", appauthor=False)
