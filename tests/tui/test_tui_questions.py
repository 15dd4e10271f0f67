"""Questions: what was answered is done whatever is left meanwhile, nothing waits for them, a bug is told as one."""

import ast
import threading
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.worker import WorkerFailed
from tui_fake_session import FakeSession
from tui_opened_screens import close_screen, nothing_blocks
from tui_stage import CODE, Stage, clinic_in_course, composed, on_stage, shown, tracks, until, words_shown

from setsetting.desk import attending, library, plans, preflight, sessions, soundscapes
from setsetting.desk.clinic import Clinic
from setsetting.desk.plan import NO_PLAN
from setsetting.tui import screens
from setsetting.tui.dialogs import ChoiceDialog, ConfirmDialog, TextDialog
from setsetting.tui.fault import fault_words
from setsetting.tui.screens.build import BuildScreen
from setsetting.tui.screens.live import LiveScreen


def typed_ahead(app: Stage, *keys: str) -> None:
    """Keys that are all there before the first is looked at, as they come over a slow line."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


def test_an_answer_counts_however_fast_the_screen_behind_it_is_left() -> None:
    session = FakeSession()
    app = Stage(None, lambda: LiveScreen(session, None))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("t")
        typed_ahead(app, *"ease", "enter", "escape")
        await until(pilot, lambda: not isinstance(app.screen, LiveScreen | TextDialog))

    on_stage(app, play)
    assert session.done == [("mark-note", "ease")]
    assert session.detached


def test_what_is_typed_behind_an_escape_answers_nothing_and_leaves_nothing() -> None:
    session = FakeSession()
    app = Stage(None, lambda: LiveScreen(session, None))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("t")
        typed_ahead(app, *"ease", "escape", "enter")
        await until(pilot, lambda: not isinstance(app.screen, TextDialog))
        await pilot.pause(0.1)
        assert isinstance(app.screen, LiveScreen)

    on_stage(app, play)
    assert session.done == []


def test_a_key_typed_right_behind_the_one_that_asks_is_no_act() -> None:
    session = FakeSession()
    app = Stage(None, lambda: LiveScreen(session, None))

    async def play(pilot: Pilot[int]) -> None:
        typed_ahead(app, "t", "e", "g")
        await until(pilot, lambda: isinstance(app.screen, TextDialog))
        await pilot.pause(0.1)

    on_stage(app, play)
    assert session.done == []


def test_an_empty_line_is_no_answer_and_is_not_taken_for_one() -> None:
    session = FakeSession()
    app = Stage(None, lambda: LiveScreen(session, None))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("t", "enter")
        await until(pilot, lambda: "Nothing is typed yet; escape leaves everything as it is." in words_shown(app))
        await pilot.press("space", "enter", "b")
        await until(pilot, lambda: "Nothing is typed yet" not in words_shown(app))
        await pilot.press("enter")

    on_stage(app, play)
    assert session.done == [("mark-note", "b")]


def test_a_list_longer_than_its_place_shows_that_it_goes_on_and_end_goes_there() -> None:
    app = Stage(None, lambda: LiveScreen(FakeSession(), None))

    async def play(pilot: Pilot[int]) -> None:
        app.push_screen(ChoiceDialog("Which?", [(f"name {number}", "") for number in range(1, 31)]))
        await until(pilot, lambda: "name 12" in words_shown(app))
        assert "name 13" not in words_shown(app)
        assert sum(row.endswith("▐") for row in shown(app)) == 4
        await pilot.press("end")
        await until(pilot, lambda: "name 30" in words_shown(app))
        await pilot.press("home")
        await until(pilot, lambda: "name 1 " in words_shown(app))
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: "name 20" in words_shown(app))

    on_stage(app, play)


def test_a_question_stops_neither_the_clock_nor_the_acts_behind_it() -> None:
    session = FakeSession()
    app = Stage(None, lambda: LiveScreen(session, None))

    async def play(pilot: Pilot[int]) -> None:
        live = app.screen
        assert isinstance(live, LiveScreen)
        await pilot.press("t", "a")
        session.act("duck")
        await until(pilot, lambda: "ducked" in words_shown(app))
        await live.action_do("next")
        assert session.done[-1] == ("next", None)
        await pilot.press("b", "enter")

    on_stage(app, play, (120, 40))
    assert session.done[-1] == ("mark-note", "ab")


def test_a_confirmation_is_answered_without_letters_too() -> None:
    app, got = Stage(None, lambda: LiveScreen(FakeSession(), None)), []

    async def play(pilot: Pilot[int]) -> None:
        for keys in (("enter",), ("tab", "enter"), ("tab", "tab", "enter"), ("Y",), ("escape",)):
            app.push_screen(ConfirmDialog("End it?", yes="end it", no="let it play"), got.append)
            await pilot.pause()
            await pilot.press(*keys)
            await pilot.pause()

    on_stage(app, play)
    assert got == [False, True, False, True, False]


class Waiting:
    """Work in a thread that ends when a test says so."""

    def __init__(self, answer: Any) -> None:
        self.begun, self._go_on, self._answer = 0, threading.Event(), answer

    def __call__(self, *_asked: object, **_named: object) -> Any:
        self.begun += 1
        assert self._go_on.wait(10)
        return self._answer

    def end(self) -> None:
        self._go_on.set()


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    monkeypatch.setattr(library, "listing", lambda _clinic: tracks())
    monkeypatch.setattr(soundscapes, "build", lambda *_asked, **_named: composed())
    monkeypatch.setattr(soundscapes, "stale_since", lambda *_asked: False)
    monkeypatch.setattr(plans, "accept", lambda *_asked, **_named: NO_PLAN)
    monkeypatch.setattr(soundscapes, "save", lambda *_asked, **_named: tmp_path / "soundscape.json")
    monkeypatch.setattr(attending, "outputs", lambda: ())
    return clinic_in_course(tmp_path)


async def accepted(app: Stage, pilot: Pilot[int]) -> None:
    await app.workers.wait_for_complete()
    await pilot.press("enter")
    await app.workers.wait_for_complete()


def test_a_session_that_starts_while_its_screen_is_left_is_joined_all_the_same(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = FakeSession()
    start = Waiting(sessions.StartedSession(session))  # type: ignore[arg-type]
    monkeypatch.setattr(sessions, "start", start)
    monkeypatch.setattr(attending, "attach", lambda *_asked, **_named: session)
    monkeypatch.setattr(preflight, "look", nothing_blocks)
    app = Stage(clinic, lambda: BuildScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await accepted(app, pilot)
        await pilot.press("j")
        await until(pilot, lambda: isinstance(app.screen, ChoiceDialog))
        await pilot.press("enter")
        await until(pilot, lambda: "0 to mend" in words_shown(app))
        await pilot.press("j")
        await until(pilot, lambda: start.begun == 1)
        await pilot.press("escape")
        assert isinstance(app.screen, BuildScreen)
        start.end()
        await until(pilot, lambda: isinstance(app.screen, LiveScreen))

    on_stage(app, play)
    assert session.detached


def test_a_command_under_way_is_not_begun_a_second_time(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    outputs = Waiting(())
    monkeypatch.setattr(attending, "outputs", outputs)
    app = Stage(clinic, lambda: BuildScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await accepted(app, pilot)
        await pilot.press("j", "j", "j")
        outputs.end()
        await until(pilot, lambda: isinstance(app.screen, ChoiceDialog))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, BuildScreen))
        assert outputs.begun == 1
        await pilot.press("j")
        await until(pilot, lambda: isinstance(app.screen, ChoiceDialog))

    on_stage(app, play)
    assert outputs.begun == 2


def test_leaving_asks_once_however_often_the_key_is_pressed(tmp_path: Path) -> None:
    clinic = clinic_in_course(tmp_path)
    app = Stage(clinic, lambda: close_screen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("end", *["up"] * 3, "5", "ctrl+q", "ctrl+q", "ctrl+c")
        assert "1 answer of this page is lost" in words_shown(app)
        await pilot.press("enter")
        assert "is lost" not in words_shown(app)

    on_stage(app, play)


def test_a_bug_behind_a_question_is_told_by_its_own_kind_and_place() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        _ = 1 / 0
    assert "ZeroDivisionError, test_tui_questions.py:" in fault_words(WorkerFailed(caught.value))


def test_no_screen_takes_an_answer_by_a_callback() -> None:
    for path in Path(screens.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "push_screen":
                assert len(node.args) + len(node.keywords) == 1, f"{path.name}:{node.lineno}: await self.ask(...)"
