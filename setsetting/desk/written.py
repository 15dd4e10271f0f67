"""The one seam for every file written under a name that a person gave: `-o`, captures, reports.

Asked before the work begins, so that nothing is computed for a file that can't be written. No `--force`
opens it: what a clinic folder lives by (of its folders nothing new either: a file may end a session), a file of a
library, the capture of a session that is not closed, another patient's soundscape and whatever is no plain file stay as
they are, by whichever link or second name they are reached. No sound is written among a library's music: the next scan would take it for music to be played.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from setsetting.desk import settings as clinic_toml
from setsetting.desk.clinic import CURATION, LIBRARY, RECORD, Clinic, folder_of, is_clinic
from setsetting.errors import Refused, UsageError
from setsetting.library.catalogue import Catalogue
from setsetting.library.prompt import FOLDER as PROMPTS
from setsetting.library.walk import is_audio_name
from setsetting.machine.files import cannot_write, exists
from setsetting.record import rows
from setsetting.session.folder import read, sessions
from setsetting.words.translate import _

_DATABASES = (RECORD, LIBRARY, CURATION)
_OWN = (clinic_toml.FILE, "playlists", "rooms", "backups", "live", PROMPTS)


def refuse_unwritable(
    out: Path,
    *,
    replace: bool,
    clinic: Clinic | None = None,
    code: str | None = None,
    source: Path | None = None,
    sound: bool = False,
    endings: tuple[str, ...] = (),
) -> None:
    """Raise Refused for a file that must stay as it is, AlreadyExists for one that is there without `replace`.

    `clinic` is the one that is open, `code` the patient whose soundscape is written, `source` the file that
    the act reads. What is no `sound` replaces no file that is one by its name, whoever knows of it. UsageError where the
    name has none of the `endings`; whose file it is comes first, whether it may be replaced last.
    """
    there = os.path.lexists(out)
    kept = () if clinic is not None or not there else ("soundscapes",)  # whose they are, only an open record tells
    for _folder, inside in _clinics_around(out, clinic):
        first = inside.parts[0].casefold()
        if first.startswith(_DATABASES) or first in (*_OWN, *kept):
            words = _("{path} belongs to the clinic folder and is not replaced; name another file.")
            raise Refused(words.format(path=out))
    if not there:
        if is_audio_name(out.name):
            _refuse_library(out, clinic)
        _refuse_ending(out, endings)
        return
    if out.is_dir() and not out.is_symlink():
        raise Refused(_("{path} is a folder; name a file in it.").format(path=out))
    if out.is_symlink() or not out.is_file():
        raise Refused(_("{path} is a link or a device; name a file.").format(path=out))
    if source is not None and _same(out, source):
        raise Refused(_("{path} is the file that is read; name another one to write.").format(path=out))
    _refuse_captures(out, clinic)
    _refuse_library(out, clinic)
    _refuse_anothers(out, clinic, code)
    if is_audio_name(out.name) and not sound:
        raise Refused(_("{path} is a sound by its name, and no sound is written; name another file.").format(path=out))
    _refuse_ending(out, endings)
    if not replace:
        raise exists(out)


def _refuse_ending(out: Path, endings: tuple[str, ...]) -> None:
    if endings and out.suffix.casefold() not in endings:
        raise UsageError(_("{path}: the name must end in {endings}.").format(path=out, endings=_(" or ").join(endings)))


def _clinics_around(out: Path, clinic: Clinic | None) -> Iterator[tuple[Path, Path]]:
    """Each clinic folder in which the file lies, as its name stands or as its links lead, and its path in there; of the one
    that is open also where a folder of its own is a link."""
    for own in _OWN if clinic is not None else ():
        place = Path(os.path.realpath(out))
        if clinic is not None and place.is_relative_to(linked := Path(os.path.realpath(clinic.folder / own))):
            yield clinic.folder, own / place.relative_to(linked)
    for where in {Path(os.path.realpath(out.parent), out.name), Path(os.path.realpath(out))}:
        for folder in where.parents:
            if is_clinic(folder):
                yield folder, where.relative_to(folder)


def _clinics_asked(out: Path, clinic: Clinic | None) -> set[Path]:
    """The folder of the clinic that is open or named, and each in which the file lies."""
    named = folder_of(None) if clinic is None else clinic.folder
    return {*(folder for folder, _inside in _clinics_around(out, clinic)), *filter(None, [named])}


def _refuse_captures(out: Path, clinic: Clinic | None) -> None:
    """Refuse what a session that is not closed is captured into."""
    for live in (one for folder in _clinics_asked(out, clinic) for one in sessions(folder)):
        capture = read(live).capture
        if capture is not None and _same(out, Path(capture)):
            raise Refused(
                _("{path} is the capture of a session that is not closed; name another file.").format(path=out)
            )


def _refuse_library(out: Path, clinic: Clinic | None) -> None:
    """Refuse what the library of this clinic, or of the one in which the file lies, was or can be scanned from."""
    within = dict(_clinics_around(out, clinic))
    for folder in _clinics_asked(out, clinic):
        if (folder / LIBRARY).is_file():
            with Catalogue.open(folder / LIBRARY, folder / CURATION) as catalogue:
                paths = catalogue.every_path()
                among = catalogue.holds(out)
                moved = folder in within and catalogue.held_elsewhere(within[folder])
            if any(_same(out, Path(path)) for path in paths):
                raise Refused(
                    _("{path} is a file of the library and is not replaced; name another file.").format(path=out)
                )
            if among:
                raise Refused(
                    _(
                        "{path} lies among the library's music, where the next scan would take it for music; name a"
                        " file in another folder."
                    ).format(path=out)
                )
            if moved:
                raise Refused(
                    _(
                        "{path} lies among music that was scanned before this clinic's folder was moved or copied; name a"
                        " file in another folder."
                    ).format(path=out)
                )


def _refuse_anothers(out: Path, clinic: Clinic | None, code: str | None) -> None:
    """Refuse a soundscape that was made for, or played to, anyone but the patient of this code."""
    if clinic is None:
        return
    try:
        with out.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise cannot_write(out, error) from error
    with clinic.record() as record:
        whose = rows.whose_soundscape(record, sha256)
        own = set() if code is None else {rows.patient(record, code).patient_id}
    if whose - own:
        raise Refused(_("{path} is a patient's soundscape and is not replaced; name another file.").format(path=out))


def _same(one: Path, other: Path) -> bool:
    with suppress(OSError):
        return one.samefile(other)
    return False
