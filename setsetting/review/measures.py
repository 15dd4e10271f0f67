"""What can be charted of the clinic's own sessions, and what a point stands for."""

from enum import StrEnum

from setsetting.words.translate import _


class Measure(StrEnum):
    """What can be charted, by the words of the command line."""

    DISTRESS = "distress"
    RESCUES = "rescues"
    MUSIC_CHANGES = "music-changes"
    INTERRUPTIONS = "interruptions"
    LIKING = "liking"
    COURSES = "courses"


class Per(StrEnum):
    """What a point stands for."""

    SESSION = "session"
    MONTH = "month"


WORDS = {
    Measure.DISTRESS: _("Marks of distress"),
    Measure.RESCUES: _("Grounding music"),
    Measure.MUSIC_CHANGES: _("Live changes of the music"),
    Measure.INTERRUPTIONS: _("Interruptions"),
    Measure.LIKING: _("Liking of the music, 0 to 10"),
    Measure.COURSES: _("Courses that were finished"),
}
