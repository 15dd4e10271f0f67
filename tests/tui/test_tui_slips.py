"""Slips: an answer that can't be kept stays in its question, and what was taken out of a list leaves the screen with it."""

from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input
from tui_opened_screens import close_screen
from tui_stage import CODE, Stage, clinic_in_course, composed, empty_clinic, on_stage, tracks, until, words_shown

from setsetting.clinical.setting import Field, Setting, Tap
from setsetting.clinical.setting_file import SettingLog
from setsetting.desk import closing, corrections, library, patients, soundscapes
from setsetting.desk.clinic import Clinic
from setsetting.desk.closing import Closing
from setsetting.record.kinds import SettingLogged
from setsetting.record.rows import SessionRow
from setsetting.session.closing import ClosingForm, drafts
from setsetting.soundscape.compose import Composed
from setsetting.tui.dialogs import TextDialog
from setsetting.tui.list_screen import ListScreen
from setsetting.tui.screens.build import BuildScreen
from setsetting.tui.screens.close import CloseScreen
from setsetting.tui.screens.today import TodayScreen


def test_a_value_that_no_rule_takes_stays_in_its_question_and_one_asked_again_is_no_change_to_take_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, str]] = []

    def build(*_asked: object, loosened: dict[str, str], **_named: object) -> Composed:
        asked.append(loosened)
        return composed()

    monkeypatch.setattr(library, "listing", lambda _clinic: tracks())
    monkeypatch.setattr(soundscapes, "build", build)
    monkeypatch.setattr(soundscapes, "stale_since", lambda *_asked: False)
    clinic = clinic_in_course(tmp_path)
    app = Stage(clinic, lambda: BuildScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await app.workers.wait_for_complete()
        await pilot.pause()
        for times, value in enumerate(("240", "240.0"), 2):
            await pilot.press("9", "6", "ctrl+u", *"10312", "enter")
            await until(pilot, lambda: "a whole number from 0 to 1800 is expected" in words_shown(app))
            await pilot.press("ctrl+u", *value, "enter")
            await until(pilot, lambda: len(asked) == times)  # noqa: B023 - read at once
            await app.workers.wait_for_complete()
            assert asked[-1] == {"flex_s": "240"}
        await pilot.press("backspace")
        await until(pilot, lambda: len(asked) == 4)
        assert asked[-1] == {}

    on_stage(app, play)


@pytest.mark.parametrize(("field", "typed", "why"), [(Tap, "11", "0 to 10"), (Field, "purple", "purple")])
def test_an_answer_that_no_row_of_the_setting_takes_stays_to_be_mended(
    tmp_path: Path, field: type, typed: str, why: str
) -> None:
    clinic = clinic_in_course(tmp_path)
    app = Stage(clinic, lambda: close_screen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        screen = app.screen
        assert isinstance(screen, ListScreen)
        at = next(at for at, row in enumerate(screen.table.rows) if isinstance(row, field))
        screen.table.move(at - screen.table.at)
        await pilot.press("enter", "ctrl+u", *typed, "enter")
        await until(pilot, lambda: "Escape leaves everything as it is." in words_shown(app))
        assert why in words_shown(app)
        assert isinstance(app.screen, TextDialog)
        assert app.screen.query_one(Input).value == typed

    on_stage(app, play)


def test_nobody_s_visit_is_shown_once_the_last_patient_is_withdrawn(tmp_path: Path) -> None:
    clinic = empty_clinic(tmp_path)
    patients.add(clinic, "K-0500")
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "K-0500" in words_shown(app))
        corrections.withdraw(clinic, "K-0500", "a mistyped code")
        app.screen.on_screen_resume()  # type: ignore[attr-defined]
        await pilot.pause()
        assert "K-0500" not in words_shown(app)
        assert "PCL-5 past-month" not in words_shown(app)

    on_stage(app, play)


def test_what_stands_as_usual_is_taken_away_for_tonight_and_a_close_says_how_much_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside six fields that were kept as usual stood that 0 things were said."""
    clinic, kept = clinic_in_course(tmp_path), list[Setting]()
    asked = close_screen(clinic).asked
    usual = Setting({"lighting": "dark", "eye_shades": "throughout", "position": "lying flat"})
    app = Stage(clinic, lambda: TodayScreen(clinic))

    def close(_clinic: Clinic, _asked: Closing, log: SettingLog, **_how: object) -> SessionRow:
        kept.append(log.setting)
        return asked.form.session

    monkeypatch.setattr(closing, "close", close)

    async def play(pilot: Pilot[int]) -> None:
        app.push_screen(CloseScreen(clinic, replace(asked, form=form)))
        await until(pilot, lambda: "Light dark as usual" in words_shown(app))
        screen = app.screen
        assert isinstance(screen, CloseScreen)
        screen.table.go_to("eye_shades")
        await pilot.press("minus")
        assert "Eye shades not known - again: throughout" in words_shown(app)
        await pilot.press("minus")
        assert "Eye shades throughout as usual" in words_shown(app)
        await pilot.press("minus", "home", "2", "z")
        await until(pilot, lambda: "1 thing was said of the setting. 1 stands as usual." in words_shown(app))
        (logged, _closed) = (draft.payload for draft in drafts(form, screen.answers))
        assert isinstance(logged, SettingLogged)
        assert (logged.fields, logged.usual) == ({"lighting": "dim", "position": "lying flat"}, usual.values)

    form = ClosingForm(usual=usual, session=asked.form.session)
    on_stage(app, play)
    assert kept == [Setting({"lighting": "dim"})]
