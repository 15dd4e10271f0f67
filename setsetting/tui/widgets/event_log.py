"""The newest events of a session, newest first, in words."""

from typing import TYPE_CHECKING

from setsetting.tui.line import Line, fit
from setsetting.tui.painting import Painting
from setsetting.tui.theme import DIM, TEXT
from setsetting.units import Milliseconds
from setsetting.words.numbers import clock
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.session.status import CueView, LogLine, Status

MINUTE = 8


class EventLog(Painting):
    """As many lines as have room."""

    DEFAULT_CSS = "EventLog { height: 2; }"

    def __init__(self) -> None:
        super().__init__()
        self._log: tuple[LogLine, ...] = ()

    def show(self, status: "Status") -> None:
        if status.log != self._log:
            self._log = status.log
            self.redraw()

    def paint(self, width: int, height: int) -> list[Line]:
        lines = []
        newest_first = sorted(self._log, key=lambda each: each.at_utc_ms, reverse=True)
        for index, entry in enumerate(newest_first[:height]):
            line = Line(width)
            line.right(MINUTE - 1, clock(entry.clock_ms if entry.infusion_ms is None else entry.infusion_ms), DIM)
            line.put(MINUTE, fit(entry.words, width - MINUTE - 1), DIM if index else TEXT)
            lines.append(line)
        return lines


class SetList(Painting):
    """The cues that are still to come."""

    DEFAULT_CSS = "SetList { height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self._cues: tuple[CueView, ...] = ()
        self._zero_ms = Milliseconds(0)

    def show(self, status: "Status") -> None:
        coming = tuple(cue for cue in status.cues if cue.start_ms > status.clock_ms)
        if (coming, status.infusion_zero_ms) != (self._cues, self._zero_ms):
            self._cues, self._zero_ms = coming, status.infusion_zero_ms
            self.redraw()

    def paint(self, width: int, height: int) -> list[Line]:
        header = Line(width)
        header.put(1, _("to come"), DIM)
        lines = [header]
        for cue in self._cues[: height - 1]:
            line = Line(width)
            line.right(MINUTE - 1, clock(cue.start_ms - self._zero_ms), DIM)
            end = line.right(width - 1, cue.phase, DIM)
            if cue.energy is not None:
                end = line.right(end - 2, f"e{cue.energy:g}", DIM)
            line.put(MINUTE, fit(cue.title, end - MINUTE - 1), TEXT)
            lines.append(line)
        return lines
