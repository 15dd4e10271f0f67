"""What a conductor asks of the planner: the rest of a session, planned again from now on.

Times are on the soundscape's clock as the music follows it. A plan that comes back keeps what has
sounded and what sounds now, unless it says that it must fade early.
"""

from dataclasses import dataclass
from typing import Protocol

from setsetting.audio.mix import Mix
from setsetting.clinical.infusion import Infusion
from setsetting.units import Milliseconds


@dataclass(frozen=True, slots=True)
class Replan:
    """A soundscape's text that holds from now on, its fades in itself, and what changed in words."""

    body: str
    words: str


@dataclass(frozen=True, slots=True)
class SessionPosition:
    """Where a session stands: the music at `at_ms`, the infusion with its minute 0 at `zero_ms`.

    `may_fade` lets what plays be faded early where that serves the new times better.
    """

    at_ms: Milliseconds
    zero_ms: Milliseconds
    infusion: Infusion
    may_fade: bool = False


class Replanner(Protocol):
    """Plans the rest; raises a sentence when nothing fits, and the plan then stands.

    `plan` is the plan's text, `heard` that of what sounds: the plan itself, or what covers it.
    """

    def retimed(self, plan: str, position: SessionPosition) -> Replan:
        """The plan with its phases moved to what the infusion is now."""

    def onward(self, heard: str, plan: str, position: SessionPosition) -> Replan:
        """What has sounded, then the plan with its next cue beginning now."""

    def rescue(self, heard: str, plan: str, position: SessionPosition) -> Replan:
        """What has sounded, and then the rescue's tracks until the plan's end and beyond."""

    def silence(self, heard: str, plan: str, position: SessionPosition) -> Replan:
        """What has sounded, and then silence until the plan's end."""

    def mix(self, body: str) -> Mix:
        """The sounds of a soundscape's text."""
