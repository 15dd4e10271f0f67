"""Which writer this is: one random id per user of this machine and clinic folder.

It lives outside the clinic folder, in the user's state folder, so that a copied or restored folder
is not the same writer and two chains never share a name. The file's name is a digest of the clinic
folder's resolved path; it holds the id and nothing else.
"""

import hashlib
import os
import re
import uuid
from pathlib import Path

import platformdirs

from setsetting.errors import AlreadyExists, BrokenFile, Refused, SetSettingError
from setsetting.machine.files import private_dir, read_text, write_whole
from setsetting.words.translate import _

STATE = "SETSETTING_STATE"
"""The environment's name for another state folder."""

_ID = re.compile(r"[0-9a-f]{32}")


def identity(folder: Path) -> str:
    """This device's id for a clinic folder: 32 hex digits, made at the first call.

    Raises Refused when the state folder can't be written, BrokenFile when the id can't be read.
    """
    name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:32]
    path = state_folder() / "devices" / name
    if not path.exists():
        try:
            private_dir(path.parent)
            write_whole(path, f"{uuid.uuid4().hex}\n".encode(), replace=False)
        except AlreadyExists:
            pass  # another window was faster: its id is ours
        except SetSettingError as error:
            raise Refused(
                _("{path} cannot be written, so this device has no identity. Set {name} to a folder of yours.").format(
                    path=path.parent, name=STATE
                )
            ) from error
    found = read_text(path).strip()
    if not _ID.fullmatch(found):
        raise BrokenFile(
            _("{path} holds no device id. Delete it: this device then goes on as a new writer.").format(path=path)
        )
    return found


def state_folder() -> Path:
    """The user's state folder for this program."""
    chosen = os.environ.get(STATE)
    return Path(chosen) if chosen else platformdirs.user_state_path("setsetting", appauthor=False)
