"""A day at the screens as somebody new to them: nothing is lost in silence, nothing falls on the wrong patient."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot
from tui_fake_session import FakeSession, status_at
from tui_opened_screens import close_screen, nothing_blocks
from tui_stage import CODE, Stage, clinic_in_course, composed, empty_clinic, on_stage, shown, tracks, until, words_shown

from setsetting.clinical.form import Recall
from setsetting.desk import attending, closing, forms, library, patients, plans, preflight, sessions, soundscapes
from setsetting.desk.clinic import Clinic
from setsetting.desk.plan import NO_PLAN
from setsetting.errors import Refused
from setsetting.session.status import Cover, SessionState
from setsetting.tui.screens.build import BuildScreen
from setsetting.tui.screens.close import CloseScreen
from setsetting.tui.screens.library import LibraryScreen
from setsetting.tui.screens.live import LiveScreen
from setsetting.tui.screens.patient import PatientScreen
from setsetting.tui.screens.pcl5 import Pcl5Screen
from setsetting.tui.screens.review import ReviewScreen
from setsetting.tui.screens.today import TodayScreen
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Table

Setup = Callable[[Clinic], Any]


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    made = empty_clinic(tmp_path)
    patients.add(made, CODE)
    return made


def said(app: Stage) -> str:
    return app.screen.query_one(StatusRow).said


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c"])
def test_leaving_the_interface_asks_before_answers_are_lost(tmp_path: Path, key: str) -> None:
    clinic = clinic_in_course(tmp_path)
    app = Stage(clinic, lambda: close_screen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("end", *["up"] * 3, "5", key)
        await pilot.pause()
        assert "1 answer of this page is lost" in words_shown(app)
        await pilot.press("ctrl+q", "enter")
        assert isinstance(app.screen, CloseScreen)
        assert app.is_running
        await pilot.press(key, "y")

    on_stage(app, play)
    assert app.return_code == 0


def test_leaving_with_nothing_to_lose_asks_nothing_and_lets_the_session_go() -> None:
    session = FakeSession()
    app = Stage(None, lambda: LiveScreen(session, None))

    async def play(pilot: Pilot[int]) -> None:
        assert isinstance(app.screen, LiveScreen)
        assert "session attach" in app.screen.let_go()
        session.detached = False
        await pilot.press("ctrl+c")

    on_stage(app, play)
    assert session.detached
    assert app.return_code == 0


def test_a_key_that_does_nothing_says_so(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("x")
        assert said(app) == "x does nothing here; ? shows every key."
        await pilot.press("f", "7")
        await pilot.pause()
        assert said(app) == "7 is no answer: 0 to 4, - for blank, 9 for declined."
        await pilot.press(*["1"] * 20)
        assert said(app) == "every item is answered, blank or declined; ^s saves"

    on_stage(app, play)


def test_what_would_be_refused_stands_there_while_answers_are_typed(clinic: Clinic) -> None:
    forms.add(clinic, CODE, [1] * 20, Recall.WEEK, "2026-11-24")
    app = Stage(clinic, lambda: Pcl5Screen(clinic, CODE, Recall.WEEK))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("1")
        assert "K-0417 has a past-" in said(app)
        await pilot.press("w")
        assert "each answer goes on" in said(app)

    on_stage(app, play)


def test_a_restored_backup_is_said_where_the_day_begins(clinic: Clinic) -> None:
    record = clinic.folder / "record.db"
    backup = record.read_bytes()
    patients.add(clinic, "K-0500")
    record.write_bytes(backup)
    app = Stage(clinic, lambda: TodayScreen(app.clinic))
    app.clinic = replace(clinic, say=app.say_from_anywhere)

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "this device goes on as a new one" in said(app))

    on_stage(app, play, (300, 40))


def test_the_cursor_stays_on_the_patient_when_the_list_is_sorted_anew(tmp_path: Path) -> None:
    clinic = clinic_in_course(tmp_path)
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        table = app.screen.query_one(Table)
        assert table.row.code == "K-0388"
        closing.add(clinic, "K-0388", "2026-11-23T10:00", 40, None)
        await pilot.press("question_mark", "escape")
        await pilot.pause()
        assert table.row.code == "K-0388"
        assert table.at == 2
        await pilot.press("a", *"A-1", "enter")
        await pilot.pause()
        assert table.row.code == "A-1"

    on_stage(app, play)


def test_an_infusion_beyond_the_course_is_said_as_one_and_minutes_are_round(clinic: Clinic) -> None:
    for day in range(1, 8):
        closing.add(clinic, CODE, f"2026-11-{day:02d}T10:00", 40 + day / 7, None)
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(_pilot: Pilot[int]) -> None:
        words = words_shown(app)
        assert f"{CODE} booster " in words
        assert "8 of 6" not in words
        assert "after a course of 6" in words
        assert "17 days ago, 41 min" in words

    on_stage(app, play)


@pytest.mark.parametrize(
    ("setup", "expected"),
    [
        (lambda clinic: None, "Nothing to review yet: esc goes back, f enters the first PCL-5"),
        (lambda clinic: forms.add(clinic, CODE, [4] * 20, Recall.WEEK, "2026-10-05"), "●80"),
        (lambda clinic: forms.add(clinic, CODE, [0] * 20, Recall.MONTH, "2026-10-05"), "◆0"),
        (lambda clinic: closing.add(clinic, CODE, "2026-10-06T10:00", 60, None), "infusion 1"),
    ],
    ids=["nothing", "a week", "a month", "a session"],
)
def test_a_review_of_next_to_nothing_is_shown(clinic: Clinic, setup: Setup, expected: str) -> None:
    setup(clinic)
    app = Stage(clinic, lambda: ReviewScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        for size in ((80, 24), (120, 40), (200, 60)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert expected in words_shown(app)

    on_stage(app, play)


def test_a_report_never_replaces_a_file_unasked(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: PatientScreen(clinic, CODE))
    out = clinic.folder / "reports" / "review-001.html"
    out.write_text("an older page", encoding="utf-8")

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("o")
        await pilot.pause()
        assert "review-002.html" in words_shown(app)
        await pilot.press("end", *["backspace"] * len("2.html"), *"1.html", "enter")
        await pilot.pause()
        assert "exists already. Replace it?" in words_shown(app)
        await pilot.press("enter")
        assert out.read_text(encoding="utf-8") == "an older page"
        await pilot.press("o")
        await pilot.pause()
        await pilot.press("end", *["backspace"] * len("2.html"), *"1.html", "enter")
        await pilot.pause()
        await pilot.press("y")
        await pilot.pause()
        assert "review-001.html; open it" in said(app), said(app)

    on_stage(app, play)
    assert "an older page" not in out.read_text(encoding="utf-8")


def test_an_empty_library_says_what_to_do_first(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: BuildScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        assert "l opens the library, m scans your music" in words_shown(app)
        for key in ("6", "7", "8", "9", "0", "enter", "j"):
            await pilot.press(key)
            assert "The library is empty" in said(app)

    on_stage(app, play)


def test_a_library_that_another_version_measured_is_not_called_empty(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "folders", lambda _clinic: ["/music"])
    app = Stage(clinic, lambda: BuildScreen(clinic, CODE))

    async def play(_pilot: Pilot[int]) -> None:
        assert "Nothing in the library was measured by this version of the program" in words_shown(app)

    on_stage(app, play)


def test_a_build_begins_from_what_the_patient_had_and_refuses_impossible_minutes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = clinic_in_course(tmp_path)
    asked: list[tuple[str, float]] = []

    def build(_clinic: Clinic, playlist: str, minutes: float, *_asked: object, **_named: object) -> object:
        asked.append((playlist, minutes))
        return composed()

    monkeypatch.setattr(library, "listing", lambda _clinic: tracks())
    monkeypatch.setattr(soundscapes, "build", build)
    monkeypatch.setattr(soundscapes, "stale_since", lambda *_asked: False)
    app = Stage(clinic, lambda: BuildScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await app.workers.wait_for_complete()
        assert "simulated" in words_shown(app)
        await pilot.press("7", *["backspace"] * 3, *"500", "enter")
        assert "500 is not possible" in words_shown(app)
        await pilot.press(*["backspace"] * 3, *"45", "enter")
        await app.workers.wait_for_complete()
        await pilot.press("6", "up", "enter")
        await app.workers.wait_for_complete()

    on_stage(app, play)
    assert asked == [("psychedelic-60", 60.0), ("psychedelic-60", 45.0), ("montreal-40", 45.0)]


def test_a_session_starts_in_the_room_and_on_the_output_a_person_chose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = clinic_in_course(tmp_path)
    clinic = replace(clinic, settings=msgspec.structs.replace(clinic.settings, rooms=["room-1", "garden room"]))
    asked: list[sessions.SessionRequest] = []

    def start(_clinic: Clinic, what: sessions.SessionRequest, **_named: object) -> sessions.StartedSession:
        asked.append(what)
        raise Refused("Another program holds the headphones.")

    monkeypatch.setattr(library, "listing", lambda _clinic: tracks())
    monkeypatch.setattr(soundscapes, "build", lambda *_asked, **_named: composed())
    monkeypatch.setattr(soundscapes, "stale_since", lambda *_asked: False)
    monkeypatch.setattr(soundscapes, "save", lambda *_asked, **_named: clinic.folder / "soundscape.json")
    monkeypatch.setattr(plans, "accept", lambda *_asked, **_named: NO_PLAN)
    monkeypatch.setattr(attending, "outputs", lambda: ("Headphones", "Ceiling"))
    monkeypatch.setattr(sessions, "start", start)
    monkeypatch.setattr(preflight, "look", nothing_blocks)
    app = Stage(clinic, lambda: BuildScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await app.workers.wait_for_complete()
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await pilot.press("j")
        await pilot.pause()
        assert "in which room? ▌" not in words_shown(app)
        assert "garden room" in words_shown(app)
        await pilot.press("down", "enter")
        await until(pilot, lambda: "garden room: where does it sound?" in words_shown(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "0 to mend" in words_shown(app))
        assert asked == []
        await pilot.press("j")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert said(app) == "Another program holds the headphones."
        await pilot.press("escape", "j")
        await until(pilot, lambda: "in which room?" in words_shown(app))
        await pilot.press("1")
        await until(pilot, lambda: "room-1: where does it sound?" in words_shown(app))
        await pilot.press("5")
        await until(pilot, lambda: "room-1, a rehearsal: where does it sound?" in words_shown(app))
        await pilot.press("3")
        await until(pilot, lambda: "0 to mend" in words_shown(app))
        await pilot.press("j")
        await app.workers.wait_for_complete()

    on_stage(app, play)
    what, rehearsed = asked
    assert (what.room, what.output, what.code, what.rehearsal) == ("garden room", "Headphones", CODE, None)
    assert (rehearsed.room, rehearsed.output, rehearsed.rehearsal) == ("room-1", "Ceiling", True)


def test_what_is_said_of_a_track_stays_on_that_track(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {track.id: track for track in tracks()}
    monkeypatch.setattr(library, "listing", lambda _clinic: tuple(known.values()))
    asked: list[tuple[str, dict[str, str]]] = []

    def set_fields(_clinic: Clinic, track_id: str, values: dict[str, str]) -> str:
        asked.append((track_id, values))
        if "energy" in values:
            known[track_id] = replace(known[track_id], energy=float(values["energy"]))
        return ""

    monkeypatch.setattr(library, "set_fields", set_fields)
    app = Stage(clinic, lambda: LibraryScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("s", "s")
        first = app.screen.query_one(Table).row
        assert first.title in words_shown(app)
        await pilot.press("enter", "enter", *"10", "enter")
        await pilot.press("enter", "down", "enter", "down", "enter")
        assert asked == [(first.id, {"energy": "10"}), (first.id, {"lyrics": "wordless"})]
        assert app.screen.query_one(Table).row.id == first.id

    on_stage(app, play)


def test_a_simulated_patient_is_marked_on_the_live_screen() -> None:
    app = Stage(None, lambda: LiveScreen(FakeSession(replace(status_at(), simulated=True)), None))

    async def play(_pilot: Pilot[int]) -> None:
        assert "patient K-0417, simulated" in words_shown(app)

    on_stage(app, play)


@pytest.mark.parametrize("cover", list(Cover))
def test_under_a_cover_the_way_back_is_said(cover: Cover) -> None:
    app = Stage(None, lambda: LiveScreen(FakeSession(replace(status_at(), cover=cover, next=None)), None))

    async def play(_pilot: Pilot[int]) -> None:
        assert "then back to the plan, with n" in words_shown(app)
        assert "the plan ends here" not in words_shown(app)

    on_stage(app, play)


def test_after_the_end_only_what_can_still_be_done_is_offered() -> None:
    over = replace(status_at(), state=SessionState.ENDED, playing=None, next=None, fading_out=True, undoable=None)
    app = Stage(None, lambda: LiveScreen(FakeSession(over), None))

    async def play(_pilot: Pilot[int]) -> None:
        words = words_shown(app)
        assert "the music has ended" in words
        assert "z closes the session" in words
        assert "FADE OUT" not in words
        assert "FADING" not in words
        assert "t Note" in words

    on_stage(app, play)


@pytest.mark.parametrize("size", [(60, 18), (44, 12)], ids=["60x18", "44x12"])
def test_a_small_window_draws_nothing_past_its_width_and_keeps_its_keys(clinic: Clinic, size: tuple[int, int]) -> None:
    app = Stage(clinic, lambda: Pcl5Screen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("3", "question_mark", "escape", *["1"] * 19, "ctrl+s")

    on_stage(app, play, size)
    assert [form.scored.total for form in forms.listing(clinic, CODE)] == [22]


def test_behind_a_question_the_screen_can_still_be_read() -> None:
    app = Stage(None, lambda: LiveScreen(FakeSession(), None))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("t")
        await pilot.pause()
        assert any("Weightless Harbour" in row for row in shown(app))

    on_stage(app, play)
