"""Who else wants the machine is told by name where the system tells it, and not guessed where it does not."""

from pathlib import Path

import pytest

from setsetting.machine import neighbours


def test_what_runs_is_known_by_its_name(tmp_path: Path) -> None:
    assert neighbours.running({"updatedb"}, tmp_path) is None
    for pid, name in (("self", "python"), ("7", "updatedb"), ("8", "bash")):
        (tmp_path / pid).mkdir()
        (tmp_path / pid / "comm").write_text(f"{name}\n")
    (tmp_path / "9").mkdir()
    assert neighbours.running({"updatedb", "apt"}, tmp_path) == ("updatedb",)


@pytest.mark.parametrize(("said", "means"), [("yes", True), ("no", False), ("", None)])
def test_a_clock_is_set_where_the_system_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, means: bool | None
) -> None:
    program = tmp_path / "timedatectl"
    program.write_text(f"#!/bin/sh\necho {said}\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert neighbours.clock_is_set() is means
    assert neighbours.event_sounds() is None
    monkeypatch.setenv("PATH", "")
    assert neighbours.clock_is_set() is None
