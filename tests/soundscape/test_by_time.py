"""Tight libraries: what a legal plan is known for is planned, and what is said to be proven is."""

import json

import msgspec
import pytest
from planning_cases import TIGHT, case, reference_check, tight_case

from setsetting.progress import Step
from setsetting.soundscape.beam import Search
from setsetting.soundscape.by_time import by_time
from setsetting.soundscape.check import check
from setsetting.soundscape.planner import plan
from setsetting.soundscape.problem import Problem
from setsetting.soundscape.refusal import Infeasible
from setsetting.soundscape.relaxation import Stages
from setsetting.words.translate import _

replace = msgspec.structs.replace
KNOWN_COST = 82.901


@pytest.mark.parametrize("name", ["10-tight200", "refused-16-tracks"])
def test_a_tight_library_with_a_known_plan_is_planned_no_dearer(name: str) -> None:
    found = plan(Problem(tight_case(name)))
    items = {"items": json.loads(msgspec.json.encode(found.items))}
    broken, _parts, cost = reference_check().check(json.loads((TIGHT / f"{name}.json").read_bytes()), items)
    assert broken == []
    assert found.cost == pytest.approx(cost, abs=1e-6)
    assert found.cost <= KNOWN_COST


def test_where_every_way_was_tried_the_refusal_is_proven() -> None:
    instance = tight_case("refused-16-tracks")
    rows = tuple(row for row in instance.library if row.duration_s != 822)
    with pytest.raises(Infeasible) as refused:
        plan(Problem(replace(instance, library=rows)))
    assert refused.value.proven


def test_a_long_search_tells_how_far_it_is_and_can_be_stopped() -> None:
    class Enough(Exception):
        pass

    def stop(step: Step) -> None:
        assert step.what == _("seconds of a tight plan")
        raise Enough

    with pytest.raises(Enough):
        plan(Problem(tight_case("10-tight200")), stop)


def test_what_the_narrow_search_finds_needs_no_search_by_time() -> None:
    def never(step: Step) -> None:
        raise AssertionError(step)

    assert plan(Problem(case("01-montreal-40-lib200")), never).items


def test_artists_who_sound_again_together_are_priced_in_the_order_of_the_music() -> None:
    instance = case("03-first-gentle-lib200")
    found = by_time(Search(Stages(Problem(instance))), 100)
    assert found is not None
    planned = [item.track_id for item in found.items if item.track_id is not None]
    credit = {track: (("one", "other")[number % 2],) for number, track in enumerate(planned)}
    credit[planned[-1]] = ("one", "other")  # from the end back it comes first, and two repeat what it credits
    ours = replace(
        instance,
        library=tuple(
            replace(row, artist=row.track_id, artists=credit.get(row.track_id, ())) for row in instance.library
        ),
        protocol=replace(instance.protocol, artist_max_per_session=len(planned)),
        weights=replace(instance.weights, artist_repeat=0.01),
    )
    again = by_time(Search(Stages(Problem(ours))), 100)
    assert again is not None
    verdict = check(ours, again.items)
    assert not verdict.broken
    assert again.cost == pytest.approx(verdict.cost, abs=1e-6)


@pytest.mark.parametrize("name", ["01-montreal-40-lib200", "06-psychedelic-60-lib1000"])
def test_a_search_guided_by_a_coarse_grid_meets_a_legal_plan_that_is_hardly_dearer(name: str) -> None:
    problem = Problem(case(name))
    exact, coarse = Search(Stages(problem)).run(8, None), Search(Stages(problem, grid_s=5)).run(8, None)
    assert exact is not None and coarse is not None
    assert check(problem.instance, coarse.items).broken == ()
    assert coarse.cost <= 1.05 * exact.cost
