"""The figures of a clinic's page: each patient's course, all courses with their median, first and last scores, swim lanes.

Patients stand in the order of their first score, never of a change. Past-week and past-month points are never joined, no line
of any study and no goal is drawn, and every colour is doubled by a shape, so that a figure holds in greyscale. A table beside
each holds the same values.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from markupsafe import Markup

from setsetting.clinical.form import Recall
from setsetting.clinical.pcl5 import recall_words
from setsetting.clinical.thresholds import ThresholdSet
from setsetting.review.clinic_outcomes import FirstAndLast, RecallOutcomes
from setsetting.review.clinic_review import CourseLine, median_by_infusion
from setsetting.review.drawing import (
    BAND,
    BLUE,
    FAINT,
    GREY,
    INK,
    VERMILION,
    along,
    circle,
    figure,
    line,
    path,
    points,
    points_along,
    polyline,
    px,
    rect,
    text,
)
from setsetting.words.translate import _, count

WIDTH, LEFT, RIGHT = 700.0, 40.0, 50.0
HIGHEST = 80
CELLS, CELL_WIDTH, CELL_HEIGHT, CELL_PLOT = 6, 116.0, 64.0, 40.0
LANE = 9.0
MOST_DAYS = 400
"""A course drawn longer than this would leave the others no room; the table tells what lies beyond."""
COLOUR = {Recall.WEEK: BLUE, Recall.MONTH: VERMILION}


def first_and_last(found: RecallOutcomes, used: ThresholdSet, height: float = 104.0) -> Markup:
    """Page one: an open circle for each patient's first score, a filled one for the last, a line between."""
    room = WIDTH - LEFT - RIGHT
    step = room / max(1, len(found.pairs))
    size = max(1.6, min(4.5, step * 0.4))
    drawn = [(LEFT + step * (n + 0.5), each) for n, each in enumerate(found.pairs)]

    def y(total: float) -> float:
        return 8 + height * (1 - total / HIGHEST)

    parts = [
        *_scale(y, used, WIDTH - RIGHT),
        path("".join(f"M{x:.1f} {y(each.first):.1f}V{y(each.last):.1f}" for x, each in drawn), stroke=GREY),
        path("".join(circle(x, y(each.first), size) for x, each in drawn), stroke=INK, fill="#fff", width=1.2),
        points(((x, y(each.last)) for x, each in drawn), BLUE, 2 * size),
    ]
    said = _("{n} patients in the order of their first score; open circle: first form, filled: last form.")
    title = _("First and last PCL-5 total of each patient, {recall} forms").format(recall=recall_words(found.recall))
    return figure("ends", (WIDTH, height + 16), title, said.format(n=len(drawn)), parts)


def caterpillar(pairs: Sequence[FirstAndLast], used: ThresholdSet) -> Markup:
    """Figure 4: each change as a point, with the sizes below which it may be the measure's own error as a band."""
    height, most = 220.0, 60.0
    step = (WIDTH - LEFT - RIGHT) / max(1, len(pairs))

    def y(change: float) -> float:
        return 12 + height * (most - max(-most, min(most, change))) / (2 * most)

    band = y(used.reliable_both), y(-used.reliable_both)
    inner = y(used.reliable_one), y(-used.reliable_one)
    right = WIDTH - RIGHT
    parts = [
        rect(LEFT, band[0], right - LEFT, band[1] - band[0], BAND),
        rect(LEFT, inner[0], right - LEFT, inner[1] - inner[0], "#dedede"),
        line(LEFT, y(0), right, y(0), INK),
        *(line(LEFT, y(each), right, y(each), FAINT) for each in (-60, -40, -20, 20, 40, 60)),
        *(
            text(
                LEFT - 6,
                y(each) + 4,
                f"{each:+d}".replace("-", "\N{MINUS SIGN}") if each else "0",
                anchor="end",
                size=11,
            )
            for each in (-60, -40, -20, 0, 20, 40, 60)
        ),
        points(
            ((LEFT + step * (n + 0.5), y(each.last - each.first)) for n, each in enumerate(pairs)),
            BLUE,
            max(3.0, min(8.0, step * 0.8)),
        ),
        text(right + 4, y(used.reliable_both) + 4, f"\N{PLUS-MINUS SIGN}{used.reliable_both}", size=11, fill=GREY),
    ]
    said = _(
        "{n} changes, last minus first, patients in the order of their first score. Dark band: within {one} points, light band: within "
        "{both}; a change there may be the measure's own error (Marx 2022). A fall is negative."
    ).format(n=len(pairs), one=used.reliable_one, both=used.reliable_both)
    return figure(
        "changes", (WIDTH, height + 36), _("Change of each patient with the reliable-change band"), said, parts
    )


def _scale(y: Callable[[float], float], used: ThresholdSet, right: float) -> Iterator[Markup]:
    top, low = y(used.cut_high), y(used.cut_low)
    yield rect(LEFT, top, right - LEFT, low - top, "#dedede")
    for value in range(0, HIGHEST + 1, 20):
        yield line(LEFT, y(value), right, y(value), FAINT)
        yield text(LEFT - 6, y(value) + 4, str(value), anchor="end", fill=GREY, size=11)
    yield text(right + 4, (top + low) / 2 + 4, f"{used.cut_low}\N{EN DASH}{used.cut_high}", fill=GREY, size=11)


def _last_day(courses: Iterable[CourseLine]) -> int:
    days = [day for each in courses for day in (*each.sessions, *(form.day for form in each.forms))]
    return min(MOST_DAYS, max([7, *days]))


def small_multiples(courses: Sequence[CourseLine], factors: Sequence[str], used: ThresholdSet, part: int = 1) -> Markup:
    """Figure 1, or a part of it: each patient's scores with infusion ticks, the cut-points, and a lane for each factor below."""
    height = CELL_HEIGHT + 6 * len(factors)
    rows = -(-len(courses) // CELLS)
    last = _last_day(courses)
    drawn = [
        _cell(each, factors, used, (n % CELLS * CELL_WIDTH + 4, n // CELLS * height + 10, last))
        for n, each in enumerate(courses)
    ]

    def all_of(kind: str) -> str:
        return "".join(each.get(kind, "") for each in drawn)

    parts = [
        path(all_of("band"), fill=BAND),
        path(all_of("frame"), stroke=FAINT),
        path(all_of("ticks"), stroke=INK),
        *(
            path(all_of(f"{recall} line"), stroke=COLOUR[recall], dash="" if recall is Recall.WEEK else "4 2")
            for recall in Recall
        ),
        *(
            points_along(all_of(f"{recall} points"), COLOUR[recall], 3.2, square=recall is Recall.MONTH)
            for recall in Recall
        ),
        points_along(all_of("had"), INK, 3.6, square=True),
        path(all_of("lacked"), stroke=GREY, width=0.8),
        *(
            text(n % CELLS * CELL_WIDTH + 4, n // CELLS * height + 14, each.code, size=8)
            for n, each in enumerate(courses)
        ),
    ]
    said = _(
        "{patients}, the first infusion at the upright line; each has its own plot of 0 to 80 points over up to {days} days. Short "
        "lines below: infusions. Circles: past-week totals; squares: past-month totals. Grey: cut-points {low} to {high}."
    ).format(
        patients=count("{n} patient", "{n} patients", len(courses)), days=last, low=used.cut_low, high=used.cut_high
    )
    if factors:
        names = ", ".join(factors)
        said += " " + _("Below, a row each for {names}: a square where an infusion had any, a dash where none.").format(
            names=names
        )
    size = CELLS * CELL_WIDTH, max(1, rows) * height + 12
    return figure(f"courses-{part}", size, _("The course of each patient"), said, parts)


def _cell(each: CourseLine, factors: Sequence[str], used: ThresholdSet, at: tuple[float, float, int]) -> dict[str, str]:
    """One patient's plot as parts of the figure's paths, by what they draw."""
    left, top, last = at
    wide = CELL_WIDTH - 14
    scale = wide / max(1, last + 30)
    base = top + 8 + CELL_PLOT

    def x(day: int) -> float:
        return left + (max(-30, day) + 30) * scale

    def y(total: float) -> float:
        return base - CELL_PLOT * total / HIGHEST

    found = {
        "band": f"M{px(left)} {px(y(used.cut_high))}h{px(wide)}v{px(y(used.cut_low) - y(used.cut_high))}h{px(-wide)}z",
        "frame": f"M{px(left)} {px(base)}h{px(wide)}M{px(x(0))} {px(top + 8)}V{px(base)}",
        "ticks": "".join(f"M{px(x(day))} {px(base)}v4" for day in each.sessions if day <= MOST_DAYS),
    }
    for recall in Recall:
        own = [(x(form.day), y(form.total or 0)) for form in each.of(recall) if form.day <= MOST_DAYS]
        found |= {f"{recall} line": polyline(own), f"{recall} points": along(own)}
    lanes = [(base + 9 + 6 * row, each.had.get(name, ())) for row, name in enumerate(factors)]
    seen = [(x(day), level, much) for level, had in lanes for day, much in zip(each.sessions, had, strict=False)]
    found["had"] = along((across, level) for across, level, much in seen if much > 0)
    found["lacked"] = "".join(f"M{px(across - 1.5)} {px(level)}h3" for across, level, much in seen if much == 0)
    return found


def spaghetti(courses: Sequence[CourseLine], recall: Recall, used: ThresholdSet) -> Markup:
    """Figure 2: all courses over the infusion's number, with the median of those who have a form there."""
    height = 260.0
    medians = median_by_infusion(courses, recall)
    most = max([1, *(number for number, _m, _n in medians)])
    room = WIDTH - LEFT - RIGHT - 20

    def x(number: float) -> float:
        return LEFT + 10 + room * number / most

    def y(total: float) -> float:
        return 10 + height * (1 - total / HIGHEST)

    lines = []
    for each in courses:
        newest = {sum(day < form.day for day in each.sessions): form.total or 0 for form in each.of(recall)}
        lines.append(polyline((x(number), y(total)) for number, total in newest.items()))
    parts = [
        *_scale(y, used, WIDTH - RIGHT),
        path("".join(lines), stroke=GREY, width=0.6),
        path(polyline((x(number), y(middle)) for number, middle, _n in medians), stroke=INK, width=2.5),
        points(((x(number), y(middle)) for number, middle, _n in medians), INK, 7),
        *(text(x(number), height + 26, str(number), anchor="middle", size=11) for number, _m, _n in medians),
        text(x(most / 2), height + 42, _("infusions before the form"), anchor="middle", size=11, fill=GREY),
    ]
    said = _(
        "Thin lines: patients, each one's last {recall} form after so many infusions. Thick line: the median of those who have one "
        "there, who are not the same people at each number."
    ).format(recall=recall_words(recall))
    return figure("spaghetti", (WIDTH, height + 50), _("All courses with their median"), said, parts)


def swim_lanes(courses: Sequence[CourseLine], part: int = 1) -> Markup:
    """Figure 5, or a part of it: a lane for each patient with infusions and forms by their day, without any score."""
    last, left = _last_day(courses), 70.0
    scale = (WIDTH - left - 10) / (last + 30)

    def x(day: int) -> float:
        return left + (max(-30, day) + 30) * scale

    bottom = 20 + LANE * len(courses)
    drawn = [_lane(each, 20 + LANE * n, x) for n, each in enumerate(courses)]

    def all_of(kind: str) -> str:
        return "".join(each[kind] for each in drawn)

    marks = range(0, last + 1, 28 if last <= 200 else 56)
    parts = [
        *(line(x(day), 12, x(day), bottom, FAINT) for day in marks),
        *(text(x(day), 9, str(day), anchor="middle", size=9, fill=GREY) for day in marks),
        *(text(left - 4, 23 + LANE * n, each.code, anchor="end", size=8) for n, each in enumerate(courses)),
        path(all_of("course"), stroke=FAINT, width=3),
        path(all_of("infusions"), stroke=INK, width=1.4),
        points_along(all_of(Recall.WEEK), BLUE, 4),
        points_along(all_of(Recall.MONTH), VERMILION, 4, square=True),
        path(all_of("incomplete"), stroke=GREY),
    ]
    said = _(
        "A lane for each patient over days from the first infusion: upright lines are infusions, circles past-week forms, squares "
        "past-month forms, crosses incomplete ones. No score is drawn."
    )
    return figure(f"lanes-{part}", (WIDTH, bottom + 10), _("Infusions and forms of each patient"), said, parts)


def _lane(each: CourseLine, y: float, x: Callable[[int], float]) -> dict[str, str]:
    """One patient's lane as parts of the figure's paths, by what they draw."""
    seen = [form for form in each.forms if form.day <= MOST_DAYS]
    whole = [form for form in seen if form.total is not None]
    return {
        "course": f"M{px(x(each.sessions[0]))} {px(y)}H{px(x(min(MOST_DAYS, each.sessions[-1])))}",
        "infusions": "".join(f"M{px(x(day))} {px(y - 3.5)}v7" for day in each.sessions if day <= MOST_DAYS),
        "incomplete": "".join(f"M{px(x(form.day) - 2)} {px(y - 2)}l4 4m0-4l-4 4" for form in seen if form not in whole),
        **{recall: along((x(form.day), y) for form in whole if form.recall is recall) for recall in Recall},
    }
