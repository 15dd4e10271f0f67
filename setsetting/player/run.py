"""One run of a player: from its folder to the end of its Mix, whatever happens to everybody else.

Threads: this one looks after things five times a second (journal, position, capture, the output's pulse);
one mixes ahead; the device's callback sends; each client has one of its own. The fast output needs none
of these but the clients': this thread mixes, sends and waits at barriers by itself.
"""

import signal
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from setsetting.arrays import Block
from setsetting.audio.beds import bed_colour, bed_frames
from setsetting.audio.mix import ROOM_BED, Mix
from setsetting.errors import SetSettingError
from setsetting.machine.clock import Clock
from setsetting.player import presence
from setsetting.player.barriers import Barriers
from setsetting.player.capture import CaptureWriter
from setsetting.player.control import Control
from setsetting.player.feed import TICK_MS, Feed
from setsetting.player.gain_stage import SHORTEST_MS
from setsetting.player.job import BESIDE, FAST, VIRTUAL, PlayerJob
from setsetting.player.journal import (
    ABANDONED,
    CLOSED,
    FADED_OUT,
    PLAYED_OUT,
    TERMINATED,
    JournalKind,
    last_frame,
    read,
    read_position,
)
from setsetting.player.journal_writer import JournalWriter, PositionFile
from setsetting.player.mixes import MixStore, mix_in_force
from setsetting.player.outputs import BUFFER_MS, OpenOutput
from setsetting.player.playback_history import PlaybackHistory
from setsetting.player.server import Server
from setsetting.player.status import GainLayer
from setsetting.player.transport import CHUNK, OpenMixer, Transport
from setsetting.units import Frames, Milliseconds, frames_from_ms, ms_from_frames, nearest_ms, s_from_ms

TICK_S = s_from_ms(TICK_MS)
LOOKS_ROUND_EVERY_S = 0.5
"""So often it looks whether its session is over and its door stands, and writes down where it is."""
MIX_EVERY_S = 0.4
"""A fifth of the ring: few wakings cost less than many."""
STALLED_MS = Milliseconds(1_000)
"""A tick in which so much less was sent than time went by: the process or the machine stood still."""
BEGINS_WITHIN_MS = Milliseconds(2_000)  # so long a device may wait in its first second
REOPEN_EVERY_S = 2.0
BACK_FADE_MS = Milliseconds(2_000)  # over this rises what comes back after a gap
FIRST_WORD_S = 10.0
"""A fast player begins when it has been spoken to, at the latest after this."""
ALONE_S = 600.0
"""A fast player at a barrier, without any client for this long, ends."""
CLOSED_FADE_MS = Milliseconds(3_000)
"""The fade of a player whose session was closed."""
ABANDON_FILE = "abandon"
"""A run that nobody hears ends at once when this lies in its folder."""
_LAST_WORDS_S = 2.0
_LAST_LINES_S = 600.0
"""How long a player whose music is over waits for a full disk: unsaid, its end would look like a kill."""


class Run:
    """Made from a folder and a checked job; `play` returns when it has ended. One that is restarted may go on with a `mix`."""

    def __init__(
        self,
        folder: Path,
        job: PlayerJob,
        outputs: Sequence[str],
        *,
        restarted: bool,
        mix: Mix | None = None,
        open_mixer: OpenMixer,
        open_output: OpenOutput,
        clock: Clock,
    ) -> None:
        self._folder = folder
        self._job = job
        self._output_name = BESIDE.join(outputs)
        self._open_output = open_output
        self._clock = clock
        self._fast = job.output == FAST
        mix = mix or (mix_in_force(folder, job.mix, read(folder)) if restarted else job.mix)
        position = read_position(folder) if restarted else None
        frame = min(last_frame(read(folder), position), mix.frames) if restarted else Frames(0)
        self._transport = Transport(mix, frame, open_mixer, waits=self._fast)
        self._feeds = tuple(Feed(name, self._transport) for name in outputs)
        self._sending = threading.Lock()
        self._journal = JournalWriter(folder, PlaybackHistory(mix, frame), clock)
        self._barriers = Barriers(job.barriers)
        self._mixes = MixStore(folder)
        self._mixes.keep(mix)
        self._control = Control(self._mixes, self._transport, self._journal, self._barriers, self._feeds)
        self._position = PositionFile(folder, clock)
        self._capture = CaptureWriter(job.capture, self._transport.rate_hz, self._tell_trouble)
        self._server = Server(folder, self._control, self._journal)
        self._told_to_end = False
        self._why = PLAYED_OUT
        self._underruns = 0
        self._looked_round_at = 0.0
        self._restarted = restarted
        self._looked_at = self._now()
        self._stalls = False
        self._settled_from = Frames(frame + frames_from_ms(STALLED_MS, mix.rate_hz))
        self._left = position
        self._transport.holding = not self._fast  # an output is open and silent before anything is written down

    def play(self) -> None:
        """Play to the end; raises only when the output can't be opened at all."""
        signal.signal(signal.SIGTERM, self._terminate)
        if self._fast:
            self._play_fast()
        else:
            self._play_paced()

    def _terminate(self, *_signal: object) -> None:
        self._told_to_end = True

    def _begin(self) -> None:
        """The output is there: make the capture, write it down, and let the music go."""
        frame = self._transport.frame
        if self._restarted:
            self._carry_on(frame, Milliseconds(0) if self._left is None else self._left.age_ms(self._clock))
        else:
            self._capture.open()
            self._journal.note(JournalKind.STARTED, frame, mix=self._journal.mix_digest, text=self._output_name)
        self._position.write(frame)
        self._transport.holding, self._looked_at = False, self._now()  # what opening took is no stall
        presence.sign(self._folder, ready=True)
        self._server.open()

    def _carry_on(self, frame: Frames, gap_ms: Milliseconds) -> None:
        """Go on after a kill: the same levels, the barriers already passed, silence where nothing was sent."""
        transport, journal = self._transport, self._journal
        before = list(journal.entries)
        journal.close_torn(frame)
        journal.note(JournalKind.RESTARTED, frame, mix=journal.mix_digest, held_ms=gap_ms, text=self._output_name)
        for entry in before:
            if entry.what is JournalKind.GAIN and entry.layer is not None and entry.db is not None:
                own = [feed.stage for feed in self._feeds if feed.name == entry.output]
                for stage in own if entry.output is not None else [transport.gain_stage]:
                    stage.set_to(GainLayer(entry.layer), entry.db)
            elif entry.what is JournalKind.RELEASED and entry.barrier is not None:
                self._barriers.release(entry.barrier)
            elif entry.what in (JournalKind.FADE_OUT, JournalKind.STOP):
                self._told_to_end = True
        transport.gain_stage.fade_in(frame, BACK_FADE_MS)
        if self._told_to_end:  # what was fading out must not come back at full level
            transport.gain_stage.ask_fade_out(SHORTEST_MS)
        self._capture.carry_on(to=frame if self._fast else None, gap_ms=gap_ms)

    # --- paced by a device ---

    def _play_paced(self) -> None:
        transport = self._transport
        while transport.fill():
            pass
        self._open_outputs()
        self._begin()
        stopped = threading.Event()
        threading.Thread(target=self._mix_ahead, args=(stopped,), daemon=True).start()
        threading.Thread(target=self._make_noise, daemon=True).start()
        while not self._is_over():
            time.sleep(TICK_S)
            self._tick()
            self._transport.listen()
            if not self._transport.holding:
                self._look_for_a_stall()
            for feed in self._feeds:
                if feed.output is not None and feed.is_lost():
                    self._lose(feed)
                if feed.output is None and time.monotonic() - feed.tried_at >= REOPEN_EVERY_S:
                    self._reopen(feed)
        if not self._transport.holding:
            time.sleep(s_from_ms(BUFFER_MS))  # what is in the devices' buffers is still to be heard
        for feed in self._feeds:
            feed.close()
        stopped.set()
        self._end()

    def _open_outputs(self) -> None:
        """Open all; a player that is started again goes on with those that are there, and raises where none is."""
        missing = []
        for feed in self._feeds:
            try:
                feed.open(self._open_output, self._send)
            except SetSettingError as error:
                missing.append(error)
        if missing and (not self._restarted or len(missing) == len(self._feeds)):
            for feed in self._feeds:
                feed.close()
            raise missing[0]

    def _look_for_a_stall(self) -> None:
        """Where far more time went by since the last look than was sent, say so, and keep the gap in the capture.

        Some devices make up for a part of it at once, so it is counted a tick later.
        """
        transport, now, (frame, lacked, at_ms) = self._transport, self._now(), self._looked_at
        if now[0] == frame:
            return
        missed_ms = now[2] - at_ms - ms_from_frames(now[0] - frame, transport.rate_hz)
        late = missed_ms >= (STALLED_MS if frame >= self._settled_from else BEGINS_WITHIN_MS)
        if not late or self._stalls:
            self._looked_at = now
        self._stalls = late and not self._stalls
        if late and not self._stalls:
            in_it_ms = ms_from_frames(now[1] - lacked, transport.rate_hz)
            self._capture.silence(max(Milliseconds(0), missed_ms - in_it_ms))
            self._journal.note(JournalKind.STALLED, frame, held_ms=missed_ms)

    def _now(self) -> tuple[Frames, Frames, Milliseconds]:
        """How far the music is, how much was silence for want of it, and when."""
        return self._transport.frame, self._transport.lacked, self._clock.mono_ms()

    def _send(self, feed: Feed, out: Block) -> int:
        """A device's callback; see `Transport.pull`. Of several outputs one sends at a time."""
        if len(self._feeds) == 1:
            count = self._send_next(out)
            feed.at_its_level(out[:count])
            return count
        with self._sending:
            known = feed.behind(out)
            count = known + self._send_next(out[known:]) if known < len(out) else known
            if known < len(out):
                feed.front()
            feed.at_its_level(out[:count])
            return count

    def _send_next(self, out: Block) -> int:
        """The next frames, which move the clock and are captured."""
        transport = self._transport
        holding, frame = transport.holding, transport.frame  # as asked: a hold may end while this runs
        count = transport.pull(out)
        if count or not holding:
            self._capture.sent(frame, out[:count] if transport.ended else out)  # an underrun's silence was sent, too
        return count

    def _mix_ahead(self, stopped: threading.Event) -> None:
        while not stopped.is_set():
            while self._transport.fill():
                pass
            self._transport.short.wait(MIX_EVERY_S)
            self._transport.short.clear()

    def _make_noise(self) -> None:
        """Have the noise bed at hand before a key asks for it."""
        bed_frames(bed_colour(ROOM_BED), self._transport.rate_hz, Frames(0), 1)

    def _lose(self, feed: Feed) -> None:
        """Hold the output alone while others play; where none is left, the music is held where it is."""
        alone = not any(each.output is not None for each in self._feeds if each is not feed)
        self._transport.holding = alone
        feed.close()
        self._journal.advance(self._transport.frame)
        lost = None if alone else feed.name
        self._journal.note(JournalKind.OUTPUT_LOST, self._transport.frame, text=feed.name, output=lost)
        feed.tried_at -= REOPEN_EVERY_S  # at once

    def _reopen(self, feed: Feed) -> None:
        """Open the same output; where the music is held it stays silent until the hold is over, else it rises alone."""
        transport, heard_at = self._transport, max(each.heard_at for each in self._feeds)
        if not transport.holding:
            feed.rise(BACK_FADE_MS)
        if not feed.reopen(self._open_output, self._send):
            return
        if transport.holding:
            self._back(feed, nearest_ms(time.monotonic() - heard_at))
            self._looked_at = self._now()
        else:
            self._journal.note(JournalKind.OUTPUT_BACK, transport.frame, text=feed.name, output=feed.name)

    def _back(self, feed: Feed, held_ms: Milliseconds) -> None:
        transport = self._transport
        self._capture.silence(held_ms)
        transport.gain_stage.fade_in(transport.frame, BACK_FADE_MS)
        transport.holding = False
        self._journal.note(JournalKind.OUTPUT_BACK, transport.frame, held_ms=held_ms, text=feed.name)

    # --- as fast as it can ---

    def _play_fast(self) -> None:
        self._begin()
        self._control.spoken_to.wait(FIRST_WORD_S)
        transport, block = self._transport, np.empty((CHUNK, 2), np.float32)
        ticked = time.monotonic()
        while True:
            barrier = self._barriers.next(transport.frame)
            if barrier == transport.frame and not self._told_to_end:
                self._wait_at(barrier)
                continue
            if self._is_over():
                break
            frame = transport.frame
            out = block if barrier is None else block[: barrier - frame]
            count = transport.fill_and_pull(out)
            self._capture.sent(frame, block[:count])
            self._capture.write()
            if time.monotonic() - ticked >= TICK_S:
                self._tick()
                ticked = time.monotonic()
        self._end()

    def _wait_at(self, barrier: Frames) -> None:
        self._tick()
        self._barriers.arrive(barrier)
        self._journal.note(JournalKind.BARRIER, barrier, barrier=barrier)
        alone_since = time.monotonic()
        while not self._barriers.wait(barrier, TICK_S):
            if self._control.connections:
                alone_since = time.monotonic()
            if presence.is_over(self._folder):
                self._abandon(CLOSED, CLOSED_FADE_MS)
            elif self._is_abandoned() or self._told_to_end or time.monotonic() - alone_since > ALONE_S:
                self._abandon()

    # --- both ---

    def _is_over(self) -> bool:
        if self._transport.ended:
            return True
        return self._transport.holding and (self._told_to_end or self._transport.gain_stage.ending)

    def _is_abandoned(self) -> bool:
        """A run that nobody hears ends with its folder, or when a file there says so."""
        if self._job.output not in VIRTUAL:
            return False
        return (self._folder / ABANDON_FILE).exists() or not self._folder.exists()

    def _abandon(self, why: str = ABANDONED, over_ms: Milliseconds = SHORTEST_MS) -> None:
        self._why = why
        self._told_to_end = True
        self._transport.gain_stage.ask_fade_out(over_ms)
        self._barriers.open_all()

    def _tick(self) -> None:
        transport = self._transport
        looks = time.monotonic() - self._looked_round_at >= LOOKS_ROUND_EVERY_S
        if looks and not transport.gain_stage.ending:
            if self._is_abandoned():
                self._abandon()
            elif presence.is_over(self._folder):
                self._abandon(CLOSED, CLOSED_FADE_MS)
        if self._told_to_end and not transport.gain_stage.ending:
            self._why = TERMINATED
            transport.gain_stage.ask_fade_out(SHORTEST_MS)
        while transport.troubles:
            trouble = transport.troubles.popleft()
            self._journal.silenced(trouble.mix, trouble.index, trouble.frame, trouble.sentence)
        while transport.gain_stage.anchored:
            self._journal.anchored(*transport.gain_stage.anchored.popleft())
        frame = transport.frame
        self._journal.advance(frame)
        if transport.underruns > self._underruns:
            self._journal.note(JournalKind.UNDERRUN, frame, count=transport.underruns - self._underruns)
            self._underruns = transport.underruns
        self._capture.write()
        self._mixes.sync()
        self._journal.sync()
        if looks:
            self._looked_round_at = time.monotonic()
            self._position.write(frame)
            self._server.ensure_listening()

    def _tell_trouble(self, sentence: str) -> None:
        self._journal.note(JournalKind.TROUBLE, self._transport.frame, text=sentence)

    def _end(self) -> None:
        self._tick()
        frame = self._transport.frame
        self._capture.close()
        self._position.write(frame)
        self._control.ended = True
        faded = self._transport.gain_stage.ending and self._why == PLAYED_OUT
        self._journal.finish(frame, FADED_OUT if faded else self._why)
        until = time.monotonic() + _LAST_LINES_S
        while self._journal.behind and self._folder.exists() and time.monotonic() < until:
            time.sleep(TICK_S)
            self._journal.sync()
        self._journal.close()
        self._server.close(_LAST_WORDS_S)
        self._transport.close()


def ignore_hangup() -> None:
    """Closing a terminal, or Ctrl-C in one, is not meant for the music."""
    for name in ("SIGHUP", "SIGINT"):
        number: Any = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, signal.SIG_IGN)
