"""The library's table: drawn by the window, found by words."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from tui_stage import Stage, empty_clinic, on_stage, track, tracks, words_shown

from setsetting.desk import library
from setsetting.desk.clinic import Clinic
from setsetting.library.track import Track
from setsetting.tui.screens.library import LibraryScreen
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
