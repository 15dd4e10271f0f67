"""From a key to the sound: how long an act takes to be heard, at rest and while the rest is being timed anew.

A session runs unheard on the paced output, with as many tracks as --tracks says (copies of the clinic's own, for the
planner alone). Each act is done as the live screen does it. What counts is the player's frame at which the sound begins
to change, less the one it sent when the key was pressed; a fade comes on top. Beside it stand a bare question to the
player over the same socket and, as a ratio, a bare mix that it is told to play again. The clinic is a copy; without --clinic it is
made by `setsetting demo`, which takes most of the time.

    python benchmarks/acts.py [--clinic DIR] [--rounds N] [--tracks N]
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass, replace
from pathlib import Path

from setsetting.desk import attending, patients, sessions
from setsetting.desk.clinic import Clinic, open_clinic
from setsetting.machine.files import stamp_of
from setsetting.session import folder
from setsetting.session.live import LiveSession
from setsetting.units import Frames

CODE = "BENCHMARK"
AT_MOST_MS = 150.0
ACTS = (
    ("rescue", None),
    ("next", None),
    ("silence", None),
    ("next", None),
    ("duck", None),
    ("duck", None),
    ("hold", None),
    ("calm", None),
    ("next", None),
    ("fade-out", "600"),
    ("undo", None),
)
"""In this order every act changes what is heard, and all is as it was after the last."""
SETTLE_S = 1.0


@dataclass(frozen=True)
class Heard:
    """An act: when the sound began to change, how long the key took, and whether the rest was being planned."""

    name: str
    to_sound_ms: float
    key_ms: float
    planning: bool


def main() -> int:
    parser = argparse.ArgumentParser(description="From a key to the sound.")
    parser.add_argument("--clinic", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tracks", type=int, default=1_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        made = options.clinic
        if made is None:
            made = Path(scratch) / "demo"
            subprocess.run([sys.executable, "-m", "setsetting", "demo", "--no-tui", "--folder", str(made)], check=True)
        copy = Path(scratch) / "clinic"
        shutil.copytree(made, copy)
        return measure(open_clinic(copy), options.rounds, options.tracks)


def measure(clinic: Clinic, rounds: int, tracks: int) -> int:
    file = next((clinic.folder / "soundscapes").glob("*.json"))
    patients.add(clinic, CODE)
    started = sessions.start(clinic, sessions.SessionRequest(file, CODE, output="null"), say=print)
    multiply(started.live.folder, tracks)
    started.live.detach()
    heard: list[Heard] = []
    with attending.attach(clinic, started.session_id) as live:
        live.plan_aside()
        settle(live)
        asked_ms = statistics.median(ask(live) for _ in range(200))
        again_ms = statistics.median(tell_again(live) for _ in range(11))
        live.act("infusion-start")
        settle(live)
        for _ in range(rounds):
            for name, argument in ACTS:
                heard.append(act(live, name, argument))
                settle(live)
            for name, argument in ACTS:
                if name != "undo":  # which would take back the resume
                    live.act("infusion-pause")
                    live.act("infusion-resume")
                heard.append(act(live, name, argument))
                settle(live)
        live.end()
    return told(heard, asked_ms, again_ms, tracks)


def multiply(where: Path, tracks: int) -> None:
    """As many tracks as asked for, each a copy of one of the session's own under another id and artist."""
    own = list(folder.read_tracks(where).values())
    more = [
        replace(own[number % len(own)], id=f"copy{number}", artist=f"Copy {number}", artists=(), recording_id=None)
        for number in range(max(0, tracks - len(own)))
    ]
    folder.write_tracks(where, [*own, *more])
    folder.write_stamps(where, {track.id: stamp_of(track.path) for track in (*own, *more)})


def ask(live: LiveSession) -> float:
    begun = time.perf_counter()
    live.link.state()
    return (time.perf_counter() - begun) * 1000


def tell_again(live: LiveSession) -> float:
    """Milliseconds until the player plays on the same mix, told again: what no act on the music can be quicker than."""
    state, mix = live.link.state(), live.mix
    assert state is not None, "the player runs"
    frame = live.link.player().replace(str(uuid.uuid4()), mix, Frames(0)).frame
    assert frame is not None, "the player says where it begins"
    return float(frame - state.frame) / state.rate_hz * 1000


def act(live: LiveSession, name: str, argument: str | None) -> Heard:
    event_id, planning = str(uuid.uuid4()), live.planning
    state = live.link.state()
    assert state is not None, "the player runs"
    begun = time.perf_counter()
    live.act(name, argument, event_id)
    key_ms = (time.perf_counter() - begun) * 1000
    frame = written(live, name, event_id)
    return Heard(name, (frame - state.frame) / state.rate_hz * 1000, key_ms, planning)


def written(live: LiveSession, name: str, event_id: str) -> int:
    """The frame at which the player journalled that it did an act; the file is written a moment later."""
    for _again in range(100):
        for entry in live.link.journal():
            if entry.event_id == event_id:
                return entry.frame
        time.sleep(0.02)
    raise SystemExit(f"the player did not note {name}: {live.status().notices}")


def settle(live: LiveSession) -> None:
    """Look at the session as a screen does, until nothing is being planned."""
    until = time.monotonic() + SETTLE_S
    while live.planning or time.monotonic() < until:
        live.status()
        time.sleep(0.05)


def told(heard: list[Heard], asked_ms: float, again_ms: float, tracks: int) -> int:
    print(f"{tracks} tracks; the player answers a bare question in {asked_ms:.2f} ms, and plays a mix told again")
    print(f"after {again_ms:.0f} ms, which is what an act on the music is compared with")
    print(f"{'act':10} {'':12} {'to sound, ms':>22} {'x told again':>13} {'key, ms':>17}")
    worst = 0.0
    for planning in (False, True):
        for name in dict.fromkeys(each.name for each in heard):
            sounds = [each.to_sound_ms for each in heard if each.name == name and each.planning is planning]
            keys = [each.key_ms for each in heard if each.name == name and each.planning is planning]
            if sounds:
                worst = max(worst, *sounds)
                when = "while timing" if planning else "at rest"
                key = statistics.median(keys)
                sound = statistics.median(sounds)
                print(
                    f"{name:10} {when:12} {sound:9.1f} (most {max(sounds):6.1f}) {sound / again_ms:12.2f}x"
                    f" {key:8.1f} ({max(keys):6.1f})"
                )
    print(f"most: {worst:.0f} ms to the sound; {AT_MOST_MS:.0f} are allowed, and the fade")
    return int(worst > AT_MOST_MS)


if __name__ == "__main__":
    sys.exit(main())
