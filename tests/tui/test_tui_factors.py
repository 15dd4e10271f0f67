"""The declared factors on their screen: nothing is looked at unasked, a gate's words stand where a mark would, enter leads to a session."""

from pathlib import Path

from textual.pilot import Pilot
from tui_opened_screens import factors_screen, session_held
from tui_stage import CODE, Stage, clinic_in_course, on_stage, until, words_shown

from setsetting.desk import alternations, factors
from setsetting.record import factor_rows
from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.tui.screens.exposures import ExposuresScreen
from setsetting.tui.screens.factors import FactorsScreen
from setsetting.tui.screens.session import SessionScreen
from setsetting.tui.screens.today import TodayScreen
from setsetting.views.clinic_link import FOREST_WIDTH, forest_mark


def test_a_factor_is_declared_from_the_day_s_list_and_taken_back(tmp_path: Path) -> None:
    clinic = clinic_in_course(tmp_path)
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("0", "6")
        await until(pilot, lambda: isinstance(app.screen, FactorsScreen))
        assert "No factor is declared yet: 1 declares one." in words_shown(app)
        await pilot.press("2")
        await until(pilot, lambda: "1 on the clinic's factors does that before it is looked at" in words_shown(app))
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.screen, TextDialog))
        await pilot.press(*"lighting", "enter")
        await until(pilot, lambda: "Declared: lighting:ordered." in words_shown(app))
        assert "not looked at" in words_shown(app)
        await pilot.press("4")
        await until(pilot, lambda: isinstance(app.screen, TextDialog))
        await pilot.press(*"of no use", "enter")
        await until(pilot, lambda: "Withdrawn." in words_shown(app))
        assert factors.listed(clinic) == []

    on_stage(app, play, (120, 40))


def test_a_look_is_asked_for_noted_and_leads_to_a_session(tmp_path: Path) -> None:
    clinic = clinic_in_course(tmp_path)
    session_held(clinic)
    app = Stage(clinic, lambda: factors_screen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "people_present=companion" in words_shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: "Nothing was looked at yet: 2 looks, and that is noted." in words_shown(app))
        with clinic.record() as record:
            assert factor_rows.looks(record) == []
        await pilot.press("2")
        await until(pilot, lambda: "sessions linked" in words_shown(app))
        assert words_shown(app).count("Too little data to say") == 3
        assert "3 settings were examined" in words_shown(app)
        with clinic.record() as record:
            assert len(factor_rows.looks(record)) == 1
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.screen, ChoiceDialog))
        assert "Do not change one patient's care" in words_shown(app)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, FactorsScreen))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ExposuresScreen))
        assert "All sessions:" in words_shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SessionScreen))

    on_stage(app, play, (120, 40))


def test_a_range_stands_on_the_axis_and_leaves_it_with_an_arrow() -> None:
    assert forest_mark(-6, -3, 0) == " " * 8 + "────●───┼" + " " * 16
    assert forest_mark(3, 6, 9) == " " * 16 + "│   ────●────" + " " * 4
    wide = forest_mark(-20, 1, 40)
    assert (wide[0], wide[-1], len(wide)) == ("←", "→", FOREST_WIDTH)


def test_a_draw_is_shown_on_its_day_and_told_to_be_done_otherwise(tmp_path: Path) -> None:
    clinic = clinic_in_course(tmp_path)
    alternations.plan(clinic, "eye_shades", "throughout", "not offered", "2027-06-30")
    app = Stage(clinic, lambda: FactorsScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("5")
        await until(pilot, lambda: isinstance(app.screen, TextDialog))
        await pilot.press(*CODE.casefold(), "enter")
        await until(pilot, lambda: "drawn by lot. It stands in the record." in words_shown(app))
        assert alternations.listed(clinic)[0][1] == 1
        await pilot.press("1")
        await until(pilot, lambda: "Why was it done otherwise?" in words_shown(app))
        await pilot.press(*"asked for light", "enter")
        await until(pilot, lambda: "In the estimate it counts as drawn." in words_shown(app))

    on_stage(app, play, (120, 40))
