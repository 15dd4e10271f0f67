"""What has still to be planned after the acts that were heard: found in the state alone, planned without a lock.

A plan is due when the one that stands is timed to another infusion, when a hold has ended, when an act was heard from
what had been promised, and when what was to come is refused or lost. It is planned from a state that may be old by the time it is done; then it is dropped, and
what is due by then is planned instead. One that cannot be planned leaves the music as it stands, and it is said.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from setsetting.clinical.infusion import Infusion, InfusionStep, Segment
from setsetting.errors import SetSettingError, Stopped
from setsetting.record.kinds import SessionActed, SessionRetimed
from setsetting.session.acts import BY_NAME, OF_INFUSION
from setsetting.session.folder import SessionHeader
from setsetting.session.holds import LONGEST_MS, SessionPosition, silent_until
from setsetting.session.planning import Replanner
from setsetting.session.replan import Replan
from setsetting.session.state import CORRECTED, HELD, LATE, LOST, REFUSED, State
from setsetting.session.status import Cover, InfusionState
from setsetting.session.takeover import id_of
from setsetting.session.timekeeping import Moment
from setsetting.soundscape.prompts import FALL_MS
from setsetting.soundscape.soundscape import Cue, Soundscape
from setsetting.units import Milliseconds
from setsetting.words.translate import _

_MOMENT_MS = Milliseconds(1_000)
_OPEN = {InfusionState.BEFORE, InfusionState.RUNNING, InfusionState.PAUSED}


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be planned, and from which state; `cause` is the act after which, or "held".

    `waits` says that it is a plan which waits under a hold, and is not heard yet.
    """

    state: State
    position: SessionPosition
    cause: str
    after: str
    """The event of that act."""
    waits: bool = False

    def is_of(self, state: State) -> bool:
        """Whether no newer act has changed what it is planned from."""
        was = self.state
        return was.sounding == state.sounding and was.logged == state.logged and was.ended == state.ended

    def planned(self, replanner: Replanner, stop: Callable[[], bool] = lambda: False) -> "Planned":
        """Plan it; pure but for what the replanner asks of the record. A refusal is its outcome too.

        Raises Stopped once `stop` says yes.
        """
        sounding = self.state.sounding
        plan = sounding.plan
        heard = plan if self.waits else sounding.heard
        if sounding.cover is Cover.SILENCE:  # it may be ended at any moment, and the plan goes on from then
            heard = silent_until(heard, self.position.at_ms)
        try:
            if self.cause == HELD:
                return Planned(self, replanner.held(heard, plan, self.position))
            return Planned(self, replanner.retimed(heard, plan, self.position, stop))
        except Stopped:
            raise
        except SetSettingError as error:
            words = _("The music keeps its plan, it could not be timed anew: {why}").format(why=error)
            return Planned(self, None, words)


@dataclass(frozen=True, slots=True)
class Planned:
    """What came of it: a soundscape, or why there is none."""

    due: Due
    new: Replan | None
    refused: str = ""

    @property
    def differs_ms(self) -> Milliseconds:
        """From when on it sounds otherwise than what is heard; what is played later than that comes too late."""
        heard = self.due.state.sounding.heard
        new = heard if self.new is None else self.new.soundscape
        spoken = [cue.start_ms - FALL_MS for cue in {*heard.prompts} ^ {*new.prompts}]
        return min([_differs_ms(heard, new), *spoken])


def position_of(state: State, moment: Moment, header: SessionHeader, lead_ms: Milliseconds) -> SessionPosition:
    """Where the music is and the infusion beside it; in a paced session so far ahead of the player."""
    at_ms = Milliseconds(moment.mix_ms + lead_ms) if header.paced else moment.mix_ms
    clock_ms, infusion_ms = moment.clock_ms, state.infusion_ms(moment.clock_ms)
    paused_ms = state.paused_ms
    return SessionPosition(
        at_ms=at_ms,
        zero_ms=Milliseconds(0) if infusion_ms is None else moment.mix_ms - infusion_ms,
        infusion=followed(state, clock_ms),
        held=state.held,
        since_ms=None if paused_ms is None else paused_ms - clock_ms + moment.mix_ms,
        waits=state.sounding.hold is not None and state.sounding.cover is None,
        is_open=state.infusion_state(clock_ms) in _OPEN,
        last_ms=Milliseconds(at_ms + LONGEST_MS) if header.paced else header.last_act_ms,
        speaks=state.sounding.speaks(at_ms),
    )


def followed(state: State, clock_ms: Milliseconds) -> Infusion:
    """The infusion as the music follows it: one that was stopped in a pause ends for the room when it was stopped."""
    infusion, steps = state.infusion(clock_ms), state.steps
    if [each.step for each in steps[-2:]] != [InfusionStep.PAUSE, InfusionStep.STOP]:
        return infusion
    stopped_ms = Milliseconds(steps[-1].at_ms - steps[0].at_ms)
    if stopped_ms - _MOMENT_MS < infusion.end_ms:
        return infusion
    return Infusion((*infusion.segments, Segment(Milliseconds(stopped_ms - _MOMENT_MS), stopped_ms)))


def due(state: State, moment: Moment, header: SessionHeader, lead_ms: Milliseconds) -> Due | None:
    """What has to be planned by now; None where the music is as it should be."""
    sounding, held = state.sounding, state.held
    if state.is_ending or state.closed or not sounding.plan.cues:
        return None
    is_held = held is not None and (sounding.cover is not None or sounding.held_for is held)
    clock_zero_ms = state.infusion_zero_ms or Milliseconds(0)
    otherwise = state.is_timed_otherwise(state.infusion(moment.clock_ms), clock_zero_ms)
    follows = held is None and sounding.hold is None and not sounding.promised and not otherwise
    if is_held or follows:
        return None
    position, (after, cause) = position_of(state, moment, header, lead_ms), reason(state)
    if held is not None:
        return Due(state, position, HELD, after)
    if sounding.promised and not otherwise:
        after, cause = _without(state) or (after, cause)
    waited = sounding.hold is not None  # under a cover too
    return Due(
        state, replace(position, may_fade=waited or cause in OF_INFUSION, waits=waited, moves=otherwise), cause, after
    )


def _without(state: State) -> tuple[str, str] | None:
    """What left out something refused or lost, and why, where only what was promised plays since."""
    for event in reversed(state.said):
        if isinstance(made := event.payload, SessionRetimed):
            return (event.event_id, made.cause) if made.promised and made.cause in {REFUSED, LOST} else None
    return None


def reason(state: State) -> tuple[str, str]:
    """The event after which the rest is planned, and why; where it was planned after that already, it was corrected."""
    for event in reversed(state.said):
        act = BY_NAME.get(event.payload.act) if isinstance(event.payload, SessionActed) else None
        if act is not None and (act.step is not None or act.leaves or act.holds or act.undoes):
            known = any(each.event_id == timed_id(event.event_id) for each in state.said)
            return event.event_id, CORRECTED if known else act.name
    return state.started.session_id, LATE


def timed_id(after: str) -> str:
    """The id of the plan that was made after an act: the same for the same act, whoever makes it."""
    return id_of(after, "timed")


def _differs_ms(heard: Soundscape, new: Soundscape) -> Milliseconds:
    """The first moment at which two soundscapes sound otherwise."""
    for was, now in zip(heard.cues, new.cues, strict=False):
        if was == now:
            continue
        if replace(was, length_ms=now.length_ms, fade_out_ms=now.fade_out_ms, reason=now.reason) == now:
            return min(_leaves_ms(was), _leaves_ms(now))
        return min(was.start_ms, now.start_ms)
    both = min(len(heard.cues), len(new.cues))
    more = [cue.start_ms for cue in (*heard.cues[both:], *new.cues[both:])]
    return min(heard.end_ms, new.end_ms, *more)


def _leaves_ms(cue: Cue) -> Milliseconds:
    return cue.end_ms - cue.fade_out_ms
