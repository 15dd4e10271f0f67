"""Acts on the library: scanned, looked through, and mended by people who know better than a measurement."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event

from setsetting.desk.clinic import Clinic
from setsetting.library.curation import FIELDS
from setsetting.library.scan import ScanResult
from setsetting.library.scan import scan as scan_folders
from setsetting.library.track import Track
from setsetting.progress import Report, silent

__all__ = ["FIELDS", "listing", "scan", "set_fields", "show", "tag"]


def scan(clinic: Clinic, folders: Sequence[Path], report: Report = silent, stop: Event | None = None) -> ScanResult:
    """Measure what is new or changed; what could not be read is in the result, and the scan goes on."""
    with clinic.catalogue() as catalogue:
        return scan_folders(folders, catalogue, report=report, stop=stop)


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
        return catalogue.set_fields(track_id, values, who=who)


def tag(clinic: Clinic, track_id: str, add: Sequence[str], remove: Sequence[str]) -> Track:
    who = clinic.actor()
    with clinic.catalogue() as catalogue:
        return catalogue.tag(track_id, add, remove, who=who)
