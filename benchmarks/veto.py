"""How long entering a refusal takes in a large library: the act itself, in the process that asks for it.

A clinic of 10,000 tracks is made for it, of as many artists: each has samples, a length and a code of 800 bytes of its own, and
every 18th the tag `choir`. In a process of its own an artist, an artist that meets nothing, and the tag are refused, each for
a patient of its own: cold is the first act of a process that has the clinic open, as of a command; warm is the median of those
after it, as on a screen. Beside each stands the ratio to a bare peer in a process of its own: Python's sqlite3 reading
the same rows, and making nothing of them.

    python benchmarks/veto.py [--tracks N] [--rounds N]
"""

import argparse
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from setsetting.audio.measurements import Measurements
from setsetting.desk import patients
from setsetting.desk.clinic import Clinic, init
from setsetting.library.tags import Tags
from setsetting.library.track import Lyrics
from setsetting.library.walk import MusicFile
from setsetting.units import Dbtp, Energy, Frames, Hertz, Lu, Lufs, Milliseconds

ANSWER_S = 0.1
CODE_WORDS = 200
TAGGED_EVERY = 18
SYLLABLES = (
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "ke",
    "li",
    "mo",
    "nu",
    "pa",
    "re",
    "si",
    "to",
    "vu",
    "wa",
    "ye",
    "zi",
    "jo",
    "du",
)
REFUSED = {"an artist": ("artist", "{known}"), "nobody known": ("artist", "Xaver Yttrium"), "a tag": ("tag", "choir")}
ASKED = """
import json, sys, time
from pathlib import Path
from setsetting.desk import clinic, patients
opened = clinic.open_clinic(Path(sys.argv[1]))
what, names = sys.argv[2], sys.argv[3].split("|")
told = []
for number, name in enumerate(names):
    wall, cpu = time.perf_counter(), time.process_time()
    met = patients.veto(opened, f"K-{number}", what, name).met
    told.append((time.perf_counter() - wall, time.process_time() - cpu, len(met.tracks)))
print(json.dumps(told))
"""
PEER = """
import json, sqlite3, sys, time
begun = time.process_time()
library, curation = (sqlite3.connect(f"{sys.argv[1]}/{name}.db") for name in ("library", "curation"))
library.execute("SELECT track_id, path, tags, title, artist, artists, called FROM file").fetchall()
library.execute("SELECT track_id, samples FROM recording").fetchall()
library.execute("SELECT track_id FROM code").fetchall()
for table in ("statement", "sound", "credit", "kin"):
    curation.execute(f"SELECT * FROM {table}").fetchall()
print(json.dumps(time.process_time() - begun))
"""


def name_of(number: int) -> str:
    """An artist of two words, another for each number."""
    one, two, three, four = (SYLLABLES[number // step % 20] for step in (1, 20, 400, 8000))
    return f"{one}{two}r {three}{four}{two}n".title()


def _fill(clinic: Clinic, tracks: int) -> None:
    import numpy as np

    random = np.random.default_rng(1)
    with clinic.catalogue() as catalogue, catalogue.cache.together():
        catalogue.cache.put_folders(["/music"])
        for number in range(tracks):
            track_id = secrets.token_hex(32)
            seconds = 60 + random.random() * 600
            sound = Measurements(
                digest=track_id, codec="flac", rate_hz=Hertz(44_100), channels=2, frames=Frames(round(44_100 * seconds)),
                lufs=Lufs(-18.0), lra_lu=Lu(random.random() * 12), max_momentary_lufs=Lufs(-12.0),
                max_short_term_lufs=Lufs(-14.0), true_peak_dbtp=Dbtp(-1.5), startle_lu=Lu(3.0), lead_ms=Milliseconds(0),
                tail_ms=Milliseconds(0), brightness=random.random(), onsets_per_s=1.0, bpm=None, pulse_clarity=0.1,
                beatless=True, lost_packets=0, samples=secrets.token_hex(32),
            )  # fmt: skip
            name = name_of(number)
            tags = ("ambient", "choir") if number % TAGGED_EVERY == 0 else ("ambient", f"style {number % 50}")
            said = Tags(
                f"Piece {number}", name, (name,), f"Album {number // 10}", None, None, Lyrics.NONE, tags,
                ("", "", "", f" piece {number} / album {number // 10} / recorded at home in one take "),
            )  # fmt: skip
            file = MusicFile(f"/music/{number // 10}/{number}.flac", 1_000_000 + number, number)
            code = random.integers(0, 2**32, CODE_WORDS, dtype=np.uint32)
            catalogue.cache.put(file, track_id, said, (sound, Energy(3.0)), code)


def _told(program: str, *words: str) -> list[list[float]]:
    done = subprocess.run([sys.executable, "-c", program, *words], check=True, capture_output=True, text=True)
    found: list[list[float]] = json.loads(done.stdout)
    return found


def main() -> int:
    """Measure, print, and fail where an answer takes longer than it may."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--tracks", type=int, default=10_000)
    asked.add_argument("--rounds", type=int, default=7)
    arguments = asked.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["XDG_STATE_HOME"] = scratch
        clinic = init(Path(scratch) / "clinic")
        _fill(clinic, arguments.tracks)
        for number in range(arguments.rounds):
            patients.add(clinic, f"K-{number}")
        where, late = str(clinic.folder), False
        print(f"{arguments.tracks} tracks; CPU of the act in ms, cold, and warm (median of {arguments.rounds - 1})")
        for named, (what, name) in REFUSED.items():
            peer_s = min(float(_told(PEER, where)) for _n in range(3))  # type: ignore[arg-type]
            names = [name.format(known=name_of(37 * number + 5)) for number in range(arguments.rounds)]
            (_wall, cold_s, met), *after = _told(ASKED, where, what, "|".join(names))
            warm_s = statistics.median(cpu for _wall_s, cpu, _met in after)
            late |= warm_s > ANSWER_S
            print(
                f"{named:14} meets {met:4.0f}   cold {1000 * cold_s:4.0f}   warm {1000 * warm_s:4.0f}"
                f"   x {warm_s / peer_s:4.1f} of bare sqlite3 ({1000 * peer_s:.0f})"
            )
    return int(late)


if __name__ == "__main__":
    sys.exit(main())
