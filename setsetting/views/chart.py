"""A run or control chart as plain data and as words: a signal is told without a cause, none as "can't tell"."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from setsetting.review.chart import Chart, ChartPart
from setsetting.review.control_limits import TRIAL_BELOW
from setsetting.review.nhs_rules import COMMON, NhsChart
from setsetting.review.run_rules import FEWEST_USEFUL
from setsetting.words.translate import _


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
    if isinstance(charted, NhsChart):
        lines = list(_nhs_in_words(charted))
    else:
        lines = [line for part in charted.parts for line in _part_in_words(charted, part)]
        if charted.mostly_zero:
            lines.append(_("More than half the values are zero: the rules do not hold; use a g chart or a proportion."))
    return [*lines, "", _("A signal says that something changed, never what or why.")]


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
    rules = part.rules
    line = _("median") if charted.line_is_median else _("mean")
    yield _("Points {first} to {last}: {line} {centre}, {n} useful points of {all}.").format(
        first=part.first_point,
        last=part.last_point,
        line=line,
        centre=_told(part.centre),
        n=rules.n_useful,
        all=part.n_obs,
    )
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
    low, high = _once(part.lower_limit), _once(part.upper_limit)
    if isinstance(low, float | int) and isinstance(high, float | int):
        yield _("  limits {low} to {high}").format(low=_told(low), high=_told(high))
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
