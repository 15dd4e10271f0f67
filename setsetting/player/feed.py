"""One of a player's outputs: its device, its own level, how far it has sent, and whether it still asks for sound.

All outputs send the same frames. Whoever is furthest moves the clock; who is behind sends what the others have sent, and
catches up by so little at a time that nobody hears it: devices do not run equally fast. One that is lost is held alone.
"""

import threading
import time
from collections.abc import Callable

import numpy as np

from setsetting.arrays import Block
from setsetting.errors import SetSettingError
from setsetting.player.gain_stage import GainStage
from setsetting.player.outputs import BUFFER_MS, PERIOD_MS, PERIODS, OpenOutput, Output
from setsetting.player.status import GainLayer
from setsetting.player.transport import BEHIND_MS, Transport
from setsetting.units import Decibels, Frames, Milliseconds, frames_from_ms

TICK_MS = Milliseconds(200)
"""So often a player looks after its outputs and all else; few wakings cost less than many."""
LOST_AFTER_TICKS = 1 + 3 * BUFFER_MS // TICK_MS
"""Ticks of who looks, not of the wall clock, so that a machine that stalls whole loses no output."""
DEAF_AFTER_TICKS = 3_000 // TICK_MS
"""Three seconds for a device that says it is started and asks for nothing: a busy machine keeps it waiting."""
AWAKE_AFTER_CALLS = 2 * PERIODS
ASLEEP_TICKS = 5_000 // TICK_MS
"""Five seconds for a device that was asleep: it takes its first buffer, then nothing until it wakes."""


class Feed:
    """What is sent to one output, called `name`; its device is there, or it is held."""

    def __init__(self, name: str, transport: Transport) -> None:
        self.name = name
        self.stage = GainStage(transport.rate_hz)
        self.output: Output | None = None
        self.heard_at = self.tried_at = 0.0
        self._transport = transport
        self._frame: Frames = transport.frame
        self._period = frames_from_ms(PERIOD_MS, transport.rate_hz)
        self._most_behind = frames_from_ms(BEHIND_MS, transport.rate_hz) - 2 * self._period
        self._sent = Frames(0)
        self._catches_up = False
        self._calls = self._silent_ticks = 0

    def open(self, open_output: OpenOutput, send: Callable[["Feed", Block], int]) -> None:
        """Open its device and no other, from the present frame on; raises a sentence when it is not there."""
        self._frame = self._transport.frame
        self._calls = self._silent_ticks = 0
        self.tried_at = time.monotonic()
        self.output = open_output(self.name, self._transport.rate_hz, lambda out: send(self, out))
        self.heard_at = time.monotonic()

    def reopen(self, open_output: OpenOutput, send: Callable[["Feed", Block], int]) -> bool:
        """Open it again; False while it is not there."""
        try:
            self.open(open_output, send)
        except SetSettingError:
            return False
        return True

    @property
    def is_held(self) -> bool:
        """Whether its device was lost, and is awaited."""
        return self.output is None and self.tried_at > 0

    def close(self) -> None:
        """Let the device go; closing one that is gone may never return."""
        if self.output is not None:
            threading.Thread(target=self.output.close, daemon=True).start()
            self.output = None

    def is_lost(self) -> bool:
        """Whether its device has asked for nothing for too long; asked once a tick."""
        output = self.output
        if output is None:
            return True
        if output.calls != self._calls:
            self._calls, self._silent_ticks, self.heard_at = output.calls, 0, time.monotonic()
        self._silent_ticks += 1
        if self._silent_ticks <= (LOST_AFTER_TICKS if self._calls > AWAKE_AFTER_CALLS else ASLEEP_TICKS):
            return False
        return self._silent_ticks > DEAF_AFTER_TICKS or not output.is_started

    def behind(self, out: Block) -> int:
        """Put into `out` what other outputs have sent and this one has not; how many frames of `out` that fills."""
        transport = self._transport
        lag = transport.frame - self._frame
        if lag > self._most_behind:
            self._frame, lag = transport.frame, Frames(0)
        self._catches_up = lag > (self._period if self._catches_up else self._period * 3 // 2)
        count = min(len(out), lag)
        if not count:
            return 0
        if not self._catches_up or lag <= count:
            transport.sent_again(self._frame, out[:count])
            self._frame = Frames(self._frame + count)
            return count
        more = np.empty((count + 1, 2), np.float32)
        transport.sent_again(self._frame, more)
        self._frame = Frames(self._frame + count + 1)
        share = (np.arange(count, dtype=np.float32) / count)[:, np.newaxis]
        out[:count] = more[:-1] * (1 - share) + more[1:] * share
        return count

    def front(self) -> None:
        """It has sent what there is: from here on it goes with the clock."""
        self._frame = self._transport.frame

    def rise(self, over_ms: Milliseconds) -> None:
        """Come back from silence."""
        self.stage.fade_in(self._sent, over_ms)

    @property
    def volume_db(self) -> Decibels:
        return self.stage.gains(self._sent)[GainLayer.VOLUME]

    def at_its_level(self, out: Block) -> None:
        """Bring what it sends next to its own level."""
        self.stage.anchor(self._sent)
        self.stage.apply(out, self._sent)
        self._sent = Frames(self._sent + len(out))
