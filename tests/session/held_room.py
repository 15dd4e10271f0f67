"""A session with a real planner over a small library: what sounded of it, cue by cue, whatever was done."""

import random
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from session_room import SESSION, PlayerLink, Room

from setsetting.clinical.infusion import steady
from setsetting.library.track import EnergySource, Lyrics, Track
from setsetting.machine.clock import SystemClock
from setsetting.record.kinds import SessionStarted, SoundscapeUsed, StoredSegment
from setsetting.session import folder, outbox_file
from setsetting.session.conductor import Conductor
from setsetting.session.event import SessionEvent, retimed_at
from setsetting.session.folder import SessionHeader
from setsetting.session.holds import LONGEST_MS
from setsetting.session.outbox import Outbox
from setsetting.session.planning import Replanner
from setsetting.session.state import HELD
from setsetting.session.timekeeping import Moment
from setsetting.soundscape.compose import compose
from setsetting.soundscape.file import to_json
from setsetting.soundscape.holding import HeldMusic
from setsetting.soundscape.playlist import Playlist, parse
from setsetting.soundscape.prepared_tracks import PreparedTracks
from setsetting.soundscape.soundscape import Cue, CueKind, Soundscape
from setsetting.soundscape.wishes import NO_WISHES, Wishes
from setsetting.units import Dbtp, Frames, Hertz, Lu, Lufs, Milliseconds

MIN = 60_000
RATE = 8_000
SHELF = Path(__file__).parents[2] / "playlists"


def pad(number: int, energy: float, seconds: int) -> Track:
    """A recording of so much energy; no artist has two."""
    return Track(
        id=f"t{number:03d}", path="", frames=Frames(seconds * RATE), rate_hz=Hertz(RATE), channels=2, lufs=Lufs(-24.0),
        lra_lu=Lu(4.0), true_peak_dbtp=Dbtp(-9.0), startle_lu=Lu(1.0), energy=energy,
        energy_source=EnergySource.PERSON, bpm=None, pulse_clarity=0.0, beatless=True, brightness=0.3,
        lead_ms=Milliseconds(0), tail_ms=Milliseconds(0), lyrics=Lyrics.NONE, title=f"Pad {number}",
        artist=f"Artist {number}",
    )  # fmt: skip


def shelf(count: int) -> tuple[Track, ...]:
    """A library spread over energies 1 to 8 and two to nine minutes, always the same."""
    chosen = random.Random(7)
    return tuple(pad(n, round(1 + 7 * n / count, 1), chosen.randint(120, 540)) for n in range(count))


@lru_cache(maxsize=8)
def planned(playlist: str, tracks: int, minutes: int) -> Soundscape:
    """A plan of the shelf's tracks, made once."""
    written = parse((SHELF / f"{playlist}.toml").read_text(encoding="utf-8"), SHELF)
    return compose(written, steady(minutes), shelf(tracks), library_digest="").soundscape


@dataclass(frozen=True)
class Sounded:
    """A cue that led in the room from one minute of the soundscape's clock to another."""

    from_min: float
    to_min: float
    kind: CueKind
    phase: str
    energy: float | None


class HeldRoom(Room):
    """A session under way with a real planner; the room remembers what sounded."""

    def __init__(self, where: Path, *, playlist: str = "montreal-40", tracks: int = 120, minutes: int = 40) -> None:
        super().__init__(where)
        for each in (outbox_file.OUTBOX_FILE, folder.SESSION_FILE):
            (where / each).unlink()
        text = (SHELF / f"{playlist}.toml").read_text(encoding="utf-8")
        self.playlist: Playlist = parse(text, SHELF)
        self.tracks = {track.id: track for track in shelf(tracks)}
        self.asked: Wishes = NO_WISHES
        self.plan: Soundscape = planned(playlist, tracks, minutes)
        self.origin_ms = self.plan.start_ms
        rescuers = tuple(track.id for track in self.tracks.values() if track.energy <= 2)[:3]
        grounding = (SHELF / "rescue-grounding.toml").read_text(encoding="utf-8")
        folder.write(
            where,
            SessionHeader(
                SESSION,
                "fast",
                Hertz(RATE),
                self.origin_ms,
                playlist=text,
                rescue_playlist=grounding,
                rescue=rescuers,
                last_act_ms=240 * MIN,
            ),
        )
        folder.write_tracks(where, self.tracks.values())
        folder.write_prompts(where, ())
        music = HeldMusic(
            self.playlist, steady(minutes), PreparedTracks(self.tracks.values(), self.plan), NO_WISHES, self.plan
        )
        held = music.before_start(self.plan, self.origin_ms + LONGEST_MS, NO_WISHES)
        started = SessionStarted(SESSION, "p", 1, 0, (StoredSegment(0, minutes * MIN),), "room-1", soundscape="d")
        used = SoundscapeUsed("d", to_json(self.plan).decode())
        now = Moment(self.origin_ms, self.origin_ms, Milliseconds(0), Milliseconds(0))
        outbox_file.add(
            where,
            [
                SessionEvent("00000000-0000-4000-8000-000000000001", "soundscape.used", used, 0, 0),
                SessionEvent("00000000-0000-4000-8000-000000000002", "session.started", started, 0, 0),
                retimed_at(now, "00000000-0000-4000-8000-000000000003", SESSION, HELD, held),
            ],
        )
        self.replanner = cast("Any", Replanner(where, lambda: self.asked))
        self.conductor = self.another()
        self._heard: list[tuple[float, Soundscape]] = [(self.origin_ms, held)]
        self._at_ms: float = self.origin_ms

    def another(self) -> Conductor:
        return Conductor(
            self.where,
            outbox=Outbox(self.where, cast("Any", lambda: self.book)),
            clock=SystemClock(),
            replanner=cast("Any", self.replanner),
            link=cast("Any", PlayerLink(self.player)),
        )

    def at(self, minute: float) -> "HeldRoom":
        self._at_ms = minute * MIN
        self.player.frame = round((self._at_ms - self.origin_ms) / 1000 * RATE)
        return self

    def do(self, name: str, argument: str | None = None) -> Any:
        done = super().do(name, argument)
        self.listen()
        return done

    def listen(self) -> None:
        """Remember from when on something else is heard."""
        heard = self.conductor.refresh().sounding.heard
        if heard != self._heard[-1][1]:
            self._heard.append((self._at_ms, heard))

    def sounded(self, from_min: float, to_min: float) -> list[Sounded]:
        """The cues that led between two minutes, each once for every stretch it led in."""
        found: list[Sounded] = []
        ends = [ms for ms, _heard in self._heard[1:]] + [float("inf")]
        for (begins, heard), end in zip(self._heard, ends, strict=True):
            for number, cue in enumerate(heard.cues):
                following = heard.cues[number + 1].start_ms if number + 1 < len(heard.cues) else cue.end_ms
                first, last = max(begins, cue.start_ms, from_min * MIN), min(end, following, to_min * MIN)
                if last > first:
                    found.append(self._as_sounded(cue, first, last))
        return found

    def _as_sounded(self, cue: Cue, first: float, last: float) -> Sounded:
        energy = None if cue.track_id is None else self.tracks[cue.track_id].energy
        return Sounded(first / MIN, last / MIN, cue.kind, cue.phase, energy)

    @property
    def energy_now(self) -> float | None:
        now = self.sounded(self._at_ms / MIN, self._at_ms / MIN + 0.001)
        return now[-1].energy if now else None

    def silent_gaps(self, from_min: float, to_min: float) -> float:
        """Minutes between two in which no cue led."""
        return (to_min - from_min) - sum(each.to_min - each.from_min for each in self.sounded(from_min, to_min))
