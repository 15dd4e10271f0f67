"""A session in the hands of one controller: looked at, acted on, looked after, let go.

Whoever attends looks after it: what the player journals enters the record, a player that was killed
is started again, and the end is kept once. Whoever only looks changes nothing. Letting go stops
nothing; the music plays to its planned end.
"""

import os
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from setsetting.errors import Refused, SetSettingError
from setsetting.library.track import Track
from setsetting.machine.clock import Clock
from setsetting.player.client import PlayerGone
from setsetting.player.journal import JournalEntry, What
from setsetting.player.status import PlayerState
from setsetting.record import live_rows, rows
from setsetting.record.log import Record
from setsetting.session import acts, folder, takeover, timekeeping
from setsetting.session.build_status import StatusInputs, build_status
from setsetting.session.conductor import Conductor, Done
from setsetting.session.event import event_at
from setsetting.session.folder import SessionHeader
from setsetting.session.link import Link, NotRunning
from setsetting.session.outbox import Outbox
from setsetting.session.planning import Replanner
from setsetting.session.status import Status
from setsetting.units import Frames, Milliseconds, s_from_ms
from setsetting.words.translate import _

LATE_MS = Milliseconds(30_000)
"""Music that was held longer than this is timed anew to the infusion."""
_REVIVE_EVERY_S = 5.0
_POLL_S = 0.25
_FADE_SLACK_S = 5.0


class LiveSession:
    """One controller's session; `attending` looks after it, else only looks and acts.

    Who will not be here for long waits `patience_s` for a disk that has taken nothing of an act. It may be
    asked from one thread at a time.
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
    ) -> None:
        self.folder = where
        self.attending = attending
        self._patience_s = patience_s
        self._link = Link(where)
        self._outbox = Outbox(where, open_record)
        self._conductor = Conductor(
            where,
            outbox=self._outbox,
            clock=clock,
            replanner=replanner,
            link=self._link,
            controller=f"controller {os.getpid()}",
        )
        self._tracks: dict[str, Track] | None = None
        self._journal: tuple[JournalEntry, ...] = ()
        self._read_n: int | None = None
        self._tended_n: int | None = None
        self._revived_at = -_REVIVE_EVERY_S
        self._trouble: str | None = None
        self._code: str | None = None
        self._notes: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.detach()

    @property
    def header(self) -> SessionHeader:
        return self._conductor.header

    @property
    def session_id(self) -> str:
        return self.header.session_id

    @property
    def durable(self) -> bool:
        """Whether the record has everything that was done here."""
        return self._outbox.notice is None

    @property
    def at_risk(self) -> bool:
        """Whether something that was done here is in this process's memory and nowhere else."""
        return self._outbox.at_risk

    def status(self) -> Status:
        """Look once; cheap enough for four times a second. Who attends also looks after the session."""
        player = self._link.state()
        if self.attending:
            player = self._tend(player)
        state = self._conductor.refresh()
        self._read_journal(player)
        frame = player.frame if player is not None else self._link.last_frame()
        notice = self._outbox.notice
        inputs = StatusInputs(
            header=self.header,
            player=player,
            journal=self._journal,
            tracks=self.tracks,
            patient_code=self._patient_code(),
            notes=self._notes,
            durable=notice is None,
            others=tuple(words for words in (notice, self._trouble) if words is not None),
        )
        return build_status(state, self._conductor.moment(frame), inputs)

    def act(self, name: str, argument: str | None = None, event_id: str | None = None) -> str:
        """Do one act of the table; the answer says what it did and how it is taken back.

        Who attends starts a player that was killed first, and asks again what it died over: the same
        event_id does nothing twice.
        """
        order, event_id = acts.order(name, argument), event_id or str(uuid.uuid4())
        if self.attending and self._link.state() is None:
            self._tend(None)
        try:
            return self._answer(self._conductor.act(order, event_id))
        except NotRunning as error:
            raise error if self._trouble is None else Refused(self._trouble) from error
        except PlayerGone:
            if not self.attending or self._tend(self._link.state()) is None:
                raise
            return self._answer(self._conductor.act(order, event_id))

    def mark(self, name: str, note: str | None = None, event_id: str | None = None) -> str:
        """Keep an observation at this minute."""
        done = self._conductor.mark(name, note, event_id)
        if note:
            self._notes[done.event_id] = note
        return self._answer(done)

    def _answer(self, done: Done) -> str:
        """What was done; what the record has not taken is never acknowledged without saying so."""
        until = time.monotonic() + self._patience_s
        while self.at_risk and not self._outbox.settle(now=True) and time.monotonic() < until:
            time.sleep(_POLL_S)
        notice = None if done.durable else self._outbox.notice
        return done.words if notice is None else f"{done.words} {notice}"

    def follow(self, poll_s: float = _POLL_S) -> Iterator[Status]:
        """Look until the session has ended; the last look is the ended one."""
        while not self._conductor.gone:
            yield self.status()
            if self.ended:
                return
            time.sleep(poll_s)

    @property
    def ended(self) -> bool:
        """Whether the session has ended, or was closed elsewhere."""
        return self._conductor.gone or self._conductor.refresh().ended is not None

    def end(self) -> bool:
        """Fade out in 3 s and stop, unless it has ended; then keep the end. True once the record has all of it."""
        self.attending = True
        if not self.ended and self._link.ended is None:
            if not self._conductor.state.sounding.fading_out and self._link.state() is not None:
                self.act("fade-out", f"{acts.CLOSE_FADE_S:g}")
            self._wait_for_end()
        self._finish()
        return self._outbox.settle(now=True)

    def keep_what_is_over(self) -> None:
        """Keep the end of a session that is over, and start nothing again that was killed."""
        if not self._conductor.has_begun():
            return
        self._outbox.settle()
        if not self.ended and self._link.state() is None and (self._link.ended is not None or self._is_past()):
            self._finish()

    def wait_at(self, clock_ms: Milliseconds, frame: Frames) -> bool:
        """Wait until the soundscape's clock is there (a fast player: until it waits at its barrier)."""
        while not self.ended:
            if not self.header.paced:
                if self._link.at_barrier(frame):
                    return True
                self.status()  # it ended, or it was killed and is started again
                time.sleep(_POLL_S)
                continue
            left_s = s_from_ms(clock_ms - self._conductor.moment().clock_ms)
            if left_s <= 0:
                return True
            self.status()
            time.sleep(min(left_s, _POLL_S))
        return False

    def release(self, frame: Frames, event_id: str) -> None:
        """Let a fast player go on past a barrier, also when it was killed there and is started again."""
        while not self.ended:
            try:
                self._link.release(frame, event_id, self._conductor.controller)
                return
            except (PlayerGone, Refused):
                if self._link.ended is None and self._link.state() is not None:
                    raise
                self.status()  # it ended, or it was killed and is started again
                time.sleep(_POLL_S)

    def detach(self) -> None:
        """Let go; the music goes on."""
        self._link.close()
        self._outbox.close()

    @property
    def tracks(self) -> dict[str, Track]:
        """Tonight's tracks by id."""
        if self._tracks is None:
            self._tracks = folder.read_tracks(self.folder)
        return self._tracks

    def _tend(self, player: PlayerState | None) -> PlayerState | None:
        """Keep what the player journalled; start it again when it was killed; keep the end."""
        if not self._conductor.has_begun():
            return player
        self._outbox.settle()
        if self._conductor.refresh().ended is not None:
            return None
        if player is None:
            if self._link.ended is None and not self._is_past() and not self._revive():
                return None
            player = self._link.state()
        if player is None:
            if self._link.ended is not None or self._is_past():
                self._finish()
        elif player.last_n != self._tended_n or not self.durable:
            self._tended_n = player.last_n
            self._merge(final=False)
            self._catch_up()
        return player

    def _revive(self) -> bool:
        if time.monotonic() - self._revived_at < _REVIVE_EVERY_S:
            return False
        self._revived_at = time.monotonic()
        try:
            revived = self._link.revive()
        except SetSettingError as error:
            self._trouble = _("The player could not be started again: {why}").format(why=error)
            return False
        self._trouble = None
        return revived

    def _catch_up(self) -> None:
        """Time the music anew when it was held for long: the infusion did not wait for it."""
        for entry in self._link.journal():
            if entry.what not in (What.RESTARTED, What.OUTPUT_BACK):
                continue
            if (entry.held_ms or 0) >= LATE_MS or self._conductor.acted_meanwhile(entry):
                self._conductor.retime_late(takeover.id_of(self.session_id, f"late {entry.n}"))

    def _is_past(self) -> bool:
        """Whether the music would have ended by now, so that starting it again makes no sense."""
        return self._conductor.moment().clock_ms > self._conductor.state.sounding.heard.end_ms

    def _wait_for_end(self) -> None:
        until = time.monotonic() + acts.CLOSE_FADE_S + _FADE_SLACK_S
        while self._link.ended is None and self._link.state() is not None:
            if time.monotonic() > until:
                self._link.stop(takeover.id_of(self.session_id, "stop"), self._conductor.controller)
                until += _FADE_SLACK_S
            time.sleep(0.05)

    def _finish(self) -> None:
        """Keep what sounded to the last, and the end itself, once."""
        state = self._conductor.refresh()
        if state.ended is not None:
            return
        entry = self._link.ended
        self._merge(final=True)
        moment = self._conductor.moment()
        if entry is None:
            at_ms = min(moment.clock_ms, state.sounding.heard.end_ms)
            utc_ms, how = self.header.zero_utc_ms + at_ms, "unclosed"
        else:
            at_ms, utc_ms = timekeeping.clock_of(self.header, entry), entry.utc_ms
            how = "closed" if state.sounding.fading_out else "planned"
        event_id, payload = takeover.ended(state, self.session_id, at_ms, utc_ms, how)
        self._conductor.keep(event_at(moment, event_id, "session.ended", payload))

    def _merge(self, *, final: bool) -> None:
        plans = tuple(event.soundscape for event in self._conductor.events if event.soundscape is not None)
        journal = tuple(self._link.journal())
        read = takeover.Journal(self.header, journal, self._link.last_frame(), plans, self.tracks)
        self._outbox.settle(takeover.merged(read, final=final))

    def _read_journal(self, player: PlayerState | None) -> None:
        n = None if player is None else player.last_n
        if n is None or n != self._read_n:
            self._read_n = n
            self._journal = tuple(self._link.journal())

    def _patient_code(self) -> str:
        """The patient's code and the marks' notes, from the record, once."""
        if self._code is None:
            if self._outbox.notice is not None:
                return ""
            try:
                record = self._outbox.record
                patient_id = self._conductor.state.started.patient_id
                found = [row.code for row in rows.patients(record) if row.patient_id == patient_id]
                self._notes |= {row.event_id: row.note for row in live_rows.marks(record, self.session_id) if row.note}
            except SetSettingError:  # the record cannot be read now; the session goes on without a name for it
                return ""
            self._code = found[0] if found else ""
        return self._code
