"""The independent check agrees with the cases' own checker, on good plans and on spoilt ones."""

import json
from typing import Any

import msgspec
import pytest
from planning_cases import CASES, NAMES, best_known, case, raw_case, reference_check

from setsetting.soundscape.check import check
from setsetting.soundscape.file import plan_to_json
from setsetting.soundscape.instance import PlanItem


def known_plan(name: str) -> tuple[PlanItem, ...]:
    return items_in((CASES / f"{name}.plan.json").read_bytes())


def items_in(plan: bytes) -> tuple[PlanItem, ...]:
    return msgspec.convert(json.loads(plan)["items"], tuple[PlanItem, ...])


def as_plan(items: tuple[PlanItem, ...]) -> dict[str, Any]:
    return {"items": json.loads(msgspec.json.encode(items))}


@pytest.mark.parametrize("name", NAMES)
def test_the_best_known_plans_are_legal_and_cost_what_is_stated(name: str) -> None:
    verdict = check(case(name), known_plan(name))
    assert verdict.broken == ()
    assert verdict.cost == pytest.approx(best_known(name), abs=1e-6)


def spoilt(items: tuple[PlanItem, ...]) -> list[tuple[PlanItem, ...]]:
    swap = msgspec.structs.replace
    first, second = items[0], items[1]
    return [
        items[:-1],
        (second, *items[1:]),
        (*items[:2], items[0], *items[3:]),
        (swap(first, phase=items[-1].phase), *items[1:]),
        (swap(first, start_s=-599), *items[1:]),
        (PlanItem("bed", first.phase, bed_s=90), *items[1:]),
        (*items, PlanItem("bed", items[-1].phase, bed_s=60)),
        (PlanItem("silence", first.phase), *items[1:]),
    ]


@pytest.mark.parametrize("number", range(8))
def test_a_spoilt_plan_is_refused_by_both(number: int) -> None:
    name = "01-montreal-40-lib200"
    items = spoilt(known_plan(name))[number]
    broken, _parts, cost = reference_check().check(raw_case(name), as_plan(items))
    verdict = check(case(name), items)
    assert broken
    assert verdict.broken
    assert verdict.cost == pytest.approx(cost, abs=1e-6)


def test_a_track_that_is_not_in_the_library_and_an_empty_plan_are_refused() -> None:
    name = "01-montreal-40-lib200"
    items = known_plan(name)
    stranger = msgspec.structs.replace(items[0], track_id="nobody")
    assert "not in the library" in check(case(name), (stranger, *items[1:])).broken[-1]
    assert check(case(name), ()).broken
    assert check(case(name), (msgspec.structs.replace(items[0], phase="coda"),)).broken


def test_a_plan_file_comes_back_as_it_was_written() -> None:
    items = known_plan("04-silence-forward-lib60")
    assert items_in(plan_to_json("x", 1.5, None, items)) == items
