"""What the pages name is there: files, tests, and the commands of the Makefile."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from setsetting.audio.measurements import Measurements
from setsetting.library.track import Track

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
CODE = re.compile(r"`([^`\n]+)`")
A_FILE = re.compile(r"[\w.-]+(/[\w.-]+)+(\.\w+|/)")
A_TEST = re.compile(r"test_\w+")
HOOK = ROOT / ".githooks" / "pre-commit"


def in_code(page: Path) -> list[str]:
    """What a page sets in code, on a line of its own or within one."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return CODE.findall(text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_file_a_page_names_is_there(page: Path) -> None:
    words = [word for code in in_code(page) for word in code.split()]
    named = [word for word in words if A_FILE.fullmatch(word) and word.split("/")[0] not in {"live", ".venv"}]
    assert [name for name in named if not ((ROOT / name).exists() or (ROOT / "setsetting" / name).exists())] == []


def test_every_test_a_page_names_is_there() -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = {name for page in PAGES for name in in_code(page) if A_TEST.fullmatch(name)}
    assert {name for name in named if not re.search(rf"\bdef {name}\(", tests)} == set()


def test_every_command_of_make_that_a_page_names_is_there_and_each_is_told() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    goals = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    everywhere = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    told = set(re.findall(r"(?:^|`)make ([a-z]+)", everywhere, re.MULTILINE))
    assert told == goals - {"help"}


def test_the_hook_can_run_and_runs_what_make_runs() -> None:
    assert HOOK.stat().st_mode & 0o111
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").replace("$(BIN)", ".venv/bin")
    run = re.findall(r"^\.venv/bin/(\w+)", HOOK.read_text(encoding="utf-8"), re.MULTILINE)
    assert run == ["ruff", "ruff", "mypy"]
    assert all(f"\t.venv/bin/{tool} " in makefile for tool in run)


@pytest.mark.needs_tool("make")
@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_alone_lists_its_commands_and_a_room_that_is_not_there_is_said() -> None:
    outside = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))
    }  # not of a make above
    listed = subprocess.run(["make"], cwd=ROOT, env=outside, capture_output=True, text=True, check=True).stdout
    assert {line.split()[1] for line in listed.splitlines()} >= {
        "setup",
        "check",
        "test",
        "lint",
        "format",
        "types",
        "loops",
    }
    several = ["make", "-n", "test", "ROOM=session player"]
    said = subprocess.run(several, cwd=ROOT, env=outside, capture_output=True, text=True, check=True).stdout
    assert "pytest -n auto tests/session tests/player\n" in said
    wrong = subprocess.run(
        ["make", "test", "ROOM=nowhere"], cwd=ROOT, env=outside, capture_output=True, text=True, check=False
    )
    assert wrong.returncode != 0
    assert "There is no tests/nowhere; the rooms are: audio cli " in wrong.stderr


def test_the_page_on_measurements_tells_every_value_a_track_has_of_its_sound() -> None:
    page = (ROOT / "docs" / "measurements.md").read_text(encoding="utf-8")
    both = set(Measurements.__dataclass_fields__) & set(Track.__dataclass_fields__)
    measured = {name.replace("_ms", "_s") for name in both - {"frames", "rate_hz", "channels"}}
    assert {name for name in measured if f"`{name}`" not in page} == set()
