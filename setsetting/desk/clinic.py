"""Opening a clinic folder: what every act of the desk starts from.

The folder holds clinic.toml, record.db, library.db, curation.db, playlists/, rooms/, soundscapes/,
reports/, backups/ and, while sessions run, live/. Copying it makes another writer of the record.
"""

import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from setsetting.desk import settings as clinic_toml
from setsetting.desk.settings import Settings
from setsetting.errors import AlreadyExists, NotFound, Refused, SetSettingError
from setsetting.machine import files
from setsetting.machine.clock import Clock, SystemClock
from setsetting.machine.database import WAIT_S
from setsetting.progress import Say, once, unheard
from setsetting.record import rows
from setsetting.record.device import Device
from setsetting.record.kinds import PersonAdded
from setsetting.record.log import Record
from setsetting.words.translate import _

if TYPE_CHECKING:  # the library loads what decodes sound, and most commands ask the record alone
    from setsetting.library.catalogue import Catalogue, NamedLibrary
    from setsetting.library.track import Track

REPORTS = "reports"
FOLDERS = ("playlists", "rooms", "voice", "soundscapes", REPORTS, "backups")
RECORD = "record.db"
LIBRARY = "library.db"
CURATION = "curation.db"
ENVIRONMENT = "SETSETTING_CLINIC"


@dataclass(frozen=True, slots=True)
class Clinic:
    """An opened clinic folder; each use opens its record or catalogue anew, so threads share nothing."""

    folder: Path
    settings: Settings
    clock: Clock
    say: Say = unheard
    """Where the record's sentences go that hinder nothing."""

    def record(self, wait_s: float = WAIT_S) -> Record:
        """Open the record; close it, or use it as a context manager. It waits so long for another window's writing."""
        record = Record.open(
            self.folder / RECORD,
            device=Device.of(self.folder),
            actor="",
            clock=self.clock,
            zone=self.settings.zone,
            wait_s=wait_s,
            say=self.say,
        )
        record.actor = rows.first_person(record)
        return record

    def catalogue(self) -> "Catalogue":
        """Open what is known of the library's tracks."""
        return _catalogue(self.folder)

    def tracks(self) -> "tuple[Track, ...]":
        """Every track of the library, by id."""
        with self.catalogue() as catalogue:
            return catalogue.tracks()

    def names(self) -> "NamedLibrary":
        """Every track by its names alone: all that a refusal asks of it."""
        with self.catalogue() as catalogue:
            return catalogue.names()

    def actor(self) -> str:
        """Who acts: until people sign in, the random person of this record."""
        with self.record() as record:
            return record.actor

    @property
    def banner(self) -> str:
        """What every screen and report of a plain record says."""
        return _("This record is not encrypted: the folder relies on the encryption of its disk.")


def folder_of(named: Path | None) -> Path | None:
    """The clinic folder: as named, else SETSETTING_CLINIC, else the current one if it holds clinic.toml."""
    if named is not None:
        return named
    if from_environment := os.environ.get(ENVIRONMENT):
        return Path(from_environment)
    try:
        here = Path.cwd()
    except OSError:  # it was deleted, or may not be looked at
        return None
    return here if is_clinic(here) else None


def open_clinic(named: Path | None, clock: Clock | None = None, say: Say = unheard) -> Clinic:
    """Open a clinic folder; a folder that is none is a sentence."""
    folder = folder_of(named)
    if folder is None:
        raise NotFound(
            _(
                "No clinic folder: name one with --clinic, set SETSETTING_CLINIC, or make one with `setsetting init DIR`."
            )
        )
    if not is_clinic(folder):
        raise NotFound(
            _("{folder} is no clinic folder: it holds no clinic.toml; make one with `setsetting init DIR`.").format(
                folder=folder
            )
        )
    folder = folder.resolve()
    return Clinic(folder, clinic_toml.read(folder), clock or SystemClock(), once(say))


def open_to_look(named: Path | None, clock: Clock | None = None, say: Say = unheard) -> Clinic:
    """Open a clinic folder to look at a session, which may be closed: its record is told without clinic.toml too."""
    try:
        return open_live(named, clock, say)
    except SetSettingError as error:
        folder = folder_of(named) or Path.cwd()
        if not (folder / RECORD).is_file():
            raise
        return _without_settings(folder, error, clock, say)


def open_live(named: Path | None, clock: Clock | None = None, say: Say = unheard) -> Clinic:
    """Open a clinic folder for an act on a session that runs there: that waits for no clinic.toml to be mended."""
    try:
        return open_clinic(named, clock, say)
    except SetSettingError as error:
        from setsetting.session import folder as live_folder  # loads what plays, and most commands ask the record alone

        folder = folder_of(named) or Path.cwd()
        if not live_folder.sessions(folder):
            raise
        return _without_settings(folder, error, clock, say)


def _without_settings(folder: Path, error: SetSettingError, clock: Clock | None, say: Say) -> Clinic:
    say(_("{why} It goes on without it, in the time zone of this machine.").format(why=error))
    return Clinic(folder.resolve(), clinic_toml.without_a_file(), clock or SystemClock(), once(say))


def is_clinic(folder: Path) -> bool:
    """Tell whether a folder is a clinic's; one that can't be looked into is a sentence."""
    try:
        return (folder / clinic_toml.FILE).is_file()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise Refused(_("{folder} cannot be opened: {why}.").format(folder=folder, why=why)) from error


def init(folder: Path, clock: Clock | None = None) -> Clinic:
    """Make a clinic folder: time zone from the machine, one room, an empty record with a random person in it."""
    from setsetting.clinical.setting_file import (  # what reads rooms is not needed to open a clinic
        RoomProfile,
        room_text,
    )

    if (folder / clinic_toml.FILE).exists():
        raise AlreadyExists(_("{folder} is a clinic folder already.").format(folder=folder))
    files.private_dir(folder)
    folder = folder.resolve()
    clock = clock or SystemClock()
    for name in FOLDERS:
        files.private_dir(folder / name)
    files.write_whole(folder / "rooms" / "room-1.toml", room_text(RoomProfile(1)).encode(), replace=True)
    actor = uuid.uuid4().hex
    of, zone = Device.of(folder), clinic_toml.without_a_file().zone
    with Record.open(folder / RECORD, device=of, actor=actor, clock=clock, zone=zone, create=True) as record:
        record.append("person.added", PersonAdded())
    _catalogue(folder).close()
    # Last, since it makes the folder a clinic: an interrupted init can be run again.
    files.write_whole(folder / clinic_toml.FILE, clinic_toml.first_text().encode(), replace=False)
    return Clinic(folder, clinic_toml.read(folder), clock)


def _catalogue(folder: Path) -> "Catalogue":
    from setsetting.library.catalogue import Catalogue

    return Catalogue.open(folder / LIBRARY, folder / CURATION)
