"""Run rules and limits of charts against the published tables and what charts must not depend on."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setsetting.review.chart import chart
from setsetting.review.chart_case import ChartCase, ChartKind
from setsetting.review.nhs_rules import nhs_chart
from setsetting.review.run_rules import crossings_limit, longest_run_limit, run_rules

PUBLISHED = json.loads((Path(__file__).parents[1] / "cases" / "runchart.json").read_text(encoding="utf-8"))
POINTS = st.lists(st.none() | st.integers(-9, 9), min_size=1, max_size=60)


def test_the_limits_are_those_of_the_published_table() -> None:
    rows = PUBLISHED["run_limits_table"]["rows"]
    assert len(rows) == 100
    assert [(longest_run_limit(row["n_useful"]), crossings_limit(row["n_useful"])) for row in rows] == [
        (row["longest_run_limit"], row["crossings_limit"]) for row in rows
    ]


@pytest.mark.parametrize("n", [10, 12, 16])
def test_with_a_known_centre_false_signals_are_as_often_as_published(n: int) -> None:
    """Every pattern of sides is equally likely without any change, so all of them are counted."""
    table = PUBLISHED["false_positive_rates"]["fixed_centre"]
    signals = sum(
        run_rules([1.0 if pattern >> at & 1 else -1.0 for at in range(n)], 0.0).signal for pattern in range(1 << n)
    )
    assert math.isclose(signals / (1 << n), table["false_positive"][table["n_useful"].index(n)], rel_tol=1e-9)


@given(POINTS, st.integers(1, 60))
def test_what_is_missing_or_on_the_centre_changes_no_rule(values: list[int | None], place: int) -> None:
    padded = [*values[:place], None, 0, *values[place:]]
    assert run_rules(padded, 0.0) == run_rules(values, 0.0)


@given(POINTS, st.data())
def test_a_part_is_charted_as_if_it_stood_alone(values: list[int | None], data: st.DataObject) -> None:
    split = data.draw(st.integers(1, max(1, len(values) - 1)))
    kind = data.draw(st.sampled_from([ChartKind.RUN, ChartKind.XMR]))
    if len(values) == 1:
        return
    whole = chart(ChartCase(kind, tuple(values), parts=(split,)))
    second = chart(ChartCase(kind, tuple(values[split:]))).parts[0]
    assert whole.parts[1].rules == second.rules
    assert whole.parts[1].centre == second.centre
    assert whole.parts[1].upper_limit == second.upper_limit


def test_a_mean_is_exact_enough_that_a_point_on_it_is_on_it() -> None:
    """Summed one after the other, 0.1 + 0.2 + 0.3 is not three times 0.2."""
    assert chart(ChartCase(ChartKind.XMR, (0.1, 0.2, 0.3))).parts[0].rules.n_useful == 2


def test_a_rebase_starts_means_trends_and_shifts_anew() -> None:
    values = tuple(float(v) for v in (*range(1, 7), 7, *[30.0, 31.0] * 7))
    plain = nhs_chart(ChartCase(ChartKind.XMR_NHS, values))
    rebased = nhs_chart(ChartCase(ChartKind.XMR_NHS, values, rebase_first_points=(8,)))
    assert plain.any_signal
    assert [(part.first_point, part.last_point, part.mean) for part in rebased.parts] == [(1, 7, 4.0), (8, 21, 30.5)]
    assert [part.short_group_warning for part in rebased.parts] == [True, False]
    assert set(rebased.special_cause_type[7:]) == {"Common Cause"}
    assert rebased.special_cause_type[:7] == ("Below LCL", *["7 Point Trend (Increasing)"] * 5, "Above UCL")


def test_a_missing_point_breaks_what_the_nhs_rules_count() -> None:
    falling: list[float | None] = [9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0]
    assert "7 Point Trend (Decreasing)" in nhs_chart(ChartCase(ChartKind.XMR_NHS, tuple(falling))).special_cause_type
    broken = nhs_chart(ChartCase(ChartKind.XMR_NHS, (*falling[:3], None, *falling[3:])))
    assert not {cause for cause in broken.special_cause_type if "Trend" in cause}
    assert broken.relative_to_mean[3] is None
