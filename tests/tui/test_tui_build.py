"""Building tonight's soundscape: what was wanted stays, and no former or foreign answer is ever shown."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from tui_stage import CODE, Stage, clinic_in_course, composed, on_stage, refused, tracks, until, words_shown

from setsetting.desk import library, patients, plans, soundscapes
from setsetting.desk.clinic import Clinic
from setsetting.desk.soundscapes import CheckedSoundscape
from setsetting.errors import Stopped
from setsetting.progress import Report, Step
from setsetting.soundscape.compose import Composed
from setsetting.soundscape.offers import Offers
from setsetting.soundscape.refusal import Infeasible, Meanwhile
from setsetting.tui.screens.build import BuildScreen
from setsetting.tui.screens.today import TodayScreen
from setsetting.tui.widgets.status import StatusRow

FIRST_TITLE = "Quiet Field"


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    monkeypatch.setattr(library, "listing", lambda _clinic: tracks())
    monkeypatch.setattr(soundscapes, "build", lambda *_asked, **_named: composed())
    monkeypatch.setattr(soundscapes, "stale_since", lambda *_asked: False)
    return clinic_in_course(tmp_path)


async def settled(app: Stage, pilot: Pilot[int]) -> None:
    await app.workers.wait_for_complete()
    await pilot.pause()


def test_what_is_asked_of_a_plan_names_its_patient(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soundscapes, "build", lambda *_asked, **_named: composed())
    app = Stage(clinic, lambda: BuildScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await settled(app, pilot)
        for key, asks in (("6", "which playlist?"), ("7", "how many minutes"), ("9", "loosen which rule")):
            await pilot.press(key)
            await until(pilot, lambda: f"{CODE}: {asks}" in words_shown(app))  # noqa: B023 - read at once
            await pilot.press("escape")

    on_stage(app, play)


def test_what_was_wanted_survives_leaving_the_screen_with_what_can_be_taken_back(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, float, int, dict[str, str]]] = []

    def build(
        _clinic: Clinic,
        name: str,
        minutes: float,
        _code: str,
        *,
        seed: int,
        loosened: dict[str, str],
        **_heard: object,
    ) -> Composed:
        asked.append((name, minutes, seed, loosened))
        return composed()

    monkeypatch.setattr(soundscapes, "build", build)
    app = Stage(clinic, lambda: BuildScreen(clinic, "K-0388"))

    async def play(pilot: Pilot[int]) -> None:
        await settled(app, pilot)
        app.open_build(CODE)
        await settled(app, pilot)
        await pilot.press("7", *["backspace"] * 3, *"45", "enter")
        await settled(app, pilot)
        await pilot.press("8", "9", "enter", "enter")
        await settled(app, pilot)
        wanted = asked[-1]
        await pilot.press("escape")
        await pilot.pause()
        app.open_build(CODE)
        await settled(app, pilot)
        assert asked[-1] == wanted
        await pilot.press("backspace")
        await settled(app, pilot)
        assert asked[-1] == (wanted[0], 45.0, 1, {})
        await pilot.press("escape")
        assert "K-0388" in words_shown(app)

    on_stage(app, play)


class Slow:
    """A planner that answers when a test lets it, each question by itself."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, threading.Event]] = []

    def __call__(self, *_asked: object, seed: int, **_named: object) -> Composed:
        may = threading.Event()
        self.asked.append((seed, may))
        assert may.wait(10)
        made = composed()
        return replace(made, words=(f"found with seed {seed}",))

    def let(self, number: int) -> None:
        self.asked[number][1].set()


def test_a_former_answer_is_never_shown_while_the_next_is_being_found(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow()
    monkeypatch.setattr(soundscapes, "build", slow)
    app = Stage(clinic, lambda: BuildScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: len(slow.asked) == 1)
        slow.let(0)
        await until(pilot, lambda: FIRST_TITLE in words_shown(app) and "found with seed 0" in words_shown(app))
        await pilot.press("8")
        await until(pilot, lambda: len(slow.asked) == 2)
        assert FIRST_TITLE not in words_shown(app) and "found with" not in words_shown(app)
        assert "planning" in words_shown(app)
        await pilot.press("enter")
        assert "no soundscape to keep yet" in app.screen.query_one(StatusRow).said
        await pilot.press("8", "backspace")  # the same is wanted again, and asked anew
        await until(pilot, lambda: len(slow.asked) == 4)
        slow.let(2)
        slow.let(1)
        await pilot.pause(0.2)
        assert "planning" in words_shown(app)
        assert FIRST_TITLE not in words_shown(app)
        slow.let(3)
        await until(pilot, lambda: "found with seed 1" in words_shown(app))

    on_stage(app, play, (120, 40))


def test_an_answer_that_names_a_track_the_library_has_lost_is_not_shown(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = [tracks(), tracks()[1:]]
    monkeypatch.setattr(library, "listing", lambda _clinic: held.pop(0) if len(held) > 1 else held[0])
    app = Stage(clinic, lambda: BuildScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await settled(app, pilot)
        assert "not in this library" not in words_shown(app)
        assert FIRST_TITLE not in words_shown(app)
        assert "The library changed while the plan was being found" in app.screen.query_one(StatusRow).said

    on_stage(app, play)


def test_a_changed_library_is_planned_with_anew_when_the_screen_comes_back(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed: list[bool] = [False]
    built: list[int] = []
    monkeypatch.setattr(soundscapes, "stale_since", lambda *_asked: changed[0])
    monkeypatch.setattr(soundscapes, "build", lambda *_asked, **_named: (built.append(1), composed())[1])
    app = Stage(clinic, lambda: BuildScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await settled(app, pilot)
        await pilot.press("question_mark", "escape")
        await settled(app, pilot)
        assert len(built) == 1
        changed[0] = True
        await pilot.press("question_mark", "escape")
        await settled(app, pilot)
        assert len(built) == 2

    on_stage(app, play)


@pytest.fixture
def kept(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = clinic.folder / "soundscapes" / "kept-001.json"
    soundscape = replace(composed().soundscape, seed=77)
    monkeypatch.setattr(soundscapes, "kept", lambda *_asked: [(path, soundscape)])
    yield path


def test_a_kept_soundscape_is_shown_checked_and_accepted_as_its_file(
    clinic: Clinic, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted: list[tuple[Any, ...]] = []
    monkeypatch.setattr(soundscapes, "check", lambda *_asked: CheckedSoundscape((), ()))
    monkeypatch.setattr(plans, "accept", lambda _clinic, path, code: accepted.append((path, code)))
    app = Stage(clinic, lambda: BuildScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await settled(app, pilot)
        await pilot.press("0")
        await until(pilot, lambda: "which kept soundscape?" in words_shown(app))
        await pilot.press("enter")
        await settled(app, pilot)
        assert "seed 77" in words_shown(app)
        assert FIRST_TITLE in words_shown(app)
        await pilot.press("enter")
        await settled(app, pilot)
        assert "accepted" in words_shown(app)

    on_stage(app, play)
    assert accepted == [(kept, CODE)]


def test_a_kept_soundscape_that_breaks_a_rule_is_not_shown(
    clinic: Clinic, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soundscapes, "check", lambda *_asked: CheckedSoundscape(("0:00, Fern: vetoed.",), ()))
    app = Stage(clinic, lambda: BuildScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await settled(app, pilot)
        await pilot.press("0")
        await until(pilot, lambda: "which kept soundscape?" in words_shown(app))
        await pilot.press("enter")
        await settled(app, pilot)
        assert app.screen.query_one(StatusRow).said == "0:00, Fern: vetoed."
        assert "seed 77" not in words_shown(app)

    on_stage(app, play)


@pytest.mark.parametrize(
    ("digit", "loosened"), [("1", {"startle_max_lu": "9.5"}), ("2", {"startle_max_lu": "8.5", "beds": "allow"})]
)
def test_a_digit_takes_the_change_beside_it_over_what_is_loosened_already(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, digit: str, loosened: dict[str, str]
) -> None:
    asked: list[dict[str, str]] = []

    def build(*_asked: object, loosened: dict[str, str], **_named: object) -> Composed:
        asked.append(loosened)
        if len(asked) == 1:
            raise refused()
        return composed(tuple(loosened.items()))

    monkeypatch.setattr(soundscapes, "build", build)
    app = Stage(clinic, lambda: BuildScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await settled(app, pilot)
        words = words_shown(app)
        assert "1–5" in words
        assert "sudden rises up to 9.5 LU instead of 8, in peak" in words
        await pilot.press("5")
        assert "5 stands beside no change here." in app.screen.query_one(StatusRow).said
        await pilot.press(digit)
        await settled(app, pilot)
        assert FIRST_TITLE in words_shown(app)
        assert "1–5" not in words_shown(app)

    on_stage(app, play)
    assert asked == [{}, loosened]


def test_changes_are_taken_while_more_are_tried_and_what_is_found_later_is_not_shown(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped, asked = threading.Event(), list[dict[str, str]]()

    def build(
        *_asked: object, loosened: dict[str, str], report: Report, meanwhile: Meanwhile, **_named: object
    ) -> Composed:
        asked.append(loosened)
        if loosened:
            return composed(tuple(loosened.items()))
        whole = refused()
        for n in (0, 1):
            tried = Offers(whole.offers[:n], whole.not_enough)
            meanwhile(Infeasible("peak", (), (), whole.sentence, proven=True, tried=tried, searching=True))
        try:
            while True:
                report(Step(1, None, "changes tried"))
                time.sleep(0.01)
        except Stopped:
            stopped.set()
            raise

    monkeypatch.setattr(soundscapes, "build", build)
    app = Stage(clinic, lambda: BuildScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "sudden rises up to 9.5 LU instead of 8, in peak" in words_shown(app))
        assert "Changes are being tried" in words_shown(app)
        assert "noise beds" not in words_shown(app)
        await pilot.press("1")
        await settled(app, pilot)
        assert stopped.wait(10)
        assert FIRST_TITLE in words_shown(app)

    on_stage(app, play)
    assert asked == [{}, {"startle_max_lu": "9.5"}]


def test_leaving_the_page_ends_the_search_for_changes(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = threading.Event()

    def build(*_asked: object, report: Report, meanwhile: Meanwhile, **_named: object) -> Composed:
        meanwhile(Infeasible("peak", (), (), "Nothing fits.", proven=True, searching=True))
        try:
            while True:
                report(Step(1, None, "changes tried"))
                time.sleep(0.01)
        except Stopped:
            stopped.set()
            raise

    monkeypatch.setattr(soundscapes, "build", build)
    app = Stage(clinic, lambda: BuildScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "Nothing fits." in words_shown(app))
        await pilot.press("escape")
        await until(pilot, stopped.is_set)

    on_stage(app, play)


def test_a_search_that_nobody_waits_for_any_more_is_stopped(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped, asked = threading.Event(), []

    def build(*_asked: object, seed: int, report: Report, **_named: object) -> Composed:
        asked.append(seed)
        try:
            while not seed:
                report(Step(1, None, "plans"))
        except Stopped:
            stopped.set()
            raise
        return composed()

    monkeypatch.setattr(soundscapes, "build", build)
    app = Stage(clinic, lambda: BuildScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: asked == [0])
        await pilot.press("8")
        await until(pilot, lambda: FIRST_TITLE in words_shown(app))
        assert stopped.wait(5)

    on_stage(app, play)


def test_what_is_under_way_when_its_screen_is_left_is_done_and_said_on_the_one_in_front(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on = threading.Event()
    monkeypatch.setattr(soundscapes, "save", lambda *_asked, **_named: clinic.folder / "tonight.json")

    def accept(*_asked: object) -> None:
        may_go_on.wait(10)
        patients.add(clinic, "K-0999")

    monkeypatch.setattr(plans, "accept", accept)
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        app.open_build(CODE)
        await settled(app, pilot)
        await pilot.press("enter", "j")
        await until(pilot, lambda: "The soundscape is being accepted" in words_shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, TodayScreen))
        may_go_on.set()
        await settled(app, pilot)
        assert f"Accepted for the next visit of {CODE}: tonight.json" in words_shown(app)
        await until(pilot, lambda: "K-0999" in words_shown(app))

    on_stage(app, play, (120, 40))
