"""Who looks after a session and its player: what is journalled is kept, what was killed is started again.

Whoever attends a session has it supervised: what the player journals enters the record, a player that was
killed is started again, music that was held for long is timed anew, and the end is kept once.
"""

import contextlib
import time
import uuid
from collections.abc import Iterable, Sequence
from functools import cached_property

from setsetting.errors import Refused, SetSettingError
from setsetting.library.track import Track
from setsetting.machine import locks
from setsetting.player import presence
from setsetting.player.client import PlayerGone
from setsetting.player.journal import JournalEntry, JournalKind
from setsetting.player.status import GainLayer, PlayerState
from setsetting.progress import Say
from setsetting.record.kinds import SessionActed
from setsetting.session import acts, folder, link, takeover, timekeeping
from setsetting.session.acts import BY_NAME
from setsetting.session.checks import QUIET_DB, is_quiet, planned
from setsetting.session.conductor import ActResult, Conductor
from setsetting.session.event import SessionEvent, event_at
from setsetting.session.folder import SessionHeader
from setsetting.session.holds import LONGEST_MS, playing
from setsetting.session.link import NotRunning
from setsetting.session.losses import Losses
from setsetting.session.orders import Order, order
from setsetting.session.planning import Replanner
from setsetting.session.silence_watch import SILENT, is_silent, silent_words
from setsetting.session.state import BY_HAND
from setsetting.session.status import Presence
from setsetting.session.timekeeping import Moment
from setsetting.units import Decibels, Milliseconds
from setsetting.words.translate import _

LATE_MS = Milliseconds(30_000)
"""Music that was held longer than this is timed anew to the infusion."""
_REVIVE_EVERY_S = 5.0
"""So long a player that could not be started is left alone."""
_LATE_BY = (JournalKind.RESTARTED, JournalKind.OUTPUT_BACK, JournalKind.STALLED)
_HEED_WAIT_S = 0.1
"""Who else acts on the session looks after it too, so nobody waits for it."""


class Supervisor:
    """Looks after the session of one conductor; `trouble` says why its player could not be started again."""

    def __init__(self, conductor: Conductor, replanner: Replanner) -> None:
        self.trouble: str | None = None
        self._conductor = conductor
        self._replanner = replanner
        self._link = conductor.link
        self._outbox = conductor.outbox
        self._tended_n: int | None = None
        self._failed_at = -_REVIVE_EVERY_S
        self._quiet_db: Decibels | None = None

    @cached_property
    def _losses(self) -> Losses:
        return Losses(self._conductor, self.tracks, self._replanner.soundness)

    @cached_property
    def tracks(self) -> dict[str, Track]:
        """Tonight's tracks by id."""
        return folder.read_tracks(self._conductor.folder)

    def tend(self, player: PlayerState | None) -> PlayerState | None:
        """Keep what the player journalled; start it again when it was killed; keep the end.

        Once the session is over its player fades out by itself, is told nothing more, and is not started again.
        """
        if not self._conductor.has_begun():
            return player
        self._outbox.settle()
        if self._conductor.refresh().ended is not None:
            return None
        if self._conductor.header.is_external:
            self.keep_what_is_over()
            return None
        is_over = self._link.is_over
        if not is_over:
            self._mind_what_comes(player)
        if player is None:
            if self._link.presence(None) is Presence.STALLED:
                return None
            if self._link.ended is None and not self._is_past() and not is_over and not self._revive():
                return None
            player = self._link.state()
        if player is None:
            if self._link.ended is not None or self._is_past() or self._link.is_over:
                self._finish()
        elif player.last_n != self._tended_n or self._outbox.notice is not None:
            self._tended_n = player.last_n
            self._merge(final=False)
            if not is_over:
                self._agree(player)
                self._catch_up()
        if player is not None and not is_over:
            self._watch_silence(player)
            self._quieten()
        return player

    def act(self, order: Order, event_id: str, ago_ms: Milliseconds = Milliseconds(0)) -> ActResult:
        """Do one act; a player that was killed is started first, and asked again what it died over.

        The same event_id does nothing twice.
        """
        if self._link.state() is None:
            self.tend(None)
        try:
            done = self._conductor.act(order, event_id, ago_ms)
        except (NotRunning, PlayerGone) as error:
            if self.tend(self._link.state()) is None:
                raise error if self.trouble is None else Refused(self.trouble) from error
            done = self._conductor.act(order, event_id, ago_ms)
        return done

    def heed(self, moment: Moment | None = None) -> None:
        """Replace what is still to come and is refused by now, where there is a player to be told."""
        try:
            self._conductor.heed_refusals(_HEED_WAIT_S, moment)
        except (NotRunning, PlayerGone):  # it is heeded when there is one again
            return
        except locks.Busy:  # somebody acts just now, and heeds it too
            return
        except SetSettingError as error:
            self.trouble = _("A refusal could not be heeded: {why}").format(why=error)

    def end(self, say: Say) -> bool:
        """Fade out in 3 s and stop, unless it has ended; then keep the end. True once the record has all of it.

        Nothing is started again meanwhile or afterwards, and no player is left.
        """
        if not self._conductor.ended and not self._conductor.state.sounding.fading_out:
            with contextlib.suppress(Refused, PlayerGone, locks.Busy):  # another close may have faded it out just now
                if self._link.state() is not None and self._link.ended is None:
                    self._conductor.act(order("fade-out", f"{acts.CLOSE_FADE_S:g}"), str(uuid.uuid4()))
        link.end(self._conductor.folder, say)
        self._finish()
        return self._outbox.settle(now=True)

    def keep_what_is_over(self) -> None:
        """Keep the end of a session that is over, and start nothing again that was killed."""
        if not self._conductor.has_begun():
            return
        self._outbox.settle()
        silent = not self._conductor.ended and self._link.presence(self._link.state()) is Presence.NONE
        if silent and (self._link.ended is not None or self._is_past() or self._link.is_over):
            self._finish()

    def _agree(self, player: PlayerState) -> None:
        """Bring the player and the state together; what cannot be now is tried at the next look."""
        try:
            self._conductor.agree(player, _HEED_WAIT_S)
        except (NotRunning, PlayerGone, locks.Busy):
            self._tended_n = None
        except SetSettingError as error:
            self.trouble = _("The player could not be told what was logged: {why}").format(why=error)

    def _mind_what_comes(self, player: PlayerState | None) -> None:
        """Go on from what is lost, and leave out what is refused by now, both as they stand at one moment."""
        moment = self._conductor.moment(None if player is None else player.frame)
        self._mind_losses(player, moment)
        self.heed(moment)

    def _mind_losses(self, player: PlayerState | None, moment: Moment) -> None:
        """Look at the files of what sounds soon, and go on from what has fallen silent."""
        if player is None or self._conductor.state.sounding.fading_out:
            return
        try:
            self._losses.look(moment.mix_ms, _HEED_WAIT_S)
            self._losses.hear(player, moment.mix_ms, _HEED_WAIT_S)
        except (NotRunning, PlayerGone, locks.Busy):  # at the next look
            return
        except SetSettingError as error:
            self.trouble = _("A track that is lost could not be replaced: {why}").format(why=error)

    def _quieten(self) -> None:
        """Have the music quieter round a planned check, and as it was when that was done; whoever looks asks for it once."""
        conductor, header = self._conductor, self._conductor.header
        if not (header.checks_ms and header.paced):
            return
        state, clock_ms = conductor.state, conductor.moment().clock_ms
        checks = planned(header.checks_ms, state.checks_done_ms)
        db = QUIET_DB if is_quiet(checks, state.infusion_ms(clock_ms)) else Decibels(0)
        if db == self._quiet_db:
            return
        asked = [entry for entry in self._link.journal() if entry.layer == GainLayer.QUIET]
        with contextlib.suppress(NotRunning, PlayerGone, locks.Busy):  # at the next look
            if (asked[-1].db if asked else 0.0) != db:
                event_id = takeover.id_of(header.session_id, f"quiet {len(asked)} {db:g}")
                conductor.quieten(event_id, db, _HEED_WAIT_S)
            self._quiet_db = db

    def _watch_silence(self, player: PlayerState) -> None:
        """Note once of a cue that it should sound and nothing leaves."""
        conductor, heard = self._conductor, self._conductor.state.sounding
        moment = conductor.moment(player.frame)
        cue = playing(heard.heard, moment.mix_ms)
        if cue is not None and is_silent(heard, cue, moment, player):
            title = self.tracks[cue.track_id].title_or_file if cue.track_id in self.tracks else ""
            event_id = takeover.id_of(conductor.header.session_id, f"{SILENT} {cue.track_id} {cue.start_ms}")
            with contextlib.suppress(locks.Busy):  # at the next look
                conductor.note(SILENT, silent_words(title), _HEED_WAIT_S, event_id)

    def _revive(self) -> bool:
        if time.monotonic() - self._failed_at < _REVIVE_EVERY_S:
            return False
        try:
            revived = self._link.revive()
        except SetSettingError as error:
            self._failed_at = time.monotonic()
            self.trouble = _("The player could not be started again: {why}").format(why=error)
            return False
        self.trouble = None
        return revived

    def _catch_up(self) -> None:
        """Have the music timed anew where it is late by much, for whatever reason: the infusion did not wait for it."""
        journal, conductor = self._link.journal(), self._conductor
        since = _late_since(conductor.header, journal, conductor.moment())
        late = [] if since is None else [f"late since {since}"]
        for entry in journal:
            held = entry.what in _LATE_BY
            if held and ((entry.held_ms or 0) >= LATE_MS or _acted_meanwhile(conductor.events, entry)):
                late.append(f"late {entry.n}")
        conductor.late = [takeover.id_of(conductor.header.session_id, what) for what in late]

    def _is_past(self) -> bool:
        """Whether the music would have ended by now, so that starting it again makes no sense."""
        return self._conductor.moment().clock_ms > self._last_ms

    @property
    def _last_ms(self) -> Milliseconds:
        """When the session ends by itself: with what is heard, and else long after an infusion that began with its last act."""
        state = self._conductor.state
        if state.is_external:
            return Milliseconds(state.acted_ms + state.planned.end_ms + LONGEST_MS)
        return state.sounding.heard.end_ms

    def _finish(self) -> None:
        """Keep what sounded to the last, and the end itself, once.

        What sounded is told again of a session that has ended: a record that was put back from a backup lacks it.
        """
        state, header = self._conductor.refresh(), self._conductor.header
        entry = self._link.ended
        self._merge(final=True)
        if state.ended is not None:
            return
        moment = self._conductor.moment()
        if entry is None:
            at_ms = min(moment.clock_ms, self._last_ms)
            utc_ms, how = header.zero_utc_ms + at_ms, BY_HAND if self._link.is_over else "unclosed"
        else:
            at_ms, utc_ms = timekeeping.clock_of(header, entry), entry.utc_ms
            how = BY_HAND if state.sounding.fading_out or self._link.is_over else "planned"
        if how != BY_HAND and state.held is not None:
            how = takeover.LEFT
        event_id, payload = takeover.ended(state, header.session_id, at_ms, utc_ms, how)
        self._conductor.keep(event_at(moment, event_id, "session.ended", payload))
        if header.is_external:
            presence.set_over(self._conductor.folder)

    def _merge(self, *, final: bool) -> None:
        plans = tuple(event.soundscape for event in self._conductor.events if event.soundscape is not None)
        journal = tuple(self._link.journal())
        acted = [event.payload for event in self._conductor.events if isinstance(event.payload, SessionActed)]
        spoken = tuple(each.prompt for each in acted if each.prompt is not None)
        read = takeover.PlayerJournal(
            self._conductor.header, journal, self._link.last_frame(), plans, self.tracks, spoken
        )
        self._outbox.settle(takeover.merged(read, final=final))


def _late_since(header: SessionHeader, journal: Sequence[JournalEntry], moment: Moment) -> int | None:
    """The journal's entry since which the music has fallen behind its clock by much; None where it has not."""
    told = [entry for entry in journal if entry.what in (JournalKind.STARTED, JournalKind.REPLACED)]
    if not told or not header.paced:
        return None
    last = told[-1]
    was_ms = timekeeping.clock_of(header, last) - timekeeping.mix_ms(header, last.frame)
    return last.n if moment.clock_ms - moment.mix_ms - was_ms >= LATE_MS else None


def _acted_meanwhile(events: Iterable[SessionEvent], entry: JournalEntry) -> bool:
    """Whether the infusion was acted on during the hold of the music that this entry of its journal ends.

    What was taken back meanwhile counts: the music that was held does not know of it.
    """
    since_ms = entry.mono_ms - (entry.held_ms or 0)
    meanwhile = [event for event in events if since_ms <= event.mono_ms <= entry.mono_ms]
    names = [event.payload.act for event in meanwhile if isinstance(event.payload, SessionActed)]
    return any(name in BY_NAME and (BY_NAME[name].step or BY_NAME[name].undoes) for name in names)
