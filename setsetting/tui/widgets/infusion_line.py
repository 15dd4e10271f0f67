"""The infusion in words, and what is amiss with the session."""

from typing import TYPE_CHECKING

from setsetting.tui.line import Line, fit, packed
from setsetting.tui.painting import Painting
from setsetting.tui.theme import DIM, LOUD, STRONG, TEXT, TextStyle
from setsetting.words.numbers import clock
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.session.status import Status


class InfusionLine(Painting):
    """The infusion in words: state, minute, how long it still runs."""

    DEFAULT_CSS = "InfusionLine { height: 1; dock: top; margin-top: 1; }"

    def __init__(self) -> None:
        super().__init__()
        self._status: Status | None = None

    def show(self, status: "Status") -> None:
        self._status = status
        self.redraw()

    def paint(self, width: int, height: int) -> list[Line]:
        line = Line(width)
        if (status := self._status) is not None:
            line.run(1, *packed(_infusion_words(status), width - 2))
        return [line]


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


class Notices(Painting):
    """What is amiss and stays so: as many lines as there are, at most two."""

    DEFAULT_CSS = "Notices { height: auto; }"

    def __init__(self) -> None:
        super().__init__()
        self._notices: tuple[str, ...] = ()

    def show(self, status: "Status") -> None:
        notices = status.notices[:2]
        if notices != self._notices:
            self._notices = notices
            self.relayout()

    def rows_wanted(self, width: int) -> int:
        return len(self._notices)

    def paint(self, width: int, height: int) -> list[Line]:
        lines = []
        for notice in self._notices:
            line = Line(width, "raised")
            line.run(1, ("! ", LOUD), (fit(notice, width - 4), LOUD))
            lines.append(line)
        return lines
