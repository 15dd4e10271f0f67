"""A screen that is added stands among those that are looked at and pictured."""

from pathlib import Path

from tui_opened_screens import SCREENS, every_screen
from tui_stage import clinic_in_course


def test_every_screen_is_looked_at_and_has_its_pictures(tmp_path: Path) -> None:
    clinic = clinic_in_course(tmp_path)
    without = every_screen() - {type(make(clinic)) for make in SCREENS.values()}
    assert {each.__name__ for each in without} == set(), "has no line in SCREENS of tests/tui/tui_opened_screens.py"


def test_what_a_screen_inherits_of_looks_reaches_it() -> None:
    """CSS is scoped to the class whose name it begins with: a base class says it in DEFAULT_CSS."""
    assert [each.__name__ for each in every_screen() if each.CSS and "CSS" not in vars(each)] == []
