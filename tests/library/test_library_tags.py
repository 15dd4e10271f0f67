"""Tags of every format, the oddities of real files, and nothing of them reaching a terminal."""

from pathlib import Path

import mutagen
import pytest
from music_files import write
from mutagen import id3
from mutagen.flac import FLAC, Picture
from mutagen.mp4 import MP4FreeForm

from setsetting.library.tags import read_tags, tags_of
from setsetting.library.track import Lyrics

PLACE = Path("/music/Folder Artist/07 Drift.mp3")


def said(**fields):
    return tags_of({name: [text] for name, text in fields.items()}, PLACE)


def id3_tags():
    tags = id3.ID3()
    tags.add(id3.TIT2(encoding=3, text="Drift"))
    tags.add(id3.TPE1(encoding=3, text="Ána"))
    tags.add(id3.TBPM(encoding=3, text="72"))
    tags.add(id3.TCON(encoding=3, text="(26)"))
    tags.add(id3.TMOO(encoding=3, text="Calm/Warm"))
    tags.add(id3.TXXX(encoding=3, desc="EnergyLevel", text="4"))
    return tags


VORBIS = {
    "title": "Drift",
    "artist": "Ána",
    "TEMPO": "72",
    "genre": "Ambient",
    "mood": "Calm; Warm",
    "ENERGYLEVEL": "4",
}
EXPECTED = ("Drift", "Ána", 72.0, 4.0, ("ambient", "calm", "warm"))


def read(path):
    tags = read_tags(path)
    return tags.title, tags.artist, tags.bpm, tags.energy, tags.tags


def test_mp3_aiff_and_wav_carry_id3(tmp_path):
    for suffix in ("mp3", "aiff", "wav"):
        path = write(tmp_path / f"a.{suffix}")
        file = mutagen.File(path)
        if file.tags is None:
            file.add_tags()
        for frame in id3_tags().values():
            file.tags.add(frame)
        file.save()
        assert read(path) == EXPECTED, suffix


@pytest.mark.parametrize("suffix", ["flac", "opus"])
def test_flac_and_opus_carry_vorbis_comments(tmp_path, suffix):
    path = write(tmp_path / f"a.{suffix}")
    file = mutagen.File(path)
    for key, value in VORBIS.items():
        file[key] = value
    file.save()
    assert read(path) == EXPECTED


def test_m4a_carries_atoms_and_free_forms(tmp_path):
    path = write(tmp_path / "a.m4a")
    file = mutagen.File(path)
    file["\xa9nam"], file["\xa9ART"], file["tmpo"], file["\xa9gen"] = "Drift", "Ána", [72], "Ambient"
    file["----:com.apple.iTunes:MOOD"] = [MP4FreeForm(b"Calm"), MP4FreeForm(b"Warm")]
    file["----:com.apple.iTunes:EnergyLevel"] = [MP4FreeForm(b"4")]
    file.save()
    assert read(path) == EXPECTED


def test_a_file_without_tags_is_called_as_the_file_is_and_by_nobody(tmp_path):
    folder = tmp_path / "Hushed Choir"
    folder.mkdir()
    for suffix in ("wav", "mp3", "opus"):
        tags = read_tags(write(folder / f"03 Slow Water.{suffix}"))
        assert (tags.title, tags.artist, tags.artists) == ("03 Slow Water", "", ())
        assert (tags.energy, tags.bpm, tags.lyrics, tags.tags) == (None, None, Lyrics.UNKNOWN, ())


def test_an_albums_artist_stands_in_and_a_folder_never():
    assert said(albumartist="The Choir").artist == "The Choir"
    assert said(artist="Solo", albumartist="The Choir").artist == "Solo"
    assert said().artist == ""


@pytest.mark.parametrize(
    ("fields", "energy"),
    [
        ({"energy": "7"}, 7.0),
        ({"energy": "6.5"}, 6.5),
        ({"energy": "6,4"}, 6.5),
        ({"comment": "8A - Energy 7"}, 7.0),
        ({"comment": "9A - 5"}, 5.0),
        ({"comment": "12b - 10"}, 10.0),
        ({"comment": "great for the peak, energy: 8, long outro"}, 8.0),
        ({"grouping": "Energy 3"}, 3.0),
        ({"grouping": "6"}, 6.0),
        ({"energy": "2", "comment": "8A - Energy 7"}, 2.0),
        ({"comment": "nothing", "grouping": "Energy 3"}, 3.0),
        ({"energy": "11"}, None),
        ({"energy": "0"}, None),
        ({"energy": "nan"}, None),
        ({"energy": "high"}, None),
        ({"comment": "Energy 75"}, None),
        ({"comment": "recorded in 1975"}, None),
        ({"comment": "12 - 5"}, None),
    ],
)
def test_energy_is_read_where_dj_software_writes_it(fields, energy):
    assert said(**fields).energy == energy


@pytest.mark.parametrize(
    ("text", "bpm"), [("72", 72.0), ("119.98", 120.0), ("72 BPM", 72.0), ("0", None), ("9999", None), ("slow", None)]
)
def test_tempo_out_of_range_says_nothing(text, bpm):
    assert said(bpm=text).bpm == bpm


def test_the_odd_keys_of_real_files_are_known(tmp_path):
    path = write(tmp_path / "a.flac")
    file = FLAC(path)
    file["bpm (beats per minute)"], file["comments"] = "66", "5B - Energy 2"
    file.save()
    tags = read_tags(path)
    assert (tags.bpm, tags.energy) == (66.0, 2.0)


@pytest.mark.parametrize(
    ("fields", "lyrics"),
    [
        ({}, Lyrics.UNKNOWN),
        ({"genre": "Instrumental"}, Lyrics.NONE),
        ({"language": "zxx"}, Lyrics.NONE),
        ({"lyrics": "[Instrumental]"}, Lyrics.NONE),
        ({"mood": "wordless"}, Lyrics.WORDLESS),
        ({"lyrics": "The river runs\nto the sea"}, Lyrics.KNOWN),
        ({"lyrics": "  "}, Lyrics.UNKNOWN),
        ({"language": "eng"}, Lyrics.UNKNOWN),
    ],
)
def test_lyrics_are_claims_and_never_guesses(fields, lyrics):
    assert said(**fields).lyrics == lyrics


def test_control_characters_never_get_through(tmp_path):
    path = write(tmp_path / "a.flac")
    file = FLAC(path)
    file["title"] = "\x1b]0;owned\x07\x1b[31mRed\x1b[0m\r\nline\u202etxt\x9b2J"
    file["genre"] = "am\x1bbient"
    file.save()
    tags = read_tags(path)
    for text in (tags.title, tags.artist, *tags.tags):
        assert text.isprintable(), ascii(text)
    assert "\u202e" not in tags.title
    assert "Red" in tags.title


def test_utf_8_in_a_frame_that_says_latin_1_is_mended(tmp_path):
    path = write(tmp_path / "a.mp3")
    tags = id3.ID3()
    tags.add(id3.TIT2(encoding=0, text="Brücke".encode().decode("latin-1")))
    tags.add(id3.TPE1(encoding=0, text="Señor"))
    tags.save(path)
    assert read_tags(path).title == "Brücke"
    assert read_tags(path).artist == "Señor"


def test_bytes_that_are_no_utf_8_in_a_vorbis_comment_cost_characters_only(tmp_path):
    path = write(tmp_path / "a.flac")
    file = FLAC(path)
    file["title"] = "Br_cke"
    file.save()
    path.write_bytes(path.read_bytes().replace(b"title=Br_cke", b"title=Br\xfccke"))
    assert read_tags(path).title == "Br\N{REPLACEMENT CHARACTER}cke"


def test_a_huge_picture_and_endless_texts_are_survived(tmp_path):
    path = write(tmp_path / "a.flac")
    file = FLAC(path)
    picture = Picture()
    picture.data = b"\0" * 12_000_000
    file.add_picture(picture)
    file["title"] = "x" * 1_000_000
    file["genre"] = [f"genre {n}" for n in range(2000)]
    file.save()
    tags = read_tags(path)
    assert len(tags.title) <= 300
    assert len(tags.tags) <= 1000


@pytest.mark.parametrize(
    "content", [b"", b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f", b"fLaC\xff\xff\xff\xff", b"OggS" * 9, b"\xff\xfb" * 99]
)
def test_tags_that_cannot_be_read_are_no_tags(tmp_path, content):
    path = tmp_path / "torn.mp3"
    path.write_bytes(content)
    assert read_tags(path).title == "torn"


def test_reading_never_writes(tmp_path):
    path = write(tmp_path / "a.mp3")
    before, state = path.read_bytes(), path.stat()
    read_tags(path)
    assert path.read_bytes() == before
    assert path.stat().st_mtime_ns == state.st_mtime_ns


@pytest.mark.parametrize(
    ("comment", "named"),
    [
        ("Tracklist: 1. Enya - Drift 2. Ana Li & Ben - Tide", "Enya / Ana Li & Ben"),
        ("00:00 Enya - Drift\n1:02:03 Ana Li – Tide", "Enya / Ana Li"),
        ("01) Enya - Drift; Ana Li - Tide", "Enya / Ana Li"),
        ("An air for the low tide, 2019", ""),
        ("8A - 5", "8A"),
        ("Visit https://calm-label.example", ""),
    ],
)
def test_who_plays_by_the_list_of_a_mix_stands_in_its_notes(comment: str, named: str) -> None:
    said = {"title": ["Late Hour"], "artist": ["Ben Sol"], "comment": [comment]}
    assert tags_of(said, Path("/m/late.mp3")).called[2] == named
