"""Stopped and killed at the worst moments: no act is lost or counts twice, who takes over sees what is, none is left.

`SETSETTING_LOOPS=full pytest tests/desk/test_desk_stops.py` stops each process for 5 and for 60 s and kills 50 times in
a close and while a player is started again. It prints how long a take-over took.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from killed_player import watcher_of
from session_clinic import CODE, longest_silence_s, plan
from sessions_played import command, left_in, quiet, until

from setsetting.desk import attending, closing, sessions
from setsetting.desk.clinic import Clinic
from setsetting.errors import NotFound, Refused
from setsetting.record import live_rows, rows
from setsetting.record.verify import verify
from setsetting.session import folder
from setsetting.session.link import PlayerLink
from setsetting.session.status import Presence, SessionState

FULL = os.environ.get("SETSETTING_LOOPS") == "full"
STOPS_S = (5.0, 60.0) if FULL else (2.0,)
KILLS = 50 if FULL else 2
HURRIED = "from setsetting.session import acts; acts.CLOSE_FADE_S = 0.5; from setsetting.__main__ import main; main()"


@pytest.fixture
def follower(clinic: Clinic, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A session in real time that a process attends, with a capture."""
    words = ["session", "start", "--soundscape", str(plan(clinic)), "--patient", CODE, "--output", "null"]
    argv = command(clinic, *words, "--capture", str(tmp_path / "capture.wav"))
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
        assert running.stdout is not None and running.stdout.readline()
        yield running
        running.kill()


def player_of(clinic: Clinic) -> int:
    found: list[int] = []

    def answers() -> bool:
        for where in folder.sessions(clinic.folder):
            with PlayerLink(where) as link:
                state = link.state()
            found.extend([] if state is None else [state.pid])
        return bool(found)

    until(answers)
    return found[-1]


def acts_of(clinic: Clinic) -> list[str]:
    with clinic.record() as record:
        (row,) = rows.sessions(record)
        return [f"{act.act} {act.argument or ''}".strip() for act in live_rows.acts(record, row.session_id)]


def close(clinic: Clinic) -> None:
    with contextlib.suppress(Refused, NotFound):  # it was closed by one that was killed
        closing.close(clinic, closing.prepare_close(clinic, None, quiet))
    until(lambda: left_in(clinic) == [])
    with clinic.record() as record:
        assert [row.closed for row in rows.sessions(record)] == [True]
    assert verify(clinic.folder / "record.db").ok
    assert not folder.sessions(clinic.folder)


def took_over(clinic: Clinic) -> None:
    """Who takes over sees a player and the levels as they were set."""
    began = time.monotonic()
    with attending.attach(clinic) as live:
        status = live.status()
    print(f"taken over in {time.monotonic() - began:.2f} s")
    assert (status.state, status.volume_db) == (SessionState.PLAYING, -3.0)


@pytest.mark.loop
@pytest.mark.parametrize("seconds", STOPS_S)
@pytest.mark.parametrize("who", ["controller", "player", "watcher"])
def test_a_process_that_is_stopped_for_a_while_costs_no_act_and_leaves_nothing(
    clinic: Clinic, follower: "subprocess.Popen[str]", who: str, seconds: float
) -> None:
    sessions.act(clinic, "volume", "-3")
    player = player_of(clinic)
    pid = {"controller": follower.pid, "player": player, "watcher": watcher_of(player)}[who]
    os.kill(pid, signal.SIGSTOP)
    time.sleep(seconds)
    if who == "player":
        assert sessions.status(clinic).player is Presence.STALLED
    else:
        sessions.act(clinic, "duck", None)
    os.kill(pid, signal.SIGCONT)
    if who == "player":
        until(lambda: sessions.status(clinic).player is Presence.ALIVE)
        sessions.act(clinic, "duck", None)
    assert player_of(clinic) == player
    took_over(clinic)
    close(clinic)
    assert acts_of(clinic)[:2] == ["volume -3", "duck"]
    assert follower.wait(timeout=30) == 0


@pytest.mark.loop
def test_a_controller_that_is_killed_leaves_the_capture_whole(
    clinic: Clinic, follower: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    sessions.act(clinic, "volume", "-3")
    follower.kill()
    took_over(clinic)
    for _kill in range(KILLS):
        attend = subprocess.Popen(command(clinic, "session", "attach"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(random.Random(_kill).uniform(0.2, 1.5))
        attend.kill()
        attend.communicate()
    took_over(clinic)
    close(clinic)
    assert longest_silence_s(tmp_path / "capture.wav") < 0.5
    assert acts_of(clinic)[0] == "volume -3"


@pytest.mark.loop
def test_a_close_that_is_killed_is_closed_by_the_next_and_leaves_no_player(
    clinic: Clinic, follower: "subprocess.Popen[str]"
) -> None:
    sessions.act(clinic, "volume", "-3")
    for number in range(KILLS):
        argv = [sys.executable, "-c", HURRIED, "--clinic", str(clinic.folder), "session", "close"]
        closer = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(random.Random(number).uniform(0.3, 4.0 if FULL else 2.0))
        closer.kill()
        closer.communicate()
        if not folder.sessions(clinic.folder):
            break
    close(clinic)
    assert acts_of(clinic).count("volume -3") == 1
    assert follower.wait(timeout=30) == 0


@pytest.mark.loop
def test_a_player_that_is_killed_while_it_is_started_again_comes_back(
    clinic: Clinic, follower: "subprocess.Popen[str]"
) -> None:
    sessions.act(clinic, "volume", "-3")
    for number in range(KILLS):
        moments, player = random.Random(number), player_of(clinic)
        for pid in (watcher_of(player), player) if number % 2 else (player,):
            os.kill(pid, signal.SIGKILL)
        time.sleep(moments.uniform(0.0, 1.5))
        for pid in starting(clinic):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until(lambda: sessions.status(clinic).player is Presence.ALIVE, within_s=30)
    took_over(clinic)
    close(clinic)
    assert acts_of(clinic)[0] == "volume -3"
    assert follower.wait(timeout=30) == 0


def starting(clinic: Clinic) -> list[int]:
    """The players of this clinic, answering or not."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_bytes().split(b"\0")
            if b"watched" in words and any(bytes(clinic.folder) in word for word in words):
                found.append(int(process.name))
    return found
