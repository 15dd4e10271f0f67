"""Rendering a soundscape to a file that any player plays, from the screen that built it."""

import asyncio
import itertools
from pathlib import Path
from typing import TYPE_CHECKING

from setsetting.errors import Stopped
from setsetting.tui.screens.report import name_asked
from setsetting.views.soundscape import rendered_in_words
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.progress import Step
    from setsetting.tui.task_screen import TaskScreen


async def render_to_file(screen: "TaskScreen", clinic: "Clinic", code: str, soundscape: Path) -> None:
    """Ask for a file and mix the soundscape to it, this patient's refusals asked again; how far it is, is said."""
    from setsetting.desk import soundscapes

    told, app = set[int](), screen.app

    def report(step: "Step") -> None:
        if not app.is_running:
            raise Stopped(_("The interface has ended; the rendering is not written."))
        tenth = 10 * step.done // step.total if step.total else 0
        if tenth not in told and screen.is_attached:
            told.add(tenth)
            screen.say_from_thread(_("Rendering: {percent} %").format(percent=10 * tenth))

    def take(out: Path, *, replace: bool) -> None:
        soundscapes.refuse_rendering(clinic, soundscape, out, replace=replace)

    stem = soundscape.with_suffix("")
    later = (stem.with_name(f"{stem.name}-{n}.flac") for n in itertools.count(2))
    free = next(path for path in itertools.chain((stem.with_suffix(".flac"),), later) if not path.exists())
    question = _("{code}: render to which file? .flac or .wav").format(code=code)
    named = await name_asked(screen, code, question, free, take)
    if named is None:
        return
    out, replace = named
    words = _("Every rule is asked again, and the files are looked through; then it is rendered.")
    screen.say(words, goes_on=True)
    mixed = await asyncio.to_thread(
        soundscapes.render, clinic, soundscape, out, None, report, replace=replace, code=code
    )
    done = _("{code}: rendered to {path}.").format(code=code, path=out)
    screen.say_in_front(" ".join((done, *rendered_in_words(mixed))))
