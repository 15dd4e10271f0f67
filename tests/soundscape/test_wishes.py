"""A refusal meets the same tracks wherever it is asked: alone, in the planner, in a rescue, before a session."""

from dataclasses import replace

import pytest
from planning_cases import library, shipped

from setsetting.clinical.infusion import steady
from setsetting.errors import NotFound
from setsetting.library.track import Lyrics, Track
from setsetting.session import preflight
from setsetting.soundscape.build_instance import build_instance
from setsetting.soundscape.check_soundscape import kept_from
from setsetting.soundscape.fallback import rescue_list
from setsetting.soundscape.loosening import NOTHING
from setsetting.soundscape.problem import Problem
from setsetting.soundscape.windows import resolve
from setsetting.soundscape.wishes import NO_WISHES, Refusal, Wishes, refusing

TRACKS = tuple(
    replace(track, artist="Éliane Radigue", tags=("drone", "Mass"), energy=2.0, lyrics=Lyrics.NONE, startle_lu=1.0)
    if number < 3
    else track
    for number, track in enumerate(library("01-montreal-40-lib200"))
)
FIRST = TRACKS[0]
REFUSALS = [
    (Wishes(veto_tracks=frozenset({FIRST.id})), {FIRST.id}),
    (Wishes(veto_artists=frozenset({"Éliane Radigue"})), {track.id for track in TRACKS[:3]}),
    (Wishes(veto_artists=frozenset({"ÉLIANE radigue "})), {track.id for track in TRACKS[:3]}),
    (Wishes(veto_artists=frozenset({"E\N{COMBINING ACUTE ACCENT}liane Radigue"})), {track.id for track in TRACKS[:3]}),
    (Wishes(veto_tags=frozenset({"mass"})), {track.id for track in TRACKS[:3]}),
    (Wishes(veto_artists=frozenset({"Nobody"}), veto_tags=frozenset({"", "nothing"})), set()),
]


@pytest.mark.parametrize(("wishes", "refused"), REFUSALS)
def test_a_refusal_meets_the_same_tracks_at_every_door(wishes: Wishes, refused: set[str]) -> None:
    assert {track.id for track in TRACKS if wishes.forbids(track)} == refused
    assert {track.id for track in TRACKS if preflight.against(track, wishes)} == refused
    playlist = shipped("montreal-40")
    instance = build_instance(playlist, resolve(playlist, steady(40), NOTHING), TRACKS, wishes, NOTHING)
    problem = Problem(instance)
    by_mask = {
        problem.ids[number]
        for rule in ("veto_track", "veto_artist", "veto_tag")
        for number in problem.fails[0][rule].nonzero()[0].tolist()
    }
    assert by_mask == refused


@pytest.mark.parametrize(("wishes", "refused"), REFUSALS[1:5])
def test_a_rescue_plays_nothing_that_is_refused(wishes: Wishes, refused: set[str]) -> None:
    calm = TRACKS[:3]
    assert {track.id for track in rescue_list(shipped("rescue-grounding"), calm, NO_WISHES)} <= refused
    with pytest.raises(NotFound):
        rescue_list(shipped("rescue-grounding"), calm, wishes)


def test_what_is_met_is_named() -> None:
    wishes = Wishes(frozenset({FIRST.id}), frozenset({"éliane radigue"}), frozenset({"MASS", "drone"}))
    assert wishes.forbids(FIRST) == (
        Refusal("veto_track", FIRST.id),
        Refusal("veto_artist", "Éliane Radigue"),
        Refusal("veto_tag", "drone"),
        Refusal("veto_tag", "Mass"),
    )


def test_a_track_without_an_artist_is_met_by_no_refusal_of_an_artist() -> None:
    nameless: Track = replace(FIRST, artist=" ")
    assert Wishes(veto_artists=frozenset({"", " ", "x"})).forbids(nameless) == ()


@pytest.mark.parametrize(
    ("refused", "tag", "met"),
    [
        ("choir", "boys choir", True),
        ("Choir", "sacred choirs", True),
        ("drum", "drums", True),
        ("hip hop", "underground hiphop", True),
        ("hiphop", "hip-hop", True),
        ("choir boys", "boys choir", True),
        ("female voice", "voice, female", True),
        ("\u266a", "\u266a", True),
        ("drum & bass", "Drum and Bass", True),
        ("drum'n'bass", "Drum & Bass", True),
        ("drum & bass", "DnB", True),
        ("r&b", "Soul / RnB", True),
        ("rock and roll", "rock 'n' roll", True),
        ("story", "bedtime stories", True),
        ("church", "churches", True),
        ("horse", "horses", True),
        ("new age", "NewAge", True),
        ("müzik", "muezik", True),
        ("boys choir", "choir", False),
        ("dost e", "dost", False),
        ("choir", "choirmaster", False),
        ("art", "party", False),
        ("drone", "calm", False),
    ],
)
def test_a_refused_tag_is_met_by_its_words_for_planner_session_and_check_alike(
    refused: str, tag: str, met: bool
) -> None:
    track, wishes = replace(FIRST, tags=("slow", tag)), refusing([("tag", refused)])
    assert [each.name for each in wishes.forbids(track)] == [tag] * met
    said = " ".join(kept_from(track, wishes))
    assert ("a tag is vetoed" in said and tag in said) is met
    playlist = shipped("montreal-40")
    instance = build_instance(playlist, resolve(playlist, steady(40), NOTHING), [track], wishes, NOTHING)
    assert bool(Problem(instance).fails[0]["veto_tag"][0]) is met
    assert bool(preflight.against(track, wishes)) is met
