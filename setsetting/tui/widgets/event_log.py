"""The newest events of a session, newest first, in words."""

from typing import TYPE_CHECKING

from setsetting.tui.line import Line, fit
from setsetting.tui.painting import PaintingOf
from setsetting.tui.theme import DIM, TEXT
from setsetting.words.numbers import clock
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.session.status import Status

MINUTE = 8


class EventLog(PaintingOf["Status"]):
    """As many lines as have room."""

    DEFAULT_CSS = "EventLog { height: 2; }"

    def paint_of(self, shown: "Status", width: int, height: int) -> list[Line]:
        lines = []
        newest_first = sorted(shown.log, key=lambda each: each.at_utc_ms, reverse=True)
        for index, entry in enumerate(newest_first[:height]):
            line = Line(width)
            line.right(MINUTE - 1, clock(entry.clock_ms if entry.infusion_ms is None else entry.infusion_ms), DIM)
            line.put(MINUTE, fit(entry.words, width - MINUTE - 1), DIM if index else TEXT)
            lines.append(line)
        return lines


class SetList(PaintingOf["Status"]):
    """The cues that are still to come."""

    DEFAULT_CSS = "SetList { height: 1fr; }"

    def paint_of(self, shown: "Status", width: int, height: int) -> list[Line]:
        coming = [cue for cue in shown.cues if cue.start_ms > shown.clock_ms]
        header = Line(width)
        header.put(1, _("to come"), DIM)
        lines = [header]
        for cue in coming[: height - 1]:
            line = Line(width)
            line.right(MINUTE - 1, clock(cue.start_ms - shown.infusion_zero_ms), DIM)
            end = line.right(width - 1, cue.phase, DIM)
            if cue.energy is not None:
                end = line.right(end - 2, f"e{cue.energy:g}", DIM)
            line.put(MINUTE, fit(cue.title, end - MINUTE - 1), TEXT)
            lines.append(line)
        return lines
