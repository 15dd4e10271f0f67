"""The planning cases through public doors: legal, near the best known, bounded, reproducible."""

import json
import os
import random
import subprocess
import sys
from typing import Any

import msgspec
import pytest
from planning_cases import INFEASIBLE, NAMES, best_known, case, case_bytes, raw_case, reference_check

from setsetting.soundscape.check import check
from setsetting.soundscape.instance import Instance
from setsetting.soundscape.planner import Plan, plan
from setsetting.soundscape.problem import Problem
from setsetting.soundscape.refusal import Infeasible

replace = msgspec.structs.replace


def as_plan(found: Plan) -> dict[str, Any]:
    return {"items": json.loads(msgspec.json.encode(found.items))}


@pytest.mark.parametrize("name", NAMES)
def test_a_case_is_planned_legally_within_two_percent_of_the_best_known(name: str) -> None:
    found = plan(Problem(case(name)))
    broken, _parts, cost = reference_check().check(raw_case(name), as_plan(found))
    assert broken == []
    assert found.cost == pytest.approx(cost, abs=1e-6)
    assert found.cost <= 1.02 * best_known(name)
    assert found.bound <= best_known(name) + 1e-6
    verdict = check(case(name), found.items)
    assert verdict.broken == ()
    assert verdict.cost == pytest.approx(cost, abs=1e-6)


def test_an_impossible_case_names_the_phase_the_rule_and_what_each_rule_leaves() -> None:
    with pytest.raises(Infeasible) as refused:
        plan(Problem(case(INFEASIBLE)))
    reason = refused.value
    assert (reason.phase, reason.rules) == ("build", ("startle",))
    assert reason.proven
    assert "startle" in reason.sentence
    assert "build" in reason.sentence
    phases = {row.phase for row in reason.funnel}
    assert phases == {"arrive", "soothe", "build", "peak", "calm", "spare"}
    build = [row.left for row in reason.funnel if row.phase == "build"]
    assert build == sorted(build, reverse=True)
    assert build[0] == 60
    assert reason.relaxation == reason.offers[0].as_arguments


def permuted(instance: Instance) -> Instance:
    rows = list(instance.library)
    random.Random(5).shuffle(rows)
    return replace(instance, library=tuple(rows))


def renamed(instance: Instance) -> Instance:
    names = {row.track_id: f"x{number * 7919 % 1000:04d}" for number, row in enumerate(instance.library)}
    return replace(instance, library=tuple(replace(row, track_id=names[row.track_id]) for row in instance.library))


def shifted(instance: Instance) -> Instance:
    protocol, by = instance.protocol, 777
    phases = tuple(replace(phase, from_s=phase.from_s + by) for phase in protocol.phases)
    moved = replace(protocol, start_s=protocol.start_s + by, end_s=protocol.end_s + by, phases=phases)
    return replace(instance, protocol=moved)


@pytest.mark.parametrize("change", [permuted, renamed, shifted])
@pytest.mark.parametrize("name", ["01-montreal-40-lib200", "04-silence-forward-lib60"])
def test_order_names_and_hours_change_no_cost(name: str, change: Any) -> None:
    assert plan(Problem(change(case(name)))).cost == plan(Problem(case(name))).cost


def test_shifting_all_times_shifts_the_plan() -> None:
    instance = case("04-silence-forward-lib60")
    here, there = plan(Problem(instance)), plan(Problem(shifted(instance)))
    assert [(item.start_s or 0) + 777 for item in here.items] == [item.start_s for item in there.items]
    assert [item.track_id for item in here.items] == [item.track_id for item in there.items]


def test_the_same_seed_gives_the_same_bytes_whatever_python_hashes_to() -> None:
    program = (
        "import sys, msgspec; from pathlib import Path;"
        "from setsetting.soundscape.instance import parse_instance; from setsetting.soundscape.planner import plan;"
        "from setsetting.soundscape.problem import Problem;"
        "found = plan(Problem(parse_instance(sys.stdin.buffer.read(), Path('case')), seed=3));"
        "sys.stdout.buffer.write(msgspec.json.encode(found))"
    )
    body = case_bytes("03-first-gentle-lib200")
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            input=body,
            env={**os.environ, "PYTHONHASHSEED": seed, "OPENBLAS_NUM_THREADS": "1"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(said) == 1


def test_a_heard_track_stays_out_unless_it_is_an_anchor() -> None:
    instance = case("04-silence-forward-lib60")
    first = next(item.track_id for item in plan(Problem(instance)).items if item.track_id is not None)
    heard = replace(instance, patient=replace(instance.patient, heard_tracks=(first,)))
    assert first not in {item.track_id for item in plan(Problem(heard)).items}
    anchored = replace(heard, patient=replace(heard.patient, anchor_tracks=(first,)))
    assert plan(Problem(anchored)).cost == plan(Problem(instance)).cost


def test_removing_a_veto_never_makes_the_plan_worse() -> None:
    instance = case("04-silence-forward-lib60")
    free = replace(instance, patient=replace(instance.patient, veto_tags=()))
    assert plan(Problem(free)).cost <= plan(Problem(instance)).cost + 1e-9


def test_a_scarce_library_is_planned_where_the_cheapest_beginnings_lead_nowhere() -> None:
    """Here every narrow search spends early what the last phase needs; only a spread one arrives."""
    whole = case("01-montreal-40-lib200")
    rows = tuple(random.Random("01-montreal-40-lib200.json445").sample(list(whole.library), 44))
    scarce = replace(whole, library=rows, patient=replace(whole.patient, pinned=()))
    found = plan(Problem(scarce))
    assert check(scarce, found.items).broken == ()
