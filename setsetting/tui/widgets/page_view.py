"""A session of the record as its timeline draws it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from setsetting.clinical.effect import phases_of
from setsetting.clinical.marks import flag_words
from setsetting.tui.widgets.strips import CueBar, MarkFlag, MusicPhase
from setsetting.tui.widgets.timeline import TimelineView, effect_line
from setsetting.units import Minutes, minutes_from_ms

if TYPE_CHECKING:
    from setsetting.review.session_page import SessionPage

SHORTEST_AXIS_MIN = Minutes(30.0)


def view_of(page: "SessionPage") -> TimelineView:
    """What was played and seen, over the effect that is modelled from what really ran."""
    infusion = page.actual if page.actual is not None and page.actual.segments else page.planned
    bars = tuple(
        CueBar(number, minutes_from_ms(each.from_ms), minutes_from_ms(each.to_ms))
        for number, each in enumerate(page.played, 1)
    )
    phases: list[MusicPhase] = []
    for each, bar in zip(page.played, bars, strict=True):
        if phases and phases[-1].name == each.phase:
            phases[-1] = replace(phases[-1], end_min=bar.end_min)
        else:
            if phases:
                phases[-1] = replace(phases[-1], end_min=bar.start_min)
            phases.append(MusicPhase(each.phase, bar.start_min, bar.end_min))
    to_min = max([minutes_from_ms(infusion.end_ms) + SHORTEST_AXIS_MIN, *(bar.end_min for bar in bars)])
    return TimelineView(
        from_min=min([Minutes(0.0), *(bar.start_min for bar in bars)]),
        to_min=to_min,
        infusion=infusion,
        effect=effect_line(infusion, to_min),
        phases=phases_of(infusion),
        music=tuple(phases),
        cues=bars,
        flags=tuple(
            MarkFlag(minutes_from_ms(mark.infusion_ms), flag_words(mark.name))
            for mark in page.marks
            if not mark.taken_back
        ),
    )
