"""Local sockets are their owner's only, and nobody listening is an answer, not an error."""

import os
import socket
import stat
from pathlib import Path

import pytest

from setsetting.errors import Refused
from setsetting.machine import sockets


def test_a_socket_is_its_owners_only_and_replaces_a_dead_one(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    with sockets.listen(path):
        pass  # its file stays behind, as after a kill
    assert sockets.connect(path, 1.0) is None
    with sockets.listen(path) as listener:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        ours = sockets.connect(path, 1.0)
        assert ours is not None
        with ours:
            theirs, _address = listener.accept()
            with theirs:
                assert sockets.is_ours(theirs)


def test_nobody_listening_is_none(tmp_path: Path) -> None:
    assert sockets.connect(tmp_path / "nothing", 1.0) is None
    (tmp_path / "file").write_text("no socket")
    assert sockets.connect(tmp_path / "file", 1.0) is None


def test_another_users_process_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = socket.socketpair()
    with one, other:
        assert sockets.is_ours(one)
        monkeypatch.setattr(sockets, "_peer_uid", lambda _endpoint: os.getuid() + 1)
        assert not sockets.is_ours(one)


def test_a_path_too_long_for_a_socket_is_known_before_and_refused(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 120)
    assert not sockets.fits(deep)
    with pytest.raises(Refused, match="No socket can be made"):
        sockets.listen(deep)
    assert sockets.connect(deep, 1.0) is None


def test_the_runtime_folder_is_private_and_no_link_is_taken_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert stat.S_IMODE(sockets.runtime_dir().stat().st_mode) == 0o700
    (tmp_path / "setsetting").rmdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "setsetting").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="not a folder of yours"):
        sockets.runtime_dir()
