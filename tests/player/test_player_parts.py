"""The player's parts by themselves: the output's pulse, what sounded through changes, captures, torn journals."""

import errno
import os
import threading
import time
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from player_mixes import RATE_HZ, captured, mix_of, mixed, rendered, sound

from setsetting.arrays import Block
from setsetting.audio.mix import Mix
from setsetting.audio.mixer import Mixer
from setsetting.errors import NotFound, Refused
from setsetting.machine.clock import SystemClock, boot_id
from setsetting.player import job as jobs
from setsetting.player import journal, journal_writer, mixes
from setsetting.player import run as running
from setsetting.player.capture import Capture
from setsetting.player.gain_stage import GainStage
from setsetting.player.job import PlayerJob
from setsetting.player.journal import JournalKind
from setsetting.player.journal_writer import JournalWriter
from setsetting.player.playback_history import PlaybackHistory
from setsetting.player.status import GainLayer
from setsetting.player.transport import Transport

Record = Callable[..., Path]


class FakeOutput:
    """A device with a clock of its own that can be unplugged."""

    plugged = True
    sleeps_s = 0.0
    """After its first buffer, until it asks for the second."""
    starves_s = 0.0
    """Once, in the middle, as a busy machine lets it."""
    starves_at = 20
    """After so many buffers."""

    def __init__(self, name: str, rate_hz: int, pull: Callable[[Block], int]) -> None:
        if not FakeOutput.plugged:
            raise Refused("It is not there.")
        assert name == "USB"
        self.calls = 0
        self._pull = pull
        self._stop = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        out = np.empty((RATE_HZ // 50, 2), np.float32)
        while not self._stop.wait({1: self.sleeps_s, self.starves_at: self.starves_s}.get(self.calls, 0.01)):
            if FakeOutput.plugged:
                self._pull(out)
                self.calls += 1

    @property
    def is_started(self) -> bool:
        return FakeOutput.plugged

    def close(self) -> None:
        self._stop.set()


def _run(tmp_path: Path, mix: Mix, monkeypatch: pytest.MonkeyPatch) -> running.Run:
    monkeypatch.setattr(running.signal, "signal", lambda *_: None)  # the test is not the main thread's owner
    FakeOutput.plugged = True
    return running.Run(
        tmp_path,
        PlayerJob(session="s1", mix=mix, output="USB", capture=str(tmp_path / "out.wav")),
        ("USB",),
        restarted=False,
        open_mixer=Mixer,
        open_output=FakeOutput,
        clock=SystemClock(),
    )


def test_a_device_that_was_asleep_is_not_taken_for_lost(
    tmp_path: Path, recording: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeOutput, "sleeps_s", 1.0)
    mix = mix_of(RATE_HZ // 2, sound(recording("a", 1), 0, RATE_HZ // 2))
    _run(tmp_path, mix, monkeypatch).play()
    assert JournalKind.OUTPUT_LOST not in [entry.what for entry in journal.read(tmp_path)]
    assert np.array_equal(captured(tmp_path / "out.wav"), rendered(mix))


def test_a_device_that_a_busy_machine_keeps_waiting_is_asked_before_it_is_given_up(
    tmp_path: Path, recording: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeOutput, "starves_s", 0.9)
    mix = mix_of(RATE_HZ, sound(recording("a", 1), 0, RATE_HZ))
    _run(tmp_path, mix, monkeypatch).play()
    assert JournalKind.OUTPUT_LOST not in [entry.what for entry in journal.read(tmp_path)]
    assert np.array_equal(captured(tmp_path / "out.wav"), rendered(mix))


def test_a_device_that_is_slow_to_begin_has_not_stood_still(
    tmp_path: Path, recording: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeOutput, "sleeps_s", 1.6)
    mix = mix_of(RATE_HZ // 2, sound(recording("a", 1), 0, RATE_HZ // 2))
    _run(tmp_path, mix, monkeypatch).play()
    assert JournalKind.STALLED not in [entry.what for entry in journal.read(tmp_path)]
    assert np.array_equal(captured(tmp_path / "out.wav"), rendered(mix))


def test_music_that_stood_still_says_for_how_long_and_keeps_the_gap(
    tmp_path: Path, recording: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeOutput, "starves_s", 1.6)
    monkeypatch.setattr(FakeOutput, "starves_at", 70)
    mix = mix_of(2 * RATE_HZ, sound(recording("a", 2), 0, 2 * RATE_HZ))
    _run(tmp_path, mix, monkeypatch).play()
    told = [entry for entry in journal.read(tmp_path) if entry.what in (JournalKind.STALLED, JournalKind.OUTPUT_LOST)]
    assert [(entry.what, 1_000 <= (entry.held_ms or 0) < 10_000) for entry in told] == [(JournalKind.STALLED, True)]
    heard, gap = captured(tmp_path / "out.wav"), (told[0].held_ms or 0) * RATE_HZ // 1000
    assert abs(len(heard) - mix.frames - gap) <= 1
    assert np.array_equal(heard[heard.any(axis=1)], rendered(mix)[rendered(mix).any(axis=1)])


def test_a_level_comes_back_by_6_db_a_second_and_falls_as_it_is_asked() -> None:
    stage, second = GainStage(RATE_HZ), RATE_HZ
    stage.ask(GainLayer.VOLUME, -24.0, 500)
    stage.anchor(0)
    assert stage.gains(second // 2)[GainLayer.VOLUME] == -24.0
    stage.ask(GainLayer.VOLUME, 0.0, 500)
    stage.anchor(second)
    assert [stage.gains((1 + s) * second)[GainLayer.VOLUME] for s in range(5)] == [-24.0, -18.0, -12.0, -6.0, 0.0]


def test_music_that_begins_while_the_device_asks_has_no_silence_before_it(
    tmp_path: Path, recording: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    mix = mix_of(RATE_HZ // 2, sound(recording("a", 1), 0, RATE_HZ // 2))
    run = _run(tmp_path, mix, monkeypatch)
    transport, begin, asked = run._transport, run._begin, threading.Event()
    pull = transport.pull

    def pull_until_it_begins(out: Block) -> int:
        count = pull(out)
        asked.set()
        while transport.holding:
            time.sleep(0.001)
        return count

    def begin_once_asked() -> None:
        assert asked.wait(10)
        begin()

    monkeypatch.setattr(transport, "pull", pull_until_it_begins)
    monkeypatch.setattr(run, "_begin", begin_once_asked)
    run.play()
    assert np.array_equal(captured(tmp_path / "out.wav"), rendered(mix))


def test_a_lost_output_holds_the_music_and_only_the_same_one_goes_on(
    tmp_path: Path, recording: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "REOPEN_EVERY_S", 0.1)
    mix = mix_of(5 * RATE_HZ, sound(recording("a", 5), 0, 5 * RATE_HZ))
    run = _run(tmp_path, mix, monkeypatch)
    thread = threading.Thread(target=run.play)
    thread.start()
    time.sleep(0.4)
    FakeOutput.plugged = False
    _wait(tmp_path, JournalKind.OUTPUT_LOST)
    held_at = run._transport.frame
    time.sleep(0.3)
    assert run._transport.frame == held_at
    FakeOutput.plugged = True
    thread.join(20)
    entries = journal.read(tmp_path)
    back = next(entry for entry in entries if entry.what is JournalKind.OUTPUT_BACK)
    assert back.frame == held_at and (back.held_ms or 0) >= 300
    heard = captured(tmp_path / "out.wav")
    gap = (back.held_ms or 0) * RATE_HZ // 1000
    assert np.array_equal(heard[:held_at], rendered(mix)[:held_at])
    assert not heard[held_at : held_at + gap - RATE_HZ // 100].any()
    assert np.array_equal(heard[-RATE_HZ:], rendered(mix)[-RATE_HZ:])
    assert [s.sounded_frames for s in journal.sounded(entries, 0)] == [5 * RATE_HZ]


def _wait(folder: Path, what: JournalKind) -> None:
    deadline = time.monotonic() + 10
    while what not in [entry.what for entry in journal.read(folder)]:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_sender_that_finds_nothing_sends_silence_and_the_clock_stands(recording: Record) -> None:
    mix = mix_of(3 * RATE_HZ, sound(recording("a", 3), 0, 3 * RATE_HZ))
    transport = Transport(mix, 0, Mixer, waits=False)
    transport.fill()
    out = np.ones((10_000, 2), np.float32)
    assert transport.pull(out) == 4608
    assert not out[4608:].any()
    assert (transport.frame, transport.underruns) == (4608, 1)
    while transport.fill():
        pass
    transport.pull(out)
    assert np.array_equal(out, mixed(mix)[4608:14608])


def test_what_was_last_heard_is_known_by_its_frame(recording: Record) -> None:
    transport = Transport(mix_of(3 * RATE_HZ, sound(recording("a", 1), 0, RATE_HZ)), 0, Mixer, waits=True)
    out = np.empty((RATE_HZ, 2), np.float32)
    transport.fill_and_pull(out)
    assert transport.heard_frame == RATE_HZ
    transport.fill_and_pull(out)
    assert (transport.frame, transport.heard_frame) == (2 * RATE_HZ, RATE_HZ)


def test_a_mixer_that_fails_leaves_silence_and_a_running_clock(recording: Record) -> None:
    class Failing(Mixer):
        def read(self, out: Block) -> int:
            if self.position > RATE_HZ:
                raise RuntimeError("broken")
            return super().read(out)

    mix = mix_of(2 * RATE_HZ, sound(recording("a", 2), 0, 2 * RATE_HZ))
    transport = Transport(mix, 0, Failing, waits=True)
    out = np.empty((4096, 2), np.float32)
    while not transport.ended:
        transport.fill_and_pull(out)
    assert transport.frame == 2 * RATE_HZ
    assert [trouble.index for trouble in transport.troubles] == [None]


def test_a_sound_cut_short_counts_only_what_was_sent(recording: Record) -> None:
    path = recording("a", 1)
    history = PlaybackHistory(mix_of(100_000, sound(path, 0, 90_000, sha256="long")), 0)
    assert [turn.began for turn in history.advance(20_000)] == [True]
    history.replaced(mix_of(100_000, sound(path, 25_000, 50_000, sha256="next")), 21_000, 2_000)
    assert history.now(22_000) == ("long",)  # its crossfade still plays it
    turns = history.advance(60_000)
    assert [(t.stretch.sha256, t.frame, t.began) for t in turns] == [("long", 23_000, False), ("next", 25_000, True)]
    (last,) = history.finish(60_000)
    assert last.stretch.end - last.stretch.start == 35_000


def test_a_capture_is_a_whole_wav_at_every_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    capture = Capture(path, RATE_HZ, carry_on=False)
    assert len(captured(path)) == 0
    capture.write(np.zeros((1000, 2), np.float32), 0)
    capture.checkpoint()
    assert len(captured(path)) == 1000
    capture.write(np.zeros((500, 2), np.float32), 1000)  # and no checkpoint: its writer is killed here
    again = Capture(path, RATE_HZ, carry_on=True)
    again.silence(10)
    again.close()
    assert len(captured(path)) == 1500 + 441
    with wave.open(str(path)) as file:
        assert file.getnframes() == 1941
    capture.close()


def test_a_line_torn_by_a_kill_is_passed_over(tmp_path: Path) -> None:
    whole = b'{"n":1,"what":"started","frame":0,"utc_ms":1,"mono_ms":1}\n'
    (tmp_path / journal.JOURNAL_FILE).write_bytes(whole + b'{"n":2,"what":"ga')
    assert [entry.n for entry in journal.read(tmp_path)] == [1]
    assert journal.read(tmp_path / "nowhere") == []


class Disk:
    """Takes only so many bytes, as a full one does: the last write short, then none."""

    def __init__(self, room: int) -> None:
        self.room = room
        self._write = os.write

    def write(self, handle: int, content: bytes) -> int:
        if content and not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = self._write(handle, content[: self.room])
        self.room -= taken
        return taken


def test_a_full_disk_loses_no_line_of_the_journal_and_tears_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(150)
    monkeypatch.setattr(journal_writer.os, "write", disk.write)
    book = JournalWriter(tmp_path, PlaybackHistory(mix_of(100), 0), SystemClock())
    for n in range(5):
        book.note(JournalKind.BATON, n, text=f"controller {n}")
    assert book.behind and len(journal.read(tmp_path)) < 5
    disk.room = 10_000
    book.sync()
    assert not book.behind
    assert [(entry.n, entry.text) for entry in journal.read(tmp_path)] == [(n + 1, f"controller {n}") for n in range(5)]


def test_a_mix_that_a_full_disk_does_not_take_is_kept_when_it_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise Refused("The disk is full.")

    mix, keeper = mix_of(100), mixes.MixStore(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(jobs.files, "write_whole", full)
        keeper.keep(mix)
    with pytest.raises(NotFound):
        mixes.read_mix(tmp_path, mixes.digest(mix))
    keeper.catch_up()
    assert mixes.read_mix(tmp_path, mixes.digest(mix)) == mix


def test_a_mix_is_kept_before_it_is_heard_and_waits_for_no_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mix, keeper, waited = mix_of(100), mixes.MixStore(tmp_path), list[int]()
    monkeypatch.setattr(os, "fsync", waited.append)
    keeper.keep(mix)
    assert mixes.read_mix(tmp_path, mixes.digest(mix)) == mix and not waited
    keeper.sync()
    assert waited


class Clock:
    def utc_ms(self) -> int:
        return 9_000_000

    def mono_ms(self) -> int:
        return 5_000


def test_a_wall_clock_that_was_set_does_not_lengthen_the_gap_of_a_killed_player() -> None:
    assert journal.Position(1, 1_000, 2_000, boot_id()).age_ms(Clock()) == 3_000
    assert journal.Position(1, 8_999_000, 2_000, "another start of the machine").age_ms(Clock()) == 1_000


def test_what_a_killed_player_is_known_to_have_sent_is_the_newest_of_journal_and_position() -> None:
    entries = [
        journal.JournalEntry(1, JournalKind.STARTED, 0, 0, 0),
        journal.JournalEntry(2, JournalKind.TROUBLE, 900, 0, 0),
    ]
    assert journal.last_frame(entries, None) == 0
    assert journal.last_frame(entries, journal.Position(500, 0, 0, "")) == 500


def test_a_full_disk_ends_a_capture_and_not_the_music(
    tmp_path: Path, recording: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    mix = mix_of(RATE_HZ, sound(recording("a", 1), 0, RATE_HZ))
    pwrite = os.pwrite

    def full(handle: int, content: bytes, at: int) -> int:
        return pwrite(handle, content[: max(0, 50_000 - at)] if at > 44 else content, at)

    monkeypatch.setattr(os, "pwrite", full)
    _run(tmp_path, mix, monkeypatch).play()
    entries = journal.read(tmp_path)
    assert [entry.text for entry in entries if entry.what is JournalKind.TROUBLE] == [
        "The capture ended, it cannot be written on: No space left on device."
    ]
    assert (entries[-1].what, entries[-1].frame) == (JournalKind.ENDED, RATE_HZ)
    heard = captured(tmp_path / "out.wav")
    assert len(heard) and np.array_equal(heard, rendered(mix)[: len(heard)])


def test_a_sender_that_comes_while_a_mix_is_let_in_sends_nothing_that_is_no_more(recording: Record) -> None:
    one, other = recording("a", 3, seed=1), recording("b", 3, seed=2)
    mix, new = mix_of(3 * RATE_HZ, sound(one, 0, 3 * RATE_HZ)), mix_of(3 * RATE_HZ, sound(other, 0, 3 * RATE_HZ))
    sent, fade = np.ones((RATE_HZ, 2), np.float32), 4_000

    class Interrupted(Mixer):
        def read(self, out: Block) -> int:
            if self.mix == mix and self.position > 0:  # the old one is read on for the crossfade alone
                transport.pull(sent)
            return super().read(out)

    transport = Transport(mix, 0, Interrupted, waits=False)
    transport.fill()
    at = transport.replace(new, fade, lambda _frame: None)
    assert np.array_equal(sent[:at], mixed(mix)[:at]) and not sent[at:].any()
    assert transport.frame == at
    rest = np.empty((2 * fade, 2), np.float32)
    assert transport.pull(rest) == len(rest)
    assert np.array_equal(rest[fade:], mixed(new)[at + fade : at + 2 * fade])
