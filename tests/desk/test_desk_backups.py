"""A copy of the clinic's own: whole, verified, its owner's alone, and a clinic when it is put back."""

import shutil
from pathlib import Path

import pytest
from session_clinic import CODE

from setsetting.desk import backups, closing, patients, preflight, records
from setsetting.desk.clinic import Clinic, open_clinic
from setsetting.desk.sessions import SessionRequest
from setsetting.errors import Refused
from setsetting.session.preflight_line import Light, LineName, Mending


def test_a_copy_holds_all_that_cannot_be_made_anew_and_is_a_clinic(clinic: Clinic, tmp_path: Path) -> None:
    closing.add(clinic, CODE, "2026-01-05T10:00", 40, None)
    copy = backups.make(clinic)
    assert copy.events == records.verify(clinic.folder).events
    assert copy.path.parent == clinic.folder / "backups"
    held = {path.relative_to(copy.path).as_posix() for path in copy.path.rglob("*") if path.is_file()}
    assert {"record.db", "curation.db", "clinic.toml", "rooms/room-1.toml"} <= held
    assert not any(name.startswith(("library.db", "backups")) for name in held)
    assert {path.stat().st_mode & 0o077 for path in copy.path.rglob("*")} == {0}
    restored = tmp_path / "restored"
    shutil.copytree(copy.path, restored)
    assert len(patients.show(open_clinic(restored), CODE).sessions) == 1


def test_a_record_that_does_not_verify_is_not_copied_and_nothing_is_left(clinic: Clinic) -> None:
    record = clinic.folder / "record.db"
    record.write_bytes(record.read_bytes().replace(b"patient.added", b"patient.odded"))
    with pytest.raises(Refused, match="does not verify"):
        backups.make(clinic)
    assert list((clinic.folder / "backups").iterdir()) == []


def test_the_preflight_offers_a_copy_where_there_is_none_of_today(clinic: Clinic) -> None:
    asked = SessionRequest(None, CODE, output="null")

    def line() -> tuple[Light, Mending | None]:
        (found,) = [each for each in preflight.look(clinic, asked).lines if each.name is LineName.BACKUP]
        return found.light, found.mending

    assert line() == (Light.LOOK, Mending.BACKUP)
    (clinic.folder / "backups" / ".making-x").mkdir(parents=True)
    (clinic.folder / "backups" / ".making-x" / "record.db").touch()
    assert line() == (Light.LOOK, Mending.BACKUP), "one that was not finished is none"
    backups.make(clinic)
    assert line() == (Light.READY, None)
