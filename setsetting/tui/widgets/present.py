"""The present in large figures, to be read from two metres: minute, what the music does, when all ends, what plays.

Beside the figures the same in words with what belongs to it. Where rows are few the gaps go first, then the large title.
"""

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from setsetting.machine.clock import local
from setsetting.tui.line import Line, StyledText, fit, packed
from setsetting.tui.painting import WIDE_FROM, PaintingOf
from setsetting.tui.theme import ACCENT, DIM, LOUD, STRONG, TEXT, URGENT, TextStyle
from setsetting.tui.widgets import now_playing
from setsetting.tui.widgets.figures import HIGH, LOW, Figure, draw, figure, fitted
from setsetting.tui.widgets.session_lines import infusion_words
from setsetting.units import Milliseconds
from setsetting.words import plain
from setsetting.words.numbers import minute_near, minute_of
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.session.status import Status

ROWS, ROWS_LARGER = 13, 15
LARGE_TITLE_FROM_ROWS = 11
LARGER_FROM = 180
"""From so many columns on the phase and the end are as large as the minute, where every phase of the session fits."""
LEFT, WORDS_FROM, GAP = 2, 24, 2
STEADY_MS = Milliseconds(5_000)
"""An end that moves by less is the player's and the wall's clock disagreeing, and stays where it is shown."""
BAR, LEAST_BAR = 16, 6
AROUND = 2 * LEFT + 6 + LEAST_BAR + 3 * GAP
"""What stands beside a title in its row: the margins, how long it still lasts, and the least bar."""
_INFUSION = {
    "before": _("waits"),
    "running": _("runs"),
    "paused": _("paused"),
    "stopped": _("ended"),
    "done": _("past end"),
    "over": _("ended"),
}
"""What stands in the music's place where nothing is known of it."""


class Present(PaintingOf["Status"]):
    """The large figures; the clock is the one of `zone`."""

    DEFAULT_CSS = f"Present {{ height: {ROWS}; }}"
    ahead: StyledText = ("", DIM)
    """The planned check or the prompt that comes next, at the right of the infusion's words."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self._zone = zone
        self._ends_utc_ms = Milliseconds(0)

    def show(self, shown: "Status") -> None:
        ends_utc_ms = Milliseconds(shown.ends_utc_ms + now_playing.early_ms(shown))
        if abs(ends_utc_ms - self._ends_utc_ms) >= STEADY_MS:
            self._ends_utc_ms = ends_utc_ms
        super().show(shown)

    def paint_of(self, shown: "Status", width: int, height: int) -> list[Line]:
        lines = [Line(width) for _row in range(max(height, ROWS_LARGER))]
        y = self._figures(shown, lines, int(height >= ROWS), larger=height >= ROWS_LARGER) + int(
            height > LARGE_TITLE_FROM_ROWS
        )
        title = _large_title(shown, width) if height >= LARGE_TITLE_FROM_ROWS else None
        if title is not None:
            draw(lines, (LEFT, y), title, LOW, "dim")
            y += LOW
        lines[y] = _now(shown, width, named=title is not None and title == figure(_title(shown)))
        lines[y + 1] = now_playing.then_line(shown, width)
        return lines[:height]

    def _figures(self, shown: "Status", lines: list[Line], y: int, *, larger: bool) -> int:
        """Minute, phase and end with their words; the row after them."""
        room = lines[0].width - LEFT
        minute, style = _minute(shown)
        left = max(WORDS_FROM, draw(lines, (LEFT, y), minute, HIGH, style.fg) + GAP)
        ends, about_end = self._ends(shown)
        rows = HIGH if larger and _all_fit_larger(shown, ends, room - left) else LOW
        end = room - ends.width(rows)
        draw(lines, (end, y), ends, rows, "text")
        words, style = _doing(shown)
        drawn = fitted(words, end - left - GAP, rows) or fitted(words.rstrip("-0123456789"), end - left - GAP, rows)
        if drawn is None:
            lines[y + 1].put(left, fit(words, end - left - GAP), style)
        else:
            draw(lines, (left, y), drawn, rows, style.fg)
        after = y + rows
        for row, (before, about) in enumerate(zip(_about_music(shown), about_end, strict=True), after):
            start = lines[row].right(room, about, DIM)
            lines[row].run(left, *packed(before, start - left - 2))
        after = max(after + 2, y + HIGH)
        start = lines[after].right(room, *self.ahead)
        lines[after].run(LEFT, *packed(infusion_words(shown), start - LEFT - 2))
        return after + 1

    def _ends(self, shown: "Status") -> tuple[Figure, tuple[str, str]]:
        """When all ends: by the wall's clock, or while the infusion is waited for, so many minutes after it goes on."""
        left = minute_near(now_playing.left_in_all(shown))
        minute = minute_near(shown.ends_ms - shown.infusion_zero_ms)
        at = f"{local(self._ends_utc_ms, self._zone):%H:%M}"
        if (waits := now_playing.ends_after(shown)) is not None:
            key, if_now = now_playing.GOES_ON[waits]
            after = _("minutes after {key}, it ends") if shown.is_external else _("minutes after {key}, all ends")
            return _drawn(f"+{left}"), (after.format(key=key), if_now.format(time=at))
        if not shown.plays:
            what = _("the music ended") if shown.infusion_goes_on else _("all ended")
            return _drawn(at), (what, _("at minute {minute}").format(minute=minute))
        if shown.fading_out:
            return _drawn(at), (_("the music ends"), _("at minute {minute}").format(minute=minute))
        if shown.is_external:
            over = not shown.infusion_goes_on
            ends = _("the infusion ended") if over else _("the infusion ends, in {left} min")
        else:
            ends = _("all ends, in about {left} min") if shown.timing else _("all ends, in {left} min")
        return _drawn(at), (ends.format(left=left), _("at minute {minute}").format(minute=minute))


def _drawn(words: str) -> Figure:
    drawn = figure(words)
    assert drawn is not None, "digits and their signs have a shape"
    return drawn


def _all_fit_larger(shown: "Status", ends: Figure, room: int) -> bool:
    """Whether every phase of this session has room in the larger size, so that the size never changes with the phase."""
    if room < LARGER_FROM - WORDS_FROM - LEFT:
        return False
    drawn = [figure(each) for each in {_doing(shown)[0], *(cue.phase for cue in shown.cues)}]
    return all(each is not None and each.width(HIGH) + ends.width(HIGH) + GAP <= room for each in drawn)


def _minute(shown: "Status") -> tuple[Figure, TextStyle]:
    """The infusion's minute; before it has begun a dim 0."""
    if shown.infusion_ms is None:
        return _drawn("0"), DIM
    goes_on = shown.infusion_goes_on and shown.held is None
    return _drawn(minute_of(shown.infusion_ms)), ACCENT if goes_on else TEXT


def _doing(shown: "Status") -> StyledText:
    """What the music does, in a word: its phase, or what it does instead of going on."""
    if not shown.plays:
        return _("ended"), URGENT if shown.infusion_goes_on else DIM
    if shown.is_external:
        return _INFUSION[shown.infusion_state], TEXT
    if shown.is_lost or shown.fading_out:
        return _("lost") if shown.is_lost else _("fading"), URGENT
    if shown.cover is not None:
        return {"rescue": _("ground"), "silence": _("silence")}[shown.cover], URGENT
    if shown.held is not None:
        return (_("paused") if shown.held == "paused" else _("hold")), ACCENT
    return shown.phase or _("no phase"), TEXT


def _about_music(shown: "Status") -> tuple[list[StyledText], list[StyledText]]:
    """What stands under the phase: of the music, and of the model."""
    if shown.state == "closed":
        music = [(_("the session is closed"), TEXT)]
    elif not shown.plays and shown.infusion_goes_on:
        music = [(_("the music; the infusion is open"), LOUD)]
    elif not shown.plays:
        music = [(_("z closes the session"), TEXT)]
    elif shown.is_lost:
        music = [(_("nothing sounds"), LOUD)]
    elif shown.fading_out:
        music = [(_("u brings it back, while it fades"), LOUD)]
    elif shown.cover is not None:
        music = [(_("until next (n)"), LOUD)]
    elif shown.is_external:
        music = [(_("music from elsewhere"), TEXT)]
    elif shown.held is not None:
        stays = _(" · stays in {phase}").format(phase=shown.phase) if shown.phase else ""
        music = [(now_playing.HELD[shown.held], LOUD), (stays, TEXT)]
    else:
        music = [(_("music · "), DIM), *now_playing.next_phase(shown)]
    return music, [(_("model "), DIM), *now_playing.model_words(shown)]


def _title(shown: "Status") -> str:
    return "" if shown.playing is None else plain.plain(shown.playing.title)


def _large_title(shown: "Status", width: int) -> Figure | None:
    """What plays; None where that is nothing, or has no shape in the large letters: then the row of words is enough."""
    return None if shown.cover == "silence" else fitted(_title(shown), width - 2 * LEFT, LOW)


def _now(shown: "Status", width: int, *, named: bool) -> Line:
    """How long what plays still lasts, what of it is not said large, and at what level where it sounds.

    In a narrow window where it sounds, and much of the bar, give way to a title and an artist that are whole.
    """
    line, cue = Line(width, "panel"), shown.playing
    if shown.runs_elsewhere:
        line.run(LEFT, now_playing.no_music(shown))
        return line
    level, pieces_of = now_playing.level_words(shown), now_playing.by_whom if named else now_playing.titled
    wanted = 0 if cue is None else _columns(pieces_of(cue, width))
    where = (f" · {now_playing.output_words(shown)}", DIM)
    if width >= WIDE_FROM or (len(level) == 1 and wanted + _columns([*level, where]) + AROUND <= width):
        level.append(where)
    end = width - LEFT - _columns(level)
    line.run(end, *level)
    if cue is None or shown.cover == "silence":
        line.run(LEFT, *packed([now_playing.no_music(shown)], end - LEFT - 2))
        return line
    x = line.put(LEFT, now_playing.left_of(shown, cue), STRONG) + 2
    bar = max(LEAST_BAR, min(BAR, end - 2 - wanted - 2 - x))
    now_playing.progress(line, x, bar, shown, cue)
    x += bar + 2
    line.run(x, *packed(pieces_of(cue, end - x - 2), end - x - 2))
    return line


def _columns(pieces: list[StyledText]) -> int:
    return sum(plain.width(words) for words, _style in pieces)
