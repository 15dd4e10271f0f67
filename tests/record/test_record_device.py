"""A device is one user of one machine writing into one folder: a copied folder is another writer."""

import shutil
import stat
import threading
from pathlib import Path

import pytest

from setsetting.errors import BrokenFile, Refused
from setsetting.record import device


def test_a_device_keeps_its_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = device.identity(tmp_path)
    assert len(first) == 32
    assert device.identity(tmp_path) == first
    monkeypatch.chdir(tmp_path.parent)
    assert device.identity(Path(tmp_path.name)) == first


def test_a_copied_folder_is_not_the_same_writer(tmp_path: Path) -> None:
    clinic, copy = tmp_path / "clinic", tmp_path / "copy"
    clinic.mkdir()
    first = device.identity(clinic)
    shutil.copytree(clinic, copy)
    assert device.identity(copy) != first
    assert list(clinic.iterdir()) == [], "the id stays outside of the folder"


def test_a_link_to_the_folder_is_the_same_writer(tmp_path: Path) -> None:
    clinic, link = tmp_path / "clinic", tmp_path / "link"
    clinic.mkdir()
    link.symlink_to(clinic)
    assert device.identity(link) == device.identity(clinic)


def test_another_user_is_another_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = device.identity(tmp_path)
    monkeypatch.setenv(device.STATE, str(tmp_path / "state"))
    assert device.identity(tmp_path) != first
    (kept,) = (tmp_path / "state" / "devices").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert str(tmp_path) not in kept.name + kept.read_text()


def test_windows_opened_together_agree(tmp_path: Path) -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(device.identity(tmp_path))) for _n in range(8)]
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
        device.identity(tmp_path)


def test_an_id_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    device.identity(tmp_path)
    (kept,) = (device.state_folder() / "devices").iterdir()
    kept.write_text("nonsense")
    with pytest.raises(BrokenFile, match="Delete it"):
        device.identity(tmp_path)
