"""No answer is not death: a player's lock tells, and the process that holds it is ended and no other."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from player_mixes import RATE_HZ, mix_of, soon

from setsetting.errors import Refused
from setsetting.machine import locks
from setsetting.machine.processes import Process, born
from setsetting.player import client, journal, launch, presence
from setsetting.player.client import Player
from setsetting.player.job import LOCK_FILE, OVER_FILE, PROCESS_FILE, PlayerJob
from setsetting.player.journal import CLOSED, JournalKind

Play = Callable[..., Player]


def silent(session: str = "s1", clinic: str = "") -> PlayerJob:
    return PlayerJob(session=session, mix=mix_of(60 * RATE_HZ), output="null", clinic=clinic)


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def test_a_player_that_is_stopped_is_there_and_is_the_one_that_is_ended(tmp_path: Path, played: Play) -> None:
    pid = played(silent()).state().pid
    with stopped(pid):
        assert client.connect(tmp_path / "run", 0.1) is None
        found = presence.holder(tmp_path / "run")
        assert presence.is_there(tmp_path / "run") and found is not None and found.pid == pid
        assert presence.end(tmp_path / "run", 0.1)
        assert not presence.is_there(tmp_path / "run") and not found.runs
    assert not presence.end(tmp_path / "run", 0.0)


def test_a_player_that_takes_no_signal_is_killed(tmp_path: Path) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None and child.stdout.readline()
        assert Process(child.pid, born(child.pid)).end(0.2)
        assert child.wait() == -signal.SIGKILL


def test_another_process_that_has_the_id_by_now_is_left_alone(tmp_path: Path, played: Play) -> None:
    player = played(silent())
    (tmp_path / "run" / PROCESS_FILE).write_text(f"{os.getpid()} an earlier birth")
    with stopped(player.state().pid):
        assert presence.holder(tmp_path / "run") is None
        with pytest.raises(Refused, match="an unknown process"):
            presence.end(tmp_path / "run", 0.0)


def test_a_player_whose_session_is_over_fades_out_and_ends_by_itself_also_one_that_was_stopped_meanwhile(
    tmp_path: Path, played: Play
) -> None:
    player = played(silent())
    with stopped(player.state().pid):
        presence.set_over(tmp_path / "run")
    assert soon(lambda: not presence.is_there(tmp_path / "run"), 10)
    last = journal.read(tmp_path / "run")[-1]
    assert (last.what, last.text) == (JournalKind.ENDED, CLOSED)
    with pytest.raises(Refused, match=r"has ended|is over"):
        launch.restart(tmp_path / "run")


def test_a_folder_that_is_gone_is_over_and_one_whose_whole_disk_is_gone_is_not(tmp_path: Path) -> None:
    (tmp_path / "live" / "session").mkdir(parents=True)
    assert not presence.is_over(tmp_path / "live" / "session")
    assert presence.is_over(tmp_path / "live" / "another")
    assert not presence.is_over(tmp_path / "away" / "session")
    (tmp_path / "live" / "session" / OVER_FILE).touch()
    assert presence.is_over(tmp_path / "live" / "session")


def test_a_player_starts_for_twenty_seconds_of_the_machine_whatever_its_clock_is_set_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SetClock()
    monkeypatch.setattr(presence, "SystemClock", lambda: clock)
    with locks.held(tmp_path / LOCK_FILE):
        assert presence.is_starting(tmp_path)
        presence.sign(tmp_path, ready=False)
        os.utime(tmp_path / PROCESS_FILE, (0, 0))  # the wall's clock was put forward since
        clock.mono = 29_999
        assert presence.is_starting(tmp_path)
        clock.mono = 30_000
        assert not presence.is_starting(tmp_path)
        clock.mono = 10_000
        presence.sign(tmp_path, ready=True)
        assert not presence.is_starting(tmp_path)
    presence.sign(tmp_path, ready=False)
    assert not presence.is_starting(tmp_path)


def test_nothing_is_started_where_a_session_is_over(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    presence.set_over(tmp_path / "run")
    with pytest.raises(Refused, match="is over"):
        launch.start(tmp_path / "run", silent())


def test_a_session_that_stalls_on_an_output_is_named_with_how_it_is_ended(tmp_path: Path, played: Play) -> None:
    older = played(silent("s-old"), "one")
    with pytest.raises(Refused, match=r"Another session is playing on this output \(null\): s-old"):
        launch.start(tmp_path / "two", silent("s-new"))
    pid, stalls = older.state().pid, r"s-old stalls on this output \(null\).*close --session s-old"
    with stopped(pid), pytest.raises(Refused, match=stalls):
        launch.start(tmp_path / "two", silent("s-new"))


def test_a_player_that_a_closed_session_left_behind_is_ended_by_the_next_start(tmp_path: Path, played: Play) -> None:
    pid = played(silent("s-old"), "one").state().pid
    older = Process(pid, born(pid))
    with stopped(pid):
        (tmp_path / "one").rename(tmp_path / "away")
        played(silent("s-new"), "two")
        assert not older.runs


def test_a_player_that_was_stopped_says_for_how_long_the_music_stood_still(tmp_path: Path, played: Play) -> None:
    player = played(silent())
    with stopped(player.state().pid):
        time.sleep(8)  # two seconds are mixed ahead, and a device that takes all at once meets what is mixed meanwhile
    assert soon(lambda: stood_still(tmp_path / "run"))
    (held_ms,) = stood_still(tmp_path / "run")
    assert 1_000 <= held_ms < 14_000


class SetClock:
    """The machine's time is what is said; the wall's is set as it likes."""

    mono = 10_000

    def mono_ms(self) -> int:
        return self.mono


def stood_still(folder: Path) -> list[int]:
    return [entry.held_ms or 0 for entry in journal.read(folder) if entry.what is JournalKind.STALLED]


def test_many_who_ask_for_a_lock_at_once_hinder_nobody(tmp_path: Path, played: Play) -> None:
    asking = True

    def ask() -> None:
        while asking:
            presence.is_there(tmp_path / "run")

    asks = [threading.Thread(target=ask) for _ in range(4)]
    for each in asks:
        each.start()
    try:
        played(silent())
    finally:
        asking = False
        for each in asks:
            each.join()


def test_sleep_is_held_off_while_a_player_plays_and_no_longer(
    tmp_path: Path, played: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, program = tmp_path / "log", tmp_path / "bin" / "systemd-inhibit"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho held >> {log}\nfor last; do :; done\n$last\necho released >> {log}\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    player = played(silent())
    assert soon(lambda: log.exists() and log.read_text() == "held\n")
    player.take_baton("screen")
    player.stop("s1 stop")
    assert soon(lambda: log.read_text() == "held\nreleased\n", within_s=10)
