"""Phases on tonight's clock: longer, shorter, paused and stopped infusions."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planning_cases import PLAYLISTS, shipped

from setsetting.clinical.infusion import Infusion, Segment, steady
from setsetting.desk.playlists import timed
from setsetting.errors import BrokenFile, Refused, UsageError
from setsetting.soundscape.check_instance import own_instance
from setsetting.soundscape.loosening import NOTHING, loosen, loosen_words
from setsetting.soundscape.playlist import Playlist, parse
from setsetting.soundscape.windows import Timing, resolve, timed_phases
from setsetting.soundscape.wishes import NO_WISHES

MINUTE = 60_000


def starts(timing: Timing) -> dict[str, float]:
    return {window.name: window.from_s / 60 for window in timing.windows}


def test_a_longer_infusion_moves_only_what_is_anchored_to_its_end() -> None:
    timing = resolve(shipped("montreal-40"), steady(60), NOTHING)
    assert starts(timing) == {"arrive": -10, "soothe": 0, "build": 12, "peak": 20, "calm": 55, "spare": 75}
    assert timing.words == ("peak is 35 minutes instead of 15.",)


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


def capped(fills: str) -> Playlist:
    text = (PLAYLISTS / "psychedelic-60.toml").read_text()
    head, peak, tail = text.partition('name = "peak"\n')
    return parse(f'{head}{peak}minutes_max = 60\nfills = "{fills}"\n{tail}', Path("capped.toml"))


def test_a_longer_infusion_says_which_phase_it_stretches() -> None:
    words = resolve(shipped("psychedelic-60"), steady(180), NOTHING).words
    assert words == ("peak is 145 minutes instead of 25.",)
    assert resolve(shipped("psychedelic-60"), steady(60), NOTHING).words == ()


def test_a_capped_phase_gives_the_rest_to_the_neighbour_it_names() -> None:
    for fills, peak, descent in (("descent", 25, 85), ("ascent", 110, 170)):
        timing = resolve(capped(fills), steady(180), NOTHING)
        begins = starts(timing)
        assert (begins["peak"], begins["descent"], begins["return"]) == (peak, descent, 185)
        own = own_instance(capped(fills), steady(180), (), NO_WISHES, ())
        assert own.protocol.phases == timing.windows
    assert resolve(capped("descent"), steady(180), NOTHING).words == (
        "peak is 60 minutes instead of 25.",
        "descent is 100 minutes instead of 15.",
    )
    assert resolve(capped("descent"), steady(60), NOTHING) == resolve(shipped("psychedelic-60"), steady(60), NOTHING)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("minutes_max = 60", "expected fills = 'ascent' or 'descent'"),
        ('minutes_max = 60\nfills = "onset"', "expected fills"),
        ('minutes_max = 10\nfills = "descent"', "at least the 25 minutes"),
        ('fills = "descent"', "without minutes_max"),
    ],
)
def test_a_cap_that_makes_no_sense_is_refused_with_its_line(written: str, words: str) -> None:
    text = (PLAYLISTS / "psychedelic-60.toml").read_text().replace('name = "peak"\n', f'name = "peak"\n{written}\n')
    with pytest.raises(BrokenFile, match=words):
        parse(text, Path("capped.toml"))
