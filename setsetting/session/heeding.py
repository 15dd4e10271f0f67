"""What is refused by now and still to come is replaced before it sounds: of a cover, of a hold, and of the plan."""

from dataclasses import replace

from setsetting.session.agreement import LOST
from setsetting.session.folder import SessionHeader
from setsetting.session.holds import SessionPosition, waiting
from setsetting.session.planning import Replan, Replanner
from setsetting.session.replanning import position_of
from setsetting.session.state import HELD, REFUSED, State
from setsetting.session.status import Cover
from setsetting.session.timekeeping import Moment
from setsetting.units import Milliseconds

LAYERS = 3
"""A cover, a hold and the plan: so many replacements at most."""


def replacement(
    state: State, moment: Moment, header: SessionHeader, replanner: Replanner, lead_ms: Milliseconds
) -> tuple[str, Replan] | None:
    """The first that must be replaced, with its cause; None where nothing to come is refused."""
    sounding, position = state.sounding, position_of(state, moment, header, lead_ms)
    if sounding.covering is not None and replanner.refused(sounding.covering, position.at_ms).coming:
        return str(Cover.RESCUE), replanner.rescued_on(sounding.covering, sounding.plan, position)
    if sounding.hold is not None and replanner.refused(sounding.hold, position.at_ms).coming:
        return HELD, replanner.held(sounding.hold, sounding.plan, position)
    waits = _as_it_waits(state, position, moment)
    if not replanner.refused(sounding.plan, waits.at_ms).coming:
        return None
    heard = sounding.heard if sounding.hold is None else sounding.plan
    return REFUSED, replanner.retimed(heard, sounding.plan, waits)


def instead(state: State, position: SessionPosition, replanner: Replanner) -> tuple[str, Replan]:
    """What plays in the place of a track of which nothing is heard, with its cause."""
    sounding = state.sounding
    if sounding.covering is not None:
        return str(Cover.RESCUE), replanner.rescue(sounding.covering, sounding.plan, position)
    if sounding.hold is not None:
        return HELD, replanner.held(sounding.hold, sounding.plan, position, leaves=True)
    return LOST, replanner.onward(sounding.plan, sounding.plan, position)


def is_due(state: State, at_ms: Milliseconds, replanner: Replanner) -> bool:
    """Whether anything to come is refused; asked often, and cheap."""
    sounding = state.sounding
    heard = [each for each in (sounding.covering, sounding.hold) if each is not None]
    if sounding.hold is not None:
        at_ms = _waits_from_ms(state, at_ms)
    return any(replanner.refused(each, at_ms).coming for each in (*heard, sounding.plan))


def _as_it_waits(state: State, position: SessionPosition, moment: Moment) -> SessionPosition:
    """Where a plan that waits stands: at the moment at which it was left, with the infusion as it was then."""
    if state.sounding.hold is None:
        return position
    left_ms, zero_ms = _waits_from_ms(state, position.at_ms), state.infusion_zero_ms or Milliseconds(0)
    infusion = state.infusion(min(moment.clock_ms, state.paused_ms or moment.clock_ms))
    return replace(position, at_ms=left_ms, zero_ms=zero_ms, infusion=infusion, held=None, waits=False)


def _waits_from_ms(state: State, at_ms: Milliseconds) -> Milliseconds:
    """Just before the first cue that the plan has still to come."""
    sounding = state.sounding
    left = waiting(sounding.hold or sounding.plan, sounding.plan, at_ms)
    return min(at_ms, Milliseconds(left[0].start_ms - 1)) if left else at_ms
