"""A running session as its timeline draws it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from setsetting.clinical.marks import flag_words
from setsetting.tui.widgets.strips import CueBar, MarkFlag, MusicPhase
from setsetting.tui.widgets.timeline import TimelineView, effect_line
from setsetting.units import Milliseconds, Minutes, minutes_from_ms
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.session.status import Status
    from setsetting.soundscape.windows import TimedPhase

SHORTEST_AXIS_MIN = Minutes(30.0)


def view_of(status: "Status", phases: "Sequence[TimedPhase]" = ()) -> TimelineView:
    """The session on infusion minutes, with its playlist's phases where they are known."""

    def minute(ms: Milliseconds) -> Minutes:
        return minutes_from_ms(ms - status.infusion_zero_ms)

    bars = tuple(
        CueBar(number, minute(cue.start_ms), minute(cue.end_ms), cue.energy)
        for number, cue in enumerate(status.cues, 1)
    )
    now = minute(status.clock_ms)
    ends = minute(status.ends_ms)
    starts = min([Minutes(0.0), now, *(bar.start_min for bar in bars)])
    to_min = max(ends, now, minutes_from_ms(status.infusion.end_ms) + SHORTEST_AXIS_MIN)
    return TimelineView(
        from_min=starts,
        to_min=to_min,
        infusion=status.infusion,
        effect=effect_line(status.infusion, to_min),
        phases=status.effect,
        music=_music_phases(status, bars),
        cues=bars,
        target=tuple(phases),
        chosen=next((bar.number for bar in reversed(bars) if bar.start_min <= now < bar.end_min), None),
        now_min=now,
        flags=(
            *(MarkFlag(minute(mark.clock_ms), flag_words(mark.name)) for mark in status.marks),
            *(MarkFlag(minutes_from_ms(each.at_ms), _("check"), comes=True) for each in status.checks if not each.done),
            *(MarkFlag(max(now, minute(each.start_ms)), each.title, comes=True) for each in status.prompts),
        ),
    )


def _music_phases(status: "Status", bars: Sequence[CueBar]) -> tuple[MusicPhase, ...]:
    """Neighbouring cues of one phase as one; the first cue's energy shades it."""
    phases: list[MusicPhase] = []
    for cue, bar in zip(status.cues, bars, strict=True):
        if phases and phases[-1].name == cue.phase:
            phases[-1] = replace(phases[-1], end_min=bar.end_min)
        else:
            if phases:
                phases[-1] = replace(phases[-1], end_min=bar.start_min)
            phases.append(MusicPhase(cue.phase, bar.start_min, bar.end_min, cue.energy))
    return tuple(phases)
