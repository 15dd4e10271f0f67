"""The trajectory of one patient as inline SVG: PCL-5 points, session ticks and setting lanes on one axis.

Past-week and past-month points have different shapes and are never joined. No line of any study and no
goal is drawn. Colours are those of Okabe and Ito, and each is doubled by a shape, a dash or a letter, so
that the figure holds in greyscale. Everything written is escaped.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from string import ascii_uppercase

from markupsafe import Markup

from setsetting.clinical.form import Recall
from setsetting.clinical.pcl5 import recall_words
from setsetting.clinical.thresholds import ThresholdSet
from setsetting.review.axis import Axis, axis_of
from setsetting.review.drawing import BAND, BLUE, FAINT, GREY, INK, VERMILION, line, px, rect, text
from setsetting.review.lanes import Lane, LaneCell
from setsetting.review.view import FormLine, PatientReview
from setsetting.review.words import simulated
from setsetting.words.numbers import number_or_unknown
from setsetting.words.translate import _

COLOUR = {Recall.WEEK: BLUE, Recall.MONTH: VERMILION}

LEFT, RIGHT, PLOT_WIDTH = 166.0, 40.0, 700.0
TOP, PLOT_HEIGHT = 46.0, 240.0
LANE_HEIGHT = 20.0
HIGHEST = 80


def lane_letters(lane: Lane) -> dict[str, str]:
    """A letter for each value of a lane of words, in the order in which the values first occur."""
    values = dict.fromkeys(cell.text for cell in lane.cells if cell.text is not None)
    return {value: ascii_uppercase[n % 26] for n, value in enumerate(values)}


def shown_lanes(review: PatientReview) -> tuple[Lane, ...]:
    """The lanes the figure draws: those in which anything varies, and always the infusion's minutes."""
    return tuple(lane for lane in review.lanes if lane.varies or lane.name == "minutes")


def trajectory(review: PatientReview) -> Markup:
    """Draw the figure; its description says in words what can be seen."""
    axis = axis_of([form.day for form in review.forms], [visit.day for visit in review.visits], PLOT_WIDTH)
    lanes = shown_lanes(review)
    bottom = TOP + PLOT_HEIGHT
    height = bottom + 46 + LANE_HEIGHT * len(lanes)
    width = LEFT + max(axis.width, PLOT_WIDTH) + RIGHT
    title = _("PCL-5 and setting of patient {code} over days").format(code=review.code)
    if review.simulated:
        title += f" ({simulated()})"
    parts = [
        Markup(
            '<svg class="trajectory" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" '
            'aria-labelledby="trajectory-title trajectory-desc">'
            '<title id="trajectory-title">{title}</title><desc id="trajectory-desc">{desc}</desc>'
        ).format(w=px(width), h=px(height), title=title, desc=_described(review)),
        *_scale(axis, review.thresholds),
        *_ticks(review, axis, bottom),
        *_days(review, axis, bottom),
        *_course(review, axis),
        *_drawn_lanes(review, lanes, axis, bottom + 46),
    ]
    if review.simulated:
        parts.append(text(LEFT + axis.width, 14, simulated(), anchor="end", weight="bold"))
    return Markup("\n").join([*parts, Markup("</svg>")])


def _y(total: float) -> float:
    return TOP + PLOT_HEIGHT * (1 - total / HIGHEST)


def _described(review: PatientReview) -> str:
    """The figure in words, for those who don't see it."""
    said = []
    for recall in Recall:
        own = [form for form in review.forms if form.recall is recall and form.total is not None]
        if own:
            points = ", ".join(
                _("day {day}: {total}").format(day=number_or_unknown(form.day, 0), total=form.total) for form in own
            )
            said.append(_("{recall} totals by day: {points}.").format(recall=recall_words(recall), points=points))
    partial = [number_or_unknown(form.day, 0) for form in review.forms if form.total is None]
    if partial:
        said.append(_("Incomplete forms without a total on day {days}.").format(days=", ".join(partial)))
    visits = ", ".join(
        _("{n} on day {day}").format(n=visit.number, day=number_or_unknown(visit.day, 0)) for visit in review.visits
    )
    said.append(_("Infusion sessions: {visits}.").format(visits=visits or _("none")))
    said.append(_("Past-week and past-month points are not joined. The tables below hold the same values."))
    return " ".join(said)


def _scale(axis: Axis, used: ThresholdSet) -> Iterator[Markup]:
    """The 0-80 scale, whole, and the cut-points as a band; never a goal."""
    top, middle = _y(used.cut_high), _y((used.cut_low + used.cut_high) / 2)
    yield rect(LEFT, top, axis.width, _y(used.cut_low) - top, BAND)
    for value in range(0, HIGHEST + 1, 20):
        yield line(LEFT, _y(value), LEFT + axis.width, _y(value), FAINT)
        yield text(LEFT - 10, _y(value) + 4, str(value), anchor="end", fill=GREY)
    yield text(LEFT - 10, TOP - 30, _("PCL-5 total"), anchor="end", weight="bold")
    yield text(LEFT - 10, middle - 8, _("cut-points"), anchor="end", fill=GREY, size=11)
    yield text(LEFT - 10, middle + 5, f"{used.cut_low}\N{EN DASH}{used.cut_high}", anchor="end", fill=GREY, size=11)


def _ticks(review: PatientReview, axis: Axis, to: float) -> Iterator[Markup]:
    """A thin line for each session from its number down to the days."""
    yield text(LEFT - 10, TOP - 12, _("Infusion"), anchor="end", fill=INK)
    for visit in review.visits:
        x = LEFT + axis.x(visit.day)
        yield line(x, TOP - 6, x, to, GREY, dash="2 3")
        yield text(x, TOP - 12, str(visit.number), anchor="middle", weight="bold")


def _days(review: PatientReview, axis: Axis, bottom: float) -> Iterator[Markup]:
    """Day marks under the plot, where there is room, and the breaks of the scale."""
    yield line(LEFT, bottom, LEFT + axis.width, bottom, INK)
    yield text(LEFT - 24, bottom + 18, _("Day"), anchor="end", fill=GREY)
    last_x = -1e9
    for day in sorted({*(visit.day for visit in review.visits), *(form.day for form in review.forms)}):
        x = LEFT + axis.x(day)
        if x - last_x >= 26:
            yield line(x, bottom, x, bottom + 5, INK)
            yield text(x, bottom + 18, number_or_unknown(day, 0), anchor="middle", fill=GREY)
            last_x = x
    for each in axis.breaks:
        middle = LEFT + (axis.x(each.first) + axis.x(each.last)) / 2
        for shift in (-3.0, 3.0):
            yield line(middle + shift - 3, bottom + 6, middle + shift + 3, bottom - 6, INK, width=1.5)


def _course(review: PatientReview, axis: Axis) -> Iterator[Markup]:
    """Points and, within one recall, the lines between neighbours; broken where the scale is.

    One filled amid a session is neither before nor after it: its point is hollow and grey, and no line leads to it.
    """
    for recall in Recall:
        own = [
            (form.day, LEFT + axis.x(form.day), _y(form.total))
            for form in review.forms
            if form.recall is recall and form.total is not None and not form.amid
        ]
        for (first, x1, y1), (last, x2, y2) in pairwise(own):
            broken = axis.breaks_between(first, last)
            dash = "1 5" if broken else "7 4" if recall is Recall.MONTH else ""
            yield line(x1, y1, x2, y2, COLOUR[recall], dash=dash, width=1.2 if broken else 2.0)
    for form in sorted(review.forms, key=lambda form: form.recall is Recall.WEEK):  # of one place both are seen
        yield from _point(form, axis)
    yield from _totals(review.forms, axis)


def _totals(forms: Sequence[FormLine], axis: Axis) -> Iterator[Markup]:
    """The total above each point; below it where another point or total stands there."""
    points = [(LEFT + axis.x(form.day), _y(form.total), form) for form in forms if form.total is not None]
    taken: list[tuple[float, float]] = []
    for x, y, form in points:
        under = any(abs(x - other_x) < 24 and 0 < y - other_y < 22 for other_x, other_y, _form in points)
        above = not under and not any(abs(x - at_x) < 24 and -22 < y - 11 - at_y < 14 for at_x, at_y in taken)
        taken.append((x, y - 11 if above else y + 21))
        colour = GREY if form.amid else COLOUR[form.recall]
        yield text(x + 2, taken[-1][1], str(form.total), anchor="middle", fill=colour, weight="bold", halo=True)


def _point(form: FormLine, axis: Axis) -> Iterator[Markup]:
    x = LEFT + axis.x(form.day)
    if form.total is None:
        y = TOP + PLOT_HEIGHT - 8
        for sign in (-1, 1):
            yield line(x - 4, y - 4 * sign, x + 4, y + 4 * sign, GREY, width=1.5)
        yield text(x + 8, y + 4, f"{form.answered}/20", fill=GREY, size=11)
        return
    y, colour = _y(form.total), GREY if form.amid else COLOUR[form.recall]
    if form.recall is Recall.WEEK:
        yield Markup('<circle cx="{x}" cy="{y}" r="5" fill="{fill}" stroke="{c}" stroke-width="2"/>').format(
            x=px(x), y=px(y), fill="#fff" if form.amid else colour, c=colour
        )
    else:
        yield Markup(
            '<path d="M{x} {top}L{right} {y}L{x} {low}L{left} {y}Z" fill="#fff" stroke="{c}" stroke-width="2"/>'
        ).format(x=px(x), y=px(y), top=px(y - 7), low=px(y + 7), left=px(x - 7), right=px(x + 7), c=colour)


def _drawn_lanes(review: PatientReview, lanes: Sequence[Lane], axis: Axis, top: float) -> Iterator[Markup]:
    for row in range(0, len(lanes), 2):
        y = top + LANE_HEIGHT * row
        yield rect(0, y - 14, LEFT + max(axis.width, PLOT_WIDTH) + RIGHT, LANE_HEIGHT, "#f7f7f7")
    for row, lane in enumerate(lanes):
        y = top + LANE_HEIGHT * row
        yield text(LEFT - 24, y, lane.label, anchor="end")
        letters = {} if lane.amount else lane_letters(lane)
        for visit, cell in zip(review.visits, lane.cells, strict=True):
            yield from _cell(LEFT + axis.x(visit.day), y, cell, letters)


def _cell(x: float, y: float, cell: LaneCell, letters: dict[str, str]) -> Iterator[Markup]:
    """One value, framed when otherwise than usual."""
    said = "\N{MIDDLE DOT}" if cell.text is None else letters.get(cell.text, cell.text)
    if cell.differs:
        half = 5.0 + 3.6 * len(said)
        yield rect(x - half, y - 12, 2 * half, 16, "#fff", stroke=INK)
    yield text(x, y, said, anchor="middle", fill=GREY if cell.text is None else INK)
