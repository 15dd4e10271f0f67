"""A run or control chart as plain data and as words: a signal is told without a cause, none as "can't tell".

A chart of the clinic's own is drawn as bars, a line to each point, with what the clinic changed between them.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from setsetting.review import words
from setsetting.review.chart import Chart, ChartPart
from setsetting.review.clinic_chart import LIMITS_FROM
from setsetting.review.control_limits import TRIAL_BELOW
from setsetting.review.measures import WORDS, Per
from setsetting.review.nhs_rules import COMMON, NhsChart
from setsetting.review.run_rules import FEWEST_USEFUL
from setsetting.views import completeness
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.desk.charts import ClinicChartView
    from setsetting.review.clinic_chart import ClinicChart

_BAR = "\N{BOX DRAWINGS HEAVY HORIZONTAL}"
_WIDEST = 40
NO_CAUSE = _("A signal says that something changed, never what or why.")
LOOKS = _("Who looks after every point finds a signal in 9 to 16 % of charts in which nothing changed.")


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A point with its bar, or a change, which alone has the event that told it."""

    label: str
    value: str
    bar: str
    change_id: str | None = None


def as_data(charted: Chart | NhsChart) -> dict[str, Any]:
    """A chart as numbers; a limit is one number where it is the same for every point. One part stands at the top too."""
    if isinstance(charted, NhsChart):
        data = asdict(charted)
        parts = data.pop("parts")
        return {**(parts[0] if len(parts) == 1 else {}), "parts": parts, **data, "any_signal": charted.any_signal}
    parts = [_part_as_data(charted, part) for part in charted.parts]
    return {**(parts[0] if len(parts) == 1 else {}), "parts": parts, "plotted": charted.plotted}


def in_words(charted: Chart | NhsChart) -> list[str]:
    """What may be read off a chart, part by part, and what may not."""
    return [*_read_off(charted), "", NO_CAUSE]


def _read_off(charted: Chart | NhsChart) -> Iterator[str]:
    if isinstance(charted, NhsChart):
        yield from _nhs_in_words(charted)
        return
    for part in charted.parts:
        yield from _part_in_words(charted, part)
    if charted.mostly_zero:
        yield _("More than half the values are zero: the rules do not hold; use a g chart or a proportion.")


def clinic_as_data(viewed: "ClinicChartView") -> dict[str, Any]:
    """A chart of the clinic's own: its points, the run rules on their median, limits where there are enough, the changes."""
    charted = viewed.chart
    return {
        "measure": str(charted.measure),
        "per": str(charted.per),
        "points": [{"label": point.label, "value": point.value, "known": point.known} for point in charted.points],
        "run": None if charted.run is None else _part_as_data(charted.run, charted.run.parts[0]),
        "limits": None if charted.limits is None else _part_as_data(charted.limits, charted.limits.parts[0]),
        "changes": [
            {
                "day": flag.day.isoformat(),
                "words": flag.words,
                "event_id": flag.event_id,
                "before_point": flag.before_point,
            }
            for flag in charted.flags
        ],
        "completeness": completeness.counts_as_data(viewed.completeness),
        "looked_before": viewed.looked,
        "simulated": viewed.counted.simulated,
        "simulated_left_out": viewed.counted.left_out,
    }


def clinic_in_words(viewed: "ClinicChartView") -> list[str]:
    """The points as bars with the changes between them, what may be read off them, and what may not."""
    lines = [f"{row.label:10}  {row.value:>9}  {row.bar}".rstrip() for row in rows_of(viewed.chart)]
    return [*above(viewed), "", title(viewed.chart), "", *lines, "", *read_off(viewed)]


def above(viewed: "ClinicChartView") -> list[str]:
    """What stands above a chart: how complete the record is, and who is counted."""
    whose = words.whose(all_simulated=viewed.counted.simulated, left_out=viewed.counted.left_out)
    return [completeness.line(viewed.completeness), *filter(None, (whose,))]


def title(charted: "ClinicChart") -> str:
    said = _("{measure}, by session") if charted.per is Per.SESSION else _("{measure}, by month")
    return said.format(measure=WORDS[charted.measure])


def read_off(viewed: "ClinicChartView") -> list[str]:
    """What may be read off a chart of the clinic's own, and what may not."""
    charted = viewed.chart
    if charted.run is None:
        return [_("Nothing to chart yet.")]
    known = sum(point.value is not None for point in charted.points)
    few = [count("{n} point is known: too few points.", "{n} points are known: too few points.", known)]
    lines = few if known < FEWEST_USEFUL else list(_read_off(charted.run))
    if charted.limits is not None:
        lines += [_("Limits, from {n} points on:").format(n=LIMITS_FROM), *_limits_of_own(charted.limits)]
    if charted.per is Per.MONTH:
        lines.append(_("The month that is not over is left out."))
    looked = _("Not looked at before.")
    if viewed.looked:
        looked = count("Looked at {n} time before.", "Looked at {n} times before.", viewed.looked)
    return [*lines, "", NO_CAUSE, f"{looked} {LOOKS}"]


def rows_of(charted: "ClinicChart") -> list[ChartRow]:
    """A row for each point, and one for each change before the first point that it can have changed."""
    most = max((point.value for point in charted.points if point.value is not None), default=0) or 1
    flags = defaultdict[int, list[ChartRow]](list)
    for flag in charted.flags:
        said = f"\N{BLACK FLAG} {flag.words}"
        flags[flag.before_point].append(ChartRow(flag.day.isoformat(), "", said, flag.event_id))
    rows: list[ChartRow] = []
    for number, point in enumerate(charted.points, start=1):
        value = _("not known") if point.value is None else _told(point.value)
        bar = _BAR * round(_WIDEST * (point.value or 0) / most)
        rows += [*flags[number], ChartRow(point.label, value, bar)]
    return [*rows, *flags[len(charted.points) + 1]]


def _part_as_data(charted: Chart, part: ChartPart) -> dict[str, Any]:
    data = asdict(part)
    data |= data.pop("rules")
    data["median" if charted.line_is_median else "mean"] = data.pop("centre")
    for limit in ("lower_limit", "upper_limit", "lower_2sigma", "upper_2sigma"):
        data[limit] = _once(data[limit])
    return data


def _once(limits: Sequence[float | None]) -> Sequence[float | None] | float | None:
    return limits[0] if len(set(limits)) == 1 else limits


def _part_in_words(charted: Chart, part: ChartPart) -> Iterator[str]:
    line = _("median") if charted.line_is_median else _("mean")
    yield _("Points {first} to {last}: {line} {centre}, {n} useful points of {all}.").format(
        first=part.first_point,
        last=part.last_point,
        line=line,
        centre=_told(part.centre),
        n=part.rules.n_useful,
        all=part.n_obs,
    )
    if not charted.mostly_zero:
        yield from _rules_in_words(part)
    yield from _limits_in_words(part)


def _rules_in_words(part: ChartPart) -> Iterator[str]:
    rules = part.rules
    if rules.n_useful:
        yield _("  longest run {run} (limit {longest}), crossings {crossings} (limit {fewest})").format(
            run=rules.longest_run,
            longest=rules.longest_run_limit,
            crossings=rules.crossings,
            fewest=rules.crossings_limit,
        )
    if rules.n_useful < FEWEST_USEFUL:
        yield "  " + _("too few points")
    else:
        yield "  " + (_("signal by the run rules") if rules.signal else _("no signal: can't tell"))


def _limits_of_own(charted: Chart) -> Iterator[str]:
    """The limits alone: about a mean of counts, which lie unevenly beside it, the run rules find what is not there."""
    for part in charted.parts:
        yield "  " + _("mean {centre}").format(centre=_told(part.centre))
        yield from _limits_in_words(part, least=0)
        if not part.sigma_points:
            yield "  " + _("no point outside: can't tell")


def _limits_in_words(part: ChartPart, least: float = -math.inf) -> Iterator[str]:
    """The limits, never lower than a value can be, and which points lie outside."""
    low, high = _once(part.lower_limit), _once(part.upper_limit)
    if isinstance(low, float | int) and isinstance(high, float | int):
        yield _("  limits {low} to {high}").format(low=_told(max(least, low)), high=_told(high))
    if part.sigma_points:
        yield _("  outside the limits: point {points}").format(points=", ".join(map(str, part.sigma_points)))
    if any(limit is not None for limit in part.upper_limit) and part.n_obs < TRIAL_BELOW:
        yield _("  limits from fewer than {n} points are trial limits").format(n=TRIAL_BELOW)


def _nhs_in_words(charted: NhsChart) -> Iterator[str]:
    for part in charted.parts:
        yield _("Points {first} to {last}: mean {centre}, limits {low} to {high}").format(
            first=part.first_point,
            last=part.last_point,
            centre=_told(part.mean),
            low=_told(part.lower_limit),
            high=_told(part.upper_limit),
        ) + (_("; trial limits") if part.short_group_warning else "")
    told = [
        _("  point {point}: {cause}").format(point=point, cause=cause)
        for point, cause in enumerate(charted.special_cause_type, start=1)
        if cause != COMMON
    ]
    yield from told or ["  " + _("no signal: can't tell")]
    yield _("Without any change these four rules give some signal in 8, 18 and 29 % of charts of 12, 24 and 36 points.")


def _told(value: float | None) -> str:
    return "\N{EN DASH}" if value is None else f"{value:.4g}"
