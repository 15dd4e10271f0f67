"""The music outlives its starter, its terminal and its screen; a player that was killed goes on where it was."""

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
from killed_player import kill_for_good, watcher_of
from player_mixes import RATE_HZ, captured, mix_of, rendered, sound

from setsetting.audio.mix import Mix
from setsetting.errors import Refused
from setsetting.player import client, journal, launch, mixes, watch
from setsetting.player.client import Player
from setsetting.player.job import OVER_FILE, PlayerJob
from setsetting.player.journal import JournalKind
from setsetting.player.status import GainLayer, PlaybackState

Play = Callable[..., Player]
Record = Callable[..., Path]

STARTER = """
import fcntl, sys, termios, time
from pathlib import Path
import msgspec
from setsetting.player import client, launch
from setsetting.player.job import OVER_FILE, PlayerJob
fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # as a shell's child: hung up with the terminal
folder = Path(sys.argv[1])
job = msgspec.json.decode(Path(sys.argv[2]).read_bytes(), type=PlayerJob)
player = launch.start(folder, job)
player.take_baton("screen")
print("playing", flush=True)
time.sleep(60)
"""


def _job(mix: Mix, tmp_path: Path) -> PlayerJob:
    return PlayerJob(session="s1", mix=mix, output="null", capture=str(tmp_path / "out.wav"))


def _steady(mix: Mix, heard: np.ndarray) -> bool:
    return np.array_equal(heard, rendered(mix)[: len(heard)])


def test_closing_the_terminal_and_killing_the_starter_leave_the_capture_unbroken(
    tmp_path: Path, recording: Record
) -> None:
    mix = mix_of(2 * RATE_HZ, sound(recording("a", 2), 0, 2 * RATE_HZ, fade=5000))
    (tmp_path / "job.json").write_bytes(msgspec.json.encode(_job(mix, tmp_path)))
    folder = tmp_path / "run"
    master, terminal = pty.openpty()
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(folder), str(tmp_path / "job.json")],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    assert b"playing" in os.read(master, 1000)
    os.close(master)  # the terminal hangs up: SIGHUP to its session
    starter.kill()
    starter.wait()
    player = client.connect(folder)
    assert player is not None
    with player:
        assert player.state().baton is None or _soon(lambda: player.state().baton is None)
        entries = list(player.follow())
    assert entries[-1].text == journal.PLAYED_OUT
    assert np.array_equal(captured(tmp_path / "out.wav"), rendered(mix))
    assert not [entry for entry in entries if entry.what in (JournalKind.UNDERRUN, JournalKind.OUTPUT_LOST)]


def _sounds(folder: Path) -> bool:
    """Whether it stands in the journal that something sounds; a slow disk may keep the player a while."""
    return any(entry.what is JournalKind.SOUND_STARTED for entry in journal.read(folder))


def _soon(true: Callable[..., bool]) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return False


def test_a_killed_player_is_started_again_where_it_was(tmp_path: Path, recording: Record, played: Play) -> None:
    mix = mix_of(60 * RATE_HZ, sound(recording("a", 60), 0, 60 * RATE_HZ))
    player = played(_job(mix_of(50 * RATE_HZ), tmp_path))
    player.take_baton("screen")
    player.replace("e0", mix, 0)
    player.gain("e1", GainLayer.VOLUME, -6.0, 0)
    assert _soon(lambda: player.state().frame > RATE_HZ and _sounds(tmp_path / "run"))
    frame = player.state().frame
    kill_for_good(player.state().pid)
    assert _soon(lambda: client.connect(tmp_path / "run") is None)
    before = captured(tmp_path / "out.wav")  # a whole WAV, after a kill
    assert len(before) > frame - RATE_HZ // 2
    with pytest.raises(client.PlayerGone):
        player.state()

    with launch.restart(tmp_path / "run") as again:
        state = again.state()
        assert frame - RATE_HZ < state.frame < frame + 3 * RATE_HZ
        assert state.gains == dict.fromkeys(GainLayer, 0.0) | {GainLayer.VOLUME: -6.0}
        assert state.mix_digest == mixes.digest(mix)
        again.take_baton("screen")
        assert again.gain("e1", GainLayer.VOLUME, -6.0, 0).already
        assert _soon(lambda: len(captured(tmp_path / "out.wav")) > len(before) + RATE_HZ)
        again.stop("e2")
        entries = list(again.follow())
    what = [entry.what for entry in entries]
    assert [entry.n for entry in entries] == list(range(1, len(entries) + 1))
    assert what.index(JournalKind.SOUND_ENDED) < what.index(JournalKind.RESTARTED) < len(what) - 1
    restarted = entries[what.index(JournalKind.RESTARTED)]
    stretches = journal.sounded(entries, 0)
    began = next(entry.frame for entry in entries if entry.what is JournalKind.REPLACED)
    assert [s.frame for s in stretches] == [began, restarted.frame]
    assert sum(s.sounded_frames for s in stretches) == entries[-1].frame - began
    after = captured(tmp_path / "out.wav")
    assert np.array_equal(after[: len(before)], before)
    gap = after[len(before) : len(before) + (restarted.held_ms or 0) * RATE_HZ // 1000]
    # a kill may come between samples and the header that counts them: then they stand before the silence
    assert len(gap) and not gap[len(gap) // 4 : len(gap) // 2].any()
    player.close()


@pytest.mark.parametrize("times", [1, 2])
def test_a_player_that_nobody_attends_is_started_again_by_its_watcher(
    tmp_path: Path, recording: Record, played: Play, times: int
) -> None:
    mix = mix_of(60 * RATE_HZ, sound(recording("a", 60), 0, 60 * RATE_HZ))
    pid = played(_job(mix, tmp_path)).state().pid
    for _kill in range(times):
        os.kill(pid, signal.SIGKILL)
        assert _soon(lambda before=pid: _pid(tmp_path / "run") not in (None, before))
        pid = _pid(tmp_path / "run") or 0
    assert sum(entry.what is JournalKind.RESTARTED for entry in journal.read(tmp_path / "run")) == times


def _pid(folder: Path) -> int | None:
    player = client.connect(folder)
    if player is None:
        return None
    with player:
        return player.state().pid


def test_a_player_that_was_killed_when_its_session_is_over_is_not_started_again(
    tmp_path: Path, recording: Record, played: Play
) -> None:
    player = played(_job(mix_of(60 * RATE_HZ), tmp_path))
    pid = player.state().pid
    watcher = watcher_of(pid)
    os.kill(pid, signal.SIGSTOP)
    (tmp_path / "run" / OVER_FILE).touch()
    os.kill(pid, signal.SIGKILL)
    assert _soon(lambda: launch._exit_code(watcher) is not None)
    assert client.connect(tmp_path / "run") is None


def test_a_player_whose_watcher_was_killed_plays_on_and_is_started_again_by_who_attends_it(
    tmp_path: Path, played: Play
) -> None:
    player = played(_job(mix_of(60 * RATE_HZ), tmp_path))
    pid = player.state().pid
    os.kill(watcher_of(pid), signal.SIGKILL)
    assert _soon(lambda: not watch.is_watched(tmp_path / "run"))
    assert player.state().pid == pid
    os.kill(pid, signal.SIGKILL)
    with launch.restart(tmp_path / "run") as again:
        assert again.state().pid != pid and watch.is_watched(tmp_path / "run")


def test_a_player_is_on_its_way_before_what_watches_it_is_loaded() -> None:
    program = "import sys, setsetting.player.__main__; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = [name for name in done.stdout.split() if name.partition(".")[0] in ("setsetting", "msgspec", "numpy")]
    assert sorted(loaded) == [
        "setsetting",
        "setsetting.player",
        "setsetting.player.__main__",
        "setsetting.player.command",
    ]


def test_a_player_whose_watcher_is_stopped_is_started_again_without_waiting_for_it(
    tmp_path: Path, played: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch, "_STARTED_AGAIN_WITHIN_S", 3_600.0)
    player = played(_job(mix_of(60 * RATE_HZ), tmp_path))
    pid = player.state().pid
    watcher = watcher_of(pid)
    os.kill(watcher, signal.SIGSTOP)
    assert _soon(lambda: not watch.is_watched(tmp_path / "run"))
    os.kill(pid, signal.SIGKILL)
    with launch.restart(tmp_path / "run") as again:
        os.kill(watcher, signal.SIGCONT)
        assert again.state().pid != pid and watch.is_watched(tmp_path / "run")


def test_a_capture_that_cannot_be_gone_on_with_keeps_no_player_from_being_started_again(
    tmp_path: Path, recording: Record, played: Play
) -> None:
    mix = mix_of(60 * RATE_HZ, sound(recording("a", 60), 0, 60 * RATE_HZ))
    player = played(_job(mix, tmp_path))
    kill_for_good(player.state().pid)
    assert _soon(lambda: client.connect(tmp_path / "run") is None)
    player.close()
    (tmp_path / "out.wav").unlink()
    (tmp_path / "out.wav").mkdir()
    with launch.restart(tmp_path / "run") as again:
        assert again.state().state is PlaybackState.PLAYING
        again.take_baton("screen")
        again.stop("e1")
        entries = list(again.follow())
    assert "The capture ended" in str([entry.text for entry in entries if entry.what is JournalKind.TROUBLE])


def test_a_session_that_was_fading_out_does_not_come_back(tmp_path: Path, recording: Record, played: Play) -> None:
    mix = mix_of(60 * RATE_HZ, sound(recording("a", 60), 0, 60 * RATE_HZ))
    player = played(_job(mix, tmp_path))
    player.take_baton("screen")
    player.fade_out("e1", 60_000)
    kill_for_good(player.state().pid)
    assert _soon(lambda: client.connect(tmp_path / "run") is None)
    again = launch.restart(tmp_path / "run")
    entries = list(again.follow())
    again.close()
    assert entries[-1].what is JournalKind.ENDED
    assert entries[-1].frame < 2 * RATE_HZ
    with pytest.raises(Refused, match="has ended"):
        launch.restart(tmp_path / "run")


def test_acts_on_a_paced_output_take_effect_at_once_and_leave_no_gap(
    tmp_path: Path, recording: Record, played: Play
) -> None:
    before = mix_of(20 * RATE_HZ, sound(recording("a", 20, seed=1), 0, 20 * RATE_HZ))
    after = mix_of(2 * RATE_HZ, sound(recording("b", 20, seed=2), 0, 20 * RATE_HZ))
    player = played(_job(before, tmp_path))
    player.take_baton("screen")
    sent = player.state().frame
    began = time.monotonic()
    at = player.replace("e1", after, 4410).frame
    assert at - sent <= (time.monotonic() - began + 0.3) * RATE_HZ
    entries = list(player.follow())
    heard = captured(tmp_path / "out.wav")
    assert not [entry for entry in entries if entry.what is JournalKind.UNDERRUN]
    assert np.array_equal(heard[:at], rendered(before)[:at])
    assert np.array_equal(heard[at + 4410 :], rendered(after)[at + 4410 :])
    assert len(heard) == max(2 * RATE_HZ, at + 4410)


def test_a_second_controller_takes_over_and_the_first_is_told(tmp_path: Path, recording: Record, played: Play) -> None:
    mix = mix_of(30 * RATE_HZ, sound(recording("a", 30), 0, 30 * RATE_HZ))
    first = played(_job(mix, tmp_path))
    first.take_baton("one")
    second = client.connect(tmp_path / "run")
    assert second is not None
    with pytest.raises(Refused, match="one has the baton"):
        second.stop("e0")
    assert second.take_baton("two") == "one"
    with pytest.raises(Refused, match="two has the baton"):
        first.gain("e1", GainLayer.DUCK, -12.0, 0)
    assert [entry.text for entry in journal.read(tmp_path / "run") if entry.what is JournalKind.BATON] == ["one", "two"]
    second.close()
    assert _soon(lambda: first.state().baton is None)
    first.take_baton("one")
    first.stop("e2")
    assert list(first.follow())[-1].what is JournalKind.ENDED
