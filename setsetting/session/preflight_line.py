"""One line of a preflight: what was looked at, how it stands, and what mends it."""

from dataclasses import dataclass
from enum import StrEnum


class Light(StrEnum):
    READY = "ready"
    LOOK = "look"
    MEND = "mend"


class Mending(StrEnum):
    """The act that mends a line, or changes what it says."""

    OUTPUT = "output"
    TONE = "tone"
    LEVEL = "level"
    BUILD = "build"
    FORM = "form"
    CLOSE = "close"
    DRAW = "draw"
    AGREE = "agree"
    BACKUP = "backup"


class LineName(StrEnum):
    OUTPUT = "output"
    HEARD = "heard"
    SIDES = "sides"
    CALIBRATION = "calibration"
    ALONE = "alone"
    PLAN = "plan"
    FILES = "files"
    TO_THE_END = "to_the_end"
    GROUNDING = "grounding"
    ALL_ENDS = "all_ends"
    AGREED = "agreed"
    FORM = "form"
    SESSIONS = "sessions"
    BY_LOT = "by_lot"
    WRITABLE = "writable"
    VERIFIED = "verified"
    DISK = "disk"
    BACKUP = "backup"
    POWER = "power"
    SLEEP = "sleep"
    OTHERS = "others"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class PreflightLine:
    """One thing that was looked at: how it stands, in a sentence, and what mends or changes it."""

    name: LineName
    light: Light
    words: str
    mending: Mending | None = None
