"""What plays, what comes, at what level, and when everything ends: readable from two metres."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from setsetting.tui.line import Line, fit, packed
from setsetting.tui.painting import PaintingOf
from setsetting.tui.theme import ACCENT, DIM, GOOD, LOUD, STRONG, TEXT, URGENT, TextStyle
from setsetting.units import Milliseconds
from setsetting.words.numbers import MINUS, clock, minute_near, signed
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.clinical.phases import Boundary
    from setsetting.session.status import CueView, Status

LABEL = 7
WORDS_FROM_ROWS = 5
HELD = {
    "not begun": _(" · HELD (b begins)"),
    "paused": _(" · HELD (c goes on)"),
    "asked": _(" · HELD (. or n ends it)"),
}
"""Why the music stays where it is, and what lets it go on."""


class NowPlaying(PaintingOf["Status"]):
    """Three lines at least: now, then, level; with more room the phase and the model in words."""

    DEFAULT_CSS = "NowPlaying { height: 3; }"

    def paint_of(self, shown: "Status", width: int, height: int) -> list[Line]:
        modelled = "" if height >= WORDS_FROM_ROWS else str(shown.effect_phase)
        lines = [_now(shown, width), _then(shown, width), _level(shown, width, modelled)]
        if height >= WORDS_FROM_ROWS:
            lines.insert(2, _reason(shown, width))
            lines += [_phase(shown, width), _model(shown, width)]
        return lines[:height]


def _row(width: int, label: str, pieces: Sequence[tuple[str, TextStyle]]) -> Line:
    """A line that names what it is about, then as many pieces as fit whole."""
    line = Line(width, "panel")
    line.put(1, label, DIM)
    line.run(LABEL, *packed(pieces, width - LABEL - 1))
    return line


def _title(cue: "CueView", room: int) -> list[tuple[str, TextStyle]]:
    energy = "" if cue.energy is None else f"  e{cue.energy:g}"
    artist = f" — {cue.artist}" if cue.artist else ""
    title = fit(cue.title, max(8, room - len(energy)))
    left = room - len(title) - len(energy)
    artist = fit(artist, left) if left > 8 else ""
    return [(title, STRONG), (artist, TEXT), (energy, DIM)]


def _now(status: "Status", width: int) -> Line:
    """What is left stands first: a line is sent from its start to its last change."""
    line = Line(width, "panel")
    cue = status.playing
    if status.runs_elsewhere:
        line.put(1, _("music from elsewhere: it is changed there"), STRONG)
        return line
    if cue is None:
        line.put(1, _("nothing plays") if status.plays else _("the music has ended"), DIM)
        return line
    line.put(1, "▶", LOUD)
    if status.cover == "silence":
        line.put(3, _("SILENCE until next (n)"), URGENT)
        return line
    x = line.put(3, clock(min(Milliseconds(0), status.position_ms - cue.length_ms)), STRONG) + 2
    if status.cover is not None:
        x = line.put(x, _("GROUNDING "), URGENT)
    bar = max(8, width // 5)
    line.run(x, *_title(cue, width - x - bar - 3))
    start = width - bar - 1
    share = min(1.0, max(0.0, status.position_ms / cue.length_ms)) if cue.length_ms else 0.0
    done = round(bar * share)
    line.fill(start, start + done, "━", TextStyle("accent"))
    line.fill(start + done, start + bar, "─", TextStyle("rule"))
    return line


def _then(status: "Status", width: int) -> Line:
    cue, words = status.next, ""
    if not status.plays or status.is_external:
        words = _("z closes the session and asks for the setting")
    elif status.cover is not None:
        words = _("back to the plan, with n")
    elif cue is None:
        words = _("nothing: the plan ends here")
    line = _row(width, _("then"), [(words, TEXT)])
    if words or cue is None:
        return line
    starts = _("minute {minute}").format(minute=minute_near(cue.start_ms - status.infusion_zero_ms))
    line.right(width - 1, starts, STRONG)
    line.run(LABEL, *_title(cue, width - LABEL - len(starts) - 3))
    return line


def _reason(status: "Status", width: int) -> Line:
    line = Line(width, "panel")
    if status.next is not None and status.next.reason and status.cover is None:
        line.put(LABEL, fit(status.next.reason, width - LABEL - 1), DIM)
    return line


def _level(status: "Status", width: int, modelled: str) -> Line:
    """The level and the end; the model's phase too where it has no line of its own."""
    if status.runs_elsewhere:
        return _row(width, _("model"), [(modelled, TEXT)]) if modelled else Line(width, "panel")
    level = _("as planned") if status.volume_db == 0.0 else _("{db} dB").format(db=signed(status.volume_db, 0))
    pieces: list[tuple[str, TextStyle]] = [(level, STRONG)]
    if status.held is not None and status.cover is None:
        pieces.append((HELD[status.held], ACCENT))
    if status.ducked:
        pieces.append((_(" · ducked {minus}12 dB").format(minus=MINUS), ACCENT))
    if status.fading_out and status.playing is not None:
        pieces.append((_(" · FADING OUT"), URGENT))
    ends = _(" · ends at minute {minute}") if status.plays else _(" · ended at minute {minute}")
    pieces.append((ends.format(minute=minute_near(status.ends_ms - status.infusion_zero_ms)), TEXT))
    if status.plays:
        left = minute_near(max(Milliseconds(0), status.ends_ms - status.clock_ms))
        pieces.append((_(", in {minutes} min").format(minutes=left), DIM))
    if modelled:
        pieces.append((_(" · model {phase}").format(phase=modelled), TEXT))
    return _row(width, _("level"), [*pieces, (f" · {status.output}", DIM)])


def _phase(status: "Status", width: int) -> Line:
    pieces = [(status.phase or ("" if status.is_external else _("no phase")), STRONG)]
    following = next((cue for cue in status.cues if cue.start_ms > status.clock_ms and cue.phase != status.phase), None)
    if following is not None:
        minute = minute_near(following.start_ms - status.infusion_zero_ms)
        pieces.append((_(" · {phase} at minute {minute}").format(phase=following.phase, minute=minute), TEXT))
    return _row(width, _("music"), pieces)


def _model(status: "Status", width: int) -> Line:
    effect = status.effect
    pieces = [(str(status.effect_phase), STRONG)]
    if effect.peak_start is not None and effect.peak_end is not None:
        words = _(" · modelled peak {start} to {end}")
        pieces.append((words.format(start=_about(effect.peak_start), end=_about(effect.peak_end)), TEXT))
    observed = [mark for mark in status.marks if mark.name in {"onset", "peak", "return"}]
    if observed:
        minute = minute_near(
            observed[-1].infusion_ms if observed[-1].infusion_ms is not None else observed[-1].clock_ms
        )
        pieces.append((_(" · {mark} seen at {minute}").format(mark=observed[-1].name, minute=minute), GOOD))
    return _row(width, _("model"), pieces)


def _about(boundary: "Boundary") -> str:
    return f"{boundary.minute:.0f} ({boundary.low:.0f}–{boundary.high:.0f})"
