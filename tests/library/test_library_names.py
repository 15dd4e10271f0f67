"""Tracks by their names alone: what is left out at a glance is what no refusal meets."""

from hypothesis import given
from hypothesis import strategies as st

from setsetting.library.copies import Copy
from setsetting.library.names import FileNames, Names
from setsetting.library.track import TrackNames
from setsetting.soundscape.wishes import refusing

NAMES = st.sampled_from(
    [
        "Mira Dost",
        "Dost",
        "M. Dost",
        "DOST, Mira",
        "Mira-Dóst",
        "Ana O'Brien",
        "Air",
        "J. S. Bach",
        "Øst",
        "",
        "ann & bo",
        "D.O.S.T",
    ]
)
TAGS = st.sampled_from(["", "choir", "boys choirs", "Bells", "hip hop\nbells", "gongs\nquiet", "glöckchen"])
CALLED = st.one_of(st.just(""), st.builds("{}\n{}\n{}\n / {} / ".format, NAMES, NAMES, NAMES, NAMES.map(str.lower)))
COPIES = st.builds(Copy, TAGS, NAMES, NAMES, CALLED)
FILES = st.tuples(
    st.sampled_from("abcde"), NAMES.map(lambda name: f"/m/{name}.ogg".encode().hex()), TAGS, NAMES, NAMES, NAMES, CALLED
)
SAID = st.sampled_from(
    [{}, {"energy": "3"}, {"artist": "Mira Dost"}, {"title": "by Dost"}, {"tag:bells": "+"}, {"tag:choir": "-"}]
)
REFUSED = st.sampled_from(
    [
        ("artist", "mira dost"),
        ("artist", "o brien"),
        ("artist", "øst"),
        ("artist", "Air"),
        ("tag", "bell"),
        ("tag", "choirs"),
    ]
)
OF = {"a": "ra", "b": "ra", "c": "rc"}


@given(
    st.lists(FILES, max_size=6),
    st.dictionaries(st.sampled_from(["ra", "rc", "d"]), SAID),
    st.dictionaries(st.sampled_from(["ra", "e"]), st.lists(COPIES, max_size=2)),
    st.lists(REFUSED, min_size=1, max_size=2),
)
def test_what_may_be_met_is_all_that_is_met(files, said, gone, vetoes) -> None:
    tracks, asked = Names(FileNames(*zip(*files, strict=True)), OF, said, gone), refusing(vetoes)
    every = list(tracks)
    assert [track.id for track in every] == sorted({row[0] for row in files})
    met = {(track.id, refusal) for track, refusal in asked.met_in(every)}
    likely = tracks.likely(asked.veto_artists, asked.veto_tags)
    assert {(track.id, refusal) for track, refusal in asked.met_in(likely)} == met
    but = {track_id for track_id, _refusal in met}
    left = [track for track in every if track.id not in but]
    assert tracks.credits(but) == {name for track in left for name in track.credits}
    assert tracks.all_tags(but) == {tag for track in left for tag in track.tags}


def test_tracks_are_found_by_their_ids_and_are_what_they_were_made_of() -> None:
    one = TrackNames("ab1", "/m/a.ogg", ("bells",), "Sea", "Ana", ("Ana", "Ben"), called=("", "", "", " sea "))
    other = TrackNames("ab2", "/m/\udcff.ogg", (), "Sky", "", ())
    tracks = Names.of([other, one])
    assert list(tracks) == [one, other]
    assert (len(tracks), other in tracks, bool(Names.of([]))) == (2, True, False)
    assert tracks.among({"ab2", "x"}) == [other]
    assert tracks.beginning(" AB1") == [one]
    assert tracks.beginning(" ") == []
