"""Several outputs of one player: the same frames in step, each at its own level, and one that is lost is held alone."""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import miniaudio
import numpy as np
import pytest
from player_mixes import RATE_HZ, mix_of, rendered, sound

from setsetting.arrays import Block
from setsetting.audio.dither import to_int16
from setsetting.audio.mixer import Mixer
from setsetting.errors import Refused
from setsetting.machine.clock import SystemClock
from setsetting.player import outputs
from setsetting.player import run as running
from setsetting.player.job import PlayerJob
from setsetting.player.journal import JournalKind
from setsetting.player.status import GainLayer
from setsetting.player.transport import Transport
from setsetting.units import Frames, Milliseconds

PERIOD = RATE_HZ // 25
HEADPHONES, ROOM = "Headphones", "Room"
Record = Callable[..., Path]


class Device:
    """Asks for sound when the test says so, and keeps what it was sent."""

    there: ClassVar[dict[str, "Device"]] = {}
    missing: ClassVar[set[str]] = set()

    def __init__(self, name: str, _rate_hz: int, pull: Callable[[Block], int]) -> None:
        if name in Device.missing:
            raise Refused(f"{name} is not there.")
        self.calls, self._pull, self.sent = 0, pull, list[Block]()
        Device.there[name] = self

    is_started = False

    def ask(self, frames: int = PERIOD) -> None:
        out = np.full((frames, 2), 9.0, np.float32)
        self._pull(out)
        self.calls += 1
        self.sent.append(out)

    @property
    def heard(self) -> np.ndarray:
        return np.concatenate(self.sent)

    def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
def run(tmp_path: Path, recording: Record) -> running.Run:
    """A player on two outputs, both open, a recording ahead of it."""
    Device.missing, Device.there = set(), {}
    mix = mix_of(60 * RATE_HZ, sound(recording("a", 60), 0, 60 * RATE_HZ))
    job = PlayerJob("s1", mix, HEADPHONES, capture=str(tmp_path / "out.wav"), also=(ROOM,))
    made = running.Run(
        tmp_path,
        job,
        job.outputs,
        restarted=False,
        open_mixer=Mixer,
        open_output=Device,
        clock=SystemClock(),
    )
    made._open_outputs()
    made._transport.holding = False
    return made


def ask(run: running.Run, *names: str, frames: int = PERIOD) -> None:
    while run._transport.fill():
        pass
    for name in names:
        Device.there[name].ask(frames)


def as_16_bit(heard: np.ndarray) -> np.ndarray:
    return to_int16(heard.copy(), 0)


def test_both_are_sent_the_same_frames_in_step_whatever_their_turns(run: running.Run) -> None:
    whole = rendered(run._job.mix)
    for turn in range(100):
        ask(run, *((HEADPHONES, ROOM) if turn % 7 else (ROOM, HEADPHONES)))
    for name in (HEADPHONES, ROOM):
        assert np.array_equal(as_16_bit(Device.there[name].heard), whole[: 100 * PERIOD])
    assert run._transport.frame == 100 * PERIOD


def test_a_device_that_runs_slower_catches_up_and_never_falls_far_behind(run: running.Run) -> None:
    lags = []
    for turn in range(1_200):
        ask(run, HEADPHONES)
        if turn % 100:  # a period in a hundred later
            ask(run, ROOM, frames=PERIOD + 17)
        lags.append(run._transport.frame - run._feeds[1]._frame)
    assert max(lags) <= 3 * PERIOD
    assert np.isfinite(Device.there[ROOM].heard).all() and np.abs(Device.there[ROOM].heard).max() < 1


def test_one_that_is_lost_is_held_alone_and_comes_back_rising(run: running.Run, tmp_path: Path) -> None:
    whole = rendered(run._job.mix)
    for _turn in range(20):
        ask(run, HEADPHONES, ROOM)
    Device.missing = {HEADPHONES}
    run._lose(run._feeds[0])
    run._reopen(run._feeds[0])
    assert [each.held for each in run._control.state().outputs] == [True, False]
    for _turn in range(50):
        ask(run, ROOM)
    assert not run._transport.holding
    Device.missing = set()
    run._reopen(run._feeds[0])
    ask(run, ROOM, HEADPHONES)
    assert np.array_equal(as_16_bit(Device.there[ROOM].heard), whole[: 71 * PERIOD])
    back = np.abs(Device.there[HEADPHONES].heard)
    assert back[:50].max() < 0.01 * np.abs(Device.there[ROOM].heard).max()
    told = [(each.what, each.output) for each in run._journal.entries if each.output]
    assert told == [(JournalKind.OUTPUT_LOST, HEADPHONES), (JournalKind.OUTPUT_BACK, HEADPHONES)]


def test_with_the_last_output_lost_the_music_is_held_and_the_first_that_is_back_goes_on(run: running.Run) -> None:
    ask(run, HEADPHONES, ROOM)
    Device.missing = {HEADPHONES, ROOM}
    for feed in run._feeds:
        run._lose(feed)
    assert run._transport.holding
    Device.missing = {HEADPHONES}
    for feed in run._feeds:
        run._reopen(feed)
    assert not run._transport.holding
    assert [each.held for each in run._control.state().outputs] == [True, False]


def test_an_output_has_a_level_of_its_own_and_the_capture_has_none_of_it(run: running.Run, tmp_path: Path) -> None:
    run._capture.open()
    run._feeds[1].stage.ask(GainLayer.VOLUME, -6.0, 50)
    for _turn in range(50):
        ask(run, HEADPHONES, ROOM)
    run._capture.write()
    headphones, room = Device.there[HEADPHONES].heard, Device.there[ROOM].heard
    assert np.allclose(room[-PERIOD:], headphones[-PERIOD:] * 10 ** (-6 / 20), atol=1e-6)
    assert np.array_equal(as_16_bit(headphones), rendered(run._job.mix)[: 50 * PERIOD])
    assert [each.volume_db for each in run._control.state().outputs] == [0.0, -6.0]


def test_an_output_that_is_named_twice_and_a_fast_one_beside_another_are_refused() -> None:
    with pytest.raises(Refused, match="named twice"):
        outputs.resolve_all(("null", "null"))


def test_started_again_each_output_has_its_level_and_one_that_is_missing_is_held(
    run: running.Run, tmp_path: Path
) -> None:
    run._journal.note(JournalKind.GAIN, Frames(0), layer="volume", db=-6.0, over_ms=50, output=ROOM)
    run._journal.sync()
    Device.missing = {HEADPHONES}
    job = run._job
    again = running.Run(
        tmp_path, job, job.outputs, restarted=True, open_mixer=Mixer, open_output=Device, clock=SystemClock()
    )
    again._open_outputs()
    again._carry_on(Frames(0), Milliseconds(0))
    told = {each.name: (each.volume_db, each.held) for each in again._control.state().outputs}
    assert told == {HEADPHONES: (0.0, True), ROOM: (-6.0, False)}
    Device.missing = {HEADPHONES, ROOM}
    with pytest.raises(Refused, match="not there"):
        again._open_outputs()


def test_the_unheard_output_asks_by_the_clock_and_makes_up_for_no_more_than_a_buffer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now_s, asked, ended = 100.0, list[float](), threading.Event()

    class Time:
        """A clock that stands still for ten seconds at the eighth sleep, and then ends the output."""

        sleeps = 0

        @staticmethod
        def monotonic() -> float:
            return now_s

        @classmethod
        def sleep(cls, for_s: float) -> None:
            nonlocal now_s
            cls.sleeps += 1
            now_s += for_s + (10.0 if cls.sleeps == 8 else 0.0)
            if cls.sleeps == 20:
                opened[0].close()
                ended.set()

    def pull(out: Block) -> int:
        assert len(out) == PERIOD
        asked.append(round(now_s - 100.0, 3))
        return len(out)

    monkeypatch.setattr(outputs, "time", Time)
    opened: list[outputs.Unheard] = []
    begun = threading.Event()
    opened.append(outputs.Unheard(RATE_HZ, lambda out: pull(out) if begun.wait(5) else 0))
    begun.set()
    assert ended.wait(5)
    assert asked[:8] == [0.0, 0.0, 0.0, 0.04, 0.08, 0.12, 0.16, 0.2]
    assert asked[8:13] == [10.24, 10.24, 10.24, 10.28, 10.32]


def test_a_device_is_listened_to_beside_its_sending_and_at_the_level_it_has(recording: Record) -> None:
    transport = Transport(mix_of(2 * RATE_HZ, sound(recording("a", 2), 0, 2 * RATE_HZ)), 0, Mixer, waits=False)
    while transport.fill():
        pass
    out = np.empty((RATE_HZ // 10, 2), np.float32)
    transport.pull(out)
    assert transport.heard_frame == 0
    transport.listen()
    assert transport.heard_frame == transport.frame == RATE_HZ // 10
    transport.gain_stage.set_to(GainLayer.DUCK, -120.0)
    transport.pull(out)
    transport.listen()
    assert (transport.frame, transport.heard_frame) == (RATE_HZ // 5, RATE_HZ // 10)


class Slow(SystemClock):
    """A clock that a test sets forward."""

    later_ms = Milliseconds(0)

    def mono_ms(self) -> Milliseconds:
        return Milliseconds(super().mono_ms() + self.later_ms)


def test_started_again_what_opening_an_output_took_is_a_part_of_the_gap(run: running.Run, tmp_path: Path) -> None:
    run._position.write(Frames(0))
    job, clock = run._job, Slow()
    again = running.Run(tmp_path, job, job.outputs, restarted=True, open_mixer=Mixer, open_output=Device, clock=clock)
    clock.later_ms = Milliseconds(6_000)
    again._begin()
    again._server.close(0.0)
    told = [entry.held_ms for entry in again._journal.entries if entry.what is JournalKind.RESTARTED]
    assert len(told) == 1 and 6_000 <= (told[0] or 0) < 60_000


def test_an_output_that_takes_long_to_open_is_no_stall(run: running.Run) -> None:
    run._clock = clock = Slow()
    clock.later_ms = Milliseconds(6_000)
    run._begin()
    clock.later_ms = Milliseconds(8_500)
    for _turn in range(2):
        ask(run, HEADPHONES, ROOM, frames=RATE_HZ)
        run._look_for_a_stall()
    run._server.close(0.0)
    assert JournalKind.STALLED not in {entry.what for entry in run._journal.entries}


def test_devices_looked_for_twice_at_once_leave_stderr_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    both, first_is_out = threading.Barrier(2), threading.Event()
    order = iter((False, True))

    def devices(_backends: object) -> object:
        is_second = next(order)
        both.wait(5)
        if is_second:
            first_is_out.wait(5)
        raise miniaudio.MiniaudioError("none here")

    def look() -> None:
        assert outputs.names() == []
        first_is_out.set()

    monkeypatch.setattr(miniaudio, "get_enabled_backends", lambda: {miniaudio.Backend.ALSA})
    monkeypatch.setattr(miniaudio, "Devices", devices)
    before = os.fstat(2)
    looks = [threading.Thread(target=look) for _look in range(2)]
    for each in looks:
        each.start()
    for each in looks:
        each.join(10)
    assert os.path.samestat(os.fstat(2), before)
