"""The planner against every plan there is: instances small enough to be solved by trying all."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from setsetting.soundscape.check import check, refused
from setsetting.soundscape.instance import (
    Instance,
    InstancePatient,
    InstanceProtocol,
    PhaseWindow,
    Pin,
    PlanItem,
    TrackRow,
    Weights,
)
from setsetting.soundscape.planner import plan
from setsetting.soundscape.problem import Problem
from setsetting.soundscape.refusal import Infeasible

FULL = os.environ.get("SETSETTING_LOOPS") == "full"

HALVES = [level / 2 for level in range(2, 12)]


@st.composite
def rows(draw: st.DrawFn, number: int) -> TrackRow:
    return TrackRow(
        track_id=f"t{number}",
        duration_s=draw(st.integers(30, 110)),
        energy=draw(st.sampled_from(HALVES)),
        loudness_lufs=draw(st.sampled_from([-30.0, -23.0, -16.0])),
        true_peak_dbtp=draw(st.sampled_from([-6.0, -0.5])),
        bpm=draw(st.sampled_from([None, 60.0, 130.0])),
        brightness=draw(st.sampled_from([0.2, 0.8])),
        startle_lu=draw(st.sampled_from([2.0, 6.0, 12.0])),
        lyrics=draw(st.sampled_from(["none", "none", "known"])),
        artist=draw(st.sampled_from(["Ada", "Bo", "Cy"])),
        tags=draw(st.sampled_from([(), ("dark",), ("warm",)])),
        tempo_unknown=False,
    )


@st.composite
def windows(draw: st.DrawFn, name: str, kind: str, from_s: int) -> PhaseWindow:
    return PhaseWindow(
        name=name,
        kind=kind,
        from_s=from_s,
        flex_s=draw(st.integers(10, 60)),
        energy_from=draw(st.sampled_from(HALVES)),
        energy_to=draw(st.sampled_from(HALVES)),
        energy_min=1,
        energy_max=draw(st.sampled_from([4.0, 10.0])),
        lufs=-23,
        startle_max_lu=draw(st.sampled_from([8.0, 20.0])),
        brightness_max=draw(st.sampled_from([0.5, 1.0])),
        bpm_min=0,
        bpm_max=draw(st.sampled_from([90.0, 200.0])),
        lyrics_allowed=("none",),
        crossfade_s=draw(st.integers(0, 4)),
        crossfade_in_s=draw(st.integers(0, 7)),
        over_weight=draw(st.sampled_from([1.0, 2.0])),
        weight=draw(st.sampled_from([0.25, 1.0])),
        tags_not=draw(st.sampled_from([(), ("dark",)])),
        tags_any=(),
        bed_allowed=draw(st.booleans()) if kind != "silence" else False,
        track_max_s=900,
    )


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    silent = draw(st.booleans())
    phases = [draw(windows("one", "music", 0))]
    if silent:
        phases.append(draw(windows("quiet", "silence", 80)))
    phases.append(draw(windows("two", "spare", 150 if silent else 100)))
    library = tuple(draw(rows(number)) for number in range(draw(st.integers(2, 5))))
    pinned = draw(st.sampled_from([(), (Pin("t0", "one"),), (Pin("t1", "two"), Pin("t0", "two"))]))
    protocol = InstanceProtocol(
        id="tiny",
        start_s=0,
        end_s=180,
        spare_s=40,
        energy_step_max=draw(st.sampled_from([2.0, 9.0])),
        artist_max_per_session=draw(st.integers(1, 3)),
        phases=tuple(phases),
    )
    patient = InstancePatient(veto_tags=draw(st.sampled_from([(), ("warm",)])), disliked_tags=("dark",), pinned=pinned)
    return Instance(Weights(), protocol, patient, library, name="tiny")


def every_plan(instance: Instance) -> Iterator[tuple[PlanItem, ...]]:
    """All sequences of items that keep to the clock; what else they break is left to the check."""
    phases = instance.protocol.phases

    def onward(items: tuple[PlanItem, ...], at: int, now: int) -> Iterator[tuple[PlanItem, ...]]:
        phase = phases[at]
        if at + 1 < len(phases) and now > phases[at + 1].from_s + phases[at + 1].flex_s:
            return
        if phase.kind == "silence":
            if now < phases[at + 1].from_s:
                yield from enter((*items, PlanItem("silence", phase.name, now)), at + 1, phases[at + 1].from_s)
            return
        used = {item.track_id for item in items}
        for row in instance.library:
            if row.track_id not in used and not any(refused(row, at, instance)):
                yield from after(
                    (*items, PlanItem("track", phase.name, now, track_id=row.track_id)), at, now + row.duration_s
                )
        if phase.bed_allowed and not (items and items[-1].kind == "bed"):
            for length in range(60, 181, 15):
                yield from after(
                    (*items, PlanItem("bed", phase.name, now, bed_s=length)), at, now + length, fades=False
                )

    def after(items: tuple[PlanItem, ...], at: int, end: int, fades: bool = True) -> Iterator[tuple[PlanItem, ...]]:
        if at + 1 == len(phases) and end >= instance.horizon_s:
            yield items
        pins = {(pin.track_id, pin.phase) for pin in instance.patient.pinned}
        if end < instance.horizon_s or not fades or pins - {(item.track_id, item.phase) for item in items}:
            yield from onward(items, at, end - (phases[at].crossfade_s if fades else 0))
        if at + 1 < len(phases):
            fade = phases[at + 1].crossfade_in_s if fades and phases[at + 1].kind != "silence" else 0
            yield from enter(items, at + 1, end - fade)

    def enter(items: tuple[PlanItem, ...], at: int, now: int) -> Iterator[tuple[PlanItem, ...]]:
        if abs(now - phases[at].from_s) <= phases[at].flex_s:
            yield from onward(items, at, now)

    yield from onward((), 0, 0)


@pytest.mark.loop
@settings(max_examples=100 if FULL else 8)
@given(instances())
def test_no_rule_is_broken_and_the_optimum_lies_between_bound_and_answer(instance: Instance) -> None:
    legal = [(verdict.cost, items) for items in every_plan(instance) if not (verdict := check(instance, items)).broken]
    if not legal:
        with pytest.raises(Infeasible):
            plan(Problem(instance))
        return
    optimum = min(cost for cost, _items in legal)
    found = plan(Problem(instance))
    assert check(instance, found.items).broken == ()
    assert check(instance, found.items).cost == pytest.approx(found.cost, abs=1e-6)
    assert found.bound <= optimum + 1e-9
    assert optimum <= found.cost + 1e-6
    if found.proven:
        assert found.cost == pytest.approx(optimum, abs=1e-6)
