"""The strips under a timeline's chart, each one line on the same minute axis.

The modelled phases and the playlist's phases are two strips, both named: that they disagree on sight
(music calms before the modelled descent) is what they are there to show.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from setsetting.clinical.infusion import Infusion
from setsetting.clinical.phases import Boundary, EffectPhases
from setsetting.tui.line import Line
from setsetting.tui.theme import ACCENT, CHOSEN, DIM, LOUD, STRONG, TEXT, TextStyle
from setsetting.tui.widgets.chart import TEXTURE
from setsetting.tui.widgets.minute_axis import MinuteAxis, minute_words
from setsetting.units import Energy, Minutes, minutes_from_ms
from setsetting.words.translate import _

SHORTER = {_("settling"): _("settle"), _("descent"): _("down"), _("recovery"): _("after")}
"""A shorter word for an effect phase that has little room."""


@dataclass(frozen=True, slots=True)
class MusicPhase:
    """A playlist phase on tonight's clock."""

    name: str
    start_min: Minutes
    end_min: Minutes
    energy: Energy | None = None


@dataclass(frozen=True, slots=True)
class CueBar:
    """A cue: its number, when it sounds, how energetic it is (None for silence and beds)."""

    number: int
    start_min: Minutes
    end_min: Minutes
    energy: Energy | None = None


@dataclass(frozen=True, slots=True)
class MarkFlag:
    """A mark at its minute, or what `comes` at a planned one."""

    minute: Minutes
    word: str
    comes: bool = False


class ModelPhase(NamedTuple):
    """A phase of the model strip with the boundaries that are fuzzy."""

    name: str
    bg: str
    start: Boundary
    end: Boundary


def label(line: Line, span: tuple[int, int], words: Sequence[str], style: TextStyle, avoid: int | None = None) -> None:
    """Centre the first word that fits between two columns, beside the column to avoid; never a part of one."""
    start, end = span
    if avoid is not None and start <= avoid < end:
        start, end = (start, avoid) if avoid - start >= end - avoid - 1 else (avoid + 1, end)
    room = end - start
    fitting = next((word for word in words if len(word) <= room), "")
    line.put(start + (room - len(fitting)) // 2, fitting, style)


def model(axis: MinuteAxis, line: Line, phases: EffectPhases | None, now: int | None) -> None:
    """Modelled phases; a boundary's interval is textured, since no minute of it is better than another."""
    line.right(axis.left - 1, _("model"), DIM)
    if phases is None:
        return
    zero = Boundary(*[Minutes(0.0)] * 3)
    edges = (zero, phases.onset, phases.peak_start, phases.peak_end, phases.half_down, phases.return_)
    names = (_("settling"), _("onset"), _("peak"), _("descent"), _("return"), _("recovery"))
    grounds = ("phase1", "phase3", "phase4", "phase5", "phase6", "phase1")
    reached = [(name, bg, edge) for name, bg, edge in zip(names, grounds, edges, strict=True) if edge is not None]
    ends = [*(edge for _name, _bg, edge in reached[1:]), Boundary(*[axis.to_min] * 3)]
    spans = [ModelPhase(name, bg, start, end) for (name, bg, start), end in zip(reached, ends, strict=True)]
    for span in spans:
        line.paint(axis.clamped(span.start.minute), axis.clamped(span.end.minute), span.bg)
    for span in spans:
        line.fill(axis.clamped(span.end.low), axis.clamped(span.end.high), TEXTURE, TextStyle("dim"))
    for span in spans:
        start, end = axis.clamped(span.start.high), axis.clamped(span.end.low)
        if end - start < len(span.name):
            start, end = axis.clamped(span.start.minute), axis.clamped(span.end.minute)
        label(line, (start, end), (span.name, SHORTER.get(span.name, "")), TEXT, now)


def music(axis: MinuteAxis, line: Line, phases: Sequence[MusicPhase], now: int | None) -> None:
    """The playlist's phases; the louder the shade, the more energy."""
    line.right(axis.left - 1, _("music"), DIM)
    for index, phase in enumerate(phases):
        start, end = axis.clamped(phase.start_min), axis.clamped(phase.end_min)
        if end <= start:
            continue
        line.paint(start, end, _shade(phase.energy))
        if index and axis.inside(start):
            line.put(start, "│", TextStyle("curve_dim"))
            start += 1
        here = now is not None and start <= now < end
        label(line, (start, end), (phase.name,), STRONG if here else TEXT, now)


def _shade(energy: Energy | None) -> str:
    if energy is None:
        return "panel"
    return next(
        (shade for limit, shade in ((2.5, "phase1"), (4.0, "phase2"), (5.5, "phase3")) if energy <= limit), "phase4"
    )


def cues(axis: MinuteAxis, line: Line, bars: Sequence[CueBar], chosen: int | None) -> None:
    """Numbered cues; the chosen or playing one stands out."""
    line.right(axis.left - 1, _("cues"), DIM)
    for index, bar in enumerate(bars):
        start, end = axis.clamped(bar.start_min), axis.clamped(bar.end_min)
        if index + 1 < len(bars):
            end = min(end, axis.clamped(bars[index + 1].start_min))
        if end <= start:
            continue
        here = bar.number == chosen
        line.paint(start, end, "accent" if here else ("raised", "panel")[index % 2])
        word = str(bar.number)
        if len(word) <= end - start:
            line.put(start + (end - start - len(word)) // 2, word, CHOSEN if here else TEXT)


def infusion(axis: MinuteAxis, line: Line, segments: Infusion, now_min: Minutes | None) -> None:
    """The infusion's segments: heavy where it has run (or is planned, without a now), light where it will."""
    line.right(axis.left - 1, _("infusion"), DIM)
    now = axis.end if now_min is None else axis.clamped(now_min)
    for segment in segments.segments:
        start = axis.clamped(minutes_from_ms(segment.start_ms))
        end = max(axis.clamped(minutes_from_ms(segment.end_ms)), start + 1)
        line.fill(start, min(end, now), "━", TextStyle("bar"))
        line.fill(max(start, now), end, "─", TextStyle("dim"))
    end_min = minutes_from_ms(segments.end_ms)
    column = axis.column(end_min)
    words = _("end {minute}").format(minute=round(end_min))
    if segments.segments and axis.inside(column):
        line.put(column, "┤", TextStyle("dim"))
        if column + 1 + len(words) < axis.end:
            line.put(column + 1, words, DIM)


def ticks(axis: MinuteAxis, line: Line) -> None:
    """Round minutes, and where the infusion starts."""
    line.right(axis.left - 1, _("min"), DIM)
    minutes = axis.ticks()
    for index, minute in enumerate(minutes):
        column = axis.column(minute)
        words = _("0 start") if minute == 0.0 else minute_words(minute)
        room = (axis.column(minutes[index + 1]) if index + 1 < len(minutes) else axis.end) - column - 1
        if axis.inside(column):
            line.put(column, "╵", TextStyle("dim"))
            if len(words) <= room:
                line.put(column + 1, words, TEXT if minute == 0.0 else DIM)


def flags(axis: MinuteAxis, line: Line, marks: Sequence[MarkFlag], now_min: Minutes | None) -> None:
    """Marks and the present in a row of their own; a word that has no room is left to the log."""
    taken = [False] * line.width
    if now_min is not None and axis.inside(now := axis.column(now_min)):
        words = _("now {minute} min").format(minute=minute_words(int(now_min // 1)))
        start = now + 2 if now + 2 + len(words) <= axis.end else now - 1 - len(words)
        line.put(now, "▼", LOUD)
        line.put(start, words, LOUD)
        for x in range(min(now, start) - 1, min(max(now, start + len(words)) + 1, line.width)):
            taken[x] = True
    for mark in sorted(marks, key=lambda each: each.minute, reverse=True):
        column = axis.column(mark.minute)
        if not axis.inside(column) or taken[column]:
            continue
        whole = column + 1 + len(mark.word) <= axis.end and not any(taken[column : column + 2 + len(mark.word)])
        words = ("◇" if mark.comes else "◆") + (mark.word if whole else "")
        line.put(column, words, DIM if mark.comes else ACCENT)
        for x in range(max(0, column - 1), column + len(words)):
            taken[x] = True
