"""The course table on its screen: completeness above it, the other recall, and the clinic's review written from it."""

from pathlib import Path

from textual.pilot import Pilot
from tui_stage import Stage, clinic_in_course, on_stage, until, words_shown

from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.tui.screens.outcomes import OutcomesScreen
from setsetting.tui.screens.today import TodayScreen


def test_the_course_table_opens_from_the_day_s_list_and_writes_every_page(tmp_path: Path) -> None:
    clinic = clinic_in_course(tmp_path)
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("0", "8")
        await until(pilot, lambda: isinstance(app.screen, OutcomesScreen))
        await until(pilot, lambda: "held: forms due" in words_shown(app))
        assert "began a course" in words_shown(app)
        first = words_shown(app)
        await pilot.press("1")
        await until(pilot, lambda: words_shown(app) != first)
        await pilot.press("2")
        await until(pilot, lambda: isinstance(app.screen, ChoiceDialog))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, OutcomesScreen))
        for key, name in (
            ("o", "clinic-review-001.html"),
            ("3", "clinic-deidentified-001.html"),
            ("4", "respct-001.csv"),
        ):
            await pilot.press(key)
            await until(pilot, lambda: isinstance(app.screen, TextDialog))
            await pilot.press("enter")
            await until(pilot, (clinic.folder / "reports" / name).exists)

    on_stage(app, play, (120, 40))
