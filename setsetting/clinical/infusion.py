"""The infusion as segments of relative rate: no dose, no weight, no concentration.

Planned and actual infusions have the same shape. Minute 0 is the start of the infusion; gaps between
segments have rate 0. Scaling every rate by one factor changes nothing that is derived from it, so
only the ratios of rates are kept.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from setsetting.errors import UsageError
from setsetting.units import Milliseconds, Minutes, Permille, minutes_from_ms, ms_from_minutes
from setsetting.words.translate import _

SHORTEST_MIN = Minutes(5)
LONGEST_MIN = Minutes(180)
LATEST_END_MIN = Minutes(24 * 60)
"""With its pauses, an infusion is over within a day."""
_FINE_PERMILLE = 1_000_000


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of constant rate; `rate_permille` is relative to the plan's rate (1000)."""

    start_ms: Milliseconds
    end_ms: Milliseconds
    rate_permille: Permille = 1000


@dataclass(frozen=True, slots=True)
class Infusion:
    """Segments in order of time, not overlapping, each longer than nothing and with a rate above 0."""

    segments: tuple[Segment, ...]

    @property
    def end_ms(self) -> Milliseconds:
        """The end of the last segment: when the infusion stops."""
        return self.segments[-1].end_ms if self.segments else Milliseconds(0)

    def later(self, ms: Milliseconds) -> "Infusion":
        """The same infusion on a clock on which its minute 0 is at `ms`."""
        return Infusion(tuple(Segment(one.start_ms + ms, one.end_ms + ms, one.rate_permille) for one in self.segments))


def steady(minutes: Minutes) -> Infusion:
    """One segment of constant rate.

    Raises UsageError outside 5 to 180 minutes (nan and infinities included).
    """
    _check_length(minutes)
    return Infusion((Segment(Milliseconds(0), ms_from_minutes(minutes)),))


def planned(segments: Sequence[tuple[Minutes, Minutes, float]]) -> Infusion:
    """Build a plan from (from, to, rate) in minutes from start and relative rates, in any order.

    A stretch of rate 0 is a gap. Raises UsageError for times that are negative, reversed, empty,
    overlapping or no numbers, rates below 0, nothing at all, and an end outside 5 to 180 minutes.
    """
    for start, end, rate in segments:
        _check_stretch(_("segment"), start, end)
        if not (math.isfinite(rate) and rate >= 0):
            raise UsageError(
                _("The segment from {start:g} to {end:g} has rate {rate:g}; a rate is a number of 0 or more.").format(
                    start=start, end=end, rate=rate
                )
            )
    ordered = sorted(segments)
    _check_apart(_("segments"), [(start, end) for start, end, _rate in ordered])
    running = [stretch for stretch in ordered if stretch[2] > 0]
    if not running:
        raise UsageError(_("No segment has a rate above 0: nothing would be infused."))
    _check_length(running[-1][1])
    rates = _permilles([rate for _start, _end, rate in running])
    cut = [
        Segment(ms_from_minutes(start), ms_from_minutes(end), rate)
        for (start, end, _rate), rate in zip(running, rates, strict=True)
    ]
    return Infusion(_tidy(cut))


def with_pauses(infusion: Infusion, pauses: Sequence[tuple[Minutes, Minutes]]) -> Infusion:
    """Delay what is left at each pause, in minutes of the clock; a pause after the end changes nothing.

    Raises UsageError for pauses that are negative, reversed, empty, overlapping or no numbers, and
    when the infusion would end more than a day after its start.
    """
    for start, end in pauses:
        _check_stretch(_("pause"), start, end)
    ordered = sorted(pauses)
    _check_apart(_("pauses"), ordered)
    for start, end in ordered:
        infusion = _delayed(infusion, ms_from_minutes(start), ms_from_minutes(end))
    if minutes_from_ms(infusion.end_ms) > LATEST_END_MIN:
        raise UsageError(_("With these pauses the infusion would end more than a day after its start."))
    return infusion


def stopped(infusion: Infusion, at_min: Minutes) -> Infusion:
    """End the infusion at a minute of the clock; a stop after its end changes nothing.

    Raises UsageError when the minute is no number, not above 0, or before anything has run.
    """
    if not (math.isfinite(at_min) and at_min > 0.0):
        raise UsageError(_("A stop is a minute after the start; {minute:g} is not possible.").format(minute=at_min))
    cut = cut_at(infusion, ms_from_minutes(at_min))
    if not cut.segments:
        raise UsageError(_("Stopped at minute {minute:g}, nothing would have been infused.").format(minute=at_min))
    return cut


def cut_at(infusion: Infusion, at_ms: Milliseconds) -> Infusion:
    """Keep what has run before `at_ms`; empty when nothing has."""
    return Infusion(_tidy(Segment(s.start_ms, min(s.end_ms, at_ms), s.rate_permille) for s in infusion.segments))


class InfusionStep(StrEnum):
    """What a facilitator does to the infusion."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class InfusionAct:
    """A step at an instant, all acts of one infusion on one clock."""

    step: InfusionStep
    at_ms: Milliseconds


def actual(plan: Infusion, acts: Iterable[InfusionAct], now_ms: Milliseconds) -> Infusion:
    """What has really run, and after `now_ms` what is still expected, in ms from the start act.

    Before a start the plan is returned as it is. A pause still open lasts until now. A pause or a stop after the
    plan's end tells that the infusion ran on until then; what goes on after such a pause has no end until one is said. A
    step that cannot be (see `refusal`) is passed over, so that a log can always be read.
    """
    start_ms: Milliseconds | None = None
    paused_ms: Milliseconds | None = None
    runs_ms = Milliseconds(0)
    infusion = plan
    done: list[InfusionAct] = []
    for act in sorted(acts, key=lambda act: act.at_ms):
        if refusal(done, act.step) is not None:
            continue
        done.append(act)
        if start_ms is None:
            start_ms = act.at_ms
        elif act.step is InfusionStep.PAUSE:
            paused_ms = act.at_ms - start_ms
            infusion = _ran_on(infusion, runs_ms, paused_ms)
        else:
            at_ms = act.at_ms - start_ms
            if paused_ms is not None:
                infusion = _delayed(infusion, paused_ms, at_ms)
                paused_ms, runs_ms = None, at_ms
            if act.step is InfusionStep.STOP:
                infusion = cut_at(_ran_on(infusion, runs_ms, at_ms), at_ms)
    if start_ms is not None and paused_ms is not None:
        infusion = _delayed(infusion, paused_ms, max(paused_ms, now_ms - start_ms))
    return infusion


def ran(plan: Infusion, acts: Sequence[InfusionAct], now_ms: Milliseconds) -> Infusion:
    """Only what has really run up to now, in ms from the start act; empty before it."""
    starts = [act.at_ms for act in acts if act.step is InfusionStep.START]
    return cut_at(actual(plan, acts, now_ms), now_ms - min(starts)) if starts else Infusion(())


def is_done(infusion: Infusion, acts: Sequence[InfusionAct], now_ms: Milliseconds) -> bool:
    """Whether what `actual` made of these acts, in order, has reached its end by `now_ms` of its own time.

    One in a pause has not, nor one that was said to go on when nothing of its plan was left.
    """
    last = acts[-1]
    goes_on = last.step is InfusionStep.RESUME and last.at_ms - acts[0].at_ms >= infusion.end_ms
    return last.step is not InfusionStep.PAUSE and now_ms >= infusion.end_ms and not goes_on


def refusal(acts: Iterable[InfusionAct], step: InfusionStep) -> str | None:
    """Why this step cannot follow these acts, as a sentence; None when it can."""
    steps = [act.step for act in sorted(acts, key=lambda act: act.at_ms)]
    if InfusionStep.STOP in steps:
        return _("The infusion has been stopped.")
    if step is InfusionStep.START:
        return _("The infusion has already started.") if steps else None
    if not steps:
        return _("The infusion has not started.")
    if step is InfusionStep.PAUSE and steps[-1] is InfusionStep.PAUSE:
        return _("The infusion is already paused.")
    if step is InfusionStep.RESUME and steps[-1] is not InfusionStep.PAUSE:
        return _("The infusion is not paused.")
    return None


def _ran_on(infusion: Infusion, from_ms: Milliseconds, to_ms: Milliseconds) -> Infusion:
    """Past its end, and from `from_ms` at the earliest, until `to_ms` at its last rate; the same where it ends later."""
    on = [Segment(max(last.end_ms, from_ms), to_ms, last.rate_permille) for last in infusion.segments[-1:]]
    return Infusion(_tidy((*infusion.segments, *on)))


def _delayed(infusion: Infusion, from_ms: Milliseconds, to_ms: Milliseconds) -> Infusion:
    """Shift everything from `from_ms` on to `to_ms`, splitting the segment that runs."""
    late = to_ms - from_ms
    parts: list[Segment] = []
    for s in infusion.segments:
        before = Segment(s.start_ms, min(s.end_ms, from_ms), s.rate_permille)
        after = Segment(max(s.start_ms, from_ms) + late, s.end_ms + late, s.rate_permille)
        parts += [before, after]
    return Infusion(_tidy(sorted(parts, key=lambda s: s.start_ms)))


def _tidy(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Drop empty segments and join neighbours of one rate, so that equal infusions are equal."""
    kept: list[Segment] = []
    for s in segments:
        if s.end_ms <= s.start_ms:
            continue
        if kept and kept[-1].end_ms == s.start_ms and kept[-1].rate_permille == s.rate_permille:
            kept[-1] = Segment(kept[-1].start_ms, s.end_ms, s.rate_permille)
        else:
            kept.append(s)
    return tuple(kept)


def _permilles(rates: Sequence[float]) -> list[Permille]:
    """Whole rates in the same ratios: as typed where thousandths hold them, else to a millionth of the largest."""
    largest = max(rates)
    if len(set(rates)) == 1:
        return [1000] * len(rates)
    typed = [rate * 1000 for rate in rates]
    if largest <= 1000 and all(rate >= 0.5 and math.isclose(rate, round(rate), rel_tol=1e-9) for rate in typed):
        return [round(rate) for rate in typed]
    return [max(1, round(rate / largest * _FINE_PERMILLE)) for rate in rates]


def _check_length(minutes: Minutes) -> None:
    if not SHORTEST_MIN <= minutes <= LONGEST_MIN:
        raise UsageError(
            _("An infusion lasts {low} to {high} minutes; {minutes:g} is not possible.").format(
                low=SHORTEST_MIN, high=LONGEST_MIN, minutes=minutes
            )
        )


def _check_stretch(what: str, start: Minutes, end: Minutes) -> None:
    if not (math.isfinite(start) and math.isfinite(end)):
        trouble = _("its times must be numbers of minutes.")
    elif start < 0.0:
        trouble = _("it cannot begin before the infusion's start, minute 0.")
    elif end <= start:
        trouble = _("it must end after it begins.")
    elif ms_from_minutes(end) <= ms_from_minutes(start):
        trouble = _("it is too short.")
    else:
        return
    raise UsageError(
        _("The {what} from {start:g} to {end:g}: {trouble}").format(what=what, start=start, end=end, trouble=trouble)
    )


def _check_apart(what: str, stretches: Sequence[tuple[Minutes, Minutes]]) -> None:
    for (start, end), (later, last) in pairwise(stretches):
        if later < end:
            raise UsageError(
                _("The {what} {start:g}:{end:g} and {later:g}:{last:g} overlap.").format(
                    what=what, start=start, end=end, later=later, last=last
                )
            )


def minutes_run(infusion: Infusion) -> Minutes:
    """Minutes in which it ran, pauses left out."""
    return minutes_from_ms(sum((part.end_ms - part.start_ms for part in infusion.segments), Milliseconds(0)))
