"""Phases on tonight's clock: longer, shorter, paused and stopped infusions."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planning_cases import shipped

from setsetting.clinical.infusion import Infusion, Segment, steady
from setsetting.desk.playlists import timed
from setsetting.errors import Refused, UsageError
from setsetting.soundscape.loosening import NOTHING, loosen, loosen_words
from setsetting.soundscape.windows import Timing, resolve, timed_phases

MINUTE = 60_000


def starts(timing: Timing) -> dict[str, float]:
    return {window.name: window.from_s / 60 for window in timing.windows}


def test_a_longer_infusion_moves_only_what_is_anchored_to_its_end() -> None:
    timing = resolve(shipped("montreal-40"), steady(60), NOTHING)
    assert starts(timing) == {"arrive": -10, "soothe": 0, "build": 12, "peak": 20, "calm": 55, "spare": 75}
    assert timing.words == ()


def test_a_short_infusion_leaves_out_the_middle_and_says_so() -> None:
    timing = resolve(shipped("montreal-40"), steady(20), NOTHING)
    assert starts(timing) == {"arrive": -10, "soothe": 0, "calm": 15, "spare": 35}
    assert "build, peak" in timing.words[0]


def test_in_the_shortest_infusion_the_arrival_keeps_its_room_and_calm_waits() -> None:
    timing = resolve(shipped("montreal-40"), steady(5), NOTHING)
    assert starts(timing) == {"arrive": -10, "soothe": 0, "calm": 4, "spare": 20}
    assert "calm begins 240 s later" in timing.words[1]


@given(st.sampled_from(["montreal-40", "psychedelic-60", "first-gentle", "silence-forward"]), st.floats(5, 180))
def test_at_any_length_phases_stand_in_order_with_room(name: str, minutes: float) -> None:
    windows = resolve(shipped(name), steady(minutes), NOTHING).windows
    rooms = [later.from_s - earlier.from_s for earlier, later in itertools.pairwise(windows)]
    assert min(rooms) >= 200
    assert windows[-1].kind == "spare"


def test_a_pause_delays_what_is_left() -> None:
    paused = Infusion((Segment(0, 10 * MINUTE), Segment(20 * MINUTE, 50 * MINUTE)))
    timing = resolve(shipped("montreal-40"), paused, NOTHING)
    assert starts(timing) == {"arrive": -10, "soothe": 0, "build": 22, "peak": 30, "calm": 45, "spare": 65}


def test_a_late_start_moves_everything() -> None:
    late = Infusion((Segment(5 * MINUTE, 45 * MINUTE),))
    assert starts(resolve(shipped("montreal-40"), late, NOTHING))["arrive"] == -5


def test_a_loop_has_no_windows() -> None:
    with pytest.raises(Refused, match="loop"):
        resolve(shipped("rescue-grounding"), steady(40), NOTHING)


def test_timed_phases_follow_each_other_to_the_end_of_the_spare_music() -> None:
    playlist = shipped("psychedelic-60")
    phases = timed_phases(playlist, steady(60), NOTHING)
    timing = resolve(playlist, steady(60), NOTHING)
    assert [phase.name for phase in phases] == [window.name for window in timing.windows]
    assert all(earlier.to_min == later.from_min for earlier, later in itertools.pairwise(phases))
    assert phases[-1].to_min == pytest.approx((timing.end_s + playlist.spare_s) / 60)


def test_what_has_no_place_on_the_clock_is_timed_to_nothing() -> None:
    assert timed(shipped("psychedelic-60"), steady(60))
    assert timed(shipped("rescue-grounding"), steady(60)) == ()
    assert timed(shipped("psychedelic-60"), Infusion(())) == ()


def test_loosening_applies_to_every_phase_and_never_tightens() -> None:
    loosened = loosen({"startle_max_lu": "9.5", "flex_s": "60", "lyrics_unknown": "allow", "beds": "allow"})
    windows = resolve(shipped("silence-forward"), steady(40), loosened).windows
    music = [window for window in windows if window.kind != "silence"]
    assert {window.startle_max_lu for window in windows} == {9.5}
    assert {window.flex_s for window in music} == {120}
    assert all("unknown" in window.lyrics_allowed for window in windows)
    assert all(window.bed_allowed for window in music)
    assert not any(window.bed_allowed for window in windows if window.kind == "silence")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("artist_max=6", "Did you mean 'artist_max_per_session'?"),
        ("veto_track=allow", "never loosened"),
        ("artist_max_per_session=0", "from 1 to 1000"),
        ("artist_max_per_session=6.5", "a whole number"),
        ("startle_max_lu=nan", "a number from 0 to 60"),
        ("startle_max_lu=loud", "a number from 0 to 60"),
        ("flex_s=99999", "from 0 to 1800"),
        ("beds=yes", "beds=allow"),
        ("beds", "RULE=VALUE"),
    ],
)
def test_a_wrong_loosening_is_a_usage_error(word: str, expected: str) -> None:
    with pytest.raises(UsageError) as refused:
        loosen_words([word])
    assert expected in str(refused.value)
    assert refused.value.exit_code == 2
