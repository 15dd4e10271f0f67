"""What a planning comes to: a soundscape that holds from now on, and what of one is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from setsetting.session.holds import SessionPosition
from setsetting.soundscape.soundscape import Cue, Soundscape


@dataclass(frozen=True, slots=True)
class Replan:
    """A soundscape that holds from now on, its fades in itself, what changed in words, and the rules it gave up.

    One that is `promised` is made of what was planned before; its rest waits to be planned.
    """

    soundscape: Soundscape
    words: str
    waived: tuple[str, ...] = ()
    promised: bool = False


@dataclass(frozen=True, slots=True)
class RefusedCues:
    """What of a soundscape is refused by now: what sounds, and what is still to come."""

    now: tuple[Cue, ...] = ()
    coming: tuple[Cue, ...] = ()


Replanning: TypeAlias = Callable[[Soundscape, Soundscape, SessionPosition], Replan]
"""From what is heard (the plan itself, or what covers it), the plan and the position to what holds from now on."""
