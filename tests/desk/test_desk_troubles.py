"""What happens to a session when its files, its record or its player are taken away in the middle of it."""

import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec
import pytest
from killed_player import kill_for_good
from session_clinic import CODE, plan

from setsetting.clinical.setting import Setting
from setsetting.clinical.setting_file import SettingLog
from setsetting.desk import attending, closing, sessions
from setsetting.desk.clinic import Clinic
from setsetting.errors import Refused
from setsetting.machine.clock import SystemClock
from setsetting.player import journal
from setsetting.player.journal import JournalKind
from setsetting.record import live_rows, rows
from setsetting.record.kinds import SessionRetimed
from setsetting.record.log import Record
from setsetting.record.verify import verify
from setsetting.session import acts, folder, outbox_file, supervisor
from setsetting.session.link import PlayerLink, is_running
from setsetting.session.live import LiveSession
from setsetting.session.status import InfusionState, SessionAway, SessionState


def quiet(words: str) -> None:
    """Listen to nothing."""


@pytest.fixture
def live(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveSession]:
    """A paced session that nobody hears, and whose last fade need not be waited for."""
    monkeypatch.setattr(acts, "CLOSE_FADE_S", 0.5)
    asked = sessions.SessionRequest(plan(clinic), CODE, output="null", rehearsal=False)
    with sessions.start(clinic, asked, say=quiet).live as begun:
        yield begun


@contextmanager
def locked(clinic: Clinic) -> Iterator[None]:
    other = sqlite3.connect(clinic.folder / "record.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def until(true: Callable[[], bool], within_s: float = 10.0) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "it did not come to that in time"
        time.sleep(0.05)


def kill_player(live: LiveSession) -> None:
    with PlayerLink(live.folder) as link:
        state = link.state()
    assert state is not None
    kill_for_good(state.pid)


def seconds_ago(live: LiveSession, seconds: float) -> None:
    """Let the player's last word, and with it the session, be so much older."""
    ms = round(seconds * 1000)
    told = journal.read_position(live.folder)
    assert told is not None
    position = f"{told.frame:020d} {told.utc_ms - ms:015d} {told.mono_ms - ms:015d} {told.boot}\n"
    (live.folder / journal.POSITION_FILE).write_text(position)
    was = folder.read(live.folder)
    zero = {"zero_mono_ms": was.zero_mono_ms - ms, "zero_utc_ms": was.zero_utc_ms - ms}
    folder.write(live.folder, msgspec.structs.replace(was, **zero))


def retimed(clinic: Clinic, session_id: str) -> list[str]:
    with clinic.record() as record:
        events = record.events(kind="session.retimed", session_id=session_id)
    return [msgspec.json.decode(event.payload, type=SessionRetimed).cause for event in events]


def setting_logs(clinic: Clinic, session_id: str) -> int:
    with clinic.record() as record:
        return len(record.events(kind="session.setting_logged", session_id=session_id))


# --- the player ---


def test_music_that_was_dead_for_long_is_timed_anew_to_the_infusion_that_went_on(
    clinic: Clinic, live: LiveSession
) -> None:
    live.act("infusion-start")
    kill_player(live)
    before = len(retimed(clinic, live.session_id))
    seconds_ago(live, 45)
    with attending.attach(clinic) as later:
        status = later.status()
        assert (status.state, status.infusion_state) == (SessionState.PLAYING, InfusionState.RUNNING)
        assert status.infusion_ms is not None and status.infusion_ms >= 45_000
        later.status()
    assert retimed(clinic, live.session_id)[before:] == ["late"]
    entries = journal.read(live.folder)
    restarted = next(n for n, entry in enumerate(entries) if entry.what is JournalKind.RESTARTED)
    assert (entries[restarted].held_ms or 0) >= 45_000
    assert JournalKind.REPLACED in [entry.what for entry in entries[restarted:]]


def test_music_that_stood_still_with_its_program_is_timed_anew_and_that_is_said(
    clinic: Clinic, live: LiveSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "LATE_MS", 1_000)
    live.act("infusion-start")
    live.status()
    state, before = live.link.state(), len(retimed(clinic, live.session_id))
    assert state is not None
    os.kill(state.pid, signal.SIGSTOP)
    time.sleep(4)  # two seconds are mixed ahead, which the unheard output takes at once afterwards
    os.kill(state.pid, signal.SIGCONT)
    until(lambda: any("stood still for" in notice for notice in live.status().notices))
    until(lambda: bool(live.status()) and len(retimed(clinic, live.session_id)) > before)
    assert retimed(clinic, live.session_id)[-1] == "late"


def test_a_short_gap_is_not_timed_anew(clinic: Clinic, live: LiveSession) -> None:
    live.act("infusion-start")
    before, acted_ms = retimed(clinic, live.session_id), SystemClock().mono_ms()
    until(lambda: (told := journal.read_position(live.folder)) is not None and told.mono_ms > acted_ms)
    kill_player(live)
    live.status()
    live.status()
    assert JournalKind.RESTARTED in [entry.what for entry in journal.read(live.folder)]
    assert retimed(clinic, live.session_id) == before


def test_an_infusion_that_stops_while_no_player_can_be_started_is_kept_and_the_music_follows(
    clinic: Clinic, live: LiveSession
) -> None:
    live.act("infusion-start")
    seconds_ago(live, 200)  # far enough into the infusion that a stop leaves room for the calm
    job = live.folder / "start.json"
    whole = job.read_text()
    job.write_text(whole[:40])
    kill_player(live)
    with attending.attach(clinic) as later:
        assert "could not be started again" in later.status().notices[-1]
        with pytest.raises(Refused, match=r"could not be started again: .*start\.json"):
            later.act("duck")
        assert "timed anew when it is" in later.act("infusion-stop")
        assert later.status().infusion_state is InfusionState.STOPPED
        job.write_text(whole)
    with attending.attach(clinic) as again:
        assert again.status().state is SessionState.PLAYING
        again.status()
    assert retimed(clinic, live.session_id)[-1] == "late"


def test_an_act_starts_a_player_that_was_killed(clinic: Clinic, live: LiveSession) -> None:
    kill_player(live)
    assert "Lowered by 12 dB" in sessions.act(clinic, "duck", None)
    assert live.status().ducked


def test_what_sounded_before_a_player_died_for_good_counts_to_its_last_position(
    clinic: Clinic, live: LiveSession
) -> None:
    until(lambda: JournalKind.SOUND_STARTED in [entry.what for entry in journal.read(live.folder)])
    kill_player(live)
    (live.folder / journal.POSITION_FILE).write_text(f"{35 * 44_100} 1 1 \n")
    seconds_ago(live, 9 * 3600)
    (waiting,) = attending.unclosed(clinic)
    with clinic.record() as record:
        (played,) = live_rows.played(record, live.session_id)
        assert played.sounded_ms == 35_000
        assert live_rows.heard(record, waiting.patient_id).track_ids == {played.track_id}


# --- the record and the disk ---


def test_a_new_controllers_act_sounds_before_the_record_is_touched(
    clinic: Clinic, live: LiveSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[..., Record] = Clinic.record
    heard_first: list[bool] = []

    def record(self: Clinic, *wait_s: float) -> Record:
        heard_first.append(JournalKind.GAIN in [entry.what for entry in journal.read(live.folder)])
        return real(self, *wait_s)

    monkeypatch.setattr(Clinic, "record", record)
    with attending.attach(clinic) as later:
        later.act("duck")
    assert heard_first and all(heard_first)


def test_an_act_under_a_locked_record_is_in_the_outbox_and_the_next_one_enters_it_first(
    clinic: Clinic, live: LiveSession
) -> None:
    with locked(clinic):
        assert "waits outside the record" in sessions.act(clinic, "duck", None)
    sessions.act(clinic, "volume", "-3")
    with clinic.record() as record:
        assert [act.act for act in live_rows.acts(record, live.session_id)] == ["duck", "volume"]
    assert verify(clinic.folder / "record.db").ok


def test_a_command_whose_act_no_disk_has_taken_is_no_success(
    clinic: Clinic, live: LiveSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "KEEP_WITHIN_S", 0.1)
    with locked(clinic), pytest.raises(Refused, match="note it by hand"):
        sessions.mark(clinic, "note", "the sea again")  # a note is never in the outbox
    monkeypatch.setattr(outbox_file, "add", lambda *_, **_intent: False)
    with locked(clinic), pytest.raises(Refused, match=r"Lowered by 12 dB.*note it by hand"):
        sessions.act(clinic, "duck", None)


def test_a_session_whose_folder_is_away_with_all_round_it_is_not_told_to_be_closed(
    clinic: Clinic, live: LiveSession
) -> None:
    there, away = live.folder.parent, clinic.folder / "away"
    there.rename(away)
    with pytest.raises(SessionAway, match="cannot be reached"):
        live.status()
    away.rename(there)
    assert live.status().session_id == live.session_id


def test_a_record_that_was_moved_away_takes_everything_when_it_is_back(clinic: Clinic, live: LiveSession) -> None:
    path, away = clinic.folder / "record.db", clinic.folder / "away.db"
    live.act("duck")
    path.rename(away)
    assert "waits outside the record" in live.act("volume", "-3")
    assert not live.status().durable
    away.rename(path)
    assert live.end()
    with clinic.record() as record:
        assert [act.act for act in live_rows.acts(record, live.session_id)] == ["duck", "volume", "fade-out"]
    assert verify(path).ok


# --- the live folder ---


def test_a_session_whose_live_folder_is_gone_ends_with_what_the_record_knows(clinic: Clinic, live: LiveSession) -> None:
    live.act("infusion-start")
    live.mark("onset")
    folder.remove(live.folder)
    prepared = closing.prepare_close(clinic, None, quiet)
    closing.close(clinic, prepared)
    with clinic.record() as record:
        row = rows.session(record, live.session_id)
    assert (row.closed, row.how, row.acts, row.marks) == (True, "unclosed", 1, 1)
    assert row.actual is not None


@pytest.mark.parametrize("broken", [folder.SESSION_FILE, outbox_file.OUTBOX_FILE])
def test_a_session_with_a_damaged_live_folder_can_be_closed_and_its_music_ends(
    clinic: Clinic, live: LiveSession, broken: str
) -> None:
    path, said = live.folder / broken, list[str]()
    path.write_bytes(path.read_bytes()[:50])
    assert is_running(live.folder)
    with PlayerLink(live.folder) as link:
        state = link.state()
        assert state is not None
        closing.close(clinic, closing.prepare_close(clinic, live.session_id, said.append))
        assert link.state() is None
    assert any("what the record knows" in words for words in said)
    with clinic.record() as record:
        assert rows.session(record, live.session_id).closed
    assert not live.folder.exists()


# --- two at once ---


def test_two_windows_that_close_a_session_log_its_setting_once(clinic: Clinic, live: LiveSession) -> None:
    one, other = (closing.prepare_close(clinic, live.session_id, quiet) for _ in range(2))
    said = SettingLog(Setting({"lighting": "dark"}), {}, None)
    closing.close(clinic, one, said)
    with pytest.raises(Refused, match="closed already"):
        closing.close(clinic, other, said)
    assert setting_logs(clinic, live.session_id) == 1


@pytest.mark.parametrize("started", ["2026-01-05T10:39", "2026-01-05T09:21"])
def test_a_session_from_paper_that_overlaps_another_of_the_patient_is_refused(clinic: Clinic, started: str) -> None:
    closing.add(clinic, CODE, "2026-01-05T10:00", 40, None)
    with pytest.raises(Refused, match=r"overlap.*2026-01-05 "):
        closing.add(clinic, CODE, started, 40, None)
    assert closing.add(clinic, CODE, "2026-01-05T10:40", 40, None).visit_no == 2
