"""The preflight on the screen: what blocks keeps the session from starting, and each digit mends its line."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from textual.pilot import Pilot
from tui_opened_screens import TONIGHT, found_before, nothing_blocks
from tui_stage import CODE, Stage, clinic_in_course, on_stage, until, words_shown

from setsetting.desk import attending, outputs, preflight, sessions
from setsetting.desk.clinic import Clinic
from setsetting.desk.preflight import Preflight
from setsetting.desk.sessions import SessionRequest
from setsetting.errors import Refused
from setsetting.progress import Say
from setsetting.tui.screens.build import BuildScreen
from setsetting.tui.screens.output import AUTO, ELSEWHERE, NULL, offered
from setsetting.tui.screens.patient import PatientScreen
from setsetting.tui.screens.pcl5 import Pcl5Screen
from setsetting.tui.screens.preflight import PreflightRead, PreflightScreen
from setsetting.tui.widgets.status import StatusRow


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    return clinic_in_course(tmp_path)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[SessionRequest]]:
    """What was asked to be started; nothing is."""
    asked: list[SessionRequest] = []

    def start(_clinic: Clinic, what: SessionRequest, **_named: object) -> sessions.StartedSession:
        asked.append(what)
        raise Refused("Another program holds the headphones.")

    monkeypatch.setattr(sessions, "start", start)
    yield asked


def said(app: Stage) -> str:
    return app.screen.query_one(StatusRow).said


def test_whose_it_is_stands_there_before_anything_is_found(clinic: Clinic) -> None:
    looked = Event()

    def look(of: Clinic, asked: SessionRequest) -> Preflight:
        looked.wait(10)
        return nothing_blocks(of, asked)

    app = Stage(clinic, lambda: PreflightScreen(clinic, TONIGHT, look))

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: f"PREFLIGHT {CODE}" in words_shown(app))
        assert "Looking at sound, music, patient, record and machine." in words_shown(app)
        looked.set()
        await until(pilot, lambda: "0 to mend" in words_shown(app))

    on_stage(app, play)


def test_nothing_starts_before_what_blocks_is_mended(clinic: Clinic, started: list[SessionRequest]) -> None:
    looks = iter((found_before, nothing_blocks))

    def look(of: Clinic, asked: SessionRequest) -> Preflight:
        return next(looks)(of, asked)

    app = Stage(clinic, lambda: PreflightScreen(clinic, TONIGHT, look))

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "Not ready: files. Tidewater" in words_shown(app))
        await pilot.press("j")
        assert said(app) == "Not ready, a start would be refused: files."
        assert started == []
        await pilot.press("0")
        await until(pilot, lambda: "0 to mend" in words_shown(app))
        await pilot.press("j")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert said(app) == "Another program holds the headphones."

    on_stage(app, play)
    assert [(what.code, what.output, what.room) for what in started] == [(CODE, "Headphones", "room-1")]
    assert started[0].seen == (
        "calibration: not calibrated: how loud it is in dB(A) nobody has measured",
        "backup: 3 days old, 2026-11-21 18:02",
        "others: notification sounds are on: switch them off, or they are heard in the room",
    )


def test_before_the_first_look_is_over_nothing_starts(clinic: Clinic, started: list[SessionRequest]) -> None:
    def never(_clinic: Clinic, _asked: SessionRequest) -> Preflight:
        raise Refused("The record is gone.")

    app = Stage(clinic, lambda: PreflightScreen(clinic, TONIGHT, never))

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: said(app) == "The record is gone.")
        await pilot.press("j")
        assert "still being looked at" in said(app)

    on_stage(app, play)
    assert started == []


def test_a_tone_is_sounded_and_what_was_heard_is_kept(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[str, ...]] = []

    def sides(_clinic: Clinic, output: str, _say: Say) -> None:
        done.append(("sounded", output))

    def keep(_clinic: Clinic, output: str, *, left: bool, right: bool) -> None:
        done.append(("heard", output, str(left), str(right)))

    monkeypatch.setattr(outputs, "sound_sides", sides)
    monkeypatch.setattr(outputs, "keep_heard", keep)
    app = Stage(clinic, lambda: PreflightScreen(clinic, TONIGHT, found_before))

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "5 test tone" in words_shown(app))
        await pilot.press("5")
        await until(pilot, lambda: "What was heard on its own side?" in words_shown(app))
        await pilot.press("2")
        await app.workers.wait_for_complete()

    on_stage(app, play)
    assert done == [("sounded", "Headphones"), ("heard", "Headphones", "True", "False")]


def test_a_level_is_measured_while_the_noise_sounds(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[object] = []
    monkeypatch.setattr(outputs, "sound_noise", lambda _clinic, output: done.append(output))
    monkeypatch.setattr(outputs, "keep_level", lambda _clinic, _output, dba: done.append(dba))
    app = Stage(clinic, lambda: PreflightScreen(clinic, TONIGHT, found_before))

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "2 measure it" in words_shown(app))
        await pilot.press("2")
        await until(pilot, lambda: "the meter's reading" in words_shown(app))
        await pilot.press(*"loud", "enter")
        assert "'loud' is no level in dB(A). Escape leaves" in words_shown(app)
        await pilot.press("ctrl+u", "6", "2", "comma", "5", "enter")
        await app.workers.wait_for_complete()

    on_stage(app, play)
    assert done == ["Headphones", 62.5]


def test_another_output_is_chosen_and_looked_at(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def look(of: Clinic, asked: SessionRequest) -> Preflight:
        looked.append(" + ".join(asked.outputs))
        return found_before(of, asked)

    monkeypatch.setattr(attending, "outputs", lambda: ("Headphones", "Ceiling"))
    app = Stage(clinic, lambda: PreflightScreen(clinic, TONIGHT, look))

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "4 choose an output" in words_shown(app))
        await pilot.press("4")
        await until(pilot, lambda: "where does it sound?" in words_shown(app))
        await pilot.press("3")
        await until(pilot, lambda: looked[-1] == "Ceiling")
        await until(pilot, lambda: "room-1 Ceiling" in words_shown(app))
        await pilot.press("4")
        await until(pilot, lambda: "where does it sound?" in words_shown(app))
        await pilot.press("6")
        await until(pilot, lambda: "the first of two outputs?" in words_shown(app))
        await pilot.press("2")
        await until(pilot, lambda: "the second?" in words_shown(app))
        await pilot.press("1")
        await until(pilot, lambda: looked[-1] == "Ceiling + Headphones")
        await until(pilot, lambda: "room-1 Ceiling + Headphones" in words_shown(app))

    on_stage(app, play)


def test_what_was_found_of_one_output_is_not_shown_for_another(
    clinic: Clinic, started: list[SessionRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    may = {name: Event() for name in ("auto", "Ceiling", "Headphones")}

    def look(of: Clinic, asked: SessionRequest) -> Preflight:
        assert may[asked.outputs[0]].wait(10)
        return found_before(of, asked)

    monkeypatch.setattr(attending, "outputs", lambda: ("Headphones", "Ceiling"))
    app = Stage(clinic, lambda: PreflightScreen(clinic, TONIGHT, look))

    async def play(pilot: Pilot[int]) -> None:
        may["Headphones"].set()
        for digit in ("1", "3"):
            await until(pilot, lambda: "4 choose an output" in words_shown(app))
            await pilot.press("4")
            await until(pilot, lambda: "where does it sound?" in words_shown(app))
            await pilot.press(digit)
            await until(pilot, lambda: "Looking at sound" in words_shown(app))
            assert "to mend" not in words_shown(app)
            await pilot.press("j")
            assert "still being looked at" in said(app)
            if digit == "1":
                may["auto"].set()
        app.screen.post_message(PreflightRead(replace(TONIGHT, output="auto"), found_before(clinic, TONIGHT)))
        await pilot.pause(0.1)
        assert "Looking at sound" in words_shown(app)
        may["Ceiling"].set()
        await until(pilot, lambda: "room-1 Ceiling" in words_shown(app))

    on_stage(app, play)
    assert started == []


@pytest.mark.parametrize(("key", "screen"), [("1", BuildScreen), ("3", Pcl5Screen)], ids=["build", "form"])
def test_a_digit_opens_what_mends_its_line(clinic: Clinic, key: str, screen: type) -> None:
    app = Stage(clinic, lambda: PreflightScreen(clinic, TONIGHT, found_before))

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "1 build it anew" in words_shown(app))
        await pilot.press("6")
        await pilot.pause()
        assert said(app) == "6 stands beside no act here."
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, screen))

    on_stage(app, play)


def test_what_was_found_is_printed_under_a_name_that_is_nobody_s(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: PreflightScreen(clinic, TONIGHT, found_before))

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "1 build it anew" in words_shown(app))
        await pilot.press("9")
        await until(pilot, lambda: "write the preflight to which file" in words_shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: "Written to" in said(app))

    on_stage(app, play)
    printed = (clinic.folder / "reports" / "preflight-001.txt").read_text(encoding="utf-8")
    assert printed.startswith(f"PREFLIGHT {CODE} · infusion") and "· room-1 · Headphones · 2026-11-24" in printed
    assert "✕ Not ready: files. Tidewater" in printed and "not for dosing or monitoring" in printed


def test_a_digit_typed_while_devices_are_looked_for_acts_on_nothing(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, built = threading.Event(), list[str]()

    def looked_for() -> tuple[str, ...]:
        found.wait(20)
        return ("Headphones",)

    monkeypatch.setattr(attending, "outputs", looked_for)
    app = Stage(clinic, lambda: PreflightScreen(clinic, TONIGHT, found_before))
    monkeypatch.setattr(app, "open_form", built.append)

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "3 fill it now" in words_shown(app))
        await pilot.press("4")
        await until(pilot, lambda: "Looking for sound devices" in words_shown(app))
        await pilot.press("3", "j")
        assert "Looking for sound devices" in words_shown(app)
        found.set()
        await until(pilot, lambda: "where does it sound?" in words_shown(app))
        await pilot.press("escape")
        assert isinstance(app.screen, PreflightScreen)

    on_stage(app, play)
    assert built == []


def test_without_a_sound_device_only_silence_and_music_from_elsewhere_are_offered() -> None:
    assert offered((), {}) == [NULL, ELSEWHERE]
    names = [name for name, _words in offered(("Headphones", "Ceiling"), {})]
    assert names == [AUTO[0], "Headphones", "Ceiling", NULL[0], "rehearsal", "two at once", ELSEWHERE[0]]


def test_what_the_room_calls_an_output_stands_first_with_the_device_it_means() -> None:
    named = {"headphones": "USB Headset", "loudspeakers": "Ceiling"}
    assert offered(("Ceiling",), named)[:3] == [
        ("headphones", "USB Headset, which is not there now"),
        ("loudspeakers", "Ceiling"),
        AUTO,
    ]
    assert [name for name, _words in offered((), named)] == ["headphones", "loudspeakers", "null", ELSEWHERE[0]]


def test_music_from_elsewhere_is_chosen_and_left_again(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[tuple[str, object, object]] = []

    def look(of: Clinic, asked: SessionRequest) -> Preflight:
        looked.append((asked.output, asked.minutes, asked.file))
        return found_before(of, asked)

    monkeypatch.setattr(attending, "outputs", lambda: ())
    own = replace(TONIGHT, file=Path("tonight.json"))
    app = Stage(clinic, lambda: PreflightScreen(clinic, own, look))

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "4 choose an output" in words_shown(app))
        await pilot.press("4")
        await until(pilot, lambda: "where does it sound?" in words_shown(app))
        await pilot.press("2")
        await until(pilot, lambda: "how many minutes is the infusion planned to last?" in words_shown(app))
        await pilot.press(*"4o", "enter")
        await until(pilot, lambda: "'4o' is no number of minutes." in words_shown(app))
        await pilot.press("backspace", "5", "enter")
        await until(pilot, lambda: "room-1 external" in words_shown(app))
        await pilot.press("4")
        await until(pilot, lambda: "where does it sound?" in words_shown(app))
        await pilot.press("1")
        await until(pilot, lambda: "room-1 null" in words_shown(app))

    on_stage(app, play)
    each = list(dict.fromkeys(looked))
    assert each == [("Headphones", None, own.file), ("external", 45.0, None), ("null", None, own.file)]


def test_a_patient_without_a_plan_is_offered_music_from_elsewhere(
    clinic: Clinic, started: list[SessionRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "look", nothing_blocks)
    app = Stage(clinic, lambda: PatientScreen(clinic, "K-0631"))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("j")
        await until(pilot, lambda: "K-0631 has no plan and no session that runs. What will" in words_shown(app))
        await pilot.press("2")
        await until(pilot, lambda: "how many minutes is the infusion planned to last?" in words_shown(app))
        await pilot.press(*"40", "enter")
        await until(pilot, lambda: "0 to mend" in words_shown(app))
        await pilot.press("j")
        await app.workers.wait_for_complete()

    on_stage(app, play)
    assert [(what.output, what.minutes, what.code, what.file) for what in started] == [
        ("external", 40.0, "K-0631", None)
    ]


def test_a_look_that_took_long_is_summed_up_whole_in_the_first_row(clinic: Clinic) -> None:
    def look(of: Clinic, asked: SessionRequest) -> Preflight:
        return replace(nothing_blocks(of, asked), took_s=123.4)

    app = Stage(clinic, lambda: PreflightScreen(clinic, TONIGHT, look))

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "0 to mend" in words_shown(app))
        assert "lines in 123.4 s" in words_shown(app)

    on_stage(app, play)
