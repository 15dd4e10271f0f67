"""The library's table: drawn by the window, found by words."""

import threading
import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from textual.pilot import Pilot
from tui_stage import Stage, empty_clinic, on_stage, track, tracks, until, words_shown

from setsetting.desk import library
from setsetting.desk.clinic import Clinic
from setsetting.errors import Stopped
from setsetting.library.recordings import Kin, Kinship
from setsetting.library.track import Track
from setsetting.progress import Report, Step
from setsetting.tui.screens.library import LibraryScreen
from setsetting.tui.screens.today import TodayScreen
from setsetting.tui.widgets.table import Table


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    monkeypatch.setattr(library, "listing", lambda _clinic: tracks())
    return empty_clinic(tmp_path)


def test_ten_thousand_tracks_are_drawn_by_the_window(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    many = tuple(track(n, f"Track {n:05d}", f"Artist {n % 300}") for n in range(10_000))
    monkeypatch.setattr(library, "listing", lambda _clinic: many)
    drawn: list[str] = []
    cells = LibraryScreen._cells

    def counted(self: LibraryScreen, each: Track) -> object:
        drawn.append(each.id)
        return cells(self, each)

    monkeypatch.setattr(LibraryScreen, "_cells", counted)
    app = Stage(clinic, lambda: LibraryScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        assert "10,000 tracks" in words_shown(app)
        drawn.clear()
        await pilot.press("slash", *"0123", "enter")
        assert "11 of 10,000" in words_shown(app)
        await pilot.press("escape", "end")
        assert "Track 09999" in words_shown(app)
        assert len(drawn) <= 12 * 24

    on_stage(app, play)


def test_a_filter_leaves_out_what_is_not_wanted(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: LibraryScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("slash", *"ana -cathedral -low", "enter")
        titles = {row.title for row in app.screen.query_one(Table)._rows}
        assert titles == {"Weightless Harbour", "Long Light"}
        await pilot.press("escape")
        assert len(app.screen.query_one(Table)._rows) == len(tracks())

    on_stage(app, play, (120, 40))


def test_the_find_line_compares_as_every_other_door_does(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    named = (track(1, "L\u2019E\u0301tude", "Ana"), track(2, "Drift", "Ben"))
    monkeypatch.setattr(library, "listing", lambda _clinic: named)
    app = Stage(clinic, lambda: LibraryScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("slash", *"l'\u00c9TUDE", "enter")
        assert [row.title for row in app.screen.query_one(Table)._rows] == [named[0].title]

    on_stage(app, play)


def test_the_detail_names_the_whole_id_in_the_narrowest_window(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    one = replace(
        track(1, "A Title That Goes On " * 5, "Somebody With A Long Name"), id="0123456789abcdef", tags=("warm",) * 9
    )
    monkeypatch.setattr(library, "listing", lambda _clinic: (one,))
    app = Stage(clinic, lambda: LibraryScreen(clinic))

    async def play(_pilot: Pilot[int]) -> None:
        assert "id 0123456789" in " ".join(words_shown(app).split())

    on_stage(app, play, (80, 24))


@pytest.fixture
def scanned(tmp_path: Path) -> Clinic:
    """A library of which two tracks are near each other and two are lossless copies of one."""
    made = empty_clinic(tmp_path / "real")
    for number, name in enumerate(("a", "b", "c", "d")):
        with wave.open(str(tmp_path / f"{name}.wav"), "wb") as file:
            file.setparams((1, 2, 8000 if name != "d" else 16000, 0, "NONE", ""))
            file.writeframes(
                np.random.default_rng(min(number, 2))
                .integers(-900, 900, 9000 + 2000 * min(number, 2), np.int16)
                .tobytes()
            )
    library.scan(made, [tmp_path])
    ids = {Path(each.path).stem: each.id for each in library.listing(made)}
    with made.catalogue() as catalogue:
        catalogue.cache.put_kin([Kin(ids["a"], ids["b"], Kinship.NEAR, 0.3)])
    return made


def test_recordings_are_joined_parted_and_taken_back_by_a_key_each(scanned: Clinic) -> None:
    app = Stage(scanned, lambda: LibraryScreen(scanned))

    async def play(pilot: Pilot[int]) -> None:
        def kinds() -> list[str]:
            return [str(kin.kinship) for kin, _one, _other in library.pairs(scanned)]

        await pilot.press("e")
        await pilot.pause()
        words = words_shown(app)
        assert "1 pair, nobody has said" in words and "near (30 %)" in words and "one recording" in words
        assert "until somebody says that they are two" in " ".join(words.split())
        await pilot.press("j")
        assert kinds() == ["same", "same"]
        await pilot.press("u")
        assert kinds() == ["near", "same"]
        await pilot.press("p")
        assert kinds() == ["same", "two"]
        await pilot.press("end", "w")
        assert kinds() == ["near", "same"]
        await pilot.press("u", "u")
        assert kinds() == ["near", "same"]
        await pilot.press("u")
        assert "Nothing was said here" in words_shown(app)
        await pilot.press("escape")
        assert "4 tracks" in words_shown(app)

    on_stage(app, play)


def test_what_was_said_of_a_track_by_mistake_is_taken_back_to_what_was_measured(scanned: Clinic) -> None:
    app = Stage(scanned, lambda: LibraryScreen(scanned))

    async def play(pilot: Pilot[int]) -> None:
        def told() -> Track:
            return library.show(scanned, measured.id)

        measured = app.screen.query_one(Table).row
        for field, typed, back in (("energy", "9", ""), ("note", "of another", ""), ("lyrics", "known", "take back")):
            before = told()
            await pilot.press("enter", *field, "enter")
            await pilot.press(*typed, "enter")
            await until(pilot, lambda: told() != before)  # noqa: B023 - read at once
            await pilot.press("enter", *field, "enter")
            await pilot.press(*(back or ["backspace"]), "enter")
            await until(pilot, lambda: "is taken back." in words_shown(app))
            assert told() == measured

    on_stage(app, play)


def test_a_folder_is_forgotten_after_it_is_asked_where_its_files_are_there(scanned: Clinic) -> None:
    app = Stage(scanned, lambda: LibraryScreen(scanned))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("8", "1")
        await until(pilot, lambda: "4 files of it are there still" in words_shown(app))
        await pilot.press("enter")
        assert "4 tracks" in words_shown(app)
        for file in Path(library.folders(scanned)[0]).glob("*.wav"):
            file.unlink()
        await pilot.press("8", "1")
        await until(pilot, lambda: "4 files forgotten." in words_shown(app))
        assert "No tracks" in words_shown(app) and not library.listing(scanned)

    on_stage(app, play)


def test_a_scan_goes_on_when_the_library_is_left_and_ends_with_the_interface(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = empty_clinic(tmp_path)
    stopped: list[bool] = []

    def scan(_clinic: Clinic, _folders: object, report: Report, stop: threading.Event) -> None:
        report(Step(3, 54, "files", "Awakening.ogg"))
        stopped.append(stop.wait(10))
        raise Stopped("The scan was stopped; 3 files are kept.")

    monkeypatch.setattr(library, "scan", scan)
    monkeypatch.setattr(library, "refuse_folder", lambda _folder: None)
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("l", "m", "enter")
        await until(pilot, lambda: "3/54" in words_shown(app))
        assert "The first tracks stand here when the scan is over" in words_shown(app)
        await pilot.press("escape")
        assert isinstance(app.screen, TodayScreen) and "The scan goes on" in words_shown(app)
        await pilot.press("l")
        assert "3/54" in words_shown(app)
        await pilot.press("m")
        assert "A scan is under way; h stops it" in words_shown(app)
        assert app.scanning.beside("No track.") == "No track. A scan goes on: files 3/54  Awakening.ogg"
        await pilot.press("h")
        assert app.scanning.beside("No track.") == "No track."
        await until(pilot, lambda: "3 files are kept" in words_shown(app))
        assert stopped == [True]
        await pilot.press("escape", "l", "m", "enter")
        await until(pilot, lambda: "3/54" in words_shown(app))
        await pilot.press("escape", "q")
        await until(pilot, lambda: len(stopped) == 2)

    on_stage(app, play)
    assert stopped == [True, True]


def test_what_is_known_of_a_track_is_said_whole_or_a_digit_says_all(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = " ".join(["Slow Water Under the Long Bridge"] * 2)
    far = replace(tracks()[0], title=words, artist="The Weightless Harbour Ensemble")
    long = replace(far, title=f"A {words}", tags=tuple(f"a tag of many words {n}" for n in range(12)))
    monkeypatch.setattr(library, "listing", lambda _clinic: (far, long))
    app = Stage(clinic, lambda: LibraryScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("down")
        await pilot.pause()
        assert f"{words} - The Weightless Harbour Ensemble" in words_shown(app)
        assert "startle" in words_shown(app) and "7 says all" not in words_shown(app)
        await pilot.press("up")
        await pilot.pause()
        assert "7 says all" in words_shown(app)
        await pilot.press("7")
        await until(pilot, lambda: f"id {long.id}" in words_shown(app))
        assert ", ".join(long.tags) in words_shown(app)

    on_stage(app, play)
