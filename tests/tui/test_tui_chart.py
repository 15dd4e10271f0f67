"""The clinic's charts on their screen: another measure, by month, a change told and taken back."""

from pathlib import Path

from textual.pilot import Pilot
from tui_opened_screens import chart_screen
from tui_stage import Stage, clinic_in_course, on_stage, until, words_shown

from setsetting.desk import changes, seals
from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.tui.screens.chart import ChartScreen
from setsetting.tui.screens.today import TodayScreen


def test_a_measure_is_charted_from_the_day_s_list(tmp_path: Path) -> None:
    clinic = clinic_in_course(tmp_path)
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("0", "5")
        await until(pilot, lambda: isinstance(app.screen, ChartScreen))
        assert "Marks of distress, by session" in words_shown(app)
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.screen, ChoiceDialog))
        await pilot.press("5")
        await until(pilot, lambda: "Liking of the music, 0 to 10, by session" in words_shown(app))
        await pilot.press("2")
        await until(pilot, lambda: "Liking of the music, 0 to 10, by month" in words_shown(app))
        assert "2026-10" in words_shown(app)
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.screen, ChoiceDialog))
        await pilot.press("6")
        await until(pilot, lambda: "Courses that were finished, by month" in words_shown(app))
        await pilot.press("2")
        await until(pilot, lambda: "in months, not in sessions" in words_shown(app))

    on_stage(app, play, (120, 40))


def test_a_change_is_told_on_the_chart_and_taken_back(tmp_path: Path) -> None:
    clinic = clinic_in_course(tmp_path)
    app = Stage(clinic, lambda: chart_screen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.screen, TextDialog))
        await pilot.press(*"a lamp", "enter")
        await until(pilot, lambda: "On which day?" in words_shown(app))
        await pilot.press(*"2026-10-07", "enter")
        await until(pilot, lambda: "2026-10-07: a lamp. 4 on the chart, on its row takes it back." in words_shown(app))
        assert [row.words for row in changes.listed(clinic)] == ["a lamp", "new headphones"]
        await pilot.press("home", "4")
        await until(pilot, lambda: "The cursor stands on no change." in words_shown(app))
        await pilot.press("down", "4")
        await until(pilot, lambda: "Why is this change taken back?" in words_shown(app))
        await pilot.press(*"a year later", "enter")
        await until(pilot, lambda: "Withdrawn." in words_shown(app))
        assert [row.words for row in changes.listed(clinic)] == ["new headphones"]

    on_stage(app, play, (120, 40))


def test_a_change_is_sealed_on_the_chart_that_will_be_looked_at(tmp_path: Path) -> None:
    clinic = clinic_in_course(tmp_path)
    app = Stage(clinic, lambda: chart_screen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("6")
        await until(pilot, lambda: "No change was sealed." in words_shown(app))
        await pilot.press("5")
        for question, typed in (("What will change", "lamps"), ("On which day", "2027-01-11"), ("Until", "2027-06-30")):
            await until(pilot, lambda said=question: said in words_shown(app))  # type: ignore[misc]
            await pilot.press(*typed, "enter")
        await until(pilot, lambda: "2027-01-11: lamps; measured until 2027-06-30" in words_shown(app))
        assert [each.row.sealed.measure for each in seals.listed(clinic)] == ["liking"]
        await pilot.press("escape", "6")
        await until(pilot, lambda: "Which sealed change?" in words_shown(app))
        await pilot.press("1")
        await until(pilot, lambda: "It runs; from the day after, its result is printed" in words_shown(app))

    on_stage(app, play, (120, 40))
