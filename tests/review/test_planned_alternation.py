"""The estimate for a drawn setting against R's clubSandwich, and what it refuses.

tests/cases/alternation.json was made by tests/cases/alternation.R.
"""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from setsetting.errors import Refused
from setsetting.review.planned_alternation import DrawnRows, estimate_drawn

MADE = json.loads((Path(__file__).parents[1] / "cases" / "alternation.json").read_text(encoding="utf-8"))
CASES = {case["name"]: case for case in MADE["cases"]}


def rows_of(case: dict[str, Any], **changed: Any) -> DrawnRows:
    rows = {name: np.array(values, dtype=float) for name, values in case["rows"].items()} | changed
    return DrawnRows(
        rows["patient"].astype(np.intp),
        rows["session_no"],
        rows["drawn"],
        rows["probability"],
        rows["pre"],
        rows["post"],
        rows["baseline"],
    )


@pytest.mark.parametrize("name", CASES)
def test_a_drawn_setting_is_estimated_as_r_does(name: str) -> None:
    found = estimate_drawn(rows_of(CASES[name]))
    for mine, r in ((found.weighted, CASES[name]["wcls"]), (found.ancova, CASES[name]["ancova_cr2"])):
        told = {field: getattr(mine, field) for field in ("coefficient", "se", "df", "p")}
        assert told == pytest.approx(r, rel=1e-6)


def test_with_one_probability_for_all_weights_change_little() -> None:
    found = estimate_drawn(rows_of(CASES["equal probabilities"]))
    assert found.weighted.coefficient == pytest.approx(found.ancova.coefficient, abs=0.1)


@pytest.mark.parametrize("wrong", [0.0, 1.0, -0.5, math.nan])
def test_a_probability_that_is_none_is_refused(wrong: float) -> None:
    probability = np.array(CASES["equal probabilities"]["rows"]["probability"])
    probability[3] = wrong
    with pytest.raises(Refused, match="must lie between 0 and 1"):
        estimate_drawn(rows_of(CASES["equal probabilities"], probability=probability))


def test_a_draw_that_is_none_is_refused_and_one_that_is_always_the_same_tells_nothing() -> None:
    case = CASES["equal probabilities"]
    drawn = np.array(case["rows"]["drawn"], dtype=float)
    with pytest.raises(Refused, match="must be yes or no"):
        estimate_drawn(rows_of(case, drawn=drawn / 2))
    found = estimate_drawn(rows_of(case, drawn=np.ones(len(drawn))))
    assert math.isnan(found.weighted.p)
    assert math.isnan(found.ancova.p)
