"""The palette finds the commands of every screen and says where those of other screens are."""

from pathlib import Path

from textual.pilot import Pilot
from tui_stage import Stage, clinic_in_course, on_stage, until, words_shown

from setsetting.tui.screens.today import TodayScreen


def test_a_command_of_another_screen_is_found_with_its_place(tmp_path: Path) -> None:
    clinic = clinic_in_course(tmp_path)
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("colon", *"Render")
        await until(pilot, lambda: "(f on the screen: building a soundscape)" in words_shown(app))

    on_stage(app, play, (120, 40))
