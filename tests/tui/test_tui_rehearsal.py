"""A rehearsal on the screens: every one says so, and its close asks nothing."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from tui_fake_session import STARTED_UTC_MS, FakeSession, status_at
from tui_stage import CODE, Stage, clinic_in_course, on_stage, words_shown

from setsetting.desk import patients
from setsetting.desk.clinic import Clinic
from setsetting.record.kinds import SessionEnded, SessionStarted, StoredSegment
from setsetting.tui.screens.live import LiveScreen
from setsetting.tui.screens.patient import PatientScreen
from setsetting.tui.screens.today import TodayScreen

TRIAL = str(uuid.UUID(int=1))


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """A clinic in course where a plan was tried out just now and not closed."""
    made = clinic_in_course(tmp_path)
    ran = (StoredSegment(0, 60_000),)
    patient_id = patients.show(made, CODE).patient_id
    with made.record() as record:
        begun = SessionStarted(TRIAL, patient_id, None, STARTED_UTC_MS - 600_000, ran, "room-1", rehearsal=True)
        record.append("session.started", begun)
        record.append("session.ended", SessionEnded(TRIAL, STARTED_UTC_MS - 540_000, ran))
    return made


def test_the_live_screen_says_that_it_is_a_rehearsal_and_no_infusion() -> None:
    trial = replace(status_at(), rehearsal=True, visit_no=None)
    app = Stage(None, lambda: LiveScreen(FakeSession(trial), None))

    async def play(_pilot: Pilot[int]) -> None:
        words = words_shown(app)
        assert "LIVE REHEARSAL · patient K-0417" in words
        assert "infusion None" not in words

    on_stage(app, play)


@pytest.mark.parametrize(
    ("screen", "keys", "before"),
    [
        (TodayScreen, ["z"], "rehearsal is not closed"),
        (lambda clinic: PatientScreen(clinic, CODE), ["enter"], "rehearsal 1 min NOT CLOSED"),
    ],
    ids=["today", "patient"],
)
def test_a_rehearsal_is_closed_without_a_question(
    clinic: Clinic, screen: Callable[[Clinic], TodayScreen | PatientScreen], keys: list[str], before: str
) -> None:
    app = Stage(clinic, lambda: screen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        assert before in words_shown(app)
        assert "infusion 5 of 6" in words_shown(app) or screen is not TodayScreen
        await pilot.press(*keys)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "The rehearsal is closed: no infusion, and nothing in it counts as heard." in words_shown(app)
        assert before not in words_shown(app)

    on_stage(app, play)
    (trial,) = [row for row in patients.show(clinic, CODE).sessions if row.rehearsal]
    assert (trial.closed, trial.setting) == (True, None)
