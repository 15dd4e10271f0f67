"""Measuring a library: our scan beside ffmpeg's ebur128 with true peak over the same files, in turns.

    python benchmarks/scan.py [FOLDER_OF_MUSIC] [--rounds 3] [--minutes 60]

Without a folder it synthesises FLAC files of that many minutes in all. ffmpeg reads one file after the
other, one process each; ours starts from an empty library, its process and its workers' start counted.
It prints wall and CPU time as medians, the ratio to ffmpeg's with one worker and with two, what two
workers gain, and what a scan of the unchanged files costs. ffmpeg measures loudness, range and true
peak; ours those and startle, edges, brightness, onsets, tempo, energy and the track's id. The largest
differences of the three values they share stand below.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from timing import Cost, median, timed

if TYPE_CHECKING:
    from setsetting.library.track import Track

TRACKS = 12
RATE_HZ = 44_100
FFMPEG = ["ffmpeg", "-nostdin", "-hide_banner", "-threads", "1", "-i"]
METER = ["-vn", "-af", "ebur128=peak=true", "-f", "null", "-"]
SUMMARY = re.compile(r"I:\s+(-?[\d.]+) LUFS.*?LRA:\s+([\d.]+) LU.*?Peak:\s+(-?[\d.]+) dBFS", re.DOTALL)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure a library, ours beside ffmpeg's.")
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--scan", nargs=2, metavar=("LIBRARY", "WORKERS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.scan:
        scan(options.folder, Path(options.scan[0]), int(options.scan[1]))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or synthesise(Path(scratch) / "music", options.minutes)
        compare(folder, Path(scratch), options.rounds)


def compare(folder: Path, scratch: Path, rounds: int) -> None:
    library = scratch / "library.db"
    costs: dict[str, list[Cost]] = {}
    for _round in range(rounds):
        for workers in (1, 2):
            library.unlink(missing_ok=True)
            costs.setdefault(f"{workers} worker{'s' * (workers > 1)}", []).append(ours(folder, library, workers))
        costs.setdefault("unchanged", []).append(ours(folder, library, 2))
        if shutil.which("ffmpeg"):
            costs.setdefault("ffmpeg", []).append(cost_of_ffmpeg(measured_paths(library)))
    from setsetting.units import s_from_frames

    tracks = known(library)
    seconds = sum(s_from_frames(track.frames, track.rate_hz) for track in tracks)
    print(f"{len(tracks)} tracks, {seconds:.0f} s; medians of {rounds} rounds in turns")
    middle = {name: median(runs) for name, runs in costs.items()}
    peer = middle.get("ffmpeg")
    for name, cost in middle.items():
        line = f"{name:10} wall {cost.wall_s:7.2f} s  CPU {cost.cpu_s:7.2f} s  {seconds / cost.cpu_s:6.0f} x real time per core"
        if peer is not None:
            line += f"  wall / ffmpeg {cost.wall_s / peer.wall_s:5.2f}  CPU / ffmpeg {cost.cpu_s / peer.cpu_s:5.2f}"
        print(line)
    print(f"two workers gain {middle['1 worker'].wall_s / middle['2 workers'].wall_s:.2f} x ({os.cpu_count()} cores)")
    if peer is None:
        print("ffmpeg is not on the PATH: nothing to compare with")
    else:
        print_differences(tracks)


def ours(folder: Path, library: Path, workers: int) -> Cost:
    return timed([sys.executable, __file__, str(folder), "--scan", str(library), str(workers)], quiet=True)


def cost_of_ffmpeg(paths: Sequence[str]) -> Cost:
    runs = [timed([*FFMPEG, path, *METER], quiet=True) for path in paths]
    return Cost(sum(run.wall_s for run in runs), sum(run.cpu_s for run in runs), max(run.peak_mb for run in runs))


def scan(folder: Path, library: Path, workers: int) -> None:
    from setsetting.library.catalogue import Catalogue
    from setsetting.library.scan import scan as scan_folders

    with Catalogue.open(library) as catalogue:
        scan_folders([folder], catalogue, workers=workers)


def known(library: Path) -> "tuple[Track, ...]":
    from setsetting.library.catalogue import Catalogue

    with Catalogue.open(library) as catalogue:
        return catalogue.tracks()


def measured_paths(library: Path) -> list[str]:
    return [track.path for track in known(library)]


def print_differences(tracks: "Sequence[Track]") -> None:
    worst = {"lufs": 0.0, "lra_lu": 0.0, "true_peak_dbtp": 0.0}
    for track in tracks:
        said = subprocess.run([*FFMPEG, track.path, *METER], capture_output=True, text=True, check=True).stderr
        found = SUMMARY.search(said, said.rindex("Summary:"))
        if found is None:
            continue
        for name, theirs in zip(worst, found.groups(), strict=True):
            if (value := getattr(track, name)) is not None:
                worst[name] = max(worst[name], abs(value - float(theirs)))
    print("largest difference to ffmpeg (it prints one digit):", json.dumps({k: round(v, 2) for k, v in worst.items()}))


def synthesise(folder: Path, minutes: float) -> Path:
    """Write FLAC tracks of chords, plucks and soft noise: compressible as music is, and never the same."""
    import av
    import numpy as np

    folder.mkdir()
    frames = round(60 * minutes * RATE_HZ / TRACKS)
    clock = np.arange(frames) / RATE_HZ
    for number in range(TRACKS):
        random = np.random.default_rng(number)
        swell = 0.5 + 0.4 * np.sin(2 * np.pi * clock / random.uniform(20, 60))
        chord = sum(np.sin(2 * np.pi * 110 * 2 ** (step / 12) * clock) for step in (0, 7, 12, 16 + number % 3))
        since = clock % random.uniform(0.5, 1.2)
        pluck = np.exp(-6 * since) * np.sin(2 * np.pi * 440 * since)
        wave = swell * 0.08 * chord + 0.2 * pluck
        noise = 0.004 * random.standard_normal((2, frames))
        samples = ((wave + noise) * 32767).clip(-32768, 32767).astype(np.int16).T.reshape(1, -1)
        with av.open(str(folder / f"{number:02d}.flac"), "w") as out:
            stream = out.add_stream("flac", rate=RATE_HZ, layout="stereo", format="s16")
            for start in range(0, samples.shape[1], 2 * 4608):
                part = np.ascontiguousarray(samples[:, start : start + 2 * 4608])
                frame = av.AudioFrame.from_ndarray(part, format="s16", layout="stereo")
                frame.sample_rate = RATE_HZ
                out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
    return folder


if __name__ == "__main__":
    main()
