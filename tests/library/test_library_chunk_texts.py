"""What the chunks of a file say that no reader of tags gives."""

import struct
from pathlib import Path

import mutagen
import pytest
from music_files import write, write_wav
from mutagen import id3
from mutagen.mp4 import MP4FreeForm

from setsetting.library.chunk_texts import told_in_chunks
from setsetting.library.tags import read_tags
from setsetting.library.track import TrackNames
from setsetting.soundscape.wishes import refusing

SHORT_ID3 = b"TAG" + b"Drift".ljust(30, b"\0") + b"Ben Oz".ljust(30, b"\0") + b"\0" * 65


def is_met(path: Path, name: str) -> bool:
    tags = read_tags(path)
    track = TrackNames("a", str(path), tags.tags, tags.title, tags.artist, tags.artists, called=tags.called)
    return bool(refusing([("artist", name)]).forbids(track))


def chunk(name: bytes, content: bytes, order: str = "<") -> bytes:
    return name + struct.pack(f"{order}I", len(content)) + content + b"\0" * (len(content) % 2)


def info(*fields: tuple[bytes, bytes]) -> bytes:
    return chunk(b"LIST", b"INFO" + b"".join(chunk(name, text + b"\0") for name, text in fields))


def atom(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


@pytest.mark.parametrize(
    "chunks",
    [
        info((b"IART", b"Mira Dost"), (b"IART", b"Ben Oz")),
        info((b"IART", b"Mira Dost")) + info((b"IART", b"Ben Oz")),
        chunk(b"LIST", b"adtl" + chunk(b"labl", b"\1\0\0\0Mira Dost\0")),
        chunk(b"axml", b"<ebucore><creator>Mira Dost</creator></ebucore>"),
        chunk(b"DISP", b"\1\0\0\0Mira Dost - Drift\0"),
    ],
)
def test_each_chunk_of_a_wav_that_names_somebody_is_read(tmp_path: Path, chunks: bytes) -> None:
    path = write_wav(tmp_path / "a.wav")
    whole = path.read_bytes() + info((b"INAM", b"Drift"), (b"IART", b"Ben Oz")) + chunks
    path.write_bytes(whole[:4] + struct.pack("<I", len(whole) - 8) + whole[8:])
    assert is_met(path, "mira dost")
    assert is_met(path, "Ben Oz")


@pytest.mark.parametrize("form", [b"BW64", b"RIFX"])
def test_a_wav_of_another_form_is_read_as_one(tmp_path: Path, form: bytes) -> None:
    order = ">" if form == b"RIFX" else "<"
    said = chunk(b"LIST", b"INFO" + chunk(b"ICMS", b"Mira Dost\0", order), order)
    path = tmp_path / "a.wav"
    sound = chunk(b"fmt ", bytes(16), order) + chunk(b"data", bytes(100), order)
    path.write_bytes(form + bytes(4) + b"WAVE" + sound + said)
    assert ("icms", "Mira Dost") in [*told_in_chunks(path)]


@pytest.mark.parametrize(
    "chunks",
    [
        chunk(b"ANNO", b"by Mira Dost", ">") + chunk(b"ANNO", b"Ben Oz", ">"),
        chunk(b"AUTH", b"Mira Dost", ">") + chunk(b"AUTH", b"Ben Oz", ">"),
        chunk(b"COMT", b"\0\1\0\0\0\0\0\0\0\x09Mira Dost\0", ">"),
    ],
)
def test_each_note_of_an_aiff_is_read(tmp_path: Path, chunks: bytes) -> None:
    whole = write(tmp_path / "a.aiff").read_bytes() + chunks
    (tmp_path / "a.aiff").write_bytes(whole[:4] + struct.pack(">I", len(whole) - 8) + whole[8:])
    assert is_met(tmp_path / "a.aiff", "mira dost")


def test_each_of_several_artists_of_a_caf_is_read(tmp_path: Path) -> None:
    pairs = b"artist\0Dost\0artist\0Ben Oz\0"
    told = b"info" + struct.pack(">qI", 4 + len(pairs), 2) + pairs
    path = tmp_path / "a.caf"
    path.write_bytes(b"caff\0\1\0\0" + b"desc" + struct.pack(">q", 32) + b"\0" * 32 + told)
    assert list(told_in_chunks(path)) == [("artist", "Dost"), ("artist", "Ben Oz")]


def test_what_a_telephone_and_itunes_write_of_who_took_part_are_credits(tmp_path: Path) -> None:
    path = write(tmp_path / "a.m4a")
    file = mutagen.File(path)
    cast = (
        b"<plist><dict><key>cast</key><array><dict><key>name</key><string>Ana Li</string></dict></array></dict></plist>"
    )
    file["----:com.apple.iTunes:iTunMOVI"] = [MP4FreeForm(cast)]
    file.save()
    whole = path.read_bytes()
    begin = whole.index(b"moov") - 4
    end = begin + int.from_bytes(whole[begin : begin + 4])
    told = atom(b"perf", b"\0\0\0\0\x15\xc7Mira Dost\0") + atom(
        b"auth", b"\0\0\0\0\x15\xc7\xfe\xff" + "Zoë".encode("utf-16-be")
    )
    inside = whole[begin + 8 : end] + atom(b"udta", told)
    path.write_bytes(whole[:begin] + atom(b"moov", inside) + whole[end:])
    assert {"Ana Li", "Mira Dost", "Zoë"} <= set(read_tags(path).artists)


@pytest.mark.parametrize(
    ("behind", "refused"),
    [
        (b"LYRICSBEGININD0000200EAR00009Mira Dost000045LYRICS200" + SHORT_ID3, "Dost"),
        (b"LYRICSBEGINAUT00004Dost000023LYRICS200", "Dost"),
        (b"LYRICSBEGINby Mira DostLYRICSEND" + SHORT_ID3, "Mira Dost"),
        (b"TAG+" + b"Drift".ljust(60, b"\0") + b"Mira Dost".ljust(60, b"\0") + b"\0" * 103 + SHORT_ID3, "Dost"),
    ],
)
def test_older_tags_behind_an_mp3_are_read(tmp_path: Path, behind: bytes, refused: str) -> None:
    path = write(tmp_path / "a.mp3", 2)
    path.write_bytes(path.read_bytes() + behind)
    assert is_met(path, refused) or (refused == "Dost" and is_met(path, "Mira Dost"))


def test_a_text_before_the_sound_of_an_au_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.au"
    text = b"Mira Dost - Drift\0".ljust(40, b"\0")
    path.write_bytes(b".snd" + struct.pack(">5I", 64, 8000, 3, 8000, 1) + text + b"\0" * 8000)
    assert is_met(path, "Mira Dost")


def test_what_a_picture_and_an_attached_file_are_called_is_looked_through(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac")
    file = mutagen.File(path)
    picture = mutagen.flac.Picture()
    picture.desc = "Mira Dost"
    file.add_picture(picture)
    file.save()
    assert is_met(path, "Mira Dost")
    path = write(tmp_path / "a.mp3", 2)
    frames = id3.ID3()
    frames.add(id3.GEOB(encoding=3, mime="text/plain", filename="mira dost.txt", desc="", data=b"x"))
    frames.save(path)
    assert is_met(path, "Mira Dost")


@pytest.mark.parametrize(
    "head", [b"RIFF\xff\xff\xff\xffWAVE", b"FORM\0\0\0\0AIFF", b"caff\0\1\0\0", b"\0\0\0\x10ftypM4A ", b".snd"]
)
@pytest.mark.parametrize("rest", [b"", b"\0" * 100, b"\xff" * 100, b"LIST\4\0\0\0INFO" * 9, b"moov" * 20])
def test_chunks_cut_short_or_without_end_are_survived(tmp_path: Path, head: bytes, rest: bytes) -> None:
    path = tmp_path / "odd"
    path.write_bytes(head + rest)
    assert isinstance(list(told_in_chunks(path)), list)
