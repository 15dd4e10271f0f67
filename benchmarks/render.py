"""Rendering an hour, FLAC to FLAC: ours beside ffmpeg's acrossfade graph of the same plan, in turns.

    python benchmarks/render.py [FOLDER_OF_MUSIC] [--rounds 3] [--pydub]

Without a folder it synthesises 14 tracks. It prints wall and CPU time of each engine as medians, their
ratio, peak memory, how far the two files differ, and the memory of a three-hour mix. Each run is a
process of its own; this one stays small, because a child's peak is never counted below its parent's.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from timing import Cost, median, timed

RATE_HZ = 44_100
TRACKS = 14
FADE_S = 12
END_FADE_S = 20
GAINS_DB = (-3.0, -6.5, -4.0, -5.0)
HOUR_S = 3600
MEMORY_MB = 100
SUFFIXES = {".flac", ".wav", ".mp3", ".ogg", ".opus", ".m4a", ".aif", ".aiff"}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pydub", action="store_true", help="also pydub (2 GB of memory, minutes)")
    parser.add_argument("--inside", nargs="+", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        return _inside(*arguments.inside)
    with tempfile.TemporaryDirectory(prefix="bench-render-") as scratch:
        return _compare(Path(scratch), arguments.folder, arguments.rounds, pydub=arguments.pydub)


def _compare(scratch: Path, folder: Path | None, rounds: int, *, pydub: bool) -> int:
    ffmpeg = shutil.which("ffmpeg")
    plan = _plan(scratch, folder, ffmpeg)
    lengths_s = [int(str(track["frames"])) / RATE_HZ for track in plan]
    out_s = sum(lengths_s) - FADE_S * (len(plan) - 1)
    print(
        f"{len(plan)} tracks, {sum(lengths_s):.0f} s of sources, {out_s:.0f} s rendered, {os.cpu_count()} cores,",
        end="",
    )
    print(f" load {os.getloadavg()[0]:.2f}" if hasattr(os, "getloadavg") else "")
    (scratch / "plan.json").write_text(json.dumps(plan))
    (scratch / "long.json").write_text(json.dumps(plan * 3))
    ours = [sys.executable, __file__, "--inside", "ours", str(scratch / "plan.json"), str(scratch / "ours.flac")]
    commands = {"ours, 2 threads": ours, "ours, 1 thread": [*ours, "1"]}
    if ffmpeg:
        commands["ffmpeg acrossfade"] = _acrossfade(ffmpeg, plan, scratch / "ffmpeg.flac")
    else:
        print("ffmpeg is not on PATH: nothing to compare with.")
    if pydub:
        commands["pydub"] = [*ours[:3], "pydub", str(scratch / "plan.json"), str(scratch / "pydub.wav")]
    runs: dict[str, list[Cost]] = {name: [] for name in commands}
    for number in range(rounds):
        for name, command in commands.items():
            if name != "pydub" or number == 0:
                runs[name].append(timed(command))
    peer = runs.get("ffmpeg acrossfade")
    for name, measured in runs.items():
        print(_line(name, measured, peer))
    long = timed([*ours[:4], str(scratch / "long.json"), str(scratch / "long.flac")])
    print(_line("ours, 3 hours", [long], None))
    if ffmpeg:
        subprocess.run([*ours[:3], "differ", str(scratch / "ours.flac"), str(scratch / "ffmpeg.flac")], check=True)
    if shutil.which("flac"):
        subprocess.run(["flac", "-t", "-s", str(scratch / "ours.flac")], check=True)
        print("flac -t: passes")
    fat = max(run.peak_mb for run in [*runs["ours, 2 threads"], long])
    slow = peer is not None and median(runs["ours, 2 threads"]).wall_s > median(peer).wall_s
    print(f"no slower than ffmpeg: {'no' if slow else 'yes' if peer else 'not compared'};", end=" ")
    print(f"within {MEMORY_MB} MB: {'yes' if fat <= MEMORY_MB else 'no'}")
    return int(slow or fat > MEMORY_MB)


def _line(name: str, runs: list[Cost], peer: list[Cost] | None) -> str:
    own = median(runs)
    text = f"{name:20} wall {own.wall_s:6.2f} s   CPU {own.cpu_s:6.2f} s   peak {own.peak_mb:6.0f} MB"
    if peer is not None and peer is not runs:
        other = median(peer)
        text += f"   wall {own.wall_s / other.wall_s:.2f} x, CPU {own.cpu_s / other.cpu_s:.2f} x ffmpeg's"
    return text


def _plan(scratch: Path, folder: Path | None, ffmpeg: str | None) -> list[dict[str, object]]:
    """Make FLAC files of an hour and a fade in `scratch`, and list them with their frames and gains."""
    if folder is None:
        subprocess.run([sys.executable, __file__, "--inside", "synthesise", str(scratch)], check=True)
    else:
        if ffmpeg is None:
            raise SystemExit("A folder of music needs ffmpeg on PATH, to make FLAC files of it.")
        sources = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
        made_s = 0.0
        for number, path in enumerate(sources):
            made = scratch / f"track{number:02}.flac"
            form = ["-vn", "-map_metadata", "-1", "-ar", str(RATE_HZ), "-ac", "2", "-sample_fmt", "s16"]
            subprocess.run([ffmpeg, "-v", "error", "-i", str(path), *form, str(made)], check=True)
            length_s = _frames(made) / RATE_HZ
            if length_s < 3 * FADE_S:
                made.unlink()
                continue
            made_s += length_s - FADE_S
            if made_s > HOUR_S:
                break
        else:
            print(f"the folder holds only {made_s / 60:.0f} minutes")
    tracks = sorted(scratch.glob("track*.flac"))
    return [
        {"path": str(path), "frames": _frames(path), "gain_db": GAINS_DB[number % len(GAINS_DB)]}
        for number, path in enumerate(tracks)
    ]


def _frames(flac: Path) -> int:
    """The total of samples, 36 bits of a FLAC file's STREAMINFO."""
    with flac.open("rb") as file:
        return int.from_bytes(file.read(26)[21:26], "big") & ((1 << 36) - 1)


def _acrossfade(ffmpeg: str, plan: list[dict[str, object]], out: Path) -> list[str]:
    """The same plan as ffmpeg's graph: gains, then one crossfade after the other, then the end's fade."""
    inputs, graph, last = [], [], "g0"
    for number, track in enumerate(plan):
        inputs += ["-i", str(track["path"])]
        graph.append(f"[{number}:a]volume={track['gain_db']}dB:precision=float[g{number}]")
        if number:
            graph.append(f"[{last}][g{number}]acrossfade=d={FADE_S}:c1=qsin:c2=qsin[x{number}]")
            last = f"x{number}"
    total = sum(int(str(track["frames"])) for track in plan) - FADE_S * RATE_HZ * (len(plan) - 1)
    end = END_FADE_S * RATE_HZ
    graph.append(f"[{last}]afade=t=out:curve=qsin:start_sample={total - end}:nb_samples={end}[out]")
    filters = ["-filter_complex", ";".join(graph), "-map", "[out]"]
    return [ffmpeg, "-v", "error", "-nostdin", "-y", *inputs, *filters, "-sample_fmt", "s16", "-c:a", "flac", str(out)]


def _inside(act: str, *paths: str) -> int:
    """What the child processes of this benchmark do."""
    if act == "synthesise":
        _synthesise(Path(paths[0]))
    elif act == "ours":
        _ours(json.loads(Path(paths[0]).read_text()), Path(paths[1]), threads=int(paths[2]) if paths[2:] else 2)
    elif act == "pydub":
        _pydub(json.loads(Path(paths[0]).read_text()), Path(paths[1]))
    else:
        _differ(Path(paths[0]), Path(paths[1]))
    return 0


def _ours(plan: list[dict[str, object]], out: Path, *, threads: int) -> None:
    from setsetting.audio.mix import Mix, Sound
    from setsetting.audio.render import render
    from setsetting.units import Decibels, Frames, Hertz

    fade, sounds, start = FADE_S * RATE_HZ, [], 0
    for number, track in enumerate(plan):
        frames, last = int(str(track["frames"])), number == len(plan) - 1
        fades = (fade if number else 0, END_FADE_S * RATE_HZ if last else fade)
        gain_db = Decibels(float(str(track["gain_db"])))
        begin, length, fade_in, fade_out = map(Frames, (start, frames, *fades))
        sounds.append(Sound(str(track["path"]), "", Frames(0), begin, length, fade_in, fade_out, gain_db))
        start += frames - fade
    mix = Mix(Hertz(RATE_HZ), Frames(start + fade), tuple(sounds))
    rendered = render(mix, out, replace=True, threads=threads)
    if rendered.troubles or rendered.guarded:
        raise SystemExit(f"not a clean render: {rendered}")


def _pydub(plan: list[dict[str, object]], out: Path) -> None:
    from pydub import AudioSegment

    first, *others = (AudioSegment.from_file(str(track["path"])).apply_gain(track["gain_db"]) for track in plan)
    whole = first
    for segment in others:
        whole = whole.append(segment, crossfade=FADE_S * 1000)
    whole.fade_out(END_FADE_S * 1000).export(out.with_suffix(".flac"), format="flac")


def _differ(one: Path, other: Path) -> None:
    """Print lengths and the greatest difference of two files, in steps of 16 bits."""
    import numpy as np

    from setsetting.audio.decode import AudioDecoder

    with AudioDecoder(one, hashing=False) as first, AudioDecoder(other, hashing=False) as second:
        left, right = (list(file.blocks()) for file in (first, second))
    a, b = (np.rint(np.concatenate(blocks) * 32768).astype(np.int16) for blocks in (left, right))
    shared = min(len(a), len(b))
    steps = np.abs(a[:shared].astype(np.int32) - b[:shared])
    print(f"lengths {len(a)} and {len(b)} frames; greatest difference {steps.max()} steps (ours is dithered)")


def _synthesise(folder: Path) -> None:
    """Write tracks of chords over noise, an hour with the fades between them."""
    import numpy as np

    from setsetting.audio.beds import bed_frames
    from setsetting.audio.dither import to_int16
    from setsetting.audio.encode import FlacWriter
    from setsetting.units import Frames, Hertz

    rate_hz, a_second = Hertz(RATE_HZ), Frames(RATE_HZ)
    seconds = -(-(HOUR_S + FADE_S * (TRACKS - 1)) // TRACKS)
    clock = np.arange(RATE_HZ, dtype=np.float32) / np.float32(RATE_HZ)
    for number in range(TRACKS):
        notes = [110 + 11 * number, 165 + 7 * number, 220 + 5 * number, 331 + 3 * number]  # whole hertz: seconds join
        chord = sum(np.sin(2 * np.pi * hz * clock) for hz in notes) / 16
        with FlacWriter(folder / f"track{number:02}.flac", rate_hz) as writer:
            for second in range(seconds):
                swell = np.float32(0.6 + 0.4 * np.sin(second / 7))
                begins = second * a_second
                noise = bed_frames(("brown", "pink")[number % 2], rate_hz, begins + Frames(number), a_second)
                block = (chord[:, np.newaxis] + noise * np.float32(0.5)) * swell
                writer.write(to_int16(block.astype(np.float32), begins))


if __name__ == "__main__":
    raise SystemExit(main())
