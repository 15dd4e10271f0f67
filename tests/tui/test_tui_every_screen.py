"""A screen that is added stands in the tables of those that are looked at."""

import importlib
import pkgutil
from pathlib import Path

import test_tui_screens
import test_tui_snapshots
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
    assert {type(make(clinic)) for make in test_tui_screens.SCREENS.values()} == every
    pictured = {*test_tui_snapshots.SCREENS, "live"}  # the live screen has pictures of its own
    assert {*test_tui_screens.SCREENS} == pictured
