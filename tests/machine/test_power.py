"""Mains and battery as the system tells them, and sleep held off for as long as somebody holds it off."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from setsetting.machine.power import Supply, can_keep_awake, kept_awake, supply

INHIBITOR = """#!/bin/sh
echo held >> {log}
for last; do :; done
$last
echo released >> {log}
"""


def supplies(folder: Path, **named: dict[str, str]) -> Path:
    for name, words in named.items():
        (folder / name).mkdir(parents=True)
        for word, said in words.items():
            (folder / name / word).write_text(f"{said}\n")
    return folder


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ({"AC": {"type": "Mains", "online": "1"}}, Supply(True)),
        (
            {
                "AC": {"type": "Mains", "online": "0"},
                "BAT0": {"type": "Battery", "status": "Discharging", "capacity": "41"},
            },
            Supply(False, 41),
        ),
        ({"BAT0": {"type": "Battery", "status": "Full", "capacity": "100"}}, Supply(True, 100)),
        (
            {"mouse": {"type": "Battery", "scope": "Device", "status": "Discharging", "capacity": "9"}},
            Supply(None),
        ),
        ({}, Supply(None)),
    ],
    ids=["mains", "battery", "full", "a mouse's", "nothing"],
)
def test_what_the_machine_runs_on_is_what_its_own_supplies_say(
    tmp_path: Path, named: dict[str, dict[str, str]], found: Supply
) -> None:
    folder = tmp_path / "supplies"
    folder.mkdir()
    assert supply(supplies(folder, **named)) == found


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """A system program that says when it holds off sleep and when no more."""
    log, program = tmp_path / "log", tmp_path / "bin" / "systemd-inhibit"
    program.parent.mkdir()
    program.write_text(INHIBITOR.format(log=log))
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return lambda: " ".join(log.read_text().split()) if log.exists() else ""


def until(said: Callable[[], str], words: str) -> None:
    deadline = time.monotonic() + 10
    while said() != words:
        assert time.monotonic() < deadline, said()
        time.sleep(0.02)


def test_sleep_is_held_off_for_the_block_and_no_longer(held: Callable[[], str]) -> None:
    with kept_awake("a test"):
        until(held, "held")
    until(held, "held released")


def test_sleep_comes_back_when_the_holder_is_killed(held: Callable[[], str]) -> None:
    code = "import time; from setsetting.machine.power import kept_awake\nwith kept_awake('a test'): time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", code])
    until(held, "held")
    process.send_signal(signal.SIGKILL)
    process.wait()
    until(held, "held released")


def test_whether_sleep_can_be_held_off_is_tried(held: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert can_keep_awake()
    monkeypatch.setenv("PATH", "")
    assert not can_keep_awake()
    with kept_awake("a test"):
        pass
