"""The interface as a whole: where it opens, what it loads, and what it says when it can't go on."""

import subprocess
import sys
from pathlib import Path

import pytest
from textual.pilot import Pilot
from tui_stage import Stage, empty_clinic, on_stage, words_shown

from setsetting.desk import patients
from setsetting.desk.clinic import Clinic
from setsetting.errors import Refused
from setsetting.tui.app import SetSettingApp
from setsetting.tui.fault import fault_words
from setsetting.tui.screens.today import TodayScreen


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    return empty_clinic(tmp_path)


def int_of(words: str) -> int:
    return int(words)


def test_a_fault_is_told_by_kind_and_place_and_never_by_value() -> None:
    with pytest.raises(ValueError, match="a patient's words") as caught:
        int_of("a patient's words")
    words = fault_words(caught.value)
    assert "ValueError, test_tui_app.py:" in words
    assert "Music that plays goes on" in words
    assert "patient" not in words


def test_what_the_record_refuses_is_told_in_its_own_words() -> None:
    assert fault_words(Refused("The record is held by another program.")) == "The record is held by another program."


def test_opened_at_the_live_screen_without_a_session_it_says_so(tmp_path: Path) -> None:
    app = SetSettingApp(empty_clinic(tmp_path), "live")

    async def play(pilot: Pilot[int]) -> None:
        await pilot.pause()
        assert isinstance(app.screen, TodayScreen)
        assert "No session is running here" in words_shown(app)

    on_stage(app, play)


def test_a_day_s_list_under_another_screen_is_not_looked_at(clinic: Clinic) -> None:
    below = TodayScreen(clinic)
    app = Stage(clinic, lambda: below)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("question_mark")
        await pilot.pause()
        patients.add(clinic, "K-0417")
        below.look_again()
        assert not below.table.rows
        await pilot.press("escape")
        await pilot.pause()
        assert [row.code for row in below.table.rows] == ["K-0417"]

    on_stage(app, play)


def test_nothing_heavy_is_imported_before_a_screen_needs_it() -> None:
    code = (
        "import sys; import setsetting.tui.app; "
        "print([m for m in sys.modules if m.split('.')[0] in "
        "('numpy', 'scipy', 'sqlite_utils', 'av', 'click', 'miniaudio') "
        "or m.startswith(('setsetting.record', 'setsetting.library', 'setsetting.player', 'setsetting.audio', "
        "'setsetting.tui.screens.'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_below_80_by_24_every_screen_says_so_politely(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        assert "smaller than 80 x 24: please" in words_shown(app)

    on_stage(app, play, (79, 24))


def test_the_first_screen_is_today(clinic: Clinic) -> None:
    app = SetSettingApp(clinic)

    async def play(pilot: Pilot[int]) -> None:
        assert isinstance(app.screen, TodayScreen)
        await pilot.press("q")

    on_stage(app, play)
    assert app.return_code == 0


def test_what_is_drawn_reaches_the_terminal_while_sound_libraries_are_kept_quiet() -> None:
    code = """
import asyncio, os
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from setsetting.tui.terminal import of_its_own

async def draw():
    driver = of_its_own(LinuxDriver)(App())
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    driver._file.write("drawn")
    driver._file.flush()

asyncio.run(draw())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "drawn"


def test_the_interface_writes_to_a_terminal_of_its_own(clinic: Clinic) -> None:
    assert SetSettingApp(clinic).get_driver_class().__name__ == "OwnTerminal"
