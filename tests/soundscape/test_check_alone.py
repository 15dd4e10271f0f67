"""The check loads nothing of the planner's, whatever the planner is made of by now."""

import subprocess
import sys

FILES_OWN = {"instance", "playlist", "soundscape", "wishes"}
"""The types of the files it reads."""
TABLE = {"loosening"}
"""The table of what may be loosened."""


def test_the_check_loads_the_types_of_files_the_table_of_rules_and_itself() -> None:
    program = """
import sys, setsetting.soundscape.check_soundscape
print(*(name.removeprefix("setsetting.soundscape.") for name in sys.modules if name.startswith("setsetting.soundscape.")))
"""
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert set(loaded.split()) == FILES_OWN | TABLE | {"check", "check_instance", "check_soundscape"}
