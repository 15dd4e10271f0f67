"""Every name that a file credits, in every format, and no folder for a name."""

import struct
from pathlib import Path

import av
import mutagen
import pytest
from hypothesis import given
from hypothesis import strategies as st
from music_files import sound, write, write_wav
from mutagen import id3
from mutagen.apev2 import APEv2
from mutagen.mp4 import AtomDataType, MP4FreeForm

from setsetting.library.credits import credits_in
from setsetting.library.tags import read_tags, tags_of
from setsetting.library.track import Lyrics, TrackNames
from setsetting.soundscape.wishes import MetBy, refusing
from setsetting.words.spelling import stands_among, stands_in

PLACE = Path("/music/Folder Artist/07 Drift.mp3")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A", {"A"}),
        *(
            (f"A {between} B", {"A", "B"})
            for between in ("feat.", "ft.", "Featuring", "&", "with", "x", "X", "vs", "vs.")
        ),
        *((f"A{between}B", {"A", "B"}) for between in ("/", "; ", ", ", " feat.", "、")),
        ("A (feat. B & C)", {"A", "B", "C", "B & C"}),
        ("Simon & Garfunkel feat. X", {"Simon & Garfunkel", "Simon", "Garfunkel", "X"}),
        ("Crosby, Stills, Nash & Young with B", {"Crosby, Stills, Nash & Young", "B"}),
        ("Ana Li (violin)", {"Ana Li"}),
        ("A\0B", {"A", "B"}),
        *(
            (f"A{between}B", {"A", "B"})
            for between in (" - ", " \u2013 ", ": ", " ~ ", "\uff5c", " introducing ", " prod. by ")
        ),
        ("Dost, Mira", {"Dost, Mira", "Mira Dost"}),
        ("Bach, J.S.; Dost, Mira & B", {"J.S. Bach", "Mira Dost", "B"}),
    ],
)
def test_a_credit_is_kept_whole_and_in_all_that_may_be_names(text: str, names: set[str]) -> None:
    kept = set(credits_in([text]))
    assert names <= kept
    assert "\0" in text or text in kept


@pytest.mark.parametrize(
    "name", ["Xavier", "The xx", "AC/DC", "Vsevolod", "Withered Hand", "Feathers", "Anderson", "Jay-Z"]
)
def test_no_letters_within_a_name_part_it(name: str) -> None:
    assert credits_in([name])[0] == name
    assert len(credits_in([name])) == (3 if "/" in name else 1)


@pytest.mark.parametrize("text", ["", " ", "\u200b", "Unknown Artist", "[unknown]", "Various Artists"])
def test_what_stands_for_no_name_is_none(text: str) -> None:
    assert credits_in([text]) == ()
    assert tags_of({"artist": [text]}, PLACE).artist == ""


@given(st.lists(st.text(max_size=60), max_size=4))
def test_whatever_stands_in_a_credit_is_survived_and_each_name_is_there_once(texts: list[str]) -> None:
    names = credits_in(texts)
    assert len(set(names)) == len(names)
    assert all(name == name.strip() and "\n" not in name for name in names)


def test_the_artist_shown_is_the_first_and_the_album_s_stands_in() -> None:
    tags = tags_of({"artist": ["A", "B"], "albumartist": ["C"], "album": ["L"]}, PLACE)
    assert (tags.artist, tags.artists, tags.album) == ("A", ("A", "B", "C"), "L")
    assert tags_of({"title": ["Song (feat. B) [live]"], "artist": ["A"]}, PLACE).artists == ("A", "B")
    assert tags_of({"title": ["Song (B Remix)"], "album": ["L (feat. C)"], "artist": ["A"]}, PLACE).artists == (
        "A",
        "B",
        "C",
    )
    assert tags_of({"sortname": ["Dost, Mira"]}, PLACE).artist == "Mira Dost"


def people() -> id3.ID3:
    tags = id3.ID3()
    frames = {"TPE1": "A", "TPE2": "B", "TPE3": "C", "TPE4": "D", "TCOM": "E", "TOPE": "F", "TEXT": "G"}
    for name, text in frames.items():
        tags.add(getattr(id3, name)(encoding=1, text=text))
    tags.add(id3.TMCL(encoding=1, people=[["cello", "H"]]))
    tags.add(id3.TIPL(encoding=1, people=[["arranger", "I"]]))
    tags.add(id3.TXXX(encoding=1, desc="MUSICIANCREDITS", text=["L"]))
    tags.add(id3.TXXX(encoding=1, desc="Original Artist", text=["M"]))
    tags.add(id3.TXXX(encoding=1, desc="ARTISTS", text=["J", "K"]))
    return tags


@pytest.mark.parametrize("version", [3, 4])
def test_every_frame_of_id3_that_names_somebody_is_read(tmp_path: Path, version: int) -> None:
    path = write(tmp_path / "a.mp3")
    people().save(path, v2_version=version)
    assert set("ABCDEFGHIJKLM") <= set(read_tags(path).artists)


FREE_FORMS = (
    *("ARTISTS", "PERFORMER", "performer:cello", "Performed By", "ENSEMBLE", "ORIGINAL ARTIST", "Original_Artist"),
    *(
        "REMIXER",
        "remixed_by",
        "WRITTEN_BY",
        "LEAD_PERFORMER",
        "MusicianCredits",
        "Composer",
        "ConductorSort",
        "Artist 2",
        "Primary Artist",
        "Chorleiter",
    ),
)


@pytest.mark.parametrize("suffix", ["flac", "m4a", "mp3"])
def test_every_free_form_key_that_names_somebody_is_read(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path / f"a.{suffix}")
    file = mutagen.File(path)
    if file.tags is None:
        file.add_tags()
    for number, key in enumerate(FREE_FORMS):
        name = f"Name {chr(65 + number)}"
        if suffix == "flac":
            file[key] = name
        elif suffix == "m4a":
            wide = MP4FreeForm(name.encode("utf-16-be"), AtomDataType.UTF16)
            file[f"----:com.apple.iTunes:{key}"] = [wide if number % 2 else MP4FreeForm(name.encode())]
        else:
            file.tags.add(id3.TXXX(encoding=3, desc=key, text=name))
    file.save()
    assert {f"Name {chr(65 + number)}" for number in range(len(FREE_FORMS))} <= set(read_tags(path).artists)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"credit": ["Ben Oz"]},
        {"albumartist": ["Ben Oz"]},
        {"sortname": ["Oz, Ben"]},
        {"artist": ["Track 01"], "credit": ["Ben Oz"]},
        *({"artist": [text]} for text in ("Various Artists", "Unknown artist", "Unknown Artist (2)", "???", "Titel 3")),
    ],
)
def test_a_name_in_what_a_file_is_called_stands_where_no_performer_is_credited(fields: dict[str, list[str]]) -> None:
    said = tags_of({"title": ["Tone by Ana Vale"], "album": ["B"], **fields}, Path("/m/Mira Dost - Tone.wav"))
    assert said.called[:3] == ("Mira Dost - Tone", "Tone by Ana Vale", "B")


@pytest.mark.parametrize("name", ["artist", "performer"])
def test_where_a_performer_is_credited_a_name_of_one_word_is_looked_for_in_the_notes(name: str) -> None:
    said = {"title": ["Tone of Ana Vale"], "album": ["B minor"], name: ["Ben Oz"]}
    assert tags_of(said, PLACE).called[:3] == ("", "", "")
    assert tags_of({**said, "album": ["Dost: Tones"]}, PLACE).called[:3] == ("", "", "Dost: Tones")
    named = {**said, "title": ["Mira Dost - Drift"]}
    assert tags_of(named, PLACE).called[:3] == ("", "Mira Dost - Drift", "")
    assert tags_of({**said, "title": ["Drift [Dost]"]}, PLACE).called[:3] == ("", "Dost", "")
    for text in ("Best of Dost", "A Dost tribute", "Das Beste von Dost", "Dost\u2019s Tides", "Dost Sarabande", "Dost"):
        found = tags_of({**said, "album": [text]}, PLACE).called[:3]
        assert found[:2] == ("", "") and found[2].startswith(text) and stands_in("Mira Dost", found[2])
    assert tags_of({**said, "title": ["Dost's 2nd Suite"]}, PLACE).called[1].startswith("Dost's 2nd Suite / Dost")
    assert tags_of({**said, "said": ["2 CD; Dost, Oz Trio"], "title": ["Tone", "Air"]}, PLACE).called[2] == "Air / Dost"
    assert tags_of({**said, "note": ["with Mira Dost"]}, PLACE).called[:3] == ("", "", "with Mira Dost")


@pytest.mark.parametrize(
    "said",
    [
        {"title": "Drift of Mira Dost"},
        {"album": "Mira Dost at dusk"},
        {"comment": "cello: Mira Dost"},
        {"label": "Mira Dost Records"},
        {"genre": "Mira Dost"},
        {"lyrics": "[by]\nMira Dost"},
        {"syncedlyrics": "[00:01.00] Mira Dost"},
        {"website": "https://mira-dost.example/tone"},
        {"comment": "Mira%20Dost"},
        {"comment": "Mira&nbsp;Dost"},
    ],
)
def test_a_name_of_several_words_is_met_in_anything_a_file_says(tmp_path: Path, said: dict[str, str]) -> None:
    path = write(tmp_path / "a.flac")
    file = mutagen.File(path)
    file.update({"artist": "Ben Oz", **said})
    file.save()
    tags = read_tags(path)
    track = TrackNames("id", str(path), tags.tags, tags.title, tags.artist, tags.artists, None, tags.called)
    assert tags.artists == ("Ben Oz",)
    assert [why.by for why in refusing([("artist", "mira dost")]).forbids(track)] == [MetBy.BESIDES]
    assert not refusing([("artist", "Mira"), ("artist", "Dost")]).forbids(track)


def test_what_is_sung_credits_nobody_and_is_looked_through(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp3")
    tags = id3.ID3()
    tags.add(id3.TPE1(encoding=3, text="Ben Oz"))
    tags.add(id3.USLT(encoding=3, lang="eng", desc="", text="Oh, baby\nMira Dost, baby"))
    tags.save(path)
    found = read_tags(path)
    assert found.artists == ("Ben Oz",)
    assert found.lyrics is Lyrics.KNOWN
    assert " mira dost baby " in found.called[-1]


@pytest.mark.parametrize(
    "frame",
    [
        id3.WOAR(url="https://miradost.example/"),
        id3.WXXX(encoding=3, desc="Mira Dost", url="https://a.example"),
        id3.USER(encoding=3, lang="eng", text="for Mira Dost"),
        id3.SYLT(encoding=3, lang="eng", format=2, type=1, desc="", text=[("Mira ", 0), ("Dost", 9)]),
        id3.APIC(encoding=3, mime="image/png", type=3, desc="Mira Dost, photo", data=b"-"),
        id3.OWNE(encoding=3, price="0", date="20260101", seller="Mira Dost"),
        id3.GEOB(encoding=3, mime="text/plain", filename="", desc="", data=b"cello: Mira Dost"),
        id3.POPM(email="mira.dost@a.example", rating=1, count=1),
        id3.UFID(owner="a.example", data=b"Mira Dost"),
    ],
)
def test_frames_that_are_no_plain_text_are_looked_through(tmp_path: Path, frame: id3.Frame) -> None:
    path = write(tmp_path / "a.mp3")
    tags = id3.ID3()
    tags.add(frame)
    tags.save(path)
    assert stands_among("Mira Dost", read_tags(path).called[-1])


def test_the_last_of_a_whole_orchestra_is_met_though_not_all_are_counted() -> None:
    players = ", ".join(f"Player{chr(65 + n % 26)}{chr(65 + n // 26)} Nr" for n in range(400))
    tags = tags_of({"artist": ["Ben Oz"], "performer": [f"{players}, Mira Dost"]}, PLACE)
    assert "Mira Dost" not in tags.artists
    track = TrackNames("id", str(PLACE), (), tags.title, tags.artist, tags.artists, None, tags.called)
    assert refusing([("artist", "Mira Dost")]).forbids(track)


def test_subtitles_rights_and_chapters_are_notes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp3", 3)
    tags = id3.ID3()
    frames = {"TPE1": "A", "TIT3": "with B", "TPRO": "2001 C", "TCOP": "2002 D"}
    for name, text in frames.items():
        tags.add(getattr(id3, name)(encoding=1, text=text))
    chapter = [id3.TIT2(encoding=3, text="E - Drift")]
    tags.add(id3.CHAP(element_id="c", start_time=0, end_time=900, sub_frames=chapter))
    tags.save(path)
    (_file_name, _title, notes, _besides) = read_tags(path).called
    assert all(word in notes.split() for word in "BCDE")


def test_several_values_of_id3_are_several_names(tmp_path: Path) -> None:
    for version in (3, 4):  # joined by a slash in the older, parted by nothing in the newer
        path = write(tmp_path / f"{version}.mp3")
        tags = id3.ID3()
        tags.add(id3.TPE1(encoding=1, text=["A", "B"]))
        tags.save(path, v2_version=version, v23_sep="/")
        assert {"A", "B"} <= set(read_tags(path).artists)


def test_ape_behind_an_mp3_and_both_forms_of_id3_are_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp3")
    ape = APEv2()
    ape["Artist"], ape["Composer"] = ["A", "B"], "C"
    ape.save(path)
    assert read_tags(path).artists == ("A", "B", "C")
    tags = id3.ID3()
    tags.add(id3.TPE1(encoding=3, text="D"))
    tags.save(path)
    assert set(read_tags(path).artists) == {"A", "B", "C", "D"}
    short = write(tmp_path / "short.mp3")
    tags.save(short, v1=2)
    id3.delete(short, delete_v1=False)
    assert read_tags(short).artists == ("D",)


def test_m4a_wma_and_vorbis_name_several(tmp_path: Path) -> None:
    path = write(tmp_path / "a.m4a")
    file = mutagen.File(path)
    file["\xa9ART"], file["aART"], file["\xa9wrt"] = ["A", "B"], ["C"], ["D"]
    file["----:com.apple.iTunes:CONDUCTOR"] = [MP4FreeForm(b"E")]
    file.save()
    assert read_tags(path).artists == ("A", "B", "C", "D", "E")
    for suffix in ("flac", "opus"):
        path = write(tmp_path / f"a.{suffix}")
        file = mutagen.File(path)
        file["ARTIST"], file["ALBUMARTIST"], file["PERFORMER"], file["COMPOSER"] = ["A", "B"], "C", "D (cello)", "E"
        file.save()
        assert set(read_tags(path).artists) == {"A", "B", "C", "D (cello)", "D", "E"}


def test_id3_before_flac_is_read(tmp_path: Path) -> None:
    path, head = write(tmp_path / "a.flac"), tmp_path / "head"
    tags = id3.ID3()
    tags.add(id3.TPE1(encoding=3, text="A"))
    tags.save(head)
    path.write_bytes(head.read_bytes() + path.read_bytes())
    assert read_tags(path).artists == ("A",)


def info(**texts: bytes) -> bytes:
    body = b"INFO"
    for key, text in texts.items():
        padded = text + b"\0" * (2 - len(text) % 2)
        body += key.encode() + struct.pack("<I", len(padded)) + padded
    return b"LIST" + struct.pack("<I", len(body)) + body


def test_riff_info_behind_the_sound_is_read_in_either_encoding(tmp_path: Path) -> None:
    for artist in ("Señor A".encode(), "Señor A".encode("cp1252")):
        path = write_wav(tmp_path / "a.wav")
        whole = path.read_bytes() + info(IART=artist, INAM=b"Drift", IGNR=b"Bells", IPRD=b"Album")
        path.write_bytes(whole[:4] + struct.pack("<I", len(whole) - 8) + whole[8:])
        tags = read_tags(path)
        assert (tags.artists, tags.title, tags.tags, tags.album) == (("Señor A",), "Drift", ("bells",), "Album")


@pytest.mark.parametrize(
    ("container", "encoder", "form"),
    [
        ("matroska", "flac", "s16"),
        ("webm", "libopus", "flt"),
        ("caf", "pcm_s16be", "s16"),
        ("aiff", "pcm_s16be", "s16"),
    ],
)
def test_what_a_container_says_is_read(tmp_path: Path, container: str, encoder: str, form: str) -> None:
    path = tmp_path / f"a.{container.replace('matroska', 'mka')}"
    samples = (sound(0.5, rate=48_000) * 32767).astype("<i2").reshape(1, -1)
    with av.open(str(path), "w", format=container) as out:
        out.metadata.update({"author" if container == "aiff" else "artist": "A feat. B", "title": "Drift"})
        stream = out.add_stream(encoder, rate=48_000, layout="mono", format=form)
        resampler = av.AudioResampler(format=form, layout="mono", rate=48_000, frame_size=stream.frame_size or 4096)
        whole = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        whole.sample_rate, whole.pts = 48_000, 0
        for frame in [*resampler.resample(whole), *resampler.resample(None)]:
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    tags = read_tags(path)
    assert (tags.title, tags.artists) == ("Drift", ("A feat. B", "A", "B"))


MIX = """PERFORMER "DJ Ana"
TITLE "Evening"
FILE "mix.wav" WAVE
  TRACK 01 AUDIO
    TITLE "Drift"
    PERFORMER "Mira Dost"
    INDEX 01 00:00:00
FILE other.wav WAVE
  TRACK 02 AUDIO
    PERFORMER "Señor B"
    INDEX 00 00:00:00
FILE "Third.mp3" MP3
    INDEX 01 00:00:00
"""


@pytest.mark.parametrize("coding", ["utf-8", "cp1252", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_cue_sheet_credits_the_files_that_it_names(tmp_path: Path, coding: str) -> None:
    (tmp_path / "list.CUE").write_bytes(MIX.replace("\n", "\r" if coding == "cp1252" else "\n").encode(coding))
    (tmp_path / "huge.cue").write_bytes(b'FILE "mix.wav" WAVE\nPERFORMER "Nobody"\n' + b" " * 1_000_001)
    files = [write_wav(tmp_path / f"{name}.wav") for name in ("mix", "other", "third", "fourth")]
    credited = [set(read_tags(path).artists) for path in files]
    assert credited == [{"DJ Ana", "Mira Dost"}, {"DJ Ana", "Señor B"}, {"DJ Ana", "Señor B"}, set()]
    assert read_tags(files[0]).title == "mix"


def test_a_cue_sheet_called_as_its_file_credits_it_whatever_it_names_and_no_file_name_less(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "Mira Dost - Room Tone.wav")
    path.with_suffix(".cue").write_text('PERFORMER "Ana Vale"\nFILE "image.ape" WAVE\n')
    tags = read_tags(path)
    assert tags.artists == ("Ana Vale",)
    track = TrackNames("1", str(path), tags.tags, tags.title, tags.artist, tags.artists, None, tags.called)
    for refused in ("mira dost", "ana vale"):
        assert refusing([("artist", refused)]).forbids(track)


@pytest.mark.parametrize("said", ["REM COMPOSER", "  REM  Conductor", "ARRANGER", "MESSAGE", "REM COMMENT"])
def test_remarks_of_a_cue_sheet_are_read_and_one_called_as_the_whole_name_of_its_file(
    tmp_path: Path, said: str
) -> None:
    path = write_wav(tmp_path / "a.wav")
    (tmp_path / "a.wav.cue").write_text(f'{said} "Mira Dost"\nFILE "image.ape" WAVE\n')
    tags = read_tags(path)
    track = TrackNames("1", str(path), tags.tags, tags.title, tags.artist, tags.artists, None, tags.called)
    assert refusing([("artist", "mira dost")]).forbids(track)


def test_a_file_that_credits_its_composer_alone_is_met_by_a_performer_in_its_name() -> None:
    place = Path("/music/Mira Dost - Gymnopedie.mp3")
    tags = tags_of({"title": ["Gymnopedie"], "credit": ["Erik Satie"]}, place)
    track = TrackNames("1", str(place), tags.tags, tags.title, tags.artist, tags.artists, None, tags.called)
    assert [met.by for met in refusing([("artist", "Mira Dost")]).forbids(track)] == [MetBy.FILE_NAME]
