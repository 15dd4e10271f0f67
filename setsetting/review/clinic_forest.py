"""Figure 3 and the run charts of a clinic's page: estimates as ranges with a gate's words in place of a mark, measures over time.

Factors stand in the order of their declaration, never of size; no colour tells a sign. A flag says when something changed for
everybody, and is no cause.
"""

import math
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from setsetting.review import words
from setsetting.review.association import Association
from setsetting.review.clinic_chart import ClinicChart
from setsetting.review.drawing import BLUE, FAINT, GREY, INK, figure, line, path, points, polyline, text
from setsetting.review.measures import WORDS, Per
from setsetting.review.run_rules import FEWEST_USEFUL
from setsetting.words.numbers import signed
from setsetting.words.translate import _, count

WIDTH, NAMES, HALF, MIDDLE = 700.0, 210.0, 150.0, 390.0
FARTHEST = 15.0
ROW = 26.0
CHART = WIDTH, 72.0
"""A chart's width, and the height of its values."""
FLAG_WIDTH = 20.0
"""What a flag and its number take of the axis."""


def forest(shown: Sequence[tuple[str, Association]]) -> Markup:
    """Each factor by name with its range of points, or why there is too little to say."""
    bottom = 14 + ROW * len(shown)
    parts = [
        line(MIDDLE, 6, MIDDLE, bottom, INK),
        *(line(_x(each), 6, _x(each), bottom, FAINT, dash="2 3") for each in (-10, -5, 5, 10)),
        *(part for n, (name, found) in enumerate(shown) for part in _range(name, found, 24 + ROW * n)),
        *(text(_x(each), bottom + 14, signed(each), anchor="middle", size=11) for each in (-10, -5, 0, 5, 10)),
        text(_x(-FARTHEST), bottom + 30, _("later score lower"), size=11, fill=GREY),
        text(_x(FARTHEST), bottom + 30, _("later score higher"), anchor="end", size=11, fill=GREY),
    ]
    said = _("In the order of declaration: {told}.").format(told="; ".join(f"{n}: {range_words(f)}" for n, f in shown))
    title = _("Declared settings beside the next score, in PCL-5 points with 95 % interval")
    return figure("forest", (WIDTH, bottom + 38), title, said, parts)


def _x(points_off: float) -> float:
    return MIDDLE + HALF * max(-FARTHEST, min(FARTHEST, points_off)) / FARTHEST


def _range(name: str, found: Association, y: float) -> Iterator[Markup]:
    yield text(0, y + 4, name if len(name) < 30 else name[:29] + "\N{HORIZONTAL ELLIPSIS}")
    if found.gates:
        yield text(MIDDLE + HALF + 12, y + 4, words.too_little(), fill=GREY, size=12)
        return
    low, high = found.g_estimate.ci_low, found.g_estimate.ci_high
    yield line(_x(low), y, _x(high), y, INK, width=2)
    yield path("".join(f"M{_x(end):.1f} {y - 5:.1f}v10" for end in (low, high) if abs(end) < FARTHEST), stroke=INK)
    yield points([(_x(found.g_estimate.points), y)], INK, 8)
    yield text(MIDDLE + HALF + 12, y + 4, range_words(found), size=12)


def range_words(found: Association) -> str:
    """The range alone, or the gate's sentence in its place."""
    if found.gates:
        return words.too_little()
    return _("{low} to {high} points").format(
        low=signed(found.g_estimate.ci_low, 1), high=signed(found.g_estimate.ci_high, 1)
    )


def run_chart(charted: ClinicChart, name: str, size: tuple[float, float] = CHART) -> Markup:
    """One measure over time, its median dashed where anything is read off it, and a flag for each change of the clinic."""
    if not charted.points:
        return Markup()
    width, height = size
    known = [(n, point) for n, point in enumerate(charted.points, start=1) if point.value is not None]
    most = max([1.0, *(point.value or 0 for _n, point in known)])
    left, right, top = 40.0, 46.0, 22.0
    step = (width - left - right) / max(1, len(charted.points))

    def x(number: float) -> float:
        return left + step * (number - 0.5)

    def y(value: float) -> float:
        return top + height * (1 - value / most)

    at = [(x(n), y(point.value or 0)) for n, point in known]
    flags = [(x(flag.before_point - 0.5), flag) for flag in charted.flags]
    parts = [
        line(left, y(0), width - right, y(0), FAINT),
        text(left - 6, y(0) + 4, "0", anchor="end", size=11, fill=GREY),
        text(left - 6, y(most) + 4, f"{most:.3g}", anchor="end", size=11, fill=GREY),
        path(polyline(at), stroke=BLUE, width=1.2),
        points(at, BLUE, max(2.0, min(6.0, step * 0.8))),
        *(line(across, top - 8, across, y(0), INK, dash="2 3") for across, _flag in flags),
        *(path(f"M{across:.1f} {top - 8:.1f}l8 -4l-8 -4Z", fill=INK) for across, _flag in flags),
        *(text(across + 9, top - 9, str(n), size=10) for n, across in _apart([across for across, _flag in flags])),
    ]
    if charted.run is not None and tells(charted) and (centre := charted.run.parts[0].centre) is not None:
        parts += [
            line(left, y(centre), width - right, y(centre), GREY, dash="6 4"),
            text(width - right + 4, y(centre) + 4, f"{centre:.3g}", size=11, fill=GREY),
        ]
    parts += [
        text(left, y(0) + 16, charted.points[0].label, size=10, fill=GREY),
        text(width - right, y(0) + 16, charted.points[-1].label, anchor="end", size=10, fill=GREY),
    ]
    said = " ".join([*read_off(charted), *flag_words(charted)])
    return figure(name, (width, top + height + 24), chart_title(charted), said, parts)


def _apart(flags: Sequence[float]) -> Iterator[tuple[int, float]]:
    """The numbers of flags from the left, but for those that would stand on the one before."""
    before = -math.inf
    for n, across in enumerate(flags, 1):
        if across - before >= FLAG_WIDTH:
            yield n, across
            before = across


def chart_title(charted: ClinicChart) -> str:
    said = _("{measure}, by session") if charted.per is Per.SESSION else _("{measure}, by month")
    return said.format(measure=WORDS[charted.measure])


def flag_words(charted: ClinicChart) -> list[str]:
    """Each change by its number in the figure."""
    return [
        _("Flag {n}: {words}, {day}.").format(n=n, words=flag.words, day=flag.day.isoformat())
        for n, flag in enumerate(charted.flags, 1)
    ]


def tells(charted: ClinicChart) -> bool:
    """Whether the run rules apply, so that anything may be read off."""
    run = charted.run
    return run is not None and not run.mostly_zero and run.parts[0].rules.n_useful >= FEWEST_USEFUL


def read_off(charted: ClinicChart) -> list[str]:
    """What may be read off: a signal without a cause, none as "can't tell"."""
    if charted.run is None:
        return [_("Nothing to chart yet.")]
    rules = charted.run.parts[0].rules
    known = sum(point.value is not None for point in charted.points)
    if known < FEWEST_USEFUL:
        return [count("{n} point: too few points.", "{n} points: too few points.", known)]
    if charted.run.mostly_zero:
        return [_("More than half the values are zero: the run rules do not hold, and nothing is read off.")]
    if rules.n_useful < FEWEST_USEFUL:
        return [_("{n} useful points: too few points.").format(n=rules.n_useful)]
    told = _(
        "{n} useful points, longest run {run} (signal above {longest}), {crossings} crossings (signal below {fewest}): {said}."
    )
    return [
        told.format(
            n=rules.n_useful,
            run=rules.longest_run,
            longest=rules.longest_run_limit,
            crossings=rules.crossings,
            fewest=rules.crossings_limit,
            said=_("a signal; it says that something changed, never what or why") if rules.signal else _("can't tell"),
        )
    ]
