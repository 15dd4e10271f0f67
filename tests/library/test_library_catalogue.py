"""The catalogue: what people said outranks what was measured, and a plan knows when its library changed."""

import sqlite3
from dataclasses import replace

import pytest

from setsetting.audio.measurements import Measurements
from setsetting.errors import BrokenFile, NotFound, Refused, UsageError
from setsetting.library.catalogue import UNSEEN, Catalogue, digest_of_tracks
from setsetting.library.tags import Tags
from setsetting.library.track import EnergySource, Lyrics, Track
from setsetting.library.walk import MusicFile
from setsetting.session.preflight import against
from setsetting.soundscape.check_soundscape import kept_from
from setsetting.soundscape.wishes import MetBy, refusing

SOUND = Measurements(
    digest="", codec="flac", rate_hz=44_100, channels=2, frames=44_100 * 200, lufs=-18.0, lra_lu=5.0,
    max_momentary_lufs=-12.0, max_short_term_lufs=-14.0, true_peak_dbtp=-1.5, startle_lu=3.25, lead_ms=400,
    tail_ms=1600, brightness=0.512, onsets_per_s=1.5, bpm=91.5, pulse_clarity=0.6, beatless=False, lost_packets=0,
)  # fmt: skip
TAGS = Tags("A Title", "An Artist", ("An Artist",), "", None, None, Lyrics.UNKNOWN, ("ambient", "calm"))
ID = "ab" * 16


@pytest.fixture
def catalogue(tmp_path):
    with Catalogue.open(tmp_path / "library.db") as opened:
        put(opened, ID)
        yield opened


def put(catalogue, track_id, *, sound=SOUND, tags=TAGS, path=None, energy=4.5):
    found = MusicFile(path or f"/music/{track_id}.flac", 1000, 1)
    catalogue.cache.put(found, track_id, tags, (replace(sound, digest=track_id), energy))


def set_(catalogue, **fields):
    return catalogue.set_fields(ID, fields, who="p1")


def test_a_track_is_what_was_measured_and_tagged(catalogue):
    track = catalogue.track(ID)
    assert (track.title, track.artist, track.tags) == ("A Title", "An Artist", ("ambient", "calm"))
    assert (track.energy, track.energy_source, track.bpm, track.beatless) == (4.5, EnergySource.MEASURED, 91.5, False)
    assert track.length_s == 198
    assert track.startle_lu == 3.25


def test_a_tag_outranks_a_measurement_and_a_person_outranks_both(catalogue):
    put(catalogue, ID, tags=replace(TAGS, energy=7.0, bpm=60.0), sound=replace(SOUND, bpm=None, beatless=True))
    track = catalogue.track(ID)
    assert (track.energy, track.energy_source) == (7.0, EnergySource.TAG)
    assert (track.bpm, track.beatless) == (60.0, False)
    track = set_(catalogue, energy="2.5", bpm="70")
    assert (track.energy, track.energy_source, track.bpm) == (2.5, EnergySource.PERSON, 70.0)


def test_an_empty_value_withdraws_what_was_said(catalogue):
    assert set_(catalogue, energy="9", title="Mine", note="bells at 4:10").note == "bells at 4:10"
    track = set_(catalogue, energy="", title=" ", note="")
    assert (track.energy, track.energy_source, track.title) == (4.5, EnergySource.MEASURED, "A Title")
    assert track.note == ""


def test_tempo_and_beatless_are_facts_of_their_own(catalogue):
    track = set_(catalogue, beatless="yes")
    assert (track.bpm, track.beatless) == (None, True)
    track = set_(catalogue, bpm="64")
    assert (track.bpm, track.beatless) == (64.0, False)
    track = set_(catalogue, bpm="unknown")
    assert (track.bpm, track.beatless) == (None, False)
    track = set_(catalogue, beatless="yes")
    assert (track.bpm, track.beatless) == (None, True)
    track = set_(catalogue, beatless="no")
    assert (track.bpm, track.beatless) == (91.5, False)


def test_tags_are_added_and_removed_over_the_files_own(catalogue):
    track = catalogue.tag(ID, ["Ocean ", "WARM"], ["calm"], who="p1")
    assert track.tags == ("ambient", "ocean", "warm")
    put(catalogue, ID, tags=replace(TAGS, tags=("calm", "new")))
    anew = catalogue.track(ID)
    assert (anew.tags, anew.former_tags) == (("new", "ocean", "warm"), ("ambient",)), (
        "of what a person spoke of a refusal knows what its file said"
    )
    told = catalogue.tag(ID, ["calm"], ["ambient", "ocean"], who="p1")
    assert (told.tags, told.former_tags) == (("calm", "new", "warm"), ())


def test_a_former_credit_is_met_by_refusals_and_counted_nowhere(catalogue):
    catalogue.tag(ID, ["warm"], [], who="p1")
    (before,) = catalogue.tracks()
    put(catalogue, ID, tags=replace(TAGS, artist="Nia Ro", artists=("Nia Ro",), tags=("new",)))
    (track,) = catalogue.tracks()
    assert (track.artist, track.credits, track.former) == ("Nia Ro", ("Nia Ro",), before.credits)
    (names,) = catalogue.names().tracks
    assert (names.credits, names.tags, names.former, names.former_tags) == (
        track.credits,
        track.tags,
        track.former,
        track.former_tags,
    )
    for vetoed in (("artist", before.artist), ("tag", "ambient")):
        asked = refusing([vetoed])
        for one in (track, names):
            assert [(each.name, each.by) for each in asked.forbids(one)] == [(vetoed[1], MetBy.FORMER)]
        assert [*kept_from(track, asked)] == [f"{track.title}: what it was called before is vetoed."]
        assert "before its file was tagged anew" in " ".join(against(track, asked))
    put(catalogue, ID, tags=TAGS)
    (again,) = catalogue.tracks()
    assert (again.credits, "ambient" in again.tags, again.former) == (before.credits, True, ())


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"energy": "11"}, "1 to 10 in steps of 0.5"),
        ({"energy": "0.5"}, "1 to 10"),
        ({"energy": "3.3"}, "steps of 0.5"),
        ({"energy": "nan"}, "1 to 10"),
        ({"energy": "high"}, "1 to 10"),
        ({"bpm": "0"}, "or unknown"),
        ({"bpm": "-4"}, "or unknown"),
        ({"bpm": "inf"}, "or unknown"),
        ({"brightness": "1.1"}, "0 to 1"),
        ({"lyrics": "some"}, "wordless"),
        ({"beatless": "perhaps"}, "yes, no"),
        ({"title": "\x1b\x07"}, "can be shown"),
        ({"enrgy": "3"}, "Did you mean 'energy'"),
        ({"beatless": "yes", "bpm": "60"}, "contradict"),
    ],
)
def test_a_wrong_value_is_one_sentence_and_nothing_is_kept(catalogue, fields, sentence):
    before = catalogue.track(ID)
    with pytest.raises(UsageError, match=sentence) as refusal:
        catalogue.set_fields(ID, {"artist": "Someone", **fields}, who="p1")
    assert "\n" not in str(refusal.value)
    assert str(refusal.value).isprintable()
    assert catalogue.track(ID) == before


def test_wrong_tags_are_refused(catalogue):
    with pytest.raises(UsageError, match="both added and removed"):
        catalogue.tag(ID, ["x"], ["X"], who="p1")
    with pytest.raises(UsageError, match="needs a name"):
        catalogue.tag(ID, [" "], [], who="p1")


def test_a_track_is_found_by_the_beginning_of_its_id(catalogue):
    put(catalogue, "ac" + "0" * 30)
    assert catalogue.track("AB").id == ID
    with pytest.raises(NotFound, match="2 ids begin with 'a', each of another track"):
        catalogue.track("a")
    with pytest.raises(NotFound, match="Did you mean"):
        catalogue.track(ID[:-1] + "0")
    with pytest.raises(NotFound):
        catalogue.track("")


def test_a_part_of_a_title_typed_as_an_id_offers_every_track_it_stands_in(catalogue):
    for track_id, title in (("b" * 32, "The King is Dead"), ("c" * 32, "Frantic"), ("d" * 32, "Frantic (old)")):
        put(catalogue, track_id, tags=replace(TAGS, title=title))
    with pytest.raises(NotFound, match=r"Did you mean bbbbbbbbbb \(The King is Dead\)\?"):
        catalogue.track("king")
    with pytest.raises(NotFound, match=r"cccccccccc \(Frantic\) or dddddddddd \(Frantic \(old\)\)\?"):
        catalogue.track("frantic")


def test_who_said_what_and_when_is_kept(catalogue, tmp_path):
    set_(catalogue, energy="9")
    set_(catalogue, energy="3")
    with sqlite3.connect(tmp_path / "curation.db") as db:
        rows = db.execute("SELECT field, value, who, at_utc_ms > 0 FROM statement ORDER BY number").fetchall()
    db.close()
    assert rows == [("energy", "9", "p1", 1), ("energy", "3", "p1", 1)]


def test_the_digest_follows_what_a_planner_sees_and_nothing_else(catalogue):
    digest = digest_of_tracks(catalogue.tracks())
    assert digest_of_tracks(reversed(catalogue.tracks())) == digest
    set_(catalogue, title="Another")
    put(catalogue, ID, path="/elsewhere/a.flac")
    assert digest_of_tracks(catalogue.tracks()) == digest
    set_(catalogue, energy="5")
    changed = digest_of_tracks(catalogue.tracks())
    assert changed != digest
    set_(catalogue, energy="")
    assert digest_of_tracks(catalogue.tracks()) == digest
    catalogue.tag(ID, ["new"], [], who="p1")
    assert digest_of_tracks(catalogue.tracks()) != digest
    put(catalogue, "cd" * 16)
    assert len({digest, changed, digest_of_tracks(catalogue.tracks())}) == 3


def test_databases_are_strict_and_their_owners_alone(catalogue, tmp_path):
    for name in ("library.db", "curation.db"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
        with sqlite3.connect(tmp_path / name) as db:
            tables = db.execute("SELECT name, strict FROM pragma_table_list WHERE schema='main' AND type='table'")
            assert all(strict for name, strict in tables if not name.startswith("sqlite_"))
            assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        db.close()


def test_a_cache_of_another_version_is_emptied_and_curation_of_a_newer_one_refused(tmp_path):
    with Catalogue.open(tmp_path / "library.db") as catalogue:
        put(catalogue, ID)
    for name in ("library.db", "curation.db"):
        with sqlite3.connect(tmp_path / name) as db:
            db.execute("PRAGMA user_version = 99")
        db.close()
    with pytest.raises(Refused, match="newer version"):
        Catalogue.open(tmp_path / "library.db")
    (tmp_path / "curation.db").unlink()
    with Catalogue.open(tmp_path / "library.db") as catalogue:
        assert catalogue.tracks() == ()
        assert "scan again: `setsetting library scan /music`" in catalogue.why_empty()


@pytest.mark.parametrize("table", ["file", "recording"])
def test_nothing_is_a_track_that_another_version_read_or_measured(catalogue, tmp_path, table):
    put(catalogue, ID)
    assert catalogue.names().tracks
    column = "tags_version" if table == "file" else "measure_version"
    with sqlite3.connect(tmp_path / "library.db") as db:
        db.execute(f"UPDATE {table} SET {column} = {column} - 1")
    db.close()
    assert catalogue.tracks() == tuple(catalogue.names().tracks) == ()


def test_a_library_of_other_tables_is_one_sentence_that_names_what_to_scan(tmp_path):
    with sqlite3.connect(tmp_path / "library.db") as db:
        db.execute("CREATE TABLE file (path BLOB, title TEXT)")
        db.execute("INSERT INTO file VALUES (?, ?)", (b"/music/a/b.wav", "b"))
        db.execute("PRAGMA user_version = 3")
    db.close()
    with Catalogue.open(tmp_path / "library.db") as catalogue:
        assert catalogue.tracks() == ()
        assert "`setsetting library scan /music/a`" in catalogue.why_empty()


@pytest.mark.parametrize(("name", "advice"), [("library.db", "scan again"), ("curation.db", "backup")])
def test_a_damaged_database_is_one_sentence_that_says_what_to_do(tmp_path, name, advice):
    (tmp_path / name).write_bytes(b"this is no database at all, is it? " * 100)
    with pytest.raises(BrokenFile, match=advice):
        Catalogue.open(tmp_path / "library.db")


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(Refused, match="cannot be opened"):
        Catalogue.open(tmp_path / "none" / "library.db")


def other(value):
    """A value of the same kind that is not the same."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case None:
            return 1.0
        case tuple():
            return (*value, "zzz")
        case EnergySource():
            return EnergySource.PERSON
        case Lyrics():
            return Lyrics.OTHER
        case str():
            return value + "x"
    raise AssertionError(value)


@pytest.mark.parametrize("field", Track.__dataclass_fields__)
def test_every_field_of_a_track_is_in_the_digest_but_those_no_plan_depends_on(catalogue, field):
    track = catalogue.track(ID)
    changed = replace(track, **{field: other(getattr(track, field))})
    assert (digest_of_tracks([changed]) != digest_of_tracks([track])) == (field not in UNSEEN)


def test_every_measurement_is_kept_as_it_was_measured(catalogue, tmp_path):
    with sqlite3.connect(tmp_path / "library.db") as db:
        db.row_factory = sqlite3.Row
        (kept,) = db.execute("SELECT * FROM recording WHERE track_id = ?", (ID,))
    db.close()
    own_column = set(Measurements.__dataclass_fields__) - {"digest", "words"}  # the words are kept as a code
    measured = {name: getattr(SOUND, name) for name in own_column}
    assert {name: kept[name] for name in measured} == measured
    track = catalogue.track(ID)
    own = [name for name in measured if name in Track.__dataclass_fields__ and name not in {"bpm", "beatless"}]
    assert len(own) > 10
    assert {name: getattr(track, name) for name in own} == {name: measured[name] for name in own}


def test_two_files_of_one_sound_are_credited_by_both(catalogue):
    put(catalogue, ID, path=f"/music/{ID}-copy.flac", tags=replace(TAGS, artist="B", artists=("B", "An Artist")))
    track, (named,) = catalogue.track(ID), catalogue.names().tracks
    assert (track.artist, set(track.artists)) in (("An Artist", {"An Artist", "B"}), ("B", {"An Artist", "B"}))
    assert (named.artist, named.artists, named.tags) == (track.artist, track.artists, track.tags)


def test_a_person_s_word_on_the_artist_is_shown_and_hides_no_credit_of_the_file_from_a_refusal(catalogue):
    said = set_(catalogue, artist="Mira Dost feat. Ana Vale")
    assert said.artist == "Mira Dost feat. Ana Vale"
    assert set(said.artists) == {said.artist, "Mira Dost", "Ana Vale", "An Artist"}
    assert next(iter(catalogue.names().tracks)).artists == said.artists


@pytest.mark.parametrize(
    "title", ["Enya - Only Time", "Only Time (feat. Enya)", "Only Time (Enya remix)", "Only Time by Enya"]
)
def test_who_plays_by_a_title_that_a_person_set_is_met_as_by_a_file_s_own(catalogue, title):
    set_(catalogue, title=title)
    for track in (catalogue.track(ID), next(iter(catalogue.names().tracks))):
        assert refusing([("artist", "Enya")]).forbids(track)
        assert refusing([("artist", "An Artist")]).forbids(track)
    set_(catalogue, title="Days of Enya")
    assert not refusing([("artist", "Enya")]).forbids(catalogue.track(ID))


def test_what_a_file_that_credits_nobody_is_called_outlives_its_copies_and_what_a_person_says(catalogue):
    nameless = replace(TAGS, title="Tone", artist="", artists=())
    put(catalogue, ID, path="/music/a/01.flac", tags=TAGS)
    put(catalogue, ID, path="/music/b/1.wav", tags=replace(nameless, called=("Mira Dost - Tone", "Tone", "", "")))
    put(catalogue, ID, path="/music/c/2.wav", tags=replace(nameless, called=("2", "Tone by Ana Vale", "by Ben Oz", "")))
    set_(catalogue, artist="Label", title="No. 2")
    for track in (catalogue.track(ID), next(iter(catalogue.names().tracks))):
        assert [refused.by for refused in refusing([("artist", "mira dost")]).forbids(track)] == [MetBy.FILE_NAME]
        assert [refused.by for refused in refusing([("artist", "Ana Vale")]).forbids(track)] == [MetBy.TITLE]
        assert [refused.by for refused in refusing([("artist", "ben oz")]).forbids(track)] == [MetBy.NOTES]
        assert refusing([("artist", "An Artist")]).forbids(track)
        assert not refusing([("artist", "Nobody")]).forbids(track)
