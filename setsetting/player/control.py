"""What a player does with a command: checks the baton, applies each act once, answers.

It may be asked by several threads at once. An act that is repeated while it is being done waits for the
same result. Nothing here waits for the sender.
"""

import os
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future

import msgspec

from setsetting.errors import Refused, SetSettingError, unknown
from setsetting.player.barriers import Barriers
from setsetting.player.feed import Feed
from setsetting.player.gain_stage import SHORTEST_MS
from setsetting.player.journal import JournalKind
from setsetting.player.journal_writer import JournalWriter
from setsetting.player.mixes import MixStore
from setsetting.player.protocol import FadeOut, Gain, GetState, Release, Replace, Reply, SoundCommand, Stop, TakeBaton
from setsetting.player.status import OutputState, PlaybackState, PlayerState
from setsetting.player.transport import Transport
from setsetting.units import Frames
from setsetting.words.translate import _


class Caller:
    """One connection, and the name under which it took the baton."""

    def __init__(self) -> None:
        self.controller: str | None = None


class Control:
    """The commands' one receiver; `ended` is kept up to date by the run."""

    def __init__(
        self,
        mixes: MixStore,
        transport: Transport,
        journal: JournalWriter,
        barriers: Barriers,
        feeds: Sequence[Feed],
    ) -> None:
        self.ended = False
        self.spoken_to = threading.Event()
        self.connections = 0
        self._mixes = mixes
        self._transport = transport
        self._feeds = feeds
        self._journal = journal
        self._barriers = barriers
        self._lock = threading.Lock()
        self._baton: str | None = None
        self._names: Counter[str] = Counter()
        self._results: dict[str, Future[Reply]] = {}
        for entry in journal.entries:  # acts of the same player before it was restarted
            if entry.event_id is not None:
                self._results[entry.event_id] = Future()
                self._results[entry.event_id].set_result(Reply(frame=entry.frame))

    def connected(self) -> None:
        with self._lock:
            self.connections += 1

    def has_baton(self, caller: Caller) -> bool:
        """Whether this connection may act on the sound."""
        return caller.controller is not None and caller.controller == self._baton

    def disconnected(self, caller: Caller) -> None:
        """A connection is gone: its baton lies free, the music goes on."""
        with self._lock:
            self.connections -= 1
            if caller.controller is None:
                return
            self._names[caller.controller] -= 1
            freed = caller.controller == self._baton and self._names[caller.controller] <= 0
            if freed:
                self._baton = None
        if freed:
            self._journal.note(JournalKind.BATON, self._transport.frame)

    def handle(self, command: GetState | TakeBaton | SoundCommand, caller: Caller) -> Reply:
        """Do what a command says; what can't be done is a sentence in the reply."""
        self.spoken_to.set()
        if isinstance(command, GetState):
            return Reply(state=self.state())
        if isinstance(command, TakeBaton):
            return self._take_baton(command.controller, caller)
        try:
            return self._once(command, caller)
        except SetSettingError as error:
            return Reply(error=str(error))

    def state(self) -> PlayerState:
        transport = self._transport
        frame = transport.frame
        if self.ended:
            playing = PlaybackState.ENDED
        elif transport.holding:
            playing = PlaybackState.HOLDING
        else:
            playing = PlaybackState.PLAYING if self._barriers.waiting_at is None else PlaybackState.WAITING
        return PlayerState(
            frame=frame,
            end_frame=transport.end_frame,
            rate_hz=transport.rate_hz,
            state=playing,
            sounding=self._journal.now(frame),
            gains=transport.gain_stage.gains(frame),
            outputs=tuple(OutputState(feed.name, feed.volume_db, feed.is_held) for feed in self._feeds),
            baton=self._baton,
            mix_digest=self._journal.mix_digest,
            last_n=self._journal.last_n,
            pid=os.getpid(),
            heard_frame=transport.heard_frame,
        )

    def _take_baton(self, controller: str, caller: Caller) -> Reply:
        with self._lock:
            before = self._baton
            if caller.controller is not None:
                self._names[caller.controller] -= 1
            caller.controller = controller
            self._names[controller] += 1
            self._baton = controller
        if before != controller:
            self._journal.note(JournalKind.BATON, self._transport.frame, text=controller)
        return Reply(frame=self._transport.frame, before=before)

    def _once(self, act: SoundCommand, caller: Caller) -> Reply:
        with self._lock:
            earlier = self._results.get(act.event_id)
            if earlier is None:
                self._check_baton(caller)
                result: Future[Reply] = Future()
                self._results[act.event_id] = result
        if earlier is not None:
            return msgspec.structs.replace(earlier.result(), already=True)
        try:
            reply = Reply(frame=self._apply(act))
        except BaseException as error:
            with self._lock:
                del self._results[act.event_id]  # it was not applied, so it may be tried again
            sentence = str(error) if isinstance(error, SetSettingError) else _("The player could not do that.")
            result.set_result(Reply(error=sentence))
            raise
        result.set_result(reply)
        return reply

    def _check_baton(self, caller: Caller) -> None:
        if self._baton is None:
            raise Refused(_("Take the baton first: nobody holds it."))
        if caller.controller != self._baton:
            raise Refused(_("{controller} has the baton; take it over first.").format(controller=self._baton))

    def _apply(self, act: SoundCommand) -> Frames:
        transport, journal = self._transport, self._journal
        if self.ended:
            raise Refused(_("The player has ended."))
        frame = transport.frame
        match act:
            case Replace():
                return self._replace(act)
            case Gain():
                self._gain(act, frame)
            case FadeOut():
                transport.gain_stage.ask_fade_out(act.over_ms, act.event_id)
                journal.note(JournalKind.FADE_OUT, frame, event_id=act.event_id, over_ms=act.over_ms)
            case Stop():
                transport.gain_stage.ask_fade_out(SHORTEST_MS, act.event_id)
                journal.note(JournalKind.STOP, frame, event_id=act.event_id)
                self._barriers.open_all()
            case Release():
                self._barriers.release(act.barrier)
                journal.note(JournalKind.RELEASED, frame, event_id=act.event_id, barrier=act.barrier)
        return frame

    def _gain(self, act: Gain, frame: Frames) -> None:
        if act.output is None:
            self._transport.gain_stage.ask(act.layer, act.db, act.over_ms, act.event_id)
        else:
            feeds = {feed.name: feed for feed in self._feeds}
            if act.output not in feeds:
                raise unknown(_("output of this session"), act.output, feeds)
            feeds[act.output].stage.ask(act.layer, act.db, act.over_ms)
        told = {"layer": str(act.layer), "db": act.db, "over_ms": act.over_ms, "output": act.output}
        self._journal.note(JournalKind.GAIN, frame, event_id=act.event_id, **told)

    def _replace(self, act: Replace) -> Frames:
        transport = self._transport
        if act.mix.rate_hz != transport.rate_hz:
            raise Refused(
                _("The new mix is at {new} Hz, what plays is at {old} Hz.").format(
                    new=act.mix.rate_hz, old=transport.rate_hz
                )
            )
        if transport.gain_stage.ending:
            raise Refused(_("The music is fading out for good; it can't be replaced."))
        self._mixes.keep(act.mix)
        return transport.replace(
            act.mix,
            act.fade_frames,
            lambda frame: self._journal.replaced(act.mix, frame, act.fade_frames, act.event_id),
        )
