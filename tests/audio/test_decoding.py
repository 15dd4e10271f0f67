"""Decoding: every format, damage, and the id of the encoded audio."""

import os
import wave
from pathlib import Path

import numpy as np
import pytest
from mutagen import File as tags_of
from mutagen.apev2 import APEv2
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, ID3, TIT2
from sound_files import FORMATS, RATE_HZ, music, patch, steps, write

from setsetting.audio.decode import AudioDecoder, packet_digest
from setsetting.errors import BrokenFile, NotFound

SOUND = music(2.0)


def decoded(path: Path) -> np.ndarray:
    with AudioDecoder(path) as file:
        return np.concatenate(list(file.blocks()))


@pytest.mark.parametrize("suffix", ["wav", "aiff", "flac", "ogg", "wv"])
def test_a_lossless_file_gives_its_samples_to_the_bit(suffix: str, tmp_path: Path) -> None:
    block = decoded(write(tmp_path / f"a.{suffix}", SOUND))
    assert block.dtype == np.float32
    assert block.flags.c_contiguous
    assert np.array_equal(steps(block), steps(SOUND))


@pytest.mark.parametrize(("suffix", "spare"), [("mp3", 0), ("m4a", 1024)])
def test_a_lossy_file_keeps_its_length_and_place(suffix: str, spare: int, tmp_path: Path) -> None:
    block = decoded(write(tmp_path / f"a.{suffix}", SOUND))
    assert 0 <= len(block) - len(SOUND) <= spare
    assert np.sqrt(np.mean((block[: len(SOUND)] - SOUND) ** 2)) < 0.03


@pytest.mark.parametrize("rate_hz", [8000, 22_050, 96_000, 192_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_rates_and_channels_are_the_files_own(rate_hz: int, channels: int, tmp_path: Path) -> None:
    sound = music(0.3, rate_hz=rate_hz, channels=channels)
    with AudioDecoder(write(tmp_path / "a.wav", sound, rate_hz=rate_hz)) as file:
        assert (file.rate_hz, file.channels, file.codec) == (rate_hz, channels, "pcm_s16le")
        assert file.channel_names == (("FC",) if channels == 1 else ("FL", "FR"))
        assert file.claimed_frames == len(sound)
        assert sum(len(block) for block in file.blocks()) == len(sound)


def test_six_channels_keep_their_names(tmp_path: Path) -> None:
    with AudioDecoder(write(tmp_path / "a.flac", music(0.3, channels=6), layout="5.1")) as file:
        assert file.channel_names == ("FL", "FR", "FC", "LFE", "BL", "BR")


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_digest_is_the_same_with_and_without_decoding(suffix: str, tmp_path: Path) -> None:
    path = write(tmp_path / f"a.{suffix}", SOUND)
    with AudioDecoder(path) as file:
        list(file.blocks())
        assert file.packet_digest() == packet_digest(path)
        assert len(packet_digest(path)) == 32
        assert file.damaged == 0
    assert packet_digest(path) != packet_digest(write(tmp_path / f"b.{suffix}", music(2.0, seed=2)))


def test_a_digest_is_not_given_before_the_end(tmp_path: Path) -> None:
    with AudioDecoder(write(tmp_path / "a.flac", SOUND)) as file:
        next(file.blocks())
        with pytest.raises(ValueError, match="complete"):
            file.packet_digest()


def retag_id3(path: Path) -> None:
    """ID3v2 with a picture that looks like MP3 frames, and ID3v1."""
    tags = ID3()
    tags.add(TIT2(encoding=3, text="x" * 5000))
    tags.add(APIC(encoding=3, mime="image/png", type=3, desc="", data=b"\xff\xfb\x90\x64" * 9000))
    tags.save(path, v1=2)


def retag_ape(path: Path) -> None:
    tags = APEv2()
    tags["Title"] = "z" * 3000
    tags.save(path)


def retag_inside(path: Path) -> None:
    """The format's own tags: chunks, comments or atoms."""
    file = tags_of(path)
    if file.tags is None:
        file.add_tags()
    if path.suffix in (".wav", ".aiff"):
        file.tags.add(TIT2(encoding=3, text="x" * 5000))
    else:
        file.tags["\xa9nam" if path.suffix == ".m4a" else "title"] = "hello " * 3000
    file.save()


def retag_picture(path: Path) -> None:
    file, picture = FLAC(path), Picture()
    picture.data, picture.mime = b"\xff\xf8" * 50_000, "image/png"
    file.add_picture(picture)
    file.save()


def append_id3v1(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"TAG" + b"a" * 125)


@pytest.mark.parametrize(
    ("suffix", "retag"),
    [
        ("mp3", retag_id3),
        ("mp3", retag_ape),
        ("mp3", append_id3v1),
        ("flac", retag_inside),
        ("flac", retag_picture),
        ("flac", append_id3v1),
        ("opus", retag_inside),
        ("ogg", retag_inside),
        ("m4a", retag_inside),
        ("wav", retag_inside),
        ("aiff", retag_inside),
        ("wv", retag_ape),
    ],
)
def test_a_track_keeps_its_id_when_its_tags_change(suffix: str, retag: object, tmp_path: Path) -> None:
    path = write(tmp_path / f"a.{suffix}", SOUND)
    before, size = packet_digest(path), path.stat().st_size
    retag(path)  # type: ignore[operator]
    assert path.stat().st_size != size
    assert packet_digest(path) == before


@pytest.mark.parametrize(
    ("suffix", "after", "at", "to"),
    [
        ("wav", b"fmt ", 12, (22_050).to_bytes(4, "little")),  # the rate
        ("m4a", b"elst", 16, (4096).to_bytes(4, "big")),  # where the edit list begins
        ("mp3", b"Info", 120 + 21, b"\x12\x34\x56"),  # the encoder's delay and padding
    ],
)
def test_a_header_that_changes_what_is_decoded_makes_another_track(
    suffix: str, after: bytes, at: int, to: bytes, tmp_path: Path
) -> None:
    path = write(tmp_path / f"a.{suffix}", SOUND)
    before, sound = packet_digest(path), decoded(path)
    patch(path, after, at, to)
    assert packet_digest(path) != before
    with AudioDecoder(path) as file:
        heard = np.concatenate(list(file.blocks()))
        assert file.packet_digest() == packet_digest(path)
        assert file.rate_hz == 22_050 or not np.array_equal(heard, sound)


def test_the_container_and_its_tags_are_no_part_of_a_track(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac", SOUND)
    before = packet_digest(path)
    patch(path, b"fLaC", 4 + 4 + 18, bytes(16))  # the stream's checksum, which a decoder does not hear
    assert packet_digest(path) == before


@pytest.mark.parametrize("suffix", FORMATS)
def test_noise_in_a_file_is_survived(suffix: str, tmp_path: Path) -> None:
    path = write(tmp_path / f"a.{suffix}", music(4.0))
    content = bytearray(path.read_bytes())
    middle = len(content) * 2 // 5
    content[middle : middle + 2000] = np.random.default_rng(3).bytes(2000)
    path.write_bytes(content)
    block = decoded(path)
    assert np.isfinite(block).all()
    assert len(block) > 2 * RATE_HZ
    with AudioDecoder(path) as file:
        list(file.blocks())
        assert file.packet_digest() == packet_digest(path)


@pytest.mark.parametrize("suffix", ["flac", "mp3", "opus", "wav"])
def test_noise_after_a_file_is_survived(suffix: str, tmp_path: Path) -> None:
    path = write(tmp_path / f"a.{suffix}", SOUND)
    with path.open("ab") as file:
        file.write(np.random.default_rng(4).bytes(5000))
    assert len(decoded(path)) >= len(SOUND) - 4608


def test_a_cut_off_file_gives_what_is_there(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac", music(4.0))
    os.truncate(path, path.stat().st_size * 6 // 10)
    with AudioDecoder(path) as file:
        assert file.claimed_frames == 4 * RATE_HZ
        assert RATE_HZ < sum(len(block) for block in file.blocks()) < 3 * RATE_HZ


def cut_m4a(path: Path) -> None:
    write(path, SOUND)
    os.truncate(path, path.stat().st_size * 6 // 10)


def silent_header(path: Path) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, RATE_HZ, 0, "NONE", ""))


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("none.flac", lambda path: None, "does not exist"),
        ("empty.mp3", lambda path: path.touch(), "is empty"),
        ("folder.wav", lambda path: path.mkdir(), "is not a file"),
        ("text.ogg", lambda path: path.write_text("hello " * 999), "is not audio"),
        ("noise.flac", lambda path: path.write_bytes(np.random.default_rng(5).bytes(9999)), "is not audio"),
        ("cut.m4a", cut_m4a, "cut off"),
        (
            "list.mp3",
            lambda path: path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://localhost/a.ts\n"),
            "is not audio",
        ),
        ("silent.wav", silent_header, "holds no sound"),
    ],
)
def test_what_is_no_audio_is_one_sentence(name: str, make: object, words: str, tmp_path: Path) -> None:
    path = tmp_path / name
    make(path)  # type: ignore[operator]
    with pytest.raises((BrokenFile, NotFound), match=words) as caught, AudioDecoder(path) as file:
        list(file.blocks())
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("suffix", ["mp3", "flac", "m4a", "wav", "opus"])
def test_any_bytes_end_in_sound_or_a_sentence(suffix: str, tmp_path: Path) -> None:
    whole = write(tmp_path / f"a.{suffix}", music(0.5)).read_bytes()
    chance = np.random.default_rng(6)
    for number in range(12):
        content = bytearray(whole)
        for _hit in range(20):
            content[chance.integers(len(content))] = chance.integers(256)
        path = tmp_path / f"{number}.{suffix}"
        path.write_bytes(content[: chance.integers(1, len(content))])
        try:
            assert np.isfinite(decoded(path)).all()
        except BrokenFile as broken:
            assert "\n" not in str(broken)


def test_a_list_of_other_files_is_not_followed(tmp_path: Path) -> None:
    """A list with an audio file's name opens neither files nor addresses."""
    write(tmp_path / "real.wav", SOUND)
    (tmp_path / "list.flac").write_text("ffconcat version 1.0\nfile real.wav\n")
    with pytest.raises(BrokenFile):
        decoded(tmp_path / "list.flac")


def test_numbers_that_are_none_become_silence(tmp_path: Path) -> None:
    samples = np.array([[0.5, np.nan], [np.inf, -0.25]] * 50, "<f4")
    header = b"RIFF" + (36 + samples.nbytes).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    form = b"\x03\0\x02\0" + (44_100).to_bytes(4, "little") + (44_100 * 8).to_bytes(4, "little") + b"\x08\0\x20\0"
    path = tmp_path / "floats.wav"
    path.write_bytes(header + form + b"data" + samples.nbytes.to_bytes(4, "little") + samples.tobytes())
    assert decoded(path)[:2].tolist() == [[0.5, 0.0], [1.0, -0.25]]


def test_a_name_with_odd_characters_is_a_file(tmp_path: Path) -> None:
    for name in ("concat:a|b.wav", "http:x.wav", "%d ünïcode '\".wav", "-i.wav"):
        assert len(decoded(write(tmp_path / "a.wav", music(0.1)).rename(tmp_path / name))) == RATE_HZ // 10
