"""Preflight: what keeps a session from starting, named before anything sounds."""

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from setsetting.errors import Refused
from setsetting.library.track import EnergySource, Lyrics, Track
from setsetting.session.preflight import look, refuse_blocking
from setsetting.session.preflight_line import Light, LineName
from setsetting.session.preflight_lines import OutputLook, of_output
from setsetting.soundscape.soundscape import Cue, CueKind, Digests, Soundscape
from setsetting.soundscape.wishes import NO_WISHES, Wishes
from setsetting.units import Milliseconds

SAME = Digests("p", "l", "w")


@pytest.fixture
def track(tmp_path: Path) -> Track:
    path = tmp_path / "sea.flac"
    path.write_bytes(b"sound")
    return Track(
        id="t1",
        path=str(path),
        frames=44_100 * 300,
        rate_hz=44_100,
        channels=2,
        lufs=-20.0,
        lra_lu=4.0,
        true_peak_dbtp=-3.0,
        startle_lu=1.0,
        energy=3.0,
        energy_source=EnergySource.PERSON,
        bpm=None,
        pulse_clarity=0.1,
        beatless=True,
        brightness=0.4,
        lead_ms=0,
        tail_ms=0,
        lyrics=Lyrics.NONE,
        tags=("Bells",),
        title="Sea",
        artist="Ana Vale",
    )


SOUNDSCAPE = Soundscape(
    "montreal-40", 1, 40, 0, (), 1.0, None, SAME, (Cue(CueKind.TRACK, "soothe", 0, 300_000, "t1", 0, 0, 0, "r"),)
)


def words(track: Track | None, wishes: Wishes = NO_WISHES, now: Digests = SAME, digest: str = "t1") -> list[str]:
    tracks = {} if track is None else {track.id: track}
    found = look(SOUNDSCAPE, tracks, wishes, now, digest=lambda _path: digest)
    return [("! " if finding.blocking else "") + finding.words for finding in found]


def test_a_soundscape_as_it_was_made_has_nothing_to_say(track: Track) -> None:
    assert words(track) == []


def test_vetoes_of_track_artist_and_tag_block_whatever_their_case(track: Track) -> None:
    assert words(track, Wishes(veto_tracks=frozenset({"t1"}))) == ["! Sea (Ana Vale) is vetoed by this patient."]
    assert "its artist is vetoed" in words(track, Wishes(veto_artists=frozenset({"ANA VALE"})))[0]
    assert "its tag 'Bells' is vetoed" in words(track, Wishes(veto_tags=frozenset({"bells"})))[0]


def test_a_track_heard_in_the_course_blocks_unless_it_is_an_anchor(track: Track) -> None:
    heard = Wishes(heard_tracks=frozenset({"t1"}))
    assert "was heard by this patient earlier" in words(track, heard)[0]
    assert words(track, replace(heard, anchor_tracks=frozenset({"t1"}))) == []


def test_missing_and_changed_files_are_named(track: Track) -> None:
    assert words(track, digest="other") == [
        f"! Sea (Ana Vale): its file {track.path} holds other sound than when it was scanned."
    ]
    Path(track.path).unlink()
    assert words(track) == [f"! Sea (Ana Vale): its file {track.path} is missing."]
    assert words(None) == [
        "! Nothing in the library was measured by this version of the program; scan your music again."
    ]
    other = look(SOUNDSCAPE, {"r1": replace(track, id="r1")}, NO_WISHES, SAME, digest=lambda _path: "r1")
    assert [finding.words for finding in other] == [
        "Track t1 is not in the library any more: its file is gone, or its sound has changed."
    ]


def test_other_staleness_is_said_and_does_not_block(track: Track) -> None:
    said = words(track, now=Digests("p2", "l2", "w2"))
    assert len(said) == 3 and not any(line.startswith("!") for line in said)


def test_a_rescue_track_that_is_gone_is_named_too(track: Track) -> None:
    grounding = replace(track, id="r1", path=track.path + ".gone", title="Rain")
    found = look(
        SOUNDSCAPE, {"t1": track, "r1": grounding}, NO_WISHES, SAME, rescue_ids=("r1",), digest=lambda _path: "t1"
    )
    assert [finding.words for finding in found] == [f"Rain (Ana Vale): its file {grounding.path} is missing."]


def test_refusing_says_every_blocking_sentence_and_that_nothing_was_played(track: Track) -> None:
    found = look(SOUNDSCAPE, {"t1": track}, Wishes(veto_tracks=frozenset({"t1"})), Digests("p", "l2", "w"))
    with pytest.raises(Refused, match=r"vetoed by this patient.*Nothing has been played"):
        refuse_blocking(found)
    refuse_blocking(finding for finding in found if not finding.blocking)


@pytest.mark.parametrize(
    ("opens", "closed", "light", "says"),
    [
        (True, "", Light.READY, "Headphones, chosen by its name; it opens"),
        (None, "", Light.LOOK, "Headphones, chosen by its name; not tried: a session plays there"),
        (
            False,
            "",
            Light.LOOK,
            "Headphones, chosen by its name; it did not answer when it was opened: try the test tone",
        ),
        (None, "It is held.", Light.MEND, "Headphones: It is held."),
    ],
)
def test_an_output_is_ready_only_once_it_was_opened(opens: bool | None, closed: str, light: Light, says: str) -> None:
    found = OutputLook("Headphones", device="Headphones", opens=opens, closed=closed)
    line = of_output(found, Milliseconds(0), ZoneInfo("UTC"))[0]
    assert (line.name, line.light, line.words) == (LineName.OUTPUT, light, says)
