"""How long `setsetting --help` takes beside a Python that only imports click.

Both are whole processes, run in turn so that both meet the same machine; the ratio is that of the
medians. Modules that no help needs are looked for in the process that prints it.

    python benchmarks/start.py [--rounds N]
"""

import argparse
import os
import statistics
import subprocess
import sys
import time

from timing import keep_byte_code

RATIO = 1.6
HEAVY = ("textual", "rich", "numpy", "scipy", "sqlite_utils", "sqlite3", "av", "msgspec", "mutagen")

BARE = [sys.executable, "-c", "import click"]
HELP = [sys.executable, "-c", "import sys; from setsetting.__main__ import main; sys.argv[1:] = ['--help']; main()"]
LOOK = [
    sys.executable,
    "-c",
    "import sys; from setsetting.__main__ import main; sys.argv[1:] = ['--help']; main();"
    " print(*sys.modules, file=sys.stderr)",
]


def _run_ms(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env={**os.environ, "COLUMNS": "80"})
    return (time.perf_counter() - start) * 1000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    keep_byte_code()
    _run_ms(BARE), _run_ms(HELP)  # compiled files and the disk's cache are not what is measured
    bare, ours = [], []
    for _round in range(options.rounds):
        bare.append(_run_ms(BARE))
        ours.append(_run_ms(HELP))
    loaded = subprocess.run(LOOK, capture_output=True, text=True, check=True).stderr.split()
    heavy = sorted(set(HEAVY) & set(loaded))
    ratio = statistics.median(ours) / statistics.median(bare)
    print(f"import click      median {statistics.median(bare):6.1f} ms   best {min(bare):6.1f} ms")
    print(f"setsetting --help median {statistics.median(ours):6.1f} ms   best {min(ours):6.1f} ms")
    print(f"ratio of medians {ratio:.2f}, of the best {min(ours) / min(bare):.2f}; n {options.rounds}")
    print(
        f"--help <= {RATIO:g} x import click: {ratio <= RATIO}; imported without need: {', '.join(heavy) or 'nothing'}"
    )
    return 0 if ratio <= RATIO and not heavy else 1


if __name__ == "__main__":
    sys.exit(main())
