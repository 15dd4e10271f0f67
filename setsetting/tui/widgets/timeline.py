"""The timeline: what the music does and what the model says, on one minute axis.

From the top: marks and the present, the chart (modelled effect with its band, energy of the music),
the model's phases, the playlist's phases, the cues, the infusion, the minutes. Rows that do not fit
go in the order that matters least; what is drawn is also said in words elsewhere on the screen.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from textual import events
from textual.geometry import Size
from textual.message import Message

from setsetting.clinical.effect import band, curve
from setsetting.clinical.infusion import Infusion
from setsetting.clinical.phases import EffectPhases
from setsetting.tui.line import Line
from setsetting.tui.painting import Painting
from setsetting.tui.theme import DIM, TextStyle
from setsetting.tui.widgets import chart, strips
from setsetting.tui.widgets.chart import EffectLine, EnergyCurve
from setsetting.tui.widgets.minute_axis import MinuteAxis
from setsetting.tui.widgets.strips import CueBar, MarkFlag, MusicPhase
from setsetting.units import Energy, Minutes
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.soundscape.windows import TimedPhase

GUTTER = 10
LEAST_CHART_ROWS = 3
LEGEND_FROM_ROWS = 12


@dataclass(frozen=True, slots=True)
class TimelineView:
    """Everything a timeline draws; minutes count from the infusion's start."""

    from_min: Minutes
    to_min: Minutes
    infusion: Infusion
    effect: EffectLine | None = None
    phases: EffectPhases | None = None
    music: tuple[MusicPhase, ...] = ()
    cues: tuple[CueBar, ...] = ()
    target: "tuple[TimedPhase, ...]" = ()
    chosen: int | None = None
    now_min: Minutes | None = None
    flags: tuple[MarkFlag, ...] = ()


@lru_cache(maxsize=16)
def effect_line(infusion: Infusion, to_min: Minutes) -> EffectLine | None:
    """Sample the model over an axis, once a minute."""
    if not infusion.segments:
        return None
    minutes = [Minutes(float(minute)) for minute in range(int(to_min) + 3)]
    edges = band(infusion, minutes)
    return EffectLine(
        Minutes(0.0),
        Minutes(1.0),
        tuple(curve(infusion, minutes)),
        tuple(low for low, _high in edges),
        tuple(high for _low, high in edges),
    )


class Timeline(Painting):
    """Shows a `TimelineView`; a click on a cue says which."""

    DEFAULT_CSS = "Timeline { height: 1fr; }"

    @dataclass
    class CueClicked(Message):
        number: int

    def __init__(self, view: TimelineView | None = None, *, legend: bool = False) -> None:
        super().__init__()
        self._view = view
        self._legend = legend
        self.only_strips = False
        """Whether the chart is left out, so that three rows are enough."""
        self._cue_row: int | None = None
        self._axis: MinuteAxis | None = None

    def show(self, view: TimelineView | None) -> None:
        """Draw another view, or nothing; one that would look the same is not painted."""
        before, self._view = self._view, view
        if view != before and not self._looks_like(before, view):
            self.redraw()

    def _looks_like(self, before: TimelineView | None, view: TimelineView | None) -> bool:
        """Whether the present alone has moved on, within its minute and its column."""
        if before is None or view is None or before.now_min is None or view.now_min is None or self._axis is None:
            return False
        if replace(before, now_min=view.now_min) != view:
            return False
        was, now = before.now_min, view.now_min
        return was // 1 == now // 1 and self._axis.column(was) == self._axis.column(now)

    def choose(self, number: int | None) -> None:
        """Let another cue stand out."""
        if self._view is not None:
            self.show(replace(self._view, chosen=number))

    def paint(self, width: int, height: int) -> list[Line]:
        view = self._view
        if view is None or width <= GUTTER + 10 or height < LEAST_CHART_ROWS:
            return []
        axis = self._axis = MinuteAxis(view.from_min, view.to_min, GUTTER, width - GUTTER - 1)
        now = None if view.now_min is None else axis.column(view.now_min)
        rows = self._rows(view, height)
        lines: list[Line] = []
        self._cue_row = None
        for name in rows:
            if name == "chart":
                lines.extend(self._chart(axis, view, now, Size(width, height - len(rows) + 1)))
                continue
            if name == "cues":
                self._cue_row = len(lines)
            lines.append(self._row(name, axis, view, now))
        return lines

    def _rows(self, view: TimelineView, height: int) -> list[str]:
        """The chart and the rows beside it that have room, from the top."""
        if self.only_strips:
            return ["flags", "music", "ticks"][-height:]
        wanted = ["ticks", "music", "model", "flags", "infusion", "cues", "legend"]
        there = {
            "flags": view.now_min is not None or bool(view.flags),
            "model": view.phases is not None,
            "music": bool(view.music),
            "cues": bool(view.cues),
            "legend": self._legend and height >= LEGEND_FROM_ROWS,
        }
        kept: list[str] = []
        for name in wanted:
            if there.get(name, True) and height - len(kept) - 1 >= max(LEAST_CHART_ROWS, len(kept)):
                kept.append(name)
        order = ["legend", "flags", "chart", "model", "music", "cues", "infusion", "ticks"]
        return sorted((*kept, "chart"), key=order.index)

    def _chart(self, axis: MinuteAxis, view: TimelineView, now: int | None, size: Size) -> list[Line]:
        rows = size.height
        lines = [Line(size.width) for _row in range(rows)]
        chart.area(axis, rows, view.effect, lines, textured=self._textured)
        chart.curves(axis, rows, _curves(view), lines)
        chart.scale(axis, rows, lines, effect=view.effect is not None)
        if now is not None and axis.inside(now):
            for line in lines:
                line.put(now, "┃", TextStyle("now"))
        return lines

    def _row(self, name: str, axis: MinuteAxis, view: TimelineView, now: int | None) -> Line:
        line = Line(axis.end + 1)
        match name:
            case "legend":
                _legend_of(view, axis, line, textured=self._textured)
            case "flags":
                strips.flags(axis, line, view.flags, view.now_min)
            case "model":
                strips.model(axis, line, view.phases, now)
            case "music":
                strips.music(axis, line, view.music, now)
            case "cues":
                strips.cues(axis, line, view.cues, view.chosen)
            case "infusion":
                strips.infusion(axis, line, view.infusion, view.now_min)
            case "ticks":
                strips.ticks(axis, line)
        if now is not None and name in {"model", "music"} and axis.inside(now):
            line.put(now, "┃", TextStyle("now"))
        return line

    @property
    def _textured(self) -> bool:
        return bool(getattr(self.app, "coarse_colours", False))

    def on_click(self, event: events.Click) -> None:
        if self._view is None or self._axis is None or event.y != self._cue_row:
            return
        minute = self._axis.minute(event.x + 0.5)
        for bar in reversed(self._view.cues):
            if bar.start_min <= minute < bar.end_min:
                self.post_message(self.CueClicked(bar.number))
                return


def _curves(view: TimelineView) -> list[EnergyCurve]:
    def chosen(minute: Minutes) -> Energy | None:
        return next((bar.energy for bar in reversed(view.cues) if bar.start_min <= minute < bar.end_min), None)

    def target(minute: Minutes) -> Energy | None:
        for phase in view.target:
            if phase.from_min <= minute < phase.to_min:
                share = (minute - phase.from_min) / (phase.to_min - phase.from_min)
                return phase.energy_from + (phase.energy_to - phase.energy_from) * share
        return None

    return [EnergyCurve(chosen, "curve"), EnergyCurve(target, "curve_dim")]


def _legend_of(view: TimelineView, axis: MinuteAxis, line: Line, *, textured: bool) -> None:
    x = axis.left
    pieces: list[tuple[str, str, TextStyle]] = [("  ", _("modelled effect and its band"), TextStyle("dim"))]
    if view.cues:
        pieces.append(("⠶⠶", _("energy chosen"), TextStyle("curve")))
    if view.target:
        pieces.append(("⠤⠤", _("playlist's arc"), TextStyle("curve_dim")))
    for sign, words, style in pieces:
        if x + len(sign) + len(words) + 4 > axis.end:
            return
        if not sign.strip():
            line.paint(x, x + 1, "area_low")
            if textured:
                line.put(x + 1, chart.TEXTURE, TextStyle("area_low"))
            else:
                line.paint(x + 1, x + 2, "area_high")
            x += 2
        else:
            x = line.put(x, sign, style)
        x = line.put(x + 1, words, DIM) + 3
