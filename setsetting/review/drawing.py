"""Lines, rectangles and words as inline SVG, the same in every figure; everything written is escaped."""

from collections.abc import Iterable

from markupsafe import Markup, escape

BLUE, VERMILION = "#0072B2", "#A84300"
"""Okabe-Ito blue, and their vermilion darkened until it reads as text on white."""
INK, GREY, FAINT, BAND = "#1a1a1a", "#595959", "#c9c9c9", "#ececec"


def figure(name: str, size: tuple[float, float], title: str, described: str, parts: Iterable[Markup]) -> Markup:
    """A whole figure with its title and its description for those who don't see it; `name` is unique on its page."""
    opened = Markup(
        '<svg class="figure" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" '
        'aria-labelledby="{name}-title {name}-desc"><title id="{name}-title">{title}</title><desc id="{name}-desc">{desc}</desc>'
    )
    head = opened.format(name=name, w=px(size[0]), h=px(size[1]), title=title, desc=described)
    return Markup("").join([head, *parts, Markup("</svg>")])


def path(d: str, *, stroke: str = "none", fill: str = "none", width: float = 1.0, dash: str = "") -> Markup:
    """A path of numbers and letters of our own; nothing where it is empty."""
    if not d:
        return Markup("")
    dashes = Markup(' stroke-dasharray="{}"').format(dash) if dash else Markup("")
    return Markup('<path d="{}" fill="{}" stroke="{}" stroke-width="{}"{}/>').format(d, fill, stroke, px(width), dashes)


def points(at: Iterable[tuple[float, float]], colour: str, size: float, *, square: bool = False) -> Markup:
    """Many filled points of one size, round or square, in as few bytes as can be."""
    return points_along(along(at), colour, size, square=square)


def along(at: Iterable[tuple[float, float]]) -> str:
    """Points as part of a path that `points_along` draws."""
    return "".join(f"M{px(x)} {px(y)}h0" for x, y in at)


def points_along(d: str, colour: str, size: float, *, square: bool = False) -> Markup:
    """The points of such a path; nothing where there are none."""
    if not d:
        return Markup("")
    return Markup('<path d="{}" fill="none" stroke="{}" stroke-width="{}" stroke-linecap="{}"/>').format(
        d, colour, px(size), "square" if square else "round"
    )


def polyline(at: Iterable[tuple[float, float]]) -> str:
    """Neighbours joined, as part of a path; nothing of a single one."""
    told = [f"{px(x)} {px(y)}" for x, y in at]
    return "M" + "L".join(told) if len(told) > 1 else ""


def circle(x: float, y: float, r: float) -> str:
    """An open circle as part of a path."""
    return f"M{px(x - r)} {px(y)}a{px(r)} {px(r)} 0 1 0 {px(2 * r)} 0a{px(r)} {px(r)} 0 1 0 {px(-2 * r)} 0"


def px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def line(x1: float, y1: float, x2: float, y2: float, colour: str, *, dash: str = "", width: float = 1.0) -> Markup:
    dashes = Markup(' stroke-dasharray="{dash}"').format(dash=dash) if dash else Markup("")
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="{}"{}/>').format(
        px(x1), px(y1), px(x2), px(y2), colour, px(width), dashes
    )


HALO = Markup(' stroke="#fff" stroke-width="3" paint-order="stroke"')
"""What keeps a number readable over a line."""


def rect(x: float, y: float, width: float, height: float, fill: str, *, stroke: str = "none") -> Markup:
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="{}"/>').format(
        px(x), px(y), px(width), px(height), fill, stroke
    )


def text(
    x: float,
    y: float,
    said: str,
    *,
    anchor: str = "start",
    fill: str = INK,
    weight: str = "normal",
    size: int = 13,
    halo: bool = False,
) -> Markup:
    around = HALO if halo else Markup("")
    return Markup('<text x="{}" y="{}" text-anchor="{}" fill="{}" font-weight="{}" font-size="{}"{}>{}</text>').format(
        px(x), px(y), anchor, fill, weight, size, around, escape(said)
    )
