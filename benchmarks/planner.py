"""How near the best known, and how soon: the planner over a folder of planning instances.

    python benchmarks/planner.py [FOLDER]
    python benchmarks/planner.py --tight 60 [--seconds 60] [--seed 0]
    python benchmarks/planner.py --check
    python benchmarks/planner.py --retime [--clinic DIR]

FOLDER holds instances (NN-name.json or .json.gz) and, for the ratios, an index.json with the best
known costs; without it tests/cases/planning is taken. Printed per instance: milliseconds of the
processor to the first answer and to the last (imports and reading the file not counted), the cost of
both, the ratio to the best known, the proven bound, and a plain greedy pick's cost as the peer:
the cheapest legal track next, one after the other, what hobby tools do.

`--tight N` plans N random tight libraries of 60 to 200 tracks (tight_libraries.py) and lets a search that shares no
line with the planner (independent_search.py) try for so many seconds to refute each refusal, proven ones too; its
last line counts the refuted ones, and the exit code is 1 where there is any. `--check` prints how long the whole check
of a plan takes at 1,000 tracks; `--retime` what planning the rest of a running session takes at 1,000 and 10,000, or with
the loosened rules of a small library on a clinic's own, and its ratio to the same greedy pick over the whole session.
"""

import argparse
import gzip
import json
import sys
import time
from collections import Counter
from pathlib import Path

import msgspec
from independent_search import IndependentSearch
from tight_libraries import tight

from setsetting.soundscape.check import check, refused
from setsetting.soundscape.instance import Instance, PlanItem, TrackRow, parse_instance
from setsetting.soundscape.planner import SearchResult, plan, search
from setsetting.soundscape.problem import Problem
from setsetting.soundscape.refusal import Infeasible
from setsetting.soundscape.relaxation import Stages
from setsetting.units import Minutes, Seconds

HERE = Path(__file__).parent
COLUMNS = ("instance", "tracks", "first ms", "all ms", "first", "cost", "ratio", "bound", "greedy")


def main() -> None:
    ask = argparse.ArgumentParser()
    ask.add_argument("folder", nargs="?", type=Path, default=HERE.parent / "tests" / "cases" / "planning")
    ask.add_argument("--tight", type=int, metavar="N")
    ask.add_argument("--seconds", type=float, default=60.0)
    ask.add_argument("--seed", type=int, default=0)
    ask.add_argument("--check", action="store_true")
    ask.add_argument("--retime", action="store_true")
    ask.add_argument("--clinic", type=Path)
    asked = ask.parse_args()
    if asked.tight:
        sys.exit(refutations(asked.tight, asked.seconds, asked.seed) > 0)
    if asked.check or asked.retime:
        sys.path.insert(0, str(HERE.parent / "tests" / "soundscape"))
        if asked.check:
            checked()
        else:
            from retiming import retimings

            retimings(asked.clinic)
        return
    folder = asked.folder
    index = folder / "index.json"
    known = {one["instance"]: one for one in json.loads(index.read_text())["instances"]} if index.exists() else {}
    print("{:36} {:>6} {:>8} {:>7} {:>8} {:>8} {:>6} {:>8} {:>8}".format(*COLUMNS))
    for path in sorted([*folder.glob("*.json"), *folder.glob("*.json.gz")]):
        if path.name == "index.json" or ".plan." in path.name:
            continue
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        report(path.name.removesuffix(".gz"), parse_instance(data, path), known)


def refutations(libraries: int, seconds: float, seed: int) -> int:
    """Plan tight libraries; print each, and how many refusals the independent search refutes."""
    refused = proven = refuted = 0
    for number in range(libraries):
        instance = tight(number, seed)
        began, said = time.process_time(), ""
        try:
            found = plan(Problem(instance))
        except Infeasible as refusal:
            took = time.process_time() - began
            refused, proven = refused + 1, proven + refusal.proven
            raw = json.loads(msgspec.json.encode(instance))
            items = IndependentSearch(raw, seed).find(seconds)
            said = "proven" if refusal.proven else "none found"
            if items is not None:
                plain = [PlanItem(one["kind"], one["phase"], track_id=one.get("track_id")) for one in items]
                assert not check(instance, plain).broken, "the independent search broke a rule"
                refuted += 1
                said += ", REFUTED by a legal plan"
        else:
            took, said = time.process_time() - began, f"{found.cost:.2f}, bound {found.bound:.2f}"
        print(f"{instance.name:14} {len(instance.library):4} tracks {took:6.2f} s  {said}", flush=True)
    print(f"{libraries} libraries, {refused} refused, {proven} of them proven, {refuted} refuted in {seconds:g} s each")
    return refuted


def checked(rounds: int = 20) -> None:
    """How long every rule of a built soundscape takes to ask again, at 1,000 tracks."""
    from planning_cases import library, shipped  # type: ignore[import-not-found]

    from setsetting.clinical.infusion import steady
    from setsetting.soundscape.check_soundscape import check_soundscape
    from setsetting.soundscape.compose import compose
    from setsetting.soundscape.wishes import NO_WISHES

    tracks, playlist, infusion = library("06-psychedelic-60-lib1000"), shipped("psychedelic-60"), steady(Minutes(60))
    soundscape = compose(playlist, infusion, tracks, library_digest="x").soundscape
    times = []
    for _round in range(rounds):
        began = time.process_time()
        assert not check_soundscape(soundscape, tracks, playlist, infusion, NO_WISHES)
        times.append(1000 * (time.process_time() - began))
    print(f"whole check of a plan, {len(tracks)} tracks: median {sorted(times)[rounds // 2]:.1f} ms of the processor")


def report(name: str, instance: Instance, known: dict[str, dict[str, float | None]]) -> None:
    first, first_ms = timed_first(instance)
    began = time.process_time()
    try:
        found = plan(Problem(instance))
    except Infeasible as refusal:
        print(f"{name.removesuffix('.json'):36} {len(instance.library):6} refused: {refusal.sentence}")
        return
    all_ms = 1000 * (time.process_time() - began)
    best = known.get(name, {}).get("best_known_cost")
    ratio = "-" if not best else f"{found.cost / best:.3f}"
    answer = "-" if first.answer is None else f"{first.answer.cost:.2f}"
    peer = greedy(instance)
    beside = "none" if peer is None else f"{peer:.2f}"
    print(
        f"{name.removesuffix('.json'):36} {len(instance.library):6} {first_ms:8.0f} {all_ms:7.0f} {answer:>8} "
        f"{found.cost:8.2f} {ratio:>6} {found.bound:8.2f} {beside:>8}"
    )


def timed_first(instance: Instance) -> tuple[SearchResult, float]:
    began = time.process_time()
    found = search(Stages(Problem(instance)), quick=True)
    return found, 1000 * (time.process_time() - began)


def greedy(instance: Instance) -> float | None:
    """Always the cheapest next track that keeps the windows; None when it runs into a wall."""
    phases, rows = instance.protocol.phases, instance.library
    items: list[PlanItem] = []
    now, at, used = instance.protocol.start_s, 0, set[str]()
    artists: Counter[str] = Counter()
    fits = {
        at: [row for row in rows if not any(refused(row, at, instance))]
        for at, phase in enumerate(phases)
        if phase.kind != "silence"
    }
    energy: float | None = None
    while True:
        phase = phases[at]
        if phase.kind == "silence":
            items.append(PlanItem("silence", phase.name, now))
            at, now, energy = at + 1, phases[at + 1].from_s, None
            continue
        choices = []
        for row in fits[at]:
            if row.track_id in used or artists[row.artist] >= instance.protocol.artist_max_per_session:
                continue
            if energy is not None and abs(row.energy - energy) > instance.protocol.energy_step_max:
                continue
            choices += [(cost, row, then) for then, cost in ways(instance, row, at, now)]
        if not choices:
            return None
        _cost, row, (at, now) = min(choices, key=lambda choice: (choice[0], choice[1].track_id))
        items.append(PlanItem("track", phase.name, track_id=row.track_id))
        used.add(row.track_id)
        artists[row.artist] += 1
        energy = row.energy
        if at < 0:
            verdict = check(instance, [PlanItem(one.kind, one.phase, track_id=one.track_id) for one in items])
            return None if verdict.broken else verdict.cost


def ways(instance: Instance, row: TrackRow, at: int, now: Seconds) -> list[tuple[tuple[int, Seconds], float]]:
    """Where a track can lead, with its mean distance from the wanted energy per minute it owns."""
    phases, phase = instance.protocol.phases, instance.protocol.phases[at]
    found: list[tuple[tuple[int, Seconds], float]] = []
    if at + 1 == len(phases):
        end = now + row.duration_s
        onward = (-1, end) if end >= instance.horizon_s else (at, end - phase.crossfade_s)
        found.append((onward, 0.0))
    else:
        following = phases[at + 1]
        fade = Seconds(0) if following.kind == "silence" else following.crossfade_in_s
        leaves = now + row.duration_s - fade
        stays = now + row.duration_s - phase.crossfade_s
        if abs(leaves - following.from_s) <= following.flex_s:
            late = abs(leaves - following.from_s) / 60
            found.append(((at + 1, leaves), instance.weights.boundary_per_min * late))
        elif stays < following.from_s - following.flex_s:
            found.append(((at, stays), 0.0))
    middle = now + row.duration_s / 2
    until = phases[at + 1].from_s if at + 1 < len(phases) else instance.horizon_s
    share = min(1.0, max(0.0, (middle - phase.from_s) / max(1, until - phase.from_s)))
    wanted = phase.energy_from + share * (phase.energy_to - phase.energy_from)
    off = row.energy - wanted
    energy = phase.weight * (phase.over_weight * off if off > 0 else -off)
    startle = instance.weights.startle_per_lu * max(0.0, row.startle_lu - instance.weights.startle_free_lu)
    minutes = row.duration_s / 60
    return [(then, energy + (cost + startle + instance.weights.per_item) / minutes) for then, cost in found]


if __name__ == "__main__":
    main()
