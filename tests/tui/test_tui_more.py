"""What is done now and then has its place on the screens: verify, playlists, a session from paper, a rendered file."""

import threading
from pathlib import Path

import pytest
from textual.pilot import Pilot
from tui_stage import CODE, Stage, clinic_in_course, composed, on_stage, tracks, until, words_shown

from setsetting.audio.render import Rendered
from setsetting.desk import library, patients, plans, rooms, soundscapes
from setsetting.machine.clock import local
from setsetting.record.rows import SessionRow
from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.tui.screens.build import BuildScreen
from setsetting.tui.screens.paper import PaperScreen
from setsetting.tui.screens.patient import PatientScreen
from setsetting.tui.screens.room import RoomScreen
from setsetting.tui.screens.today import TodayScreen
from setsetting.units import Frames, Milliseconds


def test_the_record_is_verified_from_the_day_s_list(tmp_path: Path) -> None:
    clinic = clinic_in_course(tmp_path)
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("0", "1")
        await until(pilot, lambda: "The record is whole" in words_shown(app))

    on_stage(app, play)


def test_a_playlist_is_looked_at_and_checked_from_the_day_s_list(tmp_path: Path) -> None:
    clinic = clinic_in_course(tmp_path)
    (clinic.folder / "playlists").mkdir(exist_ok=True)
    (clinic.folder / "playlists" / "broken.toml").write_text("name = 3", encoding="utf-8")
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("0", "2")
        await until(pilot, lambda: "Look at which playlist?" in words_shown(app))
        await pilot.press("1")
        await until(pilot, lambda: "Look at" not in words_shown(app))
        assert "broken.toml" in words_shown(app)
        await pilot.press("escape")
        await until(pilot, lambda: "Look at which playlist?" in words_shown(app))
        await pilot.press("2")
        await until(pilot, lambda: "phases, nothing wrong" in words_shown(app))
        assert "peak" in words_shown(app)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: not isinstance(app.screen, ChoiceDialog))

    on_stage(app, play, (120, 40))


def test_a_session_from_paper_is_entered_on_the_patient_s_page(tmp_path: Path) -> None:
    clinic = clinic_in_course(tmp_path)
    app = Stage(clinic, lambda: PatientScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("1")
        assert f"{CODE}, from paper: when" in words_shown(app)
        await pilot.press(*"2026-11-32 09:30", "enter")
        await until(pilot, lambda: "is no date or time" in words_shown(app))
        await pilot.press(*["backspace"] * 8, *"02 09:30", "enter")
        await until(pilot, lambda: "how many minutes" in words_shown(app))
        assert f"{CODE}, from paper: how" in words_shown(app)
        await pilot.press(*"4500", "enter")
        await until(pilot, lambda: "Escape leaves everything as it is" in words_shown(app))
        await pilot.press("backspace", "backspace", "enter")
        await until(pilot, lambda: isinstance(app.screen, PaperScreen))
        assert len(patients.show(clinic, CODE).sessions) == 4, "nothing is kept before it is entered"
        assert f"FROM PAPER {CODE} · 2026-11-02 09:30 · room-1" in words_shown(app)
        await pilot.press("1", "end", "up", "7", "escape")
        assert "2 answers of this page are lost; the session is not entered." in words_shown(app)
        await pilot.press("enter", "z")
        await until(pilot, lambda: "entered from paper as infusion 5" in words_shown(app))
        assert isinstance(app.screen, PatientScreen) and app.screen.table.row.session == entered()

    def entered() -> SessionRow:
        return patients.show(clinic, CODE).sessions[-1]

    on_stage(app, play)
    assert entered().entered_afterwards and entered().planned.end_ms == 45 * 60_000
    logged = entered().setting
    assert logged is not None and logged.fields["lighting"] == "dark" and list(logged.taps.values()) == [7]


def test_a_session_from_paper_that_is_refused_says_why_and_is_not_there(tmp_path: Path) -> None:
    clinic = clinic_in_course(tmp_path)
    app = Stage(clinic, lambda: PatientScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("1", *"2026-11-02", "enter")
        await until(pilot, lambda: "when the infusion began is needed" in words_shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, TextDialog))

    on_stage(app, play)
    assert len(patients.show(clinic, CODE).sessions) == 4


def test_when_a_session_from_paper_can_not_have_been_is_mended_where_it_is_typed(tmp_path: Path) -> None:
    clinic = clinic_in_course(tmp_path)
    app = Stage(clinic, lambda: PatientScreen(clinic, CODE))
    ten_minutes_ago = local(Milliseconds(clinic.clock.utc_ms() - 600_000), clinic.settings.zone)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("1", *"2999-01-01 10:30", "enter")
        await until(pilot, lambda: "would end in the future" in words_shown(app))
        await pilot.press("ctrl+u", *f"{ten_minutes_ago:%Y-%m-%d %H:%M}", "enter")
        await until(pilot, lambda: "how many minutes did it run" in words_shown(app))
        await pilot.press(*"40", "enter")
        await until(pilot, lambda: "would end in the future" in words_shown(app))
        await pilot.press("ctrl+u", "8", "enter")
        await until(pilot, lambda: "FROM PAPER" in words_shown(app))

    on_stage(app, play)


def test_an_accepted_soundscape_is_rendered_and_never_over_a_file_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = clinic_in_course(tmp_path)
    kept = clinic.folder / "soundscapes" / "tonight.json"
    kept.parent.mkdir(exist_ok=True)
    kept.with_suffix(".flac").write_bytes(b"of yesterday")
    made: list[tuple[Path, str]] = []
    mixing, left = threading.Event(), threading.Event()

    def render(_clinic: object, path: Path, out: Path, *_asked: object, replace: bool, code: str) -> Rendered:
        soundscapes.refuse_unwritable(out, replace=replace, clinic=clinic, source=path)
        made.append((out, code))
        mixing.set()
        assert left.wait(5)
        return Rendered(Frames(0), None, 0, ())

    monkeypatch.setattr(library, "listing", lambda _clinic: tracks())
    monkeypatch.setattr(soundscapes, "build", lambda *_asked, **_named: composed())
    monkeypatch.setattr(soundscapes, "save", lambda *_asked, **_named: kept)
    monkeypatch.setattr(soundscapes, "render", render)
    monkeypatch.setattr(soundscapes, "stale_since", lambda *_asked: False)
    monkeypatch.setattr(plans, "accept", lambda *_asked: None)
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        app.push_screen(BuildScreen(clinic, CODE))
        await until(pilot, lambda: "not accepted" in words_shown(app))
        await pilot.press("f")
        assert "Accept the soundscape first" in words_shown(app)
        await pilot.press("enter")
        await until(pilot, lambda: "Accepted for the next visit" in words_shown(app))
        await pilot.press("f")
        await until(pilot, lambda: f"{CODE}: render to which file?" in words_shown(app))
        assert "tonight-2.flac" in words_shown(app)
        await pilot.press("end", *["backspace"] * 7, *".flac", "enter")
        await until(pilot, lambda: "exists already" in words_shown(app))
        await pilot.press("escape", "f")
        await until(pilot, lambda: "render to which file?" in words_shown(app))
        await pilot.press("enter")
        await until(pilot, mixing.is_set)
        await pilot.press("escape")
        assert isinstance(app.screen, TodayScreen)
        left.set()
        await until(pilot, lambda: f"{CODE}: rendered to" in words_shown(app))

    on_stage(app, play)
    assert made == [(kept.with_name("tonight-2.flac"), CODE)]


def test_what_is_usual_in_a_room_is_said_and_mended_from_the_day_s_list(tmp_path: Path) -> None:
    clinic = clinic_in_course(tmp_path)
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("0", "4")
        await until(pilot, lambda: isinstance(app.screen, RoomScreen))
        words = words_shown(app)
        assert "ROOM room-1" in words and "Light dim" in words and "Touch" not in words and "Liking" not in words
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, TodayScreen))
        await pilot.press("0", "4")
        await until(pilot, lambda: isinstance(app.screen, RoomScreen))
        await pilot.press("minus", "down", "down", "down", "2")
        await pilot.press("escape")
        assert "room-1: 2 answers of this page are lost; the room stays as it was." in words_shown(app)
        await pilot.press("enter", "z", "1")  # part of the time: music through headphones
        await until(pilot, lambda: isinstance(app.screen, TodayScreen))

    on_stage(app, play)
    assert rooms.show(clinic, "room-1").profile.usual.values == {
        "eye_shades": "throughout",
        "headphones": "part of the time",
        "music_delivery": "headphones",
    }


def test_how_complete_the_record_is_is_told_from_the_day_s_list(tmp_path: Path) -> None:
    clinic = clinic_in_course(tmp_path)
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("0", "7")
        await until(pilot, lambda: "4 sessions held: forms due 4 of 4, done 4, in window 4" in words_shown(app))
        assert "Linkable: alone between two comparable scores." in words_shown(app)

    on_stage(app, play)
