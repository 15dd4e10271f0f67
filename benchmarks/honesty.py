"""How often the estimators find what is not there, in simulated clinics; `--write` puts the table into docs/statistics.md.

The g-estimate is what `setsetting review simulate` draws, set by set; beside it, on the same sets, two estimators that
fail where staff choose by what they see. `--sets` draws fewer or more than the table's.
"""

import argparse
import os
import re
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from setsetting.review.association import ancova, linked_rows
from setsetting.review.g_estimation import Model
from setsetting.review.simulation import SETTING, Scenario, simulate, simulated_clinic

PAGE = Path(__file__).parents[1] / "docs" / "statistics.md"
TABLE = re.compile(r"(<!-- simulations -->\n).*?(\n<!-- end of simulations -->)", re.DOTALL)
SIZES = ((20, 500), (117, 200))
"""Patients in a set, and sets that are drawn."""
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
        for scenario in Scenario:
            none = simulate(scenario, patients=patients, sets=sets, effect=0.0, seed=SEED).rejected
            holds = simulate(scenario, patients=patients, sets=sets, effect=EFFECT, seed=SEED).coverage
            ancova, change = others(scenario, patients, sets)
            yield (
                f"| {scenario} | {patients} | {sets} | {100 * none:.1f} % | {100 * holds:.1f} % "
                f"| {100 * ancova:.1f} % | {100 * change:.1f} % |"
            )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--write", action="store_true", help="put the table into docs/statistics.md")
    arguments.add_argument("--scale", type=float, default=1.0, help="so many times the table's sets")
    asked = arguments.parse_args()
    lines = []
    for line in table(asked.scale):
        print(line, flush=True)
        lines.append(line)
    if asked.write:
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(TABLE.sub(lambda found: found[1] + "\n".join(lines) + found[2], page), encoding="utf-8")


if __name__ == "__main__":
    main()
