"""Beside the music: what was agreed, touch, planned checks and the curator's note on the live screen, and its help."""

from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from tui_fake_session import FakeSession, status_at
from tui_stage import CODE, Stage, clinic_in_course, named, on_stage, shown, words_shown

from setsetting.clinical.agreements import Agreement
from setsetting.desk import agreements
from setsetting.session.checks import PlannedCheck
from setsetting.session.status import SessionAway, SessionGone, Status
from setsetting.tui.screens import live_keys
from setsetting.tui.screens.live import LiveScreen

SIZES = ((80, 24), (120, 40), (200, 60))
CHECKS = (PlannedCheck(15 * 60_000, done=True), PlannedCheck(30 * 60_000))


def live(session: FakeSession) -> Stage:
    return Stage(None, lambda: LiveScreen(session, None))


def test_touch_is_offered_and_taken_with_one_key_and_declined_with_another() -> None:
    session = FakeSession()
    app = live(session)

    async def play(pilot: Pilot[int]) -> None:
        assert "Refused" not in words_shown(app)
        await pilot.press("h")
        assert "h Taken l Refused" in words_shown(app)
        await pilot.press("l")
        assert "h Touch" in words_shown(app) and "Refused" not in words_shown(app)
        await pilot.press("h")
        session.now = replace(session.now, marks=session.now.marks[:-1])  # nothing waits of what was long ago
        app.screen.refresh_status()  # type: ignore[attr-defined]
        await pilot.press("f", "h", "f", "h")

    on_stage(app, play)
    marked = [name.removeprefix("mark-") for name, _argument in session.done]
    assert marked == [
        "touch-offered",
        "touch-declined",
        "touch-offered",
        "flag",
        "touch-offered",
        "flag",
        "touch-accepted",
    ]


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_what_was_agreed_is_in_view_the_whole_time(tmp_path: Path, size: tuple[int, int]) -> None:
    clinic = clinic_in_course(tmp_path)
    agreements.agree(clinic, CODE, {Agreement.TOUCH: "hand only", Agreement.STOP: "left hand"})
    app = Stage(clinic, lambda: LiveScreen(FakeSession(), clinic))

    async def play(pilot: Pilot[int]) -> None:
        assert "agreed touch: hand only, stop: left hand" in words_shown(app)
        await pilot.press("tab")
        assert "agreed touch: hand only, stop: left hand" in words_shown(app)

    on_stage(app, play, size)


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_the_curators_note_stands_beside_the_next_cue(size: tuple[int, int]) -> None:
    now = status_at()
    assert now.next is not None
    app = live(FakeSession(replace(now, next=replace(now.next, note="bells at 4:10"))))

    async def play(_pilot: Pilot[int]) -> None:
        (row,) = (row for row in shown(app) if "then" in row and "Slow Cathedral" in row)
        assert "bells at 4:10" in row and "energy fits" not in row

    on_stage(app, play, size)


def test_help_tells_first_what_is_needed_at_once_and_every_key_once() -> None:
    app = live(FakeSession())
    told = live_keys.by_section(LiveScreen.ACTS)
    assert [command.shown_key or command.key for command in told[:5]] == ["space", "g", "s", "d", "u"]
    assert sorted(command.name for command in told) == sorted(command.name for command in LiveScreen.ACTS)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("question_mark")
        await pilot.pause()
        page = words_shown(app)
        assert page.index("What you need at once:") < page.index("Fades everything out") < page.index("The music:")

    on_stage(app, play)


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_a_planned_check_is_shown_ahead_and_is_done_with_one_key(size: tuple[int, int]) -> None:
    session = FakeSession(replace(status_at(20.0), checks=CHECKS))
    app = live(session)

    async def play(pilot: Pilot[int]) -> None:
        assert "check at minute 30" in words_shown(app) and "a Check" not in words_shown(app)
        session.now = replace(status_at(27.2), checks=CHECKS)
        app.screen.refresh_status()  # type: ignore[attr-defined]
        await pilot.pause()
        assert "check at minute 30, in 3 min" in words_shown(app) and "a Check" in words_shown(app)
        session.now = replace(status_at(29.8), checks=CHECKS, quiet=True)
        app.screen.refresh_status()  # type: ignore[attr-defined]
        await pilot.pause()
        assert "check of minute 30: a when done" in words_shown(app) and "quiet for the check" in words_shown(app)
        await pilot.press("a")
        session.now = replace(session.now, checks=(CHECKS[0], replace(CHECKS[1], done=True)))
        app.screen.refresh_status()  # type: ignore[attr-defined]
        await pilot.pause()
        assert "minute 30" not in words_shown(app)

    on_stage(app, play, size)
    assert session.done == [("mark-check", None)]


def test_a_screen_whose_session_cannot_be_reached_for_a_while_says_so_and_shows_none_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = FakeSession()
    app = live(session)

    def away(*, tends: bool) -> Status:
        raise SessionAway("The session's folder cannot be reached.")

    async def play(pilot: Pilot[int]) -> None:
        monkeypatch.setattr(session, "status", away)
        assert isinstance(app.screen, LiveScreen)
        app.screen.refresh_status()
        await pilot.pause()
        words = words_shown(app)
        assert "cannot be reached" in words and "FADE OUT" in words and "CLOSED" not in words

    on_stage(app, play)


def test_a_screen_whose_session_was_closed_elsewhere_shows_it_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    session = FakeSession()
    app = live(session)

    def closed(*, tends: bool) -> Status:
        raise SessionGone("The session has been closed.")

    async def play(pilot: Pilot[int]) -> None:
        assert "takes back" in words_shown(app)
        monkeypatch.setattr(session, "status", closed)
        assert isinstance(app.screen, LiveScreen)
        app.screen.refresh_status()
        await pilot.pause()
        words = words_shown(app)
        assert "CLOSED" in words and "The session has been closed." in words
        assert not any(gone in words for gone in ("takes back", "FADE OUT", "as planned"))

    on_stage(app, play)
