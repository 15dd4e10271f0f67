"""A chart of points that stand in a file of their own; no clinic is asked."""

from collections.abc import Callable
from pathlib import Path

from setsetting.errors import guess
from setsetting.machine import files
from setsetting.review.chart import Chart, chart
from setsetting.review.chart_case import ChartCase, ChartKind, parse_case, unread
from setsetting.review.nhs_rules import NhsChart, nhs_chart
from setsetting.words.translate import _


def of_case(path: Path, *, say: Callable[[str], None]) -> Chart | NhsChart:
    """Read a case and chart it; `say` hears of fields that mean nothing here."""
    data = files.read_text(path).encode()
    case = parse_case(data, path)
    for field in unread(data):
        say(
            _("The field {field!r} means nothing to a chart.").format(field=field)
            + guess(field, ChartCase.__struct_fields__)
        )
    return nhs_chart(case) if case.chart is ChartKind.XMR_NHS else chart(case)
