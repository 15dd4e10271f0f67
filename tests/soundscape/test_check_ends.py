"""What the check says of ends, fades and levels that no planner makes: what plays is faded and never cut short."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from planted_nights import LOOP, MIN, NOW_MS, PAUSED, PAUSED_LONG, PLENTY, Night, again, playlist_text, recording, sound

from setsetting.clinical.infusion import steady
from setsetting.soundscape.check_soundscape import Retiming, check_soundscape
from setsetting.soundscape.fallback import rescue, silenced
from setsetting.soundscape.playlist import parse
from setsetting.soundscape.soundscape import Cue, CueKind, Soundscape
from setsetting.soundscape.wishes import NO_WISHES
from setsetting.units import Dbtp, Milliseconds

PLAIN = Night()
AGAIN = Night(infusion=PAUSED, anew=again)
SKIPPED = Night(infusion=PAUSED, anew=lambda night: again(night, skip=True))
HELD = Night(
    (*PLENTY, *(recording(f"tail{number}", 130 + number, tags=("calm", "tail")) for number in range(3))),
    text=playlist_text(settle={'tags_any = ["calm"]': 'tags_any = ["tail"]'}),
    infusion=PAUSED_LONG,
    anew=again,
    left=PLENTY,
)
BARE = replace(HELD, text=playlist_text(spare={'tags_any = ["calm"]': 'tags_any = ["tail"]'}), infusion=PAUSED)
BEDS = Night(
    (*PLENTY[:3], *(recording(f"spare{number}", 250 + number, tags=("calm", "tail")) for number in range(4))),
    text=playlist_text(
        settle={
            "bpm_min = 60": "bed_allowed = true\nbpm_min = 60",
            'tags_not = ["dark"]': 'tags_not = ["tail"]',
            "lufs = -24": "lufs = -15",
        }
    ),
)
Change = Callable[[Soundscape], Soundscape]


def cue(number: int, **changes: Any) -> Change:
    """One cue is another; what is callable is asked with the cue and the one after it."""

    def changed(made: Soundscape) -> Soundscape:
        cues = list(made.cues)
        one, following = cues[number], cues[(number + 1) % len(cues)]
        new = {name: value(one, following) if callable(value) else value for name, value in changes.items()}
        cues[number] = replace(one, **new)
        return replace(made, cues=tuple(cues))

    return changed


def cues(change: Callable[[tuple[Cue, ...]], Any]) -> Change:
    return lambda made: replace(made, cues=tuple(change(made.cues)))


def playing(made: Soundscape) -> int:
    """The number of the cue that sounds at minute 3."""
    return max(number for number, one in enumerate(made.cues) if one.start_ms < NOW_MS)


def played(**changes: Any) -> Change:
    return lambda made: cue(playing(made), **changes)(made)


def alone(made: Soundscape) -> Soundscape:
    """What plays goes on for ever, and nothing comes after it."""
    number = playing(made)
    return cue(-1, length_ms=Milliseconds(10**7))(replace(made, cues=made.cues[: number + 1]))


def to_the_next(one: Cue, following: Cue) -> int:
    return following.start_ms - one.start_ms


def quieter(mdb: int) -> Change:
    return cues(lambda made: (replace(one, gain_mdb=one.gain_mdb - mdb) for one in made))


def new(change: Callable[[list[Cue]], list[Cue]]) -> Change:
    """What comes after minute 3 is changed."""

    def changed(made: Soundscape) -> Soundscape:
        number = playing(made) + 1
        return replace(made, cues=(*made.cues[:number], *change(list(made.cues[number:]))))

    return changed


def phases_swapped(left: list[Cue]) -> list[Cue]:
    """What was promised for two phases, each in the other's."""
    at = next(number for number, one in enumerate(left) if one.phase != left[0].phase)
    return [
        replace(left[0], phase=left[at].phase),
        *left[1:at],
        replace(left[at], phase=left[0].phase),
        *left[at + 1 :],
    ]


WRONG: dict[str, tuple[Night, Change, str]] = {
    "what plays never ends": (AGAIN, alone, "lasts longer than it was to"),
    "what plays stops at once": (AGAIN, played(length_ms=to_the_next, fade_out_ms=0), "is cut and not faded"),
    "what plays ends with a click": (AGAIN, played(fade_out_ms=0), "is cut and not faded"),
    "what is left is cut": (SKIPPED, played(length_ms=to_the_next, fade_out_ms=0), "is cut and not faded"),
    "what is left has faded before": (SKIPPED, played(length_ms=to_the_next), "is cut and not faded"),
    "what is left fades in no time": (
        SKIPPED,
        played(length_ms=lambda one, following: to_the_next(one, following) + 20, fade_out_ms=20),
        "the fade into the next",
    ),
    "everything is 60 dB quieter": (PLAIN, quieter(60_000), "quieter than"),
    "everything is a little quieter": (PLAIN, quieter(10), "quieter than"),
    "what is new is quieter": (
        AGAIN,
        new(lambda left: [replace(one, gain_mdb=-40_000) for one in left]),
        "quieter than",
    ),
    "a bed is quieter": (BEDS, cue(0, gain_mdb=-20_000), "quieter than"),
    "it begins with a click": (PLAIN, cue(0, fade_in_ms=0), "begins or ends with a click"),
    "it ends with a click": (PLAIN, cue(-1, fade_out_ms=19), "begins or ends with a click"),
    "what is held on is of the last phase": (
        HELD,
        new(lambda left: [replace(one, phase="spare") for one in left]),
        "was not promised there",
    ),
    "a bare end is left out": (BARE, cues(lambda row: row[:-1]), "not each there"),
    "a bare end is of the phase before it": (BARE, cue(-1, phase="calm"), "not each there"),
    "what is held on changes places": (HELD, new(phases_swapped), "was not promised there"),
    "what is held on was never promised": (
        HELD,
        new(lambda left: [replace(left[0], track_id="plain05"), *left[1:]]),
        "was not promised there",
    ),
    "what is held on is of a phase that is over": (
        HELD,
        new(lambda left: [*left[:-1], replace(left[-1], phase="settle")]),
        "this phase is not to begin then",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_check_names_what_is_wrong_with_an_end_a_fade_or_a_level(name: str) -> None:
    night, change, says = WRONG[name]
    made, retiming = sound(night)
    assert night.broken(made, retiming) == ()
    broken = night.broken(change(made), retiming)
    assert any(says in words for words in broken), broken


def test_the_nights_have_what_is_judged_on_them() -> None:
    assert sound(HELD)[1].waived == ("everything",)  # type: ignore[union-attr]
    assert sound(BARE)[1].waived[-1] == "bare_end"  # type: ignore[union-attr]
    bed = sound(BEDS)[0].cues[0]
    assert (bed.kind, bed.phase) == (CueKind.BED, "settle"), "a bed at -15 LUFS would stand above the ceiling"


def test_a_peak_that_meets_another_is_turned_down_so_far_and_no_further() -> None:
    hot = Night(tuple(replace(track, true_peak_dbtp=Dbtp(2.5)) for track in PLENTY))
    made, retiming = sound(hot)
    assert max(one.gain_mdb for one in made.cues) < -6000, "each is turned down for its neighbour"
    assert hot.broken(made, retiming) == ()
    assert any("quieter than" in words for words in hot.broken(quieter(20)(made), retiming))


def test_silence_that_nothing_ends_reaches_nowhere() -> None:
    quiet = silenced(PLAIN.before, now_ms=Milliseconds(2 * MIN), fade_ms=Milliseconds(3000))
    assert any("must reach" in words for words in PLAIN.broken(quiet, Retiming(NOW_MS, quiet)))


def test_a_rescue_without_crossfades_has_no_click_and_its_bed_keeps_the_ceiling() -> None:
    abrupt = LOOP.replace("crossfade_s = 6", "crossfade_s = 0").replace("crossfade_in_s = 10", "crossfade_in_s = 0")
    playlist, before = parse(abrupt.replace("lufs = -24", "lufs = -14"), Path("hold")), PLAIN.before
    for chosen in (PLENTY, ()):
        covered = rescue(before, chosen, playlist, now_ms=NOW_MS, sounding={track.id: track for track in PLENTY})
        retiming = Retiming(NOW_MS, before, before.end_ms)
        assert check_soundscape(covered, PLENTY, playlist, steady(12), NO_WISHES, retiming=retiming) == ()
