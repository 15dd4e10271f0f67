"""A plan, or its refusal, as what the build screen draws: the timeline's view and the refusal's page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from setsetting.clinical.effect import phases_of
from setsetting.clinical.infusion import steady
from setsetting.tui.theme import DIM, LOUD, STRONG, TEXT, TextStyle
from setsetting.tui.widgets.refusal_page import RefusedPhase, ShownRefusal
from setsetting.tui.widgets.strips import CueBar, MarkFlag, MusicPhase
from setsetting.tui.widgets.table import Cells, Column
from setsetting.tui.widgets.timeline import TimelineView, effect_line
from setsetting.units import Minutes, minutes_from_ms, ms_from_s, s_from_ms
from setsetting.words.numbers import clock, minute_near
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.library.track import Track
    from setsetting.soundscape.compose import Composed
    from setsetting.soundscape.refusal import Infeasible
    from setsetting.soundscape.windows import TimedPhase
    from setsetting.views.soundscape import ShownCue

AFTER_MIN = Minutes(30.0)


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What is being built."""

    playlist: str
    minutes: Minutes
    seed: int = 0
    loosened: tuple[tuple[str, str], ...] = ()


def wanted_words(wanted: PlanRequest, loosened: str) -> tuple[tuple[str, TextStyle], ...]:
    """What is being built, as the head of the screen says it; `loosened` are the rules that do not hold, in words."""
    said: tuple[tuple[str, TextStyle], ...] = (
        (f" · {wanted.playlist}", TEXT),
        (_(" · {minutes:g} min").format(minutes=wanted.minutes), TEXT),
        (_(" · seed {seed}").format(seed=wanted.seed), DIM),
    )
    if not wanted.loosened:
        return said
    return (*said, (_(" · {n} loosened").format(n=len(wanted.loosened)), LOUD), (f": {loosened}", TEXT))


def view_of(
    wanted: PlanRequest, phases: "Sequence[TimedPhase]", built: "Composed | None", tracks: "Mapping[str, Track]"
) -> TimelineView | None:
    """Effect, playlist phases with their energy, and the cues when there are some."""
    if not phases:
        return None  # the build itself says what is wrong
    infusion = steady(wanted.minutes)
    bars: tuple[CueBar, ...] = ()
    if built is not None:
        bars = tuple(
            CueBar(
                number,
                minutes_from_ms(cue.start_ms),
                minutes_from_ms(cue.end_ms),
                tracks[cue.track_id].energy if cue.track_id is not None and cue.track_id in tracks else None,
            )
            for number, cue in enumerate(built.soundscape.in_time, 1)
            if cue.kind != "voice"
        )
    to_min = max(phases[-1].to_min, wanted.minutes + AFTER_MIN, *(bar.end_min for bar in bars))
    return TimelineView(
        from_min=min(phases[0].from_min, Minutes(0.0)),
        to_min=to_min,
        infusion=infusion,
        effect=effect_line(infusion, to_min),
        phases=phases_of(infusion),
        music=tuple(MusicPhase(phase.name, phase.from_min, phase.to_min, phase.energy_to) for phase in phases),
        cues=bars,
        target=tuple(phases),
        chosen=1 if bars else None,
        flags=()
        if built is None
        else tuple(MarkFlag(minutes_from_ms(cue.start_ms), cue.prompt, comes=True) for cue in built.soundscape.prompts),
    )


def refusal_of(refused: "Infeasible", heads: Mapping[str, str], loosens: Mapping[str, str]) -> ShownRefusal:
    """A refusal as its page shows it; `heads` are those of the rules by name, `loosens` words of what may be loosened."""
    first = next((said for said in refused.said if said.rule in refused.rules), None)
    return ShownRefusal(
        sentence=refused.sentence,
        heads=tuple(head for head, _taken in refused.table[0].taken) if refused.table else (),
        loud_head="" if first is None else heads.get(first.rule, ""),
        phases=tuple(
            RefusedPhase(
                phase.phase,
                _("{first} to {last}").format(
                    first=minute_near(ms_from_s(phase.from_s)), last=minute_near(ms_from_s(phase.to_s))
                ),
                phase.library,
                tuple(taken for _head, taken in phase.taken),
                phase.left,
                phase.needed,
                blocked=phase.phase == refused.phase,
            )
            for phase in refused.table
        ),
        said=tuple((said.words, said is first) for said in refused.said),
        offers=tuple((offer.words, offer.holds) for offer in refused.offers),
        searching=refused.searching,
        notes=tuple(
            note
            for note in (
                (_("never offered"), _("the patient's refusals and words in a language they know")),
                (_("not enough alone"), " · ".join(loosens.get(name, name) for name in refused.not_enough)),
            )
            if note[1]
        ),
    )


def what_to_do(refused: "Infeasible") -> str:
    """The keys that lead on from a refusal."""
    if refused.offers:
        words = _("a digit takes its change for tonight; ↑ ↓ show the rest of the page")
    elif refused.proven:  # no seed would help
        words = _("9 loosens a rule for tonight, 6 and 7 choose another playlist or other minutes")
    else:
        words = _("9 loosens a rule for tonight, 8 tries another seed; ↑ ↓ show the rest of the page")
    return _("more changes are being tried · ") + words if refused.searching else words


CUE_COLUMNS = (
    Column(_("cue"), 3, right=True),
    Column(_("start"), 6, right=True),
    Column(_("phase"), 8),
    Column(_("title"), 14, flex=True),
    Column(_("artist"), 10, flex=True),
    Column(_("energy"), 6, right=True),
    Column(_("length"), 6, right=True),
    Column(_("fade"), 5, right=True, gives_way=True),
    Column(_("why here"), 22, flex=True),
)


def cue_cells(row: "tuple[int, ShownCue]") -> Cells:
    """A numbered cue as a line of the table."""
    number, shown = row
    cue = shown.cue
    return (
        (str(number), DIM),
        (clock(cue.start_ms), TEXT),
        (cue.phase, DIM),
        (shown.title, TEXT),
        (shown.artist, DIM),
        ("" if shown.energy is None else f"{shown.energy:.1f}", STRONG),
        (clock(cue.length_ms), TEXT),
        (f"{s_from_ms(cue.fade_in_ms):g} s", DIM),
        (cue.reason, DIM),
    )
