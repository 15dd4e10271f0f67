"""An instance that cannot be is refused by its field, before anything is planned."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from planning_cases import raw_case

from setsetting.errors import BrokenFile
from setsetting.soundscape.instance import parse_instance

Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda data: data["protocol"].update(end_s=10**9), "longer than a day"),
        (lambda data: data["protocol"].update(end_s=-700, spare_s=0), "ends before it starts"),
        (lambda data: data["protocol"]["phases"].clear(), "phases is empty"),
        (lambda data: data["protocol"]["phases"][1].update(from_s=-9000), "does not begin after"),
        (lambda data: data["protocol"]["phases"][1].update(kind="noise"), "unknown kind"),
        (lambda data: data["weights"].update(per_item=-1), "weights.per_item"),
        (lambda data: data["library"].append(data["library"][0]), "same track_id"),
        (lambda data: data["patient"]["pinned"].append({"track_id": "t00000", "phase": "x"}), "unknown phase"),
        (lambda data: data["library"][0].pop("energy"), "energy"),
    ],
)
def test_an_instance_that_cannot_be_says_what_is_wrong(change: Change, says: str) -> None:
    data = raw_case("01-montreal-40-lib200")
    change(data)
    with pytest.raises(BrokenFile, match=says):
        parse_instance(json.dumps(data).encode(), Path("case.json"))
