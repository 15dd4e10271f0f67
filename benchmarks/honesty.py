"""How often the estimators find what is not there, in simulated clinics; `--write` puts the tables into docs/statistics.md.

The g-estimate is what `setsetting review simulate` draws, set by set; beside it, on the same sets, two estimators that
fail where staff choose by what they see. `--sets` draws fewer or more than the table's.
"""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from setsetting.review.association import ancova, linked_rows
from setsetting.review.cluster_robust import Contrast
from setsetting.review.g_estimation import LinkedRows, Model
from setsetting.review.planned_alternation import estimate_drawn
from setsetting.review.simulation import SETTING, Scenario, as_drawn, simulate, simulated_clinic, without

PAGE = Path(__file__).parents[1] / "docs" / "statistics.md"
SIZES = ((20, 500), (117, 200))
"""Patients in a set, and sets that are drawn."""
STAFF = [each for each in Scenario if each is not Scenario.BLOCKS]
EFFECT = -3.0
SEED = 1


def others(scenario: Scenario, patients: int, sets: int) -> tuple[float, float]:
    """Without an effect, how often ANCOVA and fixed effects on the change find one."""
    found = np.zeros(2)
    for number in range(sets):
        linked = simulated_clinic(scenario, patients, 0.0, np.random.default_rng([SEED, number]))
        rows, _number, _unknown = linked_rows(linked, SETTING)
        found += [ancova(rows).p < 0.05, Model(rows).change().p < 0.05]
    return float(found[0] / sets), float(found[1] / sets)


def table(scale: float) -> Iterator[str]:
    yield "| staff choose by | patients | sets | g-estimate: found, no effect | interval holds a true -3 | ANCOVA-CR2: found | change, CR2: found |"
    yield "|---|---|---|---|---|---|---|"
    for patients, usual in SIZES:
        sets = max(1, round(usual * scale))
        for scenario in STAFF:
            none = simulate(scenario, patients=patients, sets=sets, effect=0.0, seed=SEED).rejected
            holds = simulate(scenario, patients=patients, sets=sets, effect=EFFECT, seed=SEED).coverage
            ancova, change = others(scenario, patients, sets)
            yield (
                f"| {scenario} | {patients} | {sets} | {100 * none:.1f} % | {100 * holds:.1f} % "
                f"| {100 * ancova:.1f} % | {100 * change:.1f} % |"
            )


def drawn(scale: float) -> Iterator[str]:
    """A setting drawn with probability one half, by lot for each session or in blocks: three estimates of a true -3."""
    yield "| drawn | patients | sets | estimate | found, no effect | interval holds a true -3 | mean of the estimates | their SD |"
    yield "|---|---|---|---|---|---|---|---|"
    for scenario, how in ((Scenario.BLOCKS, "in blocks, as planned"), (Scenario.RANDOM, "each session alone")):
        for patients, usual in SIZES:
            sets = max(1, round(usual * scale))
            found, held, points = np.zeros(3), np.zeros(3), np.zeros((sets, 3))
            for number in range(sets):
                none, some = (_rows(scenario, patients, effect, number) for effect in (0.0, EFFECT))
                found += [each.p < 0.05 for each in _three(none, 0.0)]
                against = _three(some, EFFECT)
                held += [each.p >= 0.05 for each in against]
                points[number] = [*(each.coefficient + EFFECT for each in against[:2]), _estimate(some)]
            for at, name in enumerate(("weighted and centred", "ANCOVA-CR2", "g-estimate")):
                rates = f"{100 * found[at] / sets:.1f} % | {100 * held[at] / sets:.1f} %"
                told = f"{rates} | {points[:, at].mean():.2f} | {points[:, at].std(ddof=1):.2f} |"
                yield f"| {how} | {patients} | {sets} | {name} | {told}"


def _three(rows: LinkedRows, effect: float) -> list[Contrast]:
    of_drawn = estimate_drawn(as_drawn(rows))
    return [without(of_drawn.weighted, effect), without(of_drawn.ancova, effect), Model(rows).test(effect)]


def _estimate(rows: LinkedRows) -> float:
    return Model(rows).estimate(fades=False).points


def _rows(scenario: Scenario, patients: int, effect: float, number: int) -> LinkedRows:
    linked = simulated_clinic(scenario, patients, effect, np.random.default_rng([SEED, number]))
    return linked_rows(linked, SETTING)[0]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--write", action="store_true", help="put the tables into docs/statistics.md")
    arguments.add_argument("--scale", type=float, default=1.0, help="so many times the tables' sets")
    asked = arguments.parse_args()
    for name, made in (("simulations", table), ("drawn", drawn)):
        lines = []
        for line in made(asked.scale):
            print(line, flush=True)
            lines.append(line)
        if asked.write:
            page = PAGE.read_text(encoding="utf-8")
            start, end = f"<!-- {name} -->\n", f"\n<!-- end of {name} -->"
            before, _start, rest = page.partition(start)
            _old, _end, after = rest.partition(end)
            PAGE.write_text(before + start + "\n".join(lines) + end + after, encoding="utf-8")


if __name__ == "__main__":
    main()
