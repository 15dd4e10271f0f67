"""The page that a patient and a clinician look at together: titles and the patient's own words, each with its minute.

No estimate, no level, no act, no note of the clinic's stands on it; nothing here is made of anything but a session's page.
"""

from dataclasses import dataclass

from setsetting.clinical.marks import Mark
from setsetting.review.session_page import SessionPage
from setsetting.units import Milliseconds


@dataclass(frozen=True, slots=True)
class SharedLine:
    """A title, or what the patient `said`; `at_ms` is the infusion's own time."""

    at_ms: Milliseconds
    words: str
    said: bool


def shared(page: SessionPage) -> tuple[SharedLine, ...]:
    """The lines in the order of time; what was taken back is not among them, and a title that went on after a gap is one."""
    sounded = [each for each in page.played if each.track_id is not None]
    titles = [
        SharedLine(each.from_ms, f"{each.title} \N{EM DASH} {each.artist}" if each.artist else each.title, said=False)
        for before, each in zip((None, *sounded), sounded, strict=False)
        if before is None or before.track_id != each.track_id
    ]
    said = [
        SharedLine(each.infusion_ms, each.note, said=True)
        for each in page.marks
        if each.name == Mark.VOICE and each.note and not each.taken_back
    ]
    return tuple(sorted((*titles, *said), key=lambda line: line.at_ms))
