"""The page on using the rooms from Python is a program: its blocks run in order in an empty folder."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
NO_FACE = (
    "import sys\nassert not {name for name in sys.modules if name.split('.')[-1] in {'cli', 'tui', 'textual', 'desk'}}"
)


def program() -> str:
    """The page's blocks on the lines they have in it, so that a traceback names a line of the page."""
    text = PAGE.read_text(encoding="utf-8")
    lines = [""] * len(text.splitlines())
    for block in BLOCK.finditer(text):
        first = text.count("\n", 0, block.start(1))
        code = block[1].splitlines()
        lines[first : first + len(code)] = code
    return "\n".join(lines)


def test_the_page_runs_in_a_fresh_process_and_loads_no_face(tmp_path: Path) -> None:
    page = tmp_path / "api.py"
    page.write_text(f"{program()}\n{NO_FACE}\n", encoding="utf-8")
    done = subprocess.run([sys.executable, page.name], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "tonight.flac").stat().st_size > 0
    for said in ("LUFS", "opens the soundscape", "No soundscape is possible", "no score after the session"):
        assert said in done.stdout


def test_the_page_is_typed_as_the_package_is(tmp_path: Path) -> None:
    """Run outside the checkout: the types come with the installed package."""
    page = tmp_path / "api.py"
    page.write_text(program() + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), page.name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("act", ["scan", "compose", "render", "pcl5.score", "link"])
def test_the_page_shows_each_act(act: str) -> None:
    assert re.search(rf"\b{act}\(", program())
