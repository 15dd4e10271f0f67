"""A device is one user of one machine writing into one folder: a copied folder is another writer."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from record_clinics import ACTOR, PATIENT, UTC, SetClock

from setsetting.errors import BrokenFile, Refused
from setsetting.record import device, kinds
from setsetting.record.device import Device
from setsetting.record.log import Record
from setsetting.record.verify import verify


def test_a_device_keeps_its_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Device.of(tmp_path).id
    assert len(first) == 32
    assert Device.of(tmp_path).id == first
    monkeypatch.chdir(tmp_path.parent)
    assert Device.of(Path(tmp_path.name)).id == first


def test_a_copied_folder_is_not_the_same_writer(tmp_path: Path) -> None:
    clinic, copy = tmp_path / "clinic", tmp_path / "copy"
    clinic.mkdir()
    first = Device.of(clinic).id
    shutil.copytree(clinic, copy)
    assert Device.of(copy).id != first
    assert list(clinic.iterdir()) == [], "the id stays outside of the folder"


def test_a_link_to_the_folder_is_the_same_writer(tmp_path: Path) -> None:
    clinic, link = tmp_path / "clinic", tmp_path / "link"
    clinic.mkdir()
    link.symlink_to(clinic)
    assert Device.of(link).id == Device.of(clinic).id


def test_another_user_is_another_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Device.of(tmp_path).id
    monkeypatch.setenv(device.STATE, str(tmp_path / "state"))
    assert Device.of(tmp_path).id != first
    (kept,) = (tmp_path / "state" / "devices").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert str(tmp_path) not in kept.name + kept.read_text()


def test_windows_opened_together_agree(tmp_path: Path) -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(Device.of(tmp_path).id)) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_state_folder_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "a file, no folder"
    blocked.touch()
    monkeypatch.setenv(device.STATE, str(blocked))
    with pytest.raises(Refused, match="SETSETTING_STATE"):
        Device.of(tmp_path)


def test_an_id_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    Device.of(tmp_path)
    (kept,) = (device.state_folder() / "devices").iterdir()
    kept.write_text("nonsense")
    with pytest.raises(BrokenFile, match="Delete it"):
        Device.of(tmp_path)


VETO = kinds.TrackVetoed(PATIENT, "tag", "choir")


class Clinic:
    """A folder with a record, opened as this device; what it said is kept."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "record.db"
        self.said: list[str] = []

    def open(self) -> Record:
        known = Device.of(self.path.parent)
        return Record.open(
            self.path, device=known, actor=ACTOR, clock=SetClock(), zone=UTC, create=True, say=self.said.append
        )

    def tell(self, count: int = 1) -> str:
        """Append so many events, and tell which device did."""
        with self.open() as record:
            for _n in range(count):
                record.append("patient.vetoed", VETO)
            return record.device


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    (tmp_path / "clinic").mkdir()
    return Clinic(tmp_path / "clinic")


def test_a_device_knows_the_newest_event_it_wrote(clinic: Clinic) -> None:
    assert Device.of(clinic.path.parent).newest is None
    with clinic.open() as record:
        for _n in range(3):
            event = record.append("patient.vetoed", VETO)
            assert Device.of(clinic.path.parent).newest == (event.seq, event.hash)
        with pytest.raises(Refused), record.whole():
            record.append("patient.vetoed", VETO)
            raise Refused("no")
        assert Device.of(clinic.path.parent).newest == (event.seq, event.hash), "what was not kept is not known"
    assert clinic.said == []


def test_a_restored_backup_is_noticed_once_and_goes_on_as_a_new_device(clinic: Clinic) -> None:
    first = clinic.tell(3)
    backup = clinic.path.read_bytes()
    clinic.tell(2)
    clinic.path.write_bytes(backup)
    second = clinic.tell(2)
    assert second != first
    (sentence,) = clinic.said
    assert "an older copy was restored, or its end was cut off" in sentence
    assert clinic.tell() == second, "once"
    assert len(clinic.said) == 1
    with clinic.open() as record:
        assert [(event.device, event.seq) for event in record.events()] == [
            *((first, seq) for seq in (1, 2, 3)),
            *((second, seq) for seq in (1, 2, 3)),
        ]
    assert verify(clinic.path).ok


def test_a_chain_that_went_on_otherwise_is_noticed(clinic: Clinic) -> None:
    """As many events as this device knows, but not the ones it wrote."""
    first = clinic.tell(3)
    backup = clinic.path.read_bytes()
    clinic.tell(2)
    known = Device.of(clinic.path.parent)
    clinic.path.write_bytes(backup)
    with Record.open(clinic.path, device=Device(first), actor=ACTOR, clock=SetClock(), zone=UTC) as elsewhere:
        for _n in range(4):
            elsewhere.append("patient.vetoed", VETO)
    assert known.newest is not None
    assert clinic.tell() != first


def test_a_record_that_is_ahead_of_what_is_known_is_ours(clinic: Clinic) -> None:
    """A kill between the commit and the note leaves it so, and so does the loss of power."""
    first = clinic.tell(3)
    known = Device.of(clinic.path.parent)
    assert known.path is not None
    kept = known.path.read_bytes()
    clinic.tell(2)
    known.path.write_bytes(kept)
    assert clinic.tell() == first
    known.path.write_text(f"{first}\n")
    assert clinic.tell() == first
    known.path.write_text(f"{first} 00000000000")  # torn
    assert clinic.tell() == first
    assert clinic.said == []
    assert Device.of(clinic.path.parent).newest is not None


def test_another_clinic_in_the_same_place_is_another_chain(clinic: Clinic) -> None:
    first = clinic.tell(3)
    clinic.path.unlink()
    assert clinic.tell() != first


def test_windows_that_notice_together_agree(clinic: Clinic) -> None:
    clinic.tell(3)
    backup = clinic.path.read_bytes()
    clinic.tell()
    clinic.path.write_bytes(backup)
    known = Device.of(clinic.path.parent)
    records = [
        Record.open(clinic.path, device=known, actor=ACTOR, clock=SetClock(), zone=UTC, say=clinic.said.append)
        for _n in range(3)
    ]
    assert len({record.device for record in records}) == 1
    for record in records:
        record.append("patient.vetoed", VETO)
        record.close()
    assert Device.of(clinic.path.parent).newest is not None
    assert verify(clinic.path).ok


def test_a_window_of_the_old_device_does_not_note_over_the_new(clinic: Clinic) -> None:
    clinic.tell()
    old = Device.of(clinic.path.parent)
    new = old.renewed()
    old.keep(7, "7" * 64)
    assert Device.of(clinic.path.parent) == new
    assert old.renewed() == new


def test_a_window_that_notes_late_does_not_note_over_a_newer_event(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a backup that ends between the two would go unnoticed."""
    keep = Device.keep
    with clinic.open() as slow, clinic.open() as quick:
        late: list[tuple[int, str]] = []
        monkeypatch.setattr(Device, "keep", lambda _device, seq, hash_: late.append((seq, hash_)))
        slow.append("patient.vetoed", VETO)
        monkeypatch.setattr(Device, "keep", keep)
        backup = clinic.path.read_bytes()
        newest = quick.append("patient.vetoed", VETO)
        slow._device.keep(*late[0])
    assert Device.of(clinic.path.parent).newest == (newest.seq, newest.hash)
    clinic.path.write_bytes(backup)
    assert clinic.tell() != newest.device


def test_windows_that_note_at_once_leave_the_newest(clinic: Clinic) -> None:
    known = Device.of(clinic.path.parent)
    threads = [
        threading.Thread(target=lambda n=n: [known.keep(seq, f"{seq:064x}") for seq in range(n, 400, 4)])  # type: ignore[misc]
        for n in range(1, 5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert known.now().newest == (399, f"{399:064x}")


@pytest.mark.parametrize("by", ["written over", "renamed", "removed", "renewed by another window"])
def test_a_record_that_is_replaced_while_it_is_open_is_not_gone_on_with(clinic: Clinic, by: str) -> None:
    """A live session holds it open for hours; its chain would else be told twice, or into a file nobody finds."""
    first = clinic.tell(3)
    backup = clinic.path.read_bytes()
    clinic.tell(2)
    with clinic.open() as record:
        record.append("patient.vetoed", VETO)
        match by:
            case "written over" | "renewed by another window":
                clinic.path.write_bytes(backup)
            case "renamed":
                beside = clinic.path.with_name("backup.db")
                beside.write_bytes(clinic.path.read_bytes())
                beside.replace(clinic.path)
            case _:
                clinic.path.unlink()
        if by == "renewed by another window":
            assert clinic.tell() != first
        with pytest.raises(Refused, match="replaced by another copy while it was open; nothing was recorded"):
            record.append("patient.vetoed", VETO)
    with clinic.open() as again:
        again.append("patient.vetoed", VETO)
        assert (again.device == first) == (by == "renamed")
    assert verify(clinic.path, Device.of(clinic.path.parent)).ok


def test_what_was_read_of_the_newest_event_before_is_asked_again_before_anything_is_renewed(clinic: Clinic) -> None:
    """Another window may just have been writing it: a note half read is no reason for a new identity."""
    first = clinic.tell(3)
    known = Device.of(clinic.path.parent)
    torn = Device(first, known.path, (3, "0" * 64))
    with Record.open(
        clinic.path, device=torn, actor=ACTOR, clock=SetClock(), zone=UTC, say=clinic.said.append
    ) as record:
        assert record.append("patient.vetoed", VETO).device == first
    assert clinic.said == []


def test_a_state_folder_that_became_read_only_is_said_and_the_record_goes_on(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic.tell()

    def refused(*_arguments: object, **_more: object) -> None:
        raise PermissionError(13, "Permission denied")

    with clinic.open() as record:
        monkeypatch.setattr(Path, "open", refused)
        record.append("patient.vetoed", VETO)
        record.append("patient.vetoed", VETO)
        assert record.head().events == 3
    (sentence,) = clinic.said
    assert "an older copy of the record would go unnoticed" in sentence


def test_a_new_identity_that_cannot_be_kept_refuses(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Going on as the old device would fork its chain; a new one at each opening would be one chain an event."""
    clinic.tell(2)
    backup = clinic.path.read_bytes()
    clinic.tell()
    clinic.path.write_bytes(backup)

    def refused(path: Path, *_arguments: object, **_more: object) -> None:
        raise Refused(f"{path} cannot be written")

    monkeypatch.setattr(device, "write_whole", refused)
    with pytest.raises(Refused, match="has no identity"):
        clinic.tell()
    assert verify(clinic.path).events == 2


def test_a_killed_writer_is_the_same_device_when_it_comes_back(clinic: Clinic) -> None:
    program = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[2])\n"
        "import test_record_device as t; c = t.Clinic(Path(sys.argv[1])); r = c.open()\n"
        "while True: r.append('patient.vetoed', t.VETO); print(r.device, flush=True)\n"
    )
    devices = set()
    for count in range(5, 15):
        command = [sys.executable, "-c", program, str(clinic.path.parent), str(Path(__file__).parent)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=dict(os.environ)) as writer:
            assert writer.stdout is not None
            devices |= {writer.stdout.readline() for _n in range(count)}
            writer.send_signal(signal.SIGKILL)
    assert len(devices) == 1
    clinic.tell()
    assert clinic.said == []
