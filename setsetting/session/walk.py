"""Walking a script through a session, and following it to its end.

Each line is done when the soundscape's clock is there; in fast time the player waits for it. A line
that is refused is said with its number, and the walk goes on: the music does not wait for a mistake.
"""

from collections.abc import Callable, Sequence
from itertools import groupby
from uuid import UUID, uuid5

from setsetting.errors import SetSettingError
from setsetting.session.live import LiveSession
from setsetting.session.script import ScriptLine
from setsetting.session.timekeeping import frame_at
from setsetting.words.numbers import clock
from setsetting.words.translate import _


def walk(live: LiveSession, lines: Sequence[ScriptLine], say: Callable[[str], None]) -> None:
    """Do every line at its minute; say what was done or why not."""
    for frame, together in groupby(lines, key=lambda line: frame_at(live.header, line.at_ms)):
        due = list(together)
        if not live.wait_at(due[0].at_ms, frame):
            for line in due:
                say(_("line {n}: the session had ended.").format(n=line.number))
            continue
        for line in due:
            _do(live, line, say)
        if not live.header.paced:
            live.release(frame, _id(live, f"barrier {frame}"))


def follow(live: LiveSession, say: Callable[[str], None]) -> None:
    """Say what plays as it changes, until the session has ended."""
    said: set[str] = set()
    playing: tuple[str | None, int] | None = None
    for status in live.follow():
        cue = status.playing
        if cue is not None and (cue.track_id, cue.start_ms) != playing:
            playing = (cue.track_id, cue.start_ms)
            say(f"{clock(status.clock_ms)}  {cue.phase}  {cue.title}")
        for notice in status.notices:
            if notice not in said:
                said.add(notice)
                say(notice)


def _do(live: LiveSession, line: ScriptLine, say: Callable[[str], None]) -> None:
    event_id = _id(live, f"line {line.number}")
    try:
        if line.is_mark:
            words = live.mark(line.name, line.argument, event_id)
        else:
            words = live.act(line.name, line.argument, event_id)
    except SetSettingError as error:
        say(_("line {n}: {trouble}").format(n=line.number, trouble=error))
        return
    say(f"{clock(line.at_ms)}  {words}")


def _id(live: LiveSession, what: str) -> str:
    return str(uuid5(UUID(live.session_id), what))
