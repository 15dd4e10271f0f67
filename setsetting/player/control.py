"""What a player does with a command: checks the baton, applies each act once, answers.

It may be asked by several threads at once. An act that is repeated while it is being done waits for the
same result. Nothing here waits for the sender.
"""

import os
import threading
from collections import Counter
from concurrent.futures import Future

import msgspec

from setsetting.errors import Refused, SetSettingError
from setsetting.player.gates import Gates
from setsetting.player.journal import Entry, What
from setsetting.player.levels import SHORTEST_MS
from setsetting.player.logbook import Logbook
from setsetting.player.mixes import MixKeeper
from setsetting.player.protocol import Act, Answer, Baton, FadeOut, Gain, Release, Replace, State, Stop
from setsetting.player.status import PlayerState, Playing
from setsetting.player.transport import Transport
from setsetting.units import Frames
from setsetting.words.translate import _


class Caller:
    """One connection, and the name under which it took the baton."""

    def __init__(self) -> None:
        self.controller: str | None = None


class Control:
    """The commands' one receiver; `held_ms` and `ended` are kept up to date by the run."""

    def __init__(self, keeper: MixKeeper, transport: Transport, logbook: Logbook, gates: Gates, output: str) -> None:
        self.held_ms = 0
        self.ended = False
        self.spoken_to = threading.Event()
        self.connected = 0
        self._keeper = keeper
        self._transport = transport
        self._logbook = logbook
        self._gates = gates
        self._output = output
        self._lock = threading.Lock()
        self._baton: str | None = None
        self._names: Counter[str] = Counter()
        self._results: dict[str, Future[Answer]] = {}
        for entry in logbook.entries:  # acts of the same player before it was restarted
            if entry.event_id is not None:
                self._results[entry.event_id] = _done(entry)

    def come(self) -> None:
        with self._lock:
            self.connected += 1

    def leave(self, caller: Caller) -> None:
        """A connection is gone: its baton lies free, the music goes on."""
        with self._lock:
            self.connected -= 1
            if caller.controller is None:
                return
            self._names[caller.controller] -= 1
            freed = caller.controller == self._baton and self._names[caller.controller] <= 0
            if freed:
                self._baton = None
        if freed:
            self._logbook.note(What.BATON, self._transport.frame)

    def handle(self, command: State | Baton | Act, caller: Caller) -> Answer:
        """Do what a command says; what can't be done is a sentence in the answer."""
        self.spoken_to.set()
        if isinstance(command, State):
            return Answer(state=self.state())
        if isinstance(command, Baton):
            return self._take_baton(command.controller, caller)
        try:
            return self._once(command, caller)
        except SetSettingError as error:
            return Answer(error=str(error))

    def state(self) -> PlayerState:
        transport = self._transport
        frame = transport.frame
        gate = self._gates.waiting_at
        if self.ended:
            playing = Playing.ENDED
        elif transport.holding:
            playing = Playing.HOLDING
        else:
            playing = Playing.PLAYING if gate is None else Playing.WAITING
        return PlayerState(
            frame=frame,
            end_frame=transport.end_frame,
            rate_hz=transport.rate_hz,
            state=playing,
            gate=gate,
            sounding=self._logbook.now(frame),
            gains=transport.levels.gains(frame),
            output=self._output,
            underruns=transport.underruns,
            held_ms=self.held_ms,
            baton=self._baton,
            mix_digest=self._logbook.mix_digest,
            last_n=self._logbook.last_n,
            pid=os.getpid(),
        )

    def _take_baton(self, controller: str, caller: Caller) -> Answer:
        with self._lock:
            before = self._baton
            if caller.controller is not None:
                self._names[caller.controller] -= 1
            caller.controller = controller
            self._names[controller] += 1
            self._baton = controller
        if before != controller:
            self._logbook.note(What.BATON, self._transport.frame, text=controller)
        return Answer(frame=self._transport.frame, before=before)

    def _once(self, act: Act, caller: Caller) -> Answer:
        with self._lock:
            earlier = self._results.get(act.event_id)
            if earlier is None:
                self._check_baton(caller)
                result: Future[Answer] = Future()
                self._results[act.event_id] = result
        if earlier is not None:
            return msgspec.structs.replace(earlier.result(), already=True)
        try:
            answer = Answer(frame=self._apply(act))
        except BaseException as error:
            with self._lock:
                del self._results[act.event_id]  # it was not applied, so it may be tried again
            sentence = str(error) if isinstance(error, SetSettingError) else _("The player could not do that.")
            result.set_result(Answer(error=sentence))
            raise
        result.set_result(answer)
        return answer

    def _check_baton(self, caller: Caller) -> None:
        if self._baton is None:
            raise Refused(_("Take the baton first: nobody holds it."))
        if caller.controller != self._baton:
            raise Refused(_("{controller} has the baton; take it over first.").format(controller=self._baton))

    def _apply(self, act: Act) -> Frames:
        transport, logbook = self._transport, self._logbook
        if self.ended:
            raise Refused(_("The player has ended."))
        frame = transport.frame
        match act:
            case Replace():
                return self._replace(act)
            case Gain():
                transport.levels.ask(act.layer, act.db, act.over_ms)
                logbook.note(
                    What.GAIN, frame, event_id=act.event_id, layer=str(act.layer), db=act.db, over_ms=act.over_ms
                )
            case FadeOut():
                transport.levels.ask_fade_out(act.over_ms)
                logbook.note(What.FADE_OUT, frame, event_id=act.event_id, over_ms=act.over_ms)
            case Stop():
                transport.levels.ask_fade_out(SHORTEST_MS)
                logbook.note(What.STOP, frame, event_id=act.event_id)
                self._gates.open_all()
            case Release():
                self._gates.release(act.gate)
                logbook.note(What.RELEASED, frame, event_id=act.event_id, gate=act.gate)
        return frame

    def _replace(self, act: Replace) -> Frames:
        transport = self._transport
        if act.mix.rate_hz != transport.rate_hz:
            raise Refused(
                _("The new mix is at {new} Hz, what plays is at {old} Hz.").format(
                    new=act.mix.rate_hz, old=transport.rate_hz
                )
            )
        if transport.levels.ending:
            raise Refused(_("The music is fading out for good; it can't be replaced."))
        self._keeper.keep(act.mix)
        return transport.replace(
            act.mix,
            act.fade_frames,
            lambda frame: self._logbook.replaced(act.mix, frame, act.fade_frames, act.event_id),
        )


def _done(entry: Entry) -> Future[Answer]:
    result: Future[Answer] = Future()
    result.set_result(Answer(frame=entry.frame))
    return result
