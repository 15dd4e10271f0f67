"""What planning the rest of a running session anew costs: milliseconds of the processor, checks included, per moment.

Part of planner.py (`--retime`). The peer is its greedy pick of a whole session, what hobby tools do at every change.
"""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from planner import greedy
from planning_cases import library, shipped  # type: ignore[import-not-found]

from setsetting.clinical.infusion import Infusion, Segment, steady
from setsetting.library.catalogue import Catalogue
from setsetting.library.track import Track
from setsetting.soundscape.build_instance import build_instance
from setsetting.soundscape.check_soundscape import Retiming, check_soundscape
from setsetting.soundscape.compose import compose
from setsetting.soundscape.loosening import loosen
from setsetting.soundscape.prepared_tracks import PreparedTracks
from setsetting.soundscape.retime import retime
from setsetting.soundscape.windows import resolve
from setsetting.soundscape.wishes import NO_WISHES
from setsetting.units import Frames, Milliseconds, Minutes, ms_from_minutes

SMALL = {
    "artist_max_per_session": "20",
    "flex_s": "300",
    "startle_max_lu": "20",
    "energy_step_max": "3",
    "lyrics_unknown": "allow",
    "bpm_unknown": "allow",
    "beds": "allow",
}
"""With these a library of some 50 tracks that nobody curated gives a plan."""


def moments(minutes: int) -> Iterator[tuple[str, Minutes, Infusion, dict[str, object]]]:
    """What happens in a session: its name, the minute, the infusion as it then is, and what else re-timing is told."""

    def run(*parts: tuple[int, int]) -> Infusion:
        return Infusion(tuple(Segment(*(ms_from_minutes(Minutes(minute)) for minute in part)) for part in parts))

    yield "nothing", Minutes(9), steady(Minutes(minutes)), {}
    yield "began late", Minutes(10), steady(Minutes(minutes)), {"zero_ms": ms_from_minutes(Minutes(10))}
    yield "paused", Minutes(10), run((0, 10), (20, minutes + 10)), {}
    yield "stopped early", Minutes(21), run((0, 21)), {"may_fade": True}
    yield "extended", Minutes(30), steady(Minutes(minutes + 20)), {}
    yield "next", Minutes(12), steady(Minutes(minutes)), {"skip": True}


def retimings(clinic: Path | None) -> None:
    if clinic is not None:
        with Catalogue.open(clinic / "library.db") as catalogue:
            own = catalogue.tracks()
        for name, minutes in (("psychedelic-60", 60), ("first-gentle", 40), ("silence-forward", 60)):
            timed(name, minutes, own, SMALL)
        return
    thousand = library("06-psychedelic-60-lib1000")
    for tracks in (thousand, grown(thousand, 10_000)):
        timed("psychedelic-60", 60, tracks, {})


def timed(name: str, minutes: int, tracks: Sequence[Track], loosened: dict[str, str], rounds: int = 5) -> None:
    playlist, infusion, loosening = shipped(name), steady(Minutes(minutes)), loosen(loosened)
    soundscape = compose(playlist, infusion, tracks, library_digest="x", loosening=loosening).soundscape
    prepared = PreparedTracks(tracks, soundscape)
    peer = build_instance(playlist, resolve(playlist, infusion, loosening), tracks, NO_WISHES, loosening)
    began = time.process_time()
    greedy(peer)
    peer_ms = 1000 * (time.process_time() - began)
    print(f"{name} {minutes} min, {len(tracks)} tracks; greedy pick of the whole {peer_ms:.0f} ms")
    for what, minute, then, told in moments(minutes):
        now_ms, costs = ms_from_minutes(minute), []
        for _round in range(rounds):
            began = time.process_time()
            new = retime(
                soundscape,
                now_ms=now_ms,
                playlist=playlist,
                infusion=then,
                tracks=prepared,
                wishes=NO_WISHES,
                **told,  # type: ignore[arg-type]
            )
            zero_ms = Milliseconds(int(str(told.get("zero_ms", 0))))
            retiming = Retiming(now_ms, soundscape, waived=new.waived, zero_ms=zero_ms)
            broken = check_soundscape(new.soundscape, tracks, playlist, then, NO_WISHES, retiming=retiming)
            costs.append(1000 * (time.process_time() - began))
            assert not broken, broken
        median = sorted(costs)[rounds // 2]
        gave_up = ", ".join(new.waived) or "nothing"
        print(f"  {what:14} {median:6.0f} ms, ratio {median / peer_ms:5.2f}, gave up {gave_up}; {new.words[-1]}")


def grown(tracks: Sequence[Track], most: int) -> tuple[Track, ...]:
    """A library with so many tracks, each further one like one of these; the same on every machine."""
    rng, found = random.Random(1), list(tracks)
    while len(found) < most:
        track, number = rng.choice(tracks), len(found)
        found.append(
            replace(
                track,
                id=f"grown{number}",
                frames=Frames(round(track.frames * rng.uniform(0.8, 1.25))),
                energy=min(10.0, max(1.0, track.energy + rng.choice((-0.5, 0.0, 0.5)))),
                artist=f"grown {rng.randrange(most // 4)}",
                artists=(),
            )
        )
    return tuple(found)
