"""Tags that stand beside a file's first ones credit too, wherever they stand."""

import io
import struct
from pathlib import Path

import mutagen
import pytest
from music_files import write, write_wav
from mutagen import id3

from setsetting.library.tags import read_tags
from setsetting.library.track import TrackNames
from setsetting.soundscape.wishes import refusing
from setsetting.words.spelling import stands_among


def id3_of(artist: str) -> bytes:
    tags, whole = id3.ID3(), io.BytesIO()
    tags.add(id3.TPE1(encoding=3, text=artist))
    tags.save(whole)
    return whole.getvalue()


def test_each_part_of_a_file_that_is_made_of_several_is_credited(tmp_path: Path) -> None:
    for suffix in ("opus", "mp3"):
        parts = []
        for artist in "AB":
            path = write(tmp_path / f"{artist}.{suffix}")
            file = mutagen.File(path, easy=True)
            file["artist"], file["title"] = artist, f"Drift {artist}"
            file.save()
            parts.append(path.read_bytes())
        whole = tmp_path / f"whole.{suffix}"
        whole.write_bytes(b"".join(parts))
        tags = read_tags(whole)
        assert (tags.title, tags.artist, tags.artists) == ("Drift A", "A", ("A", "B"))


def test_id3_before_id3_and_behind_all_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp3")
    path.write_bytes(id3_of("A") + id3_of("B") + path.read_bytes() + id3_of("C"))
    assert read_tags(path).artists == ("A", "B", "C")
    path.write_bytes(id3_of("A") + b"\0" * ((1 << 20) - len(id3_of("A")) - 1) + id3_of("B"))
    assert read_tags(path).artists == ("A", "B")
    path.write_bytes(id3_of("A") + b"ID3\x04\0\0\xff\xff\xff\xffID3\x03\0\0\x7f\x7f\x7f\x7fID3")
    assert read_tags(path).artists == ("A",)


def element(kind: int, inside: bytes) -> bytes:
    return kind.to_bytes(-(-kind.bit_length() // 8)) + (len(inside) | 1 << 28).to_bytes(4) + inside


def simple_tag(name: str, text: str, inside: bytes = b"") -> bytes:
    return element(0x67C8, element(0x45A3, name.encode()) + element(0x4487, text.encode()) + inside)


@pytest.mark.parametrize("cut", [0, 1, 5, 9, 20])
def test_matroska_credits_every_artist_of_several_tags_of_one_name(tmp_path: Path, cut: int) -> None:
    nested = simple_tag("COMPOSER", "C", simple_tag("ARRANGER", "D"))
    tags = element(0x1254C367, element(0x7373, simple_tag("ARTIST", "A") + simple_tag("ARTIST", "B") + nested))
    path = tmp_path / "a.mka"
    path.write_bytes(element(0x1A45DFA3, b"\x42\x82\x88matroska") + element(0x18538067, tags))
    assert set(read_tags(path).artists) == {"A", "B", "C", "D"}
    path.write_bytes(path.read_bytes()[: -cut or None])
    assert {"A", "B"} <= set(read_tags(path).artists)


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description xmpDM:artist="Mira Dost"/></x:xmpmeta>'
IXML = b"<BWFXML><USER><ARTIST>Mira Dost</ARTIST></USER></BWFXML>"


@pytest.mark.parametrize(("chunk", "text"), [(b"_PMX", XMP), (b"iXML", IXML), (b"cart", b"0101".ljust(68, b"\0"))])
def test_what_other_programs_leave_in_a_wav_is_looked_through(tmp_path: Path, chunk: bytes, text: bytes) -> None:
    path = write_wav(tmp_path / "a.wav")
    body = text + b"Mira Dost".ljust(64, b"\0") if chunk == b"cart" else text + b" " * (len(text) % 2)
    whole = path.read_bytes() + chunk + struct.pack("<I", len(body)) + body
    path.write_bytes(whole[:4] + struct.pack("<I", len(whole) - 8) + whole[8:])
    tags = read_tags(path)
    track = TrackNames("a", str(path), tags.tags, tags.title, tags.artist, tags.artists, called=tags.called)
    assert list(refusing([("artist", "mira dost")]).met_in([track]))


@pytest.mark.parametrize("suffix", [".mp3", ".wav", ".aiff", ".flac", ".opus", ".m4a"])
def test_a_title_of_somebody_credited_is_no_note_whatever_kind_of_file_says_it(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path / f"tide{suffix}")
    file = mutagen.File(path, easy=True)
    if file.tags is None:
        file.add_tags()
    if isinstance(file.tags, id3.ID3):
        file.tags.add(id3.TIT2(encoding=3, text=["Air on a Low Tide"]))
        file.tags.add(id3.TPE1(encoding=3, text=["Ben Oz"]))
    else:
        file["title"], file["artist"] = ["Air on a Low Tide"], ["Ben Oz"]
    file.save()
    assert read_tags(path).called[:3] == ("", "", "")


@pytest.mark.parametrize(
    "inside", [b"\3Mira Dost", b"\1" + "Mira Dost".encode("utf-16"), b"\2\0M\0i\0r\0a\0 \0D\0o\0s\0t"]
)
def test_frames_that_no_standard_knows_are_looked_through(tmp_path: Path, inside: bytes) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(b"ID3\4\0\0\0\0\0\x7fXSOP\0\0\0" + bytes([len(inside)]) + b"\0\0" + inside.ljust(200, b"\0"))
    assert stands_among("Mira Dost", read_tags(path).called[-1])
