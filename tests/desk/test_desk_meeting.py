"""What a refusal says it meets, and what comes near and is not met."""

from dataclasses import replace

from setsetting.desk import meeting
from setsetting.library.catalogue import NamedLibrary
from setsetting.library.names import Names
from setsetting.library.recordings import Recordings
from setsetting.library.track import TrackNames
from setsetting.views.patient import meets_words

NOTED = TrackNames(
    "a" * 32, "/m/a.ogg", (), "The King", "Vale Supply", ("Vale Supply",), called=("", "", "by Vale", "")
)
PLAIN = TrackNames("b" * 32, "/m/b.ogg", (), "The Road", "Vale Supply", ("Vale Supply",))


def test_a_name_that_meets_some_tracks_by_their_notes_says_whose_others_it_does_not_meet() -> None:
    """Who types Vale is told that Vale Supply is not met, though one of the tracks credited so is."""
    found = meeting.met(NamedLibrary(Names.of((NOTED, PLAIN)), Recordings({})), "artist", "Vale")
    assert [track.id for track, _why in found.tracks] == [NOTED.id]
    assert meets_words(found) == "It does not meet 'Vale Supply'. It meets 1 track: The King (by its notes)."


def test_a_name_that_meets_all_of_an_artist_names_nobody_else() -> None:
    found = meeting.met(NamedLibrary(Names.of((NOTED, PLAIN)), Recordings({})), "artist", "vale supply")
    assert (len(found.tracks), found.near) == (2, ())


def test_who_is_credited_is_met_by_the_credit_not_by_what_the_notes_say_too() -> None:
    noted = replace(NOTED, called=("", "", "by Vale Supply", ""))
    found = meeting.met(NamedLibrary(Names.of((noted,)), Recordings({})), "artist", "Vale Supply")
    assert meets_words(found) == "It meets 1 track: The King."
