"""The check loads nothing of the planner's, whatever the planner is made of by now."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

from setsetting.soundscape import check

FILES_OWN = {"instance", "playlist", "playlist_prompt", "soundscape", "wishes"}
"""The types of the files it reads."""
TABLE = {"rules"}
"""The table of rules, for what may be loosened and no more."""
CHECK = {"check", "check_instance", "check_names", "check_prompts", "check_soundscape"}
PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


def test_the_check_loads_the_types_of_files_the_table_of_rules_and_itself() -> None:
    program = """
import sys, setsetting.soundscape.check_soundscape
print(*(name.removeprefix("setsetting.soundscape.") for name in sys.modules if name.startswith("setsetting.soundscape.")))
"""
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert set(loaded.split()) == FILES_OWN | TABLE | CHECK


def test_the_import_contract_names_every_module_that_is_the_planner_s() -> None:
    contracts = tomllib.loads(PYPROJECT.read_text())["tool"]["importlinter"]["contracts"]
    (contract,) = (one for one in contracts if one["name"] == "The check shares nothing with the planner")
    modules = {path.stem for path in Path(check.__file__).parent.glob("*.py")} - {"__init__"}
    assert set(contract["source_modules"]) == {f"setsetting.soundscape.{name}" for name in CHECK}
    forbidden = {f"setsetting.soundscape.{name}" for name in modules - CHECK - FILES_OWN - TABLE}
    assert set(contract["forbidden_modules"]) == forbidden


def test_the_check_takes_the_limits_of_the_table_and_none_of_its_masks() -> None:
    taken = {
        name.name
        for path in Path(check.__file__).parent.glob("check*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "setsetting.soundscape.rules"
        for name in node.names
    }
    assert taken == {"LOOSENABLE", "ALLOW", "EVERYTHING", "BARE_END"}
