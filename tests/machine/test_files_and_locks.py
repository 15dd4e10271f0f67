"""Files appear whole or not at all; locks die with their holder."""

import errno
import multiprocessing
import os
import signal
import stat
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from setsetting.errors import AlreadyExists, NotFound, Refused
from setsetting.machine import files, locks, processes, zone


def test_a_written_file_is_for_its_owner_only_and_leaves_no_part(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    files.write_whole(path, b"1", replace=False)
    assert path.read_bytes() == b"1"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_the_folders_above_a_private_one_are_private_too(tmp_path: Path) -> None:
    files.private_dir(tmp_path / "live" / "session")
    for made in (tmp_path / "live", tmp_path / "live" / "session"):
        assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_an_existing_file_is_kept_unless_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    with pytest.raises(AlreadyExists, match="--force"):
        files.write_whole(path, b"new", replace=False)
    assert path.read_bytes() == b"old"
    files.write_whole(path, b"new", replace=True)
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_and_foreign_bytes_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be written"):
        files.write_whole(tmp_path / "none" / "a", b"", replace=True)
    with pytest.raises(NotFound, match="does not exist"):
        files.read_text(tmp_path / "none")
    (tmp_path / "latin").write_bytes(b"\xe9")
    with pytest.raises(Refused, match="UTF-8"):
        files.read_text(tmp_path / "latin")


def hold(path: Path, ready: Event) -> None:
    with locks.held(path):
        ready.set()
        signal.pause()


def test_a_lock_is_refused_while_held_and_free_after_kill_9(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    holder = context.Process(target=hold, args=(tmp_path / "lock", ready))
    holder.start()
    assert ready.wait(30)
    with pytest.raises(locks.Busy), locks.held(tmp_path / "lock"):
        pass
    assert holder.pid is not None
    os.kill(holder.pid, signal.SIGKILL)
    holder.join()
    with locks.held(tmp_path / "lock"):
        pass
    holder.close()


def test_a_lock_on_a_disk_that_can_only_be_read_is_held_and_seen_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lock").touch()
    opened = os.open

    def read_only(path: Path, flags: int, *mode: int) -> int:
        if flags & (os.O_RDWR | os.O_WRONLY | os.O_CREAT):
            raise OSError(errno.EROFS, "Read-only file system")
        return opened(path, flags, *mode)

    monkeypatch.setattr(os, "open", read_only)
    assert not locks.is_held(tmp_path / "lock")
    with locks.held(tmp_path / "lock"):
        assert locks.is_held(tmp_path / "lock")
        with pytest.raises(locks.Busy), locks.held(tmp_path / "lock"):
            pass
    with pytest.raises(Refused, match="cannot be opened"), locks.held(tmp_path / "another"):
        pass


def test_a_process_that_has_ended_is_not_alive() -> None:
    assert processes.is_alive(os.getpid())
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    assert not processes.is_alive(child)


def test_the_machines_zone_is_one_that_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    assert zone.is_zone(zone.machine_zone())
    monkeypatch.setenv("TZ", "America/New_York")
    assert zone.machine_zone() == "America/New_York"
    assert not zone.is_zone("Nowhere/At All")
