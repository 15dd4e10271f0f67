"""A session in which no infusion was begun, on the screens: its close asks, its page tells a start and takes it back."""

import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from textual.pilot import Pilot
from tui_fake_session import STARTED_UTC_MS
from tui_stage import CODE, Stage, clinic_in_course, on_stage, until, words_shown

from setsetting.desk import closing, patients
from setsetting.desk.clinic import Clinic
from setsetting.record import rows
from setsetting.record.kinds import SessionActed, SessionEnded, SessionStarted, SoundPlayed, StoredSegment
from setsetting.tui.screens.patient import PatientScreen
from setsetting.tui.screens.session import SessionScreen
from setsetting.tui.screens.today import TodayScreen

NEVER = str(uuid.UUID(int=2))
MIN = 60_000


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """A clinic in course with a session that is over, in which the key was never pressed."""
    made = clinic_in_course(tmp_path)
    began_ms, patient_id = STARTED_UTC_MS - 70 * MIN, patients.show(made, CODE).patient_id
    planned = (StoredSegment(0, 40 * MIN),)
    with made.record() as record:
        begun = SessionStarted(NEVER, patient_id, 5, began_ms, planned, "room-1", zero_utc_ms=began_ms + 10 * MIN)
        record.append("session.started", begun)
        record.append("session.played", SoundPlayed(NEVER, "bed@-10", None, "arrive", -10 * MIN, 60 * MIN))
        record.append("session.ended", SessionEnded(NEVER, began_ms + 60 * MIN, ()))
    return made


def walked(clinic: Clinic, screen: Callable[[], TodayScreen | SessionScreen], *steps: tuple[Sequence[str], str]) -> str:
    """What is shown after keys, each waited for by words that it brings."""
    app, shown = Stage(clinic, screen), []

    async def play(pilot: Pilot[int]) -> None:
        for keys, words in steps:
            await pilot.press(*keys)
            await until(pilot, lambda words=words: words in words_shown(app))  # type: ignore[misc]
        shown.append(words_shown(app))

    on_stage(app, play)
    return str(shown[0])


def never(clinic: Clinic) -> rows.SessionRow:
    with clinic.record() as record:
        return rows.session(record, NEVER)


ASKED = f"{CODE} · infusion 5: no infusion was begun in this session."


def test_the_close_asks_and_where_none_was_given_it_is_none(clinic: Clinic) -> None:
    shown = walked(
        clinic, lambda: TodayScreen(clinic), (["z"], "no infusion begun"), (["z"], ASKED), (["1"], "is closed")
    )
    assert f"{CODE}'s session is closed: no infusion was begun, and it counts as none." in shown
    assert "infusion 5 of 6" in shown, "it is the next one still"
    assert (never(clinic).closed, never(clinic).aside) == (True, "unbegun")


def test_where_it_was_given_the_close_asks_when_it_began(clinic: Clinic) -> None:
    walked(
        clinic,
        lambda: TodayScreen(clinic),
        (["z"], "no infusion begun"),
        (["z"], ASKED),
        (["2"], "when did the infusion begin?"),
        ([*"70", "enter"], "That minute has not come yet."),
        (["backspace", "backspace", *"4", "enter"], f"{CODE} · infusion 5 is closed"),
    )
    row = never(clinic)
    assert (row.visit_no, row.closed, [each.reason for each in row.corrections]) == (5, True, ["said at the close"])
    assert row.actual is not None and row.actual.end_ms == 40 * MIN


def test_the_close_asks_when_an_infusion_was_stopped_that_nobody_stopped(clinic: Clinic) -> None:
    with clinic.record() as record:
        record.append("session.acted", SessionActed(NEVER, "infusion-start", clock_ms=0, infusion_ms=0))
        record.append("session.ended", SessionEnded(NEVER, STARTED_UTC_MS - 50 * MIN, (StoredSegment(0, 10 * MIN),)))
    walked(
        clinic,
        lambda: TodayScreen(clinic),
        (["z"], "acts kept"),
        (["z"], "the infusion was not stopped; the music ended at its minute 10:00."),
        (["2"], "at which minute of the infusion was it stopped?"),
        ([*"4", "enter"], f"{CODE} · infusion 5 is closed"),
    )
    row = never(clinic)
    assert row.actual is not None and row.actual.end_ms == 4 * MIN


def test_who_answers_nothing_closes_nothing(clinic: Clinic) -> None:
    steps = ((["z"], "no infusion begun"), (["z"], ASKED), (["2"], "when did"), (["escape"], "z closes the session"))
    walked(clinic, lambda: TodayScreen(clinic), *steps)
    assert not never(clinic).closed


def test_its_page_tells_a_start_and_takes_it_back(clinic: Clinic) -> None:
    closing.close(clinic, closing.prepare_close(clinic, NEVER, str))
    shown = walked(
        clinic,
        lambda: SessionScreen(clinic, NEVER),
        ([], "where one was given, 2 says when it began"),
        (["2"], "when did the infusion begin?"),
        ([*"4", "enter"], "why was its start not logged?"),
        ([*"forgotten", "enter"], "The infusion's start is told; 5 takes that back."),
    )
    assert "Begin infusion corrected: forgott" in shown and "infusion 5 of 6" in shown
    steps = ((["5"], "take which correction back?"), (["1"], "taken back?"), ([*"no", "enter"], "NO INFUSION BEGUN"))
    walked(clinic, lambda: SessionScreen(clinic, NEVER), *steps)
    assert never(clinic).aside == "unbegun"


def test_a_patient_s_history_says_it(clinic: Clinic) -> None:
    closing.close(clinic, closing.prepare_close(clinic, NEVER, str))
    app = Stage(clinic, lambda: PatientScreen(clinic, CODE))

    async def play(_pilot: Pilot[int]) -> None:
        assert "session no infusion" in words_shown(app)

    on_stage(app, play)
