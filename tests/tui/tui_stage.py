"""A stage for the screens: a clinic whose clock stands still, made-up tracks, and a look at what is shown."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import msgspec
from textual.pilot import Pilot
from textual.screen import Screen
from tui_fake_session import STARTED_UTC_MS, cues

from setsetting.clinical.form import Recall
from setsetting.clinical.setting import Setting
from setsetting.clinical.setting_file import SettingLog
from setsetting.desk import clinic as desk_clinic
from setsetting.desk import closing, forms, patients, rooms
from setsetting.desk.clinic import Clinic
from setsetting.library.track import EnergySource, Lyrics, Track
from setsetting.soundscape.compose import Composed
from setsetting.soundscape.offers import Offer, Offers
from setsetting.soundscape.refusal import FunnelStep, Infeasible, PhaseLeft, RuleSaid
from setsetting.soundscape.soundscape import Cue, CueKind, Digests, Soundscape
from setsetting.tui.app import SetSettingApp

SIZES = ((80, 24), (120, 40))
CODE = "K-0417"
Play = Callable[[Pilot[int]], Awaitable[None]]


def named(size: tuple[int, int]) -> str:
    """A size as a test's name."""
    return f"{size[0]}x{size[1]}"


class StoppedClock:
    """24 November 2026, 10:00 UTC, for ever."""

    def utc_ms(self) -> int:
        return STARTED_UTC_MS

    def mono_ms(self) -> int:
        return 0


class Stage(SetSettingApp):
    """The interface opened at one screen, in full colour."""

    def __init__(self, clinic: Clinic | None, first: Callable[[], Screen[None]]) -> None:
        super().__init__(clinic, coarse_colours=False)  # type: ignore[arg-type]
        self._first = first

    def open_first(self) -> None:
        self.push_screen(self._first())


def on_stage(app: SetSettingApp, play: Play, size: tuple[int, int] = (80, 24)) -> None:
    """Run the app without a terminal and let `play` press its keys."""

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await play(pilot)

    asyncio.run(run())


async def until(pilot: Pilot[int], holds: Callable[[], bool]) -> None:
    """Let the interface go on until something holds, for five seconds at most."""
    for _moment in range(250):
        if holds():
            return
        await pilot.pause(0.02)
    raise AssertionError("it never held")


def shown(app: SetSettingApp) -> list[str]:
    """The rows of the screen as text."""
    return ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]


def words_shown(app: SetSettingApp) -> str:
    """Everything that is shown, line breaks and runs of spaces made single."""
    return " ".join(" ".join(shown(app)).replace("▌", " ").split())


def empty_clinic(folder: Path) -> Clinic:
    """A clinic in London whose clock stands still."""
    made = desk_clinic.init(folder / "clinic", StoppedClock())
    return replace(made, settings=msgspec.structs.replace(made.settings, time_zone="Europe/London"))


def clinic_in_course(folder: Path) -> Clinic:
    """Three patients; one with four sessions from paper, seven forms and two vetoes."""
    clinic = empty_clinic(folder)
    for code in (CODE, "K-0388", "K-0631"):
        patients.add(clinic, code, simulated=True)
    for day, total, recall in (
        ("2026-10-01", 54, Recall.MONTH),
        ("2026-10-05", 51, Recall.WEEK),
        ("2026-10-13", 44, Recall.WEEK),
        ("2026-10-16", 38, Recall.WEEK),
        ("2026-10-20", 40, Recall.WEEK),
        ("2026-10-24", 33, Recall.WEEK),
        ("2026-11-20", 29, Recall.MONTH),
    ):
        each, more = divmod(total, 20)
        forms.add(clinic, CODE, [each + 1] * more + [each] * (20 - more), recall, day, simulated=True)
    usual = {"lighting": "dim", "eye_shades": "throughout"}
    rooms.keep_usual(clinic, "room-1", Setting(usual), date(2026, 10, 1))
    for day, differing, liking in (
        ("2026-10-06T10:00", {}, 6),
        ("2026-10-13T10:00", {"lighting": "dark", "eye_shades": "offered, not worn"}, 4),
        ("2026-10-16T10:00", {}, 8),
        ("2026-10-20T10:00", {"music_delivery": "loudspeakers"}, 7),
    ):
        log = SettingLog(Setting({**usual, **differing}), {"liking": liking, "safety": 8}, None)
        closing.add(clinic, CODE, day, 60, log, simulated=True)
    patients.veto(clinic, CODE, "artist", "Nils Aven")
    patients.veto(clinic, CODE, "tag", "choir")
    return clinic


def track(number: int, title: str, artist: str, energy: float = 3.0) -> Track:
    """A made-up track; its figures follow from its number."""
    return Track(
        id=f"t{number}",
        path=f"/music/{title}.flac",
        frames=44_100 * (300 + number * 17 % 400),
        rate_hz=44_100,
        channels=2,
        lufs=-18.0 - number % 9,
        lra_lu=6.0,
        true_peak_dbtp=-1.5,
        startle_lu=1.0 + number % 6,
        energy=energy,
        energy_source=list(EnergySource)[number % 3],
        bpm=None if number % 2 else 60.0 + number % 30,
        pulse_clarity=0.4,
        beatless=number % 2 == 1,
        brightness=number % 10 / 10,
        lead_ms=400,
        tail_ms=900,
        lyrics=Lyrics.UNKNOWN if number % 5 == 0 else Lyrics.NONE,
        tags=("warm",) if number % 3 else ("strings",),
        title=title,
        artist=artist,
    )


def tracks() -> tuple[Track, ...]:
    """The tracks of the made-up soundscape."""
    return tuple(track(number, cue.title, cue.artist, cue.energy or 1.0) for number, cue in enumerate(cues(), 1))


def composed(loosened: tuple[tuple[str, str], ...] = ()) -> Composed:
    """The made-up soundscape as the planner would hand it out."""
    made = tuple(
        Cue(CueKind.TRACK, cue.phase, cue.start_ms, cue.length_ms, cue.track_id, -1600, 15_000, 8_000, cue.reason)
        for cue in cues()
    )
    soundscape = Soundscape("psychedelic-60", 1, 60.0, 0, loosened, 31.5, 31.0, Digests("p", "l", "w"), made)
    return Composed(soundscape, True, ("3 tracks were left out: nobody said whether they have lyrics",))


def refused() -> Infeasible:
    """A refusal: the peak of the playlist cannot be filled."""
    left = {
        "arrive": (54, 50, 24, 17),
        "soothe": (54, 50, 31, 19),
        "peak": (54, 50, 21, 2),
        "calm": (54, 50, 33, 24),
    }
    rules = ("all", "vetoes", "energy_range", "startle")
    funnel = tuple(
        FunnelStep(phase, rule, n) for phase, numbers in left.items() for rule, n in zip(rules, numbers, strict=True)
    )
    sentence = (
        "Phase peak: 2 of 54 tracks pass its rules, too few to fill it. "
        "Look first at startle: it refuses 19 (can be loosened: startle_max_lu)."
    )
    heads = ("refused", "energy", "sudden rise")
    table = tuple(
        PhaseLeft(
            name,
            600 * at,
            600 * at + 600,
            first,
            tuple(zip(heads, pairwise_lost(numbers), strict=True)),
            numbers[-1],
            3,
            600,
        )
        for at, (name, numbers) in enumerate(left.items())
        for first in numbers[:1]
    )
    said = (
        RuleSaid("energy_range", "energy 5 to 7", 29, 50),
        RuleSaid("startle", "sudden rises at most 8 LU", 19, 21),
    )
    tried = Offers(
        (
            Offer(
                (("startle_max_lu", "9.5"),), "sudden rises up to 9.5 LU instead of 8, in peak", "one rise of 9.4 LU"
            ),
            Offer(
                (("startle_max_lu", "8.5"), ("beds", "allow")),
                "sudden rises up to 8.5 LU and noise beds",
                "6:20 of bed",
            ),
        ),
        ("artist_max_per_session",),
    )
    return Infeasible("peak", ("startle",), funnel, sentence, proven=True, table=table, said=said, tried=tried)


def pairwise_lost(numbers: tuple[int, ...]) -> tuple[int, ...]:
    """How many each rule takes."""
    return tuple(before - after for before, after in pairwise(numbers))
