"""Random tight libraries: planning instances of 60 to 200 tracks that leave each phase few, made from a seed.

The published cases' own protocols are tightened (narrow windows, small steps of energy, tags asked for,
phases moved) and a library is drawn in which few artists have many tracks. Some of what comes out has no
plan at all; that is the point.
"""

import random
from pathlib import Path

from msgspec.structs import replace

from setsetting.soundscape.instance import (
    Instance,
    InstancePatient,
    InstanceProtocol,
    PhaseWindow,
    TrackRow,
    parse_instance,
)
from setsetting.units import Dbtp, Lu, Lufs, Seconds

CASES = Path(__file__).parent.parent / "tests" / "cases" / "planning"
PROTOCOLS = ("01-montreal-40-lib200", "03-first-gentle-lib200", "04-silence-forward-lib60")
TAGS = ("choir", "nature", "drone", "strings", "bowls", "dark", "piano", "religious")
LYRICS = ("none", "wordless", "other", "known", "unknown")
ENERGIES = tuple(half / 2 for half in range(2, 21))


def tight(number: int, seed: int = 0) -> Instance:
    """The so-manieth instance of a seed; the same on every machine."""
    rng = random.Random(f"tight {seed} {number}")
    path = CASES / f"{PROTOCOLS[number % len(PROTOCOLS)]}.json"
    whole = parse_instance(path.read_bytes(), path)
    rows = tuple(_row(rng, track) for track in range(rng.randint(60, 200)))
    heard = tuple(row.track_id for row in rng.sample(rows, rng.choice((0, 0, len(rows) // 10, len(rows) // 5))))
    patient = InstancePatient(veto_tags=tuple(rng.sample(TAGS, rng.randint(0, 1))), heard_tracks=heard)
    return Instance(whole.weights, _tightened(rng, whole.protocol), patient, rows, name=f"tight-{seed}-{number}")


def _row(rng: random.Random, number: int) -> TrackRow:
    beatless = rng.random() < 0.45
    return TrackRow(
        track_id=f"r{number:04d}",
        duration_s=Seconds(min(900, max(60, round(rng.lognormvariate(5.55, 0.55))))),
        energy=ENERGIES[min(18, int(rng.expovariate(0.17)))],
        loudness_lufs=Lufs(round(rng.gauss(-18, 5), 1)),
        true_peak_dbtp=Dbtp(round(rng.gauss(-1.5, 2), 1)),
        bpm=None if beatless else float(rng.randint(50, 140)),
        brightness=round(rng.random(), 2),
        startle_lu=Lu(round(max(0.0, rng.gauss(5, 3)), 1)),
        lyrics=rng.choices(LYRICS, (80, 5, 5, 5, 5))[0],
        artist=f"a{min(39, int(rng.paretovariate(0.6)))}",
        tags=tuple(sorted(rng.sample(TAGS, rng.randint(0, 2)))),
    )


def _tightened(rng: random.Random, protocol: InstanceProtocol) -> InstanceProtocol:
    phases = protocol.phases
    moved = tuple(
        _phase(rng, phase, is_edge=number in {0, len(phases) - 1}, silent_next=_silent(phases, number + 1))
        for number, phase in enumerate(phases)
    )
    return replace(
        protocol,
        phases=moved,
        spare_s=Seconds(rng.choice((300, 600))),
        energy_step_max=rng.choice((1.0, 1.0, 1.5, 2.0)),
        artist_max_per_session=rng.choice((1, 2, 2, 3)),
    )


def _silent(phases: tuple[PhaseWindow, ...], number: int) -> bool:
    return number < len(phases) and phases[number].kind == "silence"


def _phase(rng: random.Random, phase: PhaseWindow, *, is_edge: bool, silent_next: bool) -> PhaseWindow:
    move = 0 if is_edge or silent_next or phase.kind == "silence" else rng.randint(-150, 250)
    return replace(
        phase,
        from_s=Seconds(phase.from_s + move),
        flex_s=Seconds(min(phase.flex_s, rng.choice((60, 60, 90, 120)))),
        startle_max_lu=Lu(rng.choice((4.5, 6.0, phase.startle_max_lu))),
        tags_any=tuple(rng.sample(TAGS, 4)) if rng.random() < 0.15 else (),
        tags_not=tuple(rng.sample(TAGS, rng.randint(0, 2))),
    )
