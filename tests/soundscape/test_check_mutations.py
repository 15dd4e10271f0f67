"""Proof that the check guards: faults planted in the planner, each of which breaks a rule, are each caught.

Every night is good while nothing is planted. With the fault, what is made differs, breaks the rule that is
named, and the check says so although the fault is still planted while it looks.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pytest
from planted_nights import (
    PAUSED,
    PLENTY,
    Fault,
    Night,
    Planter,
    after,
    again,
    patient,
    playlist_text,
    recording,
    tempting,
    unmasked,
    window,
)

from setsetting.clinical.infusion import Infusion, Segment
from setsetting.library.track import Lyrics
from setsetting.soundscape import (
    beam,
    build_instance,
    columns,
    instance,
    planner,
    playlist,
    problem,
    relaxation,
    rules,
    windows,
)
from setsetting.soundscape.instance import Pin
from setsetting.soundscape.wishes import Wishes
from setsetting.units import Seconds
from setsetting.words import spelling

swap = msgspec.structs.replace


# --- Masks: one for every rule of the table that looks at a track


def tempts(says: str, *, asked: Wishes | None = None, **changes: Any) -> tuple[Night, str]:
    """A night whose best track is forbidden by one rule alone."""
    track = tempting(**changes)
    return (Night((*PLENTY, track)) if asked is None else Night((*PLENTY, track), asked)), says


VETOED = Wishes(veto_artists=frozenset({" ARTIST OF TEMPTING"}))
FIRST = Wishes(pins=(Pin("tempting", "settle"),))
HEARD = Wishes(heard_tracks=frozenset({"tempting"}))
TEMPTING: dict[str, tuple[Night, str]] = {
    "silent": tempts("digital silence", lufs=None, true_peak_dbtp=None),
    "already_played": (
        Night((*PLENTY, tempting()), FIRST, infusion=PAUSED, anew=again, blind=("a second time", "tracks by")),
        "sounds a second time",
    ),
    "veto_track": tempts("the track is vetoed", asked=Wishes(veto_tracks=frozenset({"tempting"}))),
    "veto_artist": tempts("the artist is vetoed", asked=Wishes(veto_artists=frozenset({"artist of tempting"}))),
    "veto_tag": tempts("a tag is vetoed", asked=Wishes(veto_tags=frozenset({"Choir"})), tags=("calm", "choir")),
    "heard_before": tempts("heard before", asked=HEARD),
    "lyrics": tempts("lyrics are not allowed", lyrics=Lyrics.KNOWN),
    "lyrics_unknown": tempts("lyrics are not allowed", lyrics=Lyrics.UNKNOWN),
    "energy_range": tempts("energy is out of range", energy=2.5),
    "startle": tempts("it startles", startle_lu=20.0),
    "bpm": tempts("tempo is out of range", beatless=False, bpm=140.0),
    "bpm_unknown": tempts("nobody knows its tempo", beatless=False),
    "brightness": tempts("too bright", brightness=0.9),
    "tags_not": tempts("a tag is not wanted", tags=("calm", "dark")),
    "tags_any": tempts("none of the wanted tags", tags=()),
    "too_short_for_crossfade": tempts("too short for the crossfade", length_s=35),
    "too_long": tempts("too long", length_s=330),
}


def forgetful(planter: Planter) -> None:
    """Neither the mask nor the search knows what has sounded."""
    unmasked("already_played")(planter)

    def start(real: Any) -> Any:
        def begin(search: Any, *given: Any) -> None:
            real(search, *given)
            search.played, search.counts = frozenset(), 0 * search.counts

        return begin

    planter.here(beam.Search, "__init__", start)


MASKS = {f"no mask for {rule}": Fault(night, unmasked(rule), says) for rule, (night, says) in TEMPTING.items()}
MASKS["no mask for already_played"] = replace(MASKS["no mask for already_played"], plant=forgetful)


# --- Columns: what a mask is made of


def column(method: str, change: Callable[[Any], Any]) -> Callable[[Planter], None]:
    return lambda planter: planter.here(columns.Columns, method, after(change))


def calm(planter: Planter) -> None:
    """The column of startles is that of brightness."""
    planter.here(
        columns.Columns,
        "__getitem__",
        lambda real: lambda made, name: real(made, "brightness" if name == "startle_lu" else name),
    )


COLUMNS = {
    "artists are found nowhere": Fault(TEMPTING["veto_artist"][0], column("by", np.zeros_like), "vetoed"),
    "tracks are found one place on": Fault(
        TEMPTING["veto_track"][0], column("among", lambda found: np.roll(found, 1)), "vetoed"
    ),
    "every kind of lyrics is found": Fault(TEMPTING["lyrics"][0], column("sung", np.ones_like), "lyrics"),
    "startles stand in another column": Fault(TEMPTING["startle"][0], calm, "it startles"),
}


# --- The instance: what is written down of tracks, wishes and limits


def row(**changes: Any) -> Callable[[Planter], None]:
    return lambda planter: planter.everywhere(build_instance, "row_of", after(lambda made: swap(made, **changes)))


def protocol(**changes: Any) -> Callable[[Planter], None]:
    def change(made: instance.Instance) -> instance.Instance:
        return swap(made, protocol=swap(made.protocol, **changes))

    return lambda planter: planter.everywhere(build_instance, "build_instance", after(change))


def longer(made: Any) -> Any:
    return swap(made, duration_s=made.duration_s + Seconds(20))


def spell(how: Callable[[str], str]) -> Callable[[Planter], None]:
    """Names are compared otherwise than they should be."""
    return lambda planter: planter.everywhere(spelling, "spelled", lambda _real: how)


def names_as_they_are_coded(planter: Planter) -> None:
    """A refused name meets only what is written just like it."""
    planter.everywhere(spelling, "spelled", lambda _real: lambda name: name.strip().casefold())
    planter.everywhere(spelling, "refers_to", lambda _real: lambda name, other: name.casefold() == other.casefold())
    planter.everywhere(spelling, "stands_among", lambda _real: lambda _name, _words: False)


NAMELESS = Night(
    (*PLENTY, tempting(artist="", title="", path="/music/01_GUEST - Room Tone.wav")),
    Wishes(veto_artists=frozenset({"Guest"})),
)
TWO_BY_ONE = Night((*PLENTY, tempting(), replace(tempting(130), id="second")))
LOUD = {"energy_from = 3": "energy_from = 6", "energy_to = 3": "energy_to = 6", "energy_max = 5": "energy_max = 7"}
STEEP = Night(
    (*PLENTY, *(recording(f"loud{number}", 100 + number, energy=6.5) for number in range(6))),
    text=playlist_text(rise=LOUD),
)
PINNED = Night((*PLENTY, recording("pinned", 140, energy=5.0)), Wishes(pins=(Pin("pinned", "rise"),)))
INSTANCE = {
    "the patient's refused artists are dropped": Fault(TEMPTING["veto_artist"][0], patient(veto_artists=()), "vetoed"),
    "capitals count in a refusal": Fault(Night((*PLENTY, tempting()), VETOED), spell(str.strip), "vetoed"),
    "capitals count in a tag": Fault(
        Night((*PLENTY, tempting(tags=("calm", "Dark")))), spell(lambda name: name), "a tag is not wanted"
    ),
    "blanks and what has no width count in a refusal": Fault(
        Night((*PLENTY, tempting(artist="Artist\u00a0 of temp\u200bting")), VETOED),
        names_as_they_are_coded,
        "vetoed",
    ),
    "only the artist that is shown is refused": Fault(
        Night((*PLENTY, tempting(artists=("artist of tempting", "Guest"))), Wishes(veto_artists=frozenset({"guest"}))),
        row(artists=()),
        "the artist is vetoed",
    ),
    "only the artist that is shown is counted": Fault(
        Night(
            (*PLENTY, tempting(artists=("Guest",)), replace(tempting(130, artists=("GUEST",)), id="second", artist="b"))
        ),
        row(artists=()),
        "tracks by",
    ),
    "a file's name is not looked at": Fault(NAMELESS, row(hints=()), "stands in its file name"),
    "a title is not looked at": Fault(
        replace(NAMELESS, tracks=(*PLENTY, tempting(artist="", title="A song of Guest", path="/m/01.wav"))),
        row(hints=()),
        "stands in its title",
    ),
    "the patient's refused tracks are dropped": Fault(TEMPTING["veto_track"][0], patient(veto_tracks=()), "vetoed"),
    "what was heard is dropped": Fault(TEMPTING["heard_before"][0], patient(heard_tracks=()), "heard before"),
    "everything is an anchor": Fault(TEMPTING["heard_before"][0], patient(anchor_tracks=("tempting",)), "heard before"),
    "the pins are dropped": Fault(PINNED, patient(pinned=()), "pinned track"),
    "no row has lyrics": Fault(TEMPTING["lyrics"][0], row(lyrics="none"), "lyrics"),
    "no row startles": Fault(TEMPTING["startle"][0], row(startle_lu=0.0), "it startles"),
    "every row is beatless": Fault(TEMPTING["bpm"][0], row(bpm=None), "tempo is out of range"),
    "every tempo is known": Fault(TEMPTING["bpm_unknown"][0], row(tempo_unknown=False), "nobody knows its tempo"),
    "silence has a loudness": Fault(TEMPTING["silent"][0], row(silent=False), "digital silence"),
    "a row is longer than its track": Fault(
        Night(), lambda planter: planter.everywhere(build_instance, "row_of", after(longer)), "it must reach to"
    ),
    "artists have no limit": Fault(TWO_BY_ONE, protocol(artist_max_per_session=9), "tracks by"),
    "steps have no limit": Fault(STEEP, protocol(energy_step_max=9.0), "a step of"),
    "no spare tail": Fault(
        Night(text=playlist_text().replace("spare_s = 120", "spare_s = 500")),
        protocol(spare_s=Seconds(0)),
        "it must reach to",
    ),
}


# --- Windows: where phases stand on the clock


def placed(change: Callable[[windows.Timing], windows.Timing]) -> Callable[[Planter], None]:
    return lambda planter: planter.everywhere(windows, "resolve", after(change))


def later(timing: windows.Timing) -> windows.Timing:
    moved = (swap(one, from_s=one.from_s + Seconds(200)) for one in timing.windows[1:])
    return replace(timing, windows=(timing.windows[0], *moved))


def without_second(timing: windows.Timing) -> windows.Timing:
    return replace(timing, windows=(timing.windows[0], *timing.windows[2:]))


def unpaused(planter: Planter) -> None:
    """Pauses count as running infusion."""

    def deaf(real: Any) -> Any:
        return lambda playlist, infusion, chosen: real(
            playlist, Infusion((Segment(infusion.segments[0].start_ms, infusion.end_ms),)), chosen
        )

    planter.everywhere(windows, "resolve", deaf)


def misread(planter: Planter) -> None:
    """A phase stands five minutes from where its line says."""
    real = playlist.Anchor.offset_s.fget
    planter.patch.setattr(playlist.Anchor, "offset_s", property(lambda at: real(at) + (300 if real(at) > 0 else 0)))


RISING = {
    'tags_any = ["calm"]': 'tags_any = ["rising"]',
    "energy_from = 3": "energy_from = 5",
    "energy_to = 3": "energy_to = 5",
    "energy_max = 5": "energy_max = 7",
}
LATE = Night(
    (
        *PLENTY,
        *(recording(f"fitting{number}", 100 + number, energy=5.0) for number in range(6)),
        *(recording(f"rising{number}", 100 + number, energy=6.0, tags=("rising",)) for number in range(6)),
    ),
    text=playlist_text(rise=RISING),
)
WINDOWS = {
    "every phase but the first stands late": Fault(Night(), placed(later), "from its minute"),
    "a phase is left out unsaid": Fault(Night(), placed(without_second), "not each there once"),
    "pauses count as infusion": Fault(Night(infusion=PAUSED), unpaused, "from its minute"),
    "minutes of a playlist are read too late": Fault(Night(), misread, "from its minute"),
    "windows are wide open": Fault(LATE, window(flex_s=Seconds(900)), "from its minute"),
}


# --- The search and its costs


def unbarred(planter: Planter) -> None:
    """No partial plan remembers what it has used."""
    planter.here(beam, "Label", after(lambda label: replace(label, used=frozenset(), artists=())))


def limitless(planter: Planter) -> None:
    def start(real: Any) -> Any:
        def begin(search: Any, *given: Any) -> None:
            real(search, *given)
            search.limit = 9

        return begin

    planter.here(beam.Search, "__init__", start)


def planned(change: Callable[[planner.Plan], planner.Plan]) -> Callable[[Planter], None]:
    return lambda planter: planter.everywhere(planner, "plan", after(change))


def items(change: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> Callable[[Planter], None]:
    return planned(lambda made: replace(made, items=change(made.items)))


def swapped(made: tuple[Any, ...]) -> tuple[Any, ...]:
    first, second = made[1].track_id, made[2].track_id
    return (made[0], swap(made[1], track_id=second), swap(made[2], track_id=first), *made[3:])


def finite(costs: Any) -> Any:
    return np.where(np.isinf(costs), 0.0, costs)


SEARCH = {
    "the search forgets what it used": Fault(Night((*PLENTY, tempting())), unbarred, "a second time"),
    "the search counts no artist": Fault(TWO_BY_ONE, limitless, "tracks by"),
    "every step of energy costs nothing": Fault(
        STEEP, lambda planter: planter.here(relaxation.EnergyCosts, "step_from", after(finite)), "a step of"
    ),
    "the last item is lost": Fault(Night(), items(lambda made: made[:-1]), "it must reach to"),
    "the first item is lost": Fault(Night(), items(lambda made: made[1:]), "starts at"),
    "two tracks change places": Fault(Night(), items(swapped), "starts at"),
    "an item stands in another phase": Fault(
        Night(), items(lambda made: (made[0], swap(made[1], phase="calm"), *made[2:])), "not each there once"
    ),
    "a track is cheaper than its cost": Fault(
        Night(),
        lambda planter: planter.here(problem.Problem, "_track_cost", after(lambda cost: cost / 2)),
        "stated cost",
    ),
    "prices are told for costs": Fault(Night(), planned(lambda made: replace(made, cost=made.cost - 1)), "stated cost"),
}


FAULTS = MASKS | COLUMNS | INSTANCE | WINDOWS | SEARCH


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_what_may_be_chosen_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[name].assert_caught(monkeypatch)


def test_the_masks_are_those_of_the_table() -> None:
    without = {rule.name for rule in rules.RULES if not rule.of_session} ^ set(TEMPTING)
    assert without == set(), "has no line in TEMPTING of tests/soundscape/test_check_mutations.py, or is no rule"
    assert len(FAULTS) == len(MASKS) + len(COLUMNS) + len(INSTANCE) + len(WINDOWS) + len(SEARCH)
