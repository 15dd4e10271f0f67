"""Walking a script through a session, and following it to its end.

Each line is done when the soundscape's clock is there; in fast time the player waits for it. A line
that is refused is said with its number, and the walk goes on: the music does not wait for a mistake.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from uuid import UUID, uuid5

from setsetting.errors import Refused, SetSettingError
from setsetting.player.client import PlayerGone
from setsetting.session.live import POLL_S, LiveSession
from setsetting.session.script import ScriptLine
from setsetting.session.status import CueView, SessionGone, SessionState, Status
from setsetting.session.timekeeping import frame_at
from setsetting.units import Frames, Milliseconds, s_from_ms
from setsetting.words.numbers import clock
from setsetting.words.translate import _

_MOVES_BY_MS = Milliseconds(20_000)


class ScriptWalker:
    """Does a script's lines in a session, each at its minute; `say` hears what was done or why not."""

    def __init__(self, live: LiveSession, say: Callable[[str], None]) -> None:
        self._live = live
        self._say = say

    def walk(self, lines: Sequence[ScriptLine]) -> None:
        """Do every line at its minute."""
        header = self._live.header
        for frame, together in groupby(lines, key=lambda line: frame_at(header, line.at_ms)):
            due = list(together)
            there = self._wait_for(due[0].at_ms, frame)
            for line in due:
                if there:
                    self._do(line)
                else:
                    self._say(_("line {n}: the session had ended.").format(n=line.number))
            if there and not header.paced:
                self._release(frame)

    def _wait_for(self, at_ms: Milliseconds, frame: Frames) -> bool:
        """Wait until the soundscape's clock is there (a fast player: until it waits at its barrier)."""
        live = self._live
        while not live.ended:
            if not live.header.paced:
                if live.link.at_barrier(frame):
                    return True
                self._look_after()
                continue
            left_s = s_from_ms(at_ms - live.conductor.moment().clock_ms)
            if left_s <= 0:
                return True
            live.status()
            time.sleep(min(left_s, POLL_S))
        return False

    def _release(self, frame: Frames) -> None:
        """Let a fast player go on past a barrier, also when it was killed there and is started again."""
        live = self._live
        while not live.ended:
            try:
                live.link.player().release(self._id(f"barrier {frame}"), frame)
                return
            except (PlayerGone, Refused):
                if live.link.ended is None and live.link.state() is not None:
                    raise
                self._look_after()

    def _look_after(self) -> None:
        """The player ended, or it was killed and is started again."""
        self._live.status()
        time.sleep(POLL_S)

    def _do(self, line: ScriptLine) -> None:
        event_id = self._id(f"line {line.number}")
        try:
            does = self._live.mark if line.is_mark else self._live.act
            words = does(line.name, line.argument, event_id)
        except SetSettingError as error:
            self._say(_("line {n}: {trouble}").format(n=line.number, trouble=error))
            return
        self._say(f"{clock(line.at_ms)}  {words}")

    def _id(self, what: str) -> str:
        return str(uuid5(UUID(self._live.session_id), what))


def looks(live: LiveSession) -> Iterator[Status]:
    """Look again and again until the session has ended, and while it is being closed, until it is; nothing is changed."""
    while not live.conductor.gone:
        try:
            status = live.status()
        except SessionGone:
            return
        yield status
        if status.state is SessionState.CLOSED or not (status.plays or live.link.is_over):
            return
        time.sleep(POLL_S)


def follow(live: LiveSession, say: Callable[[str], None]) -> None:
    """Say what plays as it changes, until the session has ended."""
    said: set[str] = set()
    playing: CueView | None = None
    while not live.conductor.gone:
        try:
            status = live.status()
        except SessionGone:
            return
        cue = status.playing
        if cue is not None and (playing is None or _is_another(cue, playing)):
            playing = cue
            say(f"{clock(status.clock_ms)}  {cue.phase}  {cue.title}")
        for notice in status.notices:
            if notice not in said:
                said.add(notice)
                say(notice)
        if live.ended:
            return
        time.sleep(POLL_S)


def _is_another(cue: CueView, before: CueView) -> bool:
    """Whether it is not the cue of the look before, whose beginning moves a little while the music is late."""
    return cue.track_id != before.track_id or abs(cue.start_ms - before.start_ms) > _MOVES_BY_MS
