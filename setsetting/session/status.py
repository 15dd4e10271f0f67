"""What one look at a live session shows: everything a screen or `status` needs, nothing to work out.

Minutes of the soundscape's clock count from the planned infusion start; infusion minutes from the
real one. Both are milliseconds here.
"""

from dataclasses import dataclass
from enum import StrEnum

from setsetting.clinical.infusion import Infusion
from setsetting.clinical.marks import TOUCHES, Mark
from setsetting.clinical.phases import EffectPhase, EffectPhases
from setsetting.errors import Refused
from setsetting.player.status import OutputState
from setsetting.session.checks import NEAR_MS, PlannedCheck, next_check
from setsetting.units import Decibels, Milliseconds
from setsetting.words.translate import _


class SessionGone(Refused):
    """Another controller has closed the session."""


class SessionAway(SessionGone):
    """The place where the session's folder was is not there, as where a disk is away: whether it is closed is not known."""


class SessionState(StrEnum):
    """Music runs; music has ended and the session is unclosed; the facilitator has closed it."""

    PLAYING = "playing"
    ENDED = "ended"
    CLOSED = "closed"


class Presence(StrEnum):
    """Whether there is a player: one that answers, one that runs and does not answer, or none."""

    ALIVE = "alive"
    STALLED = "stalled"
    NONE = "none"


class InfusionState(StrEnum):
    """What is known of the infusion; DONE is its planned end reached without a stop, which may still
    come, OVER the close of a session in which it was still open: it ran no longer than that."""

    BEFORE = "before"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"
    OVER = "over"


_INFUSION_IS = {
    InfusionState.BEFORE: _("not begun"),
    InfusionState.RUNNING: _("running"),
    InfusionState.PAUSED: _("paused"),
    InfusionState.STOPPED: _("stopped"),
    InfusionState.DONE: _("ended as planned"),
    InfusionState.OVER: _("over with the session"),
}


class HoldReason(StrEnum):
    """Why the music stays where it is: the infusion has not begun, or is paused, or somebody asked for it."""

    NOT_BEGUN = "not begun"
    PAUSED = "paused"
    ASKED = "asked"


class Cover(StrEnum):
    """What sounds instead of the plan."""

    RESCUE = "rescue"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class CueView:
    """One cue as a screen lists it; `title` says what it is when it is no track, `note` is the curator's of a track."""

    kind: str
    phase: str
    track_id: str | None
    title: str
    artist: str
    energy: float | None
    start_ms: Milliseconds
    length_ms: Milliseconds
    reason: str
    note: str = ""

    @property
    def end_ms(self) -> Milliseconds:
        return self.start_ms + self.length_ms


@dataclass(frozen=True, slots=True)
class MarkView:
    """A mark with its minutes; its note stays in the record and is shown only in the log."""

    name: str
    clock_ms: Milliseconds
    infusion_ms: Milliseconds | None
    at_utc_ms: Milliseconds
    note: str | None = None


class LogKind(StrEnum):
    """What a line of the log tells: an act on the infusion or on the music, what was seen, what the program did."""

    INFUSION = "infusion"
    ACT = "act"
    MARK = "mark"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the event log: when, and what in words; `event_id` is that of an act or a mark, `undone` of none."""

    clock_ms: Milliseconds
    infusion_ms: Milliseconds | None
    at_utc_ms: Milliseconds
    words: str
    kind: LogKind = LogKind.PROGRAM
    event_id: str | None = None
    undone: bool = False


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The act or mark that undo would take back, by its event's id, its name and in words with its minute."""

    event_id: str
    name: str
    words: str
    is_mark: bool
    infusion_ms: Milliseconds | None


PROMPT_NEAR_MS = Milliseconds(60_000)
"""So long before it begins a prompt is near."""
TOUCH_WAITS_MS = Milliseconds(300_000)
"""So long an offer of touch waits for what came of it; after that a touch is another offer."""


@dataclass(frozen=True, slots=True)
class Status:
    """A session at one moment.

    `clock_ms` is the soundscape's clock now, `infusion_ms` the infusion's, None before its start.
    `infusion` is what ran and what is still expected, from its own minute 0; `infusion_zero_ms` is
    where that minute 0 lies on the soundscape's clock (the plan's 0 before the start). `effect` is
    cut from `infusion`. `is_external` says that the music comes from elsewhere: then there are no cues and no player, and
    `ends_ms` is the infusion's end, else when the music ends; `ends_utc_ms` is the same by the wall's clock. `cues` is the
    plan with what was played, in order; `cover` says what sounds instead, `held` why the music does not follow the plan
    yet. `undoable` is what `undo` would take back. `marks` and `acts` are those that stand; the log tells the others
    too, as taken back. `player` says whether there is one, and whether it answers. `durable` is False while an act waits
    outside the record, and `notices` says so in words. `outputs` are those of the player that answers.
    """

    session_id: str
    patient_code: str
    simulated: bool
    rehearsal: bool
    visit_no: int | None
    room: str
    playlist: str
    output: str
    state: SessionState
    started_utc_ms: Milliseconds
    clock_ms: Milliseconds
    infusion_state: InfusionState
    infusion_ms: Milliseconds | None
    infusion_zero_ms: Milliseconds
    infusion: Infusion
    planned: Infusion
    effect: EffectPhases
    effect_phase: EffectPhase
    phase: str | None
    playing: CueView | None
    position_ms: Milliseconds
    next: CueView | None
    cues: tuple[CueView, ...]
    ends_ms: Milliseconds
    ends_utc_ms: Milliseconds
    cover: Cover | None
    held: HoldReason | None
    ducked: bool
    volume_db: Decibels
    fading_out: bool
    undoable: TakenBack | None
    marks: tuple[MarkView, ...]
    log: tuple[LogLine, ...]
    acts: int
    player: Presence
    durable: bool
    notices: tuple[str, ...]
    is_external: bool = False
    checks: tuple[PlannedCheck, ...] = ()
    timing: bool = False
    """Whether the rest has still to be timed anew, so that when all ends is not known yet."""
    looks: bool = False
    """Whether who is shown it can only look."""
    quiet: bool = False
    """Whether the music is quieter for a check."""
    outputs: tuple[OutputState, ...] = ()
    prompts: tuple[CueView, ...] = ()
    """Those of the playlist that sound or are to come, in order."""
    infusion_ended_ms: Milliseconds | None = None
    """When the infusion ended, in its own time; None while it has not."""

    @property
    def plays(self) -> bool:
        return self.state is SessionState.PLAYING

    @property
    def runs_elsewhere(self) -> bool:
        """Whether it runs with music of which nothing is known here."""
        return self.is_external and self.plays

    @property
    def is_lost(self) -> bool:
        """Whether nothing can sound: there is no player, or every output is held."""
        held = bool(self.outputs) and all(each.held for each in self.outputs)
        return self.plays and not self.is_external and (self.player is Presence.NONE or held)

    @property
    def asked(self) -> bool:
        """Whether somebody asked for the hold."""
        return self.held is HoldReason.ASKED

    @property
    def plays_a_track(self) -> bool:
        """Whether what is heard is a track of the library's."""
        heard = self.plays and not self.is_external and self.cover is not Cover.SILENCE
        return heard and self.playing is not None and self.playing.track_id is not None

    @property
    def next_check(self) -> PlannedCheck | None:
        """The planned check that is near or comes next."""
        return next_check(self.checks, self.infusion_ms)

    @property
    def prompt_is_near(self) -> bool:
        """Whether the playlist's next prompt begins within a minute, or plays."""
        return bool(self.prompts) and self.prompts[0].start_ms - self.clock_ms <= PROMPT_NEAR_MS

    @property
    def check_is_near(self) -> bool:
        """Whether a planned check may be done by now."""
        check = self.next_check
        return check is not None and self.infusion_ms is not None and self.infusion_ms >= check.at_ms - NEAR_MS

    @property
    def touch_waits(self) -> bool:
        """Whether touch was offered just now, and nothing was marked of what came of it."""
        of_touch = [mark for mark in self.marks if mark.name in TOUCHES]
        last = of_touch[-1] if of_touch else None
        return last is not None and last.name == Mark.TOUCH_OFFERED and self.clock_ms - last.clock_ms < TOUCH_WAITS_MS

    @property
    def goes_on(self) -> bool:
        """Whether the music plays or the infusion goes on, so that it is at a minute and in a phase of the model."""
        return self.plays or self.infusion_goes_on

    @property
    def infusion_is(self) -> str:
        """What the infusion is, in words; before the close nobody knows that the planned end was its end."""
        if self.infusion_state is InfusionState.DONE and self.state is not SessionState.CLOSED:
            return _("past its planned end")
        return _INFUSION_IS[self.infusion_state]

    @property
    def infusion_goes_on(self) -> bool:
        """It has begun, and something of it is still to come."""
        return self.infusion_state in {InfusionState.RUNNING, InfusionState.PAUSED}

    def without_a_cue(self, onward: str) -> str:
        """What comes where that is no cue while music plays; nothing where it is one. `onward` is how a face says next."""
        if self.fading_out:
            return _("nothing: everything fades out")
        if self.cover is not None:
            return _("back to the plan, with {onward}").format(onward=onward)
        if self.next is not None:
            return ""
        return _("nothing: the plan ends here") if self.held is None else _("the plan, when the music goes on")
