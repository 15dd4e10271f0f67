"""A run chart of the clinic's own sessions, one measure over time, with what the clinic itself changed as flags.

A change for the whole clinic leaves no contrast within a patient, so this is where it would show. What is charted, and by
what rules, is fixed here beforehand; no change splits a chart.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from setsetting.review.chart import Chart, chart
from setsetting.review.chart_case import ChartCase, ChartKind
from setsetting.review.measures import Measure, Per

LIMITS_FROM = 20
"""So many points make limits of an XmR chart worth drawing."""


@dataclass(frozen=True, slots=True)
class SessionHeld:
    """A session that counts, on its day in the clinic's calendar; a measure that is absent is not known of it."""

    day: date
    values: Mapping[Measure, float]


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One point from its first day on: a session's value, the mean of a month's sessions, or a month's count.

    `known` is how many sessions, or courses, it rests on.
    """

    label: str
    day: date
    value: float | None
    known: int


@dataclass(frozen=True, slots=True)
class Flag:
    """What the clinic changed on a day, before the point of this number, counted from 1; one past the last is after all."""

    day: date
    words: str
    event_id: str
    before_point: int


@dataclass(frozen=True, slots=True)
class ClinicChart:
    """Points with the run rules on their median, limits from `LIMITS_FROM` points on, and the flags."""

    measure: Measure
    per: Per
    points: tuple[ChartPoint, ...]
    run: Chart | None
    limits: Chart | None
    flags: tuple[Flag, ...]


def points_of_sessions(sessions: Iterable[SessionHeld], measure: Measure) -> list[ChartPoint]:
    """A point for each session, in the order in which they were held."""
    return [
        ChartPoint(each.day.isoformat(), each.day, each.values.get(measure), int(measure in each.values))
        for each in sessions
    ]


def points_of_months(sessions: Sequence[SessionHeld], measure: Measure, today: date) -> list[ChartPoint]:
    """A point for each month that is over, from the first with a session to the last: the mean of those in which it is known."""
    told = {month: list(held) for month, held in groupby(sessions, lambda each: each.day.replace(day=1))}
    points = []
    for month in _months(min(told, default=today), max(told, default=today), today):
        known = [each.values[measure] for each in told.get(month, ()) if measure in each.values]
        points.append(_of_month(month, sum(known) / len(known) if known else None, len(known)))
    return points


def points_of_courses(finished: Iterable[date], sessions: Sequence[SessionHeld], today: date) -> list[ChartPoint]:
    """How many courses were finished in each month that is over, from the first in which one was or a session to the last."""
    months = [day.replace(day=1) for day in finished]
    told = [*months, *(each.day.replace(day=1) for each in sessions)]
    between = _months(min(told, default=today), max(told, default=today), today)
    return [_of_month(month, float(n := months.count(month)), n) for month in between]


def _of_month(month: date, value: float | None, known: int) -> ChartPoint:
    return ChartPoint(f"{month:%Y-%m}", month, value, known)


def _months(first: date, last: date, today: date) -> Iterator[date]:
    """The first days of the months that are over, from the first to the last: in the months after, nothing was held."""
    month = first.replace(day=1)
    while month <= last and month < today.replace(day=1):
        yield month
        month = next_month(month)


def next_month(month: date) -> date:
    """The first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def clinic_chart(
    measure: Measure, per: Per, points: Sequence[ChartPoint], changes: Iterable[tuple[date, str, str]]
) -> ClinicChart:
    """Chart the points, with changes as day, words and the event's id; without a point there is no chart."""
    values, known = tuple(point.value for point in points), sum(point.value is not None for point in points)
    days = [point.day for point in points]
    return ClinicChart(
        measure,
        per,
        tuple(points),
        chart(ChartCase(ChartKind.RUN, values)) if values else None,
        chart(ChartCase(ChartKind.XMR, values)) if known >= LIMITS_FROM else None,
        tuple(Flag(*change, bisect_left(days, change[0]) + 1) for change in sorted(changes)),
    )
