"""Faults planted where a plan becomes sound, where rules are loosened, and where a running session is planned anew."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from planted_nights import (
    NOW_MS,
    PAUSED,
    PAUSED_LONG,
    PLENTY,
    Fault,
    Night,
    Planter,
    after,
    again,
    patient,
    playlist_text,
    recording,
    sound,
    tempting,
    unmasked,
)

from setsetting.clinical.infusion import steady
from setsetting.library.track import Lyrics
from setsetting.soundscape import cues, fallback, gains, instance, loosening, problem, retime
from setsetting.soundscape.check_soundscape import Retiming
from setsetting.soundscape.loosening import loosen
from setsetting.soundscape.soundscape import CueKind, Soundscape
from setsetting.soundscape.wishes import Wishes
from setsetting.units import Dbtp, Milliseconds, Seconds

swap = msgspec.structs.replace
# --- Cues and gains


def cued(change: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> Callable[[Planter], None]:
    return lambda planter: planter.everywhere(cues, "cues_of", after(change))


def second(**change: Callable[[Any], Any]) -> Callable[[Planter], None]:
    """One field of the second cue is another."""

    def changed(made: tuple[Any, ...]) -> tuple[Any, ...]:
        one = made[1]
        return (made[0], replace(one, **{name: new(getattr(one, name)) for name, new in change.items()}), *made[2:])

    return cued(changed)


def other_way_round(planter: Planter) -> None:
    planter.here(cues, "fade_s", lambda real: lambda window, same_phase: real(window, same_phase=not same_phase))


def louder(planter: Planter) -> None:
    planter.everywhere(gains, "gain_mdb", after(lambda gain: gain + 6000))


def unmet(planter: Planter) -> None:
    planter.everywhere(gains, "lowered", lambda real: lambda gains, *_given, **_named: list(gains))


def unlimited(planter: Planter) -> None:
    unmet(planter)
    planter.everywhere(gains, "gain_mdb", lambda real: lambda track, lufs, _ceiling: real(track, lufs, Dbtp(40.0)))


QUIET = Night(tuple(replace(track, lufs=track.lufs - 20, true_peak_dbtp=Dbtp(-9.0)) for track in PLENTY))  # type: ignore[operator]
HOT = Night(tuple(replace(track, true_peak_dbtp=Dbtp(2.5)) for track in PLENTY))
FEW = Night(
    (*PLENTY[8:], recording("long", 280)),
    text=playlist_text(settle={"flex_s = 90": "flex_s = 90\nbed_allowed = true"}, rise={"flex_s = 90": "flex_s = 0"}),
)
CUES = {
    "fades are those of the phase that is left": Fault(Night(), other_way_round, "not that of the phase it enters"),
    "a cue comes five seconds late": Fault(Night(), second(start_ms=lambda ms: ms + 5000), "starts at"),
    "a cue comes half a second late": Fault(Night(), second(start_ms=lambda ms: ms + 500), "whole second"),
    "a cue ends before the next begins": Fault(Night(), second(length_ms=lambda ms: ms // 2), "nothing sounds between"),
    "a cue is longer than its track": Fault(Night(), second(length_ms=lambda ms: ms + 5000), "longer than its track"),
    "a fade is longer than its cue": Fault(Night(), second(fade_out_ms=lambda _ms: 10**7), "longer than the sound"),
    "a cue comes up without its fade": Fault(Night(), second(fade_in_ms=lambda _ms: 0), "not that of the phase"),
    "a cue plays what nobody has": Fault(Night(), second(track_id=lambda _id: "nobody"), "not in the library"),
    "a cue stands in no phase": Fault(Night(), second(phase=lambda _name: "encore"), "no such phase"),
    "a cue is silence": Fault(Night(), second(kind=lambda _kind: CueKind.SILENCE), "silence"),
    "a cue is a voice": Fault(Night(), second(kind=lambda _kind: CueKind.VOICE), "no kind of item"),
    "everything is 6 dB louder": Fault(Night(), louder, "louder than"),
    "gains know no ceiling": Fault(QUIET, unlimited, "peak would stand above"),
    "two peaks meet above the ceiling": Fault(HOT, unmet, "meets the next above"),
}


# --- Loosening, and beds


def loosened(change: Callable[[Any], Any], method: str = "of_window") -> Callable[[Planter], None]:
    return lambda planter: planter.here(loosening.Loosening, method, after(change))


def own(**changes: Any) -> Callable[[Planter], None]:
    return loosened(lambda made: swap(made, **changes))


BEDS = Night(
    (*PLENTY[:3], *(recording(f"spare{number}", 250 + number, tags=("calm", "tail")) for number in range(4))),
    text=playlist_text(
        settle={"bpm_min = 60": "bed_allowed = true\nbpm_min = 60", 'tags_not = ["dark"]': 'tags_not = ["tail"]'}
    ),
)
LOOSENING = {
    "unknown lyrics pass unsaid": Fault(
        Night((*PLENTY, tempting(lyrics=Lyrics.UNKNOWN))), own(lyrics_allowed=("none", "unknown")), "lyrics"
    ),
    "a startle loosened a little is lifted": Fault(
        Night((*PLENTY, tempting(startle_lu=20.0)), loosening=loosen({"startle_max_lu": "9"})),
        own(startle_max_lu=60.0),
        "startles",
    ),
    "artists are loosened unsaid": Fault(
        Night((*PLENTY, tempting(), replace(tempting(130), id="second"))),
        loosened(lambda made: swap(made, artist_max_per_session=5), "of_protocol"),
        "tracks by",
    ),
    "a bed has any length": Fault(
        BEDS,
        lambda planter: planter.everywhere(problem, "BED_LENGTHS_S", lambda _real: tuple(range(310, 400, 5))),
        "a bed of",
    ),
    "beds stand where none may": Fault(Night(), own(bed_allowed=True), "no bed is allowed"),
    "beds are 10 dB louder": Fault(
        BEDS,
        lambda planter: planter.everywhere(gains, "bed_gain_mdb", after(lambda gain: gain + 10_000)),
        "louder than",
    ),
}


# --- Planned anew, covered, held


def onward(night: Night) -> tuple[Soundscape, Retiming]:
    return again(night, skip=True)


def grounded(night: Night) -> tuple[Soundscape, Retiming]:
    """A rescue at minute 3 from what its list holds for this patient, judged as `prepare` judges it beforehand."""
    before, chosen = night.before, fallback.rescue_list(night.loop, night.tracks, night.wishes)
    sounding = {track.id: track for track in night.tracks}
    made = fallback.rescue(before, chosen, night.loop, now_ms=NOW_MS, sounding=sounding)
    return made, Retiming(NOW_MS, before, before.end_ms)


def rewritten(made: tuple[Any, ...]) -> tuple[Any, ...]:
    return (replace(made[0], gain_mdb=made[0].gain_mdb - 3000), *made[1:])


def unsaid(planter: Planter) -> None:
    """Wider windows and beds from the first turn on, and nobody is told."""
    planter.here(retime, "waived", lambda real: lambda left, _rules: real(left, ("flex_s", "beds")))


def shorter(planter: Planter) -> None:
    planter.patch.setattr(instance.Instance, "horizon_s", property(lambda made: made.protocol.end_s - Seconds(60)))


def still(planter: Planter) -> None:
    """The clock of the infusion's beginning is lost."""
    planter.here(retime, "resolve", lambda real: lambda playlist, _infusion, chosen: real(playlist, steady(12), chosen))


def heedless(planter: Planter) -> None:
    patient(veto_tracks=(), veto_artists=(), veto_tags=())(planter)


def gaping(planter: Planter) -> None:
    planter.here(fallback, "FADE_MS", lambda _real: Milliseconds(-5000))


AGAIN = Night(infusion=PAUSED, anew=again)
HELD = Night(
    (*PLENTY, *(recording(f"tail{number}", 130 + number, tags=("calm", "tail")) for number in range(3))),
    text=playlist_text(settle={'tags_any = ["calm"]': 'tags_any = ["tail"]'}),
    infusion=PAUSED_LONG,
    anew=again,
    left=PLENTY,
)
CALMEST = replace(tempting(), startle_lu=0.0)
GROUNDED = Night((*PLENTY, CALMEST), Wishes(veto_artists=frozenset({"Artist of Tempting"})), anew=grounded)
ANEW = {
    "what sounds is turned down": Fault(AGAIN, cued(rewritten), "is not what has sounded"),
    "the pause is forgotten": Fault(AGAIN, still, "it must reach to"),
    "limits are given up unsaid": Fault(replace(AGAIN, tracks=PLENTY[:12]), unsaid, "bed"),
    "a plan anew fades as it likes": Fault(AGAIN, other_way_round, "not that of the phase"),
    "next leaves a gap": Fault(replace(AGAIN, anew=onward), second(start_ms=lambda ms: ms + 60_000), "nothing sounds"),
    "next forgets what is refused": Fault(
        Night(
            (*PLENTY, tempting()), Wishes(veto_artists=frozenset({"ARTIST OF TEMPTING"})), infusion=PAUSED, anew=onward
        ),
        heedless,
        "vetoed",
    ),
    "the horizon comes early": Fault(replace(AGAIN, blind=("spare tail",)), shorter, "it must reach to"),
    "what is held on leaves a gap": Fault(HELD, gaping, "longer than the sound"),
    "what is held on ends early": Fault(HELD, shorter, "it must reach to"),
    "the rescue list forgets what is refused": Fault(GROUNDED, heedless, "vetoed"),
    "the rescue is 6 dB louder": Fault(GROUNDED, louder, "louder than"),
    "the rescue list takes what beats": Fault(
        Night((*PLENTY, replace(CALMEST, beatless=False, bpm=140.0)), anew=grounded), unmasked("bpm"), "tempo"
    ),
}

FAULTS = CUES | LOOSENING | ANEW


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_what_is_heard_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[name].assert_caught(monkeypatch)


@pytest.mark.parametrize(
    "written",
    [("veto_artist", "allow"), ("heard_before", "allow"), ("flex_s", "9999"), ("beds", "yes"), ("flex_s", "far")],
)
def test_nothing_is_loosened_but_what_the_table_allows_and_no_further(written: tuple[str, str]) -> None:
    night = Night()
    made, retiming = sound(night)
    assert night.broken(replace(made, loosened=(("flex_s", "90"),)), retiming) == ()
    assert night.broken(replace(made, loosened=(written,)), retiming) == (f"{'='.join(written)} is never loosened.",)
