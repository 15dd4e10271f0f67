"""What the state of a session forbids, as a sentence, before anything sounds."""

from setsetting.clinical.infusion import InfusionStep, refusal
from setsetting.errors import Refused
from setsetting.session.acts import Act
from setsetting.session.state import State
from setsetting.session.status import HoldReason
from setsetting.words.translate import _


def refuse(state: State, act: Act) -> None:
    """Raise Refused where an act makes no sense now."""
    if act.undoes:
        if state.takes_back is None:
            raise Refused(_("There is nothing to undo."))
        return
    if state.closed or (state.ended is not None and act.needs_player):
        raise Refused(_("The session has ended; {act} does nothing any more.").format(act=act.label))
    if act.needs_player and state.is_external:
        words = _("{act} does nothing here: the music comes from elsewhere, and is changed there.")
        raise Refused(words.format(act=act.label))
    if act.step is not None:
        if (why := refusal(state.steps, act.step)) is not None:
            is_paused = act.step is InfusionStep.PAUSE and refusal(state.steps, InfusionStep.RESUME) is None
            raise Refused(f"{why} " + _("`infusion-resume` lets it go on.") if is_paused else why)
    elif state.sounding.fading_out:
        raise Refused(_("Everything is fading out; `undo` brings it back."))
    if act.cover is not None and act.cover is state.sounding.cover:
        raise Refused(_("{act} is on already; `next` returns to the plan.").format(act=act.label))
    if act.holds:
        _refuse_hold(state, act)


def _refuse_hold(state: State, act: Act) -> None:
    if state.sounding.cover is not None:
        words = _("{act} does nothing while something covers the plan; `next` returns to it.")
        raise Refused(words.format(act=act.label))
    if not act.leaves and state.held in {HoldReason.NOT_BEGUN, HoldReason.PAUSED}:
        raise Refused(_("The music stays where it is already, until the infusion goes on."))
