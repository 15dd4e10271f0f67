"""The palette finds the commands of every screen; choosing one opens its screen and does it where nothing is lacking."""

from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.widgets import Input, OptionList
from tui_stage import CODE, Stage, clinic_in_course, composed, on_stage, tracks, until, words_shown

from setsetting.desk import library, soundscapes
from setsetting.desk.clinic import Clinic
from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.tui.navigation import ScreenName
from setsetting.tui.palette import ON_SIGHT
from setsetting.tui.screens.build import BuildScreen
from setsetting.tui.screens.library import LibraryScreen
from setsetting.tui.screens.patient import PatientScreen
from setsetting.tui.screens.pcl5 import Pcl5Screen
from setsetting.tui.screens.review import ReviewScreen
from setsetting.tui.screens.today import TodayScreen
from setsetting.tui.task_screen import TaskScreen
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Table


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    monkeypatch.setattr(library, "listing", lambda _clinic: tracks())
    monkeypatch.setattr(soundscapes, "build", lambda *_asked, **_named: composed())
    monkeypatch.setattr(soundscapes, "stale_since", lambda *_asked: False)
    return clinic_in_course(tmp_path)


async def take(app: Stage, pilot: Pilot[int], words: str, place: str) -> None:
    """Ask the palette for a command by its words and place, and take what is found."""
    await pilot.press("colon")
    app.screen.query_one(Input).value = f"{words}  {place}"
    options = app.screen.query_one(OptionList)
    await until(pilot, lambda: options.option_count > 0)
    await pilot.press("down", "enter")
    await until(pilot, lambda: not isinstance(app.screen, CommandPalette))
    await pilot.pause()


def said(app: Stage) -> str:
    return app.screen.query_one(StatusRow).said


def test_what_needs_nothing_further_is_done_for_the_chosen_patient(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        app.screen.query_one(Table).go_to(CODE)
        await take(app, pilot, "From paper", "(1 on the screen: patient)")
        await until(pilot, lambda: isinstance(app.screen, TextDialog))
        assert f"{CODE}, from paper: when did the infusion begin?" in words_shown(app)
        await pilot.press("escape")
        assert isinstance(app.screen, PatientScreen)
        await take(app, pilot, "Playlist", "(6 on the screen: building a soundscape)")
        await until(pilot, lambda: f"{CODE}: which playlist?" in words_shown(app))
        assert isinstance(app.screen, ChoiceDialog)
        await pilot.press("escape")
        assert isinstance(app.screen, BuildScreen)
        await take(app, pilot, "Sort", "(o on the screen: library)")
        await until(pilot, lambda: isinstance(app.screen, LibraryScreen) and "by artist" in words_shown(app))
        await take(app, pilot, "Add patient", "(a on the screen: today)")
        await until(pilot, lambda: "Code of the new patient" in words_shown(app))
        await pilot.press("escape")
        assert isinstance(app.screen, TodayScreen)
        assert len(app._open_screens) == 1

    on_stage(app, play, (120, 40))


def test_what_must_be_seen_first_is_opened_and_its_key_is_said(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        app.screen.query_one(Table).go_to(CODE)
        await take(app, pilot, "Render", "(f on the screen: building a soundscape)")
        await until(pilot, lambda: isinstance(app.screen, BuildScreen))
        await pilot.press("escape")
        await take(app, pilot, "Throw away", "(^x on the screen: PCL-5 entry)")
        await until(pilot, lambda: isinstance(app.screen, Pcl5Screen) and said(app).startswith("^x does it here"))
        await pilot.press("escape")
        await take(app, pilot, "Void", "(4 on the screen: session)")
        await until(pilot, lambda: isinstance(app.screen, PatientScreen))
        await until(pilot, lambda: said(app).startswith("Open the session first (enter); then 4 does it"))

    on_stage(app, play, (120, 40))


def test_without_a_patient_one_is_to_be_chosen_first(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("l")
        await take(app, pilot, "From paper", "(1 on the screen: patient)")
        await until(pilot, lambda: isinstance(app.screen, TodayScreen))
        await until(pilot, lambda: said(app).startswith("Choose the patient first"))

    on_stage(app, play, (120, 40))


def test_a_form_that_was_begun_is_kept_when_the_palette_leaves_it(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        app.open_form(CODE)
        await pilot.pause()
        await pilot.press("1", "2", "3")
        assert isinstance(app.screen, Pcl5Screen)
        await take(app, pilot, "Close", "(z on the screen: today)")
        await until(pilot, lambda: isinstance(app.screen, TodayScreen))
        app.open_form(CODE)
        await pilot.pause()
        assert "Taken up again, 17 items to go" in words_shown(app)

    on_stage(app, play, (120, 40))


def test_every_command_that_must_be_seen_first_is_one_and_every_screen_is_a_place(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: ReviewScreen(clinic, CODE))
    known: dict[ScreenName, set[str]] = {place: set() for place in ScreenName}
    for place, _title, command in app.commands_of_screens():
        known[place].add(command.name)
    assert all(known.values())
    assert {place: names - known[place] for place, names in ON_SIGHT.items() if names - known[place]} == {}


def test_a_refusal_of_a_screen_that_was_left_is_said_on_the_one_that_is_open(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        app.open_build(CODE)
        await pilot.pause()
        left = app.screen
        assert isinstance(left, TaskScreen)
        await pilot.press("escape")
        left.say_in_front("It is done.")
        await pilot.pause()
        assert said(app) == "It is done."

    on_stage(app, play, (120, 40))
