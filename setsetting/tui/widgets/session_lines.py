"""A session in lines: the infusion in words, what is amiss, the newest events first, the cues to come."""

from typing import TYPE_CHECKING

from setsetting.tui.line import Line, StyledText, fit, row, whole_clauses, wrap
from setsetting.tui.painting import Painting, PaintingOf
from setsetting.tui.theme import DIM, LOUD, STRONG, TEXT, TextStyle
from setsetting.words.numbers import clock
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.session.status import Status

MINUTE = 8
WITH_REASONS = 70
NOTICE_ROWS = 3
LEAST_REASON = 16
"""A cue to come has room for its artist and its reason from here on."""


class AgreedLine(Painting):
    """What was agreed before the infusion, in view the whole time; no row where nothing is known of it."""

    DEFAULT_CSS = "AgreedLine { height: auto; }"
    _agreed = ""

    def show(self, agreed: str) -> None:
        rows = self.rows_wanted(self.size.width)
        self._agreed = agreed
        self.redraw_or_relayout(rows)

    def rows_wanted(self, width: int) -> int:
        return int(bool(self._agreed))

    def paint(self, width: int, height: int) -> list[Line]:
        line = Line(width, "raised")
        x = line.put(1, _("agreed"), DIM) + 2
        line.put(x, fit(self._agreed, width - x - 1), LOUD)
        return [line]


class InfusionLine(PaintingOf["Status"]):
    """The infusion in words: state, minute, how long it still runs."""

    DEFAULT_CSS = "InfusionLine { height: 1; }"
    ahead: StyledText = ("", DIM)
    """The planned check or the prompt that comes next, at the right."""

    def paint_of(self, shown: "Status", width: int, height: int) -> list[Line]:
        return [row(width, [(_("infusion "), DIM), *infusion_words(shown)], right=self.ahead[0], style=self.ahead[1])]


def infusion_words(status: "Status") -> list[tuple[str, TextStyle]]:
    """The infusion's state, its minute, and how long it still runs."""
    pieces: list[tuple[str, TextStyle]] = [(status.infusion_is.upper(), LOUD)]
    end_ms = status.infusion.end_ms
    if status.infusion_ms is None:
        pieces.append((_("  planned {clock}").format(clock=clock(end_ms)), TEXT))
        if not status.is_external:
            when = _("  due in {clock}") if status.clock_ms <= 0 else _("  was due {clock} ago")
            pieces.append((when.format(clock=clock(abs(status.clock_ms))), TEXT))
    elif status.infusion_ended_ms is not None:
        pieces.append((_("  at {clock}").format(clock=clock(status.infusion_ended_ms)), STRONG))
        pieces.append((_(" · now {clock}").format(clock=clock(status.infusion_ms)), TEXT))
    else:
        pieces.append((f"  {clock(status.infusion_ms)}", STRONG))
        if status.infusion_ms < end_ms and status.infusion_goes_on:
            pieces.append((_(" of {clock}").format(clock=clock(end_ms)), TEXT))
            pieces.append((_("  {clock} left").format(clock=clock(end_ms - status.infusion_ms)), TEXT))
    return [*pieces, (_("  · clock only, no pump"), DIM)]


class Notices(PaintingOf["Status"]):
    """What is amiss and stays so: two notices at most, whole as far as three rows hold them."""

    DEFAULT_CSS = "Notices { height: auto; }"

    def rows_wanted(self, width: int) -> int:
        return len(_noticed(self._shown, width)) if self._shown is not None else 0

    def paint_of(self, shown: "Status", width: int, height: int) -> list[Line]:
        return [row(width, [(words, LOUD)], "raised") for words in _noticed(shown, width)]


def _noticed(shown: "Status", width: int) -> list[str]:
    """Notices in rows: of two the second has the rows that the first leaves."""
    rows: list[str] = []
    for notice in shown.notices[:2]:
        lines, room = wrap(notice, width - 4), NOTICE_ROWS - len(rows) - int(not rows and len(shown.notices) > 1)
        if len(lines) > room:
            lines = [*lines[: room - 1], fit(" ".join(lines[room - 1 :]), width - 4)]
        rows += [("  " if number else "! ") + words for number, words in enumerate(lines)]
    return rows


class EventLog(PaintingOf["Status"]):
    """As many lines as have room."""

    DEFAULT_CSS = "EventLog { height: 2; }"

    def paint_of(self, shown: "Status", width: int, height: int) -> list[Line]:
        lines = []
        newest_first = sorted(shown.log, key=lambda each: each.at_utc_ms, reverse=True)
        for index, entry in enumerate(newest_first[:height]):
            line = Line(width)
            line.right(MINUTE - 1, clock(entry.clock_ms - shown.infusion_zero_ms), DIM)  # before its start too
            line.put(MINUTE, fit(entry.words, width - MINUTE - 1), DIM if index else TEXT)
            lines.append(line)
        return lines


class SetList(PaintingOf["Status"]):
    """The cues that are still to come."""

    DEFAULT_CSS = "SetList { height: 1fr; }"

    def paint_of(self, shown: "Status", width: int, height: int) -> list[Line]:
        coming = [] if shown.fading_out else [cue for cue in shown.cues if cue.start_ms > shown.clock_ms]
        header = Line(width)
        header.put(1, _("to come"), DIM)
        lines = [header]
        for cue in coming[: height - 1]:
            line = Line(width)
            line.right(MINUTE - 1, clock(cue.start_ms - shown.infusion_zero_ms), DIM)
            end = line.right(width - 1, cue.phase, DIM)
            if cue.energy is not None:
                end = line.right(end - 2, f"e{cue.energy:g}", DIM)
            named = cue.title if width < WITH_REASONS or not cue.artist else f"{cue.title} — {cue.artist}"
            x = line.put(MINUTE, fit(named, end - MINUTE - 1), TEXT) + 2
            if width >= WITH_REASONS and end - x - 1 >= LEAST_REASON:
                line.put(x, whole_clauses(cue.reason, end - x - 1), DIM)
            lines.append(line)
        return lines
