"""One small clinic with music, made once; the command line in this process, with what it said."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "desk"))  # its clinic of twelve recordings serves here too

import session_clinic
from command_line import CommandLine

from setsetting.session import folder


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clinic with twelve recordings, a playlist of five minutes and the patient K-0417; never written to."""
    return session_clinic.make(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def planned(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A soundscape of the template's clinic."""
    copied = session_clinic.copy_of(template, tmp_path_factory.mktemp("planned") / "clinic")
    return session_clinic.plan(copied, None)


@pytest.fixture
def clinic(template: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy to work in; whatever still plays in it ends with the test."""
    copied = session_clinic.copy_of(template, tmp_path / "clinic").folder
    yield copied
    for where in folder.sessions(copied):
        (where / "abandon").touch()


@pytest.fixture
def bare(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CommandLine:
    """The command line with no clinic, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return CommandLine(capsys, monkeypatch)


@pytest.fixture
def run(bare: CommandLine, clinic: Path) -> CommandLine:
    """The command line on the clinic."""
    return CommandLine(bare.capsys, bare.monkeypatch, ("--clinic", str(clinic)))
