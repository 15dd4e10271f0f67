"""The one place where a live act becomes player commands and an event that counts once.

What is meant is written down, then it sounds, then the outbox and the record have it. One act at a time,
over all controllers: a lock is held while an act is done, and the player's baton is taken for it. What the
session's state forbids is refused before anything sounds. When the rest cannot be planned again the act is kept all the same,
the plan goes on, and the answer says so; music never stops because a planner failed.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import msgspec

from setsetting.clinical.free_text import note_given
from setsetting.clinical.marks import Mark, mark_words
from setsetting.errors import Refused
from setsetting.machine import locks
from setsetting.machine.clock import Clock
from setsetting.player.client import Player
from setsetting.player.status import GainLayer, PlayerState
from setsetting.record.kinds import SessionActed, SessionMarked
from setsetting.record.log import Draft
from setsetting.session import folder, heeding, outbox_file, takeover, timekeeping, turn
from setsetting.session.acts import RETURN_FADE_MS
from setsetting.session.agreement import Wanted, adopted, gains, told_again
from setsetting.session.allowed import refuse
from setsetting.session.checks import QUIET_RAMP_MS
from setsetting.session.event import SessionEvent, event_at, noted_at, retimed_at
from setsetting.session.folder import SessionHeader
from setsetting.session.holds import playing
from setsetting.session.link import PlayerLink
from setsetting.session.orders import Order
from setsetting.session.outbox import Outbox
from setsetting.session.performance import LEAD_MS, MOST_LEAD_MS, Performance
from setsetting.session.planning import Replanner
from setsetting.session.replan import Replan
from setsetting.session.replanning import Due, Planned, due, position_of, timed_id
from setsetting.session.script import mark_named
from setsetting.session.state import HELD, LATE, REFUSED, State, after, fold
from setsetting.session.status import Cover, SessionAway, SessionGone
from setsetting.session.timekeeping import Moment
from setsetting.soundscape.soundscape import Soundscape
from setsetting.units import Decibels, Frames, Milliseconds, frames_from_ms
from setsetting.words.translate import _

_ONE_ACT_S = 10.0
_PLANNING_LEAD_MS = Milliseconds(1_000)
"""How far ahead the rest is planned at first; twice as far when that was too near."""
_LONGEST_LEAD_MS = Milliseconds(30_000)
_TRIES = 4
ELSEWHERE = "in the record"
"""What stands in a session's folder for the reason of a correction."""


@dataclass(frozen=True, slots=True)
class ActResult:
    """What an act did, in words; `durable` says that the record has it."""

    event_id: str
    words: str
    durable: bool


class Conductor:
    """One controller of one running session; `replanner` plans what is still to come."""

    def __init__(self, where: Path, *, outbox: Outbox, clock: Clock, replanner: Replanner, link: PlayerLink) -> None:
        self.folder = where
        self.header: SessionHeader = folder.read(where)
        self._begun = False
        self.outbox = outbox
        self.clock = clock
        self.link = link
        self.screen: int | None = None
        """Which of the session's screens acts here; None of a command."""
        self._replanner = replanner
        self.events: list[SessionEvent] = []
        self._unplanned: dict[tuple[str, Soundscape], str] = {}
        self.late: Sequence[str] = ()
        """What the music was late by more than it may be: each is planned for once."""
        self._planning_lead_ms = _PLANNING_LEAD_MS
        self._lead_ms = LEAD_MS
        """How long the player took at the last act, and a quarter more: a loaded machine needs longer than one at rest."""
        self._intended: dict[str, list[SessionEvent]] = {}
        self._told_again: Wanted | None = None
        self._size = -1
        self.state = self.refresh()

    @property
    def gone(self) -> bool:
        """Whether another controller has closed the session and removed its folder."""
        return not (self.folder / folder.SESSION_FILE).is_file()

    @property
    def ended(self) -> bool:
        """Whether the session has ended, or was closed elsewhere."""
        return self.gone or self.refresh().ended is not None

    def refresh(self) -> State:
        """Fold the outbox anew when another controller has written to it; cheap when none has."""
        if self.gone:
            if not self.folder.parent.is_dir():
                words = _("The session's folder cannot be reached: {folder}. It goes on here when it can be again.")
                raise SessionAway(words.format(folder=self.folder))
            raise SessionGone(_("The session has been closed."))
        size = outbox_file.size(self.folder)
        if size != self._size:
            # a note is known here only, and so is all that the disk did not take
            mine = {each.event_id: each for each in self.events}
            read = self.outbox.in_full(outbox_file.read(self.folder, mine))
            for each in read:
                mine.pop(each.event_id, None)
            self.events = [*read, *mine.values()]
            self._intended = outbox_file.intended(self.folder, {each.event_id for each in self.events})
            state = fold(self.events)
            if state is None:
                raise Refused(_("{path} holds no beginning of a session.").format(path=self.folder))
            self.state = state
            self._size = size
        return self.state

    def has_begun(self) -> bool:
        """False while the session is just being started, of which a refusal would leave nothing."""
        if not self._begun:
            try:
                with self._alone(0.0):
                    pass
            except locks.Busy:
                return False
        return True

    def act(self, order: Order, event_id: str | None = None, ago_ms: Milliseconds = Milliseconds(0)) -> ActResult:
        """Do one act, whose key was pressed `ago_ms` before; the same event_id again does nothing more."""
        event_id = event_id or str(uuid.uuid4())
        is_planned = order.act.holds or order.act.leaves or order.act.step is not None
        if is_planned and not self.header.is_external:
            self._replanner.prepare(self.state.sounding.plan)
        with self._alone():
            if self._known(event_id):
                return self._again(event_id)
            refuse(self.state, order.act)
            player = self._player_for(order)
            moment = self.moment(None if player is None else player.state().frame)
            asked, told = (self.header, self.state, order, event_id, moment), partial(self._intend, event_id)
            performance = Performance(player, self._replanner, *asked, told, self.link.go_on, self._lead_ms)
            performance.screen, performance.asked_at = self.screen, self._pressed(moment, ago_ms)
            performance.do()
            if performance.took_ms:
                self._lead_ms = min(MOST_LEAD_MS, max(LEAD_MS, Milliseconds(performance.took_ms * 5 // 4)))
            durable = self._keep([*performance.events, *self._ended_otherwise(performance)])
        return ActResult(event_id, " ".join(performance.said) or order.act.does, durable)

    def mark(
        self, name: str, note: str | None = None, event_id: str | None = None, ago_ms: Milliseconds = Milliseconds(0)
    ) -> ActResult:
        """Keep an observation with the minutes of its key; a note is free text and goes to the record only."""
        name, note = mark_named(name), note_given(note)
        event_id = event_id or str(uuid.uuid4())
        with self._alone():
            if self._known(event_id):
                return self._again(event_id)
            if self.state.closed:
                raise Refused(_("The session is closed; nothing more can be marked."))
            moment = self._pressed(self.moment(), ago_ms)
            if name == Mark.FLAG and not self._plays_a_track(moment):
                raise Refused(_("No track of the library plays; nothing was flagged. A note says what it is about."))
            payload = SessionMarked(
                session_id=self.header.session_id,
                mark=name,
                screen=self.screen,
                clock_ms=moment.clock_ms,
                infusion_ms=self.state.infusion_ms(moment.clock_ms),
                note=note,
            )
            durable = self._keep([event_at(moment, event_id, "session.marked", payload)])
        return ActResult(event_id, _("Marked: {mark}.").format(mark=mark_words(name)), durable)

    def _pressed(self, moment: Moment, ago_ms: Milliseconds) -> Moment:
        """When a key was pressed that is answered now: not before the last act, and a fast player's time waits for it."""
        said = [each.payload for each in self.state.said]
        last_ms = [each.clock_ms for each in said if isinstance(each, SessionActed | SessionMarked)]
        since_ms = max(0, moment.clock_ms - last_ms[-1]) if last_ms else ago_ms
        return moment.before(Milliseconds(min(ago_ms, since_ms))) if self.header.paced else moment

    def _plays_a_track(self, moment: Moment) -> bool:
        now = None if self.state.ended is not None else playing(self.state.sounding.heard, moment.mix_ms)
        return now is not None and now.track_id is not None

    def correct(self, draft: Draft) -> None:
        """Keep a correction of an act or a mark, and then time the rest anew to the infusion as it is then.

        The record takes it first, with its reason, which is never written into the session's folder. Raises Refused
        when the record takes nothing now.
        """
        with self._alone():
            if not self.outbox.settle(now=True):
                raise Refused(self.outbox.notice or _("The record takes nothing now; nothing was corrected."))
            stored = self.outbox.record.append_all([draft])[0]
            moment = self.moment()
            payload = msgspec.structs.replace(draft.payload, reason=ELSEWHERE)
            event = replace(event_at(moment, stored.event_id, draft.kind, payload), corrects=draft.corrects)
            self._keep([event])

    def due(self, moment: Moment | None = None) -> Due | None:
        """What has still to be planned, and is not known to be impossible; `moment` is now, where it is known already."""
        heard, found = self.state.sounding.heard, self._all_due(moment or self.moment())
        return next((each for each in found if each is not None and (each.after, heard) not in self._unplanned), None)

    def _all_due(self, moment: Moment) -> Iterator[Due | None]:
        state, header, lead_ms = self.state, self.header, self._planning_lead_ms
        yield due(state, moment, header, lead_ms)
        for late in self.late:
            if not state.is_ending and not self._known(timed_id(late)):
                cause = LATE if state.held is None else HELD
                yield Due(state, position_of(state, moment, header, lead_ms), cause, late)
        yield heeding.due(state, moment, header, self._replanner)

    def put(self, planned: Planned, wait_s: float = _ONE_ACT_S) -> str | None:
        """Play what was planned after the acts, and keep it; what became of the music in words.

        None where it came too late: a newer act came, or the moment has passed from which on it sounds otherwise.
        """
        with self._alone(wait_s):
            if self.state.is_ending or not planned.due.is_of(self.state):
                return None
            state, moment, asked = self.state, self.moment(), planned.due
            if planned.new is None:
                self._unplanned[asked.after, state.sounding.heard] = planned.refused
                return planned.refused
            is_heard = asked.cause != HELD and not asked.waits
            if self.header.paced and is_heard and planned.differs_ms < moment.mix_ms + LEAD_MS:
                self._planning_lead_ms = min(_LONGEST_LEAD_MS, 2 * self._planning_lead_ms)
                return None
            event_id = timed_id(asked.after)
            event_id = str(uuid.uuid4()) if self._known(event_id) else event_id
            self._play_and_keep(event_id, asked.cause, planned.new, moment)
            return planned.new.words

    def plan_what_is_due(self, moment: Moment | None = None) -> str:
        """Plan here and now what has still to be planned; what became of the music in words, nothing where it stands."""
        words = ""
        for _again in range(_TRIES):
            found = self.due(moment)
            if found is None or self.link.state() is None:
                break
            words = self.put(found.planned(self._replanner)) or words
            moment = None
        return words

    def keep(self, event: SessionEvent) -> bool:
        """Keep one event that is no act, such as the session's end, unless it is kept already."""
        with self._alone():
            if self._known(event.event_id):
                return self.outbox.settle()
            return self._keep([event])

    def heed_refusals(self, wait_s: float = _ONE_ACT_S, moment: Moment | None = None) -> None:
        """Replace at once what is still to come and is refused by now; what sounds is left to `next`, and is said."""
        if self.state.is_ending or not self._refused_coming(moment or self.moment()):
            return
        with self._alone(wait_s):
            for _layer in range(heeding.LAYERS):
                moment = self.moment()  # another controller may have heeded it
                if self.state.is_ending or not self._refused_coming(moment):
                    return
                found = heeding.replacement(self.state, moment, self.header, self._replanner, LEAD_MS)
                if found is None:
                    return
                self._play_and_keep(str(uuid.uuid4()), *found, moment)

    def leave_lost(self, wait_s: float) -> None:
        """Go on from a track of which nothing is heard."""
        with self._alone(wait_s):
            moment = self.moment()
            if not self.state.is_ending:
                position = position_of(self.state, moment, self.header, LEAD_MS)
                new = heeding.instead(self.state, position, self._replanner)
                fade = frames_from_ms(RETURN_FADE_MS, self.header.rate_hz)
                self._play_and_keep(str(uuid.uuid4()), *new, moment, fade)

    def quieten(self, event_id: str, db: Decibels, wait_s: float) -> None:
        """Bring the music slowly to a level for a check, or back; the same event_id once."""
        with self._alone(wait_s):
            if not self.state.is_ending:
                self.link.player().gain(event_id, GainLayer.QUIET, db, QUIET_RAMP_MS)

    def note(self, what: str, detail: str, wait_s: float, event_id: str | None = None) -> None:
        """Keep what the program did by itself, in words; under the same event_id once, whoever notes it."""
        event_id = event_id or str(uuid.uuid4())
        if not self._known(event_id):
            with self._alone(wait_s):
                if not self._known(event_id):
                    self._keep([noted_at(self.moment(), event_id, self.header.session_id, what, detail)])

    def _refused_coming(self, moment: Moment) -> bool:
        return heeding.is_due(self.state, moment.mix_ms, self._replanner)

    def _play_and_keep(self, event_id: str, cause: str, new: Replan, moment: Moment, fade: Frames = Frames(0)) -> None:
        """Play what holds from now on, unless something covers it or it waits, and keep it."""
        sounding = self.state.sounding
        waits = cause == REFUSED and sounding.hold is not None
        if cause == Cover.RESCUE or (sounding.cover is None and not waits and new.soundscape != sounding.heard):
            self.link.player().replace(event_id, self._replanner.mix(new.soundscape, sounding), fade)
        session_id = self.header.session_id
        waived, promised = new.waived, new.promised
        self._keep([retimed_at(moment, event_id, session_id, cause, new.soundscape, waived=waived, promised=promised)])

    @property
    def unplanned(self) -> str | None:
        """Why what stands was not timed anew; None where it was, or need not be."""
        heard = self.state.sounding.heard
        return next((words for (_after, stands), words in self._unplanned.items() if stands == heard), None)

    def moment(self, frame: Frames | None = None) -> Moment:
        """Now, on every clock; `frame` is the player's when it has been asked already."""
        return timekeeping.moment(self.header, self.clock, self.link.last_frame() if frame is None else frame)

    @contextmanager
    def _alone(self, wait_s: float = _ONE_ACT_S) -> Iterator[None]:
        """Hold the lock of the session's acts, with everything the others did before known."""
        self.refresh()
        with turn.taken(self.folder, wait_s):
            if not self._begun:
                self.header, self._begun = folder.read(self.folder), True  # both clocks' zero is set last
            self.refresh()
            if self._intended and (sounded := adopted(self._intended, self.link.journal(), self.moment())):
                self._keep(sounded)  # with the lock held, whoever meant it is gone
                self._intended = {act: meant for act, meant in self._intended.items() if not self._known(act)}
            yield

    def _player_for(self, order: Order) -> Player | None:
        """The player, with its baton; None where there is none and the act needs none."""
        undone = self.state.takes_back if order.act.undoes else None
        needed = order.act.needs_player or (undone is not None and undone.of_sound)
        if self.state.ended is not None or (undone is not None and undone.act is None):
            return None  # a mark is no matter of the player's, and after the end there is none
        try:
            return self.link.player()
        except Refused:
            if needed:
                raise
            return None

    def _ended_otherwise(self, performance: Performance) -> list[SessionEvent]:
        """The end of the session anew where what ran is another infusion now; its time stays as it was."""
        was, now = self.state.ended, performance.outcome
        if was is None or performance.goes_on or now.logged == self.state.logged:
            return []
        entry, header = self.link.ended, self.header
        at_ms = was.ended_utc_ms - header.zero_utc_ms if entry is None else timekeeping.clock_of(header, entry)
        if performance.order.act.step is not None:  # the infusion went on without the music
            at_ms = max(at_ms, performance.moment.clock_ms)
        _event_id, payload = takeover.ended(now, header.session_id, at_ms, was.ended_utc_ms, was.how)
        event_id = takeover.id_of(header.session_id, f"ended {performance.event_id}")
        return [event_at(performance.moment, event_id, "session.ended", payload)]

    def agree(self, player: PlayerState, wait_s: float) -> None:
        """Adopt what the player did that was not kept, and tell it again what it does otherwise than the state says."""
        if not self._intended and not self._disagrees(player):
            return
        self._size = -1  # told from the beginning, it may be known after all what the player does
        with self._alone(wait_s):
            found = self.link.state()
            if found is None or not (missing := self._disagrees(found)):
                return
            self._told_again = missing
            missing.tell(self.link.player())
            self._keep([told_again(self.header.session_id, self.moment())])

    def _disagrees(self, player: PlayerState) -> Wanted | None:
        """What the player does not do of what the state says; told once, it is not told in vain again and again."""
        sounding = self.state.sounding
        if self.state.is_ending:
            return None
        wanted = Wanted(self._replanner.mix(sounding.heard, sounding), gains(sounding), sounding.output_db)
        missing = wanted.missing(player, self.link.journal())
        return missing if missing and missing != self._told_again else None

    def _intend(self, act: str, events: Sequence[SessionEvent]) -> None:
        outbox_file.add(self.folder, events, intent=act)  # a disk that does not take it stops no sound

    def _known(self, event_id: str) -> bool:
        return any(each.event_id == event_id for each in self.events)

    def _again(self, event_id: str) -> ActResult:
        return ActResult(event_id, _("Done already."), durable=self.outbox.settle())

    def _keep(self, events: list[SessionEvent]) -> bool:
        self.events += events
        for event in events:
            self.state = after(self.state, event)
        durable = self.outbox.keep(events)
        self._size = outbox_file.size(self.folder)
        return durable
