"""The planning cases, and their rows as tracks of a library; shared by the tests of this room."""

import gzip
import importlib.util
import json
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from setsetting.library.track import EnergySource, Lyrics, Track
from setsetting.soundscape.instance import Instance, TrackRow, parse_instance
from setsetting.soundscape.playlist import Playlist, parse

CASES = Path(__file__).parents[1] / "cases" / "planning"
TIGHT = Path(__file__).parents[1] / "cases" / "planning-tight"
PLAYLISTS = Path(__file__).parents[2] / "playlists"
NAMES = (
    "01-montreal-40-lib200",
    "03-first-gentle-lib200",
    "04-silence-forward-lib60",
    "06-psychedelic-60-lib1000",
    "09-silence-forward-lib1000",
)
INFEASIBLE = "11-first-gentle-lib60-infeasible"


def case_bytes(name: str) -> bytes:
    packed = CASES / f"{name}.json.gz"
    return gzip.decompress(packed.read_bytes()) if packed.exists() else (CASES / f"{name}.json").read_bytes()


def case(name: str) -> Instance:
    return parse_instance(case_bytes(name), Path(f"{name}.json"))


def tight_case(name: str) -> Instance:
    path = TIGHT / f"{name}.json"
    return parse_instance(path.read_bytes(), path)


def raw_case(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(case_bytes(name))
    return data


def best_known(name: str) -> float:
    index = json.loads((CASES / "index.json").read_text())
    return next(float(one["best_known_cost"]) for one in index["instances"] if one["instance"] == f"{name}.json")


def reference_check() -> ModuleType:
    """The checker that came with the cases; it shares no line with this project."""
    spec = importlib.util.spec_from_file_location("planning_reference_check", CASES / "check.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def shipped(name: str) -> Playlist:
    path = PLAYLISTS / f"{name}.toml"
    return parse(path.read_text(), path)


def track_of(row: TrackRow) -> Track:
    """A real track that the planner must see exactly as this row; what both call the same is the same."""
    rate = 44_100
    shared = {name: getattr(row, name) for name in TrackRow.__struct_fields__ if name in Track.__dataclass_fields__}
    plain = Track(
        id=row.track_id,
        path=f"music/{row.track_id}.flac",
        frames=row.duration_s * rate + 30_000,
        rate_hz=rate,
        channels=2,
        lufs=row.loudness_lufs,
        lra_lu=6.0,
        true_peak_dbtp=row.true_peak_dbtp,
        startle_lu=row.startle_lu,
        energy=row.energy,
        energy_source=EnergySource.TAG,
        bpm=row.bpm,
        pulse_clarity=0.0 if row.bpm is None else 0.5,
        beatless=row.bpm is None,
        brightness=row.brightness,
        lead_ms=250,
        tail_ms=120,
        lyrics=Lyrics(row.lyrics),
        tags=row.tags,
        title=f"Piece {row.track_id}",
        artist=row.artist,
    )
    return replace(plain, **shared | {"lyrics": Lyrics(row.lyrics)})


def library(name: str) -> tuple[Track, ...]:
    return tuple(track_of(row) for row in case(name).library)
