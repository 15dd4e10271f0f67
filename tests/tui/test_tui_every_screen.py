"""A screen that is added stands among those that are looked at and pictured."""

import importlib
import pkgutil
from pathlib import Path

from tui_opened_screens import SCREENS
from tui_stage import clinic_in_course

from setsetting.tui import screens
from setsetting.tui.list_screen import ListScreen
from setsetting.tui.task_screen import TaskScreen


def test_every_screen_is_looked_at_and_has_its_pictures(tmp_path: Path) -> None:
    for found in pkgutil.iter_modules(screens.__path__, "setsetting.tui.screens."):
        importlib.import_module(found.name)
    subclasses = {*TaskScreen.__subclasses__(), *ListScreen.__subclasses__()}
    every = {each for each in subclasses if each.__module__.startswith("setsetting.tui.screens.")}
    clinic = clinic_in_course(tmp_path)
    without = every - {type(make(clinic)) for make in SCREENS.values()}
    assert {each.__name__ for each in without} == set(), "has no line in SCREENS of tests/tui/tui_opened_screens.py"
