"""A copy of what can't be made anew: the record, what people said of the music, clinic.toml, rooms, playlists and voices.

It lies in backups/ under its time, made whole and verified before it has its name. The library's measurements and what
is rendered are left out, music too. Who puts the files back into the folder of a clinic has it as it was then.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from setsetting.desk.clinic import CURATION, RECORD, Clinic
from setsetting.desk.records import refuse_unsound
from setsetting.desk.settings import FILE
from setsetting.errors import Refused
from setsetting.machine import database, files
from setsetting.record.device import Device
from setsetting.record.verify import verify
from setsetting.units import Milliseconds
from setsetting.words.numbers import utc_text
from setsetting.words.translate import _

BACKUPS = "backups"
_MAKING = ".making-"
_FOLDERS = ("rooms", "playlists", "voice")


@dataclass(frozen=True, slots=True)
class Backup:
    """Where a copy lies, and how many events of the record are in it."""

    path: Path
    events: int


def make(clinic: Clinic) -> Backup:
    """Copy the clinic's own into backups/; refuses a record that does not verify, and leaves nothing half made."""
    refuse_unsound(clinic)
    device = Device.known(clinic.folder)  # read before the copy: what is written meanwhile is missing in none
    name = utc_text(clinic.clock.utc_ms()).replace(":", "")
    made = clinic.folder / BACKUPS / name
    if made.exists():
        raise files.exists(made)
    making = made.with_name(_MAKING + name)
    try:
        files.private_dir(making)
        events = _copy(clinic.folder, making, device)
        os.replace(making, made)
        files.sync_folder(made.parent)
    except OSError as error:
        raise files.cannot_write(made, error) from error
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return Backup(made, events)


def newest_ms(folder: Path) -> Milliseconds | None:
    """When the newest file in backups/ was written, by whatever it was copied; None where there is none."""
    found = [
        each.stat().st_mtime for each in (folder / BACKUPS).glob("**/*") if each.is_file() and not _unfinished(each)
    ]
    return Milliseconds(round(max(found) * 1000)) if found else None


def _unfinished(path: Path) -> bool:
    return any(part.startswith(_MAKING) for part in path.parts)


def _copy(clinic: Path, to: Path, device: Device | None) -> int:
    """Copy everything; return how many events the copy of the record holds, verified."""
    for name in (RECORD, CURATION):
        if (clinic / name).is_file():
            database.copy(clinic / name, to / name)
    for path in _files(clinic):
        files.private_dir((to / path.relative_to(clinic)).parent)
        files.write_whole(to / path.relative_to(clinic), path.read_bytes(), replace=False)
    found = verify(to / RECORD, device)
    if not found.ok:
        raise Refused(_("The copy does not verify, and was not kept. {why}").format(why=" ".join(found.sentences())))
    return found.events


def _files(clinic: Path) -> Iterator[Path]:
    yield clinic / FILE
    for folder in _FOLDERS:
        yield from (path for path in sorted((clinic / folder).glob("*")) if path.is_file() and not path.is_symlink())
