"""A copy that broke off is found in every format that can tell."""

import pytest
from sound_files import music, write

from setsetting.audio.cut_off import ends_early, length_is_guessed
from setsetting.audio.measure import measure
from setsetting.errors import BrokenFile

FORMATS = ["wav", "aiff", "flac", "mp3", "opus", "m4a", "ogg"]


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_whole_file_is_measured_and_one_cut_at_60_percent_is_refused(tmp_path, suffix):
    path = write(tmp_path / f"music.{suffix}", music(8.0, rate_hz=48_000), rate_hz=48_000)
    whole = measure(path)
    assert whole.frames / whole.rate_hz == pytest.approx(8.0, abs=0.05)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    with pytest.raises(BrokenFile, match="cut off") as refusal:
        measure(path)
    assert str(path) in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("suffix", ["opus", "ogg"])
def test_an_ogg_file_that_lost_only_its_last_bytes_is_refused(tmp_path, suffix):
    path = write(tmp_path / f"music.{suffix}", music(2.0))
    path.write_bytes(path.read_bytes()[:-10])
    assert ends_early(path)


def test_tags_after_the_sound_of_a_wav_file_are_no_end(tmp_path):
    path = write(tmp_path / "music.wav", music(1.0))
    path.write_bytes(path.read_bytes() + b"id3 \x04\x00\x00\x00abcd")
    assert not ends_early(path)


def test_a_wav_file_written_into_a_pipe_does_not_know_its_size(tmp_path):
    path = write(tmp_path / "music.wav", music(1.0))
    content = bytearray(path.read_bytes())
    at = content.index(b"data") + 4
    content[at : at + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    assert not ends_early(path)


@pytest.mark.parametrize(
    "content", [b"", b"RIFF", b"RIFF\x00\x00\x00\x00WAVE", b"OggS" * 50, b"FORM\x00\x00\x00\x00AIFF"]
)
def test_scraps_of_headers_never_fail(tmp_path, content):
    path = tmp_path / "scrap"
    path.write_bytes(content)
    assert ends_early(path) in (True, False)


def test_the_guessed_length_of_a_bare_mpeg_stream_refuses_nothing(tmp_path):
    path = write(tmp_path / "music.mp3", music(8.0))
    assert not length_is_guessed(path, "mp3float")
    content = path.read_bytes()
    path.write_bytes(content.replace(b"Xing", b"\0\0\0\0").replace(b"Info", b"\0\0\0\0"))
    assert length_is_guessed(path, "mp3float")
    path.write_bytes(path.read_bytes()[: len(content) * 6 // 10])
    assert measure(path).frames > 0


def test_mpeg_sound_in_a_container_has_a_length(tmp_path):
    assert not length_is_guessed(write(tmp_path / "music.m4a", music(1.0)), "aac")
