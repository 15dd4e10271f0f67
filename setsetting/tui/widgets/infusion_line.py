"""The infusion in words, and what is amiss with the session."""

from typing import TYPE_CHECKING

from setsetting.tui.line import Line, fit, row
from setsetting.tui.painting import PaintingOf
from setsetting.tui.theme import DIM, LOUD, STRONG, TEXT, TextStyle
from setsetting.words.numbers import clock
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.session.status import Status


class InfusionLine(PaintingOf["Status"]):
    """The infusion in words: state, minute, how long it still runs."""

    DEFAULT_CSS = "InfusionLine { height: 1; dock: top; margin-top: 1; }"

    def paint_of(self, shown: "Status", width: int, height: int) -> list[Line]:
        return [row(width, _infusion_words(shown))]


def _infusion_words(status: "Status") -> list[tuple[str, TextStyle]]:
    words = {
        "before": _("NOT BEGUN"),
        "running": _("RUNNING"),
        "paused": _("PAUSED"),
        "stopped": _("STOPPED"),
        "done": _("ENDED AS PLANNED"),
    }
    pieces: list[tuple[str, TextStyle]] = [(_("infusion "), DIM), (words[status.infusion_state], LOUD)]
    end_ms = status.infusion.end_ms
    if status.infusion_ms is None:
        pieces.append((_("  planned {clock}").format(clock=clock(end_ms)), TEXT))
        due = status.infusion_zero_ms - status.clock_ms
        when = _("  due in {clock}") if due >= 0 else _("  due since {clock}")
        pieces.append((when.format(clock=clock(abs(due))), TEXT))
    else:
        pieces.append((f"  {clock(status.infusion_ms)}", STRONG))
        if status.infusion_ms < end_ms and status.infusion_goes_on:
            pieces.append((_(" of {clock}").format(clock=clock(end_ms)), TEXT))
            pieces.append((_("  {clock} left").format(clock=clock(end_ms - status.infusion_ms)), TEXT))
    return [*pieces, (_("  · clock only, no pump"), DIM)]


class Notices(PaintingOf["Status"]):
    """What is amiss and stays so: as many lines as there are, at most two."""

    DEFAULT_CSS = "Notices { height: auto; }"

    def rows_wanted(self, width: int) -> int:
        return len(self._shown.notices[:2]) if self._shown is not None else 0

    def paint_of(self, shown: "Status", width: int, height: int) -> list[Line]:
        lines = []
        for notice in shown.notices[:2]:
            line = Line(width, "raised")
            line.run(1, ("! ", LOUD), (fit(notice, width - 4), LOUD))
            lines.append(line)
        return lines
