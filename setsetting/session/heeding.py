"""What is refused by now and still to come is left out before it sounds: of a cover, of a hold, and of the plan.

What is heard is mended at once, without the planner: its own like follows, or what else was promised, and the rest is
planned after it. A plan that waits under a hold is not heard, and is only planned anew.
"""

from dataclasses import replace

from setsetting.session.folder import SessionHeader
from setsetting.session.holds import SessionPosition, waiting
from setsetting.session.planning import Replanner
from setsetting.session.replan import Replan
from setsetting.session.replanning import Due, position_of, reason
from setsetting.session.state import HELD, LOST, REFUSED, SPEECHLESS, State
from setsetting.session.status import Cover
from setsetting.session.timekeeping import Moment
from setsetting.soundscape.soundscape import Soundscape
from setsetting.units import Milliseconds

LAYERS = 2
"""What is heard, and the plan under a cover: so many replacements at most."""


def replacement(
    state: State, moment: Moment, header: SessionHeader, replanner: Replanner, lead_ms: Milliseconds
) -> tuple[str, Replan] | None:
    """The first that must be replaced at once, with its cause; None where nothing to come is refused."""
    sounding, position = state.sounding, position_of(state, moment, header, lead_ms)
    if sounding.covering is not None and replanner.refused(sounding.covering, position.at_ms).coming:
        return str(Cover.RESCUE), replanner.rescued_on(sounding.covering, sounding.plan, position)
    if sounding.hold is not None and replanner.refused(sounding.hold, position.at_ms).coming:
        return HELD, replanner.held(sounding.hold, sounding.plan, position)
    if sounding.hold is None and replanner.refused(sounding.plan, position.at_ms).coming:
        return REFUSED, replanner.onward(sounding.plan, sounding.plan, position, leaves=False)
    return _without_prompts(sounding.heard, position, replanner)


def _without_prompts(heard: Soundscape, position: SessionPosition, replanner: Replanner) -> tuple[str, Replan] | None:
    left = replanner.prompts.without_lost(heard, position.at_ms)
    return None if left == heard else (SPEECHLESS, Replan(left, ""))


def instead(state: State, position: SessionPosition, replanner: Replanner) -> tuple[str, Replan]:
    """What plays in the place of a track of which nothing is heard, with its cause."""
    sounding = state.sounding
    if sounding.covering is not None:
        return str(Cover.RESCUE), replanner.rescue(sounding.covering, sounding.plan, position)
    if sounding.hold is not None:
        return HELD, replanner.held(sounding.hold, sounding.plan, position, leaves=True)
    return LOST, replanner.onward(sounding.plan, sounding.plan, position)


def is_due(state: State, at_ms: Milliseconds, replanner: Replanner) -> bool:
    """Whether anything to come has to be replaced at once; asked often, and cheap."""
    if state.is_external:
        return False
    sounding = state.sounding
    heard = (sounding.covering, sounding.hold or sounding.plan)
    if replanner.prompts.without_lost(sounding.heard, at_ms) is not sounding.heard:
        return True
    return any(replanner.refused(each, at_ms).coming for each in heard if each is not None)


def due(state: State, moment: Moment, header: SessionHeader, replanner: Replanner) -> Due | None:
    """A plan that waits under a hold and is to be planned anew, since something of it is refused; asked often, and cheap."""
    plan, hold = state.sounding.plan, state.sounding.hold
    if hold is None or state.is_ending or state.closed:
        return None
    at_ms = moment.mix_ms
    left = waiting(hold, plan, at_ms)
    at_ms = min(at_ms, Milliseconds(left[0].start_ms - 1)) if left else at_ms
    if not replanner.refused(plan, at_ms).coming:
        return None
    return Due(state, _as_it_waits(state, at_ms, moment, header), REFUSED, reason(state)[0], waits=True)


def _as_it_waits(state: State, at_ms: Milliseconds, moment: Moment, header: SessionHeader) -> SessionPosition:
    """Where a plan that waits stands: just before its first cue to come, with the infusion as it was when it was left."""
    position, zero_ms = position_of(state, moment, header, Milliseconds(0)), state.infusion_zero_ms or Milliseconds(0)
    infusion = state.infusion(min(moment.clock_ms, state.paused_ms or moment.clock_ms))
    return replace(position, at_ms=at_ms, zero_ms=zero_ms, infusion=infusion, held=None, waits=False)
