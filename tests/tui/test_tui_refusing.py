"""A track is refused wherever it is thought of, found by a part of its title; lists take letters to find."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from textual.pilot import Pilot
from tui_fake_session import FakeSession
from tui_opened_screens import close_screen
from tui_stage import CODE, Stage, clinic_in_course, on_stage, tracks, until, words_shown

from setsetting.desk import library, patients
from setsetting.desk.meeting import Met
from setsetting.soundscape.wishes import Refusal
from setsetting.tui.dialogs import ChoiceDialog
from setsetting.tui.screens import refusing
from setsetting.tui.screens.library import LibraryScreen
from setsetting.tui.screens.live import LiveScreen
from setsetting.tui.screens.patient import PatientScreen
from setsetting.tui.task_screen import TaskScreen

PHASES = [("arrive", "ten minutes"), ("build", "rising"), ("peak", "the longest"), ("return", "Ärger geht")]


async def asked(app: Stage, pilot: Pilot[int]) -> list[int | None]:
    answers: list[int | None] = []
    app.push_screen(ChoiceDialog("Which phase?", PHASES), answers.append)
    await pilot.pause()
    return answers


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (("p", "e", "a", "enter"), 2),
        (("r", "i", "s", "1"), 1),
        (("B", "backspace", "1"), 0),
        ((*"ärger", "enter"), 3),
        (("t", "2"), 2),
        ((*"lon", "2", "escape"), None),
        ((*"zz", "enter", "1", "escape"), None),
    ],
)
def test_letters_find_and_digits_choose_what_is_shown(keys: tuple[str, ...], answer: int | None) -> None:
    app = Stage(None, lambda: LiveScreen(FakeSession(), None))
    got: list[list[int | None]] = []

    async def play(pilot: Pilot[int]) -> None:
        got.append(await asked(app, pilot))
        await pilot.press(*keys)
        await until(pilot, lambda: not isinstance(app.screen, ChoiceDialog))

    on_stage(app, play)
    assert got == [[answer]]


def test_what_is_typed_and_how_many_are_left_is_shown() -> None:
    app = Stage(None, lambda: LiveScreen(FakeSession(), None))

    async def play(pilot: Pilot[int]) -> None:
        await asked(app, pilot)
        assert "letters find" in words_shown(app)
        await pilot.press("u", "i")
        assert "found by 'ui': 1 of 4" in words_shown(app)
        assert "1 build" in words_shown(app) and "longest" not in words_shown(app)
        await pilot.press("z")
        assert "none is found by 'uiz'" in words_shown(app)

    on_stage(app, play)


def refused_on(
    monkeypatch: pytest.MonkeyPatch, app: Stage, *keys: str, says: tuple[str, ...] = ()
) -> list[tuple[str, str]]:
    """What is refused for whom when the keys are pressed; each of `says` was asked."""
    noted: list[tuple[str, str]] = []
    monkeypatch.setattr(refusing, "refuse", lambda _screen, _clinic, code, track_id: noted.append((code, track_id)))

    async def play(pilot: Pilot[int]) -> None:
        shown = ""
        for key in keys:
            await pilot.press(key)
            shown += words_shown(app)
        await until(pilot, lambda: bool(noted))
        assert all(words in shown for words in says)

    on_stage(app, play)
    return noted


def test_from_the_live_screen_what_plays_is_refused_in_two_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = clinic_in_course(tmp_path)
    session = FakeSession()
    playing = session.status().playing
    assert playing is not None
    app = Stage(clinic, lambda: LiveScreen(session, clinic))
    noted = refused_on(monkeypatch, app, "y", "1", says=(f"{CODE}: never play which track?", playing.title))
    assert noted == [(CODE, playing.track_id)]


def test_from_the_library_a_track_is_refused_for_the_patient_whose_code_is_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "listing", lambda _clinic: tracks())
    clinic = clinic_in_course(tmp_path)
    first = min(tracks(), key=lambda track: track.title.casefold())
    app = Stage(clinic, lambda: LibraryScreen(clinic))
    noted = refused_on(monkeypatch, app, "y", *"k-0417", "enter", says=(f"Never play {first.title} to which patient?",))
    assert noted == [(CODE, first.id)]


@pytest.mark.parametrize("digit", [True, False], ids=["digit", "title at once"])
@pytest.mark.parametrize(
    "opened", [close_screen, lambda clinic: LiveScreen(FakeSession(), clinic)], ids=["close", "live"]
)
def test_another_track_is_found_by_a_part_of_its_title(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: "type[TaskScreen]", digit: bool
) -> None:
    clinic = clinic_in_course(tmp_path)

    class Names:
        tracks = globals()["tracks"]()

    monkeypatch.setattr(type(clinic), "names", lambda _clinic: Names)
    live = opened is not close_screen
    app = Stage(clinic, lambda: opened(clinic))
    keys = ("y", *(("2",) if live and digit else ()), *"undert", *(("enter",) if live and not digit else ()), "enter")
    noted = refused_on(monkeypatch, app, *keys, says=(f"{CODE}: never play one track",))
    (meant,) = [track for track in tracks() if track.title == "Undertow"]
    assert noted == [(CODE, meant.id)]


def test_a_title_that_no_track_has_stays_to_be_mended_and_none_of_it_becomes_an_act(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic, session = clinic_in_course(tmp_path), FakeSession()
    monkeypatch.setattr(type(clinic), "names", lambda _clinic: SimpleNamespace(tracks=tracks()))
    app, noted = Stage(clinic, lambda: LiveScreen(session, clinic)), list[str]()
    monkeypatch.setattr(refusing, "refuse", lambda _screen, _clinic, _code, track_id: noted.append(track_id))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("y", *"undretow", "enter", "enter")
        await until(pilot, lambda: "No track in the library is called so." in words_shown(app))
        await pilot.press(*["backspace"] * 5, *"ertow", "enter")
        await until(pilot, lambda: bool(noted))

    on_stage(app, play)
    assert noted == [track.id for track in tracks() if track.title == "Undertow"]


def test_a_title_typed_where_it_is_asked_what_is_refused_is_taken_for_a_track_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = clinic_in_course(tmp_path)
    monkeypatch.setattr(type(clinic), "names", lambda _clinic: SimpleNamespace(tracks=tracks()))
    app = Stage(clinic, lambda: PatientScreen(clinic, CODE))
    says = ("none is found by 'undert': enter goes on with it to 'track'", f"{CODE}: never play one track: which?")
    noted = refused_on(monkeypatch, app, "r", *"undert", "enter", "enter", says=says)
    (meant,) = [track for track in tracks() if track.title == "Undertow"]
    assert noted == [(CODE, meant.id)]


def test_a_refusal_is_noted_and_said_with_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clinic = clinic_in_course(tmp_path)
    noted: list[tuple[str, str, str]] = []
    vetoed = SimpleNamespace(met=Met(((tracks()[0], Refusal("veto_track", "")),)), wished=())
    monkeypatch.setattr(patients, "veto", lambda _clinic, *what: noted.append(what) or vetoed)
    app = Stage(clinic, lambda: LiveScreen(FakeSession(), clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("y", "1")
        await until(pilot, lambda: f"{CODE}: never again: {tracks()[0].title}." in words_shown(app))

    on_stage(app, play)
    assert [what[:2] for what in noted] == [(CODE, "track")]


def test_at_the_close_tonight_s_titles_are_offered_and_the_refusal_is_a_veto(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = clinic_in_course(tmp_path)
    heard = (("a" * 64, "Slow Cathedral"), ("b" * 64, "Undertow"))

    def close() -> TaskScreen:
        screen = close_screen(clinic)
        screen.asked = replace(screen.asked, heard=heard)
        return screen

    app = Stage(clinic, close)
    noted = refused_on(monkeypatch, app, "y", "2", says=("Slow Cathedral", "Undertow", "another track"))
    assert noted == [(CODE, "b" * 64)]
