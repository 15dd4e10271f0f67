"""The day's list: what each visit's plan is, what comes next, and the way into the session from there."""

from pathlib import Path
from threading import Event

import pytest
from textual.pilot import Pilot
from tui_fake_session import STARTED_UTC_MS
from tui_opened_screens import nothing_blocks
from tui_stage import (
    CODE,
    SIZES,
    Stage,
    StoppedClock,
    clinic_in_course,
    composed,
    named,
    on_stage,
    shown,
    tracks,
    until,
    words_shown,
)

from setsetting.clinical.form import Recall
from setsetting.desk import attending, forms, library, patients, plans, preflight, sessions, soundscapes
from setsetting.desk.clinic import Clinic
from setsetting.desk.plan import NO_PLAN, PatientPlan, PlanChange
from setsetting.desk.visits import NextVisit
from setsetting.errors import Refused
from setsetting.record.kinds import SessionEnded, SessionStarted
from setsetting.record.plan_rows import PlanRow
from setsetting.tui.screens.build import BuildScreen
from setsetting.tui.screens.close import CloseScreen
from setsetting.tui.screens.known_plans import KnownPlans, PlansRead, VisitRead
from setsetting.tui.screens.pcl5 import Pcl5Screen
from setsetting.tui.screens.today import TodayScreen
from setsetting.tui.task_screen import TaskScreen
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Table

ACCEPTED = PlanRow("p", 0, "5" * 64, "soundscapes/a.json", "psychedelic-60", 3_600_000, 0, "p", "l", "w")
READY = PatientPlan(ACCEPTED)
STALE = PatientPlan(ACCEPTED, (PlanChange.WISHES, PlanChange.REFUSED), ("Refused since.", "Low Meadow is vetoed."))
OF_THE_SOUND = {*"bicxndgsvuoprewkt", "space"}
"""The keys that act on the sound in the live screen, where a hand falls on them in the dark."""


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    known = {CODE: READY, "K-0388": STALE}
    monkeypatch.setattr(plans, "listing", lambda _clinic: known)
    monkeypatch.setattr(plans, "show", lambda _clinic, code: known.get(code, NO_PLAN))
    monkeypatch.setattr(plans, "has", lambda _clinic, code: code in known)
    monkeypatch.setattr(library, "listing", lambda _clinic: tracks())
    monkeypatch.setattr(soundscapes, "build", lambda *_asked, **_named: composed())
    monkeypatch.setattr(soundscapes, "stale_since", lambda *_asked: False)
    monkeypatch.setattr(attending, "outputs", lambda: ("Headphones",))
    return clinic_in_course(tmp_path)


def row_of(app: Stage, code: str) -> str:
    return next(" ".join(row.split()) for row in shown(app) if f" {code} " in row.replace("▌", " ", 1)[:20])


async def choose(app: Stage, pilot: Pilot[int], code: str) -> None:
    """Go to a patient and wait until all is told: a look that goes on at another is over first."""
    app.screen.query_one(Table).go_to(code)
    for _look in range(3):
        await pilot.pause()
        await app.workers.wait_for_complete()
    await pilot.pause()


@pytest.mark.parametrize("size", [*SIZES, (200, 60)], ids=named)
def test_beside_each_visit_stands_whether_its_plan_holds_and_why_not(clinic: Clinic, size: tuple[int, int]) -> None:
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await choose(app, pilot, CODE)
        assert "ready psychedelic-60, 60 min" in row_of(app, CODE)
        assert "stale a rule refuses" in row_of(app, "K-0388")
        assert "none m builds one" in row_of(app, "K-0631")
        assert "1 start nothing the plan rests on has changed" in words_shown(app)
        assert "Nils Aven, choir" in words_shown(app)
        await choose(app, pilot, "K-0388")
        assert "Refused since. Low Meadow is vetoed." in words_shown(app)
        rows = [" ".join(row.split()) for row in shown(app)]
        next_ones = [
            row for row in rows if any(f"{n} {act}" in row for n, act in ((1, "PCL-5"), (2, "build"), (3, "start")))
        ]
        assert len(next_ones) == 3

    on_stage(app, play, size)


def test_the_list_is_painted_before_the_plans_are_asked_about_and_says_nothing_of_them_until_then(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, known = Event(), plans.listing(clinic)

    def listing(_clinic: Clinic) -> dict[str, PatientPlan]:
        assert told.wait(20)
        return known

    monkeypatch.setattr(plans, "listing", listing)
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        try:
            await until(pilot, lambda: CODE in words_shown(app))
            for code in (CODE, "K-0388", "K-0631"):
                row = row_of(app, code).split()
                assert "…" in row
                assert not {"ready", "stale", "none m"} & set(row)
            assert "2 build" not in words_shown(app)
            await pilot.press("down")  # no key waits
            before = app.screen.query_one(Table).at
            await until(pilot, lambda: app.screen.query_one(Table).at == before == 1)
        finally:
            told.set()
        await until(pilot, lambda: "ready psychedelic-60" in row_of(app, CODE))
        assert "stale a rule refuses" in row_of(app, "K-0388")
        assert "none m builds one" in row_of(app, "K-0631")

    on_stage(app, play)


def test_where_nobody_can_tell_whether_the_plans_hold_the_list_says_why(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_asked: object) -> dict[str, PatientPlan]:
        raise Refused("The library cannot be read.")

    monkeypatch.setattr(plans, "listing", fail)
    monkeypatch.setattr(plans, "show", fail)
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "? The library" in row_of(app, CODE))
        await choose(app, pilot, CODE)
        await until(pilot, lambda: "Nils Aven, choir" in words_shown(app))
        assert "no vetoes" not in words_shown(app)

    on_stage(app, play, (120, 40))


def test_an_answer_that_is_older_than_the_list_is_dropped() -> None:
    known = KnownPlans()
    known.ask_anew(changed=True)
    assert known.hear(PlansRead(1, {CODE: READY}, NO_PLAN))
    assert known.plan_of(CODE) == READY
    assert known.plan_of("K-0631") == NO_PLAN
    known.ask_anew(changed=False)
    assert known.plan_of(CODE) == READY, "nothing it rests on has changed"
    assert known.waits_for_plans
    known.ask_anew(changed=True)
    assert not known.hear(PlansRead(2, {CODE: READY}, NO_PLAN))
    assert known.plan_of(CODE) is None
    assert not known.hear(VisitRead(2, CODE, NextVisit(READY, (), ())))
    assert known.hear(VisitRead(3, CODE, NextVisit(STALE, (), ())))
    assert known.plan_of(CODE) == STALE
    assert known.visit_of("K-0388") is None


def test_a_digit_does_what_stands_beside_it_for_the_chosen_patient(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await choose(app, pilot, "K-0388")
        await pilot.press("1")
        await pilot.pause()
        assert isinstance(app.screen, Pcl5Screen)
        await pilot.press("escape")
        await choose(app, pilot, "K-0388")
        await pilot.press("2")
        await pilot.pause()
        assert isinstance(app.screen, BuildScreen)
        assert "K-0388" in words_shown(app)
        await pilot.press("escape")
        await choose(app, pilot, CODE)
        await pilot.press("3")
        assert "3 stands beside no act here." in app.screen.query_one(StatusRow).said

    on_stage(app, play)


def test_j_starts_the_chosen_patient_s_plan_and_every_question_names_the_patient(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[sessions.SessionRequest] = []

    def start(_clinic: Clinic, what: sessions.SessionRequest, **_named: object) -> sessions.StartedSession:
        asked.append(what)
        raise Refused("Another program holds the headphones.")

    monkeypatch.setattr(sessions, "start", start)
    monkeypatch.setattr(preflight, "look", nothing_blocks)
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await choose(app, pilot, "K-0631")
        await pilot.press("j")
        await until(pilot, lambda: "K-0631 has no plan and no session that runs. What will" in words_shown(app))
        await pilot.press("escape")
        await choose(app, pilot, CODE)
        await pilot.press("j")
        await until(pilot, lambda: f"{CODE} in room-1: where does it sound?" in words_shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: "0 to mend" in words_shown(app))
        await pilot.press("j")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.screen.query_one(StatusRow).said == "Another program holds the headphones."

    on_stage(app, play)
    assert [(what.file, what.code) for what in asked] == [(None, CODE)]


def test_a_session_that_another_terminal_began_is_joined_and_shown(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined: list[str | None] = []
    monkeypatch.setattr(Stage, "attach", lambda _app, session_id=None: joined.append(session_id))
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await choose(app, pilot, CODE)
        patient_id = patients.show(clinic, CODE).patient_id
        with clinic.record() as record:
            record.append("session.started", SessionStarted("s-1", patient_id, 5, STARTED_UTC_MS, (), "room-1"))
        assert "session runs" not in row_of(app, CODE)
        await pilot.press("j")
        await app.workers.wait_for_complete()
        assert joined == ["s-1"]
        assert isinstance(app.screen, TodayScreen)
        monkeypatch.setattr(StoppedClock, "utc_ms", lambda _clock: STARTED_UTC_MS + 5 * 60_000)
        app.screen.look_again()
        await pilot.pause()
        assert "session runs" in row_of(app, CODE)
        assert "1 session running" in words_shown(app) and "10:05" in words_shown(app)
        assert "35 days ago" in words_shown(app) and "last session today" not in words_shown(app)

    on_stage(app, play)


def test_a_patient_is_found_by_a_part_of_the_code(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("slash", *"0417", "enter")
        await pilot.pause()
        assert app.screen.query_one(Table).row.code == CODE
        await pilot.press("slash", *"zz", "enter")
        await pilot.pause()
        assert "No patient's code holds 'zz'." in app.screen.query_one(StatusRow).said

    on_stage(app, play)


def test_two_long_codes_are_never_cut_alike(clinic: Clinic) -> None:
    codes = "CLINIC-A-00071", "CLINIC-A-00072"
    for code in codes:
        patients.add(clinic, code)
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await choose(app, pilot, codes[1])
        assert "none m builds one" in row_of(app, codes[0])
        assert app.screen.query_one(Table).row.code == codes[1]

    on_stage(app, play)


def test_a_key_goes_to_the_next_that_is_found_round_the_list(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        listed = [row.code for row in app.screen.query_one(Table).rows]
        assert "Next found" not in words_shown(app)
        await pilot.press("slash", *"k")
        await until(pilot, lambda: ", ".join(listed) in words_shown(app))
        await pilot.press("enter")
        await pilot.pause()
        found = []
        for _press in range(4):
            found.append(app.screen.query_one(Table).row.code)
            await pilot.press("tab")
        assert found == [*listed, listed[0]]
        assert "of 3 that hold 'k'; tab goes to the next" in app.screen.query_one(StatusRow).said

    on_stage(app, play)


def test_z_closes_the_chosen_patient_s_session_and_another_s_only_when_it_is_named(clinic: Clinic) -> None:
    minute = 60_000
    for session_id, code in (("s-1", CODE), ("s-2", "K-0388")):
        started = SessionStarted(
            session_id, patients.show(clinic, code).patient_id, 5, STARTED_UTC_MS - 90 * minute, (), "room-1"
        )
        with clinic.record() as record:
            record.append("session.started", started)
            record.append("session.ended", SessionEnded(session_id, STARTED_UTC_MS - 30 * minute, ()))
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        for code in ("K-0388", CODE):
            await choose(app, pilot, code)
            await pilot.press("z")
            await until(pilot, lambda code=code: isinstance(app.screen, CloseScreen) and code in words_shown(app))  # type: ignore[misc]
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(app.screen, TodayScreen))
        await choose(app, pilot, "K-0631")
        await pilot.press("z")
        await until(pilot, lambda: "Close which session?" in words_shown(app))
        assert "K-0388" in words_shown(app) and CODE in words_shown(app)

    on_stage(app, play)


@pytest.mark.parametrize("size", [*SIZES, (200, 60)], ids=named)
def test_why_a_form_is_due_stands_whole(clinic: Clinic, size: tuple[int, int]) -> None:
    forms.add(clinic, "K-0631", [1] * 20, Recall.MONTH, "2026-11-20")
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await choose(app, pilot, "K-0631")
        assert "past-week form due before infusion 1, for comparison with later ones" in words_shown(app)

    on_stage(app, play, size)


LONG = " ".join(f"Track {n} is by an artist whom this patient refuses." for n in range(9))


@pytest.mark.parametrize("size", [*SIZES, (200, 60)], ids=named)
def test_a_reason_that_is_cut_says_so_and_a_key_says_it_whole(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    stale = PatientPlan(ACCEPTED, (PlanChange.REFUSED,), (LONG,))
    monkeypatch.setattr(plans, "show", lambda _clinic, _code: stale)
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await choose(app, pilot, CODE)
        words = words_shown(app)
        assert LONG in words or "… 7 says all" in words
        assert "last time" in words and "never" in words
        await pilot.press("7")
        await until(pilot, lambda: LONG in words_shown(app))

    on_stage(app, play, size)


@pytest.mark.parametrize("screen", [TodayScreen, BuildScreen])
def test_a_key_that_acts_on_the_sound_does_nothing_here(screen: type[TaskScreen]) -> None:
    keys = {key for command in screen.ACTS for key in command.key.split(",")}
    assert keys & OF_THE_SOUND == set()


def test_while_an_infusion_runs_the_day_s_list_names_that_one_and_not_the_next(clinic: Clinic) -> None:
    runs = SessionStarted("s", patients.show(clinic, CODE).patient_id, 5, STARTED_UTC_MS - 60_000, (), "room-1")
    with clinic.record() as record:
        record.append("session.started", runs)
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await choose(app, pilot, CODE)
        words = words_shown(app)
        assert "infusion 5 of 6 session runs plays j joins it" in words
        assert f"{CODE} infusion 5 of 6" in words
        assert "infusion 6 of 6" not in words

    on_stage(app, play)


def test_a_session_left_open_is_asked_about_before_another_is_started(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    (held,) = patients.show(clinic, CODE).sessions[-1:]
    monkeypatch.setattr(attending, "left_open", lambda _clinic: (held,))
    monkeypatch.setattr(sessions, "start", lambda *_asked, **_named: pytest.fail("it was started unasked"))
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await choose(app, pilot, CODE)
        await pilot.press("j")
        await until(pilot, lambda: f"Not closed yet: {CODE} · infusion" in words_shown(app))
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await pilot.press("j")
        await until(pilot, lambda: "Not closed yet" in words_shown(app))
        await pilot.press("y")
        await until(pilot, lambda: "where does it sound?" in words_shown(app))

    on_stage(app, play)
