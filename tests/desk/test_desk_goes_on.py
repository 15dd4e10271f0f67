"""Music that was held until it was over goes on when the infusion does, with a real player; faded out by hand it does not."""

import os
import signal

import pytest
from session_clinic import MIN
from sessions_played import asked, left_in, quiet, until

from setsetting.desk import attending, closing, sessions
from setsetting.desk.clinic import Clinic
from setsetting.record import live_rows, rows
from setsetting.record.verify import verify
from setsetting.session.status import SessionState


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


def test_music_that_was_faded_out_by_hand_stays_silent(clinic: Clinic) -> None:
    started = sessions.start(clinic, asked(clinic, output="null"), say=quiet)
    started.live.detach()
    sessions.act(clinic, "fade-out", "0.5")
    until(lambda: ended(clinic), within_s=60)
    assert "does not play again" in sessions.act(clinic, "infusion-start", None)
    assert sessions.status(clinic).state is SessionState.ENDED
