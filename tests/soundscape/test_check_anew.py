"""Whatever happens to an infusion, what is planned anew keeps the rules, or names those it gave up."""

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st
from planning_cases import library, shipped

from setsetting.clinical.infusion import Infusion, Segment
from setsetting.library.track import Track
from setsetting.soundscape.check_soundscape import Retiming, check_soundscape
from setsetting.soundscape.compose import compose
from setsetting.soundscape.fallback import rescue, rescue_list
from setsetting.soundscape.playlist import Playlist
from setsetting.soundscape.retime import retime
from setsetting.soundscape.soundscape import Soundscape
from setsetting.soundscape.wishes import Wishes
from setsetting.words.numbers import clock

MINUTE = 60_000
WISHES = Wishes(veto_tags=frozenset({"Religious"}))
LIBRARIES = {"montreal-40": "01-montreal-40-lib200", "silence-forward": "04-silence-forward-lib60"}


@cache
def tonight(name: str) -> tuple[Soundscape, tuple[Track, ...]]:
    tracks = library(LIBRARIES[name])
    return compose(
        shipped(name), Infusion((Segment(0, 40 * MINUTE),)), tracks, WISHES, library_digest=""
    ).soundscape, tracks


def judged(
    made: Soundscape, playlist: Playlist, infusion: Infusion, retiming: Retiming, tracks: tuple[Track, ...]
) -> tuple[str, ...]:
    return check_soundscape(made, tracks, playlist, infusion, WISHES, retiming=retiming)


def stretches(ran: int, what: str) -> Infusion:
    """An infusion of forty minutes that was stopped, is paused or is another now, after it ran for so long."""
    if what == "stopped":
        return Infusion((Segment(0, ran),))
    pause = 7 * MINUTE if what == "paused" else 0
    return Infusion((Segment(0, ran), Segment(ran + pause, max(40 * MINUTE, ran + MINUTE) + pause)))


@settings(max_examples=40, derandomize=True)
@given(
    name=st.sampled_from(sorted(LIBRARIES)),
    second=st.integers(-9 * 60, 60 * 60),
    millisecond=st.integers(0, 999),
    late=st.integers(0, 8 * 60),
    what=st.sampled_from(["stopped", "paused", "goes on"]),
    way=st.sampled_from(["retimed", "faded", "left", "out of a rescue"]),
)
def test_what_is_planned_anew_keeps_the_rules(
    *, name: str, second: int, millisecond: int, late: int, what: str, way: str
) -> None:
    before, tracks = tonight(name)
    now, zero = 1000 * second + millisecond, 1000 * late
    infusion = stretches(max(5 * MINUTE, now - zero), what)
    loop = shipped("rescue-grounding")
    if way == "out of a rescue":
        chosen = rescue_list(loop, tracks, WISHES)
        covered = rescue(before, chosen, loop, now_ms=now, sounding={track.id: track for track in tracks})
        assert judged(covered, loop, infusion, Retiming(now, before, before.end_ms), tracks) == ()
        before, now = covered, now + 100_000
    new = retime(
        before,
        now_ms=now,
        playlist=shipped(name),
        infusion=infusion,
        tracks=tracks,
        wishes=WISHES,
        zero_ms=zero,
        may_fade=way == "faded",
        skip=way in {"left", "out of a rescue"},
    )
    retiming = Retiming(now, before, waived=new.waived, zero_ms=zero)
    assert judged(new.soundscape, shipped(name), infusion, retiming, tracks) == (), clock(now)
