"""Acts on the library: scanned, looked through, and mended by people who know better than a measurement."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from setsetting.desk.clinic import Clinic
from setsetting.desk.heeding import heed
from setsetting.errors import BrokenFile, Refused
from setsetting.library.catalogue import Pair
from setsetting.library.curation import FIELDS, checked, tag_statements
from setsetting.library.scan import ScanResult
from setsetting.library.scan import scan as scan_folders
from setsetting.library.track import Track
from setsetting.library.walk import refuse_folder
from setsetting.progress import Report, silent
from setsetting.record import rows
from setsetting.soundscape.wishes import refusing
from setsetting.words.translate import count

if TYPE_CHECKING:
    from setsetting.library.catalogue import Catalogue

__all__ = [
    "FIELDS",
    "checked",
    "folders",
    "forget",
    "listing",
    "near",
    "refuse_folder",
    "say_same",
    "scan",
    "set_fields",
    "show",
    "tag",
    "tag_statements",
]


def scan(clinic: Clinic, folders: Sequence[Path], report: Report = silent, stop: Event | None = None) -> ScanResult:
    """Measure what is new or changed; what could not be read is in the result, and the scan goes on."""
    with clinic.catalogue() as catalogue:
        found = scan_folders(folders, catalogue, report=report, stop=stop)
        if found.scanned or found.moved:
            _keep_refused(clinic, catalogue)
    if found.scanned or found.moved:
        heed(clinic)
    return found


def _keep_refused(clinic: Clinic, catalogue: "Catalogue") -> None:
    """What a refused track credits, and what it is kin to, is known from then on, whatever becomes of files and library.db."""
    with suppress(BrokenFile, Refused):
        with clinic.record() as record:
            vetoes = [(veto.what, veto.value) for veto in rows.vetoes(record)]
        if vetoes:
            library, asked = catalogue.names(), refusing(vetoes)
            likely = library.tracks.likely(asked.veto_artists, asked.veto_tags)
            catalogue.keep(asked.met_with(library.recordings, likely))


def still_there(clinic: Clinic, folder: Path) -> int:
    """How many files of a folder that is to be forgotten are there."""
    with clinic.catalogue() as catalogue:
        return catalogue.still_there(folder)


def forget(clinic: Clinic, folder: Path, *, though_there: bool = False) -> int:
    """Forget the files of a folder, which no plan then takes; return how many. What people said of them stays.

    Raises Refused where some are there, unless they are to be forgotten all the same.
    """
    with clinic.catalogue() as catalogue:
        if not though_there and (there := catalogue.still_there(folder)):
            words = count(
                "{n} file of {{folder}} is there still and would be music no more; add --yes to forget it all the same.",
                "{n} files of {{folder}} are there still and would be music no more; add --yes to forget them all the same.",
                there,
            )
            raise Refused(words.format(folder=folder))
        _keep_refused(clinic, catalogue)
        return catalogue.forget(folder)


def near(clinic: Clinic) -> list[Pair]:
    """Pairs of tracks of which nobody has said yet whether they are one recording, or that hold some of the same sound."""
    with clinic.catalogue() as catalogue:
        return catalogue.near()


def pairs(clinic: Clinic) -> list[Pair]:
    """The same, then the encodings of each recording, then what people said are two."""
    with clinic.catalogue() as catalogue:
        return catalogue.pairs()


def said_same(clinic: Clinic, track_id: str, other_id: str) -> bool | None:
    """What people said of two tracks: that they are one recording, or two; or nothing."""
    with clinic.catalogue() as catalogue:
        return catalogue.said_same(track_id, other_id)


def say_same(clinic: Clinic, track_id: str, other_id: str, *, same: bool | None) -> tuple[Track, Track]:
    """Keep that two tracks are one recording, or two; None takes back what was said. Return what they now are."""
    who = clinic.actor()
    with clinic.catalogue() as catalogue:
        found = catalogue.say_same(track_id, other_id, same=same, who=who)
        _keep_refused(clinic, catalogue)
    heed(clinic)
    return found


def folders(clinic: Clinic) -> list[str]:
    """The folders that were scanned."""
    with clinic.catalogue() as catalogue:
        return catalogue.folders()


def why_empty(clinic: Clinic) -> str:
    """Why there is no track, and what to do, in one sentence."""
    with clinic.catalogue() as catalogue:
        return catalogue.why_empty()


def listing(clinic: Clinic) -> tuple[Track, ...]:
    return clinic.tracks()


def show(clinic: Clinic, track_id: str) -> Track:
    """One track by its id, or by as much of its beginning as is unique."""
    with clinic.catalogue() as catalogue:
        return catalogue.track(track_id)


def set_fields(clinic: Clinic, track_id: str, values: Mapping[str, str]) -> Track:
    """Keep what a person says of a track; return what it now is."""
    who = clinic.actor()
    with clinic.catalogue() as catalogue:
        found = catalogue.set_fields(track_id, values, who=who)
        _keep_refused(clinic, catalogue)
    heed(clinic)
    return found


def tag(clinic: Clinic, track_id: str, add: Sequence[str], remove: Sequence[str]) -> Track:
    who = clinic.actor()
    with clinic.catalogue() as catalogue:
        found = catalogue.tag(track_id, add, remove, who=who)
        _keep_refused(clinic, catalogue)
    heed(clinic)
    return found
