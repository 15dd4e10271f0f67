"""Acts on the record itself: verified, even when other commands refuse it, and derived anew."""

from pathlib import Path

from setsetting.desk.clinic import RECORD, Clinic, folder_of, open_clinic
from setsetting.record.verify import Verification
from setsetting.record.verify import verify as verify_file


def verify(named: Path | None) -> Verification:
    """Verify a clinic's record; its clinic.toml may be missing or broken."""
    folder = folder_of(named)
    if folder is None or not (folder / RECORD).exists():
        folder = open_clinic(named).folder
    return verify_file(folder / RECORD)


def rebuild(clinic: Clinic) -> int:
    """Delete every projection and fold the events anew; return how many events were read."""
    with clinic.record() as record:
        return record.rebuild()
