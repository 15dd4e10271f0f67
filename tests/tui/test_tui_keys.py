"""Keys in the dark: with Caps Lock, on another layout, held down; and one meaning for what acts on the sound."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from tui_fake_session import FakeSession, status_at
from tui_opened_screens import every_screen
from tui_stage import Stage, empty_clinic, on_stage, until, words_shown

from setsetting.desk import patients
from setsetting.errors import Refused
from setsetting.session.acts import ACTS, BY_NAME, MARK_KEYS
from setsetting.tui import preferences
from setsetting.tui.app import SetSettingApp
from setsetting.tui.dialogs import Answer, Dialog
from setsetting.tui.screens import live
from setsetting.tui.screens.live import LiveScreen
from setsetting.tui.screens.today import TodayScreen
from setsetting.tui.widgets.status import StatusRow

EVERYWHERE = {
    "u": {"undo"},
    "z": {"close", "save"},
    "question_mark": {"help"},
    "escape": {"back"},
    "j": {"join", "start"},
}
"""What a key means on each screen that has it; on the close screen, to keep its answers is to close."""


SOUND_LETTERS = frozenset(act.key for act in ACTS if len(act.key) == 1 and not act.undoes)
"""Letters that act on the sound or the infusion: no screen but the live one gives any of them another meaning."""


def stage(session: FakeSession) -> Stage:
    return Stage(None, lambda: LiveScreen(session, None))


def test_a_letter_that_acts_on_the_sound_does_nothing_else_on_any_other_screen() -> None:
    assert {act.key for act in ACTS if act.needs_player and len(act.key) == 1} <= SOUND_LETTERS
    for screen in every_screen() - {LiveScreen}:
        taken = {key for command in screen.ACTS for key in command.key.split(",")} & SOUND_LETTERS
        assert taken == set(), screen.__name__


def test_the_same_few_keys_mean_the_same_everywhere() -> None:
    for screen in every_screen():
        for command in screen.ACTS:
            for key in command.key.split(","):
                assert command.name in EVERYWHERE.get(key, {command.name}), screen.__name__


def test_with_caps_lock_every_letter_does_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "ONCE_S", 0.0)
    session = FakeSession()
    letters = [act for act in ACTS if len(act.key) == 1 and act.name != "volume"]

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press(*(act.key.upper() for act in letters), MARK_KEYS["distress"].upper())

    on_stage(stage(session), play)
    assert [name for name, _argument in session.done] == [*(act.name for act in letters), "mark-distress"]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_on_another_layout_the_status_row_says_so_and_names_the_keys_that_still_work(size: tuple[int, int]) -> None:
    session = FakeSession()
    app = stage(session)

    async def play(pilot: Pilot[int]) -> None:
        app.post_message(events.Key("cyrillic_small_letter_ve", "\N{CYRILLIC SMALL LETTER VE}"))
        await pilot.pause()
        words = words_shown(app)
        assert "another layout" in words and "\N{CYRILLIC SMALL LETTER VE}" in words
        assert "spc FADE OUT" in words and "0–9 Level" in words and "esc Leave" in words

    on_stage(app, play, size)
    assert session.done == []


@pytest.mark.parametrize("key", [BY_NAME["next"].key, MARK_KEYS["onset"], BY_NAME["infusion-pause"].key, "u"])
def test_a_key_that_is_held_down_skips_or_marks_once_and_says_so(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    session = FakeSession()
    app = stage(session)
    now = [100.0]
    monkeypatch.setattr(live, "monotonic", lambda: now[0])
    monkeypatch.setattr(live, "since_pressed_ms", lambda: 0)  # however busy the machine is

    async def play(pilot: Pilot[int]) -> None:
        for _repeat in range(12):
            await pilot.press(key)
            now[0] += 0.4
        assert "is done once" in words_shown(app)
        now[0] += 0.7
        await pilot.press(key)

    on_stage(app, play)
    assert len(session.done) == 2


def test_what_does_no_harm_twice_is_done_as_often_as_it_is_pressed() -> None:
    session = FakeSession()

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("d", "d", "n", "o", "n")

    on_stage(stage(session), play)
    assert [name for name, _argument in session.done] == ["duck", "duck", "next", "mark-onset", "next"]


def test_the_theme_is_in_the_bar_and_remembered(tmp_path_factory: pytest.TempPathFactory) -> None:
    clinic = empty_clinic(tmp_path_factory.mktemp("clinic"))

    async def change(pilot: Pilot[int]) -> None:
        assert "f2" in words_shown(pilot.app)  # type: ignore[arg-type]
        await pilot.press("f2")

    on_stage(SetSettingApp(clinic), change)
    assert SetSettingApp(clinic).theme == "darkroom"


def test_a_theme_that_cannot_be_kept_or_is_none_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    preferences.keep_theme("a theme of yesterday")
    assert preferences.theme(("clinic", "darkroom"), "clinic") == "clinic"

    def refuse(*_asked: object, **_named: object) -> None:
        raise Refused("The disk is full.")

    monkeypatch.setattr(preferences.files, "write_whole", refuse)
    preferences.keep_theme("darkroom")
    assert preferences.theme(("clinic", "darkroom"), "clinic") == "clinic"


def test_a_message_that_is_over_leaves_the_screen_and_what_undo_takes_back_stays(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("setsetting.tui.widgets.status.STAYS_S", 0.05)
    app = Stage(None, lambda: LiveScreen(FakeSession(), None))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("d")
        await pilot.pause(0.3)
        assert "12 dB over" not in app.screen.query_one(StatusRow).said
        assert "u takes back: Duck" in words_shown(app)

    on_stage(app, play)
    clinic = empty_clinic(tmp_path_factory.mktemp("clinic"))
    today = Stage(clinic, lambda: TodayScreen(clinic))

    async def scored(pilot: Pilot[int]) -> None:
        today.screen.say("PCL-5 of K-0417 is kept: total 43.")  # type: ignore[attr-defined]
        await pilot.pause(0.3)
        assert "43" not in words_shown(today)

    on_stage(today, scored)


def test_what_is_said_of_work_that_goes_on_stays_until_it_says_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("setsetting.tui.widgets.status.STAYS_S", 0.05)
    app = Stage(None, lambda: LiveScreen(FakeSession(), None))

    async def work(pilot: Pilot[int]) -> None:
        await asyncio.to_thread(app.screen.say_from_thread, "Rendering: 10 %")  # type: ignore[attr-defined]
        await pilot.pause(0.3)
        assert app.screen.query_one(StatusRow).said == "Rendering: 10 %"
        app.screen.say("Rendered.")  # type: ignore[attr-defined]
        await pilot.pause(0.3)
        assert "Render" not in app.screen.query_one(StatusRow).said

    on_stage(app, work)


def test_sentences_name_keys_on_the_screen() -> None:
    notice = "Refused by this patient: Undertow, which plays. `next` goes on."
    other = "K-2, 10:00 stalls on this output; `setsetting session close --session 0b6e` ends it."
    app = stage(FakeSession(replace(status_at(), notices=(notice, other))))

    async def play(_pilot: Pilot[int]) -> None:
        assert "which plays. n goes on." in words_shown(app)
        assert "on this output; z on Today ends it." in words_shown(app)

    on_stage(app, play)


def test_a_hint_names_the_way_over_the_screens_and_keeps_the_command_of_what_no_screen_does() -> None:
    app = stage(FakeSession())

    async def play(_pilot: Pilot[int]) -> None:
        app.screen.say("Session s-1 is not closed: `setsetting session close --session s-1`.")  # type: ignore[attr-defined]
        assert app.screen.query_one(StatusRow).said == "Session s-1 is not closed: z on Today."
        app.screen.say("Run `setsetting record rebuild`.")  # type: ignore[attr-defined]
        assert app.screen.query_one(StatusRow).said == "Run `setsetting record rebuild`."

    on_stage(app, play)


def test_every_question_of_a_session_carries_the_patient_s_code() -> None:
    app = stage(FakeSession())

    async def play(pilot: Pilot[int]) -> None:
        for key in (MARK_KEYS["note"], BY_NAME["volume"].key):
            await pilot.press(key)
            await pilot.pause()
            assert "K-0417:" in words_shown(app)
            await pilot.press("escape")

    on_stage(app, play)


def test_keys_typed_ahead_meet_the_screens_and_lines_they_were_typed_for(tmp_path: Path) -> None:
    clinic = empty_clinic(tmp_path)
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        for key in ("l", "slash", *"lake", "escape", "escape", "a", *"cove", "enter", "a", *"bay", "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else "/" if key == "slash" else None))
        await until(pilot, lambda: "2 patients" in words_shown(app))
        assert patients.codes(clinic) == ("bay", "cove")

    on_stage(app, play)


def test_what_is_typed_behind_a_key_waits_for_a_question_that_is_looked_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = empty_clinic(tmp_path)
    app = Stage(clinic, lambda: TodayScreen(clinic))
    ask = TodayScreen.ask

    async def later(screen: TodayScreen, question: Dialog[Answer]) -> Answer:
        await asyncio.sleep(0.2)
        return await ask(screen, question)

    monkeypatch.setattr(TodayScreen, "ask", later)

    async def play(pilot: Pilot[int]) -> None:
        for key in ("a", *"leaf", "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: "1 patient" in words_shown(app))
        assert patients.codes(clinic) == ("leaf",)

    on_stage(app, play)


def test_a_key_typed_before_the_first_screen_is_there_waits_for_it(tmp_path: Path) -> None:
    clinic = empty_clinic(tmp_path)
    app = Stage(clinic, lambda: TodayScreen(clinic))
    app.call_later(lambda: app.post_message(events.Key("enter", None)))

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "There is no patient yet" in words_shown(app))

    on_stage(app, play)
