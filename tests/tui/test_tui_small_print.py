"""At 80 x 24 the small print is one row, and help has all of it; a window of the review is told whole at every size."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from tui_opened_screens import SCREENS
from tui_stage import CODE, Stage, clinic_in_course, on_stage, words_shown

from setsetting.desk import review
from setsetting.tui.widgets.paragraph import Disclaimer


@pytest.mark.parametrize("name", ["today", "patient", "session", "review"])
def test_small_print_is_one_row_and_help_has_the_rest(tmp_path: Path, name: str) -> None:
    clinic = clinic_in_course(tmp_path)
    app = Stage(clinic, lambda: SCREENS[name](clinic))

    async def play(pilot: Pilot[int]) -> None:
        small = app.screen.query_one(Disclaimer)
        assert small.size.height == 1
        assert "cannot show that a setting caused a change. ? all" in words_shown(app)
        await pilot.press("question_mark", "end")
        await pilot.pause()
        assert small.whole.split(". ")[-1][-40:] in words_shown(app)

    on_stage(app, play)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_the_review_says_the_setting_of_the_chosen_window_whole(tmp_path: Path, size: tuple[int, int]) -> None:
    clinic = clinic_in_course(tmp_path)
    windows = review.patient_review(clinic, CODE).windows
    app = Stage(clinic, lambda: SCREENS["review"](clinic))

    async def play(pilot: Pilot[int]) -> None:
        for window in windows:
            assert window.setting in words_shown(app)
            assert window.says in words_shown(app)
            await pilot.press("down")
            await pilot.pause()

    on_stage(app, play, size)
