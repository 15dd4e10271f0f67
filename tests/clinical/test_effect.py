"""The modelled curve against its published check values, and what must hold for any infusion."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from setsetting.clinical.effect import band, curve, effect_terms, phases_of
from setsetting.clinical.infusion import Infusion, planned, steady, stopped, with_pauses
from setsetting.clinical.phases import Boundary, EffectPhase, EffectPhases
from setsetting.errors import UsageError

CASES = json.loads((Path(__file__).parents[1] / "cases" / "dissociation.json").read_text())
MINUTES = {"0.5mgkg_70kg_40min": 40, "0.8mgkg_70kg_60min": 60}
NAMES = {
    "on": "onset",
    "half": "half_up",
    "pk_start": "peak_start",
    "pk_end": "peak_end",
    "desc_end": "half_down",
    "ret35": "return_",
}


def edges(phases: EffectPhases) -> list[Boundary]:
    found = [
        phases.onset,
        phases.half_up,
        phases.peak_start,
        phases.peak_end,
        phases.half_down,
        phases.return_,
    ]
    assert all(edge is not None for edge in found)
    return [edge for edge in found if edge is not None]


def test_effect_coefficients_follow_from_the_plasma_part() -> None:
    terms = effect_terms(CASES["effect_site_half_life_min"])
    assert [c for c, _decay in terms] == pytest.approx(CASES["effect_coefficients"], rel=1e-12)
    assert [decay for _c, decay in terms] == pytest.approx([*CASES["lambda"], CASES["ke0"]], rel=1e-12)


@pytest.mark.parametrize("name", MINUTES)
def test_curve_has_the_shape_of_the_check_values(name: str) -> None:
    rows = CASES["curves"][name]
    shares = curve(steady(MINUTES[name]), [row[0] for row in rows])
    assert shares == pytest.approx([row[2] / CASES["phases"][name]["peak_ce"] for row in rows], abs=5e-5)


@pytest.mark.parametrize("name", MINUTES)
def test_boundaries_are_those_of_the_cases(name: str) -> None:
    expected = CASES["phases"][name]
    phases = phases_of(steady(MINUTES[name]))
    assert phases.peak_min == pytest.approx(expected["peak_t"], abs=0.06)
    for key, ours in NAMES.items():
        assert getattr(phases, ours).minute == pytest.approx(expected[key], abs=0.006), ours


@pytest.mark.parametrize(
    ("minutes", "lows", "highs"),
    [
        (40, [7.3, 13.7, 26.1, 48.1, 61.4, 80.4], [10.7, 19.1, 31.1, 57.8, 85.8, 113.5]),
        (60, [8.5, 16.9, 36.8, 68.7, 85.2, 110.8], [13.2, 24.8, 43.6, 77.6, 107.7, 138.5]),
    ],
)
def test_band_spans_the_half_lives(minutes: int, lows: list[float], highs: list[float]) -> None:
    found = edges(phases_of(steady(minutes)))
    assert [edge.low for edge in found] == pytest.approx(lows, abs=0.06)
    assert [edge.high for edge in found] == pytest.approx(highs, abs=0.06)


def test_stopping_the_infusion_early_brings_the_calm_forward() -> None:
    early = phases_of(stopped(steady(40), 20)).peak_end
    assert early is not None
    assert early.minute == pytest.approx(32.2, abs=0.05)


def test_a_long_pause_makes_two_peaks_and_the_plateau_spans_them() -> None:
    paused = with_pauses(planned([(0, 25, 1), (25, 45, 1.1)]), [(25, 75)])
    phases = phases_of(paused)
    shares = curve(paused, [float(minute) for minute in range(180)])
    rises = [m for m in range(1, 180) if shares[m - 1] < 0.8 <= shares[m]]
    falls = [m for m in range(1, 180) if shares[m - 1] >= 0.8 > shares[m]]
    assert (len(rises), len(falls)) == (2, 2)
    assert phases.peak_start is not None
    assert phases.peak_end is not None
    assert rises[0] - 1 <= phases.peak_start.minute <= rises[0]
    assert falls[-1] - 1 <= phases.peak_end.minute <= falls[-1]


def test_each_minute_lies_in_its_phase() -> None:
    phases = phases_of(steady(40))
    order = [phases.at(minute) for minute in (0, 15, 41, 60, 80, 120)]
    assert order == list(EffectPhase)


def test_band_holds_the_curve_and_touches_its_own_peak() -> None:
    minutes = [m / 2 for m in range(400)]
    middle = curve(steady(40), minutes)
    spread = band(steady(40), minutes)
    assert all(low - 1e-12 <= share <= high + 1e-12 for share, (low, high) in zip(middle, spread, strict=True))
    assert max(high for _low, high in spread) == pytest.approx(1, abs=1e-4)


def test_nothing_infused_has_no_phases() -> None:
    with pytest.raises(UsageError, match="Nothing is infused"):
        phases_of(Infusion(()))


@st.composite
def infusions(draw: st.DrawFn) -> Infusion:
    cuts = sorted(draw(st.sets(st.integers(1, 170), min_size=2, max_size=6)))
    rates = [draw(st.sampled_from([0.2, 0.5, 1, 2, 5])) for _ in cuts[1:]]
    kept = [(float(a), float(b), r) for a, b, r in zip(cuts, cuts[1:], rates, strict=False) if draw(st.booleans())]
    return planned([*kept, (170.0, 175.0, 1.0)])


def numeric(infusion: Infusion, until: float) -> tuple[list[float], list[float]]:
    """An independent witness: the compartments of the model integrated step by step (Runge-Kutta)."""
    v1, v2, v3, cl, q2, q3 = 25.0, 56.0, 157.0, 84 / 60, 161 / 60, 79 / 60
    ke0 = math.log(2) / 8.3

    def slope(state: tuple[float, ...], rate: float) -> tuple[float, ...]:
        a1, a2, a3, ce = state
        return (
            rate - (cl + q2 + q3) / v1 * a1 + q2 / v2 * a2 + q3 / v3 * a3,
            q2 / v1 * a1 - q2 / v2 * a2,
            q3 / v1 * a1 - q3 / v3 * a3,
            ke0 * (a1 / v1 - ce),
        )

    def moved(state: tuple[float, ...], by: tuple[float, ...], h: float) -> tuple[float, ...]:
        return tuple(x + h * d for x, d in zip(state, by, strict=True))

    state: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0)
    step = 0.25
    times, effects = [0.0], [0.0]
    for n in range(int(until / step)):
        now_ms = round((n + 0.5) * step * 60_000)
        rate = next((s.rate_permille / 1000 for s in infusion.segments if s.start_ms <= now_ms < s.end_ms), 0.0)
        k1 = slope(state, rate)
        k2 = slope(moved(state, k1, step / 2), rate)
        k3 = slope(moved(state, k2, step / 2), rate)
        k4 = slope(moved(state, k3, step), rate)
        state = tuple(
            x + step / 6 * (a + 2 * b + 2 * c + d) for x, a, b, c, d in zip(state, k1, k2, k3, k4, strict=True)
        )
        times.append((n + 1) * step)
        effects.append(state[3])
    return times, effects


def test_closed_form_equals_the_compartments_integrated_step_by_step() -> None:
    bolus_then_drip = with_pauses(planned([(0, 5, 3), (10, 40, 1), (40, 60, 0.5)]), [(12, 20), (50, 90)])
    times, effects = numeric(bolus_then_drip, 200)
    peak = max(effects)
    assert curve(bolus_then_drip, times) == pytest.approx([effect / peak for effect in effects], abs=2e-4)


@given(infusions())
@settings(max_examples=25)
def test_crossings_of_any_infusion_are_the_first_and_the_last(infusion: Infusion) -> None:
    phases = phases_of(infusion)
    end = infusion.end_ms / 60_000
    grid = [m / 4 for m in range(int(4 * (end + 200)))]
    shares = curve(infusion, grid)
    assert max(shares) <= 1 + 1e-12
    assert curve(infusion, [phases.peak_min]) == pytest.approx([1])
    for edge, share in ((phases.onset, 0.25), (phases.half_up, 0.5), (phases.peak_start, 0.8)):
        assert edge is not None
        assert curve(infusion, [edge.minute]) == pytest.approx([share], abs=1e-9)
        assert all(value < share for minute, value in zip(grid, shares, strict=True) if minute < edge.minute)
    for edge, share in ((phases.peak_end, 0.8), (phases.half_down, 0.5), (phases.return_, 0.35)):
        assert edge is not None
        assert curve(infusion, [edge.minute]) == pytest.approx([share], abs=1e-9)
        assert all(value < share for minute, value in zip(grid, shares, strict=True) if minute > edge.minute)
    for edge in edges(phases):
        assert edge.low <= edge.minute <= edge.high


@given(st.sampled_from([0.001, 0.1, 1 / 3, 2, 7.77, 1e6]))
def test_scaling_every_rate_changes_nothing(factor: float) -> None:
    plain = phases_of(planned([(0, 3, 4), (3, 40, 1), (50, 60, 2)]))
    scaled = phases_of(planned([(0, 3, 4 * factor), (3, 40, factor), (50, 60, 2 * factor)]))
    ours = [edge.minute for edge in edges(plain)]
    assert [edge.minute for edge in edges(scaled)] == pytest.approx(ours, abs=1e-3)


@pytest.mark.parametrize("minutes", [5, 7, 15, 90, 120, 180])
def test_any_length_has_ordered_boundaries(minutes: int) -> None:
    found = [edge.minute for edge in edges(phases_of(steady(minutes)))]
    assert found == sorted(found)
