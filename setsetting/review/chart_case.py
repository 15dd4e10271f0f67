"""What a chart is asked for: its kind, its points, and how its baseline is chosen. Read strictly from a JSON file.

Points count from 1. A field that the kind has no use for is refused, so that no wish is passed over in silence.
"""

from collections.abc import Iterator
from enum import StrEnum
from itertools import zip_longest
from pathlib import Path

import msgspec

from setsetting import strict_json
from setsetting.words.translate import _


class ChartKind(StrEnum):
    """The charts there are, by the letters of the field."""

    RUN = "run"
    XMR = "xmr"
    P = "p"
    U = "u"
    G = "g"
    XMR_NHS = "xmr_nhs"


class Improvement(StrEnum):
    """Which way is better, for the NHS rules."""

    INCREASE = "increase"
    DECREASE = "decrease"
    NEUTRAL = "neutral"


_COUNTED = (ChartKind.P, ChartKind.U)
_ABOUT = ("name", "about", "produced_by", "warnings", "expected")
"""Fields that tell about a case."""
_HUGE = 1e15
"""No measure of a clinic is larger, and squares of it still fit."""
_NHS_BASELINE = 12
"""NHSRplotthedots fixes its limits after no fewer points."""


class ChartCase(msgspec.Struct, frozen=True):
    """Points of one chart and the choices that were made beforehand.

    `denominators` stand beside the values; `freeze` takes the centre and limits from points 1 to that one, `parts` are the
    last points before each split and outweigh it, `exclude` leaves points out of everything but the picture.
    """

    chart: ChartKind
    values: tuple[float | None, ...]
    denominators: tuple[float | None, ...] | None = None
    freeze: int | None = None
    parts: tuple[int, ...] = ()
    exclude: tuple[int, ...] = ()
    fixed_centre: float | None = None
    screen_moving_ranges: bool = True
    improvement_direction: Improvement = Improvement.INCREASE
    rebase_first_points: tuple[int, ...] = ()


def parse_case(data: bytes, path: Path) -> ChartCase:
    """Read and check a case; BrokenFile says what is wrong in which field."""
    case = strict_json.parse(data, path, ChartCase, _("a chart case"))
    for trouble in troubles(case):
        raise strict_json.not_a(_("a chart case"), path, trouble)
    return case


def unread(data: bytes) -> list[str]:
    """Fields of a case that neither say how it is charted nor tell about it: perhaps another was meant."""
    fields = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    return [field for field in fields if field not in {*ChartCase.__struct_fields__, *_ABOUT}]


def troubles(case: ChartCase) -> Iterator[str]:
    """What is wrong with a case, each as the end of a sentence."""
    n = len(case.values)
    if not n:
        yield _("`values` has no point")
    given = (*case.values, *(case.denominators or ()), case.fixed_centre)
    if any(abs(number) > _HUGE for number in given if number is not None):
        yield _("a number in it is beyond {huge:g}").format(huge=_HUGE)
    yield from _outside(case, n)
    yield from _useless(case)
    if case.chart in _COUNTED and case.denominators is None:
        yield _("a {kind} chart needs `denominators`").format(kind=case.chart)
    if case.denominators is not None and len(case.denominators) != n:
        yield _("`denominators` has {m} entries for {n} values").format(m=len(case.denominators), n=n)
    yield from _impossible_counts(case)


def _outside(case: ChartCase, n: int) -> Iterator[str]:
    """Points that the chart does not have."""
    for field, points, first, last in (
        ("parts", case.parts, 1, n - 1),
        ("exclude", case.exclude, 1, n),
        ("rebase_first_points", case.rebase_first_points, 1, n),
    ):
        for point in points:
            if not first <= point <= last:
                yield _("`{field}` names point {point}; of {n} points, {first} to {last} can stand there").format(
                    field=field, point=point, n=n, first=first, last=last
                )
    fewest = _NHS_BASELINE if case.chart is ChartKind.XMR_NHS else 1
    if case.freeze is not None and case.freeze < fewest:
        yield _("`freeze` is {freeze}; {fewest} or more is expected").format(freeze=case.freeze, fewest=fewest)


def _useless(case: ChartCase) -> Iterator[str]:
    """Fields that this kind of chart has no use for."""
    nhs = case.chart is ChartKind.XMR_NHS
    given = {
        "denominators": case.denominators is not None,
        "parts": bool(case.parts),
        "exclude": bool(case.exclude),
        "fixed_centre": case.fixed_centre is not None,
    }
    for field in [field for field, is_given in given.items() if is_given] if nhs else []:
        yield _("`{field}` means nothing to the NHS rules").format(field=field)
    if case.rebase_first_points and not nhs:
        yield _("`rebase_first_points` belongs to the NHS rules; `parts` splits this chart")
    if case.denominators is not None and case.chart is ChartKind.G:
        yield _("`denominators` mean nothing to a g chart, whose values are sessions between events")


def _impossible_counts(case: ChartCase) -> Iterator[str]:
    """Counts and denominators that cannot be."""
    counts, share = case.chart in {*_COUNTED, ChartKind.G}, case.chart is ChartKind.P
    centre = case.fixed_centre
    if counts and centre is not None and (centre < 0 or (share and centre > 1)):
        yield _("`fixed_centre` is {centre:g}, which no {kind} chart can have").format(centre=centre, kind=case.chart)
    for point, (value, of) in enumerate(zip_longest(case.values, case.denominators or ()), start=1):
        if counts and value is not None and value < 0:
            yield _("`values`, point {point}: {value:g} is below 0").format(point=point, value=value)
        if of is not None and of < 0:
            yield _("`denominators`, point {point}: {of:g} is below 0").format(point=point, of=of)
        if value is not None and of is not None and ((share and value > of) or (of == 0 and value != 0)):
            yield _("`values`, point {point}: {value:g} of {of:g} cannot be").format(point=point, value=value, of=of)
