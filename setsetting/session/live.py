"""A session in the hands of one controller: looked at, acted on, let go.

Whoever attends has it looked after (see `supervisor`); whoever only looks changes nothing. Letting go
stops nothing; the music plays to its planned end.
"""

import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Self

from setsetting.audio.mix import Mix
from setsetting.errors import Refused, SetSettingError
from setsetting.machine import locks
from setsetting.machine.clock import Clock
from setsetting.player.client import PlayerGone
from setsetting.player.journal import JournalEntry
from setsetting.player.status import PlayerState
from setsetting.progress import Say, unheard
from setsetting.record import live_rows, rows
from setsetting.record.log import Draft, Record
from setsetting.session import folder, orders
from setsetting.session.aside import Aside
from setsetting.session.build_status import StatusInputs, build_status
from setsetting.session.conductor import ActResult, Conductor
from setsetting.session.folder import SessionHeader
from setsetting.session.link import NotRunning, PlayerLink
from setsetting.session.outbox import Outbox
from setsetting.session.planning import Replanner
from setsetting.session.seats import Seat
from setsetting.session.state import State
from setsetting.session.status import LogLine, Status
from setsetting.session.supervisor import Supervisor
from setsetting.session.timekeeping import Moment
from setsetting.units import Milliseconds
from setsetting.words.translate import _

POLL_S = 0.25
NOW_MS = Milliseconds(0)
_PUT_WAIT_S = 0.1
LOOKS = _("Two screens act here already; this one looks until one of them is left.")


class LiveSession:
    """One controller's session; with `attending` it is looked after, else only looked at and acted on.

    A controller that ends soon waits `patience_s` for a disk that has taken nothing of an act. It may be asked from
    one thread at a time. One that is a screen takes a seat; while none is free it looks and does not act.
    """

    def __init__(
        self,
        where: Path,
        *,
        open_record: Callable[[], Record],
        clock: Clock,
        replanner: Replanner,
        attending: bool,
        patience_s: float = 0.0,
        is_screen: bool = False,
        naming: Callable[[str], str] = str,
    ) -> None:
        """`naming` puts the names that people know in the place of another session's id."""
        self.folder = where
        self.attending = attending
        self._is_screen = is_screen
        self._seat: Seat | None = None
        self._patience_s = patience_s
        self.link = PlayerLink(where)
        self._outbox = Outbox(where, open_record)
        self._replanner = replanner
        self.conductor = Conductor(
            where,
            outbox=self._outbox,
            clock=clock,
            replanner=replanner,
            link=self.link,
        )
        self.supervisor = Supervisor(self.conductor, replanner)
        self._aside: Aside | None = None
        self._journal: tuple[JournalEntry, ...] = ()
        self._read_n: int | None = None
        self._refused: frozenset[str] = frozenset()
        """The tracks that the last look which tended found refused, sounding or still to come."""
        self._code: str | None = None
        self._notes: dict[str, str] = {}
        self._told: tuple[State, tuple[JournalEntry, ...], int, tuple[LogLine, ...]] | None = None
        """From which state, journal and number of notes the log was made last, and the log."""
        self._naming = naming
        self._named: dict[str, str] = {}
        self._sit()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.detach()

    @property
    def header(self) -> SessionHeader:
        return self.conductor.header

    @property
    def session_id(self) -> str:
        return self.header.session_id

    @property
    def at_risk(self) -> bool:
        """Whether something that was done here is in this process's memory and nowhere else."""
        return self._outbox.at_risk

    def status(self, *, tends: bool = True) -> Status:
        """Look once; cheap enough for four times a second. Who attends also looks after the session.

        Whoever has just acted and looks again soon shows what came of it without tending.
        """
        with self._before_planning():
            if tends:
                self._outbox.settle_late()
            return self._status(tends=tends)

    def _status(self, *, tends: bool) -> Status:
        self._sit()
        was, player = self.conductor.state, self.link.state()
        if tends and self.attending:
            player = self.supervisor.tend(player)
        self._read_journal(player)
        frame = player.frame if player is not None else self.link.last_frame()
        moment = self.conductor.moment(frame)
        if tends and self.attending:
            self._plan_on(moment)
        state, notice, timing = self.conductor.refresh(), self._outbox.notice, self._timing(moment)
        if player is not None and state is not was:  # what it told is of the music before
            player = self.link.state()
        if tends:
            refused = self._replanner.refused(state.sounding.heard, moment.mix_ms)
            met = {cue.track_id for cue in (*refused.now, *refused.coming) if cue.track_id}
            self._refused = frozenset(met - self._replanner.soundness.lost)
        inputs = StatusInputs(
            header=self.header,
            player=player,
            presence=self.link.presence(player),
            journal=self._journal,
            tracks=self.supervisor.tracks,
            patient_code=self._patient_code(),
            notes=self._notes,
            durable=notice is None,
            looks=self._only_looks is not None,
            timing=timing is not None,
            refused=self._refused,
            others=tuple(filter(None, (self._only_looks, notice, timing, self._trouble, self.conductor.unplanned))),
        )
        status = build_status(state, moment, replace(inputs, log=self._told_log(state)))
        self._told = state, self._journal, len(self._notes), status.log
        return status

    def _told_log(self, state: State) -> tuple[LogLine, ...] | None:
        """The log as it was told last; None where what it is made from has changed."""
        if self._told is None:
            return None
        was, journal, notes, log = self._told
        return log if was is state and journal is self._journal and notes == len(self._notes) else None

    @property
    def _trouble(self) -> str | None:
        """Why the player could not be started again and the like, in names that people know."""
        trouble = self.supervisor.trouble
        if trouble is not None and trouble not in self._named:
            try:
                self._named[trouble] = self._naming(trouble)
            except SetSettingError:  # the record cannot be read now
                return trouble
        return None if trouble is None else self._named[trouble]

    def act(
        self,
        name: str,
        argument: str | None = None,
        event_id: str | None = None,
        *,
        ago_ms: Milliseconds = NOW_MS,
    ) -> str:
        """Do one act of the table; the answer says what it did, and what became of the rest where it is planned here.

        It is kept with the minute at which it was asked for, `ago_ms` before now.
        """
        self._refuse_looking()
        order, event_id = orders.order(name, argument), event_id or str(uuid.uuid4())
        if self._aside is not None and not order.act.level:
            self._aside.drop()
        with self._before_planning():
            done = (self.supervisor if self.attending else self.conductor).act(order, event_id, ago_ms)
            if self.attending and self._aside is None:  # a screen heeds at its next look, and no key waits for it
                self.supervisor.heed()
            return " ".join(filter(None, (self._answer(done), self._plan_on())))

    def _before_planning(self) -> AbstractContextManager[None]:
        """What is planned beside who shows the session stands still for the block."""
        return nullcontext() if self._aside is None else self._aside.standing()

    def _sit(self) -> None:
        """Take a seat where one is free: who has one attends the session, and its acts carry its number."""
        if self._is_screen and self._seat is None and not self.conductor.gone:
            self._seat = Seat.taken(self.folder)
            self.attending = self._seat is not None
            self.conductor.screen = None if self._seat is None else self._seat.number

    @property
    def _only_looks(self) -> str | None:
        return LOOKS if self._is_screen and self._seat is None else None

    def _refuse_looking(self) -> None:
        if self._only_looks:
            raise Refused(LOOKS)

    def plan_aside(self) -> None:
        """From now on plan beside who shows the session, on a thread of its own: no key waits for planner or record."""
        if self._aside is None:
            self._aside = Aside(self._replanner, self.conductor.state.sounding.plan)
            self._outbox.looks_again = True

    def _plan_on(self, moment: Moment | None = None) -> str:
        """Plan what is due, or have it planned; what became of the music in words, where it was planned here."""
        conductor, aside = self.conductor, self._aside
        if self.link.is_over:
            return ""
        try:
            if aside is None:
                return conductor.plan_what_is_due(moment)
            aside.drop_unless_of(conductor.state)
            if (planned := aside.take()) is not None:
                conductor.put(planned, _PUT_WAIT_S)
            if not aside.works and (found := conductor.due(moment)) is not None:
                aside.begin(found)
        except (NotRunning, PlayerGone, locks.Busy):  # it is due until there is a player, and until nobody else acts
            return ""
        except SetSettingError as error:
            return str(error)
        return ""

    def heed(self) -> None:
        """Leave out at once what is refused by now, and plan after it; a player that was killed is started first."""
        if self.ended:
            return
        if self.link.state() is None:
            self.supervisor.tend(None)
        self.supervisor.heed()
        self._plan_on()

    @property
    def mix(self) -> Mix:
        """The sounds of what is heard now, as the player has them."""
        sounding = self.conductor.state.sounding
        return self._replanner.mix(sounding.heard, sounding)

    @property
    def prompts(self) -> tuple[str, ...]:
        """The names of the prompts that can be played over the music."""
        return () if self.header.is_external else tuple(folder.read_prompts(self.folder))

    @property
    def planning(self) -> bool:
        """Whether the rest is being planned beside who shows the session."""
        return self._aside is not None and (self._aside.works or self.conductor.due() is not None)

    def _timing(self, moment: Moment) -> str | None:
        return _("Timing anew.") if self.attending and self.conductor.due(moment) is not None else None

    def mark(
        self,
        name: str,
        note: str | None = None,
        event_id: str | None = None,
        *,
        ago_ms: Milliseconds = NOW_MS,
    ) -> str:
        """Keep an observation at this minute, or at that of `ago_ms` before."""
        self._refuse_looking()
        with self._before_planning():
            done = self.conductor.mark(name, note, event_id, ago_ms)
            if note:
                self._notes[done.event_id] = note
            return self._answer(done)

    def correct(self, draft: Draft) -> str:
        """Keep a correction of an act or a mark of a session that is not closed; what became of the music, in words."""
        self.conductor.correct(draft)
        return self._plan_on()

    def _answer(self, done: ActResult) -> str:
        """What was done; what the record has not taken is never acknowledged without saying so."""
        until = time.monotonic() + self._patience_s
        while self.at_risk and not self._outbox.settle(now=True) and time.monotonic() < until:
            time.sleep(POLL_S)
        notice = None if done.durable else self._outbox.notice
        return done.words if notice is None else f"{done.words} {notice}"

    @property
    def ended(self) -> bool:
        """Whether the session has ended, or was closed elsewhere."""
        return self.conductor.ended

    def over(self) -> bool:
        """Keep the end of a session that is over; True once the record has all of it, False while it runs."""
        self.supervisor.keep_what_is_over()
        return self.ended and self._outbox.settle(now=True)

    def end(self, say: Say = unheard) -> bool:
        """End the music and keep the end; True once the record has all of it. What was not in order is said."""
        self.attending = True
        return self.supervisor.end(say)

    def detach(self) -> None:
        """Let go, once what is due is planned; the music goes on."""
        if self.attending and self._aside is not None and not self.conductor.gone:
            self._aside.drop()
            self._aside = None
            self._plan_on()
        self._outbox.settle_late()
        self.link.close()
        self._outbox.close()
        if self._seat is not None:
            self._seat.close()

    def _read_journal(self, player: PlayerState | None) -> None:
        n = None if player is None else player.last_n
        if n is None or n != self._read_n:
            self._read_n = n
            self._journal = tuple(self.link.journal())

    def _patient_code(self) -> str:
        """The patient's code and the marks' notes, from the record, once."""
        if self._code is None:
            if self._outbox.notice is not None:
                return ""
            try:
                record = self._outbox.record
                code = rows.codes(record).get(rows.session(record, self.session_id).patient_id, "")
                self._notes |= {row.event_id: row.note for row in live_rows.marks(record, self.session_id) if row.note}
            except SetSettingError:  # the record cannot be read now; the session goes on without a name for it
                return ""
            self._code = code
        return self._code
