"""Sessions from start to close, through the desk, with a real player in fast time and in real time."""

import json
import os
import pty
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from killed_player import kill_for_good
from session_clinic import CODE, MIN, longest_silence_s, samples, script
from sessions_played import another, asked, brief, command, noted, play, quiet, row, until

from setsetting.clinical.infusion import Infusion, Segment
from setsetting.desk import attending, closing, library, patients, sessions, soundscapes
from setsetting.desk.clinic import Clinic
from setsetting.errors import AlreadyExists, BrokenFile, NotFound, Refused, UsageError
from setsetting.player import journal
from setsetting.player.journal import JournalKind
from setsetting.progress import silent
from setsetting.record import live_rows
from setsetting.session import folder, outbox_file, preparing
from setsetting.session.live import LiveSession
from setsetting.session.status import InfusionState, SessionState
from setsetting.views.patient import vetoed_words

# --- in fast time ---


def test_a_captured_fast_session_equals_the_rendered_soundscape(clinic: Clinic, tmp_path: Path) -> None:
    capture, rendered = tmp_path / "capture.wav", tmp_path / "rendered.wav"
    wanted = asked(clinic, "0 infusion-start", capture=capture)
    play(clinic, wanted)
    soundscapes.render(clinic, wanted.file, rendered, None, silent, replace=False)
    heard, made = samples(capture).astype(int), samples(rendered).astype(int)
    assert heard.shape == made.shape
    assert np.abs(heard - made).max() <= 1


def test_a_whole_session_walked_by_a_script_logs_every_act_and_what_really_ran(clinic: Clinic, tmp_path: Path) -> None:
    said: list[str] = []
    walk = (
        "0.5 infusion-start",
        "1 mark onset",
        "1.5 infusion-pause",
        "2.5 infusion-resume",
        "3 rescue",
        "3.5 undo",
        "4 next",
        "4.5 infusion-stop",
    )
    capture = tmp_path / "capture.wav"
    session_id = play(clinic, asked(clinic, *walk, capture=capture), said.append)
    ended = row(clinic, session_id)
    assert ended.actual == Infusion((Segment(0, MIN), Segment(2 * MIN, 4 * MIN)))
    assert (ended.how, ended.closed, ended.acts, ended.marks) == ("planned", False, 5, 1)
    with clinic.record() as record:
        acts = live_rows.acts(record, session_id)
        played = live_rows.played(record, session_id)
        assert "trouble" not in noted(record, session_id)
    assert [(act.act, act.clock_ms, act.infusion_ms, act.undone) for act in acts] == [
        ("infusion-start", 30_000, 0, False),
        ("infusion-pause", 90_000, 60_000, False),
        ("infusion-resume", 150_000, 120_000, False),
        ("rescue", 180_000, 150_000, True),
        ("undo", 210_000, 180_000, False),
        ("next", 240_000, 210_000, False),
        ("infusion-stop", 270_000, 240_000, False),
    ]
    assert "grounding" in {each.phase for each in played} and "" not in {each.phase for each in played}
    assert longest_silence_s(capture) < 0.5
    assert any("calm moves from" in words for words in said)


def test_stopping_the_infusion_early_brings_the_end_forward(clinic: Clinic) -> None:
    wanted = asked(clinic, "0 infusion-start", "3.2 infusion-stop")
    planned = soundscapes.load(wanted.file).end_ms
    session_id = play(clinic, wanted)
    with clinic.record() as record:
        end = max(each.clock_ms + each.sounded_ms for each in live_rows.played(record, session_id))
    assert 4 * MIN < end <= planned - MIN


def test_a_track_counts_as_heard_only_when_it_sounded_30_seconds(clinic: Clinic) -> None:
    session_id = play(clinic, asked(clinic, "-0.3 next", "0.4 fade-out 1"))
    with clinic.record() as record:
        sounded = {each.track_id: each.sounded_ms for each in live_rows.played(record, session_id)}
        heard = live_rows.heard(record, row(clinic, session_id).patient_id).track_ids
    assert heard == {track for track, sounded_ms in sounded.items() if sounded_ms >= 30_000}
    assert len(heard) == 1 and len(sounded) == 2


def test_a_second_session_with_music_heard_in_the_course_is_refused_before_anything_plays(clinic: Clinic) -> None:
    wanted = asked(clinic, "0.2 fade-out 1")
    play(clinic, wanted)
    with pytest.raises(Refused, match=r"was heard by this patient earlier.*Nothing has been played"):
        sessions.start(clinic, wanted, say=quiet)
    assert len(sessions.listing(clinic)) == 1


def test_a_veto_after_the_build_is_refused_and_named(clinic: Clinic) -> None:
    wanted = asked(clinic)
    missed = patients.veto(clinic, CODE, "artist", "artits 1")
    assert (missed.met.tracks, missed.met.near[0]) == ((), "artist 1")
    assert "Did you mean 'artist 1'" in vetoed_words(missed)
    assert "It meets 1 track: " in vetoed_words(patients.veto(clinic, CODE, "artist", "Artist 1"))
    with pytest.raises(Refused, match="its artist is vetoed"):
        sessions.start(clinic, wanted, say=quiet)


def test_a_session_that_might_turn_to_what_a_patient_refuses_does_not_start(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Re-timing asks no record; what it may choose from is asked once more, by other code than chose it."""
    wanted = asked(clinic)
    used = {cue.track_id for cue in soundscapes.load(wanted.file).cues}
    other = next(track.id for track in library.listing(clinic) if track.id not in used)
    patients.veto(clinic, CODE, "track", other)
    monkeypatch.setattr(preparing, "_playable", lambda _soundscape, known: dict(known.tracks))
    with pytest.raises(Refused, match="the track is vetoed"):
        sessions.start(clinic, wanted, say=quiet)


def test_a_changed_playlist_is_said_and_logged_and_not_refused(clinic: Clinic) -> None:
    wanted = asked(clinic, "-0.4 fade-out 1")
    path = clinic.folder / "playlists" / "short.toml"
    path.write_text(path.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    said: list[str] = []
    session_id = play(clinic, wanted, said.append)
    assert any("has changed since this soundscape was made" in words for words in said)
    with clinic.record() as record:
        assert noted(record, session_id) == ["preflight", "started", "ended"]


def test_an_unclosed_session_is_said_at_the_next_start_and_does_not_refuse_it(clinic: Clinic) -> None:
    first = brief(clinic)
    said: list[str] = []
    brief(clinic, code=another(clinic, "K-2"), say=said.append)
    assert any(first in words and "is not closed" in words for words in said)


def test_a_wrong_script_names_its_line_before_anything_starts(clinic: Clinic) -> None:
    with pytest.raises(BrokenFile, match=r"walk\.txt, line 2: There is no act called 'resue'"):
        sessions.start(clinic, asked(clinic, "0 infusion-start", "1 resue"), say=quiet)
    assert sessions.listing(clinic) == ()


def test_a_refused_line_of_a_script_is_said_with_its_number_and_the_walk_goes_on(clinic: Clinic) -> None:
    said: list[str] = []
    session_id = brief(clinic, "-0.6 undo", "-0.5 duck", say=said.append)
    assert any(words.startswith("line 1: There is nothing to undo") for words in said)
    assert row(clinic, session_id).acts == 2


def test_a_capture_that_exists_and_one_that_is_no_wav_are_refused(clinic: Clinic, tmp_path: Path) -> None:
    (tmp_path / "there.wav").touch()
    with pytest.raises(AlreadyExists):
        sessions.start(clinic, asked(clinic, capture=tmp_path / "there.wav"), say=quiet)
    with pytest.raises(UsageError, match=r"the name must end in .wav"):
        sessions.start(clinic, asked(clinic, capture=tmp_path / "x.mp3"), say=quiet)
    with pytest.raises(NotFound, match=r"K-0471.*K-0417"):
        sessions.start(clinic, asked(clinic, code="K-0471"), say=quiet)
    assert sessions.listing(clinic) == ()


# --- in real time ---


@pytest.fixture
def attended(clinic: Clinic, tmp_path: Path) -> LiveSession:
    """A paced session that nobody hears, begun in this process and let go by it."""
    started = sessions.start(clinic, asked(clinic, output="null", capture=tmp_path / "capture.wav"), say=quiet)
    return started.live


def test_another_process_sees_acts_on_and_closes_a_running_session(
    clinic: Clinic, attended: LiveSession, tmp_path: Path
) -> None:
    attended.detach()
    answer = subprocess.run(command(clinic, "session", "act", "duck"), capture_output=True, text=True, check=True)
    assert "Lowered by 12 dB" in answer.stderr
    shown = subprocess.run(command(clinic, "session", "status", "--json"), capture_output=True, text=True, check=True)
    told = json.loads(shown.stdout)
    assert (told["state"], told["acts"], told["ducked"], told["infusion_min"]) == ("playing", 1, True, None)
    assert told["playing"]["phase"] == "arrive" and told["next"] is not None
    subprocess.run(command(clinic, "session", "close"), input="", capture_output=True, text=True, check=True)
    closed = row(clinic, told["session_id"])
    assert (closed.closed, closed.how, closed.acts) == (True, "closed", 2)
    assert longest_silence_s(tmp_path / "capture.wav") < 0.5


def test_two_sessions_at_once_on_one_output_are_refused(clinic: Clinic, attended: LiveSession) -> None:
    with pytest.raises(Refused, match="Another session is playing on this output"):
        sessions.start(clinic, asked(clinic, output="null", code=another(clinic, "K-2")), say=quiet)
    assert len(sessions.listing(clinic)) == 1
    assert attended.status().state is SessionState.PLAYING
    attended.supervisor.trouble = f"another plays there: {attended.session_id}; close it"
    assert any(f"another plays there: {CODE}, 20" in notice for notice in attended.status().notices)
    attended.detach()


def test_the_log_is_made_anew_once_something_was_done_or_noted(attended: LiveSession) -> None:
    before = attended.status().log
    assert attended.status().log is before
    attended.act("duck")
    attended.mark("note", "words")
    assert [line.words for line in attended.status().log][-2:] == ["Duck −12", "note: words"]
    attended.detach()


def test_kill_9_of_who_follows_leaves_the_music_and_a_new_one_takes_over_once(clinic: Clinic, tmp_path: Path) -> None:
    capture = tmp_path / "capture.wav"
    wanted = asked(clinic, output="null", capture=capture)
    words = ["session", "start", "--soundscape", str(wanted.file), "--patient", CODE, "--output", "null"]
    follower = subprocess.Popen(
        command(clinic, *words, "--capture", str(capture)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert follower.stdout is not None
    session_id = follower.stdout.readline().strip()
    sessions.act(clinic, "infusion-start", None)
    follower.send_signal(signal.SIGKILL)
    follower.wait()
    follower.stdout.close()
    with attending.attach(clinic) as live:
        status = live.status()
        assert (status.session_id, status.state, status.acts) == (session_id, SessionState.PLAYING, 1)
        assert status.infusion_state is InfusionState.RUNNING and status.infusion_ms is not None
        before = events_of(clinic, session_id)
        with attending.attach(clinic) as second:
            second.status()
        assert events_of(clinic, session_id) == before
        time.sleep(1.5)
        live.end()
    assert row(clinic, session_id).how == "closed"
    assert longest_silence_s(capture) < 0.5
    assert len(samples(capture)) / 44_100 > 4


def events_of(clinic: Clinic, session_id: str) -> int:
    with clinic.record() as record:
        return len(record.events(session_id=session_id))


def test_closing_the_terminal_leaves_the_music(clinic: Clinic, tmp_path: Path) -> None:
    wanted = asked(clinic, output="null", capture=tmp_path / "capture.wav")
    screen, terminal = pty.openpty()
    words = ["session", "start", "--soundscape", str(wanted.file), "--patient", CODE, "--output", "null"]
    walk = ["--script", str(script(clinic, "9 duck")), "--capture", str(wanted.capture)]
    launch = "import os, sys; os.login_tty(int(sys.argv[1])); os.execv(sys.argv[2], sys.argv[2:])"
    follower = subprocess.Popen(
        [sys.executable, "-c", launch, str(terminal), *command(clinic, *words, *walk)], pass_fds=(terminal,)
    )
    os.close(terminal)
    until(lambda: bool(folder.sessions(clinic.folder)) and sessions.status(clinic).clock_ms > -38_500)
    os.close(screen)
    follower.wait(timeout=10)
    at_close = sessions.status(clinic).clock_ms
    time.sleep(1.0)
    status = sessions.status(clinic)
    assert status.state is SessionState.PLAYING and status.clock_ms >= at_close + 900
    prepared = closing.prepare_close(clinic, None, quiet)
    assert longest_silence_s(tmp_path / "capture.wav") < 0.5
    assert row(clinic, prepared.session_id).how == "closed"


def test_a_player_that_was_killed_is_started_again_where_it_was_and_that_is_logged(
    clinic: Clinic, attended: LiveSession
) -> None:
    attended.act("volume", "-6")
    until(lambda: attended.status().clock_ms > -38_000)
    pid = journal_pid(attended)
    kill_for_good(pid)
    reader = sessions.status(clinic)
    assert "The player is not running." in reader.notices
    status = attended.status()
    assert (status.state, status.volume_db) == (SessionState.PLAYING, -6.0)
    assert all("started again where it was" in said for said in status.notices)
    assert JournalKind.RESTARTED in [entry.what for entry in journal.read(attended.folder)]
    attended.end()
    with clinic.record() as record:
        assert "restarted" in noted(record, attended.session_id)
        played = live_rows.played(record, attended.session_id)
    assert sum(each.sounded_ms for each in played) > 3_000
    attended.detach()


def journal_pid(live: LiveSession) -> int:
    from setsetting.session.link import PlayerLink

    with PlayerLink(live.folder) as link:
        state = link.state()
        assert state is not None
        return state.pid


def test_a_session_whose_player_died_long_ago_ends_unclosed_and_is_not_started_again(
    clinic: Clinic, attended: LiveSession
) -> None:
    attended.act("infusion-start")
    kill_for_good(journal_pid(attended))
    attended.detach()
    header = folder.read(attended.folder)
    hours_ms = 9 * 60 * MIN
    folder.write(
        attended.folder,
        msgspec_replaced(
            header, zero_mono_ms=header.zero_mono_ms - hours_ms, zero_utc_ms=header.zero_utc_ms - hours_ms
        ),
    )
    waiting = attending.unclosed(clinic)
    assert [(each.session_id, each.how) for each in waiting] == [(attended.session_id, "unclosed")]
    assert JournalKind.RESTARTED not in [entry.what for entry in journal.read(attended.folder)]


def msgspec_replaced(header: folder.SessionHeader, **changes: int) -> folder.SessionHeader:
    import msgspec

    return msgspec.structs.replace(header, **changes)


def test_a_locked_record_stops_no_music_and_takes_what_was_done_when_it_can(
    clinic: Clinic, attended: LiveSession
) -> None:
    locked = sqlite3.connect(clinic.folder / "record.db", isolation_level=None)
    locked.execute("BEGIN EXCLUSIVE")
    answer = attended.act("duck")
    assert "waits outside the record" in answer
    status = attended.status()
    assert (status.ducked, status.durable, status.state) == (True, False, SessionState.PLAYING)
    locked.execute("ROLLBACK")
    locked.close()
    attended.detach()  # whoever comes next enters what was left
    with attending.attach(clinic) as another_one:
        assert another_one.status().durable
    assert row(clinic, attended.session_id).acts == 1


def test_what_a_full_disk_kept_out_of_the_outbox_is_known_to_whoever_comes_next(
    clinic: Clinic, attended: LiveSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(outbox_file, "_append", lambda *_asked, **_synced: False)
        attended.act("infusion-start")
        attended.act("duck")
    heard = attended.status().cues
    attended.detach()
    with attending.attach(clinic) as another_one:
        status = another_one.status()
        assert (status.ducked, status.infusion_state) == (True, InfusionState.RUNNING)
        assert [cue.track_id for cue in status.cues] == [cue.track_id for cue in heard]
        assert "The player played otherwise" not in " ".join(status.notices)
    with monkeypatch.context() as read_only:
        read_only.setattr(folder, "remove", lambda _folder: None)
        closing.close(clinic, closing.prepare_close(clinic, None, quiet))
    assert attended.folder.is_dir()
    with pytest.raises(NotFound, match="none waits to be closed"):
        sessions.act(clinic, "duck", None)
    assert not attended.folder.exists()


def test_the_live_folder_holds_nothing_of_the_patient(clinic: Clinic, attended: LiveSession) -> None:
    attended.plan_aside()
    attended.mark("voice", "my grandmother's garden")
    attended.act("duck")
    for path in attended.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert CODE.encode() not in content
            assert b"grandmother" not in content
    assert "grandmother" in " ".join(line.words for line in attended.status().log)
    attended.act("volume", "-3")
    assert row(clinic, attended.session_id).acts == 1
    attended.detach()  # there is no further look, at which it would be entered
    assert row(clinic, attended.session_id).acts == 2


def test_no_session_is_a_sentence(clinic: Clinic) -> None:
    with pytest.raises(NotFound, match="No session has been started"):
        sessions.status(clinic)
    with pytest.raises(NotFound, match="No session is running"):
        sessions.act(clinic, "duck", None)
