"""Small nights on which one planted fault tempts the planner, and the planting itself; for the proof of the check."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import numpy as np
import pytest

import setsetting.soundscape.compose as composing
from setsetting.clinical.infusion import Infusion, Segment, steady
from setsetting.library.track import EnergySource, Lyrics, Track
from setsetting.soundscape import build_instance, retime, rules, windows
from setsetting.soundscape.check_soundscape import Retiming, check_soundscape
from setsetting.soundscape.loosening import NOTHING, Loosening
from setsetting.soundscape.playlist import Playlist, parse
from setsetting.soundscape.soundscape import Soundscape
from setsetting.soundscape.wishes import NO_WISHES, Wishes
from setsetting.units import Dbtp, Frames, Hertz, Lu, Lufs, Milliseconds

MIN = 60_000
HEAD = """
format = 1
name = "night"
version = 1
title = "A night for one fault"
evidence = ["none: made for a test"]
"""
LIMITS = """
infusion_min = 12
spare_s = 120
energy_step_max = 2
artist_max_per_session = 1

[weights]
per_item = 0.05
startle_per_lu = 0
loudness_shortfall_per_lu = 0
artist_repeat = 0
boundary_per_min = 0
bed_fixed = 0
bed_per_min = 0
"""
PHASE = """
[[phase]]
name = "{name}"
at = {{ anchor = "{anchor}", minutes = {minutes} }}
kind = "{kind}"
energy_from = 3
energy_to = 3
energy_min = 3
energy_max = 5
lufs = -24
startle_max_lu = 8
brightness_max = 0.7
bpm_min = 60
bpm_max = 90
lyrics = ["none"]
crossfade_s = 6
crossfade_in_s = 10
tags_not = ["dark"]
tags_any = ["calm"]
track_max_s = 300
flex_s = 90
"""
PHASES = {
    name: PHASE.format(name=name, anchor=anchor, minutes=minutes, kind=kind)
    for name, anchor, minutes, kind in (
        ("settle", "start", 0, "music"),
        ("rise", "start", 4, "music"),
        ("calm", "end", -2, "music"),
        ("spare", "end", 2, "spare"),
    )
}
LOOP = HEAD.replace('"night"', '"hold"') + "loop = true\n" + PHASE.replace(
    'at = {{ anchor = "{anchor}", minutes = {minutes} }}\nkind = "{kind}"\n', ""
).format(name="grounding")  # fmt: skip
PAUSED = Infusion(
    (Segment(Milliseconds(0), Milliseconds(2 * MIN)), Segment(Milliseconds(7 * MIN), Milliseconds(17 * MIN)))
)

PAUSED_LONG = Infusion(
    (Segment(Milliseconds(0), Milliseconds(2 * MIN)), Segment(Milliseconds(27 * MIN), Milliseconds(37 * MIN)))
)
"""So long that no single noise bed fills a phase for which no track is left."""


def playlist_text(**changes: dict[str, str]) -> str:
    """The night's playlist, with lines of its phases replaced by others: phase={old: new}."""
    phases = dict(PHASES)
    for name, lines in changes.items():
        for old, new in lines.items():
            assert old in phases[name], f"{old!r} stands nowhere in {name}"
            phases[name] = phases[name].replace(old, new)
    return HEAD + LIMITS + "".join(phases.values())


def recording(name: str, length_s: int, **changes: Any) -> Track:
    """A recording that every phase takes, a level of energy above what is wanted."""
    plain = Track(
        id=name, path="", frames=Frames(length_s * 8_000), rate_hz=Hertz(8_000), channels=2, lufs=Lufs(-20.0),
        lra_lu=Lu(4.0), true_peak_dbtp=Dbtp(-9.0), startle_lu=Lu(2.0), energy=4.0, energy_source=EnergySource.PERSON,
        bpm=None, pulse_clarity=0.0, beatless=True, brightness=0.3, lead_ms=Milliseconds(0), tail_ms=Milliseconds(0),
        lyrics=Lyrics.NONE, tags=("calm",), title=name, artist=f"artist of {name}",
    )  # fmt: skip
    return replace(plain, **changes)


def tempting(length_s: int = 120, **changes: Any) -> Track:
    """A recording of just the wanted energy, that something forbids."""
    return recording("tempting", length_s, **{"energy": 3.0, **changes})


PLENTY = tuple(recording(f"plain{number:02d}", 90 + 7 * number) for number in range(16))


@dataclass(frozen=True, eq=False)
class Night:
    """Playlist, library, wishes and infusion; a plan, or what is planned anew from a plan at a minute."""

    tracks: tuple[Track, ...] = PLENTY
    wishes: Wishes = NO_WISHES
    loosening: Loosening = NOTHING
    text: str = field(default_factory=playlist_text)
    infusion: Infusion = field(default_factory=lambda: steady(12))
    anew: Callable[["Night"], tuple[Soundscape, Retiming]] | None = None
    blind: tuple[str, ...] = ()
    """What retime's own look does not see, where it would turn to another plan before the check is asked."""
    left: tuple[Track, ...] | None = None
    """The library when it is planned anew."""

    @cached_property
    def playlist(self) -> Playlist:
        return parse(self.text, Path("night"))

    @cached_property
    def loop(self) -> Playlist:
        return parse(LOOP, Path("hold"))

    @cached_property
    def before(self) -> Soundscape:
        """The plan as no fault has touched it: of twelve minutes, whatever the infusion became."""
        return _planned(self, steady(12))

    def made(self) -> tuple[Soundscape, Retiming | None]:
        """What the planner makes of this night now."""
        return (_planned(self, self.infusion), None) if self.anew is None else self.anew(self)

    def broken(self, made: Soundscape, retiming: Retiming | None) -> tuple[str, ...]:
        covers = retiming is not None and retiming.until_ms is not None
        playlist = self.loop if covers else self.playlist
        return check_soundscape(made, self.tracks, playlist, self.infusion, self.wishes, retiming=retiming)


def _planned(night: Night, infusion: Infusion) -> Soundscape:
    """What compose makes, its own look at the check left out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(composing, "check_soundscape", lambda *_given, **_named: ())
        made = composing.compose(
            night.playlist, infusion, night.tracks, night.wishes, library_digest="", loosening=night.loosening
        )
    return made.soundscape


class Planter:
    """Plants a fault under a public name; a name that is no more there is a failure."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.patch = patch

    def everywhere(self, owner: ModuleType, name: str, make: Callable[[Any], Any]) -> None:
        """Replace a module's name by what `make` makes of it, in every module that took it from there."""
        real = getattr(owner, name)
        faulty = make(real)
        for module in list(sys.modules.values()):
            if getattr(module, "__name__", "").startswith("setsetting.") and vars(module).get(name) is real:
                self.patch.setattr(module, name, faulty)

    def here(self, owner: object, name: str, make: Callable[[Any], Any]) -> None:
        """Replace one name of one module or class."""
        self.patch.setattr(owner, name, make(getattr(owner, name)))


def after(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A fault that changes what a function answers."""
    return lambda real: lambda *given, **named: change(real(*given, **named))


@cache
def sound(night: Night) -> tuple[Soundscape, Retiming | None]:
    """What a night makes while nothing is planted, once."""
    return night.made()


@dataclass(frozen=True, eq=False)
class Fault:
    """A fault, the night it is planted on, and what the check must say."""

    night: Night
    plant: Callable[[Planter], None]
    says: str

    def assert_caught(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing is broken before it is planted; then what is made is another, and the check names the rule."""
        good, retiming = sound(self.night)
        assert self.night.broken(good, retiming) == ()
        self.plant(Planter(monkeypatch))
        made, retiming = self.night.made()
        assert made != good, "the fault changes nothing on this night, so it proves nothing"
        assert any(self.says in words for words in self.night.broken(made, retiming))


NOW_MS = Milliseconds(3 * MIN)


def again(night: Night, *, skip: bool = False) -> tuple[Soundscape, Retiming]:
    """Planned anew at minute 3; what retime itself would have seen of the fault is left out, as compose's look is."""
    before = night.before

    def blind(verdict: Any) -> Any:
        return replace(
            verdict, broken=tuple(words for words in verdict.broken if not any(map(words.count, night.blind)))
        )

    with pytest.MonkeyPatch.context() as patch:
        if night.blind:
            Planter(patch).here(retime, "check", after(blind))
        new = retime.retime(
            before,
            now_ms=NOW_MS,
            playlist=night.playlist,
            infusion=night.infusion,
            tracks=night.left or night.tracks,
            wishes=night.wishes,
            skip=skip,
        )
    return new.soundscape, Retiming(NOW_MS, before, waived=new.waived)


def unmasked(rule: str) -> Callable[[Planter], None]:
    """The rule's mask lets every track pass."""

    def all_pass(made: Any, *_asked: Any) -> Any:
        return np.zeros(len(made.rows), dtype=np.bool_)

    def without(table: tuple[rules.Rule, ...]) -> tuple[rules.Rule, ...]:
        return tuple(
            one
            if one.name != rule
            else replace(
                one,
                of_patient=one.of_patient and all_pass,
                of_phase=one.of_phase and all_pass,
            )
            for one in table
        )

    return lambda planter: planter.everywhere(rules, "RULES", without)


def patient(**changes: Any) -> Callable[[Planter], None]:
    return lambda planter: planter.everywhere(
        build_instance, "patient_of", after(lambda made: msgspec.structs.replace(made, **changes))
    )


def window(**changes: Any) -> Callable[[Planter], None]:
    return lambda planter: planter.everywhere(
        windows, "window_of", after(lambda made: msgspec.structs.replace(made, **changes))
    )
