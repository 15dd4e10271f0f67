"""A close leaves no player, whatever the player and the other controllers do meanwhile, and nothing starts one again.

`SETSETTING_LOOPS=full pytest tests/desk/test_desk_close_races.py` runs the 200 closes.
"""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from session_clinic import CODE, plan
from sessions_played import command, left_in, until

from setsetting.desk import attending, closing, sessions
from setsetting.desk.clinic import Clinic
from setsetting.errors import Refused
from setsetting.player import journal, presence
from setsetting.player.journal import JournalKind
from setsetting.record import rows
from setsetting.session import acts, supervisor
from setsetting.session.conductor import ActResult
from setsetting.session.link import PlayerLink
from setsetting.session.live import LiveSession
from setsetting.session.orders import Order
from setsetting.session.status import Presence, SessionState

CLOSES = 200 if os.environ.get("SETSETTING_LOOPS") == "full" else 3


def quiet(words: str) -> None:
    """Listen to nothing."""


@pytest.fixture
def live(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveSession]:
    monkeypatch.setattr(acts, "CLOSE_FADE_S", 0.5)
    asked = sessions.SessionRequest(plan(clinic), CODE, output="null", rehearsal=True)
    with sessions.start(clinic, asked, say=quiet).live as begun:
        yield begun


def pid_of(where: Path) -> int:
    with PlayerLink(where) as link:
        state = link.state()
    assert state is not None
    return state.pid


def test_a_player_that_is_stopped_is_said_to_stall_and_is_gone_after_a_close(clinic: Clinic, live: LiveSession) -> None:
    pid, said = pid_of(live.folder), list[str]()
    os.kill(pid, signal.SIGSTOP)
    status = sessions.status(clinic)
    assert status.player is Presence.STALLED and "stalls" in status.notices[0]
    with pytest.raises(Refused, match="the player stalled"):
        live.act("duck")
    assert live.status().player is Presence.STALLED  # and no second one is started
    closing.close(clinic, closing.prepare_close(clinic, None, said.append))
    assert "The player did not answer and was ended." in said
    until(lambda: left_in(clinic) == [])
    with clinic.record() as record:
        assert rows.session(record, live.session_id).how == "closed"
    again = sessions.start(clinic, sessions.SessionRequest(plan(clinic), CODE, output="null"), say=quiet)
    assert again.live.status().player is Presence.ALIVE
    again.live.detach()


def test_a_close_that_meets_another_that_fades_out_just_now_is_refused_nothing(
    clinic: Clinic, live: LiveSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    fade_out = live.conductor.act

    def after_another(order: Order, event_id: str | None = None) -> ActResult:
        with attending.control(clinic, live.folder, attending=False) as other:
            other.act("fade-out", "0.5")
        return fade_out(order, event_id)

    monkeypatch.setattr(live.conductor, "act", after_another)
    assert live.end()
    until(lambda: left_in(clinic) == [])


def test_a_close_meets_a_player_that_is_being_started_again_and_none_is_left(clinic: Clinic, live: LiveSession) -> None:
    def look() -> None:
        with suppress(Refused):  # it was closed meanwhile
            live.status()

    os.kill(pid_of(live.folder), signal.SIGKILL)
    looking = threading.Thread(target=look)  # starts it again, as its watcher does
    looking.start()
    closing.close(clinic, closing.prepare_close(clinic, None, quiet))
    looking.join()
    until(lambda: left_in(clinic) == [])
    assert not live.folder.exists()


def test_what_attends_a_session_that_was_closed_starts_nothing_and_makes_no_folder(
    clinic: Clinic, live: LiveSession
) -> None:
    with attending.attach(clinic) as other:
        closing.close(clinic, closing.prepare_close(clinic, None, quiet))
        for _look in range(3):
            with pytest.raises(Refused, match="has been closed"):
                other.status()
            with pytest.raises(Refused, match="has been closed"):
                other.act("duck")
    until(lambda: left_in(clinic) == [])
    assert not live.folder.exists()


def test_what_attends_a_session_that_is_being_closed_tells_its_player_nothing_more(
    live: LiveSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "LATE_MS", -1_000_000)  # whatever it looks at is late by much
    presence.set_over(live.folder)
    before = len([entry for entry in journal.read(live.folder) if entry.what is JournalKind.REPLACED])
    until(lambda: live.status().state is SessionState.ENDED)
    entries = journal.read(live.folder)
    assert len([entry for entry in entries if entry.what is JournalKind.REPLACED]) == before
    assert (entries[-1].what, entries[-1].text) == (JournalKind.ENDED, journal.CLOSED)


def test_a_player_outlives_no_controller_that_was_killed_in_its_close(clinic: Clinic, live: LiveSession) -> None:
    presence.set_over(live.folder)  # and nothing more was done
    until(lambda: not presence.is_there(live.folder))
    (waiting,) = attending.unclosed(clinic)
    assert (waiting.session_id, waiting.how) == (live.session_id, "closed")


@pytest.mark.loop
def test_a_close_ends_whoever_follows_the_session_with_the_right_sentence(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acts, "CLOSE_FADE_S", 0.5)
    words = ["session", "start", "--soundscape", str(plan(clinic)), "--patient", CODE, "--output", "null"]
    for _round in range(CLOSES):
        follower = subprocess.Popen(command(clinic, *words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert follower.stdout is not None and follower.stdout.readline()
        closing.close(clinic, closing.prepare_close(clinic, None, quiet))
        _out, said = follower.communicate(timeout=20)
        assert follower.returncode == 0, said
        assert "closed elsewhere" in said or "being closed there" in said, said
        until(lambda: left_in(clinic) == [])
        assert not list((clinic.folder / "live").iterdir())
