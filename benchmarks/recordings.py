"""Recordings known again: whole tracks in other encodings, what that costs a scan, and looking up among many.

    python benchmarks/recordings.py [FOLDER_OF_MUSIC] [--tracks 16] [--known 10000]

It encodes that many tracks of the folder, the shortest of ten seconds or more, as MP3 (64, 128, 320), Opus, Vorbis
and AAC with ffmpeg, scans them beside the whole folder, and prints how many of the encodings were joined with their
track, how many were joined with another, and how many pairs the curator is asked about. It puts 20 s of each of them between
20 s of two others, in the same formats in turn, and prints how many of the three are found to share a passage with that medley. Then, of one process's CPU
time: the share of recording ids in measuring the folder; and what looking one track up costs among so many random codes.
Without a folder it synthesises a few minutes, which say nothing of real music.
"""

import argparse
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scan import synthesise

from setsetting.audio.fingerprint import PER_SECOND, PHASES, Fingerprint, FingerprintMeter
from setsetting.audio.measure import measure
from setsetting.audio.samples import SampleDigest
from setsetting.library.catalogue import Catalogue
from setsetting.library.codes import Recogniser
from setsetting.library.recordings import Kinship
from setsetting.library.scan import scan as scan_folders
from setsetting.library.track import Track
from setsetting.units import s_from_frames

ENCODINGS = {
    "64.mp3": ("-b:a", "64k"),
    "128.mp3": ("-b:a", "128k"),
    "320.mp3": ("-b:a", "320k"),
    "64.opus": ("-c:a", "libopus", "-b:a", "64k"),
    "q1.ogg": ("-c:a", "libvorbis", "-q:a", "1"),
    "96.m4a": ("-c:a", "aac", "-b:a", "96k"),
}
SHORTEST_S = 11
MEDLEY_S = 20
SYNTHESISED_MIN = 6.0
TRACK_S = 240


def main() -> None:
    parser = argparse.ArgumentParser(description="Recordings known again in other encodings.")
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--tracks", type=int, default=16)
    parser.add_argument("--known", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or synthesise(Path(scratch) / "music", SYNTHESISED_MIN)
        join(folder, Path(scratch), options.tracks)
        share(folder)
    look_up(options.known)


def join(folder: Path, scratch: Path, most: int) -> None:
    with Catalogue.open(scratch / "library.db") as catalogue:
        scan_folders([folder], catalogue)
        own = [track for track in catalogue.tracks() if length_s(track) >= SHORTEST_S]
        chosen = sorted(own, key=length_s)[:most]
        (scratch / "encoded").mkdir()
        for track in chosen:
            encode(track, scratch / "encoded")
        scan_folders([scratch / "encoded"], catalogue)
        medleys(chosen, own, scratch / "medleys", catalogue)
        tracks, asked = catalogue.tracks(), catalogue.near()
    ids = {track.id for track in own}
    recording = {track.id: track.recording_id for track in tracks if track.id in ids}
    encoded = [track for track in tracks if track.id not in ids]
    right = sum(track.recording_id == recording[Path(track.path).name.partition(".")[0]] for track in encoded)
    wrong = sum(
        track.recording_id in {of for track_id, of in recording.items() if track_id != Path(track.path).name[:32]}
        for track in encoded
    )
    together = len(own) - len(set(recording.values()))
    kinds = {
        kind: sum(kin.kinship is kind for kin, _one, _other in asked)
        for kind in (Kinship.NEAR, Kinship.EXCERPT, Kinship.PASSAGE)
    }
    print(f"{len(own)} tracks, {len(encoded)} encodings of {len(chosen)} of them")
    print(f"joined with their own {right} ({100 * right / max(1, len(encoded)):.1f} %), with another {wrong}")
    print(f"tracks of the folder joined with each other {together}; asked of the curator {kinds}")


def medleys(chosen: Sequence[Track], own: Sequence[Track], to: Path, catalogue: Catalogue) -> None:
    """Scan a medley of three for each of the chosen tracks, and print what was found of it; it is forgotten then."""
    to.mkdir()
    choice, long = random.Random(1), [track for track in own if length_s(track) > MEDLEY_S]
    holds: dict[str, set[str]] = {}
    for number, track in enumerate(track for track in chosen if track in long):
        three = [track, *choice.sample([other for other in long if other is not track], 2)]
        choice.shuffle(three)
        suffix, options = list(ENCODINGS.items())[number % len(ENCODINGS)]
        command = ["ffmpeg", "-nostdin", "-v", "error"]
        for each in three:
            begin_s = choice.uniform(0, length_s(each) - MEDLEY_S)
            command += ["-ss", f"{begin_s:.3f}", "-t", str(MEDLEY_S), "-i", each.path]
        parts = "".join(f"[{at}:a]aresample=44100,aformat=channel_layouts=stereo[p{at}];" for at in range(3))
        command += ["-filter_complex", f"{parts}[p0][p1][p2]concat=n=3:v=0:a=1[all]", "-map", "[all]"]
        name = f"{number}.{suffix}"
        subprocess.run([*command, *options, str(to / name)], check=True)
        holds[name] = {each.recording_id or each.id for each in three}
    scan_folders([to], catalogue)
    tracks = {Path(track.path).name: track for track in catalogue.tracks()}
    ours = {track.recording_id or track.id for track in own}
    shares = {name: ours.intersection(tracks[name].shares) for name in holds}
    right = sum(len(shares[name] & holds[name]) for name in holds)
    wrong = sum(len(shares[name] - holds[name]) for name in holds)
    print(f"medleys of three: {right} of {3 * len(holds)} tracks found in them, of others {wrong}")
    catalogue.forget(to)


def encode(track: Track, to: Path) -> None:
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", track.path]
    for suffix, options in ENCODINGS.items():
        command += ["-vn", "-map_metadata", "-1", *options, str(to / f"{track.id}.{suffix}")]
    subprocess.run(command, check=True)


def length_s(track: Track) -> float:
    return s_from_frames(track.frames, track.rate_hz)


def share(folder: Path) -> None:
    """The share of the fingerprint and of the digest of samples in what measuring costs, in one process and one thread."""
    spent = 0.0

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            nonlocal spent
            begun = time.thread_time()
            answer = function(*arguments)
            spent += time.thread_time() - begun
            return answer

        return call

    for meter in (FingerprintMeter, SampleDigest):
        meter.add, meter.whole = counted(meter.add), counted(meter.whole)  # type: ignore[method-assign]
    recogniser, paths = Recogniser({}), music(folder)
    measure(paths[0])  # what is loaded once
    spent, begun = 0.0, time.thread_time()
    words = [measure(path).words for path in paths]
    measured, made = time.thread_time() - begun, spent
    begun = time.thread_time()
    for number, each in enumerate(words):
        if each:
            recogniser.take({str(number): each})
    compared = time.thread_time() - begun
    print(
        f"{len(paths)} tracks measured in {measured:.2f} CPU s: recording ids {100 * made / measured:.2f} %,"
        f" compared {100 * compared / measured:.2f} % more"
    )


def music(folder: Path) -> Sequence[Path]:
    return sorted(
        path for path in folder.rglob("*") if path.suffix in {".flac", ".wav", ".mp3", ".ogg", ".opus", ".m4a"}
    )


def look_up(known: int) -> None:
    noise = np.random.default_rng(1)
    lengths = noise.normal(TRACK_S, TRACK_S / 4, known).clip(30, None).astype(int) * PER_SECOND
    codes = {str(number): noise.integers(1, 1 << 32, length, np.uint32) for number, length in enumerate(lengths)}
    recogniser = Recogniser(codes)
    fine = TRACK_S * PER_SECOND * PHASES
    for many in (1, recogniser.at_once):
        new = [Fingerprint(noise.integers(1, 1 << 32, fine, np.uint32)).to_bytes() for _one in range(many)]
        begun = time.thread_time()
        recogniser.take({f"{many}: {number}": words for number, words in enumerate(new)})
        spent_ms = 1000 * (time.thread_time() - begun) / many
        print(f"looking for the kin of one track of {many} at once among {known}: {spent_ms:.1f} ms")


if __name__ == "__main__":
    main()
