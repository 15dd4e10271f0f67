"""The player's door: one output each, no sound card a sentence, garbage a sentence, nothing heavy inside."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import numpy as np
import pytest
from player_mixes import RATE_HZ, captured, fast, mix_of, rendered, soon, sound

from setsetting.errors import BrokenFile, NotFound, Refused
from setsetting.machine import sockets
from setsetting.player import client, launch, outputs
from setsetting.player import job as jobs
from setsetting.player.client import Player
from setsetting.player.job import PlayerJob
from setsetting.player.server import Server
from setsetting.player.status import GainLayer

Play = Callable[..., Player]
Record = Callable[..., Path]

GARBAGE = (
    b"\n",
    b"hello\n",
    b"\xff\xfe\x00\n",
    b"[" * 100_000 + b"\n",
    b'{"command":"shutdown"}\n',
    b'{"command":"gain","event_id":"x","layer":"duck","db":12,"over_ms":1}\n',
    b'{"command":"gain","event_id":"x","layer":"duck","db":NaN,"over_ms":1}\n',
    b'{"command":"gain","event_id":"","layer":"duck","db":-1,"over_ms":1}\n',
    b'{"command":"release","event_id":"x","barrier":-1}\n',
    b'{"command":"replace","event_id":"x","fade_frames":0,"mix":{"rate_hz":0,"frames":1,"sounds":[]}}\n',
    b'{"command":"state","also":1}\n',
)


def test_garbage_on_the_socket_is_answered_with_sentences_and_changes_nothing(
    tmp_path: Path, recording: Record, played: Play
) -> None:
    mix = mix_of(3 * RATE_HZ, sound(recording("a", 3), 0, 3 * RATE_HZ))
    player = played(fast(mix, tmp_path / "out.wav", (RATE_HZ,)))
    assert player.at_barrier(RATE_HZ)
    path = (tmp_path / "run" / "address").read_text()
    with socket.socket(socket.AF_UNIX) as hostile, hostile.makefile("rb") as lines:
        hostile.connect(path)
        for line in GARBAGE:
            hostile.sendall(line)
            error = msgspec.json.decode(lines.readline())["error"]
            assert error.endswith(".") and "Traceback" not in error
        hostile.sendall(b'{"command":"gain","event_id":"x","layer":"duck","db":-1,"over_ms":1}\n')
        assert "baton" in msgspec.json.decode(lines.readline())["error"]
    for line in (b"x" * (4 * 1024 * 1024 + 10), b'{"command":"sta'):
        with socket.socket(socket.AF_UNIX) as hostile:
            hostile.connect(path)
            try:
                hostile.sendall(line)
            except OSError:
                continue  # hung up on, as it should be
    player.take_baton("script")
    player.release("e1", RATE_HZ)
    list(player.follow())
    assert (captured(tmp_path / "out.wav") == rendered(mix)).all()


def test_connections_that_say_nothing_or_half_a_command_delay_nobody(tmp_path: Path, played: Play) -> None:
    player = played(PlayerJob(session="s1", mix=mix_of(60 * RATE_HZ), output="null"))
    player.take_baton("screen")
    address, held = Path((tmp_path / "run" / "address").read_text()), []
    for number in range(40):
        half = sockets.connect(address, 1.0)
        assert half is not None
        half.sendall(b'{"command": "st' if number % 2 else b"")
        held.append(half)
    for _asked in range(20):
        later = client.connect(tmp_path / "run")
        assert later is not None
        later.close()
    assert not player.gain("e1", GainLayer.DUCK, -12.0, 0).already  # who has the baton was not put out
    for half in held:
        half.close()


def test_everything_in_the_folder_is_for_its_owner_only(tmp_path: Path, recording: Record, played: Play) -> None:
    mix = mix_of(RATE_HZ, sound(recording("a", 1), 0, RATE_HZ))
    player = played(fast(mix, tmp_path / "out.wav", (0,)))
    assert player.at_barrier(0)
    for path in [tmp_path / "out.wav", *(tmp_path / "run").rglob("*")]:
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path.name


def test_a_folder_too_deep_for_a_socket_has_it_elsewhere(tmp_path: Path, played: Play) -> None:
    deep = "x" * 90 + "/" + "y" * 40
    player = played(PlayerJob(session="s1", mix=mix_of(100), output="fast", barriers=(0,)), deep)
    assert player.at_barrier(0)
    assert not (tmp_path / deep / "socket").exists()


@pytest.mark.parametrize("instead", ["nothing", "a plain file", "a link", "a lying address"])
def test_a_door_that_was_tampered_with_stands_again_and_the_music_goes_on(
    tmp_path: Path, recording: Record, played: Play, instead: str
) -> None:
    mix = mix_of(60 * RATE_HZ, sound(recording("a", 60), 0, 60 * RATE_HZ))
    player = played(PlayerJob(session="s1", mix=mix, output="null"))
    door, elsewhere = tmp_path / "run" / "socket", tmp_path / "elsewhere"
    elsewhere.write_text("somebody's")
    if instead == "a lying address":
        (tmp_path / "run" / "address").write_text(str(elsewhere))
    else:
        door.unlink()
    if instead == "a plain file":
        door.write_text("no door")
    elif instead == "a link":
        door.symlink_to(elsewhere)
    found = client.connect(tmp_path / "run")
    assert (found is not None) == (instead == "a lying address")  # as that of a folder that was moved
    if found is not None:
        found.close()
    with pytest.raises(Refused, match="still runs"):
        launch.restart(tmp_path / "run")
    again = soon(lambda: client.connect(tmp_path / "run"))
    assert again is not None
    with again:
        assert again.state().pid == player.state().pid
        again.take_baton("one")
        again.stop("e1")
    assert elsewhere.read_text() == "somebody's"


def test_a_door_stands_again_when_its_folder_was_away_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "l" / "r"
    folder.mkdir(parents=True)
    server = Server(folder, cast("Any", SimpleNamespace(connections=0, connected=lambda: None)), cast("Any", None))
    monkeypatch.setattr(server, "_serve", lambda connection: connection.close())
    server.open()
    (tmp_path / "l").rename(tmp_path / "m")
    server.ensure_listening()
    (tmp_path / "m").rename(tmp_path / "l")
    server.ensure_listening()
    found = sockets.connect(Path((folder / "address").read_text()), 1.0)
    assert found is not None
    with found:
        found.settimeout(60.0)
        assert found.recv(1) == b"", "it was let in, and closed"
    server.close(0.0)
    with vars(server)["_listener"] as listener:
        listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts there


def test_a_player_that_is_stopped_is_not_started_a_second_time_and_can_be_spoken_to_afterwards(
    tmp_path: Path, played: Play
) -> None:
    player = played(PlayerJob(session="s1", mix=mix_of(60 * RATE_HZ), output="null"))
    pid = player.state().pid
    os.kill(pid, signal.SIGSTOP)
    try:
        with Player(tmp_path / "run", timeout_s=0.2) as impatient, pytest.raises(client.PlayerGone):
            impatient.state()
        with pytest.raises(Refused, match="still runs"):
            launch.restart(tmp_path / "run")
    finally:
        os.kill(pid, signal.SIGCONT)
    again = client.connect(tmp_path / "run")
    assert again is not None
    with again:
        assert again.state().pid == pid


def test_two_sessions_on_one_output_are_refused(tmp_path: Path, played: Play) -> None:
    quiet = mix_of(30 * RATE_HZ)
    played(PlayerJob(session="s1", mix=quiet, output="fast", clinic="c1", barriers=(0,)), "one")
    with pytest.raises(Refused, match="Another session is playing on this output"):
        launch.start(tmp_path / "two", PlayerJob(session="s2", mix=quiet, output="fast", clinic="c1"))
    assert (
        played(PlayerJob(session="s3", mix=quiet, output="fast", clinic="c2", barriers=(0,)), "three").state().frame
        == 0
    )


def test_a_machine_without_a_sound_device_says_so_and_plays_on_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if outputs.names():
        monkeypatch.setattr(outputs, "_devices", list)
        with pytest.raises(NotFound, match="no sound device"):
            outputs.resolve("auto")
        return
    with pytest.raises(Refused, match="There is no sound device on this machine"):
        launch.start(tmp_path / "run", PlayerJob(session="s1", mix=mix_of(RATE_HZ), output="auto"))
    assert "ALSA" not in (tmp_path / "run" / "player.log").read_text()


def test_an_unknown_device_is_refused_with_the_nearest_name(monkeypatch: pytest.MonkeyPatch) -> None:
    there = [outputs._Found("USB Headphones", default=False, backend=None, id=None)]
    monkeypatch.setattr(outputs, "_devices", lambda: there)
    with pytest.raises(NotFound, match="Did you mean 'USB Headphones'"):
        outputs.resolve("usb headphone")
    with pytest.raises(NotFound, match="no default sound device; choose one by its name"):
        outputs.resolve("auto")


def test_an_output_that_is_tried_hears_silence_and_is_let_go() -> None:
    heard, closed = [], []

    class Tried:
        calls, is_started = 1, True

        def __init__(self, name: str, rate_hz: int, pull: outputs.Pull) -> None:
            block = np.ones((4, 2), np.float32)
            heard.append((name, rate_hz, pull(block), bool(block.any())))

        def close(self) -> None:
            closed.append(True)

    def silent(*_asked: object) -> outputs.Output:
        time.sleep(0.3)
        raise Refused("It came to nothing.")

    def held(*_asked: object) -> outputs.Output:
        raise Refused("Another program may hold it.")

    assert outputs.opens("Headphones", RATE_HZ, open_it=Tried)
    assert heard == [("Headphones", RATE_HZ, 4, False)]
    assert closed == [True]
    assert not outputs.opens("Headphones", RATE_HZ, open_it=silent, within_s=0.05)
    with pytest.raises(Refused, match="Another program"):
        outputs.opens("Headphones", RATE_HZ, open_it=held)


def test_a_broken_job_is_refused_before_anything_sounds(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="Only the fast output waits"):
        launch.start(tmp_path / "run", PlayerJob(session="s1", mix=mix_of(10), output="null", barriers=(1,)))
    (tmp_path / jobs.START_FILE).write_text('{"session": "s1"}')
    with pytest.raises(BrokenFile, match=r"start\.json.*mix"):
        jobs.read(tmp_path)


def test_a_running_player_holds_nothing_of_patients_records_planning_or_screens(tmp_path: Path) -> None:
    jobs.write(tmp_path, PlayerJob(session="s1", mix=mix_of(RATE_HZ), output="null"))
    program = (
        "import sys; from setsetting.player.__main__ import main; code = main([sys.argv[1]]); "
        "print(' '.join(sys.modules)); raise SystemExit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    loaded = done.stdout.split()
    unwanted = ("textual", "click", "sqlite3", "sqlite_utils", "scipy", "mutagen", "pydub", "jinja2")
    rooms = ("clinical", "record", "soundscape", "library", "session", "review", "desk", "tui", "cli")
    for name in (*unwanted, *(f"setsetting.{room}" for room in rooms)):
        assert not [module for module in loaded if module == name or module.startswith(name + ".")], name
