"""`setsetting session` on the command line: what is wrong in itself is 2, what is not there is 1."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from setsetting.cli import app
from setsetting.desk import patients
from setsetting.desk.clinic import init

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command on a clinic with one patient and no music; give code, output and narration."""
    patients.add(init(tmp_path / "clinic"), "K-0417")

    def command(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = app.run(["--clinic", str(tmp_path / "clinic"), "session", *words])
        assert isinstance(code, int)
        told = capsys.readouterr()
        return code, told.out, told.err

    return command


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("act", "resuce"), "Did you mean 'rescue'"),
        (("act", "volume", "3"), "volume takes decibels"),
        (("act", "volume"), "volume needs decibels"),
        (("act", "duck", "5"), "takes no argument"),
        (("act", "fade-out", "nan"), "fade-out takes"),
        (("mark", "onsett"), "Did you mean 'onset'"),
        (("mark", "note", "--note", "words"), "--note - reads it"),
        (("add", "--patient", "K-0417", "--started", "2026-01-05", "--minutes", "40"), "is a day"),
        (("add", "--patient", "K-0417", "--started", "2026-01-05T10:00", "--minutes", "nan"), "is not a number"),
        (("add", "--patient", "K-0417", "--started", "2026-01-05T10:00", "--minutes", "many"), "is not a number"),
    ],
)
def test_wrong_arguments_exit_2_with_a_sentence(run: Run, words: tuple[str, ...], says: str) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert says in err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("act", "volume", "-6"), "No session is running"),
        (("mark", "onset"), "No session is running"),
        (("status", "--json"), "No session has been started"),
        (("attach",), "No session is running"),
        (("close",), "No session waits"),
        (("start", "--soundscape", "nowhere.json", "--patient", "K-0417"), "nowhere.json does not exist"),
        (("add", "--patient", "K-0471", "--started", "2026-01-05T10:00", "--minutes", "40"), "Did you mean 'K-0417'"),
    ],
)
def test_what_is_not_there_exits_1_with_a_sentence(run: Run, words: tuple[str, ...], says: str) -> None:
    code, out, err = run(*words)
    assert (code, out) == (1, "")
    assert says in err


def test_a_session_from_paper_is_listed_with_its_setting(run: Run, tmp_path: Path) -> None:
    setting = tmp_path / "setting.toml"
    setting.write_text('lighting = "dark"\n[taps]\nliking = 7\n', encoding="utf-8")
    words = ("--patient", "K-0417", "--started", "2026-01-05T10:00", "--minutes", "40", "--setting", str(setting))
    code, session_id, _err = run("add", *words)
    assert code == 0
    _code, listed, _err = run("list", "--json")
    (only,) = json.loads(listed)
    assert (only["session_id"], only["patient"], only["closed"]) == (session_id.strip(), "K-0417", True)
    assert (only["setting"]["lighting"], only["taps"], only["actual_min"]) == ("dark", {"liking": 7}, 40)
    _code, shown, _err = run("status", "--json")
    assert json.loads(shown)["state"] == "closed"


def test_a_wrong_setting_file_names_its_line_and_enters_nothing(run: Run, tmp_path: Path) -> None:
    setting = tmp_path / "setting.toml"
    setting.write_text('lihgting = "dark"\n', encoding="utf-8")
    words = ("--patient", "K-0417", "--started", "2026-01-05T10:00", "--minutes", "40", "--setting", str(setting))
    code, _out, err = run("add", *words)
    assert code == 1
    assert "line 1" in err and "lighting" in err
    assert json.loads(run("list", "--json")[1]) == []
