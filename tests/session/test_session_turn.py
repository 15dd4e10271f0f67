"""The lock of a session's acts: one controller at a time, and none that is stopped in the middle keeps it for ever."""

import multiprocessing
import os
import signal
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from setsetting.machine import locks
from setsetting.session import turn

KEPT = "kept"


def act_and_stop(where: Path, ready: Event) -> None:
    """A controller that is stopped in the middle of an act, and keeps it when it goes on."""
    with turn.taken(where):
        ready.set()
        os.kill(os.getpid(), signal.SIGSTOP)
        (where / KEPT).touch()


def act_for_long(where: Path, ready: Event) -> None:
    with turn.taken(where):
        ready.set()
        signal.pause()


@pytest.fixture
def another(tmp_path: Path, request: pytest.FixtureRequest) -> multiprocessing.context.SpawnProcess:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=request.param, args=(tmp_path, ready))
    process.start()
    assert ready.wait(60)
    request.addfinalizer(process.kill)
    return process


@pytest.mark.parametrize("another", [act_and_stop], indirect=True)
def test_one_that_is_stopped_in_the_middle_of_an_act_ends_it_and_then_it_is_the_next_one_s_turn(
    tmp_path: Path, another: multiprocessing.context.SpawnProcess
) -> None:
    with turn.taken(tmp_path, 60):
        assert (tmp_path / KEPT).exists()
    another.join(60)
    assert another.exitcode == 0 and locks.holder(tmp_path / "baton.lock") is None


@pytest.mark.parametrize("another", [act_for_long], indirect=True)
def test_one_that_only_takes_long_is_waited_for_and_left_alone(
    tmp_path: Path, another: multiprocessing.context.SpawnProcess
) -> None:
    found = locks.holder(tmp_path / "baton.lock")
    assert found is not None and found.pid == another.pid
    with pytest.raises(locks.Busy, match="Another program acts"), turn.taken(tmp_path):
        pass
    assert found.runs
