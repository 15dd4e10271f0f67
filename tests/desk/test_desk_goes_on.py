"""Music that was held until it was over goes on when the infusion does, with a real player; faded out by hand it does not."""

import os
import signal

import pytest
from killed_player import kill_for_good
from session_clinic import MIN
from sessions_played import asked, left_in, quiet, until

from setsetting.desk import attending, closing, sessions
from setsetting.desk.clinic import Clinic
from setsetting.desk.today import VisitStep, players_changed, steps, today
from setsetting.record import live_rows, rows
from setsetting.record.verify import verify
from setsetting.session.orders import order
from setsetting.session.status import SessionState
from setsetting.views.today import open_words, unclosed_words


def ended(clinic: Clinic) -> bool:
    with attending.attach(clinic) as live:
        return live.status().state is SessionState.ENDED


@pytest.fixture
def left(clinic: Clinic) -> str:
    """A session whose music ended while its infusion had not begun: here since the system ended its player."""
    started = sessions.start(clinic, asked(clinic, output="null"), say=quiet)
    state = started.live.link.state()
    assert state is not None
    started.live.detach()
    os.kill(state.pid, signal.SIGTERM)
    until(lambda: ended(clinic), within_s=60)
    return started.session_id


def test_an_infusion_that_begins_after_the_music_had_ended_is_heard_again(clinic: Clinic, left: str) -> None:
    assert "which had ended, begins again" in sessions.act(clinic, "infusion-start", None)
    status = sessions.status(clinic)
    assert status.state is SessionState.PLAYING and status.playing is not None and status.infusion_ms is not None
    assert status.ends_ms - status.clock_ms > 5 * MIN
    sessions.act(clinic, "next", None)
    closing.close(clinic, closing.prepare_close(clinic, None, quiet))
    until(lambda: left_in(clinic) == [])
    with clinic.record() as record:
        row = rows.session(record, left)
        acts = [act.act for act in live_rows.acts(record, left)]
        sounded = [each.clock_ms for each in live_rows.played(record, left)]
    assert (row.how, row.closed, acts) == ("closed", True, ["infusion-start", "next", "fade-out"])
    assert row.actual is not None and sounded == sorted(sounded) and len(sounded) >= 2
    assert verify(clinic.folder / "record.db").ok


def test_the_look_that_times_the_rest_anew_tells_no_end_of_what_held_the_music(clinic: Clinic) -> None:
    started = sessions.start(clinic, asked(clinic, output="null"), say=quiet)
    started.live.conductor.act(order("infusion-start"))
    status = started.live.status()
    assert not status.timing
    assert status.ends_ms == pytest.approx(started.live.conductor.state.sounding.plan.end_ms, abs=10_000)
    started.live.detach()
    closing.close(clinic, closing.prepare_close(clinic, None, quiet))


def test_music_that_was_faded_out_by_hand_stays_silent(clinic: Clinic) -> None:
    started = sessions.start(clinic, asked(clinic, output="null"), say=quiet)
    started.live.detach()
    sessions.act(clinic, "fade-out", "0.5")
    until(lambda: ended(clinic), within_s=60)
    assert "does not play again" in sessions.act(clinic, "infusion-start", None)
    assert sessions.status(clinic).state is SessionState.ENDED


def test_a_session_that_lost_its_player_is_offered_to_go_on_or_to_be_closed_with_what_is_known(clinic: Clinic) -> None:
    """As after a power loss: nobody is left who would start it again."""
    started = sessions.start(clinic, asked(clinic, output="null"), say=quiet)
    (row,) = today(clinic)
    assert (row.runs, row.silent, steps(row, None)) == (True, False, (VisitStep.JOIN,))
    started.live.act("infusion-start")
    state = started.live.link.state()
    assert state is not None
    started.live.detach()
    assert not players_changed(clinic, [row])
    kill_for_good(state.pid)
    assert players_changed(clinic, [row]), "a list that stands open is made anew"
    (row,) = today(clinic)
    assert not players_changed(clinic, [row])
    assert (row.silent, steps(row, None)) == (True, (VisitStep.JOIN, VisitStep.CLOSE))
    assert unclosed_words(row).endswith("is open and nothing plays")
    assert open_words([row]) == ["1 session open and silent"]
    closing.close(clinic, closing.prepare_close(clinic, started.session_id, quiet))
    assert left_in(clinic) == []
    with clinic.record() as record:
        assert rows.session(record, started.session_id).closed
