"""The page of a session on the screen: found by its words, mended by a digit with a reason, and that taken back."""

import threading
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input
from tui_opened_screens import HELD, session_held
from tui_stage import CODE, Stage, clinic_in_course, on_stage, until, words_shown

from setsetting.desk import attending, closing, corrections, patients, replay, session_page, take_home
from setsetting.desk.clinic import Clinic
from setsetting.record import rows
from setsetting.record.kinds import SessionMarked
from setsetting.tui.dialogs import TextDialog
from setsetting.tui.screens.patient import PatientScreen
from setsetting.tui.screens.session import SessionScreen
from setsetting.tui.widgets.page_view import view_of
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Table

OTHER = "K-0500"


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    made = clinic_in_course(tmp_path)
    session_held(made)
    patients.add(made, OTHER, simulated=True)
    return made


def _after(clinic: Clinic, *keys: Sequence[str]) -> str:
    """What the screen shows after keys and typed answers, each of which is waited for."""
    app, shown = Stage(clinic, lambda: SessionScreen(clinic, HELD)), []

    async def play(pilot: Pilot[int]) -> None:
        for pressed in keys:
            await pilot.press(*pressed)
            await pilot.pause()
            await pilot.pause()
        shown.append(words_shown(app))

    on_stage(app, play)
    return str(shown[0])


def _row(clinic: Clinic) -> rows.SessionRow:
    with clinic.record() as record:
        return rows.session(record, HELD)


def test_music_acts_and_words_stand_at_their_minutes(clinic: Clinic) -> None:
    shown = _after(clinic)
    assert f"SESSION {CODE} infusion 5 of 6" in shown
    assert "21 08:31 ◆ patient spoke: the water is warm" in shown
    assert "27 08:37 · Volume −2" in shown
    assert "infusion: 40 min" in shown


def test_a_note_is_found_by_its_words(clinic: Clinic) -> None:
    shown = _after(clinic, ["slash"], [*"warm"], ["enter"])
    assert "the water is warm" in shown
    assert "Volume" not in shown


def test_a_trial_is_voided_from_here_and_that_is_taken_back(clinic: Clinic) -> None:
    shown = _after(clinic, ["4"], [*"trial", "enter"])
    assert "VOID: it counts nowhere" in shown and f"SESSION {CODE} 2026-11-24 · room-1 VOID" in shown
    assert _row(clinic).void
    assert "This session is void already; 5 takes that back." in _after(clinic, ["4"])
    assert f'{CODE}: why is "made void: trial" taken back?' in _after(clinic, ["5"], ["enter"])
    shown = _after(clinic, ["5"], ["enter"], [*"held", "enter"])
    assert "VOID" not in shown
    assert not _row(clinic).void


def test_the_setting_is_corrected_from_here_after_the_close(clinic: Clinic) -> None:
    shown = _after(clinic, ["a"], [*"eye shades", "enter"], ["1"], [*"misread", "enter"])
    assert "The setting is corrected; 5 takes that back." in shown
    setting = _row(clinic).setting
    assert setting is not None and setting.fields["eye_shades"] == "throughout"


def test_what_cannot_both_be_so_is_asked_about_before_a_correction_is_kept(clinic: Clinic) -> None:
    """As at the close: the other half is asked too, or both are kept where it was so."""
    _after(clinic, ["a"], [*"headphones", "enter"], ["4"], [*"misread", "enter"])
    through = ["a"], [*"through", "enter"], ["1"]
    asked = _after(clinic, *through)
    assert f"{CODE}. Headphones: not offered, and Music through: headphones. Both cannot be so." in asked

    def told() -> tuple[str | None, str | None]:
        setting = _row(clinic).setting
        assert setting is not None
        return setting.fields.get("headphones"), setting.fields.get("music_delivery")

    _after(clinic, *through, ["2"], [*"seen", "enter"])
    assert told() == ("not offered", "headphones")
    _after(clinic, ["a"], [*"through", "enter"], ["2"], [*"heard", "enter"])
    assert told() == ("not offered", "loudspeakers")
    _after(clinic, *through, ["1"], ["1"], [*"worn", "enter"])
    assert told() == ("throughout", "headphones")
    with clinic.record() as record:
        assert len(record.events(kind="session.setting_corrected")) == 4


def test_a_session_is_moved_to_the_patient_it_was_held_with(clinic: Clinic) -> None:
    shown = _after(clinic, ["3"], [*OTHER, "enter"], [*"mixed", "enter"])
    assert f"SESSION {OTHER} infusion 1 of 6" in shown
    assert HELD in {row.session_id for row in patients.show(clinic, OTHER).sessions}


def test_a_code_that_nobody_has_is_refused_before_a_reason_is_typed(clinic: Clinic) -> None:
    assert "There is no patient 'K-9'." in _after(clinic, ["3"], [*"K-9", "enter"])
    assert f"{CODE}: why is it moved to {OTHER}?" in _after(clinic, ["3"], [*OTHER.lower(), "enter"])


def test_a_wrong_mark_is_withdrawn_and_its_minute_corrected(clinic: Clinic) -> None:
    to_the_mark = ["slash", *"warm", "enter"]
    shown = _after(clinic, to_the_mark, ["2"], ["backspace", "backspace", *"18", "enter"], [*"late", "enter"])
    assert "18 08:28 ◆ patient spoke: the water is warm corrected: late" in shown
    shown = _after(clinic, to_the_mark, ["1"], [*"slip", "enter"])
    assert "5 takes that back" in shown
    with clinic.record() as record:
        assert rows.session(record, HELD).marks == 0


@pytest.mark.parametrize("again", ["1", "2", "8"])
def test_of_a_mark_that_is_withdrawn_nothing_more_is_asked(clinic: Clinic, again: str) -> None:
    shown = _after(clinic, ["slash", *"warm", "enter"], ["1"], [*"slip", "enter"], [again])
    assert "It is taken back already; where it was withdrawn afterwards, 5 takes that back." in shown
    assert "enter answers" not in shown


def test_the_cursor_goes_with_the_entry_whose_minute_is_corrected(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: SessionScreen(clinic, HELD))

    async def play(pilot: Pilot[int]) -> None:
        table = app.screen.query_one(Table)
        mark = next(line for line in table.rows if line.words.startswith("patient spoke"))
        table.go_to(mark.event_id)
        await pilot.press("2", *"1", "enter", *"late", "enter")
        await until(pilot, lambda: "The minute is corrected" in words_shown(app))
        assert table.row.event_id == mark.event_id and table.row.at_ms == 60_000

    on_stage(app, play)


def test_a_minute_that_cannot_be_is_refused_before_a_reason_is_typed(clinic: Clinic) -> None:
    assert "That minute has not come yet." in _after(clinic, ["slash", *"warm", "enter"], ["2"], [*"900", "enter"])


def test_what_was_said_is_typed_afterwards(clinic: Clinic) -> None:
    shown = _after(clinic, ["slash", *"spoke", "enter"], ["8"], [*"cold", "enter"])
    assert "21 08:31 ◆ patient spoke: cold" in shown
    assert "Go to a mark first." in _after(clinic, ["8"])


def test_words_and_a_note_that_nobody_said_are_taken_away_by_an_empty_line(clinic: Clinic) -> None:
    shown = _after(clinic, ["slash", *"spoke", "enter"], ["8"], ["backspace", "enter"])
    assert "21 08:31 ◆ patient spoke" in shown and "the water is warm" not in shown
    _after(clinic, ["a"], [*"note", "enter"], [*"a slip", "enter"], [*"why", "enter"])
    assert (said := _row(clinic).setting) is not None and said.note == "a slip"
    asked = _after(clinic, ["a"], [*"note", "enter"])
    assert "empty: not said" in asked
    _after(clinic, ["a"], [*"note", "enter"], ["backspace", "enter"], [*"another's", "enter"])
    assert (said := _row(clinic).setting) is not None and said.note is None


def test_a_time_from_paper_left_empty_stays_and_escape_corrects_nothing(clinic: Clinic) -> None:
    session_id = closing.add(clinic, CODE, "2026-11-20T09:00", 40, None).session_id
    app = Stage(clinic, lambda: SessionScreen(clinic, session_id))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("2", *"2026-11-20 10:00", "enter", "escape")
        await pilot.pause()
        assert not isinstance(app.screen, TextDialog)
        await pilot.press("2", "enter", *"45", "enter", *"misread", "enter")
        await until(pilot, lambda: "The session's times are corrected" in words_shown(app))

    on_stage(app, play)
    with clinic.record() as record:
        row = rows.session(record, session_id)
    assert (row.started_utc_ms, row.planned.end_ms) == (row.told[1], 45 * 60_000)


def test_why_a_correction_cannot_be_is_said_under_its_reason_which_stays(clinic: Clinic) -> None:
    closing.add(clinic, OTHER, "2026-11-20T09:20", 40, None)
    session_id = closing.add(clinic, CODE, "2026-11-20T09:00", 40, None).session_id
    app = Stage(clinic, lambda: SessionScreen(clinic, session_id))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("3", *OTHER.lower(), "enter", *"hers", "enter")
        await until(pilot, lambda: "It would overlap" in words_shown(app) or "simulated" in words_shown(app))
        assert isinstance(app.screen, TextDialog) and app.screen.query_one(Input).value == "hers"
        await pilot.press("escape", "4", *"a trial", "enter")
        await until(pilot, lambda: "The session is void" in words_shown(app))

    on_stage(app, play)


def test_titles_are_taken_home_under_a_name_that_is_nobody_s(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Path] = []

    def write(_clinic: Clinic, session_id: str, out: Path, *, replace: bool) -> None:
        assert (session_id, replace) == (HELD, False)
        told.append(out)

    monkeypatch.setattr(take_home, "write", write)
    assert "titles only, nobody's code" in _after(clinic, ["9"], ["enter"])
    assert [out.name for out in told] == ["take-home-001.m3u8"]


def test_it_is_heard_again_from_the_row_under_the_cursor_until_the_key_or_leaving_ends_it(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []

    def prepare(_clinic: Clinic, _session_id: str, part: tuple[float, float]) -> SimpleNamespace:
        told.append(part[0])
        return SimpleNamespace(silent=(), underruns=2, refused=())

    def play(_clinic: Clinic, _prepared: object, output: str, stop: threading.Event) -> None:
        told.append(output)
        assert stop.wait(10)
        told.append("ended")

    monkeypatch.setattr(replay, "prepare", prepare)
    monkeypatch.setattr(replay, "play", play)
    monkeypatch.setattr(attending, "outputs", lambda: ("Headphones",))
    app = Stage(clinic, lambda: SessionScreen(clinic, HELD))

    async def play_keys(pilot: Pilot[int]) -> None:
        await pilot.press("down", "0")
        await until(pilot, lambda: "on which output? It plays at once." in words_shown(app))
        await pilot.press("2")
        await until(pilot, lambda: "It plays from minute 0; 0 ends it. 2 short gaps" in words_shown(app))
        app.screen.query_one(StatusRow).be_over()
        await until(pilot, lambda: "It plays from minute 0; 0 ends it." in words_shown(app))
        await pilot.press("0")
        await until(pilot, lambda: "It was ended." in words_shown(app))
        await pilot.press("0")
        await until(pilot, lambda: "on which output?" in words_shown(app))
        await pilot.press("1")
        await until(pilot, lambda: len(told) == 5)
        await pilot.press("escape")
        await until(pilot, lambda: len(told) == 6)

    on_stage(app, play_keys)
    assert told == [0, "Headphones", "ended", 0, "auto", "ended"]


def test_what_a_room_calls_its_outputs_is_offered_first(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    room = clinic.folder / "rooms" / "room-1.toml"
    said = '[outputs]\nheadphones = { device = "USB 2", through = "headphones" }\nceiling = { device = "HDMI", through = "loudspeakers" }\n'
    room.write_text(f"{room.read_text(encoding='utf-8')}\n{said}", encoding="utf-8")
    monkeypatch.setattr(replay, "prepare", lambda *_asked: SimpleNamespace(silent=(), underruns=0, refused=()))
    monkeypatch.setattr(replay, "play", lambda _clinic, _prepared, output, _stop: told.append(output))
    monkeypatch.setattr(attending, "outputs", lambda: ("USB 2", "Internal"))
    assert "HDMI is not there now; connect it" in _after(clinic, ["0"], ["2"])
    _after(clinic, ["0"], ["1"])
    assert told == ["USB 2"]


@pytest.mark.parametrize("key", ["1", "2", "3", "4", "5", "6", "8", "a"])
def test_of_a_patient_who_was_withdrawn_a_session_is_read_and_not_mended(clinic: Clinic, key: str) -> None:
    corrections.withdraw(clinic, CODE, "a slip")
    shown = _after(clinic, [key])
    assert f"SESSION {CODE} infusion 5 of 6" in shown and "PATIENT WITHDRAWN" in shown
    assert f"{CODE} is withdrawn; 5 on the patient's page takes that back first." in shown
    assert "4 Void" not in shown and "o Report" in shown


def test_the_correction_made_last_is_offered_first_to_be_taken_back(clinic: Clinic) -> None:
    corrections.void(clinic, HELD, "the first reason")
    corrections.move(clinic, HELD, OTHER, "whose it was")
    shown = _after(clinic, ["5"])
    assert shown.rindex("whose it was") < shown.rindex("the first reason")


def test_without_an_output_or_without_what_was_kept_it_says_so(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "it was not kept what was heard" in _after(clinic, ["0"])
    monkeypatch.setattr(replay, "prepare", lambda *_asked: SimpleNamespace(silent=(), underruns=0, refused=()))
    monkeypatch.setattr(attending, "outputs", lambda: ())
    assert "No sound device was found" in _after(clinic, ["0"])


def test_words_with_braces_are_asked_about_as_they_were_said(clinic: Clinic) -> None:
    with clinic.record() as record:
        record.append("session.marked", SessionMarked(HELD, "note", 25 * 60_000, 25 * 60_000, "{why} {"))
    assert 'why is "note: {why} {" withdrawn?' in _after(clinic, ["slash", *"why", "enter"], ["1"])


def test_music_is_no_mark(clinic: Clinic) -> None:
    assert "Go to a mark first." in _after(clinic, ["1"])


def test_every_question_names_the_patient(clinic: Clinic) -> None:
    for key in ("3", "4"):
        assert f"{CODE}: " in _after(clinic, [key])


@pytest.mark.parametrize(("typed", "seen"), [("Warm water", "the water is warm"), ("cold", "No note holds these")])
def test_a_note_is_found_by_its_words_from_its_patient_s_page(clinic: Clinic, typed: str, seen: str) -> None:
    app, shown = Stage(clinic, lambda: PatientScreen(clinic, CODE)), []

    async def play(pilot: Pilot[int]) -> None:
        for pressed in (["slash"], [*typed.replace(" ", "§")], ["enter"]):
            await pilot.press(*("space" if key == "§" else key for key in pressed))
            await pilot.pause()
            await pilot.pause()
        shown.append(words_shown(app))

    on_stage(app, play)
    assert seen in str(shown[0])


def test_a_minute_stands_once_and_all_that_holds_for_the_session_is_said_by_a_key(clinic: Clinic) -> None:
    with clinic.record() as record:
        record.append("session.marked", SessionMarked(HELD, "distress", 21 * 60_000, 21 * 60_000))
    shown = _after(clinic)
    assert "21 08:31 ◆ patient spoke: the water is warm ◆ distress" in shown
    (flag, *_more) = view_of(session_page.session_page(clinic, HELD)).flags
    assert (flag.minute, flag.word) == (21, "spoke")
    about = _after(clinic, ["7"])
    assert f"{CODE}: what holds for the whole session" in about
    assert "infusion 40 min" in about and "setting not logged" in about
    assert "a digit, or ↑ ↓, shows a row whole" in about
    assert "what holds for the whole session" in _after(clinic, ["7", "2"]), "nothing is chosen of what is only read"
