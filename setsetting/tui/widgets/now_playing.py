"""What plays, what comes, at what level, and when everything ends: in rows of words, shared by both ways to show a session."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from setsetting.tui.line import Line, StyledText, fit, packed, whole_clauses
from setsetting.tui.painting import PaintingOf
from setsetting.tui.theme import ACCENT, DIM, GOOD, LOUD, STRONG, TEXT, URGENT, TextStyle
from setsetting.units import Milliseconds
from setsetting.words import plain
from setsetting.words.numbers import MINUS, clock, minute_near, signed
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.session.status import CueView, Status

LABEL = 7
LEAST_REASON = 16
LEAST_ARTIST = 8
"""The curator's note or why a cue comes is said where so many columns are left for it."""
HELD = {
    "not begun": _("b begins"),
    "paused": _("c goes on"),
    "asked": _(". or n ends it"),
}
"""What lets music go on that stays where it is."""
GOES_ON = {"not begun": ("b", _("{time} if begun now")), "paused": ("c", _("{time} if it goes on now"))}
"""What the end waits for: the key, and what is said of the end as if it were pressed now."""


def ends_after(status: "Status") -> str | None:
    """What the end waits for, a key of GOES_ON; None where nothing."""
    if not status.plays:
        return None
    if status.is_external:
        return {"before": "not begun", "paused": "paused"}.get(status.infusion_state)
    return status.held if status.held in GOES_ON else None


def early_ms(status: "Status") -> Milliseconds:
    """How much earlier all ends if the infusion begins now instead of at its planned minute 0; not above 0."""
    return min(Milliseconds(0), status.clock_ms) if ends_after(status) == "not begun" else Milliseconds(0)


def left_in_all(status: "Status") -> Milliseconds:
    """How long it lasts until all ends; while the infusion is waited for, as if it went on now."""
    return max(Milliseconds(0), Milliseconds(status.ends_ms - status.clock_ms + early_ms(status)))


class NowPlaying(PaintingOf["Status"]):
    """Three lines: now, then, level."""

    DEFAULT_CSS = "NowPlaying { height: 3; }"

    def paint_of(self, shown: "Status", width: int, height: int) -> list[Line]:
        return [_now(shown, width), then_line(shown, width), _level_line(shown, width)][:height]


def _row(width: int, label: str, pieces: Sequence[StyledText]) -> Line:
    """A line that names what it is about, then as many pieces as fit whole."""
    line = Line(width, "panel")
    line.put(1, label, DIM)
    line.run(LABEL, *packed(pieces, width - LABEL - 1))
    return line


def titled(cue: "CueView", room: int) -> list[StyledText]:
    """A cue's title, artist and energy in so many columns; a long title leaves the artist a third of them."""
    energy = _energy(cue)
    artist = f" — {cue.artist}" if cue.artist else ""
    left = room - len(energy)
    kept = min(plain.width(artist), left // 3)
    title = fit(cue.title, max(8, left - (kept if kept > LEAST_ARTIST else 0)))
    left -= plain.width(title)
    artist = fit(artist, left) if left > LEAST_ARTIST else ""
    return [(title, STRONG), (artist, TEXT), (energy, DIM)]


def by_whom(cue: "CueView", room: int) -> list[StyledText]:
    """A cue's artist and energy in so many columns, where its title stands elsewhere."""
    energy = _energy(cue)
    return [(fit(cue.artist, max(0, room - len(energy))), TEXT), (energy, DIM)]


def _energy(cue: "CueView") -> str:
    return "" if cue.energy is None else f"  e{cue.energy:g}"


def left_of(status: "Status", cue: "CueView") -> str:
    """How long a cue that plays still lasts; a digit that changes alone is what the terminal is sent.

    The last that holds lasts until the hold ends, and a noise bed that holds too: no time is told of them; what fades
    lasts no longer than the fade.
    """
    if status.fading_out:
        return clock(min(Milliseconds(0), status.clock_ms - status.ends_ms))
    if _lasts(status):
        return _("held")
    return clock(min(Milliseconds(0), status.position_ms - cue.length_ms))


def _lasts(status: "Status") -> bool:
    if status.held is None or status.cover is not None:
        return False
    return status.next is None or (status.playing is not None and status.playing.kind == "bed")


def progress(line: Line, start: int, columns: int, status: "Status", cue: "CueView") -> None:
    """How far a cue that plays has come, as a bar."""
    share = min(1.0, max(0.0, status.position_ms / cue.length_ms)) if cue.length_ms and not _lasts(status) else 0.0
    done = round(columns * share)
    line.fill(start, start + done, "━", TextStyle("accent"))
    line.fill(start + done, start + columns, "─", TextStyle("rule"))


def no_music(status: "Status") -> StyledText:
    """What is said where nothing plays."""
    if status.runs_elsewhere:
        return _("music from elsewhere: it is changed there"), STRONG
    return (_("nothing plays") if status.plays else _("the music has ended")), DIM


def _now(status: "Status", width: int) -> Line:
    """What is left stands first: a line is sent from its start to its last change."""
    line = Line(width, "panel")
    cue = status.playing
    if cue is None:
        line.run(1, no_music(status))
        return line
    line.put(1, "▶", LOUD)
    if status.cover == "silence":
        line.put(3, _("SILENCE until next (n)"), URGENT)
        return line
    x = line.put(3, left_of(status, cue), STRONG) + 2
    if status.cover is not None:
        x = line.put(x, _("GROUNDING "), URGENT)
    bar = max(8, width // 5)
    line.run(x, *titled(cue, width - x - bar - 3))
    progress(line, width - bar - 1, bar, status, cue)
    return line


def then_line(status: "Status", width: int) -> Line:
    """What comes, and at which minute; beside it the curator's note, else why it comes."""
    cue, words = status.next, ""
    if status.state == "closed":
        words = _("nothing more is done here; esc leaves")
    elif not status.plays and status.infusion_goes_on:
        words = _("x stops the infusion; z closes the session")
    elif not status.plays or status.is_external:
        words = _("z closes the session and asks for the setting")
    else:
        words = status.without_a_cue("n")
    line = _row(width, _("then"), [(words, TEXT)])
    if words or cue is None:
        return line
    starts = _("minute {minute}").format(minute=minute_near(cue.start_ms - status.infusion_zero_ms))
    end = line.right(width - 1, starts, STRONG) - 2
    x = line.run(LABEL, *titled(cue, end - LABEL)) + 2
    if end - x >= LEAST_REASON:
        beside = fit(cue.note, end - x) if cue.note else whole_clauses(cue.reason, end - x)
        line.put(x, beside, TEXT if cue.note else DIM)
    return line


def level_words(status: "Status") -> list[StyledText]:
    """The level relative to the plan, and what lowers it besides."""
    level = _("as planned") if status.volume_db == 0.0 else _("{db} dB").format(db=signed(status.volume_db, 0))
    ducked = [(_(" · ducked {minus}12 dB").format(minus=MINUS), ACCENT)] if status.ducked else []
    quiet = [(_(" · quiet for the check"), ACCENT)] if status.quiet else []
    return [(level, STRONG), *ducked, *quiet]


def output_words(status: "Status") -> str:
    """What it sounds at; of several outputs with the own level of each, and which is held."""
    if len(status.outputs) < 2:
        return status.output
    named = []
    for each in status.outputs:
        own = "" if each.volume_db == 0.0 else " " + _("{db} dB").format(db=signed(each.volume_db, 0))
        named.append(f"{each.name}{own}" + (_(" held") if each.held else ""))
    return " + ".join(named)


def _level_line(status: "Status", width: int) -> Line:
    """The level, the end and the model's phase."""
    if status.runs_elsewhere:
        return _row(width, _("model"), [(status.effect_phase, TEXT)])
    pieces = level_words(status)
    if status.held is not None and status.cover is None:
        pieces.append((_(" · HELD ({key_words})").format(key_words=HELD[status.held]), ACCENT))
    if status.fading_out and status.playing is not None:
        pieces.append((_(" · FADING OUT"), URGENT))
    ends = _(" · ends at minute {minute}") if status.plays else _(" · ended at minute {minute}")
    pieces.append((ends.format(minute=minute_near(status.ends_ms - status.infusion_zero_ms)), TEXT))
    if status.plays:
        waits = ends_after(status)
        words = _(", in {minutes} min") if waits is None else _(", {minutes} min after {key}")
        key = "" if waits is None else GOES_ON[waits][0]
        pieces.append((words.format(minutes=minute_near(left_in_all(status)), key=key), DIM))
    pieces.append((_(" · model {phase}").format(phase=status.effect_phase), TEXT))
    return _row(width, _("level"), [*pieces, (f" · {output_words(status)}", DIM)])


def next_phase(status: "Status") -> list[StyledText]:
    """Which phase of the playlist comes next, and at which minute."""
    following = next((cue for cue in status.cues if cue.start_ms > status.clock_ms and cue.phase != status.phase), None)
    if following is None:
        return [(_("no other phase comes"), DIM)]
    minute = minute_near(following.start_ms - status.infusion_zero_ms)
    return [(_("{phase} at minute {minute}").format(phase=following.phase, minute=minute), TEXT)]


def model_words(status: "Status") -> list[StyledText]:
    """The modelled phase, when the modelled peak is, and what was seen last."""
    peak, until = status.effect.peak_start, status.effect.peak_end
    pieces: list[StyledText] = [(str(status.effect_phase), TEXT)]
    if peak is not None and until is not None:
        pieces.append((_(" · peak {start:.0f}–{end:.0f}").format(start=peak.minute, end=until.minute), DIM))
    observed = [mark for mark in status.marks if mark.name in {"onset", "peak", "return"}]
    if observed:
        minute = minute_near(
            observed[-1].infusion_ms if observed[-1].infusion_ms is not None else observed[-1].clock_ms
        )
        pieces.append((_(" · {mark} seen at {minute}").format(mark=observed[-1].name, minute=minute), GOOD))
    return pieces
