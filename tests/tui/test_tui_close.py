"""The close on its screen: only what was said is kept, and what hangs together is asked together."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from tui_opened_screens import close_screen, session_held
from tui_stage import CODE, Stage, clinic_in_course, on_stage, words_shown

from setsetting.clinical.setting import TAPS, Field, Setting
from setsetting.clinical.setting_file import SettingLog
from setsetting.desk import closing
from setsetting.desk.clinic import Clinic
from setsetting.desk.closing import Closing
from setsetting.record.rows import SessionRow
from setsetting.session.closing import ClosingForm
from setsetting.tui.dialogs import ChoiceDialog, ConfirmDialog
from setsetting.tui.screens.close import CloseScreen
from setsetting.tui.setting_screen import MoreRow, NoteRow
from setsetting.tui.widgets.table import Table

WHOSE = f"{CODE} · infusion 4"


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    return clinic_in_course(tmp_path)


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[tuple[SettingLog, bool | None]]:
    """What a close would keep, and whether it is usual in the room."""
    found: list[tuple[SettingLog, bool | None]] = []

    def close(
        _clinic: Clinic, asked: Closing, log: SettingLog, *, usual: bool | None, insisted: bool, **_told: None
    ) -> SessionRow:
        assert insisted, "the screen has asked already"
        found.append((log, usual))
        return asked.form.session

    monkeypatch.setattr(closing, "close", close)
    return found


def empty(clinic: Clinic, known: dict[str, str] | None = None, **more: Any) -> CloseScreen:
    """The close of a session in a room of which nobody has said anything."""
    asked = close_screen(clinic).asked
    form = ClosingForm(known=Setting(known or {}), session=asked.form.session)
    return CloseScreen(clinic, replace(asked, form=form, **more))


def at(screen: CloseScreen, name: str) -> None:
    """Put the cursor on a field or tap."""
    assert name in [getattr(row, "name", "") for row in screen.table.rows]
    screen.table.go_to(name)


async def every_field(pilot: Pilot[int], screen: CloseScreen) -> None:
    """Open the fields that are not asked about by themselves."""
    screen.table.go_to(MoreRow)
    await pilot.press("enter")
    screen.table.move(-100)
    await pilot.pause()


def test_what_nobody_said_is_not_said_and_is_not_kept(
    clinic: Clinic, kept: list[tuple[SettingLog, bool | None]]
) -> None:
    app = Stage(clinic, lambda: empty(clinic, asks_usual=True))

    async def play(pilot: Pilot[int]) -> None:
        words = words_shown(app)
        assert f"CLOSE {WHOSE} · room-1" in words
        assert "Light not said" in words
        assert "as usual" not in words
        await pilot.press("z")

    on_stage(app, play)
    assert kept == [(SettingLog(Setting(), {}, None), None)]


def test_digits_choose_count_and_tap_and_minus_takes_back(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: close_screen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        screen = app.screen
        assert isinstance(screen, CloseScreen)
        await every_field(pilot, screen)
        await pilot.press("1", "2", "9")  # dark; white; there is no ninth kind of eye shades
        assert screen.answers.setting.values == {"lighting": "dark", "light_kind": "white"}
        assert "3 offered, not worn, 4 not offered" in words_shown(app)
        await pilot.press("up", "minus")
        at(screen, "people_present")
        await pilot.press("1", "4")  # the facilitator was not there tonight, a physician was
        at(screen, "interruptions")
        await pilot.press("0", "0")
        assert screen.answers.setting.values == {
            "lighting": "dark",
            "people_present": "nurse, physician",
            "interruptions": "0",
            "interrupted_by": "none",
        }
        at(screen, "liking")
        await pilot.press("plus", "0", "7", "up", "minus")
        assert screen.answers.taps == {"liking": 10, "resonance": 0}
        await pilot.press("escape")
        assert f"{WHOSE}: 6 answers of this page are lost" in words_shown(app)
        await pilot.press("enter")
        assert app.screen is screen
        await pilot.press("escape", "y")
        assert not isinstance(app.screen, CloseScreen | ConfirmDialog)

    on_stage(app, play, (120, 40))


def test_it_says_who_says_so(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: close_screen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        words = words_shown(app)
        assert "Light dim as usual" in words
        assert "Music through headphones by the program: the output's name" in words
        assert "Interruptions 2 by the program: tonight's marks" in words
        assert "Position not said last time reclined" in words
        await pilot.press("1")
        assert "Light dark usually dim" in words_shown(app)

    on_stage(app, play)


def test_the_other_half_is_asked_before_the_close(clinic: Clinic, kept: list[tuple[SettingLog, bool | None]]) -> None:
    app = Stage(clinic, lambda: empty(clinic, {"interruptions": "1"}))

    async def play(pilot: Pilot[int]) -> None:
        screen = app.screen
        assert isinstance(screen, CloseScreen)
        at(screen, "touch")
        await pilot.press("3")
        assert "Consent to touch not said goes with Touch" in words_shown(app)
        await pilot.press("z")
        await pilot.pause()
        assert f"{WHOSE}. Touch: hand. Consent to touch?" in words_shown(app)
        await pilot.press("escape")
        assert (app.screen, kept) == (screen, [])
        await pilot.press("z", "3")  # asked at the time
        await pilot.pause()
        assert f"{WHOSE}. Interruptions: 1. Interrupted by?" in words_shown(app)
        await pilot.press("8")  # not known
        await pilot.pause()

    on_stage(app, play)
    assert kept == [(SettingLog(Setting({"touch": "hand", "touch_consent": "asked at the time"}), {}, None), None)]


def test_a_contradiction_is_asked_about_and_kept_only_where_it_was_so(
    clinic: Clinic, kept: list[tuple[SettingLog, bool | None]]
) -> None:
    app = Stage(clinic, lambda: empty(clinic))

    async def play(pilot: Pilot[int]) -> None:
        screen = app.screen
        assert isinstance(screen, CloseScreen)
        await every_field(pilot, screen)
        at(screen, "headphones")
        await pilot.press("4", "1")
        assert "cannot be so with Headphones" in words_shown(app)
        await pilot.press("z")
        await pilot.pause()
        question = f"{WHOSE}. Headphones: not offered, and Music through: headphones. Both cannot be so."
        assert question in words_shown(app)
        await pilot.press("1")
        assert (app.screen, screen.table.row.name, kept) == (screen, "headphones", [])
        await pilot.press("z", "3")
        await pilot.pause()

    on_stage(app, play)
    assert kept == [
        (SettingLog(Setting({"headphones": "not offered", "music_delivery": "headphones"}), {}, None), None)
    ]


def test_what_is_not_known_is_not_asked_again_after_another_question_was_left(
    clinic: Clinic, kept: list[tuple[SettingLog, bool | None]]
) -> None:
    app = Stage(clinic, lambda: empty(clinic, {"interruptions": "1"}, asks_usual=True))

    async def play(pilot: Pilot[int]) -> None:
        screen = app.screen
        assert isinstance(screen, CloseScreen)
        await pilot.press("2", "z")
        await pilot.pause()
        assert "Interruptions: 1. Interrupted by?" in words_shown(app)
        await pilot.press("8", "escape")  # not known; then whether it is usual is left
        await pilot.pause()
        assert "Interrupted by not known" in words_shown(app)
        await pilot.press("z")
        await pilot.pause()
        assert f"{WHOSE}: keep as usual in room-1?" in words_shown(app)
        await pilot.press("escape")
        at(screen, "interrupted_by")
        await pilot.press("minus", "z")
        await pilot.pause()
        assert "Interrupted by?" in words_shown(app)
        await pilot.press("8", "2")
        await pilot.pause()

    on_stage(app, play)
    assert kept == [(SettingLog(Setting({"lighting": "dim"}), {}, None), False)]


def test_what_was_so_all_the_same_is_not_asked_again(
    clinic: Clinic, kept: list[tuple[SettingLog, bool | None]]
) -> None:
    app = Stage(clinic, lambda: empty(clinic, asks_usual=True))

    async def play(pilot: Pilot[int]) -> None:
        screen = app.screen
        assert isinstance(screen, CloseScreen)
        await every_field(pilot, screen)
        at(screen, "headphones")
        await pilot.press("4", "1", "z")
        await pilot.pause()
        await pilot.press("3", "escape")
        assert kept == []
        await pilot.press("z")
        await pilot.pause()
        assert "keep as usual in room-1?" in words_shown(app)
        await pilot.press("2")
        await pilot.pause()

    on_stage(app, play)
    assert kept == [
        (SettingLog(Setting({"headphones": "not offered", "music_delivery": "headphones"}), {}, None), False)
    ]


@pytest.mark.parametrize(("digit", "usual"), [("1", True), ("2", False)])
def test_it_is_asked_once_whether_that_is_usual_here(
    clinic: Clinic, kept: list[tuple[SettingLog, bool | None]], digit: str, usual: bool
) -> None:
    app = Stage(clinic, lambda: empty(clinic, asks_usual=True))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("2", "z")
        await pilot.pause()
        assert f"{WHOSE}: keep as usual in room-1?" in words_shown(app)
        await pilot.press("escape", "z", digit)
        await pilot.pause()

    on_stage(app, play)
    assert kept == [(SettingLog(Setting({"lighting": "dim"}), {}, None), usual)]


def test_at_most_eight_fields_are_asked_and_the_rest_is_a_key_away(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: empty(clinic))

    async def play(pilot: Pilot[int]) -> None:
        screen = app.screen
        assert isinstance(screen, CloseScreen)
        assert sum(isinstance(row, Field) for row in screen.table.rows) == 8
        assert "7 more fields" in words_shown(app)
        at(screen, "touch")
        await pilot.press("3")  # a hand was held: who agreed to it is asked below it
        assert [row.name for row in screen.table.rows if isinstance(row, Field)][7:9] == [
            "touch_consent",
            "interruptions",
        ]
        assert screen.table.row.name == "touch_consent"
        await every_field(pilot, screen)
        assert sum(isinstance(row, Field) for row in screen.table.rows) == 15

    on_stage(app, play, (120, 40))


def test_what_is_kept_as_usual_is_told_where_its_field_is_not_asked(clinic: Clinic) -> None:
    asked = close_screen(clinic).asked
    form = ClosingForm(usual=Setting({"lighting": "dark", "music_delivery": "both"}), session=asked.form.session)
    app = Stage(clinic, lambda: CloseScreen(clinic, replace(asked, form=form)))

    async def play(pilot: Pilot[int]) -> None:
        assert "7 more fields 1 as usual" in words_shown(app)
        app.screen.query_one(Table).go_to(MoreRow)
        await pilot.pause()
        assert "More Music through (both, as usual), Kind of light," in words_shown(app)

    on_stage(app, play, (80, 24))


def test_each_tap_is_skipped_and_is_then_not_asked(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: close_screen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        screen = app.screen
        assert isinstance(screen, CloseScreen)
        for tap in TAPS:
            at(screen, tap.name)
            assert f"{tap.label} not asked" in words_shown(app)
            await pilot.press("down")
        assert screen.answers.taps == {}
        at(screen, "inner_safety")
        await pilot.press("0", "up", "minus")
        assert screen.answers.taps == {}

    on_stage(app, play, (120, 40))


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_everything_that_can_be_said_is_read_whole(clinic: Clinic, size: tuple[int, int]) -> None:
    app = Stage(clinic, lambda: close_screen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        screen = app.screen
        assert isinstance(screen, CloseScreen)
        await every_field(pilot, screen)
        for row in screen.table.rows:
            words = words_shown(app)
            for choice in getattr(row, "choices", ()):
                assert choice in words, row.name
            assert getattr(row, "asks", "") in words
            await pilot.press("down")

    on_stage(app, play, size)


async def typed(pilot: Pilot[int], *keys: list[str]) -> None:
    """Press keys, each group once the question before it is there."""
    for pressed in keys:
        await pilot.press(*pressed)
        await pilot.pause()
        await pilot.pause()


def test_tonight_s_marks_are_listed_and_mended(clinic: Clinic) -> None:
    session_id = session_held(clinic)

    def marked() -> CloseScreen:
        marks = closing.marks(clinic, session_id)
        return CloseScreen(clinic, replace(close_screen(clinic).asked, session_id=session_id, marks=marks))

    app = Stage(clinic, marked)

    async def play(pilot: Pilot[int]) -> None:
        screen = app.screen
        assert isinstance(screen, CloseScreen)
        (event_id,) = (mark.event_id for mark in screen.asked.marks)
        screen.table.go_to(event_id)
        await pilot.pause()
        assert "21 patient spoke the water is warm enter mends" in words_shown(app)
        await typed(pilot, ["enter", "1"], [*"cold", "enter"])
        assert "21 patient spoke cold" in words_shown(app)
        await typed(pilot, ["enter", "2"], ["backspace", "backspace", *"18", "enter"], [*"late", "enter"])
        assert "18 patient spoke cold" in words_shown(app)
        await typed(pilot, ["enter", "3"], [*"slip", "enter"])
        assert "18 patient spoke" not in words_shown(app)
        assert "Withdrawn: patient spoke, minute 18; 5 on the session's page takes that back." in words_shown(app)
        assert screen.answers == SettingLog(Setting(), {}, None)

    on_stage(app, play, (120, 40))
    assert closing.marks(clinic, session_id) == ()


def test_what_was_typed_by_mistake_is_not_said_again_once_its_line_is_emptied(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: empty(clinic))

    async def play(pilot: Pilot[int]) -> None:
        screen = app.screen
        assert isinstance(screen, CloseScreen)
        await every_field(pilot, screen)
        for key, words in ((NoteRow, "of another"), ("interruptions", "3"), ("trust", "7")):
            screen.table.go_to(key)
            await typed(pilot, ["enter"], [*words, "enter"])
        assert screen.answers.note == "of another" and screen.answers.taps == {"trust": 7}
        for key in (NoteRow, "interruptions", "trust"):
            screen.table.go_to(key)
            await typed(pilot, ["enter"], ["backspace", "enter"])
        assert screen.answers == SettingLog(Setting(), {}, None)

    on_stage(app, play, (120, 40))


SOUND = "bicxndgsvuoprewktaf"
"""Letters that act on the sound in the live screen, and some that act nowhere."""


@pytest.mark.parametrize("key", [*SOUND, "space"])
def test_a_letter_of_the_live_screen_does_nothing_here(clinic: Clinic, key: str) -> None:
    app = Stage(clinic, lambda: close_screen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        screen = app.screen
        assert isinstance(screen, CloseScreen)
        await pilot.press(key)
        await pilot.pause()
        assert (app.screen, screen.answers) == (screen, SettingLog(Setting(), {}, None))
        assert not isinstance(app.screen, ChoiceDialog)

    on_stage(app, play)
